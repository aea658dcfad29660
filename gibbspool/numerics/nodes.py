"""Nodes of the plane of a `ridge.Ridge`, few, from which averages over it are sums.

They are those of the trapezoidal rule, which for densities that die out on both sides needs the
fewest. Along u they lie the farther apart the less changes there: where a spread sigma(u) is far
below the width of the ridge, or where it has come to the end of its range.
"""
import numpy as np
from numpy.polynomial import hermite_e, legendre
from scipy.special import logsumexp

from .special import LOG_2PI
from .strips import Strips, gauss_legendre

GAP = 0.9            # of two nodes, in standard deviations of the narrowest normal: errors of 1e-10
FINEST_GAP = 0.11    # of two nodes of u: where a normal of sd exp(u) is cut off 8 sds away
DEPTH = 42.0         # nodes with less than exp(-42) of the mass are left out
NARROW = 0.12        # (sigma / sd of mu)^2 below which a normal is averaged by Gauss-Hermite
CHANGES = 0.01       # d log sd / du above which a spread is said to change
NUMBERS = 16 * 1.4 ** np.arange(14)   # of columns along u, that are tried

# Gauss-Hermite: the mean of f(z), z ~ Normal(0, 1), is the sum of weight * f(node).
HERMITE_NODES, HERMITE_WEIGHTS = hermite_e.hermegauss(12)
LOG_HERMITE_WEIGHTS = np.log(HERMITE_WEIGHTS) - 0.5 * LOG_2PI
HERMITE_REACH = HERMITE_NODES[-1]  # 5.5 standard deviations


class Nodes:
    """Nodes (mu, u) and the logs of the probabilities they stand for.

    Parameters
    ----------
    ridge : ridge.Ridge
    sigma_at : callable
        A spread sigma, as a function of u: normals of this sd around mu can be averaged, too.

    Attributes
    ----------
    u, log_weight, sigma : array (n,)
        Columns along u, logs of the distances between them, and the spread there.
    narrow : array (n,) of bool
        Where sigma is far below the width of the ridge.
    column : array (N,) of int
        Of each node.
    mu, log_mass : array (N,)
    error : float
        By how much the sum of all masses differs from one.
    """

    def __init__(self, ridge, sigma_at, depth=DEPTH):
        self.ridge, self.depth = ridge, depth
        self._lay_columns(sigma_at)
        self._lay_nodes()

    def _lay_columns(self, sigma_at):
        """As many columns as it takes for the sums over u to be those of the integral."""
        integral = self.ridge.integral
        u = integral.u
        mean = integral.mass @ u
        sd = np.sqrt(integral.mass @ (u - mean) ** 2)
        held = integral.log_p.ravel() - integral.log_total > -self.depth
        low, high = u[held].min(), u[held].max()
        stretch = Stretch(*self._ends_of_change(u, sigma_at), low, high)
        for number in NUMBERS:
            number = max(int(number), int(np.ceil((stretch.high - stretch.low) / FINEST_GAP)))
            w, step = np.linspace(stretch.low, stretch.high, number, retstep=True)
            self.u = stretch.u(w)
            self.log_weight = np.log(step) + stretch.log_slope(w) - integral.log_total
            p = np.exp(self.ridge.over_mu(self.u) + self.log_weight)
            z = (self.u - mean) / sd
            self.error = max(abs(p.sum() - 1), abs(p @ z), abs(p @ z**2 - 1))
            if self.error < 1e-9:
                break
        self.sigma = sigma_at(self.u)

    def _ends_of_change(self, u, sigma_at):
        """Between which u the sd of a normal around mu changes; at least the middle of all u."""
        u = np.unique(u)  # panels as narrow as rounding share places
        variance = 1 / self._sharpest(u) + sigma_at(u) ** 2
        change = np.abs(np.gradient(0.5 * np.log(variance), u)) > CHANGES
        low, high = self.ridge.integral.quantile(np.array([0.02, 0.98]))
        if change.any():
            low, high = min(low, u[change][0]), max(high, u[change][-1])
        return low, high

    def _sharpest(self, u):
        """At each u the highest curvature along mu of the log density, where it is not far down."""
        low, high, series = self.ridge.along(u)
        t = gauss_legendre(64)[0]
        log_p = legendre.legval(t, series).T
        curvature = -legendre.legval(t, legendre.legder(series, 2)).T / ((high - low) / 2) ** 2
        near = log_p > log_p.max(axis=0) - 20
        return np.maximum(np.where(near, curvature, 0.0).max(axis=0), 1 / (high - low) ** 2)

    def _lay_nodes(self):
        """In each column as many nodes as its narrowest normal asks for, where there is mass."""
        low, high, series = self.ridge.along(self.u)
        curvature = self._sharpest(self.u)
        self.narrow = self.sigma**2 * curvature < NARROW
        finest = curvature + np.where(self.narrow, 0.0, 1 / self.sigma**2)
        wide = np.ceil((high - low) * np.sqrt(finest) / GAP)
        columns, mus, masses = [], [], []
        for size in np.unique(np.ceil(np.log(wide) / np.log(1.2))):
            (k,) = np.nonzero(np.ceil(np.log(wide) / np.log(1.2)) == size)
            number = int(1.2**size) + 1
            t = np.linspace(-1, 1, number)
            log_p = legendre.legvander(t, len(series) - 1) @ series[:, k]
            log_p += np.log((high - low)[k] / (number - 1)) + self.log_weight[k]
            mu = low[k] + (high - low)[k] * (1 + t[:, None]) / 2
            held = log_p > -self.depth
            columns.append(np.broadcast_to(k, mu.shape)[held])
            mus.append(mu[held])
            masses.append(log_p[held])
        self.column, self.mu, self.log_mass = map(np.concatenate, (columns, mus, masses))
        self.error = max(self.error, abs(np.expm1(logsumexp(self.log_mass))))
        self.log_mass -= logsumexp(self.log_mass)

    def spread(self, log_factor):
        """The density of x ~ Normal(mu, sigma(u)), for the density of the ridge times a factor.

        Parameters
        ----------
        log_factor : callable
            Of mu and sigma (n,), the log of the factor.

        Returns
        -------
        callable
            Of x (m,), log density.
        """
        wide = ~self.narrow[self.column]
        mean, sd = self.mu[wide], self.sigma[self.column[wide]]
        log_height = (self.log_mass[wide] + log_factor(mean, sd) - np.log(sd) - 0.5 * LOG_2PI)
        across, series = self._averaged(log_factor)

        weight, scaled_mean = np.sqrt(0.5) / sd, np.sqrt(0.5) * mean / sd
        any_narrow = across.low.size > 0

        def log_density(x):
            z = np.multiply.outer(x, weight)
            z -= scaled_mean
            z *= z
            log_p = log_sum(np.subtract(log_height, z, out=z))
            if not any_narrow:
                return log_p
            of_narrow = log_sum(across.read(series, x[:, None]))
            with np.errstate(invalid="ignore"):  # NaN stays NaN
                return np.logaddexp(log_p, of_narrow)

        return log_density

    def _averaged(self, log_factor):
        """The same in the narrow columns: strips of x, and series of the log densities there.

        mu = x - sigma z at 12 Gauss-Hermite nodes z. The strips of x are shorter by the reach of z.
        """
        (k,) = np.nonzero(self.narrow)
        strips, log_p = self.ridge.strips(self.u[k], max(64, len(self.ridge.series[0])))
        sigma = self.sigma[k]
        factor = log_factor(strips.mu.ravel(), np.broadcast_to(sigma, strips.mu.shape).ravel())
        series = strips.series(log_p + factor.reshape(log_p.shape) + self.log_weight[k])
        reach = HERMITE_REACH * sigma
        across = Strips(strips.low + reach, strips.high - reach, strips.size)
        terms = [strips.read(series, across.mu - sigma * z) + log_weight
                 for z, log_weight in zip(HERMITE_NODES, LOG_HERMITE_WEIGHTS)]
        return across, across.series(logsumexp(terms, axis=0))

    @property
    def cells(self):
        """Numbers that the density at one x takes."""
        return len(self.mu) + int(self.narrow.sum())


def log_sum(log_p):
    """Log of the sum along the last axis of a table, (m, n), which it overwrites."""
    top = log_p.max(axis=-1, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0.0)
    log_p -= top[:, None]
    with np.errstate(divide="ignore"):
        return top + np.log(np.exp(log_p, out=log_p).sum(axis=-1))


class Stretch:
    """u(w) = w - exp(w_1 - w) + exp(w - w_2), but for constants: steps grow outside w_1 to w_2.

    Parameters
    ----------
    first, last : float
        Between these steps of u are all but those of w.
    low, high : float
        The range of u.
    """

    def __init__(self, first, last, low, high):
        self.first, self.last = first, last
        self.low, self.high = self._w(low), self._w(high)

    def u(self, w):
        """The u of a w."""
        return w - np.exp(self.first - w) + np.exp(w - self.last)

    def log_slope(self, w):
        """log du/dw."""
        return np.log1p(np.exp(self.first - w) + np.exp(w - self.last))

    def _w(self, u):
        """The w of a u, by bisection."""
        low, high = min(u, self.first) - 800.0, max(u, self.last) + 800.0
        with np.errstate(over="ignore"):
            for _ in range(200):
                middle = (low + high) / 2
                low, high = (middle, high) if self.u(middle) < u else (low, middle)
        return middle
