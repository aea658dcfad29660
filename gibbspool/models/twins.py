"""Which exact posterior, a twin by quadrature or in closed form, serves which model: one table."""
from .binomial import pooling as binomial
from .binomial.exact import ExactBetaBinomial
from .binomial.exact_pooling import ExactCompletePooling as BinomialComplete
from .binomial.exact_pooling import ExactNoPooling as BinomialNone
from .binomial.model import BetaBinomial
from .multinomial import pooling as multinomial
from .multinomial.exact import ExactDirichletMultinomial
from .multinomial.exact_pooling import ExactCompletePooling as MultinomialComplete
from .multinomial.exact_pooling import ExactNoPooling as MultinomialNone
from .multinomial.model import DirichletMultinomial
from .normal import pooling as normal
from .normal.covariates import NormalNormalCovariates
from .normal.exact import ExactNormalNormal
from .normal.exact_covariates import ExactNormalNormalCovariates
from .normal.exact_pooling import ExactCompletePooling as NormalComplete
from .normal.exact_pooling import ExactNoPooling as NormalNone
from .normal.model import NormalNormal
from .one_way import pooling as one_way
from .one_way.exact import ExactOneWayNormal
from .one_way.exact_pooling import ExactCompletePooling as OneWayComplete
from .one_way.exact_pooling import ExactNoPooling as OneWayNone
from .one_way.exact_pooling import ExactNoPoolingOwnSigma as OneWayNoneOwn
from .one_way.model import OneWayNormal
from .poisson import pooling as poisson
from .poisson.exact import ExactPoissonLognormal
from .poisson.exact_pooling import ExactCompletePooling as PoissonComplete
from .poisson.exact_pooling import ExactNoPooling as PoissonNone
from .poisson.model import PoissonLognormal

TWINS = {
    NormalNormal: ExactNormalNormal,
    NormalNormalCovariates: ExactNormalNormalCovariates,
    normal.CompletePooling: NormalComplete,
    normal.NoPooling: NormalNone,
    OneWayNormal: ExactOneWayNormal,
    one_way.CompletePooling: OneWayComplete,
    one_way.NoPooling: OneWayNone,
    one_way.NoPoolingOwnSigma: OneWayNoneOwn,
    DirichletMultinomial: ExactDirichletMultinomial,
    multinomial.CompletePooling: MultinomialComplete,
    multinomial.NoPooling: MultinomialNone,
    PoissonLognormal: ExactPoissonLognormal,
    poisson.CompletePooling: PoissonComplete,
    poisson.NoPooling: PoissonNone,
    BetaBinomial: ExactBetaBinomial,
    binomial.CompletePooling: BinomialComplete,
    binomial.NoPooling: BinomialNone,
}


def exact(model, rtol=None):
    """The posterior of a model without Monte Carlo: quadrature with a stated error bound, or a
    closed form.

    Parameters
    ----------
    model : a model
    rtol : float, optional
        Relative tolerance of the quadrature, in each panel; the moments come out at least as
        accurate as 100 rtol. By default 1e-10, and 1e-9 for the Beta-Binomial model.

    Returns
    -------
    ExactPosterior

    Raises
    ------
    TypeError
        There is no exact twin for this kind of model.
    """
    for kind in type(model).__mro__:
        if kind in TWINS:
            return TWINS[kind](model) if rtol is None else TWINS[kind](model, rtol)
    raise TypeError(f"{type(model).__name__} has no exact posterior here; sample it with "
                    "gibbspool.sample")
