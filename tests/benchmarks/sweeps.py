"""What one sweep of four chains costs, against the number of groups; each in a new process."""
import time

import numpy as np

from gibbspool.sampling.conditionals import Conditionals
from gibbspool.sampling.gibbs import sweep

from . import fresh, jags, simulated
from .clock import spread

TITLE = ("One Gibbs sweep of 4 chains (milliseconds; the start is the first sweep and the model's "
         "making; peak memory of the process)")
COLUMNS = (("what", "", "s"), ("J", "J", ",d"), ("ms", "ms a sweep", "spread:.2f"),
           ("start", "start, s", ".2f"), ("peak", "MB", ",.0f"),
           ("jags", "JAGS, ms", ".2f"), ("ratio", "JAGS / ours", ".1f"),
           ("slope", "slope from 1,000 on", ".2f"), ("failed", "", "s"))

CHAINS, BLOCKS = 4, 5
SIZES = {"Poisson": (10**2, 10**3, 10**4, 10**5, 10**6), "binomial": (10**2, 10**3, 10**4, 10**5),
         "survey": (10**2, 10**3, 10**4, 10**5), "normal": (10**2, 10**3, 10**4, 10**5, 10**6),
         "one-way": (10**2, 10**3, 10**4, 10**5)}
TINY = {"Poisson": (10, 20), "normal": (10, 20)}

# as many answers in few groups: the cost must not grow with the people
ANSWERS, REGIONS = 570_851, 278


def sweep_for(family, J, seconds, options):
    """Milliseconds a sweep, in five blocks of sweeps that take so many seconds together."""
    began = time.perf_counter()
    model = simulated.model(family, J, **options)
    given, rng = Conditionals(model), np.random.default_rng(1)
    state = given.start(rng, (CHAINS,))

    def go(sweeps):
        started = time.perf_counter()
        for _ in range(sweeps):
            for _ in sweep(given, rng, state):
                pass
        return (time.perf_counter() - started) / sweeps

    go(1)
    start = time.perf_counter() - began
    given.stop_adapting()
    each = min(go(1), go(1))
    sweeps = int(np.clip(seconds / BLOCKS / each, 1, 2000))
    return {"start": start, "ms": [1000 * go(sweeps) for _ in range(BLOCKS)]}


def measure(sitting):
    seconds, sizes = (0.01, TINY) if sitting.tiny else (1.0, SIZES)
    theirs = jags.sweeps(sitting)
    rows = []
    for family, Js in sizes.items():
        of_family = [row(family, J, seconds, {}, theirs.get((family, J))) for J in Js]
        rows += with_slope(of_family)
    people, regions = (500, 5) if sitting.tiny else (ANSWERS, REGIONS)
    for form in ("augmented", "plain"):
        options = {"people": people // regions, "form": form}
        rows.append({**row("survey", regions, seconds, options),
                     "what": f"survey, {people:,} answers, {form}"})
    return rows


def row(family, J, seconds, options, theirs=None):
    found = fresh.call("benchmarks.sweeps", "sweep_for", family=family, J=J, seconds=seconds,
                       options=options)
    if "failed" in found:
        return {"what": family, "J": J, **found}
    ours = spread(found["ms"])
    beside = {} if theirs is None else {"jags": theirs, "ratio": theirs / ours["median"]}
    return {"what": family, "J": J, "ms": ours, "start": found["start"], "peak": found["peak"],
            **beside}


def with_slope(rows):
    """The rows of a family, with the slope in the last one that was measured."""
    done = [one for one in rows if "ms" in one]
    if done:
        done[-1]["slope"] = slope(done)
    return rows


def slope(rows):
    """The power of J with which the cost grows, from 1,000 groups on; None of fewer than two."""
    large = [(one["J"], one["ms"]["median"]) for one in rows if one["J"] >= 1000]
    if len(large) < 2:
        return None
    return float(np.polyfit(*np.log(np.array(large)).T, 1)[0])
