"""Densities that have the funnel, and the same without it: targets for `gibbspool.hmc`.

When tau is small, each theta_j must lie close to mu; when it is large, theta_j may be far away. In
the coordinates (mu, log tau, theta) that is a funnel: a wide mouth and a neck ever narrower, where
the right step size depends on the place. In the coordinates (mu, log tau, theta_raw) with
theta = mu + tau theta_raw it is gone.
"""
from .. import data, validate
from ..distributions.writing import name_of
from ..models.normal.model import NormalNormal
from .neals_funnel import CentredFunnel, NoncentredFunnel
from .normal_targets import CentredNormal, NoncentredNormal
from .prior_slopes import SLOPES, slope_of

FORMS = ("centred", "noncentred")


def neal(form="noncentred"):
    """Neal's funnel: v ~ Normal(0, 3) and nine x_i ~ Normal(0, exp(v / 2)).

    Parameters
    ----------
    form : {"noncentred", "centred"}
        Coordinates (v, x_raw) with x = exp(v / 2) x_raw, or (v, x) themselves.

    Returns
    -------
    Target
        Its draws hold v and x.

    Raises
    ------
    ValueError
        An unknown form.
    """
    validate.one_of("form", form, FORMS)
    return CentredFunnel() if form == "centred" else NoncentredFunnel()


def eight_schools(form="noncentred"):
    """Eight Schools with the priors of Section 5.8: see `normal_normal`."""
    schools = data.eight_schools()
    return normal_normal(NormalNormal(schools.y, schools.sigma, groups=schools.groups), form)


def normal_normal(model, form="noncentred"):
    """The posterior of a NormalNormal model, as a density for `hmc`.

    Parameters
    ----------
    model : NormalNormal
        Of any form: its data, priors and labels count.
    form : {"noncentred", "centred"}
        Coordinates (mu, log tau, theta_raw) or (mu, log tau, theta).

    Returns
    -------
    Target
        Its draws are those of the model in this form: mu, tau, theta (and theta_raw).

    Raises
    ------
    TypeError
        The model is of another kind.
    ValueError
        An unknown form, or a Uniform prior of tau: its density ends in a wall, and HMC needs a
        slope everywhere.
    """
    validate.one_of("form", form, FORMS)
    if not isinstance(model, tuple(NormalNormal.forms.values())):
        raise TypeError(f"model is {model!r}; it must be a NormalNormal without covariates")
    if slope_of(model.tau) is None:
        allowed = ", ".join(map(name_of, SLOPES))
        raise ValueError(f"tau ~ {model.tau!r}: HMC needs a prior that is positive for every "
                         f"tau > 0; take {allowed}, or use gibbspool.sample")
    return CentredNormal(model) if form == "centred" else NoncentredNormal(model)
