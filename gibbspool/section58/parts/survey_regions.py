"""The survey of Section 5.8.4: its posteriors, exact and sampled, under the stated prior of alpha
and under others. Computed once in each process.
"""
from functools import cache

import numpy as np

from ... import data
from ...distributions.standard import Exponential, Gamma
from ...models.multinomial.model import DirichletMultinomial
from ...models.twins import exact
from ...sampling.gibbs import sample
from ..ledger import reported
from .common import short, variable_of

SUMMARY = "5.8.4 survey summary"
CATEGORIES = ("SA", "A", "D", "SD")
SMALL, LARGE = "5", "2"
POOL = 20_000
# of the code that is said to have made the counts
ALPHA, SHARES = 8.0, np.array([0.25, 0.35, 0.25, 0.15])

# Priors of alpha that an author may have had in mind; the stated one comes first.
PRIORS = (Exponential(1), Exponential(0.5), Exponential(0.2), Exponential(0.1), Exponential(0.05),
          Gamma(2, 0.1),
          Gamma(2, 0.25), Gamma(2, 0.5))
CANDIDATES = tuple((which, prior) for which in ("printed", "seed") for prior in PRIORS)
STATED = CANDIDATES[0]


def named(candidate):
    which, prior = candidate
    return f"{short(prior)}, {'printed counts' if which == 'printed' else 'counts of the code'}"


@cache
def posterior(which="printed", alpha=STATED[1]):
    """Exact, from the counts as printed or as the printed code makes them."""
    regions = data.survey_regions(which)
    return exact(DirichletMultinomial(regions.counts, alpha=alpha, groups=regions.groups,
                                      categories=CATEGORIES))


@cache
def separate():
    """Without pooling: pi_r ~ Dirichlet(1 + counts_r), in closed form."""
    return exact(posterior().model.no_pooling())


@cache
def gibbs(quick):
    return sample(posterior().model, draws=500 if quick else 2000, tune=200)


@cache
def pool(candidate, name):
    """Evenly spaced quantiles of one variable, which stand for independent draws; candidate None is
    no pooling.
    """
    marginal = variable_of(posterior(*candidate) if candidate else separate(), name)
    return marginal.quantile((np.arange(POOL) + 0.5) / POOL)


def name_of(printed):
    """The variable of a printed number, which may say "in the text"."""
    return printed.variable.partition(" in ")[0]


def printed_sizes():
    """Effective sample sizes of the section's draws, by variable and statistic."""
    return {(p.variable, p.statistic): p.value for p in reported(SUMMARY) if p.kind == "sampler"}


def size_of(printed):
    return printed_sizes()[name_of(printed), "ess_bulk" if printed.statistic in ("mean", "sd")
                           else "ess_tail"]


def width(marginal):
    """Of the middle 89%, which the section's code computes."""
    return np.ptp(marginal.quantile(np.array([0.055, 0.945])), axis=0)


def chi_square(counts):
    """Pearson's statistic of counts (..., R, K) against equal shares in all regions: about (R -
    1)(K - 1) if equal.
    """
    rows, columns = counts.sum(axis=-1, keepdims=True), counts.sum(axis=-2, keepdims=True)
    expected = rows * columns / rows.sum(axis=-2, keepdims=True)
    return ((counts - expected) ** 2 / np.maximum(expected, 1e-9)).sum(axis=(-1, -2))


def by_the_recipe(n, times=4000, seed=0):
    """Data sets as the section's code makes them.

    pi_r ~ Dirichlet(8 shares), counts_r ~ Multinomial(n_r, pi_r).
    """
    rng = np.random.default_rng(seed)
    return rng.multinomial(n, rng.dirichlet(ALPHA * SHARES, size=(times, len(n))))
