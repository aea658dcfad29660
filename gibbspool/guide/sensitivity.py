"""Does the answer depend on the prior of the spread? The same model under others, exactly.

The spread between groups is learnt from as many values as there are groups, and it decides how far
every group is pulled. So its prior matters more than any other: where the answers change with it,
the change belongs in the report (Section 5.8.6).
"""
import warnings
from collections import namedtuple

import numpy as np

from .. import validate
from ..distributions.base import Distribution
from ..distributions.standard import Exponential, Gamma, HalfCauchy, HalfNormal, HalfT, Uniform
from ..distributions.writing import written
from ..models.card import card_of
from ..models.twins import exact
from ..optional import need
from ..progress import Progress, watched
from ..sampling.arviz_bridge import labelled
from ..sampling.model import refuse_no_model
from ..spelling import refuse_unknown

SUBSTANTIAL = 0.25  # of a posterior sd, or of a width


def prior_sensitivity(model, priors=None, of=None, prob=0.89, progress=None, **misspelt):
    """The exact posterior of a model under several priors of its spread, as a table.

    Parameters
    ----------
    model : a model of a family that has a card
    priors : list of priors, or dict of str to prior, optional
        What to compare the model's own prior with. By default priors around the model's own: for
        tau ~ HalfNormal(10) they are HalfNormal(2), which is too concentrated, HalfNormal(5),
        HalfNormal(25), HalfCauchy(5), HalfCauchy(25) and Uniform(0, 100).
    of : str, optional
        Which prior to change; by default that of the spread, such as tau.
    prob : float
        Probability of the highest-density intervals (HDI; see `help(gibbspool)`).
    progress : bool, optional
        Whether to show on standard error how far it has got; by default where that is a terminal.
    **misspelt
        Refused: arguments by names that there are not, with the name that was meant.

    Returns
    -------
    pandas.DataFrame
        A row for each prior, the model's own first and marked "(own)". Columns: mean, sd and
        interval of the spread (hdi_low and hdi_high; it may begin at 0); shrinkage, the posterior
        mean of the shrinkage factors, averaged over groups, where the model has them; mean, sd and
        interval of a new group's parameter (theta_new, ...); the posterior mean of every group
        (theta[A], ...); change and moves most: the largest change of a key quantity from the own
        prior's answer, and which quantity. A mean's change is in sds of its posterior under the own
        prior, a width's a share of it.

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
    refuse_unknown(prior_sensitivity, misspelt)
    refuse_no_model(model)
    pd = need("pandas")
    validate.probability("prob", prob)
    truths = posteriors(model, priors, of, progress)
    of = of or model.spread
    own, *others = truths
    quantities, rows = {}, {}
    for name, truth in watched(truths.items(), "answers", progress):
        quantities[name], rows[name] = key_quantities(truth, prob), row_of(truth, of, prob)
    changes = {own: Change(0.0, "", "")}
    changes |= {name: largest_change(quantities[own], quantities[name]) for name in others}
    rows = [{**row, "change": changes[name].size, "moves most": changes[name].quantity}
            for name, row in rows.items()]
    substantial = [name for name in others if changes[name].size > SUBSTANTIAL]
    if substantial:
        worst = max(substantial, key=lambda name: changes[name].size)
        warnings.warn(
            f"the answers depend on the prior of {of}: {len(substantial)} of {len(others)} other "
            "priors change a group's mean by more than a quarter of its posterior sd, or a width "
            f"by more than a quarter. Most of all {worst}: {changes[worst].words}. Report this "
            "sensitivity, and choose the prior from what is known of such groups, not from the "
            "answer (Section 5.8.6).", stacklevel=2)
    return pd.DataFrame(rows, index=pd.Index([f"{own} (own)", *others], name=f"prior of {of}"))


def posteriors(model, priors=None, of=None, progress=None):
    """The exact posteriors that `prior_sensitivity` compares, by label: the model's own first.

    Parameters
    ----------
    model, priors, of, progress
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
    others = by_name(default_priors(own) if priors is None else priors, own)
    with Progress(1 + len(others), "priors", progress) as bar:
        truths = {written(own): exact(model)}
        bar.count()
        with warnings.catch_warnings():
            # the model's cautions were said with its own prior
            warnings.simplefilter("ignore", UserWarning)
            for name, prior in others.items():
                if name not in truths:
                    truths[name] = exact(model.with_priors(**{of: prior}))
                bar.count()
    if len(truths) < 2:
        raise ValueError("priors is empty, or holds the model's own prior alone; give others to "
                         "compare it with")
    return truths


def by_name(priors, own):
    """The priors to compare `own` with, checked, by name: a dict, a list, or a single one."""
    if isinstance(priors, Distribution):
        priors = [priors]
    if not isinstance(priors, (dict, list, tuple)):
        raise TypeError(f"priors is {priors!r}; it must be a list of priors, or a dict of names to "
                        "priors")
    for key, prior in priors.items() if isinstance(priors, dict) else enumerate(priors):
        if not isinstance(prior, Distribution):
            raise TypeError(f"priors[{key!r}] is {prior!r}; it must be a prior, such as "
                            "HalfNormal(10)")
        if key == written(own) and prior != own:
            raise ValueError(f"priors[{key!r}] is {prior!r}; that is the name of the model's own "
                             "prior, take another")
    if not isinstance(priors, dict):
        return {written(prior): prior for prior in priors}
    return {str(name): prior for name, prior in priors.items()}


def default_priors(own):
    """Narrower, wider and heavier-tailed priors than `own`, in its unit."""
    if isinstance(own, (HalfNormal, HalfCauchy, HalfT, Uniform)):
        scale = own.high / 10 if isinstance(own, Uniform) else own.scale
        return [HalfNormal(scale / 5), HalfNormal(scale / 2), HalfNormal(scale),
                HalfNormal(2.5 * scale), HalfCauchy(scale / 2), HalfCauchy(2.5 * scale),
                Uniform(0, 10 * scale)]
    if isinstance(own, (Exponential, Gamma)):
        rate = own.rate / own.shape if isinstance(own, Gamma) else own.rate
        return [Exponential(5 * rate), Exponential(rate), Exponential(rate / 5),
                Exponential(rate / 25), Gamma(2, 2 * rate / 5)]
    raise ValueError(f"there are no priors by default to compare {written(own)} with: give a list "
                     "of them, such as [HalfNormal(10), HalfCauchy(25)]")


# --- the table ---------------------------------------------------------------------------------


def row_of(truth, of, prob):
    """One row of the table, without the changes."""
    row = numbers(of, truth[of], prob)
    shrinkage = mean_shrinkage(truth)
    if shrinkage is not None:
        row["shrinkage"] = shrinkage.mean()
    for name, marginal in new_group(truth):
        row |= numbers(name, marginal, prob)
    return row | {name: marginal.mean for name, marginal in groups(truth)}


def numbers(name, marginal, prob):
    """Mean, sd and highest-density interval of a marginal, by the names of their columns."""
    low, high = marginal.hdi(prob)
    return {f"{name} mean": marginal.mean, f"{name} sd": marginal.sd,
            f"{name} hdi_low": low, f"{name} hdi_high": high}


def groups(truth):
    """Pairs (label, marginal) of every group's parameter, such as ("theta[A]", ...)."""
    parameter = truth.model.parameter
    return labelled(parameter, truth[parameter])


def new_group(truth):
    """Pairs (label, marginal) of a new group's parameter; none where it depends on covariates."""
    if not card_of(truth.model).exchangeable(truth.model):
        return []
    return labelled(f"{truth.model.parameter}_new", truth.new_group)


def mean_shrinkage(truth):
    """Posterior mean of each group's shrinkage factor, (J,); None where the model has none.

    Between a group's own estimate (0) and the population's mean (1). In the one-way model they are
    averaged over tau and sigma; in the multinomial model only groups with answers have one.
    """
    return truth["shrinkage"].mean if "shrinkage" in truth else None


# --- what changes --------------------------------------------------------------------------------

Key = namedtuple("Key", "mean sd width measure")

Key.__doc__ = """A key quantity.

mean, sd : of its posterior.
width, measure : how wide that is, and what measures it: its sd or, of a new group, its interval.
"""

Change = namedtuple("Change", "size quantity words")

Change.__doc__ = """How much a key quantity changes.

size : in posterior sds, or as a share of its width.
quantity, words : which quantity, and the change in words.
"""


def key_quantities(truth, prob=0.89):
    """Every group's parameter and a new group's: a dict of label to Key."""
    found = {name: Key(marginal.mean, marginal.sd, marginal.sd, "sd")
             for name, marginal in groups(truth)}
    for name, marginal in new_group(truth):
        found[name] = Key(marginal.mean, marginal.sd, np.diff(marginal.hdi(prob))[0], "interval")
    return found


def largest_change(own, other):
    """The largest change from one dict of key quantities to another, as a Change.

    Moments that do not exist are skipped.
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


# --- what the data say of the spread ------------------------------------------------------------

Learnt = namedtuple("Learnt", "overlap information")

Learnt.__doc__ = """How far the posterior of a parameter has moved from its prior.

overlap : the area that both densities share, integral of min(prior, posterior): 1 where the data
    say nothing.
information : the Kullback-Leibler divergence of the prior from the posterior, E[log posterior -
    log prior], in nats: 0 where the data say nothing.
"""


def against_prior(truth, of=None, points=400):
    """The posterior of the spread, or of another parameter, against its prior.

    Both numbers are means over the posterior: of min(1, prior / posterior) and of log(posterior /
    prior).

    Parameters
    ----------
    truth : ExactPosterior
    of : str, optional
        Another parameter with a prior.
    points : int
        Equally spaced quantiles of the posterior that the means are taken over.

    Returns
    -------
    Learnt

    Raises
    ------
    ValueError
        The prior is improper.
    """
    of = truth.model.spread if of is None else of
    prior = truth.model.arguments()[of]
    if not prior.proper:
        raise ValueError(f"{of} ~ {prior!r} is improper: there is nothing to compare its posterior "
                         "with")
    x = truth[of].quantile((np.arange(points) + 0.5) / points)
    log_ratio = prior.logpdf(x) - np.array(truth[of].logpdf(x))
    return Learnt(float(np.exp(np.minimum(log_ratio, 0)).mean()), float(-log_ratio.mean()))
