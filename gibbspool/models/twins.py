"""Which exact posterior, a twin by quadrature or in closed form, serves which model: one table."""
import warnings

from .. import validate
from ..sampling.model import refuse_no_model
from ..spelling import refuse_unknown
from . import binomial, multinomial, normal, one_way, poisson
from .binomial.exact import ExactBetaBinomial
from .binomial.exact_pooling import ExactBinomialCompletePooling, ExactBinomialNoPooling
from .multinomial.exact import ExactDirichletMultinomial
from .multinomial.exact_pooling import ExactMultinomialCompletePooling, ExactMultinomialNoPooling
from .normal.exact import ExactNormalNormal
from .normal.exact_covariates import ExactNormalNormalCovariates
from .normal.exact_pooling import ExactNormalCompletePooling, ExactNormalNoPooling
from .one_way.exact import ExactOneWayNormal
from .one_way.exact_pooling import (
    ExactOneWayCompletePooling,
    ExactOneWayNoPooling,
    ExactOneWayNoPoolingOwnSigma,
)
from .poisson.exact import ExactPoissonLognormal
from .poisson.exact_pooling import ExactPoissonCompletePooling, ExactPoissonNoPooling

TWINS = {
    normal.NormalNormal: ExactNormalNormal,
    normal.NormalNormalCovariates: ExactNormalNormalCovariates,
    normal.CompletePooling: ExactNormalCompletePooling,
    normal.NoPooling: ExactNormalNoPooling,
    one_way.OneWayNormal: ExactOneWayNormal,
    one_way.CompletePooling: ExactOneWayCompletePooling,
    one_way.NoPooling: ExactOneWayNoPooling,
    one_way.NoPoolingOwnSigma: ExactOneWayNoPoolingOwnSigma,
    multinomial.DirichletMultinomial: ExactDirichletMultinomial,
    multinomial.CompletePooling: ExactMultinomialCompletePooling,
    multinomial.NoPooling: ExactMultinomialNoPooling,
    poisson.PoissonLognormal: ExactPoissonLognormal,
    poisson.CompletePooling: ExactPoissonCompletePooling,
    poisson.NoPooling: ExactPoissonNoPooling,
    binomial.BetaBinomial: ExactBetaBinomial,
    binomial.CompletePooling: ExactBinomialCompletePooling,
    binomial.NoPooling: ExactBinomialNoPooling,
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
