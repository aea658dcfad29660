"""What people write: the densities of `standard` under the same names, their parameters checked."""
from dataclasses import dataclass, fields
from functools import wraps

import numpy as np

from ..spelling import refuse_unknown
from ..validate import floats
from . import standard, vectors
from .base import Distribution, short


class Checked:
    """Parameters as floats, finite and in range, refused with a sentence where they are not.

    So are the places at which a density is asked for, if they are no numbers.

    Raises
    ------
    TypeError
        A parameter is not a number, or there is none of that name.
    ValueError
        A parameter is not finite or out of range, or the shapes of several do not fit each other.
    """

    def __post_init__(self):
        """What a dataclass calls once its parameters are set."""
        name = type(self).__name__
        for field in fields(self):
            checked = finite(f"{name}: {field.name}", getattr(self, field.name))
            object.__setattr__(self, field.name, checked)
        try:
            self.batch_shape  # noqa: B018 (raises where they do not fit)
        except ValueError:
            shapes = {field.name: np.shape(getattr(self, field.name)) for field in fields(self)}
            raise ValueError(f"{name}: parameter shapes do not fit each other: {shapes}") from None
        if problem := self.problem():
            raise ValueError(f"{name}: {problem}")

    def logpdf(self, x):
        """Log density at x, normalised; elementwise, with broadcasting; TypeError for no numbers.
        """
        return super().logpdf(checked_floats(f"{type(self).__name__}: x", x))


def checked_floats(name, x):
    """Numbers as an array of floats, NaN and infinity included; floats pass at no cost."""
    is_float = isinstance(x, float) or type(x) is np.ndarray and x.dtype == float
    return x if is_float else floats(name, x)


def finite(name, value):
    """A parameter as a float or an array of floats."""
    x = floats(name, value)
    if not np.isfinite(x).all():
        raise ValueError(f"{name} is {short(x)}; it must be finite")
    return x if x.ndim else np.float64(x)


def prior(cls):
    """A dataclass once more, so that its constructor calls __post_init__; names are checked first.
    """
    cls = dataclass(frozen=True, eq=False, repr=False)(cls)
    names, fill = [field.name for field in fields(cls)], cls.__init__

    @wraps(fill)
    def __init__(self, *args, **kwargs):
        unknown = [name for name in kwargs if name not in names]
        refuse_unknown(cls, unknown, {*names[:len(args)], *kwargs})
        fill(self, *args, **kwargs)

    cls.__init__ = __init__
    return cls


@prior
class Normal(Checked, standard.Normal):
    __doc__ = standard.Normal.__doc__


@prior
class HalfNormal(Checked, standard.HalfNormal):
    __doc__ = standard.HalfNormal.__doc__


@prior
class HalfCauchy(Checked, standard.HalfCauchy):
    __doc__ = standard.HalfCauchy.__doc__


@prior
class HalfT(Checked, standard.HalfT):
    __doc__ = standard.HalfT.__doc__


@prior
class Exponential(Checked, standard.Exponential):
    __doc__ = standard.Exponential.__doc__


@prior
class Gamma(Checked, standard.Gamma):
    __doc__ = standard.Gamma.__doc__


@prior
class InverseGamma(Checked, standard.InverseGamma):
    __doc__ = standard.InverseGamma.__doc__


@prior
class Uniform(Checked, standard.Uniform):
    __doc__ = standard.Uniform.__doc__


@prior
class Flat(Checked, standard.Flat):
    __doc__ = standard.Flat.__doc__


@prior
class Beta(Checked, standard.Beta):
    __doc__ = standard.Beta.__doc__


@prior
class Dirichlet(Checked, vectors.Dirichlet):
    __doc__ = vectors.Dirichlet.__doc__


PRIORS = {cls.__name__: cls for cls in (
    Normal, HalfNormal, HalfCauchy, HalfT, Exponential, Gamma, InverseGamma, Uniform, Flat, Beta,
    Dirichlet)}


def prior_of(name, prior, allowed=tuple(PRIORS)):
    """`prior`, if it is one of the allowed classes and its parameters are single numbers.

    The concentration of a Dirichlet is a single vector.

    Parameters
    ----------
    name : str
        Of the variable whose prior it is, for the message.
    prior : Distribution
    allowed : list of str
        Names of classes.

    Raises
    ------
    TypeError
        It is not a distribution object, or a kind that the model has no use for here.
    ValueError
        Its parameters are arrays.
    """
    kinds = ", ".join(allowed)
    if isinstance(prior, type) and issubclass(prior, Distribution):
        raise TypeError(f"{name} is the class {prior.__name__}; give it parameters, such as "
                        "HalfNormal(10)")
    if not isinstance(prior, Distribution) or type(prior).__name__ not in allowed:
        raise TypeError(f"{name} prior is {prior!r}; it must be one of {kinds}")
    if len(prior.batch_shape) > prior.event_ndim:
        raise ValueError(f"{name} prior is {prior!r}; its parameters must be single numbers")
    return prior
