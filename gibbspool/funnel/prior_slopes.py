"""The slope of log p(tau) in log tau, for each kind of prior that a standard deviation can have."""
from ..distributions.spreads import PositiveFlat, RootInverseGamma, TruncatedNormal
from ..distributions.standard import Exponential, Gamma, HalfCauchy, HalfNormal, HalfT


def half_normal(prior, tau):
    """-(tau / scale)^2"""
    return -(tau / prior.scale) ** 2


def half_cauchy(prior, tau):
    """-2 / (1 + (scale / tau)^2)"""
    return -2 / (1 + (prior.scale / tau) ** 2)


def half_t(prior, tau):
    """-(df + 1) / (1 + df (scale / tau)^2)"""
    return -(prior.df + 1) / (1 + prior.df * (prior.scale / tau) ** 2)


def exponential(prior, tau):
    """-rate tau"""
    return -prior.rate * tau


def gamma(prior, tau):
    """shape - 1 - rate tau"""
    return prior.shape - 1 - prior.rate * tau


def root_inverse_gamma(prior, tau):
    """2 scale / tau^2 - 2 shape - 1"""
    return 2 * prior.scale / tau**2 - 2 * prior.shape - 1


def truncated_normal(prior, tau):
    """-tau (tau - mean) / sd^2"""
    return -tau * (tau - prior.mean) / prior.sd**2


def positive_flat(prior, tau):
    """0"""
    return 0 * tau


# A Uniform is missing: its density ends in a wall, where there is no slope.
SLOPES = {
    HalfNormal: half_normal,
    HalfCauchy: half_cauchy,
    HalfT: half_t,
    Exponential: exponential,
    Gamma: gamma,
    RootInverseGamma: root_inverse_gamma,
    TruncatedNormal: truncated_normal,
    PositiveFlat: positive_flat,
}


def slope_of(prior):
    """The entry of SLOPES for this kind of prior; None if there is none."""
    return next((slope for kind, slope in SLOPES.items() if isinstance(prior, kind)), None)


def prior_slope(prior, tau):
    """d log p(tau) / d log tau at tau (...)."""
    return slope_of(prior)(prior, tau)
