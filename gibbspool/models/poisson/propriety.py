"""What is finite under the Poisson-lognormal model: its posterior, and the moments of a new rate.

Counts above zero keep sigma_log from going to infinity, each by a factor 1 / sigma_log of the
likelihood; what they leave undone the priors have to do.
"""
import numpy as np

from ...distributions.spreads import TruncatedNormal
from ...distributions.standard import Flat, HalfNormal, Uniform


def tail_power(y, mu_log, sigma_log):
    """a where p(sigma_log | y) falls like sigma_log^-a, under these priors.

    Each group with a count above zero gives one factor 1 / sigma_log, and a flat mu_log takes one
    back. A count of zero gives none: it is as likely under a rate of zero, however far down its
    logarithm may be.
    """
    return np.count_nonzero(y) - isinstance(mu_log, Flat) + sigma_log.tail_power


def is_proper(y, mu_log, sigma_log):
    """Whether the posterior given counts y is proper: sigma_log and mu_log are kept finite."""
    return (tail_power(y, mu_log, sigma_log) > 1
            and (bool(np.any(y)) or not isinstance(mu_log, Flat)))


def moment_of_new_rate(model, k):
    """0.0 where E[lam_new^k | y] is finite; inf where it is not; nan where it is not decided here.

    It is the posterior mean of exp(k mu_log + k^2 sigma_log^2 / 2). As sigma_log grows, the
    posterior falls like its prior times sigma_log^-a, where each group with a count above zero adds
    one to a. With a flat mu_log the integral over mu_log, whose posterior is then as wide as
    sigma_log / sqrt(J), brings another factor exp(k^2 sigma_log^2 / (2 J)). J counts the groups
    with an exposure.
    """
    prior, flat = model.sigma_log, isinstance(model.mu_log, Flat)
    if isinstance(prior, Uniform):
        return 0.0
    if not isinstance(prior, (HalfNormal, TruncatedNormal)):
        return np.inf  # it falls more slowly than any exp(-c sigma_log^2)
    mean, precision = normal_tail(prior)
    watched = max(np.count_nonzero(model.exposure), 1)
    growth = k**2 * (1 + flat / watched) / precision - 1
    if abs(growth) > 1e-12:
        return 0.0 if growth < 0 else np.inf
    if flat:
        return np.nan
    return 0.0 if mean < 0 or (mean == 0 and np.count_nonzero(model.y) > 1) else np.inf


def normal_tail(prior):
    """Mean and precision of the normal that a HalfNormal or TruncatedNormal is a part of."""
    if isinstance(prior, HalfNormal):
        return 0.0, 1 / prior.scale**2
    return prior.mean, 1 / prior.sd**2


def log_prior_tilted(prior, sigma_log, k):
    """log p(sigma_log) + k^2 sigma_log^2 / 2, the squares taken together before they can cancel.

    For the priors under which E[lam_new^k] can be finite: a Uniform, or a part of a normal.
    """
    if isinstance(prior, Uniform):
        return prior.logpdf(sigma_log) + 0.5 * k**2 * sigma_log**2
    mean, precision = normal_tail(prior)
    return (prior.logpdf(0.0) + mean * precision * sigma_log
            + 0.5 * (k**2 - precision) * sigma_log**2)
