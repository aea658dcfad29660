"""Which exact posterior, a twin by quadrature or in closed form, serves which model: one table."""
import warnings

from .. import validate
from ..sampling.model import refuse_no_model
from ..spelling import refuse_unknown
from . import binomial, multinomial, normal, one_way, poisson

TWINS = {
    normal.NormalNormal: normal.ExactNormalNormal,
    normal.NormalNormalCovariates: normal.ExactNormalNormalCovariates,
    normal.CompletePooling: normal.ExactCompletePooling,
    normal.NoPooling: normal.ExactNoPooling,
    one_way.OneWayNormal: one_way.ExactOneWayNormal,
    one_way.CompletePooling: one_way.ExactCompletePooling,
    one_way.NoPooling: one_way.ExactNoPooling,
    one_way.NoPoolingOwnSigma: one_way.ExactNoPoolingOwnSigma,
    multinomial.DirichletMultinomial: multinomial.ExactDirichletMultinomial,
    multinomial.CompletePooling: multinomial.ExactCompletePooling,
    multinomial.NoPooling: multinomial.ExactNoPooling,
    poisson.PoissonLognormal: poisson.ExactPoissonLognormal,
    poisson.CompletePooling: poisson.ExactCompletePooling,
    poisson.NoPooling: poisson.ExactNoPooling,
    binomial.BetaBinomial: binomial.ExactBetaBinomial,
    binomial.CompletePooling: binomial.ExactCompletePooling,
    binomial.NoPooling: binomial.ExactNoPooling,
}


def exact(model, rtol=None, **misspelt):
    """The posterior of a model without Monte Carlo: quadrature with a stated error, or closed form.

    For what *exact* promises see `help(gibbspool)`; lesson 12 does it by a sum over 200 points.

    What takes more than a second shows a bar, on standard error where that is a terminal.

    Parameters
    ----------
    model : a model
    rtol : float, optional
        Relative tolerance of the quadrature, in each panel; the moments come out at least as
        accurate as 100 rtol. By default 1e-10, and 1e-9 for the Beta-Binomial model. Closed forms
        have no use for it.
    **misspelt
        Refused: arguments by names that there are not, with the name that was meant.

    Returns
    -------
    ExactPosterior

    Raises
    ------
    TypeError
        There is no exact twin for this kind of model; what was given is no model, such as a class
        or draws; or an argument has a name that there is not.
    ValueError
        rtol does not lie between 0 and 1.

    Warns
    -----
    UserWarning
        Fewer than five groups; a prior that disagrees with the data, or leaves them no say.
    """
    refuse_unknown(exact, misspelt)
    refuse_no_model(model)
    twin = twin_of(model)
    options = {} if rtol is None else {"rtol": validate.probability("rtol", rtol)}
    if hasattr(twin, "refuse"):  # what is refused needs no warning first
        twin.refuse(model)
    for caution in model.cautions():
        warnings.warn(caution, stacklevel=2)
    return twin(model, **options)


def twin_of(model):
    """The class of a model's exact posterior: what the table has for the nearest of its classes."""
    for kind in type(model).__mro__:
        if kind in TWINS:
            return TWINS[kind]
    raise TypeError(f"{type(model).__name__} has no exact posterior here: it would have to define "
                    "one, and a line in gibbspool.models.twins.TWINS; sample it with "
                    "gibbspool.sample")
