"""What the exact posteriors cost for many groups: seconds and peak memory, in new processes."""
import time

import gibbspool as gp

from . import fresh, simulated
from .clock import ENOUGH, spread

TITLE = ("Exact posteriors: the twin; mean and sd of every group; leave-one-out (seconds, peak "
         "memory of the process)")
COLUMNS = (("what", "", "s"), ("J", "J", ",d"), ("twin", "twin", "spread:.2f"),
           ("moments", "moments", "spread:.2f"), ("loo", "leave-one-out", "spread:.2f"),
           ("total", "together", ".2f"), ("peak", "MB", ",.0f"), ("failed", "", "s"))

PARTS = ("twin", "moments", "loo")
SIZES = (("normal", 10**5, {}), ("normal", 10**6, {}),
         ("Poisson", 10**2, {}), ("Poisson", 10**3, {}), ("Poisson", 10**4, {}),
         ("binomial", 10**4, {}), ("survey", 10**4, {}), ("one-way", 10**4, {}),
         ("one-way", 10**4, {"scores": 1000}))
MOST_LEFT_OUT = 10**5  # each is left out in turn: a minute and a half for a million
TINY = (("normal", 10, {}), ("survey", 3, {"people": 5}))


def ask(family, J, options):
    """The seconds that each question to an exact posterior takes, one after the other."""
    model = simulated.model(family, J, **options)
    began = time.perf_counter()
    truth = gp.exact(model)
    there = time.perf_counter()
    groups = truth[model.parameter]
    groups.mean, groups.sd
    known = time.perf_counter()
    answers = {"twin": there - began, "moments": known - there, "loo": None}
    if J <= MOST_LEFT_OUT:
        truth.elpd_loo()
        answers["loo"] = time.perf_counter() - known
    return answers


def measure(sitting):
    return [row(family, J, options, sitting.runs)
            for family, J, options in (TINY if sitting.tiny else SIZES)]


def row(family, J, options, runs):
    """One model, asked in several processes; in one where it is slow."""
    scores = f", {options['scores']:,} scores each" if "scores" in options else ""
    found, seconds = [], 0.0
    while len(found) < min(runs, 3) and seconds < ENOUGH:
        found.append(fresh.call("benchmarks.exact", "ask", family=family, J=J, options=options))
        if "failed" in found[-1]:
            return {"what": family + scores, "J": J, "failed": found[-1]["failed"]}
        seconds += sum(found[-1][part] for part in PARTS if found[-1][part] is not None)
    times = {part: spread(one[part] for one in found) for part in PARTS
             if found[0][part] is not None}
    return {"what": family + scores, "J": J, **times,
            "total": sum(times[part]["median"] for part in times),
            "peak": max(one["peak"] or 0 for one in found)}
