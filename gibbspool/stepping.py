"""`gibbspool step`: a sampler's walk, printed draw by draw."""
import itertools

import numpy as np

from . import funnel, validate
from .sampling.gibbs import steps
from .sampling.leapfrog import draw_momentum, trajectory
from .sampling.transition import MAX_ERROR


def print_sweeps(model, seed=1, sweeps=1):
    """Each conditional of a model, its parameters, and the value before and after its draw."""
    print(model)
    walk = steps(model, seed=seed, sweeps=sweeps)
    for sweep in range(1, sweeps + 1):
        print(f"\nsweep {sweep}")
        for name, conditional, old, new in itertools.islice(walk, len(model.order)):
            given = ", ".join(model.takes(f"{name}_given"))
            print(f"  {name} given {given or 'the data alone'}")
            print(f"      ~ {conditional!r}")
            print(f"      {in_full(old)}  ->  {in_full(new)}")


def print_trajectories(form="centred", step_size=0.25, count=12, seed=1):
    """The same leapfrog steps in Neal's funnel from two typical points: at v = 3 and at v = -5."""
    target = funnel.neal(form)
    size = float(validate.array("--step-size", step_size, ndim=0, positive=True))
    count = validate.whole_number("--steps", count, 1)
    for place, v in (("mouth", 3.0), ("neck", -5.0)):
        rng = validate.generator(seed)
        x = rng.standard_normal(9) * (np.exp(v / 2) if form == "centred" else 1)
        position, mass = np.concatenate([[v], x]), np.ones(10)
        print(f"\nNeal's funnel ({form}), from its {place} at v = {v:g}: leapfrog steps of size "
              f"{size:g}")
        print(f"{'step':>4s}{'v':>10s}{'x_1':>10s}{'p_v':>10s}{'p_x1':>10s}"
              f"{'energy':>12s}{'error':>12s}")
        path = trajectory(target, position, draw_momentum(rng, mass), size, mass)
        for step, point in zip(range(count + 1), path):
            (v_now, x_now, *_), (p_v, p_x, *_) = point.position, point.momentum
            print(f"{step:4d}{v_now:10.3f}{x_now:10.3f}{p_v:10.3f}{p_x:10.3f}"
                  f"{point.energy:12.4g}{point.error:12.4g}")
            if not point.error <= MAX_ERROR:
                print(f"     a divergence: the energy error exceeds {MAX_ERROR:g}, and the "
                      "sampler would refuse this trajectory")
                break


def in_full(value):
    """All numbers of an array, to three decimals, on one line."""
    return np.array2string(np.asarray(value), precision=3, suppress_small=True,
                           max_line_width=10_000)
