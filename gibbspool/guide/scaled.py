"""Priors scaled to the data: the same model, in whatever unit its data are."""
import numpy as np

from ..models.card import card_of
from ..models.hierarchy import Hierarchy


def scaled_priors(model):
    """The same model under weakly informative priors on the scale of its data.

    ::

        normal, one-way  mu ~ Flat();  tau ~ HalfCauchy(s), s in the unit of the data: the typical
                         standard error of a group, or how far the groups lie apart beyond their
                         errors, whichever is larger;  sigma ~ HalfCauchy(the spread within groups)
        covariates       beta ~ Normal(0, 10 s / the standard deviation of its column)
        Poisson          sigma_log ~ HalfCauchy(s), likewise on the scale of log rates;
                         mu_log ~ Normal(log of all events over all exposures, 10 s)
        binomial         phi ~ Beta(1, 1);  kappa ~ HalfCauchy(a), a in trials: their average
                         number, or more where the groups are more alike than these could tell
        multinomial      alpha ~ Exponential(1 / a), likewise;  pi0 ~ Dirichlet(1, ..., 1)

    In another unit, or counted from another zero, the same data have the same posterior in that
    unit. Because the data are asked for the scale of their own priors, these say nothing of what
    you know: where you know something, state it.

    Parameters
    ----------
    model : a model of a family that has a card

    Returns
    -------
    Model
        Of the same data, labels and form.

    Raises
    ------
    TypeError
        The model is of another kind, or of a family that does not say how to scale its priors.
    ValueError
        None of its groups has any data, or the observations do not vary within any group.

    References
    ----------
    Gelman (2006), Prior distributions for variance parameters in hierarchical models.
    """
    if isinstance(model, Hierarchy) and not np.any(card_of(model).information(model)):
        raise ValueError(f"model is {model!r}; none of its groups has any data to scale priors to")
    priors = model.scaled() if isinstance(model, Hierarchy) else {}
    if not priors:
        raise TypeError(f"model is {model!r}; it must be a hierarchical model that says how its "
                        "priors are scaled, such as NormalNormal(y, sigma)")
    return model.with_priors(**priors)
