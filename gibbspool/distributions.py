"""Priors and closed-form conditionals: one small vocabulary, `logpdf`, `draw` and a telling `repr`.

The same classes serve as priors (scalar parameters) and as conditionals (parameters with leading batch axes: one
set per chain). Densities are written out, so that a student can compare them with the formula in the docstring.
"""
import re
from dataclasses import dataclass, fields

import numpy as np
from scipy.special import betaln, gammaln, log_ndtr, ndtri_exp, xlog1py, xlogy

LOG_2PI = np.log(2 * np.pi)


def per_group(x):
    """A value per chain, (...,), made ready to meet values per group, (..., J)."""
    return np.asarray(x, dtype=float)[..., None]


class Distribution:
    """What every distribution has.

    Attributes
    ----------
    support : tuple of float
        Where the density is positive.
    proper : bool
        Whether the density integrates to one.
    tail_power : float
        `a` where the density falls like x**-a as x grows (inf for anything faster): tells which moments exist.
    event_ndim : int
        0 for numbers, 1 for probability vectors (the last axis).
    """

    support = (0.0, np.inf)
    proper = True
    tail_power = np.inf
    event_ndim = 0

    def __post_init__(self):
        for field in fields(self):
            value = self._parameter(field.name, getattr(self, field.name))
            object.__setattr__(self, field.name, value)
        self._broadcast()
        self._check()

    def _parameter(self, name, value):
        try:
            x = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            raise TypeError(f"{type(self).__name__}: {name} is {value!r}; it must be a number") from None
        if not np.isfinite(x).all():
            raise ValueError(f"{type(self).__name__}: {name} is {_short(x)}; it must be finite")
        return x if x.ndim else np.float64(x)

    def _broadcast(self):
        shapes = {field.name: np.shape(getattr(self, field.name)) for field in fields(self)}
        try:
            return np.broadcast_shapes(*shapes.values())
        except ValueError:
            raise ValueError(f"{type(self).__name__}: parameter shapes do not fit each other: {shapes}") from None

    def _check(self):
        for field in fields(self):
            self._positive(field.name)

    def _positive(self, name):
        value = getattr(self, name)
        if not np.all(value > 0):
            raise ValueError(f"{type(self).__name__}: {name} is {_short(value)}; it must be > 0")

    def _size(self, current):
        """Shape of one draw: that of the parameters and of the current value, together."""
        shape = np.broadcast_shapes(self._broadcast(), np.shape(current))
        return shape or None

    def _inside(self, x, density):
        """`density`, and -inf where x lies outside the support."""
        low, high = self.support
        return np.where((x >= low) & (x <= high), density, -np.inf)[()]

    def logpdf(self, x):
        """Log density at x, normalised; elementwise, with broadcasting."""
        x = np.asarray(x, dtype=float)
        with np.errstate(all="ignore"):
            return self._inside(x, self._logpdf(x))

    def pdf(self, x):
        """Density at x."""
        return np.exp(self.logpdf(x))

    def draw(self, rng, current=None):
        """One draw from `rng`, a `numpy.random.Generator`; `current` lends only its shape."""
        return self._draw(rng, self._size(current))

    def __repr__(self):
        parameters = ", ".join(f"{f.name}={_short(getattr(self, f.name))}" for f in fields(self))
        return f"{type(self).__name__}({parameters})"


def _short(x):
    if np.ndim(x) == 0:
        return f"{float(x):.6g}"
    return np.array2string(np.asarray(x), precision=4, threshold=12, edgeitems=3, separator=", ").replace("\n", "")


@dataclass(frozen=True, eq=False, repr=False)
class Normal(Distribution):
    """p(x) = exp(-(x - mean)^2 / (2 sd^2)) / (sd sqrt(2 pi)).

    As the prior of a standard deviation it stands for its truncation to positive values.

    Parameters
    ----------
    mean : float or array
    sd : float or array
        Standard deviation (not variance), > 0.
    """

    mean: float
    sd: float
    support = (-np.inf, np.inf)

    def _check(self):
        self._positive("sd")

    @property
    def precision(self):
        return 1 / self.sd**2

    def _logpdf(self, x):
        return -0.5 * ((x - self.mean) / self.sd) ** 2 - np.log(self.sd) - 0.5 * LOG_2PI

    def _draw(self, rng, size):
        return rng.normal(self.mean, self.sd, size)


@dataclass(frozen=True, eq=False, repr=False)
class TruncatedNormal(Distribution):
    """A Normal(mean, sd) cut off below 0 and renormalised: p(x) = Normal(x; mean, sd) / Phi(mean / sd), x > 0."""

    mean: float
    sd: float

    def _check(self):
        self._positive("sd")

    def _logpdf(self, x):
        return Normal(self.mean, self.sd)._logpdf(x) - log_ndtr(self.mean / self.sd)

    def _draw(self, rng, size):
        # Phi((mean - x) / sd) is uniform on (0, Phi(mean / sd)); in logs it is exact far out in the tail.
        return self.mean - self.sd * ndtri_exp(np.log(1 - rng.random(size)) + log_ndtr(self.mean / self.sd))


@dataclass(frozen=True, eq=False, repr=False)
class HalfNormal(Distribution):
    """p(x) = sqrt(2 / pi) / scale * exp(-x^2 / (2 scale^2)), x > 0.

    Parameters
    ----------
    scale : float
        Standard deviation of the normal before folding; the mean is scale * sqrt(2 / pi).
    """

    scale: float

    def _logpdf(self, x):
        return 0.5 * np.log(2 / np.pi) - np.log(self.scale) - 0.5 * (x / self.scale) ** 2

    def _draw(self, rng, size):
        return np.abs(rng.normal(0, self.scale, size))


@dataclass(frozen=True, eq=False, repr=False)
class HalfCauchy(Distribution):
    """p(x) = 2 / (pi scale (1 + (x / scale)^2)), x > 0; the median is `scale` (Gelman 2006)."""

    scale: float
    tail_power = 2.0

    def _logpdf(self, x):
        return np.log(2 / np.pi) - np.log(self.scale) - np.log1p((x / self.scale) ** 2)

    def _draw(self, rng, size):
        return self.scale * np.abs(rng.standard_cauchy(size))


@dataclass(frozen=True, eq=False, repr=False)
class HalfT(Distribution):
    """p(x) proportional to (1 + (x / scale)^2 / df)^(-(df + 1) / 2), x > 0: half of a Student t."""

    df: float
    scale: float

    @property
    def tail_power(self):
        return self.df + 1

    def _logpdf(self, x):
        constant = gammaln((self.df + 1) / 2) - gammaln(self.df / 2) - 0.5 * np.log(self.df * np.pi) + np.log(2)
        return constant - np.log(self.scale) - (self.df + 1) / 2 * np.log1p((x / self.scale) ** 2 / self.df)

    def _draw(self, rng, size):
        return self.scale * np.abs(rng.standard_t(self.df, size))


@dataclass(frozen=True, eq=False, repr=False)
class Exponential(Distribution):
    """p(x) = rate exp(-rate x), x > 0; the mean is 1 / rate."""

    rate: float

    def _logpdf(self, x):
        return np.log(self.rate) - self.rate * x

    def _draw(self, rng, size):
        return rng.exponential(1 / self.rate, size)


@dataclass(frozen=True, eq=False, repr=False)
class Gamma(Distribution):
    """p(x) = rate^shape x^(shape - 1) exp(-rate x) / Gamma(shape), x > 0; the mean is shape / rate."""

    shape: float
    rate: float

    def _logpdf(self, x):
        return self.shape * np.log(self.rate) - gammaln(self.shape) + xlogy(self.shape - 1, x) - self.rate * x

    def _draw(self, rng, size):
        return rng.gamma(self.shape, 1 / self.rate, size)


@dataclass(frozen=True, eq=False, repr=False)
class InverseGamma(Distribution):
    """p(x) = scale^shape x^(-shape - 1) exp(-scale / x) / Gamma(shape), x > 0.

    As the prior of a standard deviation it is the prior of its square: tau^2 ~ InverseGamma(shape, scale).
    """

    shape: float
    scale: float

    @property
    def tail_power(self):
        return self.shape + 1

    def _logpdf(self, x):
        # log x, not xlogy: at x = 0 the exponential wins, and -inf + inf must not become NaN.
        at = np.where(x > 0, x, 1.0)
        body = self.shape * np.log(self.scale) - gammaln(self.shape) - (self.shape + 1) * np.log(at) - self.scale / at
        return np.where(x > 0, body, -np.inf)

    def _draw(self, rng, size):
        return self.scale / rng.gamma(self.shape, 1.0, size)


@dataclass(frozen=True, eq=False, repr=False)
class RootInverseGamma(Distribution):
    """x with x^2 ~ InverseGamma(shape, scale): p(x) = 2 x InverseGamma(x^2), x > 0."""

    shape: float
    scale: float

    @property
    def tail_power(self):
        return 2 * self.shape + 1

    def _logpdf(self, x):
        at = np.where(x > 0, x, 1.0)
        body = InverseGamma(self.shape, self.scale)._logpdf(at**2) + np.log(2 * at)
        return np.where(x > 0, body, -np.inf)

    def _draw(self, rng, size):
        return np.sqrt(InverseGamma(self.shape, self.scale)._draw(rng, size))


@dataclass(frozen=True, eq=False, repr=False)
class Uniform(Distribution):
    """p(x) = 1 / (high - low) for low <= x <= high."""

    low: float
    high: float

    @property
    def support(self):
        return (self.low, self.high)

    def _check(self):
        if not np.all(self.low < self.high):
            raise ValueError(f"Uniform: low is {_short(self.low)}; it must be < high = {_short(self.high)}")

    def _logpdf(self, x):
        return -np.log(self.high - self.low) + 0 * x

    def _draw(self, rng, size):
        return rng.uniform(self.low, self.high, size)


@dataclass(frozen=True, eq=False, repr=False)
class Flat(Distribution):
    """p(x) proportional to 1 everywhere (on x > 0 for a standard deviation): improper, so nothing can be drawn."""

    support = (-np.inf, np.inf)
    proper = False
    tail_power = 0.0
    mean = 0.0
    precision = 0.0  # a normal of precision zero: every formula with a Normal prior holds for Flat as well

    def _broadcast(self):
        return ()

    def _logpdf(self, x):
        return 0 * x

    def _draw(self, rng, size):
        raise ValueError("Flat is improper: there is nothing to draw from")


@dataclass(frozen=True, eq=False, repr=False)
class PositiveFlat(Flat):
    """p(x) proportional to 1 on x > 0."""

    support = (0.0, np.inf)

    def __repr__(self):
        return "Flat()"


@dataclass(frozen=True, eq=False, repr=False)
class Beta(Distribution):
    """p(x) = x^(a - 1) (1 - x)^(b - 1) / B(a, b), 0 < x < 1; the mean is a / (a + b)."""

    a: float
    b: float
    support = (0.0, 1.0)

    def _logpdf(self, x):
        return xlogy(self.a - 1, x) + xlog1py(self.b - 1, -x) - betaln(self.a, self.b)

    def _draw(self, rng, size):
        return rng.beta(self.a, self.b, size)


@dataclass(frozen=True, eq=False, repr=False)
class Dirichlet(Distribution):
    """p(x) = Gamma(sum a) / prod Gamma(a_k) * prod x_k^(a_k - 1), on vectors x >= 0 that sum to one.

    Parameters
    ----------
    concentration : array (..., K)
        a_k > 0, at least two categories on the last axis. The mean is a / sum(a).
    """

    concentration: np.ndarray
    support = (0.0, 1.0)
    event_ndim = 1

    def _check(self):
        if np.ndim(self.concentration) == 0 or np.shape(self.concentration)[-1] < 2:
            raise ValueError(f"Dirichlet: concentration is {_short(self.concentration)}; it must hold >= 2 numbers")
        self._positive("concentration")

    def logpdf(self, x):
        """Log density of each probability vector (last axis)."""
        x = np.asarray(x, dtype=float)
        a = self.concentration
        constant = gammaln(a.sum(axis=-1)) - gammaln(a).sum(axis=-1)
        on_simplex = (x >= 0).all(axis=-1) & (np.abs(x.sum(axis=-1) - 1) < 1e-9)
        with np.errstate(all="ignore"):
            return np.where(on_simplex, constant + xlogy(a - 1, x).sum(axis=-1), -np.inf)[()]

    def _draw(self, rng, size):
        # Gamma(a) = Gamma(a + 1) U^(1/a), in logs: tiny concentrations do not underflow to 0/0.
        a = np.broadcast_to(self.concentration, size)
        log_gamma = np.log(rng.gamma(a + 1.0)) + np.log(1 - rng.random(size)) / a
        x = np.exp(log_gamma - log_gamma.max(axis=-1, keepdims=True))
        return x / x.sum(axis=-1, keepdims=True)


@dataclass(frozen=True, eq=False, repr=False)
class MultivariateNormal(Distribution):
    """p(x) = |det R| (2 pi)^(-n/2) exp(-|R (x - mean)|^2 / 2), on vectors x of n numbers.

    R plays the part of 1 / sd: the elements of R (x - mean) are independent Normal(0, 1), and R'R, the precision
    matrix, that of 1 / sd^2.

    Parameters
    ----------
    mean : array (..., n)
    root : array (..., n, n)
        R, upper triangular, with no zero on its diagonal.
    """

    mean: np.ndarray
    root: np.ndarray
    support = (-np.inf, np.inf)
    event_ndim = 1

    @property
    def covariance(self):
        """(R'R)^-1, (..., n, n)."""
        inverse = np.linalg.inv(self.root)
        return inverse @ np.swapaxes(inverse, -1, -2)

    @property
    def sd(self):
        """Standard deviation of each element, (..., n)."""
        return np.sqrt(np.diagonal(self.covariance, axis1=-2, axis2=-1))

    @property
    def correlation(self):
        """(..., n, n)."""
        return self.covariance / (self.sd[..., :, None] * self.sd[..., None, :])

    def _broadcast(self):
        mean, root = np.shape(self.mean), np.shape(self.root)
        if len(mean) < 1 or len(root) < 2 or root[-2:] != (mean[-1], mean[-1]):
            raise ValueError(f"MultivariateNormal: mean has shape {mean} and root {root}; they must be (..., n) and "
                             f"(..., n, n)")
        try:
            return (*np.broadcast_shapes(mean[:-1], root[:-2]), mean[-1])
        except ValueError:
            raise ValueError(f"MultivariateNormal: the shapes of mean {mean} and root {root} do not fit each other"
                             ) from None

    def _check(self):
        if np.any(np.tril(self.root, -1)) or not np.all(np.diagonal(self.root, axis1=-2, axis2=-1)):
            raise ValueError(f"MultivariateNormal: root is {_short(self.root)}; it must be upper triangular with no "
                             f"zero on its diagonal")

    def logpdf(self, x):
        """Log density of each vector (last axis)."""
        n = np.shape(self.mean)[-1]
        with np.errstate(all="ignore"):
            z = (self.root @ (np.asarray(x, dtype=float) - self.mean)[..., None])[..., 0]
            log_det = np.log(np.abs(np.diagonal(self.root, axis1=-2, axis2=-1))).sum(axis=-1)
            return log_det - 0.5 * (n * LOG_2PI + (z**2).sum(axis=-1))

    def _draw(self, rng, size):
        z = rng.standard_normal(size)
        return self.mean + np.linalg.solve(self.root, z[..., None])[..., 0]

    def __repr__(self):
        return (f"MultivariateNormal(mean={_short(self.mean)}, sd={_short(self.sd)}, "
                f"correlation={_short(self.correlation)})")


PRIORS = {
    cls.__name__: cls
    for cls in (Normal, HalfNormal, HalfCauchy, HalfT, Exponential, Gamma, InverseGamma, Uniform, Flat, Beta, Dirichlet)
}


def prior_of(name, prior, allowed=tuple(PRIORS)):
    """`prior`, if it is one of the allowed classes with scalar parameters (a vector for Dirichlet).

    Raises
    ------
    TypeError
        It is not a distribution object, or a kind that the model has no use for here.
    ValueError
        Its parameters are arrays.
    """
    kinds = ", ".join(allowed)
    if isinstance(prior, type) and issubclass(prior, Distribution):
        raise TypeError(f"{name} is the class {prior.__name__}; give it parameters, such as HalfNormal(10)")
    if not isinstance(prior, Distribution) or type(prior).__name__ not in allowed:
        raise TypeError(f"{name} prior is {prior!r}; it must be one of {kinds}")
    if len(prior._broadcast()) > prior.event_ndim:
        raise ValueError(f"{name} prior is {prior!r}; its parameters must be single numbers")
    return prior


SD_PRIORS = ("HalfNormal", "HalfCauchy", "HalfT", "Uniform", "Flat", "Exponential", "InverseGamma", "Gamma", "Normal")


def sd_prior(name, prior):
    """The prior of a standard deviation: truncated to positive values; an InverseGamma is put on its square."""
    if isinstance(prior, (RootInverseGamma, TruncatedNormal, PositiveFlat)):
        return prior
    prior = prior_of(name, prior, SD_PRIORS)
    if isinstance(prior, Normal):
        return TruncatedNormal(prior.mean, prior.sd)
    if isinstance(prior, InverseGamma):
        return RootInverseGamma(prior.shape, prior.scale)
    if isinstance(prior, Flat):
        return PositiveFlat()
    if isinstance(prior, Uniform):
        if prior.high <= 0:
            raise ValueError(f"{name} prior is {prior!r}; it must reach above 0")
        return Uniform(max(prior.low, 0.0), prior.high)
    return prior


def written(prior):
    """A prior as one writes it, such as 'HalfNormal(10)': the text that `parse` reads."""
    names = {RootInverseGamma: "InverseGamma", TruncatedNormal: "Normal", PositiveFlat: "Flat"}
    values = ", ".join(_short(getattr(prior, f.name)) for f in fields(prior))
    return f"{names.get(type(prior), type(prior).__name__)}({values})"


def parse(text):
    """A prior written as text, such as 'HalfCauchy(25)' or 'Normal(mean=0, sd=20)'. Parsed, never evaluated.

    Raises
    ------
    ValueError
        The name is unknown, a parameter is not a number, or there are too many or too few of them.
    """
    match = re.fullmatch(r"\s*(\w+)\s*(?:\((.*)\))?\s*", str(text), flags=re.DOTALL)
    if not match or match[1] not in PRIORS:
        raise ValueError(f"{text!r} is not a prior; write one of {', '.join(PRIORS)}, such as HalfCauchy(25)")
    cls = PRIORS[match[1]]
    names = [f.name for f in fields(cls)]
    if cls is Dirichlet:
        inner = (match[2] or "").strip().strip("[]")
        return Dirichlet([_number(text, part) for part in inner.split(",")])
    given = {}
    for i, part in enumerate(p for p in (match[2] or "").split(",") if p.strip()):
        name, _, value = part.rpartition("=")
        name = name.strip() or (names[i] if i < len(names) else None)
        if name not in names or name in given:
            raise ValueError(f"{text!r}: {cls.__name__} takes {', '.join(names) or 'no parameters'}")
        given[name] = _number(text, value)
    if len(given) != len(names):
        raise ValueError(f"{text!r}: {cls.__name__} takes {', '.join(names) or 'no parameters'}")
    return cls(**given)


def _number(text, part):
    try:
        return float(part)
    except ValueError:
        raise ValueError(f"{text!r}: {part.strip()!r} is not a number") from None
