"""Priors at the end of the scale: what is too large or too small to be squared is refused."""
from dataclasses import fields

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
