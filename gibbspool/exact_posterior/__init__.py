"""Exact posteriors: the twin of each model, integrated instead of sampled."""
import functools


@functools.singledispatch
def exact(model, rtol=1e-10):
    """The posterior of a model without Monte Carlo: quadrature with a stated error bound, or a closed form.

    Parameters
    ----------
    model : a model
    rtol : float
        Relative tolerance of the quadrature, in each panel; the moments come out at least as accurate as 100 rtol.

    Returns
    -------
    ExactPosterior

    Raises
    ------
    TypeError
        There is no exact twin for this kind of model.
    """
    raise TypeError(f"{type(model).__name__} has no exact posterior here; sample it with gibbspool.sample")


# Importing them registers their models.
from . import binomial, multinomial, normal, normal_covariates, one_way, poisson  # noqa: E402, F401
