"""The guide of Section 5.8.6 on a data set: is pooling worth it, and what to beware of."""
import numpy as np

from .. import html
from ..distributions.writing import written
from ..models.card import card_of
from ..models.disagreement import DIFFER, log_difference
from ..models.twins import exact
from ..numerics.coordinates import coordinate
from ..numerics.quadrature import integrate
from ..rows import for_terminal
from ..rows import written as in_a_cell
from ..sampling.model import refuse_no_model
from ..spelling import refuse_unknown
from .sensitivity import against_prior, groups, mean_shrinkage

FEWEST = 5          # groups that Section 5.8.6 asks for
MOSTLY_PRIOR = 0.7  # overlap of posterior and prior above which the prior still decides much
SURPRISING = 0.025  # share of the prior beyond the posterior median that is worth a word
EQUAL = 0.5         # least over most informed above which groups are nearly equal
SAME = 1e-6         # difference of sizes, relative to the largest, that is rounding alone
MODEST = 0.02       # gain in precision below which it is not worth a word
ALL_POOLED = 1 / 8  # own part of an estimate below which pooling all but replaces it
ALL_OWN = 0.9       # own part above which pooling hardly matters
ALL_ALIKE = 0.05    # own part at the end of the spread's interval below which groups may not differ

# mean shrinkage at which both forms are equally good, measured by demos/centred_or_noncentred.py
CROSSING = 0.32


def advise(model, truth=None, **misspelt):
    """Apply the decision guide of Section 5.8.6 to a model and its data.

    Parameters
    ----------
    model : a model of a family that has a card
    truth : gibbspool.exact of the model, optional
        Computed if it is not given.
    **misspelt
        Refused: arguments by names that there are not, with the name that was meant.

    Returns
    -------
    Advice
        Print it; ``.sentences`` and ``.facts`` hold what it says and the numbers behind it.

    Raises
    ------
    TypeError
        The model is of another kind, or truth is the posterior of another model.
    """
    refuse_unknown(advise, misspelt)
    refuse_no_model(model)
    card_of(model)  # refuses what has none, before the posterior is computed
    truth = exact(model) if truth is None else truth
    if getattr(truth, "model", None) is not model or not hasattr(truth, "marginals"):
        raise TypeError("truth is not the exact posterior of this model; give "
                        "gibbspool.exact(model), or leave it out")
    return Advice(model, facts_of(truth))


def facts_of(truth):
    """The numbers that the guide looks at.

    Parameters
    ----------
    truth : gibbspool.exact of a model

    Returns
    -------
    dict
        J : number of groups.
        learnt : the `Learnt` of the spread's posterior against its prior; None where that is
        improper.
        prior_beyond : the shares of that prior below and above the posterior median; (None, None)
        likewise.
        size : what each group brings, (J,); information : how well informed it is, (J,).
        disagreements : what the model warns of, a sentence for each prior that disagrees with the
        data or leaves them no say.
        evidence : how many times likelier the data by themselves are with the spread that suits
        them best than with none at all.
        balance : information of the least informed group over that of the best informed one.
        own : posterior mean of 1 - B_j, the part of its estimate that is a group's own, (J,).
        spread, interval : median and central 89% interval of the spread.
        pools_most, least_own : the end of that interval that pools most; the average own part
        there.
        labels : of the entries of the groups' parameter, such as "A" or "North, yes".
        estimate, pooled, error : each group's own estimate, the pooled one, the standard error of
        the former.
        shift : how far pooling moves each estimate, in standard errors.
        narrower : 1 - the average of posterior sd over standard error.
    """
    model, card = truth.model, card_of(truth.model)
    spread, prior = truth[model.spread], getattr(model, model.spread)
    median, interval = spread.quantile(0.5), spread.quantile([0.055, 0.945])
    pools_most = max(interval, key=lambda end: card.pull(truth, end).mean())
    information = card.information(model)

    entries = groups(truth)
    estimate = card.estimate(model)
    pooled = np.reshape([marginal.mean for _, marginal in entries], estimate.shape)
    sd = np.reshape([marginal.sd for _, marginal in entries], estimate.shape)
    error = card.error(truth, pooled)
    measured = error < np.inf
    narrower = 1 - np.mean(sd[measured] / error[measured]) if measured.any() else 0.0
    return {
        "J": model.J,
        "learnt": against_prior(truth) if prior.proper else None,
        "prior_beyond": share_beyond(prior, median) if prior.proper else (None, None),
        "disagreements": model.on_disagreements(),
        "evidence": evidence_of_difference(model),
        "size": card.size(model),
        "information": information,
        "balance": float(information.min() / max(information.max(), 1e-300)),
        "own": 1 - average_pull(truth),
        "spread": float(median),
        "interval": tuple(map(float, interval)),
        "pools_most": float(pools_most),
        "least_own": float(1 - card.pull(truth, pools_most).mean()),
        "labels": [label[len(model.parameter) + 1:-1] for label, _ in entries],
        "estimate": estimate,
        "pooled": pooled,
        "error": error,
        "shift": np.where(measured, np.abs(estimate - pooled), 0.0) / error,
        "narrower": float(narrower),
    }


def average_pull(truth):
    """Posterior mean of how far each group is pulled, (J,).

    Where the posterior has no shrinkage factors, or not of all groups (the Poisson model, groups
    without any answer), an average over 200 quantiles of the spread.
    """
    shrinkage = mean_shrinkage(truth)
    if shrinkage is not None and len(shrinkage) == truth.model.J:
        return shrinkage
    card, spread = card_of(truth.model), truth[truth.model.spread]
    at = spread.quantile((np.arange(200) + 0.5) / 200)
    return np.mean([card.pull(truth, value) for value in at], axis=0)


def evidence_of_difference(model):
    """How many times likelier the data are with the best spread than with none; None if unknown."""
    shared = model.shared()
    return None if shared is None else float(np.exp(min(log_difference(shared), 700)))


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

    def __init__(self, model, facts):
        self.model, self.facts = model, facts
        said = (*map(capital, facts["disagreements"]), self.on_number(), self.on_balance(),
                self.on_pooling(), self.on_no_difference(), self.on_form(),
                self.on_exchangeability())
        self.sentences = [sentence for sentence in said if sentence]

    def on_number(self):
        """Are there enough groups for the data to tell of the spread?"""
        J, learnt, spread = self.facts["J"], self.facts["learnt"], self.model.spread
        few = J < FEWEST
        only = "There is only 1 group" if J == 1 else f"There are only {J} groups"
        enough = (f"{only}, and the guide asks for {FEWEST}" if few else
                  f"{J} groups are enough to pool")
        if learnt is None:
            return f"{enough}."
        but = "and" if few else "but"
        prior, (below, above) = written(getattr(self.model, spread)), self.facts["prior_beyond"]
        median = in_digits(self.facts["spread"])
        shared = (f"the posterior of {spread} and its prior {prior} share {learnt.overlap:.0%} of "
                  "their area")
        if above < SURPRISING:
            return (f"{enough}; {but} the prior holds {spread} back: {percent(above)} of "
                    f"{prior} lies above the posterior median {median}. Compare wider ones with "
                    "gp.prior_sensitivity.")
        if below < SURPRISING:
            return (f"{enough}, and the data tell of the spread: only {percent(below)} of the "
                    f"prior {prior} lies below the posterior median {median} of {spread}. It is "
                    "far wider than the data need; compare narrower ones with "
                    "gp.prior_sensitivity, unless it was meant to say nothing.")
        if learnt.overlap > MOSTLY_PRIOR:
            return (f"{enough}; {but} {shared}: much of it is the prior's doing. Compare others "
                    "with gp.prior_sensitivity.")
        return f"{enough}, and the data tell of the spread: {shared}."

    def on_balance(self):
        """Do all groups bring equally much?"""
        size, information = self.facts["size"], self.facts["information"]
        noun, groups = card_of(self.model).noun, self.model.groups
        if np.ptp(size) <= SAME * size.max():
            return (f"All groups bring equally much ({noun}: {size[0]:.4g}), so all are pulled "
                    "equally far.")
        smallest, largest = groups[np.argmin(size)], groups[np.argmax(size)]
        least_informed = groups[np.argmin(information)]
        how = "nearly equal" if self.facts["balance"] > EQUAL else "unequal"
        return (f"The groups are {how}: {noun} from {size.min():.4g} ({smallest}) to "
                f"{size.max():.4g} ({largest}); pooling does most for {least_informed}.")

    def on_pooling(self):
        """How much does pooling change?"""
        own, shift, groups = self.facts["own"], self.facts["shift"], self.model.groups
        low, high = groups[np.argmin(own)], groups[np.argmax(own)]
        spread = (f" (from {own.min():.0%} for {low} to {own.max():.0%} for {high})"
                  if np.ptp(own) >= 0.005 else "")
        if own.mean() < ALL_POOLED:
            verdict = "pooling all but replaces it"
        elif own.mean() > ALL_OWN:
            verdict = "pooling hardly matters"
        else:
            verdict = "partial pooling is a compromise here"
        worst = int(np.argmax(shift))
        was, now, error = (np.ravel(self.facts[name])[worst]
                           for name in ("estimate", "pooled", "error"))
        error = min(error, abs(was - now))  # so that the digits tell of the move
        gain = self.facts["narrower"]
        narrower = (f", and its posterior sd is on average {gain:.0%} smaller than that"
                    if gain > MODEST else "")
        return (f"On average {own.mean():.0%} of a group's estimate is its own{spread}, so "
                f"{verdict}: it moves an estimate by up to {shift.max():.2g} of its standard "
                f"errors ({self.facts['labels'][worst]}, from {in_digits(was, error)} to "
                f"{in_digits(now, error)}){narrower}.")

    def on_no_difference(self):
        """May the groups not differ at all? They do where posterior and data both say so."""
        name, least = self.model.spread, self.facts["least_own"]
        evidence = self.facts["evidence"]
        known = evidence is not None and evidence >= DIFFER
        low, high = map(in_digits, self.facts["interval"])
        most = in_digits(self.facts["pools_most"])
        where = f"{name} lies between {low} and {high} (89%, tails of equal weight)"
        prior = written(getattr(self.model, name))
        if self.facts["disagreements"]:
            return (f"What this says of the spread, that {where}, owes more to a prior than to the "
                    "data: mend that prior before you read anything from it.")
        if least < ALL_ALIKE and known and self.facts["own"].mean() < ALL_POOLED:
            return (f"That the groups look alike is the doing of the prior {prior}: {where}, but "
                    f"by themselves the data are at best {times(evidence)} likelier with a spread "
                    "of their own than with none.")
        if least < ALL_ALIKE:
            return (f"That the groups do not differ at all is not ruled out: {where}, and at "
                    f"{name} = {most} they keep {percent(least)} of their own. The model weighs "
                    "that by itself; complete pooling would take it as known.")
        if known:
            return (f"The groups do differ: {where}, and even at {name} = {most} they keep "
                    f"{least:.0%} of their own. By themselves, the data are at best "
                    f"{times(evidence)} likelier with a spread than with none.")
        return (f"That the groups keep {least:.0%} of their own even at {name} = {most} ({where}) "
                f"owes much to the prior {prior}: by themselves the data do not rule out that the "
                "groups are all alike.")

    def on_form(self):
        """Centred or non-centred, elsewhere? Nothing where the family has not both forms."""
        if not {"centred", "noncentred"} <= set(self.model.forms):
            return ""
        pull = 1 - self.facts["own"].mean()
        better, side = ("non-centred", "above") if pull > CROSSING else ("centred", "below")
        return (f"In PyMC or Stan write it {better}: the average shrinkage {pull:.2f} is {side} "
                f"{CROSSING}, where the two forms are equally good; the default here, "
                f"{self.model.default_form}, suits both.")

    def on_exchangeability(self):
        """Is something known of the groups beforehand?"""
        if not card_of(self.model).exchangeable(self.model):
            return ""
        return ("All this takes the groups as exchangeable: what you know of them beforehand that "
                "could matter belongs in the model as a covariate.")

    def __str__(self):
        return for_terminal("\n".join(f"- {sentence}" for sentence in self.sentences))

    def __repr__(self):
        return f"Advice on {self.model!r}:\n{self}"

    def _repr_html_(self):
        return html.element("p", f"Advice on {self.model!r}") + html.items(self.sentences)


def capital(sentence):
    """With a capital letter, as a sentence of its own."""
    return sentence[0].upper() + sentence[1:]


def times(factor):
    """How many times, in words, without an exponent."""
    return f"{factor:.0f} times" if factor < 1e6 else "more than a million times"


def in_digits(x, error=None):
    """Three digits, or as many as its error asks for, and never an exponent for a large number."""
    if error is not None and error < 0.02 * abs(x):
        return in_a_cell(x, error)
    return f"{x:.0f}" if abs(x) >= 1000 else f"{x:.3g}"


def percent(share):
    """A share in per cent, with more digits where it is small."""
    if share >= 0.01:
        return f"{share:.0%}"
    return f"{share:.1%}" if share >= 0.001 else "less than 0.1%"
