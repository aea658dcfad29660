"""Exercise 5.8.4(d): does the model tell the private schools' advantage from the spread of schools?

The intervals of beta and tau are no test at the recipe's own values: those of the priors hold them
always. So both vary here, as their priors say, and estimate and truth are compared.
"""
import numpy as np

from ...guide.many import ManyPosteriors
from ..yardsticks import MARGIN, TREND, TYPICALLY
from .halves import Claim, halves


def estimates_and_truths(batches, public, private, sigmas, mu, beta, tau, each=50, seed=1):
    """Posterior means of beta and tau in data sets whose beta and tau come from their priors.

    Parameters
    ----------
    batches, each : int
        Data sets: `each` have the same standard errors.
    public, private : int
        Schools of either kind.
    sigmas : (float, float)
        Standard errors are uniform between these.
    mu : float
        True mean of the public schools.
    beta, tau : Normal, HalfNormal
    seed : int

    Returns
    -------
    dict of str to two arrays (batches * each,)
        Of beta and tau: estimates and truths.
    """
    rng, rows = np.random.default_rng(seed), []
    x = np.repeat([0.0, 1.0], [public, private])
    for _ in range(batches):
        sigma = rng.uniform(*sigmas, len(x))
        true_beta = rng.normal(beta.mean, beta.sd, each)
        true_tau = np.abs(rng.normal(0.0, tau.scale, each))
        theta = (mu + true_beta[:, None] * x
                 + true_tau[:, None] * rng.standard_normal((each, len(x))))
        found = ManyPosteriors(theta + sigma * rng.standard_normal(theta.shape), sigma, tau=tau,
                               x=x, beta=beta)
        rows.append((found.coefficients()[0][:, 1], true_beta, found.tau_mean, true_tau))
    beta_mean, true_beta, tau_mean, true_tau = map(np.concatenate, zip(*rows))
    return {"beta": (beta_mean, true_beta), "tau": (tau_mean, true_tau)}


def correlation(x, y):
    """Pearson's, and its standard error."""
    r = float(np.corrcoef(x, y)[0, 1])
    return r, (1 - r**2) / np.sqrt(len(x))


def judge_separates(ledger, found, off_zero, times):
    """`found` is of `estimates_and_truths`; `off_zero`, the share of `times` data sets by the
    recipe in which the middle 89% of beta leave out 0.
    """
    claims = []
    for name, pair in found.items():
        r, se = correlation(*pair)
        claims.append(Claim(r - MARGIN * se >= TREND,
                            f"Separates: estimate and truth of {name} have a correlation of "
                            f"{r:.2f} (standard error {se:.2f}) in {len(pair[0])} data sets."))
    se = np.sqrt(TYPICALLY * (1 - TYPICALLY) / times)
    claims.append(Claim(off_zero - MARGIN * se > TYPICALLY,
                        "From no advantage at all: the middle 89% of beta leave out 0 in "
                        f"{off_zero:.0%} of {times} data sets by the recipe."))
    halves(ledger, "ex4.d.separates", *claims)
