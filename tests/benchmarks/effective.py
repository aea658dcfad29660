"""Effective draws per second on the section's data, beside JAGS, PyMC and NumPyro.

ESS/s is the smallest bulk ESS (ArviZ) of all parameters over the wall time of the whole call, with
its warm-up; for JAGS and PyMC, with compiling. Many chains are a fair comparison as long as their
R-hat is: with few sweeps of warm-up they might remember where they started.
"""
from functools import partial

import numpy as np

import gibbspool as gp
from gibbspool.sampling.arviz_bridge import ess, rhat

from . import jags, python_peers
from .clock import spread, timed

TITLE = "Effective draws per second (whole calls; ESS: smallest bulk ESS over the parameters)"
COLUMNS = (("what", "", "s"), ("seconds", "s", "spread:.3f"), ("ess", "ESS", ",.0f"),
           ("r_hat", "R-hat", ".3f"), ("rate", "ESS/s", "spread:,.0f"),
           ("JAGS", "/ JAGS", ".2f"), ("PyMC", "/ PyMC", ".1f"), ("NumPyro", "/ NumPyro", ".1f"))

DRAWS, TUNE, CHAINS = 2000, 1000, 4
MANY = {"draws": 100, "tune": 50, "chains": 256}

# of each data set the parameters that all programs have
PARAMETERS = {"eight": ("mu", "tau", "theta"), "survey": ("alpha", "pi0", "pi"),
              "hospitals": ("mu_log", "sigma_log", "lam"), "baseball": ("phi", "kappa", "theta"),
              "instructors": ("mu", "tau", "sigma", "theta")}


def models():
    """A model for each data set, as people make it."""
    schools, regions = gp.data.eight_schools(), gp.data.survey_regions()
    hospitals, players = gp.data.hospitals(), gp.data.baseball()
    scores = gp.data.instructors()
    return {"eight": gp.NormalNormal(schools.y, schools.sigma),
            "survey": gp.DirichletMultinomial(regions.counts),
            "hospitals": gp.PoissonLognormal(hospitals.y, hospitals.exposure),
            "baseball": gp.BetaBinomial(players.successes, players.trials),
            "instructors": gp.OneWayNormal(scores.y, scores.group)}


def independent(model, draws, seed):
    return gp.exact(model).sample(draws=draws, chains=CHAINS, seed=seed)


def random_numbers(count, _):
    """Four times the random numbers that independent draws of Eight Schools need."""
    rng = np.random.default_rng(0)
    for _ in range(4):
        rng.standard_normal((count, 10))


def gibbs(model, options, seed):
    return gp.sample(model, seed=seed, **options)


def hmc(options, seed):
    return gp.hmc(gp.funnel.eight_schools("noncentred"), seed=seed, **options)


def calls(tiny):
    """What is timed: a name, the data set, and the call, which takes a seed."""
    few = {"draws": 20, "tune": 5} if tiny else {"draws": DRAWS, "tune": TUNE}
    many = {"draws": 10, "tune": 5, "chains": 8} if tiny else MANY
    on = models()
    for draws in (10, 20) if tiny else (2000, 20_000):
        yield (f"Eight Schools, exact, {CHAINS * draws:,} draws", "eight",
               partial(independent, on["eight"], draws))
    yield "Eight Schools, Gibbs", "eight", partial(gibbs, on["eight"], few)
    for name in ("survey", "hospitals", "baseball", "instructors"):
        yield f"{name}, Gibbs", name, partial(gibbs, on[name], few)
    for name in ("eight", "survey", "hospitals"):
        what = "Eight Schools" if name == "eight" else name
        yield f"{what}, {many['chains']} chains", name, partial(gibbs, on[name], many)
    yield "Eight Schools, HMC non-centred", "eight", partial(hmc, few)


def worst(draws, names, statistic, pick):
    """The smallest ESS or the largest R-hat of all numbers that vary."""
    found = []
    for name in names:
        numbers = np.asarray(draws[name]).reshape(*np.shape(draws[name])[:2], -1)
        found += [statistic(numbers[..., k]) for k in range(numbers.shape[-1])
                  if np.ptp(numbers[..., k]) > 0]
    return pick(found)


def rates(seconds, all_draws, names):
    """The columns of a row: times, ESS, R-hat, and effective draws per second of each run."""
    sizes = [worst(draws, names, ess, min) for draws in all_draws]
    return {"seconds": spread(seconds), "ess": float(np.median(sizes)),
            "r_hat": float(worst(all_draws[0], names, rhat, max)),
            "rate": spread(size / s for size, s in zip(sizes, seconds))}


def peers(sitting):
    """Rows of the other programs: program, what, data set and the columns of `rates`."""
    rows = []
    for program, what, name, seconds, all_draws in (*jags.runs(sitting),
                                                    *python_peers.runs(sitting)):
        rows.append({"what": f"{program}: {what}", "program": program, "data": name,
                     **rates(seconds, all_draws, PARAMETERS[name])})
    return rows


def measure(sitting):
    theirs = peers(sitting)
    best = {}
    for row in theirs:  # of JAGS on Eight Schools, the better of two forms
        key = row["data"], row["program"]
        best[key] = max(best.get(key, 0.0), row["rate"]["median"])
    rows = []
    for what, name, call in calls(sitting.tiny):
        call(0)  # what is imported or made once is there before the clock starts
        seconds, all_draws = timed(call, sitting.runs)
        row = {"what": what, "data": name, **rates(seconds, all_draws, PARAMETERS[name])}
        if "HMC" in what:
            sitting.found["gibbspool", name] = seconds, all_draws
        for program in ("JAGS", "PyMC", "NumPyro"):
            if (name, program) in best:
                row[program] = row["rate"]["median"] / best[name, program]
        rows.append(row)
        if "80,000" in what:
            seconds, _ = timed(partial(random_numbers, 80_000), sitting.runs)
            rows.append({"what": "four times their random numbers alone",
                         "seconds": spread(seconds)})
    return rows + theirs
