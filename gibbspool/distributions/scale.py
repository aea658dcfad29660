"""Priors at the end of the scale: what is too large or too small to be squared is refused."""
from dataclasses import fields

import numpy as np

from .. import validate

WITHOUT_UNIT = ("shape", "df", "a", "b", "concentration")


def refuse_off_the_scale(**priors):
    """Refuse a prior, by name, with a parameter whose square floating point cannot hold.

    Parameters
    ----------
    **priors : prior, by the name of its variable

    Raises
    ------
    ValueError
        Names the variable, its prior and the parameter.
    """
    largest = validate.LARGEST
    for name, prior in priors.items():
        for field in fields(prior):
            size = abs(getattr(prior, field.name))
            if field.name not in WITHOUT_UNIT and size and not 1 / largest <= size <= largest:
                raise ValueError(f"{name} ~ {prior!r}: its {field.name} must be 0 or between "
                                 f"{1 / largest:g} and {largest:g} in size; choose another unit")


def refuse_no_concentration(**priors):
    """Refuse a prior of a concentration, by name, none of whose values matters to any data.

    Parameters
    ----------
    **priors : prior, by the name of its variable

    Raises
    ------
    ValueError
        Names the variable, its prior and the parameter.
    """
    largest = validate.LARGEST
    for name, prior in priors.items():
        for field in fields(prior):
            sizes = np.atleast_1d(getattr(prior, field.name))
            low, high = (1e-6, 1 / np.finfo(float).eps) if field.name in WITHOUT_UNIT else (
                1 / largest, largest)
            if not np.all((sizes == 0) | (sizes >= low) & (sizes <= high)):
                raise ValueError(f"{name} ~ {prior!r}: its {field.name} must be between {low:.3g} "
                                 f"and {high:.3g}; write a prior on the scale of the number of "
                                 "people or trials in a group")
