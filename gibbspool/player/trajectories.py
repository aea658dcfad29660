"""The page on the funnel and Hamiltonian Monte Carlo: what it shows of a target, as plain data.

The trajectories that the reader makes are computed in the page, leapfrog by leapfrog; a trajectory
from `sampling.leapfrog` is recorded for each target, by which the page checks its own. The draws
and the divergences are those of a run of `hmc`.
"""
import warnings
from itertools import islice

import numpy as np
from scipy.special import ndtri

from .. import funnel
from ..funnel.prior_slopes import SLOPES, slope_of
from ..html import small_table
from ..models.normal.model import NormalNormal
from ..sampling.hamiltonian import hmc
from ..sampling.leapfrog import trajectory
from ..sampling.transition import MAX_ERROR
from . import planes
from .page import Page, rounded
from .shrinkage import short
from .subject import Subject

NAMES = {"noncentred": "non-centred"}
SCRIPTS = ("given_tau.js", "targets.js", "funnel_geometry.js", "funnel_pictures.js",
           "shrinkage.css", "funnel.css", "funnel.js")
TITLE = "Funnel and HMC"
SUBSCRIPTS = "".join(chr(0x2080 + digit) for digit in range(10))
RUN = dict(draws=400, tune=300, chains=4, seed=1)
DOTS = 400          # draws that are shown
STEPS = 30          # of the leapfrog, in the page
REPLAYED = 5        # divergences that can be followed
PUSHES = 12         # random starts that the reader can choose from
CHECKED, SMALL = 12, 0.05  # steps of the trajectory that the page checks itself by, their size
MOST_GROUPS = 50
ENDS = (0.05, 0.95)  # probability below the neck's end, and below that of the mouth


def unsuited(model):
    """Why the page cannot show a model, as a sentence; "" if it can."""
    if not isinstance(model, tuple(NormalNormal.forms.values())):
        return ("The page on Hamiltonian Monte Carlo shows Neal's funnel, and models of estimates "
                "with known standard errors and no covariates.")
    if slope_of(model.tau) is None:
        return (f"The page on Hamiltonian Monte Carlo needs a density without walls, and tau ~ "
                f"{model.tau!r} has one.")
    if model.J > MOST_GROUPS:
        return (f"The page on Hamiltonian Monte Carlo shows up to {MOST_GROUPS} groups; there are "
                f"{model.J}.")
    return ""


def page(subject):
    """The tab of a NormalNormal model; None for any other, and where HMC cannot sample it."""
    if unsuited(subject.model):
        return None
    return page_of([of_model(subject)])


def funnel_page():
    """The tab of Neal's funnel, with Eight Schools beside it."""
    return page_of([of_neal(), of_model(Subject(funnel.eight_schools().model), "Eight schools")])


def page_of(targets):
    runs = [[target["name"], NAMES.get(form, form), run["transitions"], run["diverged"]]
            for target in targets for form, run in target["forms"].items()]
    table = small_table(["density", "form", "transitions", "divergences"], runs,
                        "Runs of Hamiltonian Monte Carlo")
    return Page("hmc", TITLE, {"targets": targets, "limit": MAX_ERROR, "steps": STEPS},
                SCRIPTS, table)


def of_neal():
    """Neal's funnel, centred and not."""
    ends = planes.SCALE_OF_V * ndtri(ENDS)

    def seen(form):
        return lambda named: (named["v"], named["x" if form == "centred" else "x_raw"][..., 0])

    return {
        "kind": "neal", "name": "Neal's funnel", "up": "v", "upPlace": 0, "place": 1,
        "across": {"centred": "x₁", "noncentred": "raw x₁"},
        "moves": {"centred": "x₁", "noncentred": "raw x₁"},
        "names": ["v", *(f"x{SUBSCRIPTS[k]}" for k in range(1, 10))],
        "coordinates": {"centred": "in v and x",
                        "noncentred": "in v and raw x; x = exp(v/2) times raw x"},
        "starts": [["in the mouth", 3.0], ["in the middle", 0.0], ["in the neck", -5.0]],
        "ends": ends, "neck": ENDS[0],
        "pushes": pushes(10),
        "forms": {form: {**of_run(run(funnel.neal(form)), seen(form), 0, ends[0]),
                         "plane": planes.neal(form)} for form in funnel.FORMS},
    }


def of_model(subject, name="this model"):
    """The posterior of a NormalNormal model, centred and not, seen at its most extreme group."""
    model, truth = subject.model, subject.truth
    j = int(np.argmax(np.abs(model.y - truth["mu"].mean) / model.sigma))
    ends = np.log([float(truth["tau"].quantile(p)) for p in ENDS])
    label, tau = short(model.groups[j]), [float(truth["tau"].quantile(p)) for p in (0.9, 0.5, 0.05)]

    def seen(form):
        def centred(named):
            return np.log(named["tau"]), named["theta"][..., j] - named["mu"]

        def noncentred(named):
            return np.log(named["tau"]), named["theta_raw"][..., j]

        return centred if form == "centred" else noncentred

    runs = {form: run(funnel.normal_normal(model, form)) for form in funnel.FORMS}
    lowest = np.log(np.min(runs["centred"].divergences.broke["tau"], initial=np.inf))
    return {
        "kind": "normal", "name": name, "up": "log τ", "upPlace": 1, "place": 2 + j,
        "across": {"centred": f"θ of {label}, less μ", "noncentred": f"raw θ of {label}"},
        "moves": {"centred": f"θ of {label}", "noncentred": f"raw θ of {label}"},
        "names": ["μ", "log τ", *(f"θ of {short(group)}" for group in model.groups)],
        "coordinates": {"centred": "in μ, log τ and θ",
                        "noncentred": "in μ, log τ and raw θ; θ = μ + τ times raw θ"},
        "y": model.y, "sigma": model.sigma, "m0": model.mu.mean, "precision": model.mu.precision,
        "prior": prior_of(model),
        "starts": [[f"{where}, τ = {one:.2g}", np.log(one)] for where, one in
                   zip(("in the mouth", "in the middle", "in the neck"), tau)],
        "ends": ends, "neck": ENDS[0],
        "pushes": pushes(model.J + 2),
        "forms": {form: {**of_run(runs[form], seen(form), 1, ends[0]),
                         "plane": planes.normal(truth, form, j, lowest)} for form in funnel.FORMS},
    }


def prior_of(model):
    """The prior of tau by its kind and numbers."""
    kind = next(kind for kind in SLOPES if isinstance(model.tau, kind))
    return {"kind": kind.__name__, **vars(model.tau)}


def run(target):
    """A run of `hmc`; what it would warn of is what the page shows."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return hmc(target, **RUN, progress=False)


def pushes(dimension):
    """Standard normal numbers, for where to start and for the momentum: (PUSHES, 2, D)."""
    return rounded(np.random.default_rng(1).standard_normal((PUSHES, 2, dimension)))


def of_run(draws, seen, up, neck):
    """A run: its step sizes, some of its draws, its divergences, a trajectory to check by.

    Parameters
    ----------
    draws : HamiltonianDraws
    seen : callable
        From quantities by name to the heights v and the places across.
    up : int
        Where v stands in a position.
    neck : float
        The height below which the neck is.
    """
    broken = draws.divergences
    v, across = (np.ravel(one) for one in seen(draws))
    some = np.linspace(0, len(v) - 1, DOTS).astype(int)
    median = np.median(seen(broken.broke)[0]) if len(broken.chain) else np.nan
    return {
        "step_size": rounded(np.median(draws.step_size), 3), "inverse_mass": draws.inverse_mass[0],
        "transitions": len(v), "diverged": len(broken.chain),
        "median": median, "inNeck": np.mean(v < neck),
        "draws": [rounded(across[some]), rounded(v[some])],
        "broke": [rounded(one) for one in reversed(seen(broken.broke))],
        "replays": [replay(draws, k) for k in worth_following(broken, up)],
        "table": table(draws.target, draws.inverse_mass[0]),
    }


def worth_following(broken, up):
    """Numbers of the divergences that began highest up, each from another place, and soon broke."""
    soon = np.flatnonzero(broken.n_steps <= STEPS)
    _, first = np.unique(broken.position[soon, up], return_index=True)
    return soon[first[::-1][:REPLAYED]].tolist()


def replay(draws, k):
    """The k-th divergence of a run: where it began, and with what momentum, steps and masses."""
    found = draws.divergences
    chain = found.chain[k]
    return {"position": found.position[k], "momentum": found.momentum[k],
            "inverse_mass": draws.inverse_mass[chain], "n_steps": found.n_steps[k],
            "step_size": draws.sample_stats["step_size"][chain, found.draw[k]]}


def table(target, inverse_mass):
    """A trajectory with small steps from a starting point: what the page must find as well."""
    rng = np.random.default_rng(2)
    position = target.initial(rng)
    momentum = rng.standard_normal(len(position)) / np.sqrt(inverse_mass)
    path = islice(trajectory(target, position, momentum, SMALL, inverse_mass), 1, CHECKED + 1)
    return {"position": position, "momentum": momentum, "step_size": SMALL,
            "gradient": target.gradient(position),
            "path": [{"position": point.position, "momentum": point.momentum,
                      "error": point.error} for point in path]}
