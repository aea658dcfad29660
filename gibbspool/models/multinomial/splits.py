"""How a whole is split in two parts: a + rest = A, such as alpha pi0_k + alpha (1 - pi0_k) = alpha.

A share t = a / A may be as small as exp(-80000) when alpha is near zero. The coordinate v with
logit(t) = sinh(v) reaches there, and near t = 1/2 it is as good as logit(t) itself. Wherever `v`
stands in this wing, it is this coordinate.
"""
from dataclasses import dataclass

import numpy as np
from scipy.special import log_expit

from ...numerics.plane import trapezoid
from .curves import Curve

LARGEST_V = 12.0  # a share or the rest of it is then exp(-80000)


def log_shares(v):
    """log t and log(1 - t), where logit(t) = sinh(v)."""
    return log_expit(np.sinh(v)), log_expit(-np.sinh(v))


@dataclass(frozen=True)
class Split:
    """The density f(a) h(A - a) of the two parts of A, unnormalised.

    Attributes
    ----------
    h, f : Curve
        Of the rest A - a and of the part a.
    """

    h: Curve
    f: Curve

    def log_density(self, log_A, v):
        """log of f(a) h(A - a) |da/dv|, where a = A t and logit(t) = sinh(v).

        da/dv = A dt/dv = A t (1 - t) cosh(v).
        """
        log_t, log_rest = log_shares(v)
        return (self.h(log_A + log_rest) + self.f(log_A + log_t)
                + log_A + log_t + log_rest + np.log(np.cosh(v)))

    def integrate(self, log_A, rtol):
        """The integral over a = 0 ... A, for each A: the convolution (h * f)(A).

        Returns
        -------
        v, log_mass : array (points, n)
            Nodes, for each of the n values of A, and the log of the share of the integral that each
            stands for.
        log_total : array (n,)
            log (h * f)(A).
        error : float
            Largest relative error.
        """
        ends = np.full(len(log_A), LARGEST_V)
        return trapezoid(lambda v: self.log_density(log_A, v), -ends, ends, rtol, points=33)
