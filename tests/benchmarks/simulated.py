"""Data of any number of groups, and the models that they are for."""
import numpy as np

import gibbspool as gp

PEOPLE = 50  # in each group of the survey
SCORES = 5   # in each group of the one-way model


def poisson(J, rng):
    exposure = rng.uniform(0.5, 10, J)
    return gp.PoissonLognormal(rng.poisson(exposure * rng.lognormal(0.5, 0.6, J)), exposure)


def binomial(J, rng):
    trials = rng.integers(5, 100, J)
    return gp.BetaBinomial(rng.binomial(trials, rng.beta(3, 7, J)), trials)


def survey(J, rng, people=PEOPLE, form=None):
    return gp.DirichletMultinomial(rng.multinomial(people, rng.dirichlet([2, 3, 1, 2], J)),
                                   form=form)


def normal(J, rng):
    sigma = rng.uniform(5, 15, J)
    return gp.NormalNormal(rng.normal(rng.normal(8, 5, J), sigma), sigma)


def one_way(J, rng, scores=SCORES):
    group = np.repeat(np.arange(J), scores)
    return gp.OneWayNormal(rng.normal(rng.normal(70, 8, J)[group], 10), group)


FAMILIES = {"Poisson": poisson, "binomial": binomial, "survey": survey, "normal": normal,
            "one-way": one_way}


def model(family, J, seed=0, **options):
    """A model of a family with data of J groups."""
    return FAMILIES[family](J, np.random.default_rng(seed), **options)
