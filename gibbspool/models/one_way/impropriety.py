"""TODO models.one_way.impropriety"""
import numpy as np

from ...distributions.spreads import RootInverseGamma
from ...distributions.standard import Gamma


def power_at_zero(prior):
    """b where the prior of a standard deviation behaves like x^b as x falls to 0; inf where it keeps away from 0."""
    if prior.support[0] > 0 or isinstance(prior, RootInverseGamma):
        return np.inf
    return prior.shape - 1 if isinstance(prior, Gamma) else 0.0


def sd_impropriety(name, prior, tail, spike, degenerate):
    """Why prior(x) p(y | x) cannot be normalised, as a sentence; None if it can.

    p(y | x) falls like x^-tail as x grows; for degenerate data, which do not vary, it rises like
    x^-spike as x falls.
    """
    if tail + prior.tail_power <= 1:
        return (f"with {name} ~ {prior!r} there are too few observations to keep {name} finite; "
                "give it a proper prior, such as HalfNormal(15)")
    if degenerate and spike - power_at_zero(prior) >= 1:
        return (f"the observations that {name} is learnt from do not vary, so p(y | {name}) grows "
                f"without bound as {name} falls to 0 and its prior {prior!r} does not prevent it; "
                "choose one that keeps away from 0, such as InverseGamma(1, 1)")
    return None
