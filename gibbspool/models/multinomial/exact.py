"""The exact posterior of the Dirichlet-Multinomial model: one-dimensional integrals, whatever the
number of categories.

In a_k = alpha pi0_k the joint density, pi integrated out, is a product over categories times a
function of their sum::

    p(counts, a_1, ..., a_K) = g(A) f_1(a_1) ... f_K(a_K),            A = a_1 + ... + a_K = alpha
    f_k(a) = a^(c_k - 1) prod_r Gamma(a + counts_rk) / (Gamma(a) counts_rk!)     c: the concentration of pi0's prior
    g(A)   = p(alpha = A) A^(1 - sum c) prod_r Gamma(A) n_r! / Gamma(A + n_r) * Gamma(sum c) / prod_k Gamma(c_k)

So the integral over all a_k of a given sum is a convolution, f_1 * f_2 * ... * f_K at A, one
category after another: a chain of one-dimensional integrals in place of a K-dimensional one. With
it

- p(alpha | counts) is proportional to g(alpha) (f_1 * ... * f_K)(alpha);
- p(alpha, a_k | counts) to g(alpha) f_k(a_k) h_k(alpha - a_k), where h_k is the convolution of all
  the others;
- pi_rk | alpha, pi0 ~ Beta(a_k + counts_rk, alpha - a_k + n_r - counts_rk), mixed over that density
  of (alpha, a_k).
"""
from collections import namedtuple

import numpy as np
from scipy.interpolate import PPoly, make_interp_spline
from scipy.special import betaln, expit, gammaln, log_expit, logit

from ...distributions.beta_mixture import BetaMixture
from ...distributions.marginals import Marginals, Transformed
from ...distributions.standard import Gamma
from ...numerics.plane import trapezoid
from ...numerics.quadrature import integrate, zoom
from ...numerics.special import log_multichoose
from ...sampling.griddy import Griddy
from ..posterior import ExactPosterior

FURTHEST = 12.0    # of v, where logit(share) = sinh(v): shares down to exp(-80000)

LOWEST = -700.0     # of log alpha

NEGLIGIBLE = -28.0  # log of the probability of a node that is left out


class ExactDirichletMultinomial(ExactPosterior):
    """alpha and the baseline by convolutions (see the module's docstring), pi as mixtures of Betas
    over them.

    Each convolution is tabulated on a grid of log A and interpolated between. The grid's step is
    halved until the evidence and the mean and standard deviation of alpha stand still; the last
    change is part of `error`.

    Attributes
    ----------
    sums : Sums
        The convolutions.
    integral : quadrature.Integral
        The posterior of log alpha.
    nodes, log_mass : array (n,)
        Values of log alpha and the log of the probability that each stands for, for the mixtures.

    Raises
    ------
    RuntimeError
        The estimated error is above 1e-6: the integrals cannot be trusted.
    """

    def __init__(self, model, rtol=1e-10):
        super().__init__(model)
        self.rtol = rtol
        self._halve_the_step()
        self._alpha = self._from_log_alpha(np.exp, np.log, "alpha", model.alpha.support)
        self._place_nodes()
        self._shares = {}
        self.marginals = {
            "alpha": self._alpha,
            "pi0": Marginals(self._pi0, model.categories, "pi0"),
            "pi": Table(lambda r: Marginals(lambda k: self._pi(r, k), model.categories,
                                            f"pi[{model.groups[r]}]"),
                        model.groups, "pi"),
            "shrinkage": Marginals(self._shrinkage,
                                   [g for g, n in zip(model.groups, model.n) if n > 0],
                                   "shrinkage"),
        }
        self.new_group = Marginals(self._pi_new, model.categories, "pi_new")

    def _halve_the_step(self):
        previous = None
        for step in (0.2, 0.1, 0.05, 0.025):
            self.sums = Sums(self.model, self.model.counts, step, self.rtol)
            self.integral = self.sums.integral
            weight, alpha = np.exp(self.integral.log_mass), np.exp(self.integral.u)
            mean = weight @ alpha
            sd = np.sqrt(weight @ (alpha - mean) ** 2)
            found = np.array([self.integral.log_total, mean / sd, np.log(sd)])
            if previous is not None:
                self.error = float(self.integral.error + self.sums.error
                                   + np.abs(found - previous).max())
                if self.error < 100 * self.rtol:
                    break
            previous = found
        if self.sums.log_density(LOWEST) > self.sums.log_density(self.integral.quantile(0.5)) - 35:
            raise RuntimeError(f"with alpha ~ {self.model.alpha!r} the posterior of alpha reaches "
                               f"down to exp({LOWEST:g}), where its integrals cannot follow; give "
                               "alpha a prior with less weight near zero")
        if not self.error < 1e-6:
            raise RuntimeError("the integrals over alpha and pi0 have an estimated relative error "
                               f"of {self.error:.1e}, more than 1e-6: these counts (up to "
                               f"{self.model.counts.max():.3g}) or priors are too extreme for "
                               "them; sample the model with gibbspool.sample")

    def _place_nodes(self):
        middle = self.integral.quantile(0.5)

        def log_alpha(v):
            # nearly even steps where the mass is, wide ones in a long tail
            return middle + 5 * np.sinh(v)

        def log_density(v):
            return self.sums.log_density(log_alpha(v)) + np.log(np.cosh(v))

        low, high = (np.arcsinh((end - middle) / 5)
                     for end in (self.integral.low[0], self.integral.high[-1]))
        v, log_mass, _, error = trapezoid(log_density, low, high, self.rtol, points=33)
        keep = log_mass > NEGLIGIBLE
        self.nodes, self.log_mass = log_alpha(v[keep]), log_mass[keep]
        self.error = max(self.error, error)

    @property
    def log_evidence(self):
        return self.integral.log_total

    def _from_log_alpha(self, x, log_alpha, name, support, log_jacobian=np.log):
        """The marginal of a monotone function x of log alpha; log_jacobian is that of |dx / d log alpha|."""
        def logpdf(value):
            value = np.asarray(value, dtype=float)
            inside = (value > support[0]) & (value < support[1])
            at = np.where(inside, value, x(self.integral.u[0]))
            log_p = self.sums.log_density(log_alpha(at)) - self.integral.log_total - log_jacobian(at)
            return np.where(inside, log_p, -np.inf)[()]

        return Transformed(self.integral, x, log_alpha, logpdf, support, name)

    def _shrinkage(self, j):
        """Of the j-th group that anybody answered in; for the others it is 1."""
        r = np.flatnonzero(self.model.n > 0)[j]
        log_n = np.log(self.model.n[r])
        return self._from_log_alpha(lambda s: expit(s - log_n), lambda B: logit(B) + log_n,
                                    f"shrinkage[{self.model.groups[r]}]", (0.0, 1.0),
                                    lambda B: np.log(B) + np.log1p(-B))

    def _share(self, k):
        """Nodes of (log alpha, pi0_k), worked out once for each category."""
        if k not in self._shares:
            split = self.sums.split(k)
            ends = np.full(len(self.nodes), FURTHEST)
            v, log_mass, log_total, error = trapezoid(lambda v: split(self.nodes, v), -ends, ends,
                                                      self.rtol, points=33)
            self.error = max(self.error, error)
            self._shares[k] = Share(split, log_total,
                                    *_nodes(self.nodes, v, log_mass + self.log_mass))
        return self._shares[k]

    def _pi0(self, k):
        share = self._share(k)

        def log_density(v):
            return _log_sum(self.log_mass - share.log_total + share.split(self.nodes, v[..., None]))

        return _from_logit(log_density, f"pi0[{self.model.categories[k]}]", self.rtol)

    def _betas(self, k, successes, others, name):
        """The mixture of Beta(a_k + successes, alpha - a_k + others) over the nodes of (log alpha,
        pi0_k).
        """
        share = self._share(k)
        mixture = BetaMixture(share.log_mass, share.a + successes, share.b + others, name)
        ripples = _ripples(share, successes + others)
        if np.exp(share.log_mass) @ ripples < 1e-7:
            return mixture
        alpha = share.a + share.b
        limit = alpha[ripples].min() * (1 - 1e-9)  # below the rounding of a + b
        smooth = alpha < limit
        rest = self._log_density_where_betas_are_narrow(k, successes, others, np.log(limit))

        a, b = share.a[smooth] + successes, share.b[smooth] + others
        scale = share.log_mass[smooth] - betaln(a, b)

        def log_density(v):
            log_x, log_rest = log_expit(np.sinh(v))[:, None], log_expit(-np.sinh(v))[:, None]
            return np.logaddexp(_log_sum(scale + a * log_x + b * log_rest),
                                rest(v)) + np.log(np.cosh(v))

        v, _ = zoom(log_density, -FURTHEST, FURTHEST, points=33)
        v = np.linspace(v[0], v[-1], 385)
        return _from_logit(Curve(v, log_density(v)), name, 1e-9, (v[0], v[-1]),
                           (mixture.mean, mixture.sd))

    def _log_density_where_betas_are_narrow(self, k, successes, others, log_alpha):
        """log density of v, logit(pi_rk) = sinh(v), and alpha >= exp(log_alpha): pi0_k is integrated anew at each v."""
        share = self._share(k)
        chosen = (self.nodes >= log_alpha) & (self.log_mass > -16)
        nodes, log_mass = self.nodes[chosen], (self.log_mass - share.log_total)[chosen]

        def log_density(v):
            log_x, log_rest = log_expit(np.sinh(v))[..., None], log_expit(-np.sinh(v))[..., None]

            def given_node(w):
                a, b = np.exp(nodes + log_expit(np.sinh(w))), np.exp(nodes + log_expit(-np.sinh(w)))
                return (share.split(nodes, w) + (a + successes) * log_x + (b + others) * log_rest
                        - betaln(a + successes, b + others))

            ends = np.full((*v.shape, len(nodes)), FURTHEST)
            w, log_p = zoom(given_node, -ends, ends, points=65)
            return _log_sum(log_mass + _log_sum(np.moveaxis(log_p, 0, -1)) + np.log(w[1] - w[0]))

        return log_density

    def _pi(self, r, k):
        y, n = self.model.counts[r, k], self.model.n[r]
        return self._betas(k, y, n - y, f"pi[{self.model.groups[r]}, {self.model.categories[k]}]")

    def _pi_new(self, k):
        return self._betas(k, 0, 0, f"pi_new[{self.model.categories[k]}]")

    def _log_left_out(self):
        """log p(counts_r | the others) = log p(counts) - log p(the others' counts)."""
        without = [np.delete(self.model.counts, r, axis=0) for r in range(self.model.J)]
        return np.array([self.log_evidence
                         - Sums(self.model, counts, self.sums.step, self.rtol).integral.log_total
                         for counts in without])

    def _draw(self, rng, shape):
        alpha = self["alpha"].draw(rng, shape)
        pi0 = np.concatenate([self.sums.draw_shares(rng, part)
                              for part in _parts(np.log(alpha).ravel(), 4000)])
        pi0 = pi0.reshape(*shape, self.model.K)
        return {"alpha": alpha, "pi0": pi0, "pi": self.model.pi_given(alpha, pi0).draw(rng)}


Share = namedtuple("Share", "split log_total a b spacing log_mass")

Share.__doc__ = """pi0_k together with alpha.

split : log density of log alpha and v, logit(pi0_k) = sinh(v); log_total : log of its integral over v at each node of
log alpha; a, b, log_mass : nodes of (alpha pi0_k, alpha (1 - pi0_k)) and the log of the probability that each stands
for; spacing : distance of the nodes in logit(pi0_k).
"""


def _nodes(log_alpha, v, log_mass):
    """a, b, spacing and log_mass of the nodes that are not negligible."""
    keep = log_mass > NEGLIGIBLE
    log_alpha = np.broadcast_to(log_alpha, v.shape)[keep]
    u, spacing = np.sinh(v[keep]), ((v[1] - v[0]) * np.cosh(v))[keep]
    return np.exp(log_alpha + log_expit(u)), np.exp(log_alpha
                                                    + log_expit(-u)), spacing, log_mass[keep]


def _ripples(share, n):
    """Nodes that lie so far apart that single Betas would show in a mixture, for a group of n
    people.

    As a function of logit(pi0_k), Beta(pi_rk; a + y, b + n - y) is about sqrt((1 + n / (a + b)) (1
    / a + 1 / b)) wide.
    """
    with np.errstate(over="ignore"):
        width = np.sqrt((1 + n / (share.a + share.b)) * (1 / share.a + 1 / share.b))
    return width < 1.2 * share.spacing


def _from_logit(log_density, name, rtol, ends=(-FURTHEST, FURTHEST), moments=None):
    """The marginal of a share whose logit is sinh(v), given the log density of v."""
    lowest, highest = np.maximum(np.sinh(ends[0]), -690.0), np.minimum(np.sinh(ends[1]), 690.0)

    def logpdf(x):
        x = np.asarray(x, dtype=float)
        inside = (x >= 0) & (x <= 1)
        u = np.clip(logit(np.where(inside, x, 0.5)), lowest, highest)  # the limit, at 0 and at 1
        v = np.arcsinh(u)
        log_p = log_density(v) - integral.log_total - np.log(np.cosh(v)) - log_expit(u) - log_expit(-u)
        return np.where(inside, log_p, -np.inf)[()]

    integral = integrate(log_density, *ends, lambda v: expit(np.sinh(v))[None], rtol, drop=60.0,
                         points=200, panels=16)
    return Transformed(integral, lambda v: expit(np.sinh(v)), lambda x: np.arcsinh(logit(x)),
                       logpdf, (0.0, 1.0), name,
                       moments)


def _parts(x, size):
    return [x[start:start + size] for start in range(0, len(x), size)]


def _log_sum(x):
    """log of the sum of exp(x) over the last axis."""
    top = x.max(axis=-1, keepdims=True, initial=-1e300)
    return np.log(np.maximum(np.exp(x - top).sum(axis=-1), 1e-300)) + top[..., 0]


class Sums:
    """The convolutions f_1 * ... * f_k of the module's docstring, and the density of log alpha that
    they lead to.

    Parameters
    ----------
    model : DirichletMultinomial
        Its priors are used.
    counts : array (J, K)
        Of all groups, or of all but one.
    step : float
        Of the grid of log A.
    rtol : float

    Attributes
    ----------
    integral : quadrature.Integral
        Of the density of log alpha.
    error : float
        The largest error of the convolutions.
    """

    def __init__(self, model, counts, step, rtol):
        self.model, self.counts, self.n = model, counts, counts.sum(axis=1)
        self.step, self.rtol, self.error = step, rtol, 0.0
        top = np.log(_furthest_alpha(model))
        self.grid = _grid(top, step)
        self.c = model.pi0.concentration
        self.categories = [Curve(self.grid, self._log_f(k)) for k in range(model.K)]
        # f_1, f_1 * f_2, ..., f_1 * ... * f_K
        self.first = self.categories[:1]
        for f in self.categories[1:]:
            self.first.append(self._convolve(self.first[-1], f))
        self._last = None
        self.integral = integrate(self.log_density, LOWEST, top,
                                  lambda s: np.exp(np.stack([s, 2 * s])), rtol)

    def _log_f(self, k):
        values, times = np.unique(self.counts[:, k], return_counts=True)
        log_f = (self.c[k] - 1) * self.grid
        for y, many in zip(values, times):
            log_f = log_f + many * log_multichoose(np.exp(self.grid), y)
        return log_f

    def log_g(self, s):
        """log g(A) at A = exp(s)."""
        A = np.exp(s)
        values, times = np.unique(self.n, return_counts=True)
        ways = sum(many * log_multichoose(A, n) for n, many in zip(values, times))
        constant = gammaln(self.c.sum()) - gammaln(self.c).sum()
        return self.model.alpha.logpdf(A) + (1 - self.c.sum()) * s - ways + constant

    def log_density(self, s):
        """log p(counts, log alpha = s)."""
        return self.log_g(s) + self.first[-1](s) + s

    def _convolve(self, first, second):
        """(first * second)(A) on the grid: the integral over v of first(A - a) second(a) |da/dv|."""
        ends = np.full(len(self.grid), FURTHEST)
        *_, log_total, error = trapezoid(lambda v: _log_split(first, second, self.grid, v), -ends,
                                         ends, self.rtol,
                                         points=33)
        self.error = max(self.error, error)
        return Curve(self.grid, log_total)

    def others(self, k):
        """The convolution of all f but f_k."""
        if self._last is None:                                 # ..., f_(K-1) * f_K, f_K
            self._last = [self.categories[-1]]
            for f in self.categories[-2:0:-1]:
                self._last.insert(0, self._convolve(self._last[0], f))
        if k == 0:
            return self._last[0]
        if k == self.model.K - 1:
            return self.first[-2]
        return self._convolve(self.first[k - 1], self._last[k])

    def split(self, k):
        """log of f_k(a) h_k(A - a) |da/dv|, a function of log A and v, where logit(a / A) = sinh(v)."""
        others = self.others(k)
        return lambda s, v: _log_split(others, self.categories[k], s, v)

    def draw_shares(self, rng, log_alpha):
        """Independent draws of pi0 | alpha, for an array of log alpha.

        The last a_k given the sum of all, the one before given the sum of the rest, and so on. Each
        is a continuous draw from a grid (about 0.002 away from its density in total variation),
        followed by four Metropolis steps with fresh proposals from the grid: all but 0.2 % of them
        are accepted, and each divides the distance by ten or more.
        """
        left, log_shares = log_alpha, []
        for k in range(self.model.K - 1, 0, -1):
            one = Grid(lambda v: _log_split(self.first[k - 1], self.categories[k], left, v),
                       (-FURTHEST, FURTHEST))
            v = one.draw(rng)
            for _ in range(4):
                v = one.draw(rng, v)
            log_shares.insert(0, left + log_expit(np.sinh(v)) - log_alpha)
            left = left + log_expit(-np.sinh(v))
        shares = np.exp(np.stack([left - log_alpha, *log_shares], axis=-1))
        return shares / shares.sum(axis=-1, keepdims=True)


class Grid(Griddy):
    """A Griddy with half as many points: its Metropolis step is repeated here."""

    points = 32


def _log_split(first, second, s, v):
    """log of first(A - a) second(a) |da/dv| at A = exp(s), a = A t, logit(t) = sinh(v)."""
    u = np.sinh(v)
    log_t, log_rest = log_expit(u), log_expit(-u)
    return first(s + log_rest) + second(s + log_t) + s + log_t + log_rest + np.log(np.cosh(v))


def _grid(top, step):
    """Values of log a from -40 or lower up to `top`: equal steps down to a = exp(-5), then growing
    ones.

    For a much below 1 all the functions are powers of a, straight lines in log a.
    """
    bend = min(top, -5.0)
    above = np.arange(bend, top + 4 * step, step)
    below = bend - 3 * np.expm1(step * np.arange(1, 9 / step) / 3)
    return np.concatenate([below[::-1], above])


def _furthest_alpha(model):
    """An alpha above which there is nothing: a Gamma prior, a likelihood that grows at most like alpha^(J K / 2)."""
    prior = model.alpha
    shape = (prior.shape if isinstance(prior, Gamma) else 1.0) + model.J * model.K / 2
    return (shape + 50 * np.sqrt(shape) + 1000) / prior.rate


class Curve:
    """log f as a function of s = log a: tabulated, and interpolated by polynomials of degree 7.

    Below the grid f is a power of a, and its logarithm a straight line.
    """

    def __init__(self, s, log_f):
        self._inside = PPoly.from_spline(make_interp_spline(s, log_f, k=7))
        self._low, self._height = s[0], log_f[0]
        self._slope = (log_f[1] - log_f[0]) / (s[1] - s[0])

    def __call__(self, s):
        below = np.minimum(s - self._low, 0.0)
        return self._inside(np.maximum(s, self._low)) + self._slope * below


class Table(Marginals):
    """Marginals of a variable with an entry for each group and category: arrays end in the axes
    (group, category).
    """

    def _stack(self, what, x):
        return np.stack([getattr(row, what)(x) for row in self], axis=-2)

    def quantile(self, q):
        return self._stack("quantile", q)

    def pdf(self, x):
        return self._stack("pdf", x)

    def logpdf(self, x):
        return self._stack("logpdf", x)

    def cdf(self, x):
        return self._stack("cdf", x)

    def sf(self, x):
        return self._stack("sf", x)
