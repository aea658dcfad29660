"""A person's own data need priors on their own scale, and covariates counted from their means."""
import numpy as np

from ..distributions.writing import written
from ..models.hierarchy import is_prior, prior_option


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
    where = {"as stated": stated, "scaled to these data, in their unit": others,
             "the section's, for its own data": [name for name in all_priors(model)
                                                 if name not in stated and name not in others]}
    for how, names in where.items():
        if names:
            told = ", ".join(f"{name} ~ {all_priors(model)[name]}" for name in names)
            lines.append(f"Priors {how}: {told}")
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


def all_priors(model):
    """The priors of a model by name, as they are typed."""
    return {name: in_words(value) for name, value in model.arguments().items() if is_prior(value)}


def in_words(prior):
    """A prior as it is typed; a tuple of them, each once."""
    if isinstance(prior, tuple):
        return ", ".join(dict.fromkeys(map(written, prior)))
    return written(prior)
