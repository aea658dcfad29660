"""The exact posterior of the Dirichlet-Multinomial model: one-dimensional integrals, whatever the
number of categories.

In a_k = alpha pi0_k the joint density, pi integrated out, is a product over categories times a
function of their sum::

    p(counts, a_1, ..., a_K) = g(A) f_1(a_1) ... f_K(a_K),          A = a_1 + ... + a_K = alpha
    f_k(a) = a^(c_k - 1) prod_r a^(counts_rk) / counts_rk!
    g(A)   = p(alpha = A) A^(1 - sum c) prod_r n_r! / A^(n_r) * Gamma(sum c) / prod_k Gamma(c_k)

where c is the concentration of pi0's prior; a^(c_k - 1) and A^(1 - sum c) are powers, and all
others, a^(n) = a (a + 1) ... (a + n - 1) = Gamma(a + n) / Gamma(a), rising factorials.

So the integral over all a_k of a given sum is a convolution, f_1 * f_2 * ... * f_K at A, one
category after another: a chain of one-dimensional integrals in place of a K-dimensional one. With
it

- p(alpha | counts) is proportional to g(alpha) (f_1 * ... * f_K)(alpha);
- p(alpha, a_k | counts) to g(alpha) f_k(a_k) h_k(alpha - a_k), where h_k is the convolution of all
  the others;
- pi_rk | alpha, pi0 ~ Beta(a_k + counts_rk, alpha - a_k + n_r - counts_rk), mixed over that density
  of (alpha, a_k).
"""
from functools import partial

import numpy as np
from scipy.special import expit, logit

from ...distributions.marginals import Marginals, Transformed
from ...distributions.scale import refuse_no_concentration
from ...numerics.pieces import pieces
from ...numerics.plane import trapezoid
from ...numerics.quadrature import Unresolved
from ...numerics.special import EPS
from ..posterior import ExactPosterior
from .baseline_draws import draw_baseline
from .convolutions import LOWEST_LOG_ALPHA, Convolutions
from .left_out import left_out_over_nodes
from .marginal_table import MarginalTable
from .shares import LEAST_LOG_MASS, CategoryShare

GRID_STEPS = (0.2, 0.1, 0.05, 0.025)  # of log a, in the tables of the convolutions

DRAWN_AT_ONCE = 4000  # draws of pi0 that are made together


class ExactDirichletMultinomial(ExactPosterior):
    """alpha and the baseline by convolutions (see the module's docstring), pi as mixtures of Betas
    over them.

    Parameters
    ----------
    model : DirichletMultinomial
    rtol : float
        Relative tolerance of each integral.

    Attributes
    ----------
    convolutions : Convolutions
        Tabulated, and interpolated between, on a grid of log a that is fine enough.
    integral : integral.Integral
        The posterior of log alpha.
    nodes, log_mass : array (n,)
        Values of log alpha and the log of the probability that each stands for, for the mixtures.
    wide_nodes : tuple of two arrays
        The same with lighter ones, for leave-one-out.
    error : float
        Of log p(counts) and of the moments of alpha; it grows when a share is asked for whose
        integrals have a larger one.

    Raises
    ------
    ValueError
        The estimated error is above 1e-6, or alpha may be so near zero that the integrals cannot
        follow, or a prior is narrower than floating point can tell.
    """

    @staticmethod
    def refuse(model):
        """Refuse priors of concentrations that no data could tell."""
        refuse_no_concentration(alpha=model.alpha, pi0=model.pi0)

    def __init__(self, model, rtol=1e-10):
        super().__init__(model)
        self.refuse(model)
        self.take_errors(rtol, self.roundings())
        self.rtol = max(rtol, 10 * self.error)
        try:
            self.refine_the_grid()
        except Unresolved:
            raise ValueError(f"no exact posterior: {self.too_narrow()}") from None
        except ValueError as lost:
            raise ValueError(f"no exact posterior: the priors, alpha ~ {model.alpha!r} and pi0 ~ "
                             f"{model.pi0!r}, do not suit the counts (up to "
                             f"{model.counts.max():.3g}): {lost}") from None
        self.refuse_alpha_near_zero()
        self.place_nodes()
        self.take_errors(rtol, {**self.roundings(), "the quadrature does not converge to rtol":
                                self.error})
        self.categories = {}
        answered = [group for group, n in zip(model.groups, model.n) if n > 0]
        self.marginals = {
            "alpha": self.function_of_alpha(np.exp, np.log, np.log, model.alpha.support, "alpha"),
            "pi0": Marginals(self.share_in_baseline, model.categories, "pi0"),
            "pi": MarginalTable(self.shares_in_group, model.groups, "pi", self.moments_of_shares),
            "shrinkage": Marginals(self.shrinkage, answered, "shrinkage"),
        }
        self.new_group = Marginals(self.share_in_new_group, model.categories, "pi_new")

    def refine_the_grid(self):
        """Halve the step of the grid until the evidence and the moments of alpha stand still; the
        last change is part of `error`.
        """
        before = None
        for step in GRID_STEPS:
            self.convolutions = Convolutions(self.model, self.model.counts, step, self.rtol)
            self.integral = self.convolutions.integral
            probability, alpha = np.exp(self.integral.log_mass), np.exp(self.integral.u)
            mean = probability @ alpha
            sd = np.sqrt(probability @ (alpha - mean) ** 2)
            found = np.array([self.integral.log_total, mean / sd, np.log(sd)])
            if before is not None:
                self.error = float(self.integral.error + self.convolutions.error
                                   + np.abs(found - before).max())
                if self.error < 100 * self.rtol:
                    break
            before = found

    def refuse_alpha_near_zero(self):
        """ValueError where the integrals cannot follow alpha."""
        log_density = self.convolutions.log_density
        if log_density(LOWEST_LOG_ALPHA) > log_density(self.integral.quantile(0.5)) - 35:
            raise ValueError(f"no exact posterior: with alpha ~ {self.model.alpha!r} the posterior "
                             f"of alpha reaches down to exp({LOWEST_LOG_ALPHA:g}), where its "
                             "integrals cannot follow; give alpha a prior with less weight near "
                             "zero")

    def too_narrow(self):
        """Half a sentence on a posterior that is a single number in floating point."""
        return ("alpha or pi0 is so narrow that floating point cannot tell its values apart; take "
                f"wider priors than alpha ~ {self.model.alpha!r} and pi0 ~ {self.model.pi0!r}")

    def roundings(self):
        """Rounding errors of the log density by their causes: logs, times powers and counts.

        At a large alpha the rising factorials are powers of alpha pi0, as high as there are people.
        """
        model = self.model
        alpha = model.alpha
        power = getattr(alpha, "shape", 1.0)
        log_alpha = 1 + abs(np.log(power / alpha.rate))
        people = np.minimum(model.n, power / alpha.rate).sum()
        large = "so large that its digits do not suffice"
        return {
            f"pi0 ~ {model.pi0!r} makes the log density {large}; take a wider prior of pi0":
                4 * EPS * model.pi0.concentration.sum(),
            f"alpha ~ {alpha!r} makes the log density {large}; take a wider prior of alpha":
                4 * EPS * (power * log_alpha),
            f"alpha ~ {alpha!r} lets alpha be so large that a group's shares are those of pi0 to "
            "the last digit; take complete_pooling(), or a prior of alpha with smaller values":
                0.1 * EPS * power / alpha.rate,
            f"{model.n.sum():.3g} people and alpha ~ {alpha!r} make the log density {large}":
                4 * EPS * people * log_alpha,
        }

    def place_nodes(self):
        """Nodes of log alpha = median + 5 sinh(w): at nearly even steps where the mass is, wide
        ones in a long tail.
        """
        median = self.integral.quantile(0.5)

        def log_density(w):
            """Up to a constant; d log alpha / dw is proportional to cosh(w)."""
            return self.convolutions.log_density(median + 5 * np.sinh(w)) + np.log(np.cosh(w))

        low = np.arcsinh((self.integral.low[0] - median) / 5)
        high = np.arcsinh((self.integral.high[-1] - median) / 5)
        w, log_mass, _, error = trapezoid(log_density, low, high, self.rtol, points=33)
        self.wide_nodes = median + 5 * np.sinh(w), log_mass
        self.nodes, self.log_mass = (x[log_mass > LEAST_LOG_MASS] for x in self.wide_nodes)
        self.error = max(self.error, error)

    @property
    def log_evidence(self):
        """log p(counts)."""
        return self.integral.log_total

    def function_of_alpha(self, x, log_alpha, log_slope, support, name):
        """The marginal of a rising function of log alpha.

        Parameters
        ----------
        x, log_alpha : callable
            The function and its inverse.
        log_slope : callable
            log(dx / d log alpha), as a function of x.
        """
        def logpdf(value):
            value = np.asarray(value, dtype=float)
            inside = (value > support[0]) & (value < support[1])
            at = np.where(inside, value, x(self.integral.u[0]))
            log_p_alpha = self.convolutions.log_density(log_alpha(at)) - self.integral.log_total
            return np.where(inside, log_p_alpha - log_slope(at), -np.inf)[()]

        return Transformed(self.integral, x, log_alpha, logpdf, support, name)

    def shrinkage(self, j):
        """B_r = alpha / (alpha + n_r) of the j-th group that anybody answered in; else it is 1."""
        r = np.flatnonzero(self.model.n > 0)[j]
        log_n = np.log(self.model.n[r])
        return self.function_of_alpha(lambda log_alpha: expit(log_alpha - log_n),
                                      lambda B: logit(B) + log_n,
                                      lambda B: np.log(B) + np.log1p(-B),
                                      (0.0, 1.0), f"shrinkage[{self.model.groups[r]}]")

    def category(self, k):
        """The CategoryShare of category k, worked out once for the baseline and all groups."""
        if k not in self.categories:
            found = CategoryShare(self.convolutions.split_off(k), self.nodes, self.log_mass,
                                  self.rtol)
            self.error = max(self.error, found.error)
            self.categories[k] = found
        return self.categories[k]

    def share_in_baseline(self, k):
        """The marginal of pi0_k."""
        return self.category(k).in_baseline(f"pi0[{self.model.categories[k]}]")

    def shares_in_group(self, r):
        """The marginals of pi_r1, ..., pi_rK."""
        return Marginals(partial(self.share_in_group, r), self.model.categories,
                         f"pi[{self.model.groups[r]}]")

    def moments_of_shares(self):
        """Means and sds of all pi_rk, (2, J, K)."""
        counts, n = self.model.counts, self.model.n
        return np.stack([self.category(k).moments(counts[:, k], n - counts[:, k])
                         for k in range(self.model.K)], axis=-1)

    def share_in_group(self, r, k):
        """The marginal of pi_rk."""
        y, n = self.model.counts[r, k], self.model.n[r]
        name = f"pi[{self.model.groups[r]}, {self.model.categories[k]}]"
        return self.category(k).in_group(y, n - y, name)

    def share_in_new_group(self, k):
        """The marginal of pi_new,k."""
        return self.category(k).in_group(0, 0, f"pi_new[{self.model.categories[k]}]")

    def _log_left_out(self):
        """log p(counts_r | the others), from the mean of 1 / p(counts_r | alpha, pi0) over nodes.

        Where a group had much to say, the others alone allow values of alpha and pi0 that the whole
        data rule out, and the nodes do not reach them: leaving out the lightest of them makes a
        difference. Then log p(counts) - log p(the others' counts), both integrated.
        """
        log_p, with_fewer = (left_out_over_nodes(self.convolutions, *self.wide_nodes, lightest)
                             for lightest in (-45.0, -33.0))
        counts = self.model.counts
        distinct, which = np.unique(counts, axis=0, return_inverse=True)
        which = which.ravel()
        for row in np.unique(which[~(np.abs(log_p - with_fewer) < 1e-8)]):
            others = np.delete(counts, np.argmax(which == row), axis=0)
            without = Convolutions(self.model, others, self.convolutions.step, self.rtol)
            log_p[which == row] = self.log_evidence - without.integral.log_total
        return log_p

    def _draw(self, rng, shape):
        """alpha, then pi0 given alpha, then pi given both."""
        alpha = self["alpha"].draw(rng, shape)
        log_alpha = np.log(alpha).ravel()
        pi0 = np.concatenate([draw_baseline(rng, self.convolutions, piece)
                              for piece, in pieces(log_alpha, cells=1, largest=DRAWN_AT_ONCE)])
        pi0 = pi0.reshape(*shape, self.model.K)
        return {"alpha": alpha, "pi0": pi0, "pi": self.model.pi_given(alpha, pi0).draw(rng)}
