"""Priors as text, as they are typed on the command line: written and read back, never evaluated."""
import re
from dataclasses import fields

from .base import short
from .priors import PRIORS, Dirichlet
from .spreads import PositiveFlat, RootInverseGamma, TruncatedNormal


def written(prior):
    """A prior as one writes it, such as 'HalfNormal(10)': the text that `parse` reads."""
    names = {RootInverseGamma: "InverseGamma", TruncatedNormal: "Normal", PositiveFlat: "Flat"}
    values = ", ".join(short(getattr(prior, f.name)) for f in fields(prior))
    return f"{names.get(type(prior), type(prior).__name__)}({values})"


def parse(text):
    """A prior written as text, such as 'HalfCauchy(25)' or 'Normal(mean=0, sd=20)'. Parsed, never
    evaluated.

    Raises
    ------
    ValueError
        The name is unknown, a parameter is not a number, or there are too many or too few of them.
    """
    match = re.fullmatch(r"\s*(\w+)\s*(?:\((.*)\))?\s*", str(text), flags=re.DOTALL)
    if not match or match[1] not in PRIORS:
        raise ValueError(f"{text!r} is not a prior; write one of {', '.join(PRIORS)}, such as "
                         "HalfCauchy(25)")
    cls = PRIORS[match[1]]
    names = [f.name for f in fields(cls)]
    if cls is Dirichlet:
        inner = (match[2] or "").strip().strip("[]")
        return Dirichlet([_number(text, part) for part in inner.split(",")])
    given = {}
    for i, part in enumerate(p for p in (match[2] or "").split(",") if p.strip()):
        name, _, value = part.rpartition("=")
        name = name.strip() or (names[i] if i < len(names) else None)
        if name not in names or name in given:
            raise ValueError(f"{text!r}: {cls.__name__} takes "
                             f"{', '.join(names) or 'no parameters'}")
        given[name] = _number(text, value)
    if len(given) != len(names):
        raise ValueError(f"{text!r}: {cls.__name__} takes {', '.join(names) or 'no parameters'}")
    return cls(**given)


def _number(text, part):
    try:
        return float(part)
    except ValueError:
        raise ValueError(f"{text!r}: {part.strip()!r} is not a number") from None
