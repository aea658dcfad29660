"""What the three strategies of Section 5.8.1 do on average, over data sets from its model."""
from functools import cache

import numpy as np
from scipy import stats

from ...distributions.standard import Normal
from ...models.normal.model import NormalNormal
from ...models.twins import exact
from ...optional import need
from .instructors import ENDS, MU, SIGMA, STRATEGIES, TAU, estimates, model


@cache
def simulated(datasets, seed=58):
    """The three strategies on data sets drawn from the section's model, with sections as large as
    ours.

    mu, tau and sigma come from their priors, theta_i and the sections' means from the model. Each
    data set is then analysed exactly with sigma known (a Normal-Normal model, one integral), for no
    pooling and partial pooling alike. Complete pooling takes the differences between instructors
    for noise: its sigma is that of all scores together.

    Parameters
    ----------
    datasets : int
    seed : int

    Returns
    -------
    dict of str to array (datasets, J)
        Sections from the smallest to the largest. ratio: width of partial pooling's interval over
        no pooling's; B: exact mean shrinkage factor; for each strategy "covers NAME" (whether its
        interval holds theta_i) and "error NAME" (of its estimate, in standard errors).
    """
    rng, n, rows = np.random.default_rng(seed), np.sort(model().n), []
    for _ in range(datasets):
        mu, tau, sigma = (prior.draw(rng) for prior in (MU, TAU, SIGMA))
        error = sigma / np.sqrt(n)
        theta = Normal(mu, np.full(len(n), tau)).draw(rng)
        y = Normal(theta, error).draw(rng)
        one = NormalNormal(y, error, mu=MU, tau=TAU)
        found, together = exact(one, rtol=1e-6), NormalNormal(y, overall_sd(y, n, sigma)
                                                              / np.sqrt(n), mu=MU)
        by = {"complete": middle(together.complete_pooling().mu_given())[:, None],
              "no": middle(one.no_pooling().theta_given()), "partial": estimates(found)}
        row = {"ratio": np.ptp(by["partial"][1:], axis=0) / np.ptp(by["no"][1:], axis=0),
               "B": found["shrinkage"].mean}
        for name, (estimate, low, high) in by.items():
            row |= {f"covers {name}": (low < theta) & (theta < high),
                    f"error {name}": (estimate - theta) / error}
        rows.append(row)
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def middle(normal):
    """Mean and the ends of the middle 89% of a Normal."""
    return np.array([normal.mean + z * normal.sd for z in (0.0, *stats.norm.ppf(ENDS))])


def overall_sd(y, n, sigma):
    """Of all scores together, from the sections' means y and sizes n, with sigma within each
    section.
    """
    between = (n * (y - np.average(y, weights=n)) ** 2).sum()
    return np.sqrt((sigma**2 * (n.sum() - len(n)) + between) / (n.sum() - 1))


def average_tables(many):
    """What `simulated` found, by number of students: two pandas tables.

    Of intervals and the pull; of the estimates' median error, in standard errors of a section's own
    mean.
    """
    n, strategies = np.sort(model().n), [f"{name} pooling" for name in STRATEGIES]
    columns = {"ratio of widths": many["ratio"].mean(axis=0),
               "narrower": (many["ratio"] < 1).mean(axis=0), "mean B": mean_shrinkage(n)}
    columns |= {name: many[f"covers {name.split()[0]}"].mean(axis=0) for name in strategies}
    errors = {name: np.median(np.abs(many[f"error {name.split()[0]}"]), axis=0)
              for name in strategies}
    DataFrame, index = need("pandas").DataFrame, [f"{size} students" for size in n]
    return DataFrame(columns, index), DataFrame(errors, index)


def mean_shrinkage(n):
    """Of a section of n over data sets from the section's model: 1 / (1 + sqrt(n) a / s).

    A posterior mean, averaged over data from the model, is the prior's. With tau = a |z|, sigma =
    s |z'| and standard normal z, z' the ratio z / z' is Cauchy, and E[1 / (1 + k^2 Cauchy^2)] is
    1 / (1 + k).
    """
    return 1 / (1 + np.sqrt(n) * TAU.scale / SIGMA.scale)


AVERAGE_FORMATS = {"ratio of widths": ".2f", "mean B": ".2f"} | dict.fromkeys(
    ["narrower", *(f"{name} pooling" for name in STRATEGIES)], ".0%")
