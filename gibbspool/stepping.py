"""`gibbspool step`: a sampler's walk, printed draw by draw."""
import itertools

import numpy as np

from . import funnel, validate
from .rows import broken, for_terminal
from .sampling.conditionals import Conditionals
from .sampling.gibbs import steps
from .sampling.leapfrog import draw_momentum, trajectory
from .sampling.shown_steps import INDENT, shown
from .sampling.transition import MAX_ERROR
from .terminal import printable, width


def print_sweeps(model, seed=1, sweeps=1):
    """Each conditional of a model, its parameters, what its draw did, and the value before and
    after.
    """
    print(within(repr(model)))
    others = [form for form in getattr(model, "forms", ()) if form != model.form]
    if others:
        print(within(f"other forms: {', '.join(f'--form {form}' for form in others)}"))
    walk = steps(model, seed=seed, sweeps=sweeps)
    for sweep in range(1, sweeps + 1):
        print(f"\nsweep {sweep}")
        for step in itertools.islice(walk, len(model.order)):
            print(within(f"  {drawn_given(model, step)}"))
            for line in shown(model, step):
                print(printable(within(" " * INDENT + line)))


def drawn_given(model, step):
    """Which variable a step draws, given what: a second time given what it holds fixed, too."""
    variable = model.interweaves.get(step.name, step.name)
    given = [name for name in model.takes(f"{step.name}_given")
             if name != variable and name not in (step.moved or ())] + list(step.held or ())
    if step.name in Conditionals(model).with_data:
        given.append("the data")
    words = f"given {', '.join(given)}"
    return f"{variable} {words}" if step.name == variable else (
        f"{step.name}: {variable} once more, {words}")


def within(text):
    """A text whose lines are no longer than the terminal is wide, or 80 columns."""
    return "\n".join(broken(line, width()) for line in text.split("\n"))


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
