"""The five kinds of model, as tables and advice need them: what each group brings, and how it is
pulled.
"""
from collections import namedtuple

import numpy as np

from .binomial.model import BetaBinomial
from .multinomial.model import DirichletMultinomial
from .normal.model import NormalNormal
from .one_way.model import OneWayNormal
from .poisson.model import PoissonLognormal

Family = namedtuple("Family", "hyper data raw error pull size noun")

Family.__doc__ = """How a kind of model is shown.

hyper : names of what the groups share.
data : model -> columns of the shrinkage table.
raw : model -> each group's own estimate.
error : (truth, pooled) -> its standard error, were the pooled estimates (and the median of sigma) the truth; inf for a
    group without any answer.
pull : (truth, spread) -> shrinkage factors (J,) at a value of the spread; approximate for the Poisson model, whose rates
    are pulled on the log scale, and at the median of sigma in the one-way model.
size : model -> what tells how much a group knows by itself, (J,), and noun, what that is.
"""


def _share_error(n, pooled):
    with np.errstate(divide="ignore"):
        return np.sqrt(pooled * (1 - pooled) / n)


def _pull_of_rates(truth, sigma_log):
    """1 / (1 + sigma_log^2 E_j), with E_j the expected count: 1 / E_j is about the variance of the log of a count."""
    return 1 / (1 + sigma_log**2 * np.exp(truth["mu_log"].quantile(0.5)) * truth.model.exposure)


FAMILIES = {
    NormalNormal: Family(
        hyper=("mu", "beta", "tau"),
        data=lambda m: {"se": m.sigma},
        raw=lambda m: m.y,
        error=lambda truth, pooled: truth.model.sigma,
        pull=lambda truth, tau: truth.model.shrinkage(tau),
        size=lambda m: m.sigma, noun="standard errors"),
    OneWayNormal: Family(
        hyper=("mu", "tau", "sigma"),
        data=lambda m: {"n": m.n},
        raw=lambda m: m.mean,
        error=lambda truth, pooled: truth["sigma"].quantile(0.5) / np.sqrt(truth.model.n),
        pull=lambda truth, tau: truth.model.shrinkage(tau, truth["sigma"].quantile(0.5)),
        size=lambda m: m.n, noun="observations"),
    DirichletMultinomial: Family(
        hyper=("alpha", "pi0"),
        data=lambda m: {"count": m.counts, "n": m.n[:, None] + 0 * m.counts},
        raw=lambda m: m.counts / np.maximum(m.n[:, None], 1),
        error=lambda truth, pooled: _share_error(truth.model.n[:, None], pooled),
        pull=lambda truth, alpha: truth.model.shrinkage(alpha),
        size=lambda m: m.n, noun="answers"),
    PoissonLognormal: Family(
        hyper=("mu_log", "sigma_log"),
        data=lambda m: {"count": m.y, "exposure": m.exposure},
        raw=lambda m: m.y / m.exposure,
        error=lambda truth, pooled: np.sqrt(pooled / truth.model.exposure),
        pull=_pull_of_rates,
        size=lambda m: m.exposure, noun="exposures"),
    BetaBinomial: Family(
        hyper=("phi", "kappa"),
        data=lambda m: {"successes": m.successes, "trials": m.trials},
        raw=lambda m: m.successes / m.trials,
        error=lambda truth, pooled: _share_error(truth.model.trials, pooled),
        pull=lambda truth, kappa: truth.model.shrinkage(kappa),
        size=lambda m: m.trials, noun="trials"),
}


def family_of(model):
    """The Family of a model.

    Raises
    ------
    TypeError
        It is of none of the five kinds.
    """
    for kind, family in FAMILIES.items():
        if isinstance(model, kind):
            return family
    raise TypeError(f"model is {model!r}; it must be one of "
                    f"{', '.join(kind.__name__ for kind in FAMILIES)}")
