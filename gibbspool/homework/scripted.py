"""A random generator that hands out numbers known beforehand, and remembers what was asked.

It runs beside the student's code and needs NumPy only. Its numbers are standard ones: z_k normal,
u_k uniform, and gamma numbers that depend smoothly on the shape, so that a wrong argument anywhere
shows in the value that comes out. The kinds are independent streams: whether tau or mu is drawn
first changes neither.
"""
from statistics import NormalDist

import numpy as np

STEPS = {"normal": 0.6180339887498949, "uniform": 0.7548776662466927, "gamma": 0.8191725133961645,
         "exponential": 0.4142135623730951, "turned": 0.2360679774997897}
MOST_LOGGED = 60


def level(kind, seed, k):
    """The k-th number of a stream, in (0, 1): multiples of an irrational number, modulo 1."""
    return (0.137 + 0.3247179572447460 * (seed % 9973) + STEPS[kind] * (k + 1)) % 1.0


def normal_number(seed, k):
    """z_k."""
    return NormalDist().inv_cdf(level("normal", seed, k))


def gamma_number(shape, seed, k):
    """g_k of Gamma(shape), by the cube of a normal (Wilson and Hilferty 1931): near enough."""
    w = NormalDist().inv_cdf(level("gamma", seed, k))
    cube = 1 - 1 / (9 * shape) + w / (3 * shape**0.5)
    return shape * max(cube, 0.05)**3


class ScriptedRng(np.random.Generator):
    """A `numpy.random.Generator` by its methods; `asked` and `unscripted` tell what was called."""

    def __init__(self, seed):
        super().__init__(np.random.PCG64(seed))
        self.seed = seed
        self.taken = dict.fromkeys(STEPS, 0)
        self.asked, self.unscripted = [], []

    def _log(self, method, *arguments):
        if len(self.asked) < MOST_LOGGED:
            self.asked.append([method, *(np.asarray(a, dtype=float).tolist() for a in arguments)])

    def _take(self, kind, number, size, *arguments):
        """`size` numbers of a stream, one for each element of the arguments."""
        arguments = [np.asarray(a, dtype=float) for a in arguments]
        if size is None:
            size = np.broadcast_shapes(*(a.shape for a in arguments))
        size = (size,) if np.ndim(size) == 0 else tuple(size)
        arguments = [np.broadcast_to(a, size).ravel() for a in arguments]
        count = int(np.prod(size, dtype=int))
        if count > 10**6:
            raise MemoryError(f"{count} random numbers at once")
        first = self.taken[kind]
        self.taken[kind] += count
        numbers = [number(*(a[k] for a in arguments), self.seed, first + k) for k in range(count)]
        return np.array(numbers, dtype=float).reshape(size)[()]

    def standard_normal(self, size=None, dtype=float, out=None):
        self._log("standard_normal")
        return self._take("normal", normal_number, size)

    def normal(self, loc=0.0, scale=1.0, size=None):
        self._log("normal", loc, scale)
        if np.any(np.asarray(scale) < 0):
            raise ValueError("scale < 0")
        if size is None:
            size = np.broadcast_shapes(np.shape(loc), np.shape(scale))
        return (np.asarray(loc, float) + scale * self._take("normal", normal_number, size))[()]

    def lognormal(self, mean=0.0, sigma=1.0, size=None):
        return np.exp(self.normal(mean, sigma, size))

    def multivariate_normal(self, mean, cov, size=None, **options):
        self._log("multivariate_normal", mean, cov)
        shape = () if size is None else (size,) if np.ndim(size) == 0 else tuple(size)
        z = self._take("normal", normal_number, (*shape, len(mean)))
        return mean + z @ np.linalg.cholesky(cov).T

    def random(self, size=None, dtype=float, out=None):
        self._log("random")
        return self._take("uniform", lambda seed, k: level("uniform", seed, k), size)

    def uniform(self, low=0.0, high=1.0, size=None):
        self._log("uniform", low, high)
        if size is None:
            size = np.broadcast_shapes(np.shape(low), np.shape(high))
        u = self._take("uniform", lambda seed, k: level("uniform", seed, k), size)
        return (low + (np.asarray(high) - low) * u)[()]

    def standard_exponential(self, size=None, dtype=float, method="zig", out=None):
        self._log("standard_exponential")
        return self._take("exponential",
                          lambda seed, k: -np.log(level("exponential", seed, k)), size)

    def exponential(self, scale=1.0, size=None):
        if size is None:
            size = np.shape(scale)
        return scale * self.standard_exponential(size)

    def standard_gamma(self, shape, size=None, dtype=float, out=None):
        self._log("standard_gamma", shape)
        return self._gamma(shape, size)

    def gamma(self, shape, scale=1.0, size=None):
        self._log("gamma", shape, scale)
        if np.any(np.asarray(scale) < 0):
            raise ValueError("scale < 0")
        if size is None:
            size = np.broadcast_shapes(np.shape(shape), np.shape(scale))
        return scale * self._gamma(shape, size)

    def chisquare(self, df, size=None):
        self._log("chisquare", df)
        return 2 * self._gamma(np.asarray(df, dtype=float) / 2, size)

    def _turned(self, name, quantile, size, *arguments):
        """Numbers of another distribution, from uniform ones by its quantiles."""
        self._log(name, *arguments)
        return self._take("turned", lambda *one: quantile(level("turned", *one[-2:]), *one[:-2]),
                          size, *arguments)

    def laplace(self, loc=0.0, scale=1.0, size=None):
        return self._turned("laplace", lambda u, loc, scale: loc + scale * (
            np.log(2 * u) if u < 0.5 else -np.log(2 - 2 * u)), size, loc, scale)

    def logistic(self, loc=0.0, scale=1.0, size=None):
        return self._turned("logistic", lambda u, loc, scale: loc + scale * np.log(u / (1 - u)),
                            size, loc, scale)

    def gumbel(self, loc=0.0, scale=1.0, size=None):
        return self._turned("gumbel", lambda u, loc, scale: loc - scale * np.log(-np.log(u)),
                            size, loc, scale)

    def standard_cauchy(self, size=None):
        return self._turned("standard_cauchy", lambda u: np.tan(np.pi * (u - 0.5)), size)

    def rayleigh(self, scale=1.0, size=None):
        return self._turned("rayleigh", lambda u, scale: scale * np.sqrt(-2 * np.log(1 - u)),
                            size, scale)

    def weibull(self, a, size=None):
        return self._turned("weibull", lambda u, a: (-np.log(1 - u))**(1 / a), size, a)

    def pareto(self, a, size=None):
        return self._turned("pareto", lambda u, a: (1 - u)**(-1 / a) - 1, size, a)

    def power(self, a, size=None):
        return self._turned("power", lambda u, a: u**(1 / a), size, a)

    def triangular(self, left, mode, right, size=None):
        return self._turned("triangular", triangular_quantile, size, left, mode, right)

    def integers(self, low, high=None, size=None, dtype=np.int64, endpoint=False):
        low, high = (0, low) if high is None else (low, high)
        found = self._turned("integers", lambda u, low, high: np.floor(
            low + u * (high - low + bool(endpoint))), size, low, high)
        return np.asarray(found).astype(dtype)[()]

    def standard_t(self, df, size=None):
        self._log("standard_t", df)
        g = self._gamma(np.asarray(df, dtype=float) / 2, size)
        return self._take("normal", normal_number, np.shape(g)) * np.sqrt(df / (2 * g))

    def _gamma(self, shape, size):
        if np.any(np.asarray(shape) <= 0):
            raise ValueError("shape <= 0")
        return self._take("gamma", gamma_number, size, shape)

    def report(self):
        """How many numbers of each kind were taken, what was asked first, what has no script."""
        kinds = {kind for kind, count in self.taken.items() if count}
        return {"taken": dict(self.taken), "asked": self.asked, "unscripted": self.unscripted,
                "plain": bool(kinds) and kinds <= {"normal", "gamma"} and not self.unscripted}


def triangular_quantile(u, left, mode, right):
    below = (mode - left) / (right - left)
    if u < below:
        return left + np.sqrt(u * (right - left) * (mode - left))
    return right - np.sqrt((1 - u) * (right - left) * (right - mode))


def _unscripted(name):
    """A method without a script: true random numbers, noted."""
    original = getattr(np.random.Generator, name)

    def method(self, *arguments, **options):
        self.unscripted.append(name)
        return original(self, *arguments, **options)
    method.__name__ = name
    return method


for _name in dir(np.random.Generator):
    if (not _name.startswith("_") and _name not in vars(ScriptedRng)
            and callable(getattr(np.random.Generator, _name)) and _name != "spawn"):
        setattr(ScriptedRng, _name, _unscripted(_name))
