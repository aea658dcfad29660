"""Exercise 5.8.3 with other seeds: many data sets of its code, each analysed by quadrature, all at
once.
"""
import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.stats import gamma, norm, poisson

from ...data import hospitals

MU_LOG, SIGMA_LOG = 0.5, 0.6  # of the code that is said to have made the counts
STARTS = np.linspace(1e-6, 0.11 - 1e-6, 400)  # probabilities below an 89% interval

# Nodes; the integrand is even in sigma_log, so that midpoints on its half line are exact to many
# digits, as equal steps are on the whole line
LOG_LAM = np.arange(-8.0, 6.0, 0.04)
MU, SIGMA = (x.ravel() for x in np.meshgrid(np.arange(-4.0, 4.0, 0.08), np.arange(0.04, 5.0, 0.08)))


def counts(seeds):
    """Counts of the exercise's code with the seeds 0, 1, ...: (seeds, J)."""
    e, made = hospitals().exposure, []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        made.append(rng.poisson(rng.lognormal(MU_LOG, SIGMA_LOG, len(e)) * e))
    return np.array(made)


def shortest(quantile):
    """Width of the shortest 89% interval of each distribution; `quantile` of an array of
    probabilities gives (probabilities, distributions).
    """
    return (quantile(STARTS + 0.89) - quantile(STARTS)).min(axis=0)


def partial_widths(y, exposure, j):
    """Of hospital j's rate under partial pooling, (sets,).

    ::

        log lam_j ~ Normal(mu_log, sigma_log),  y_j ~ Poisson(lam_j e_j)
        p(mu_log, sigma_log | y)  ~  p(mu_log) p(sigma_log) prod_j m_j,
        m_j = integral of p(log lam_j | mu_log, sigma_log) p(y_j | lam_j)
    """
    step = LOG_LAM[1] - LOG_LAM[0]
    population = norm.pdf(LOG_LAM, MU[:, None], SIGMA[:, None]) * step   # (nodes, log lam)
    likelihood = poisson.pmf(y, np.exp(LOG_LAM)[:, None, None] * exposure)  # (log lam, sets, J)
    m = (population @ likelihood.reshape(len(LOG_LAM), -1)).reshape(-1, *y.shape)
    log_p = (np.log(m).sum(axis=2)
             + (norm.logpdf(MU) + norm.logpdf(SIGMA))[:, None])          # (nodes, sets)
    weight = np.exp(log_p - log_p.max(axis=0))
    density = likelihood[..., j] * (population.T @ (weight / m[..., j]))  # (log lam, sets)
    below = np.cumsum(density, axis=0) - density / 2
    below /= density.sum(axis=0)

    def quantile(p):
        x = np.column_stack([of_increasing(one)(p) for one in below.T])
        return np.exp(x)
    return shortest(quantile)


def of_increasing(below):
    """log lam as a function of the probability below it, for one data set."""
    some = np.flatnonzero(np.diff(below, prepend=-1.0) > 1e-12)
    return PchipInterpolator(below[some], LOG_LAM[some], extrapolate=True)


def narrower(seeds, j):
    """By which share partial pooling makes the 89% HDI of hospital j narrower than the exercise's
    model without pooling, lam_j ~ Gamma(1, 0.5), does: (seeds,).
    """
    y, exposure = counts(seeds), hospitals().exposure
    alone = shortest(lambda p: gamma.ppf(p[:, None], 1 + y[:, j]) / (0.5 + exposure[j]))
    return 1 - partial_widths(y, exposure, j) / alone
