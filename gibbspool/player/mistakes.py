"""The page that asks what went wrong: two samplers of one model, one with a mistake.

The mistakes are those of the homework's bank. Everything is recorded here: the chains, the exact
posterior, and what the two checks say.
"""
from dataclasses import replace

import numpy as np

from ..html import element
from ..html import table as html_table
from ..models.normal.model import NormalNormal
from ..spelling import did_you_mean
from . import curves, one_step
from .mistake_words import CONDITIONALS, WORDS, as_html, finding, remark_as_html
from .page import Page, as_text, rounded
from .shrinkage import short
from .subject import Subject
from .wrong_samplers import (
    TOO_SELDOM,
    Problem,
    chain,
    conditionals,
    invariance,
    right,
    samplers,
)

SCRIPTS = ("scales.js", "shrinkage.css", "mistakes.css", "mistakes.js")
PUZZLES = ("C13", "P1-theta", "S7", "C20", "M5", "C9")
# Of each, by how much the scale of the prior of tau squared is changed: what is right in one puzzle
# is not right in the next.
SCALES = (1, 2, 0.5, 0.25, 0.4, 3)
# Draws that are shown one by one: few enough for single steps to be seen. Draws in the histogram:
# enough for a mean that is off to show; a random walk needs more of them for that.
TRACE, LONG, LONG_WALK = 300, 3000, 12000
BINS = 40
GREEK = {"theta": "θ", "tau": "τ", "mu": "μ", "sigma": "σ"}
MOST_GROUPS = 50


def unsuited(model):
    """Why the page cannot show a model, as a sentence; "" if it can."""
    if not isinstance(model, tuple(NormalNormal.forms.values())):
        return ("The page that asks what went wrong needs estimates with known standard errors and "
                "no covariates: the homework's mistakes are those of that model.")
    if model.J > MOST_GROUPS:
        return (f"The page that asks what went wrong shows up to {MOST_GROUPS} groups; there are "
                f"{model.J}.")
    return ""


def page(subject):
    """The tab of a NormalNormal model; None for any other.

    Its data, groups and prior of mu are taken; tau squared gets the homework's inverse gamma. With
    ``subject.mistake``, such as "C20" or "P1-theta", that is the only one to be found; else there
    are six.

    Raises
    ------
    ValueError
        There is no such mistake, or a mistake is asked for and the model is of another kind.
    """
    reason, mistake = unsuited(subject.model), subject.mistake
    if reason and mistake is not None:
        raise ValueError(f"mistake is {mistake!r}: {reason}")
    if reason:
        return None
    known = samplers()
    if mistake is not None and mistake not in known:
        raise ValueError(f"mistake is {mistake!r}; there are {', '.join(known)}"
                         f"{did_you_mean(mistake, known)}")
    problem = problem_of(subject.model)
    names = [mistake] if mistake else PUZZLES
    puzzles = [puzzle(known[name], replace(problem, b0=problem.b0 * scale), subject.model.groups,
                      subject.seed + k) for k, (name, scale) in enumerate(zip(names, SCALES))]
    rows = [[element("td", str(number)), f"<td>{one['say']}</td>"]
            for number, one in enumerate(puzzles, 1)]
    table = (element("p", "Mistakes that two checks are to find")
             + html_table(["puzzle", "the mistake"], rows))
    return Page("mistakes", "What went wrong?",
                {"puzzles": puzzles, "trace": TRACE}, SCRIPTS, table)


def problem_of(model):
    """The homework's model with these data: its tau squared has an inverse gamma prior."""
    scale = float(np.median(model.sigma))
    known = model.mu.precision > 0
    m0, s0 = ((model.mu.mean, model.mu.precision**-0.5) if known
              else rounded([np.mean(model.y), 10 * (np.std(model.y) + scale)], 2))
    return Problem(model.y, model.sigma, float(m0), float(s0), 2.0,
                   float(f"{scale**2 / 2:.1g}"))


def puzzle(sampler, problem, groups, seed):
    """Two chains from one exact draw, and what the checks say of the one with the mistake."""
    truth = Subject(problem.model(groups)).truth
    first = truth.sample(1, 1, seed=seed)
    start = {name: first[name][0, 0] for name in ("theta", "mu", "tau")}
    pair = sampler, right(sampler.walks)
    draws = LONG_WALK if sampler.walks else LONG
    both = [chain(one, problem, start, draws, seed) for one in pair]
    wrong = int(np.random.default_rng(seed).integers(2))
    chains = both if wrong == 0 else both[::-1]
    j = int(np.argmax(np.abs(problem.y - np.mean(problem.y)) / problem.sigma))
    state = one_step.state_of(truth, start)
    inside = [one_step.drawn_from(one, problem, state, j) for one in pair]
    label = short(truth.model.groups[j])
    shown = {
        "τ": ([one["tau"] for one in chains], truth["tau"]),
        "μ": ([one["mu"] for one in chains], truth["mu"]),
        f"θ of {label}": ([one["theta"][:, j] for one in chains], truth["theta"][j]),
    }
    distances = invariance(sampler, problem, truth, seed)
    return {
        "name": sampler.name, "long": draws, "say": as_html(WORDS[sampler.name]), "wrong": wrong,
        "model": [f"\u03bc ~ Normal({as_text(problem.m0)}, {as_text(problem.s0)})",
                  f"\u03c4\u00b2 ~ InverseGamma({as_text(problem.a0)}, {as_text(problem.b0)})"],
        "given": one_step.given(state, problem, j), "label": label,
        "inside": inside if wrong == 0 else inside[::-1],
        "variables": {name: variable(draws, marginal) for name, (draws, marginal) in shown.items()},
        "conditionals": [{"name": as_html(CONDITIONALS[one.name]), "ok": one.ok,
                          "remark": remark_as_html(finding(one.remark))}
                         for one in conditionals(sampler, problem)],
        "seldom": TOO_SELDOM / len(distances),
        "exact": [{**one, "name": name, "ok": one["p"] > TOO_SELDOM / len(distances)}
                  for one, name in zip(distances, ["μ", "τ", *(f"θ of {one}" for one in
                                                               truth.model.groups)])],
        "moves": {GREEK[name]: bool(np.ptp(both[0][name], axis=0).max() > 0)
                  for name in ("theta", "mu", "tau")},
    }


def variable(draws, marginal):
    """One variable in both chains: traces, histograms, the exact density.

    Parameters
    ----------
    draws : list of two arrays, as long as the chains
    marginal : Marginal
    """
    ends = [marginal.quantile(p) for p in (0.001, 0.999)]
    low = min(ends[0], *(np.quantile(one, 0.01) for one in draws))
    high = max(ends[1], *(np.quantile(one, 0.99) for one in draws))
    if marginal.support[0] == 0:
        low = 0.0
    edges = np.linspace(low, high, BINS + 1)
    return {
        "range": [low, high],
        "traces": [rounded(one[:TRACE]) for one in draws],
        "histograms": [np.histogram(one, edges)[0] for one in draws],
        "exact": curves.density(*ends, marginal.pdf, points=2 * BINS),
        "mean": marginal.mean, "means": [one.mean() for one in draws],
    }
