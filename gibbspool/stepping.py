"""`gibbspool step`: a sampler's walk, printed draw by draw."""
import itertools
from textwrap import indent

import numpy as np

from . import funnel, validate
from .rows import for_terminal
from .sampling.gibbs import steps
from .sampling.leapfrog import draw_momentum, trajectory
from .sampling.transition import MAX_ERROR
from .terminal import is_terminal, width

INDENT = 6  # columns before what belongs to one draw


def print_sweeps(model, seed=1, sweeps=1):
    """Each conditional of a model, its parameters, and the value before and after its draw."""
    print(for_terminal(repr(model)))
    walk = steps(model, seed=seed, sweeps=sweeps)
    for sweep in range(1, sweeps + 1):
        print(f"\nsweep {sweep}")
        for name, conditional, old, new in itertools.islice(walk, len(model.order)):
            given = ", ".join(model.takes(f"{name}_given"))
            print(f"  {name} given {given or 'the data alone'}")
            print(for_terminal(f"      ~ {conditional!r}"))
            print(indent(change(old, new), " " * INDENT))


def print_trajectories(form="centred", step_size=0.25, count=12, seed=1):
    """The same leapfrog steps in Neal's funnel from two typical points: at v = 3 and at v = -5."""
    target = funnel.neal(form)
    size = float(validate.array("--step-size", step_size, ndim=0, positive=True))
    count = validate.whole_number("--steps", count, 1)
    for place, v in (("mouth", 3.0), ("neck", -5.0)):
        rng = validate.generator(seed)
        x = rng.standard_normal(9) * (np.exp(v / 2) if form == "centred" else 1)
        position, mass = np.concatenate([[v], x]), np.ones(10)
        print(for_terminal(f"\nNeal's funnel ({form}), from its {place} at v = {v:g}: leapfrog "
                           f"steps of size {size:g}"))
        print(f"{'step':>4s}{'v':>10s}{'x_1':>10s}{'p_v':>10s}{'p_x1':>10s}"
              f"{'energy':>12s}{'error':>12s}")
        path = trajectory(target, position, draw_momentum(rng, mass), size, mass)
        for step, point in zip(range(count + 1), path):
            (v_now, x_now, *_), (p_v, p_x, *_) = point.position, point.momentum
            print(f"{step:4d}{v_now:10.3f}{x_now:10.3f}{p_v:10.3f}{p_x:10.3f}"
                  f"{point.energy:12.4g}{point.error:12.4g}")
            if not point.error <= MAX_ERROR:
                print(for_terminal(f"     a divergence: the energy error exceeds {MAX_ERROR:g}, "
                                   "and the sampler would refuse this trajectory"))
                break


def change(old, new):
    """A value before and after its draw: side by side, or in two lines where it is long."""
    room = (width() if is_terminal() else 10_000) - INDENT
    before, after = in_full(old, room), in_full(new, room)
    beside = f"{before}  ->  {after}"
    return beside if "\n" not in beside and len(beside) <= room else f"{before}\n->\n{after}"


def in_full(value, room):
    """All numbers of an array, to three decimals; each row of a table on a line of its own."""
    return np.array2string(np.asarray(value), precision=3, suppress_small=True, threshold=10_000,
                           max_line_width=room)
