"""One harness for every kernel: does it leave a known density invariant?

Many independent chains start from exact draws of the density; after some steps their values must
still follow it. Under invariance the values of the chains are independent draws of the density, so
the share of them below a quantile q is binomial: each z-score is standard normal. With five
quantiles, the largest of |z| exceeds 4.5 by chance less than once in 20,000 runs; seeds are fixed.
"""
import numpy as np
from scipy import stats

QUANTILES = np.array([0.02, 0.25, 0.5, 0.75, 0.98])
CHAINS = 4_000
LIMIT = 4.5


class Bimodal:
    """Two normals, one twice as heavy, close enough to be reached."""
    support = (-np.inf, np.inf)

    @staticmethod
    def logpdf(x):
        return np.logaddexp(-0.5 * (x + 2) ** 2, np.log(2 / 0.7) - 0.5 * ((x - 2) / 0.7) ** 2)

    @staticmethod
    def cdf(x):
        return stats.norm.cdf(x, -2, 1) / 3 + 2 * stats.norm.cdf(x, 2, 0.7) / 3

    @staticmethod
    def rvs(size, random_state):
        first = random_state.random(size) < 1 / 3
        return np.where(first, random_state.normal(-2, 1, size), random_state.normal(2, 0.7, size))


class Known:
    """A distribution of scipy.stats, with its log density by a formula, up to a constant: SciPy
    takes ten times as long.
    """

    def __init__(self, frozen, logpdf):
        self.cdf, self.ppf, self.rvs, self.logpdf = frozen.cdf, frozen.ppf, frozen.rvs, logpdf


def beta(a, b):
    return Known(stats.beta(a, b), lambda x: (a - 1) * np.log(x) + (b - 1) * np.log1p(-x))


def gamma(shape, scale=1.0):
    return Known(stats.gamma(shape, scale=scale), lambda x: (shape - 1) * np.log(x) - x / scale)


def normal(mean, sd):
    return Known(stats.norm(mean, sd), lambda x: -0.5 * ((x - mean) / sd) ** 2)


# name -> (distribution with logpdf, cdf and rvs, support)
TARGETS = {
    "skewed": (gamma(1.5), (0, np.inf)),
    "piled up at zero": (gamma(0.4), (0, np.inf)),
    "half-normal": (Known(stats.halfnorm(scale=3), lambda x: -0.5 * (x / 3) ** 2), (0, np.inf)),
    "bounded": (beta(2, 5), (0, 1)),
    "bounded, singular at both ends": (beta(0.6, 0.7), (0, 1)),
    "shifted and bounded": (Known(stats.uniform(2, 3), lambda x: 0.0 * x), (2, 5)),
    "heavy-tailed": (Known(stats.halfcauchy(scale=2), lambda x: -np.log1p((x / 2) ** 2)),
                     (0, np.inf)),
    "heavy-tailed, both sides": (Known(stats.t(2), lambda x: -1.5 * np.log1p(x**2 / 2)),
                                 (-np.inf, np.inf)),
    "normal": (normal(5, 0.1), (-np.inf, np.inf)),
    "tiny scale": (gamma(3, scale=1e-6), (0, np.inf)),
    "huge scale": (gamma(3, scale=1e6), (0, np.inf)),
    "bimodal": (Bimodal, (-np.inf, np.inf)),
}


def z_scores(kernel, target, steps=3, seed=0, chains=CHAINS):
    """z-scores of the shares below each quantile after some steps from exact draws."""
    rng = np.random.default_rng(seed)
    x = target.rvs(size=chains, random_state=rng)
    for _ in range(steps):
        x = kernel.draw(rng, x)
    below = (target.cdf(x)[:, None] <= QUANTILES).mean(axis=0)
    return (below - QUANTILES) / np.sqrt(QUANTILES * (1 - QUANTILES) / chains)


def moves(kernel, target, seed=0):
    """Share of chains that one step moves: a kernel that never moves leaves everything
    invariant.
    """
    rng = np.random.default_rng(seed)
    x = target.rvs(size=1000, random_state=rng)
    return np.mean(kernel.draw(rng, x) != x)


class Counted:
    """A log density that counts how often it is asked, and for how many points."""

    def __init__(self, log_density):
        self.log_density, self.calls, self.points, self.largest = log_density, 0, 0, 0

    def __call__(self, x, *parameters):
        self.calls += 1
        self.points += np.size(x)
        self.largest = max(self.largest, np.size(x))
        return self.log_density(x, *parameters)
