"""A step on a ladder for one number, step by step: the twin of `sampling.ladder`."""
from math import exp, isfinite

import numpy as np

from ..records import LadderRecord

JITTER = 0.3  # how far the middle of a ladder varies, beside its length: no value stays at an end


def draw_ladder(kernel, rng, curve):
    """Place a ladder at random over the current value; draw a rung in proportion to the density."""
    scale = curve.own(kernel.step.scale)
    first, last = (float(end) for end in kernel.coordinate.range)
    here = min(max(curve.u_before, first), last)

    # 1. The ladder: a random spacing, and a random rung for the current value.
    stretch, uniform, share = (float(number) for number in rng.random(3))
    spacing = scale * (stretch + 0.5)
    place = place_of(kernel, curve, here, spacing, uniform)
    lowest = here - place * spacing
    rungs = [lowest + j * spacing for j in range(kernel.rungs)]

    # 2. The density at each rung; there is none where it is NaN or x is not told apart.
    log_p = []
    for u in rungs:
        log_p_rung = curve.log_p(u)
        nowhere = np.isnan(log_p_rung) or not first <= u <= last
        log_p.append(-np.inf if nowhere else log_p_rung)
    highest = max(log_p)
    if not isfinite(highest):
        raise ValueError("Ladder: the density at the current value is zero, infinite or NaN")
    weights = [exp(log_p_rung - highest) for log_p_rung in log_p]

    # 3. Draw: the first rung at which the weights add up to the share of them all.
    share = 1 - share  # above 0: a rung of density zero is never drawn
    below = [weights[0]]
    for weight in weights[1:]:
        below.append(below[-1] + weight)
    rung = 0
    while below[rung] < share * below[-1]:
        rung = rung + 1
    x = curve.before if rung == place else curve.x(rungs[rung])
    return LadderRecord(curve.before, x, curve, scale, spacing, place, np.array(rungs),
                        np.array(log_p), np.array(weights) / below[-1], share, rung)


def place_of(kernel, curve, here, spacing, uniform):
    """Which rung the current value is: any, or after a warm-up the one of a ladder that stands
    about the centre.
    """
    n = kernel.rungs
    if kernel.step.centre is None:
        return int(n * uniform)
    middle = curve.own(kernel.step.centre) + JITTER * (uniform - 0.5) * n * spacing
    return min(int(((here - middle) / spacing + n / 2) % n), n - 1)
