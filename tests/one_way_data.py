"""What the tests of the one-way model share: data sets, priors that suit them, and yardsticks."""
import warnings

import numpy as np
from monte_carlo import z_of_means

import gibbspool as gp

FORMS = ["centred", "noncentred", "collapsed"]
RADON_PRIORS = {"mu": gp.Normal(0, 5), "tau": gp.HalfNormal(1), "sigma": gp.HalfNormal(2)}
SMALL_PRIORS = {"mu": gp.Normal(0, 5), "tau": gp.HalfNormal(2), "sigma": gp.HalfNormal(2)}
FLAT = {"mu": gp.Flat(), "tau": gp.Flat(), "sigma": gp.Flat()}


def simulate(sizes, mu=0.0, tau=1.0, sigma=1.0, seed=0):
    """Observations of groups of these sizes, and the number of the group of each."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    theta = mu + tau * rng.normal(size=len(sizes))
    return theta[group] + sigma * rng.normal(size=len(group)), group


def quiet(function, *args, **kwargs):
    """Without the sentence on fewer than five groups, which small data sets are made of."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "only . groups|every group has", UserWarning)
        return function(*args, **kwargs)


def statistics_of(values):
    """Numbers by name, (chains, draws), whose means are compared: each variable and its square."""
    for name in ("mu", "tau", "sigma", "theta"):
        if name in values:
            x = values[name].reshape(*values[name].shape[:2], -1)
            for j in range(x.shape[-1]):
                yield f"{name}[{j}]", x[..., j]
                yield f"{name}[{j}]^2", x[..., j] ** 2


def expected(truth):
    """Their exact means, by the same names."""
    for name in ("mu", "tau", "sigma", "theta"):
        if name in truth:
            mean, sd = np.atleast_1d(truth[name].mean), np.atleast_1d(truth[name].sd)
            for j in range(len(mean)):
                yield f"{name}[{j}]", mean[j]
                yield f"{name}[{j}]^2", mean[j] ** 2 + sd[j] ** 2


def z_scores(values, truth):
    """Distances of the means of draws from the exact ones, in Monte Carlo standard errors."""
    numbers = dict(expected(truth))
    return {name: z_of_means(x, numbers[name]) for name, x in statistics_of(values)}
