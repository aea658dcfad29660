"""Covariates as people hand them over, a list or a table: checked, named, with a prior for each."""
import numpy as np

from ... import labels, validate
from ...distributions.priors import prior_of
from ...distributions.standard import Normal

SAME = 1e-12  # columns this close to each other, relative to their size, are taken to be the same


def numbers_or_table(x):
    """x as an array (J,) or (J, p)."""
    return validate.array("x", x, ndim=1 if validate.floats("x", x).ndim < 2 else 2)


def names_of_columns(x, covariates, p):
    """The names given, or those of the table's own columns, or x1 to xp."""
    own = labels.columns_of(x)
    if covariates is None and (own is None or labels.numbered(own)):
        own = [f"x{k + 1}" for k in range(p)]
    return labels.carried("covariates", covariates, "the columns of x", own, p)


def priors_of_effects(beta, p):
    """A prior for each of the p columns of x, from one for all or a list."""
    if beta is None:
        beta = Normal(0, 10)
    if not isinstance(beta, (list, tuple)):
        return [prior_of("beta", beta, ("Normal", "Flat"))] * p
    if len(beta) != p:
        raise ValueError(f"beta has {len(beta)} priors; give one for each of the {p} columns of x, "
                         "or one for all")
    return [prior_of(f"beta[{k}]", prior, ("Normal", "Flat")) for k, prior in enumerate(beta)]


def refuse_constant(columns, names):
    """A column that is the same for every group says nothing that mu does not."""
    for name, column in zip(names, columns.T):
        if np.ptp(column) <= SAME * np.abs(column).max():
            raise ValueError(f"x: column {name} is the same ({column[0]:g}) for every group, so "
                             "its effect cannot be told from mu; leave it out")
