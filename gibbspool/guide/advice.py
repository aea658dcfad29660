"""The practical guide of Section 5.8.6, applied to a data set: is pooling worth it here, and what
to beware of.
"""
import numpy as np

from ..distributions.writing import written
from ..models.card import card_of
from ..models.twins import exact
from ..numerics.coordinates import coordinate
from ..numerics.quadrature import integrate
from .sensitivity import against_prior, groups, mean_shrinkage

FEWEST = 5          # groups that Section 5.8.6 asks for

MOSTLY_PRIOR = 0.7  # overlap of posterior and prior above which the prior still decides much

SURPRISING = 0.025  # share of the prior beyond the posterior median below which the two disagree

# mean shrinkage at which both forms are equally good, measured by demos/centred_or_noncentred.py
CROSSING = 0.32


def advise(model, truth=None):
    """Apply the decision guide of Section 5.8.6 to a model and its data.

    Parameters
    ----------
    model : a model of one of the five families
    truth : gibbspool.exact of the model, optional
        Computed if it is not given.

    Returns
    -------
    Advice
        Print it; ``.sentences`` and ``.facts`` hold what it says and the numbers behind it.

    Raises
    ------
    TypeError
        The model is of another kind, or truth is the posterior of another model.
    """
    family = card_of(model)
    truth = exact(model) if truth is None else truth
    if getattr(truth, "model", None) is not model:
        raise TypeError("truth is not the exact posterior of this model; give "
                        "gibbspool.exact(model), or leave it out")
    return Advice(model, facts_of(model, truth, family), family)


def facts_of(model, truth, family):
    """The numbers that the guide looks at.

    Returns
    -------
    dict
        J : number of groups.
        learnt : the `Learnt` of the spread's posterior against its prior; None where that is improper.
        prior_beyond : the shares of that prior below and above the posterior median; (None, None) likewise.
        size, balance : what each group brings, (J,); the least informed group's information over the best informed one's.
        own : posterior mean of 1 - B_j, the part of its estimate that is a group's own, (J,).
        spread, interval : median and central 89% interval of the spread.
        pools_most, least_own : the end of that interval that pools most; the average own part there.
        estimate, pooled, error : each group's own estimate, the pooled one, the standard error of the former.
        shift : how far pooling moves each estimate, in standard errors.
        narrower : 1 - the average of posterior sd over standard error.
    """
    spread = truth[model.spread]
    pull = mean_shrinkage(truth)
    if pull is None or len(pull) < model.J:  # the Poisson model, and groups without any answer
        at = spread.quantile((np.arange(200) + 0.5) / 200)
        pull = np.mean([family.pull(truth, value) for value in at], axis=0)
    interval = spread.quantile([0.055, 0.945])
    pools_most = max(interval, key=lambda end: family.pull(truth, end).mean())
    size = family.size(model)
    information = family.information(model)
    leaves = [marginal for _, marginal in groups(truth)]
    estimate = family.estimate(model)
    pooled, sd = (np.reshape([getattr(m, what) for m in leaves], estimate.shape)
                  for what in ("mean", "sd"))
    error = family.error(truth, pooled)
    prior = getattr(model, model.spread)
    return {
        "J": model.J, "learnt": against_prior(truth) if prior.proper else None,
        "prior_beyond": share_beyond(prior, spread.quantile(0.5)) if prior.proper else (None, None),
        "size": size, "balance": float(information.min() / max(information.max(), 1e-300)), "own": 1
            - pull,
        "least_own": float(1 - family.pull(truth, pools_most).mean()),
            "pools_most": float(pools_most),
        "spread": float(spread.quantile(0.5)), "interval": tuple(map(float, interval)),
        "estimate": estimate, "pooled": pooled, "error": error, "shift": np.abs(estimate - pooled)
            / error,
        "narrower": float(1 - np.mean((sd / error)[error < np.inf])) if np.isfinite(error).any()
            else 0.0,
    }


def share_beyond(prior, x):
    """The prior's probabilities below and above x."""
    line = coordinate(prior.support)
    mass = integrate(lambda u: prior.logpdf(line.x(u)) + line.log_jacobian(u), *line.range,
                     rtol=1e-8)
    return float(mass.cdf(line.u(x))), float(mass.sf(line.u(x)))


class Advice:
    """What the guide says of a model and its data.

    Attributes
    ----------
    sentences : list of str
    facts : dict
        The numbers behind them, see `facts_of`.
    """

    def __init__(self, model, facts, family):
        self.model, self.facts, self._family = model, facts, family
        said = (self._number(), self._balance(), self._pooling(), self._near_zero(), self._form(),
                self._exchangeable())
        self.sentences = [sentence for sentence in said if sentence]

    def _number(self):
        J, learnt, spread = self.facts["J"], self.facts["learnt"], self.model.spread
        enough = (f"{J} groups are enough to pool" if J >= FEWEST else
                  f"There are only {J} groups, and the guide asks for {FEWEST}")
        if learnt is None:
            return enough + "."
        but = "but" if J >= FEWEST else "and"
        prior, (below, above) = written(getattr(self.model, spread)), self.facts["prior_beyond"]
        shared = f"the posterior of {spread} and its prior {prior} share {learnt.overlap:.0%} of their area"
        if above < SURPRISING:
            return (f"{enough}; {but} prior and data disagree on {spread}: {_percent(above)} of "
                    f"{prior} lies above the posterior median {_short(self.facts['spread'])}, so "
                    "the prior holds it back. Compare wider ones with gp.prior_sensitivity.")
        if below < SURPRISING:
            return (f"{enough}, and the data tell of the spread: only {_percent(below)} of the "
                    f"prior {prior} lies below the posterior median {_short(self.facts['spread'])} "
                    f"of {spread}. It is far wider than the data need, which does no harm unless "
                    "it was meant to say something.")
        if learnt.overlap > MOSTLY_PRIOR:
            return f"{enough}; {but} {shared}: much of it is the prior's doing. Compare others with gp.prior_sensitivity."
        return f"{enough}, and the data tell of the spread: {shared}."

    def _balance(self):
        size, noun = self.facts["size"], self._family.noun
        least, most = (self.model.groups[k] for k in (np.argmin(size), np.argmax(size)))
        if np.ptp(size) == 0:
            return f"All groups bring equally much ({noun}: {size[0]:.4g}), so all are pulled equally far."
        needs = most if noun == "standard errors" else least
        how = "nearly equal" if self.facts["balance"] > 0.5 else "unequal"
        return (f"The groups are {how}: {noun} from {size.min():.4g} ({least}) to {size.max():.4g} "
                f"({most}); pooling does most for {needs}.")

    def _pooling(self):
        own, shift, groups = self.facts["own"], self.facts["shift"], self.model.groups
        worst = np.unravel_index(np.argmax(shift), shift.shape)
        low, high = groups[np.argmin(own)], groups[np.argmax(own)]
        spread = "" if np.ptp(own) < 0.005 else f" (from {own.min():.0%} for {low} to {own.max():.0%} for {high})"
        verdict = ("pooling all but replaces it" if own.mean() < 1 / 8 else
                   "pooling hardly "
                   "matters" if own.mean() > 0.9 else "partial pooling is a compromise here")
        label = groups[worst[0]] + "".join(f", {self.model.categories[k]}" for k in worst[1:])
        gain = self.facts["narrower"]
        narrower = f", and its posterior sd is on average {gain:.0%} smaller than that" if gain > 0.02 else ""
        return (f"On average {own.mean():.0%} of a group's estimate is its own{spread}, so "
                f"{verdict}: it moves an estimate by up to {shift.max():.2g} of its standard "
                f"errors ({label}, from {self.facts['estimate'][worst]:.3g} to "
                f"{self.facts['pooled'][worst]:.3g}){narrower}.")

    def _near_zero(self):
        name, (low,
               high), least = self.model.spread, self.facts["interval"], self.facts["least_own"]
        most = _short(self.facts["pools_most"])
        where = f"{name} lies between {_short(low)} and {_short(high)} (89%)"
        if least < 0.05:
            return (f"That the groups do not differ at all is not ruled out: {where}, and at "
                    f"{name} = {most} they keep {_percent(least)} of their own. The model weighs "
                    "that by itself; complete pooling would take it as known.")
        return f"The groups do differ: {where}, and even at {name} = {most} they keep {least:.0%} of their own."

    def _form(self):
        forms = self.model.forms
        if not {"centred", "noncentred"} <= set(forms):
            return ""
        pull = 1 - self.facts["own"].mean()
        better, side = ("non-centred", "above") if pull > CROSSING else ("centred", "below")
        return (f"In PyMC or Stan write it {better}: the average shrinkage {pull:.2f} is {side} "
                f"{CROSSING}, where the two forms are equally good; the default here, "
                f"{self.model.default_form}, suits both.")

    def _exchangeable(self):
        if hasattr(self.model, "x"):
            return ""
        return ("All this takes the groups as exchangeable: what you know of them beforehand that "
                "could matter belongs in the model as a covariate.")

    def __str__(self):
        return "\n".join(f"- {sentence}" for sentence in self.sentences)

    def __repr__(self):
        return f"Advice on {self.model!r}:\n{self}"


def _short(x):
    return f"{x:.0f}" if x >= 1000 else f"{x:.3g}"


def _percent(share):
    return f"{share:.0%}" if share >= 0.01 else f"{share:.1%}" if share >= 0.001 else "less than 0.1%"
