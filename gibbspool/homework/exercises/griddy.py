"""Exercise 10: draws from a density that is known on a grid."""
import numpy as np

from ..exercise import Edge, Exercise, Function, Mistake, Part, Valid
from .generic import between


def griddy(grid, log_p, u):
    """Draws from a density known on a grid, by inverting its cdf.

    Ingredients: between two neighbouring points of the grid the probability is that of a trapezoid;
    added up from the left and divided by the total, these are the cdf at the points, from 0 to 1;
    between them the cdf is a straight line. A draw is where the cdf is u.

    grid : array (n,), increasing, with unequal steps
    log_p : array (n,), the log density at the points of the grid, up to a constant of any size
    u : array (m,), uniform numbers between 0 and 1
    Returns the draws, an array (m,).

    Worked number: grid = [0, 1, 3], log_p = [0, 0, 0], u = [0.5] gives [1.5].
    """
    p = np.exp(log_p - np.max(log_p))
    mass = (p[1:] + p[:-1]) / 2 * np.diff(grid)
    cdf = np.concatenate([[0.0], np.cumsum(mass)])
    return np.interp(u, cdf / cdf[-1], grid)


def griddy_formula(s, grid, log_p, u):
    log_p = np.asarray(log_p)
    p = np.exp(log_p - (log_p.max() if s.shift is None else 0))
    steps = np.diff(grid)
    mass = {None: (p[1:] + p[:-1]) / 2 * steps, "no spacing": (p[1:] + p[:-1]) / 2,
            "left": p[:-1] * steps, "right": p[1:] * steps}[s.mass]
    cdf = np.concatenate([[0.0], np.cumsum(mass)])
    points = np.cumsum(p) / p.sum()
    if s.mass == "points":
        cdf = points
    total = 1.0 if s.total == "not divided" else cdf[-1]
    places = {None: (cdf / total, grid), "from the first": (cdf[1:] / total, grid[1:]),
              "late": (cdf[1:] / total, grid[:-1]), "sums": (points, grid),
              "exchanged": (grid, cdf / total)}[s.ends]
    if s.out is None:
        return np.interp(u, *places)
    where = np.clip(np.searchsorted(cdf / total, u), 1, len(grid) - 1)
    of_sums = np.clip(np.searchsorted(points, u), 0, len(grid) - 1)
    nearest = np.argmin(np.abs(u[:, None] - cdf / total), axis=1)
    return {"right end": grid[where], "left end": grid[where - 1], "sums": grid[of_sums],
            "middle": (grid[where] + grid[where - 1]) / 2, "nearest": grid[nearest],
            "sums with spacing": grid[np.clip(np.searchsorted(np.cumsum(p * np.gradient(grid))
                                                              / (p * np.gradient(grid)).sum(), u),
                                              0, len(grid) - 1)]}[s.out]


def along_straight_densities(grid, log_p, u):
    """The density itself is a straight line in each step, the cdf a parabola: exact."""
    p = np.exp(log_p - np.max(log_p))
    steps = np.diff(grid)
    mass = (p[1:] + p[:-1]) / 2 * steps
    cdf = np.concatenate([[0.0], np.cumsum(mass)])
    wanted = u * cdf[-1]
    k = np.clip(np.searchsorted(cdf, wanted, side="right") - 1, 0, len(steps) - 1)
    slope, rest = (p[k + 1] - p[k]) / steps[k], wanted - cdf[k]
    return grid[k] + 2 * rest / (p[k] + np.sqrt(p[k]**2 + 2 * slope * rest))


def density(rng):
    kind = rng.integers(3)
    if kind == 0:
        return "two_sided_exponential", (between(rng, 2, 4), between(rng, 0.4, 2),
                                         between(rng, 0.4, 2), between(rng, -3, 3))
    if kind == 1:
        return "gamma", (between(rng, 2.1, 5), between(rng, 0.4, 2))
    return "lognormal", (between(rng, 0.3, 1.2), between(rng, 0.3, 0.8))


def griddy_probe(rng):
    grid = np.round(np.cumsum(rng.uniform(0.1, 1.5, int(rng.integers(5, 10)))), 3)
    name, numbers = density(rng)
    return {"grid": grid, "log_p": Function(name, numbers, "values", tuple(grid.tolist())),
            "u": between(rng, 0.02, 0.98, int(rng.integers(3, 7)))}


GRID = np.array([0.2, 0.5, 1.1, 1.4, 2.6, 4.5])
U = np.array([0.1, 0.45, 0.7, 0.9])


def with_constant(constant):
    """An edge on which a constant is added to the log density."""
    return {"grid": GRID, "log_p": Function("two_sided_exponential", (1.2, 0.4, 0.9, constant),
                                            "values", tuple(GRID.tolist())), "u": U}


SHIFT = ("with {} added to the log density the result is not right: a constant must change "
         "nothing. exp of such numbers is 0 or infinite")
GRIDDY = Exercise(
    "10", griddy, (Part("draws"),), formula=griddy_formula, probe=griddy_probe,
    smallest={"grid": np.array([0.0, 1.0, 3.0]),
              "log_p": Function("two_sided_exponential", (1.0, 1.0, 2.0, 0.0), "values",
                                (0.0, 1.0, 3.0)), "u": np.array([0.25, 0.5])},
    mistakes=(
        Mistake("G1", "your draws are points of the grid: between them nothing is ever drawn. They "
                "are the right ends of the intervals", {"out": "right end"}),
        Mistake("G1", "your draws are points of the grid, the left ends of the intervals: between "
                "them nothing is ever drawn", {"out": "left end"}, variant="left end"),
        Mistake("G1", "your draws are points of the grid, each with its density as probability: "
                "nothing is drawn between them, and too much where points are close together",
                {"out": "sums"}, variant="sums"),
        Mistake("G1", "your draws are points of the grid: between them nothing is ever drawn",
                {"out": "sums with spacing"}, variant="sums with spacing"),
        Mistake("G1", "your draws are points of the grid, the nearest ones: between them nothing "
                "is ever drawn", {"out": "nearest"}, variant="nearest"),
        Mistake("G1", "your draws are the middles of intervals: nothing else is ever drawn",
                {"out": "middle"}, variant="middle"),
        Mistake("G2", "the steps of the grid are unequal, and you count them all alike: where "
                "the points are close together you draw too often", {"mass": "no spacing"}),
        Mistake("G2", "the densities are added up as if each point stood for an interval of the "
                "same length", {"ends": "sums"}, variant="sums"),
        Mistake("riemann", "each interval is counted with the density at its left end alone: a "
                "trapezoid has two", {"mass": "left"}),
        Mistake("riemann", "each interval is counted with the density at its right end alone: a "
                "trapezoid has two", {"mass": "right"}, variant="right"),
        Mistake("G3", "your cdf does not begin with 0 at the first point: nothing is drawn from "
                "the first interval", {"ends": "from the first"}),
        Mistake("G3", "your draws lie one interval too far left: the cdf after the first interval "
                "belongs to the second point, and the last interval is lost", {"ends": "late"},
                variant="late"),
        Mistake("G3", "your cdf is not divided by its total: it does not end at 1",
                {"total": "not divided"}, variant="not divided"),
        Mistake("axes", "these are values of the cdf at the places u: a draw is the place where "
                "the cdf is u, the other way round", {"ends": "exchanged"}),
        Mistake("N2", "the cdf is not divided by its total, and a constant in the log density "
                "changes it", {"total": "not divided", "shift": "none"}),
    ),
    valid=(Valid("straight lines of density", along_straight_densities,
                 "You invert the exact cdf of a density of straight lines, which is better still "
                 "than straight lines of the cdf."),),
    edges=(
        Edge("large constant", with_constant(1000.0), SHIFT.format("+1000"), "N2"),
        Edge("large negative constant", with_constant(-1000.0), SHIFT.format("-1000"), "G4"),
        Edge("the ends", {**with_constant(0.0), "u": np.array([1e-12, 1 - 1e-12])},
             "u almost 0 and almost 1 must give the two ends of the grid", "G3"),
        Edge("no density at an end", {"grid": np.array([-1.0, 0.25, 1.5, 4.0]),
                                      "log_p": Function("gamma", (2.5, 1.25), "values",
                                                        (-1.0, 0.25, 1.5, 4.0)), "u": U},
             "where the log density is minus infinity at a point, the result is not right"),
    ),
    hint="Three steps: probabilities of the intervals, their running sum with a 0 in front, and "
         "np.interp, which reads a curve: here from its height back to the place.")

EXERCISES = (GRIDDY,)
