"""Exercise 9: the Gibbs sampler."""
import numpy as np

from ..exercise import Edge, Exercise, Mistake, Part, Script, Valid
from ..implied import all_normal, first_row, same_numbers
from .generic import how_many
from .sweep import (
    INTEGRATED,
    ORDERS,
    SMALL,
    SMALL_STATE,
    SWEEP_MISTAKES,
    extra_metropolis,
    generic_data,
    generic_state,
    in_order,
    mu_integrated,
    mus_number_first,
    sweep,
    sweep_formula,
    sweep_in,
)


def gibbs(rng, start, draws, tune, y, sigma, m0, s0, a0, b0):
    """The Gibbs sampler: sweep after sweep, the first ones thrown away.

    Ingredients: the sweep of exercise 8. Make tune sweeps from the start and keep none of them;
    then make draws more and keep the state after each.

    rng : numpy.random.Generator
    start : dictionary with theta, mu, tau; not to be changed
    draws, tune : whole numbers
    y, sigma : arrays (J,)
    m0, s0, a0, b0 : floats
    Returns a dictionary with theta (draws, J), mu (draws,), tau (draws,).

    Worked number: with draws = 4 and tune = 3 there are seven sweeps in all, and mu has shape (4,).
    """
    state = start
    kept = {"theta": np.empty((draws, len(y))), "mu": np.empty(draws), "tau": np.empty(draws)}
    for k in range(tune + draws):
        state = sweep(rng, state, y, sigma, m0, s0, a0, b0)
        if k >= tune:
            for name in kept:
                kept[name][k - tune] = state[name]
    return kept


def gibbs_formula(s, rng, start, draws, tune, y, sigma, m0, s0, a0, b0):
    state, rows = start, []
    for _ in range(tune + 2 * draws if s.rows == "thinned" else tune + draws):
        state = sweep_formula(s, rng, start if s.from_start else state, y, sigma, m0, s0, a0, b0)
        rows.append(state)
    rows = {None: rows[-draws:], "last": rows[-1:] * draws, "first": rows[:draws],
            "start": [start, *rows][tune:tune + draws], "start first": [start, *rows][:draws],
            "thinned": rows[tune + 1::2],
            "reversed": rows[::-1][:draws]}[s.rows]
    kept = {name: np.array([row[name] for row in rows]) for name in ("theta", "mu", "tau")}
    if s.unfilled == "first":
        for name in kept:
            kept[name][1:] = kept[name][:-1].copy()
            kept[name][0] = 0.0
    if s.unfilled == "last":
        for name in kept:
            kept[name][-1] = 0.0
    return kept


def gibbs_misshapen(arguments, name, shape):
    """(id, sentence) on a number of rows that is another than `draws`."""
    draws, tune = arguments["draws"], arguments["tune"]
    if len(shape) == 2 and shape == (len(arguments["y"]), draws):
        return "axes", (f"your {name} has shape {shape}: rows and columns are exchanged, each draw "
                        "is a row")
    if shape[:1] == (draws + tune,):
        return "S10", (f"your {name} has {draws + tune} rows, warm-up and draws together: the "
                       "warm-up draws are not from the target distribution yet, throw them away")
    if shape[:1] == (draws + tune + 1,):
        return "S10", f"your {name} has {draws + tune + 1} rows: start and warm-up are in it"
    if shape[:1] == (draws - 1,):
        return "S10", f"your {name} has one row too few"
    if shape[:1] == (draws + 1,):
        return "S10", f"your {name} has one row too many: is the start among them?"
    if shape[:1] == (tune,):
        return "S9", (f"your {name} has {tune} rows, as many as the warm-up, which is to be thrown "
                      "away")
    return None



def gibbs_with(one):
    """The sampler with another sweep."""
    def sampler(rng, start, draws, tune, y, sigma, m0, s0, a0, b0):
        state, rows = start, []
        for _ in range(tune + draws):
            state = one(rng, state, y, sigma, m0, s0, a0, b0)
            rows.append(state)
        return {name: np.array([row[name] for row in rows[tune:]])
                for name in ("theta", "mu", "tau")}
    return sampler


def right_from_row_to_row(case):
    """Where every sweep is right and the rows are not the asked ones: look at what is kept."""
    yield from extra_metropolis(case)
    if all(same_numbers({**call.arguments, "state": row(given, k)},
                        list(row(given, k + 1).values()), ("theta", "mu", "tau"))
           for call, given in zip(case.bank.calls, case.given)
           for k in range(call.arguments["draws"] - 1)):
        yield "rows", ("From each kept row to the next your sweep is right: what is wrong is which "
                       "rows are kept, where the chain starts, or how many numbers are drawn "
                       "before.")


def from_the_same_numbers(case):
    """A note where every kept row follows from the one before, after the warm-up."""
    for order in (("theta", "mu", "tau"), *ORDERS):
        if all(follows(call.arguments, given, order)
               for call, given in zip(case.bank.calls, case.given)):
            return "" if order == ("theta", "mu", "tau") else in_order(order)
    return None


def follows(arguments, given, order):
    """Whether row follows row by handed-out numbers, and the first row from the start."""
    rows = [row(given, k) for k in range(arguments["draws"])]
    if not all(same_numbers({**arguments, "state": one}, list(new.values()), order)
               for one, new in zip(rows, rows[1:])):
        return False
    first = first_row(arguments, rows, order)
    return first is not None and all(np.allclose(first[name], rows[0][name], rtol=1e-6, atol=1e-9)
                                     for name in first)


def row(parts, k):
    """The k-th state of the draws."""
    return {name: part[k] for name, part in zip(("theta", "mu", "tau"), parts)}


def scores_of_rows(arguments, parts):
    """The numbers of the sweeps from one kept row to the next, as normal ones."""
    rows = [row(parts, k) for k in range(arguments["draws"])]
    return [all_normal({**arguments, "state": one}, list(new.values()))
            for one, new in zip(rows, rows[1:])]


def gibbs_probe(rng):
    J = how_many(rng)
    draws = int(rng.integers(4, 7))
    return {"rng": Script(int(rng.integers(1, 9000))), "start": generic_state(rng, J),
            "draws": draws, "tune": draws - 1 - int(rng.integers(1, 3)), **generic_data(rng, J)}


GIBBS = Exercise(
    "9", gibbs, (Part("theta"), Part("mu"), Part("tau")), returns="dict", formula=gibbs_formula,
    probe=gibbs_probe, probes=10,
    smallest={"rng": Script(7), "start": SMALL_STATE, "draws": 3, "tune": 1, **SMALL},
    mistakes=(
        Mistake("S4", "all draws are equal to the last one: the same array was stored every time, "
                "and it changed under all its names", {"rows": "last"}),
        Mistake("S9", "the first sweeps are kept: those are the warm-up draws, which are not from "
                "the target distribution yet", {"rows": "first"}),
        Mistake("S9", "every row is one sweep too early: your first row is the last of the "
                "warm-up", {"rows": "start"}, variant="one early"),
        Mistake("S9", "your first row is the start, and the rows after it begin with the warm-up",
                {"rows": "start first"}, variant="with the start"),
        Mistake("S13", "only every other sweep is kept: nothing is to be left out after the "
                "warm-up", {"rows": "thinned"}),
        Mistake("reversed", "the draws come in reverse order", {"rows": "reversed"}),
        Mistake("S5", "every sweep begins at the start again: each has to begin where the last one "
                "ended", {"from_start": True}, variant="start"),
        Mistake("S8", "the first row was never filled", {"unfilled": "first"}, variant="first"),
        Mistake("S8", "the last row was never filled", {"unfilled": "last"}, variant="last"),
        *SWEEP_MISTAKES),
    valid=(*(Valid(", ".join(order), gibbs_with(sweep_in(order)), in_order(order))
             for order in ORDERS),
           Valid("mu's number first", gibbs_with(mus_number_first)),
           Valid("mu with theta integrated out", gibbs_with(mu_integrated), INTEGRATED)),
    accepts=from_the_same_numbers, scores=scores_of_rows, misshapen=gibbs_misshapen,
    edges=(
        Edge("no warm-up", {"rng": Script(5), "start": SMALL_STATE, "draws": 3, "tune": 0, **SMALL},
             "with tune = 0 the result is not right: no sweep is to be thrown away then", "S9"),
        Edge("one draw", {"rng": Script(6), "start": SMALL_STATE, "draws": 1, "tune": 4, **SMALL},
             "with draws = 1 the result is not right", "S10"),
        Edge("many groups", {"rng": Script(5), "start": {**SMALL_STATE, "theta":
                                                         np.linspace(-3, 8, 23)},
                             "draws": 3, "tune": 2, **SMALL, "y": np.linspace(-9, 7, 23),
                             "sigma": np.linspace(0.7, 6, 23)},
             "with 23 groups the result is not right: is a number of groups written into it?",
             "C23"),
    ),
    explain=right_from_row_to_row,
    hint="One loop. Store a number, or a copy of an array, never the array that the next sweep may "
         "write into.", sets=("core",))

EXERCISES = (GIBBS,)
