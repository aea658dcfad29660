"""Priors as text, as they are typed on the command line: written and read back, never evaluated."""
import re
from dataclasses import fields

from ..spelling import did_you_mean
from .base import short
from .priors import PRIORS, Dirichlet
from .spreads import PositiveFlat, RootInverseGamma, TruncatedNormal

# What a prior of a standard deviation was, when it was written.
WRITTEN_AS = {RootInverseGamma: "InverseGamma", TruncatedNormal: "Normal", PositiveFlat: "Flat"}


def name_of(kind):
    """The name by which people know a class of priors."""
    return WRITTEN_AS.get(kind, kind.__name__)


def written(prior):
    """A prior as one writes it, such as 'HalfNormal(10)': the text that `parse` reads."""
    name = name_of(type(prior))
    values = ", ".join(short(getattr(prior, f.name)) for f in fields(prior))
    return f"{name}({values})"


def parse(text):
    """A prior written as text, such as 'HalfCauchy(25)' or 'Normal(mean=0, sd=20)'.

    It is parsed, never evaluated.

    Raises
    ------
    ValueError
        The name is unknown, a parameter is not a number, or there are too many or too few of them.
    """
    match = re.fullmatch(r"\s*(\w+)\s*(?:\((.*)\))?\s*", str(text), flags=re.DOTALL)
    if not match or match[1] not in PRIORS:
        raise ValueError(f"{text!r} is not a prior; write one of {', '.join(PRIORS)}, such as "
                         f"HalfCauchy(25){did_you_mean(match[1] if match else '', PRIORS)}")
    cls, inside = PRIORS[match[1]], match[2] or ""
    if cls is Dirichlet:
        numbers = inside.strip().strip("[]").split(",")
        return Dirichlet([number(text, part) for part in numbers])
    return cls(**parameters(text, cls, inside))


def parameters(text, cls, inside):
    """The parameters by name, from what stands in the parentheses: '0, 20' or 'mean=0, sd=20'."""
    names = [f.name for f in fields(cls)]
    refusal = ValueError(f"{text!r}: {cls.__name__} takes {', '.join(names) or 'no parameters'}")
    parts = [part for part in inside.split(",") if part.strip()]
    if len(parts) != len(names):
        raise refusal
    found = {}
    for position, part in zip(names, parts):
        name, _, value = part.rpartition("=")
        name = name.strip() or position
        if name not in names:
            raise ValueError(f"{refusal}, and no {name!r}"
                             f"{did_you_mean(name, [n for n in names if n not in found])}")
        if name in found:
            raise refusal
        found[name] = number(text, value)
    return found


def number(text, part):
    """A part of the text as a number."""
    try:
        return float(part)
    except ValueError:
        raise ValueError(f"{text!r}: {part.strip()!r} is not a number") from None
