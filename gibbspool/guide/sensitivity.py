"""Does the answer depend on the prior? The same model under other priors of its spread, exact
(Section 5.8.6).

The spread between groups is learnt from as many values as there are groups, and it decides how far
every group is pulled. So its prior matters more than any other: where the answers change with it,
the change belongs in the report.
"""
import warnings
from collections import namedtuple

import numpy as np

from .. import validate
from ..distributions.base import Distribution
from ..distributions.standard import Exponential, Gamma, HalfCauchy, HalfNormal, HalfT, Uniform
from ..distributions.writing import written
from ..models.twins import exact
from ..optional import need
from ..sampling.arviz_bridge import hdi_columns, labelled

SUBSTANTIAL = 0.25  # of a posterior sd, or of a width


def prior_sensitivity(model, priors=None, of=None, prob=0.89):
    """The exact posterior of a model under several priors of its spread parameter, as a table.

    Parameters
    ----------
    model : a model of one of the five families
    priors : list of priors, or dict of str to prior, optional
        What to compare the model's own prior with. By default priors around the model's own: for
        tau ~ HalfNormal(10) they are HalfNormal(2), which is too concentrated, HalfNormal(5),
        HalfNormal(25), HalfCauchy(5), HalfCauchy(25) and Uniform(0, 100).
    of : str, optional
        Which prior to change; by default that of the spread: tau, sigma_log (Poisson), alpha
        (multinomial), kappa (binomial).
    prob : float
        Probability of the highest-density intervals.

    Returns
    -------
    pandas.DataFrame
        A row for each prior, the model's own first and marked "(own)". Columns: mean, sd and
        interval of the spread; shrinkage, the posterior mean of the shrinkage factors, averaged
        over groups, where the model has them; mean, sd and interval of a new group's parameter
        (theta_new, ...); the posterior mean of every group (theta[A], ...); change and moves most:
        the largest change of a key quantity from the own prior's answer, and which quantity.

    Raises
    ------
    TypeError, ValueError
        No priors to compare with, a prior that the model has no use for, or an improper posterior.

    Warns
    -----
    UserWarning
        The key quantities depend on the prior: a group's mean moves by more than a quarter of its
        posterior sd, or its sd or the width of a new group's interval changes by more than a
        quarter.
    """
    pd = need("pandas")
    validate.probability("prob", prob)
    truths = posteriors(model, priors, of)
    of = of or model.spread
    own, *others = truths
    quantities = {name: key_quantities(truth, prob) for name, truth in truths.items()}
    changes = {name: largest_change(quantities[own], quantities[name]) for name in others}
    rows = [{**_row(truth, of, prob), "change": changes[name].size if name in changes else 0.0,
             "moves most": changes[name].quantity if name in changes else ""} for name,
            truth in truths.items()]
    substantial = {name: change for name, change in changes.items() if change.size > SUBSTANTIAL}
    if substantial:
        worst = max(substantial, key=lambda name: substantial[name].size)
        warnings.warn(
            f"the answers depend on the prior of {of}: {len(substantial)} of {len(others)} other "
            "priors change a group's mean by more than a quarter of its posterior sd, or a width "
            f"by more than a quarter. Most of all {worst}: {substantial[worst].words}. Report this "
            "sensitivity, and choose the prior from what is known of such groups, not from the "
            "answer (Section 5.8.6).", stacklevel=2)
    return pd.DataFrame(rows, index=pd.Index([f"{own} (own)", *others], name=f"prior of {of}"))


def posteriors(model, priors=None, of=None):
    """The exact posteriors that `prior_sensitivity` compares, by label: the model's own first.

    Parameters
    ----------
    model, priors, of
        As in `prior_sensitivity`.

    Returns
    -------
    dict of str to ExactPosterior
    """
    if getattr(model, "spread", None) is None:
        raise TypeError(f"model is {model!r}; it must be a hierarchical model, such as "
                        "NormalNormal(y, sigma)")
    of = model.spread if of is None else of
    own = model.arguments().get(of)
    if not isinstance(own, Distribution) or own.event_ndim:
        raise ValueError(f"of is {of!r}; it must name a prior of a single number of this model, "
                         f"such as {model.spread!r}")
    if priors is None:
        priors = default_priors(own)
    if isinstance(priors, Distribution):
        priors = [priors]
    if not isinstance(priors, (dict, list, tuple)):
        raise TypeError(f"priors is {priors!r}; it must be a list of priors, or a dict of names to "
                        "priors")
    for k, prior in priors.items() if isinstance(priors, dict) else enumerate(priors):
        if not isinstance(prior, Distribution):
            raise TypeError(f"priors[{k!r}] is {prior!r}; it must be a prior, such as "
                            "HalfNormal(10)")
        if k == written(own) and prior != own:
            raise ValueError(f"priors[{k!r}] is {prior!r}; that is the name of the model's own "
                             "prior, take another")
    if not isinstance(priors, dict):
        priors = {written(prior): prior for prior in priors}
    truths = {written(own): exact(model)}
    with warnings.catch_warnings():
        # the model's cautions were said with its own prior
        warnings.simplefilter("ignore", UserWarning)
        truths |= {str(name): exact(model.with_priors(**{of: prior})) for name,
                   prior in priors.items()
                   if str(name) not in truths}
    if len(truths) < 2:
        raise ValueError("priors is empty, or holds the model's own prior alone; give others to "
                         "compare it with")
    return truths


def default_priors(own):
    """Narrower, wider and heavier-tailed priors than `own`, in its unit."""
    if isinstance(own, (HalfNormal, HalfCauchy, HalfT, Uniform)):
        s = own.high / 10 if isinstance(own, Uniform) else own.scale
        return [HalfNormal(s / 5), HalfNormal(s / 2), HalfNormal(s), HalfNormal(2.5 * s),
                HalfCauchy(s / 2),
                HalfCauchy(2.5 * s), Uniform(0, 10 * s)]
    if isinstance(own, (Exponential, Gamma)):
        rate = own.rate / getattr(own, "shape", 1.0)
        return [Exponential(5 * rate), Exponential(rate), Exponential(rate / 5),
                Exponential(rate / 25),
                Gamma(2, 2 * rate / 5)]
    raise ValueError(f"there are no priors by default to compare {written(own)} with: give a list "
                     "of them, such as [HalfNormal(10), HalfCauchy(25)]")


def _row(truth, of, prob):
    """One row of the table, without the changes."""
    columns = ["mean", "sd", *hdi_columns(prob)]
    shrinkage = mean_shrinkage(truth)
    row = {f"{of} {column}": value for column, value in zip(columns, _summary(truth[of], prob))}
    if shrinkage is not None:
        row["shrinkage"] = shrinkage.mean()
    for name, marginal in new_group(truth):
        row |= {f"{name} {column}": value for column,
                value in zip(columns, _summary(marginal, prob))}
    return row | {name: marginal.mean for name, marginal in groups(truth)}


def _summary(marginal, prob):
    return marginal.mean, marginal.sd, *marginal.hdi(prob)


def groups(truth):
    """Pairs (label, marginal) of every group's parameter, such as ("theta[A]", ...)."""
    parameter = truth.model.parameter
    return labelled(parameter, truth[parameter])


def new_group(truth):
    """Pairs (label, marginal) of a new group's parameter; none where it depends on covariates."""
    if hasattr(truth.model, "x"):
        return []
    return labelled(f"{truth.model.parameter}_new", truth.new_group)


def mean_shrinkage(truth):
    """Posterior mean of each group's shrinkage factor, (J,); None where the model has no such
    factors.

    Between a group's own estimate (0) and the population's mean (1). In the one-way model they are
    averaged over tau and sigma; in the multinomial model only groups with answers have one.
    """
    return truth["shrinkage"].mean if "shrinkage" in truth else None


# --- what changes -------------------------------------------------------------------------------------------------

Key = namedtuple("Key", "mean sd width measure")

Key.__doc__ = "Mean and sd of a key quantity, and how wide it is, measured by its sd or, for a new group, its interval."

Change = namedtuple("Change", "size quantity words")

Change.__doc__ = "How much a key quantity changes (in posterior sds, or as a share of its width), which, and in words."


def key_quantities(truth, prob=0.89):
    """Every group's parameter and a new group's: a dict of label to Key."""
    found = {name: Key(marginal.mean, marginal.sd, marginal.sd, "sd") for name,
             marginal in groups(truth)}
    for name, marginal in new_group(truth):
        found[name] = Key(marginal.mean, marginal.sd, np.diff(marginal.hdi(prob))[0], "interval")
    return found


def largest_change(own, other):
    """The largest change from one dict of key quantities to another, as a Change. Moments that do
    not exist are skipped.
    """
    found = []
    for name, was in own.items():
        now = other[name]
        with np.errstate(invalid="ignore", divide="ignore"):
            shift, ratio = np.abs(now.mean - was.mean) / was.sd, now.width / was.width
        found.append(Change(shift, name,
                            f"the mean of {name} moves from {was.mean:.3g} to {now.mean:.3g}, "
                                         f"{shift:.2f} of its posterior sd"))
        found.append(Change(abs(ratio - 1), f"{name} ({was.measure})",
                            f"the {was.measure} of {name} becomes {ratio:.2f} times as wide"))
    return max((change for change in found if np.isfinite(change.size)),
               key=lambda change: change.size)


# --- what the data say of the spread --------------------------------------------------------------------------------

Learnt = namedtuple("Learnt", "overlap information")

Learnt.__doc__ = """How far the posterior of a parameter has moved from its prior.

overlap : the area that both densities share, integral of min(prior, posterior): 1 where the data say nothing.
information : the Kullback-Leibler divergence of the prior from the posterior, E[log posterior - log prior], in nats: 0
    where the data say nothing.
"""


def against_prior(truth, of=None, points=400):
    """The posterior of the spread (or of another parameter with a prior) against its prior, as a
    Learnt.

    Both numbers are means over the posterior: of min(1, prior / posterior) and of log(posterior /
    prior).

    Parameters
    ----------
    truth : ExactPosterior
    of : str, optional
    points : int
        Equally spaced quantiles of the posterior that the means are taken over.
    """
    of = truth.model.spread if of is None else of
    prior = truth.model.arguments()[of]
    if not prior.proper:
        raise ValueError(f"{of} ~ {prior!r} is improper: there is nothing to compare its posterior "
                         "with")
    x = truth[of].quantile((np.arange(points) + 0.5) / points)
    log_ratio = prior.logpdf(x) - np.array(truth[of].logpdf(x))
    return Learnt(float(np.exp(np.minimum(log_ratio, 0)).mean()), float(-log_ratio.mean()))
