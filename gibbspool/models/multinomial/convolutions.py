"""pi integrated out, and then all a_k = alpha pi0_k of a given sum: what is left is alpha alone.

The formulas are in `exact`; here is what they are made of, f_k, g, and the convolutions.
"""
from functools import cached_property
from itertools import accumulate

import numpy as np
from scipy.special import gammaln

from ...distributions.standard import Gamma
from ...numerics.quadrature import integrate
from ...numerics.special import log_multichoose
from .curves import Curve, grid_of_log_a
from .splits import Split

LOWEST_LOG_ALPHA = -700.0  # exp of less is zero in floating point, or nearly


class Convolutions:
    """f_1 * ... * f_K, one category after another, and the density of log alpha that follows.

    Parameters
    ----------
    model : DirichletMultinomial
        Its priors are used.
    counts : array (J, K)
        Of all groups, or of all but one.
    step : float
        Of the grid of log a.
    rtol : float
        Relative tolerance of the integrals.

    Attributes
    ----------
    each : list of Curve
        f_1, ..., f_K.
    leading : list of Curve
        f_1, f_1 * f_2, ..., f_1 * ... * f_K.
    integral : integral.Integral
        Of the density of log alpha: its total is log p(counts).
    """

    def __init__(self, model, counts, step, rtol):
        self.model, self.counts, self.n = model, counts, counts.sum(axis=1)
        self.c, self.step, self.rtol = model.pi0.concentration, step, rtol
        highest = np.log(largest_alpha(model))
        self.grid = grid_of_log_a(highest, step)
        self.each = [Curve(self.grid, self.log_f(k, self.grid)) for k in range(model.K)]
        self.leading = list(accumulate(self.each, self.convolve))
        self.integral = integrate(self.log_density, LOWEST_LOG_ALPHA, highest,
                                  alpha_and_its_square, rtol)

    def log_f(self, k, log_a):
        """log f_k(a) = (c_k - 1) log a + sum_r log[a^(counts_rk) / counts_rk!], rising factorials.

        Equal counts are worked out once.
        """
        values, times = np.unique(self.counts[:, k], return_counts=True)
        log_f = (self.c[k] - 1) * log_a
        for y, many in zip(values, times):
            log_f = log_f + many * log_multichoose(np.exp(log_a), y)
        return log_f

    def log_g(self, log_A):
        """log g(A) = log[p(alpha = A) A^(1 - sum c) prod_r n_r! / A^(n_r)], and p(pi0)'s constant.

        Equal n_r are worked out once.
        """
        A = np.exp(log_A)
        values, times = np.unique(self.n, return_counts=True)
        rising = sum(many * log_multichoose(A, n) for n, many in zip(values, times))
        constant = gammaln(self.c.sum()) - gammaln(self.c).sum()
        return self.model.alpha.logpdf(A) + (1 - self.c.sum()) * log_A - rising + constant

    def log_density(self, log_alpha):
        """log p(counts, log alpha) = log [g(alpha) (f_1 * ... * f_K)(alpha) alpha]."""
        return self.log_g(log_alpha) + self.leading[-1](log_alpha) + log_alpha

    def convolve(self, h, f):
        """h * f, a Curve on the grid."""
        *_, log_total, error = Split(h, f).integrate(self.grid, self.rtol)
        return Curve(self.grid, log_total, error)

    @property
    def error(self):
        """The largest relative error of the convolutions that lead to the density of alpha."""
        return max(curve.error for curve in self.leading)

    @cached_property
    def trailing(self):
        """f_2 * ... * f_K, ..., f_(K-1) * f_K, f_K; made when first asked for: alpha needs none."""
        from_the_last = list(accumulate(self.each[:0:-1], self.convolve))
        return from_the_last[::-1]

    def all_but(self, k):
        """The convolution of all f but f_k, a Curve."""
        if k == 0:
            return self.trailing[0]
        if k == self.model.K - 1:
            return self.leading[k - 1]
        return self.convolve(self.leading[k - 1], self.trailing[k])

    def split_off(self, k):
        """How alpha is split into alpha pi0_k and the rest, a Split."""
        return Split(self.all_but(k), self.each[k])


def alpha_and_its_square(log_alpha):
    """The functions whose integrals have to converge along with that of the density, (2, n)."""
    return np.exp(np.stack([log_alpha, 2 * log_alpha]))


def largest_alpha(model):
    """An alpha above which there is nothing: a Gamma prior, times a likelihood that grows at most
    like alpha^(J K / 2).
    """
    prior = model.alpha
    shape = (prior.shape if isinstance(prior, Gamma) else 1.0) + model.J * model.K / 2
    return (shape + 50 * np.sqrt(shape) + 1000) / prior.rate
