"""A person's own data need priors on their own scale, and covariates counted from their means."""
import numpy as np

from ..models.hierarchy import prior_option
from .found import priors_used


def prepared(model, stated=(), section=False):
    """A model as `fit` fits it, and what was done to it.

    Covariates are centred, and the priors that were not stated are scaled to the data.

    Parameters
    ----------
    model : Model
    stated : names of the priors that were stated
    section : bool
        Whether to leave the others as they are in the section.

    Returns
    -------
    model : Model
    lines : list of str
        What to tell the person.
    """
    model, lines = centred(model)
    others = {} if section else {name: prior for name, prior in model.scaled().items()
                                 if name not in stated}
    if others:
        model = model.with_priors(**others)
    used = priors_used(model)
    argument = {name: name.partition("[")[0] for name in used}  # beta of beta[size]
    where = {"as stated": [name for name in used if argument[name] in stated],
             "scaled to these data, in their unit": [name for name in used
                                                     if argument[name] in others]}
    where["the section's, for its own data"] = [name for name in used
                                                if not any(name in told for told in where.values())]
    for how, names in where.items():
        if names:
            lines.append(f"Priors {how}: {', '.join(f'{name} ~ {used[name]}' for name in names)}")
    if others:
        lines.append("(State your own with "
                     f"{', '.join(prior_option(name) for name in others)}; --section-priors takes "
                     "the section's.)")
    return model, lines


def centred(model):
    """The model with its covariates counted from their means, and a line that says so."""
    if getattr(model, "x", None) is None:
        return model, []
    means = np.mean(model.x, axis=0)
    at = ", ".join(f"{name} = {mean:.6g}" for name, mean in zip(model.covariates, np.ravel(means)))
    return (type(model)(**{**model.arguments(), "x": model.x - means}),
            [f"Covariates are centred: mu is the mean of groups with {at}."])
