"""Quantiles of the priors, in closed form or by SciPy's inverse functions."""
import numpy as np
from scipy.special import betaincinv, gammaincinv, log_ndtr, ndtri, ndtri_exp, stdtrit

from . import standard
from .spreads import RootInverseGamma, TruncatedNormal


def quantile(prior, p):
    """The x with a share p of a prior below it, elementwise.

    Parameters
    ----------
    prior : Distribution
        A proper prior of a single number.
    p : array
        Between 0 and 1.

    Raises
    ------
    TypeError
        The prior is of a kind that has no quantiles here.
    """
    for kind, formula in FORMULAS.items():
        if isinstance(prior, kind):
            return formula(prior, np.asarray(p, dtype=float))
    raise TypeError(f"there are no quantiles of {prior!r} here")


def of_normal(prior, p):
    return prior.mean + prior.sd * ndtri(p)


def of_truncated_normal(prior, p):
    """Phi((mean - x) / sd) = (1 - p) Phi(mean / sd)."""
    log_Phi = np.log1p(-p) + log_ndtr(prior.mean / prior.sd)
    return np.maximum(prior.mean - prior.sd * ndtri_exp(log_Phi), 0.0)


def of_half_normal(prior, p):
    return prior.scale * ndtri((1 + p) / 2)


def of_half_cauchy(prior, p):
    return prior.scale * np.tan(np.pi * p / 2)


def of_half_t(prior, p):
    return prior.scale * stdtrit(prior.df, (1 + p) / 2)


def of_exponential(prior, p):
    return -np.log1p(-p) / prior.rate


def of_gamma(prior, p):
    return gammaincinv(prior.shape, p) / prior.rate


def of_inverse_gamma(prior, p):
    """1 / x ~ Gamma(shape, scale)."""
    return prior.scale / gammaincinv(prior.shape, 1 - p)


def of_root_inverse_gamma(prior, p):
    return np.sqrt(of_inverse_gamma(prior, p))


def of_uniform(prior, p):
    return prior.low + p * (prior.high - prior.low)


def of_beta(prior, p):
    return betaincinv(prior.a, prior.b, p)


FORMULAS = {
    standard.Normal: of_normal, TruncatedNormal: of_truncated_normal,
    standard.HalfNormal: of_half_normal, standard.HalfCauchy: of_half_cauchy,
    standard.HalfT: of_half_t, standard.Exponential: of_exponential, standard.Gamma: of_gamma,
    standard.InverseGamma: of_inverse_gamma, RootInverseGamma: of_root_inverse_gamma,
    standard.Uniform: of_uniform, standard.Beta: of_beta,
}
