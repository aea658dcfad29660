"""The families on the section's data: a model each, with its default priors."""
from .. import data
from .binomial import BetaBinomial
from .multinomial import DirichletMultinomial
from .normal import NormalNormal
from .one_way import OneWayNormal
from .poisson import PoissonLognormal


def eight_schools(form=None):
    """Effects of coaching in eight schools, with their standard errors."""
    found = data.eight_schools()
    return NormalNormal(found.y, found.sigma, groups=found.groups, form=form)


def private_schools(form=None):
    """Eight public and four private schools: a covariate of the groups."""
    found = data.private_schools()
    return NormalNormal(found.y, found.sigma, x=found.x, groups=found.groups,
                        covariates=["private"], form=form)


def instructors(form=None):
    """Exam scores of 68 students of five instructors."""
    found = data.instructors()
    return OneWayNormal(found.y, found.group, form=form)


def survey(form=None):
    """Answers of the people of six regions, in four categories."""
    found = data.survey_regions()
    return DirichletMultinomial(found.counts, groups=found.groups, categories=found.categories,
                                form=form)


def hospitals(form=None):
    """Adverse events in eight hospitals, in 1000 patient-days."""
    found = data.hospitals()
    return PoissonLognormal(found.y, found.exposure, groups=found.groups, form=form)


def baseball(form=None):
    """Hits of 18 players in their first 45 at-bats of a season."""
    found = data.baseball()
    return BetaBinomial(found.successes, found.trials, groups=found.groups, form=form)
