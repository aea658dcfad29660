"""What people type: `gibbspool report`, `fit`, `step`. Complaints are one line, and the exit status
is then 2.
"""
import argparse
import itertools
import os
import sys
import warnings

import numpy as np

from . import __version__, data, funnel, validate
from .fit.options import _add_fit
from .models.binomial.model import BetaBinomial
from .models.multinomial.model import DirichletMultinomial
from .models.normal.model import NormalNormal
from .models.one_way.model import OneWayNormal
from .models.poisson.model import PoissonLognormal
from .sampling.gibbs import steps
from .sampling.hamiltonian import MAX_ERROR, draw_momentum, trajectory


class Parser(argparse.ArgumentParser):
    def error(self, message):
        print(f"{self.prog}: {message} (see {self.prog} --help)", file=sys.stderr)
        sys.exit(2)


def main(argv=None):
    """Run the command line; returns the exit status."""
    arguments = parser().parse_args(argv)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", UserWarning)
            warnings.showwarning = _notes()
            return arguments.run(arguments) or 0
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except (ValueError, TypeError, ImportError, OSError) as problem:
        print(f"gibbspool: {_one_line(problem)}", file=sys.stderr)
        return 2


def _one_line(problem):
    if isinstance(problem, OSError) and problem.filename:
        return f"{problem.filename}: {problem.strerror}"
    return " ".join(str(problem).split())


def _notes():
    """What shows warnings: each text once."""
    said = set()

    def show(message, category, *_args, **_kwargs):
        if issubclass(category, UserWarning) and str(message) not in said:
            said.add(str(message))
            print(f"note: {message}", file=sys.stderr)

    return show


def parser():
    top = Parser(prog="gibbspool",
                 description="Hierarchical models and partial pooling, every step open to view.")
    top.add_argument("--version", action="version", version=f"gibbspool {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND", title="commands")

    report = commands.add_parser("report",
                                 help="the section recomputed and audited: ledger, figures, one "
                                      "HTML page")
    report.add_argument("--out", default="report", metavar="DIR",
                        help="folder to write to (default: report)")
    report.add_argument("--quick", action="store_true", help="fewer draws: a fast pass")
    report.set_defaults(run=_report)

    _add_fit(commands)

    step = commands.add_parser("step",
                               help="print each conditional, its parameters and what was drawn",
                               description="Walk through a sampler. For 'funnel': one Hamiltonian "
                               "trajectory in the mouth and one in the neck of Neal's funnel, "
                               "leapfrog step by leapfrog step.")
    step.add_argument("model", metavar="MODEL", choices=[*STEPPABLE, "funnel"],
                      help=", ".join([*STEPPABLE, "funnel"]))
    step.add_argument("--form",
                      help="form of the model, such as centred or noncentred (default: the model's "
                           "own)")
    step.add_argument("--sweeps", type=int, default=1, help="how many sweeps (default: 1)")
    step.add_argument("--steps", type=int, default=12,
                      help="funnel: how many leapfrog steps (default: 12)")
    step.add_argument("--step-size", type=float, default=0.25,
                      help="funnel: their size (default: 0.25)")
    step.add_argument("--seed", type=int, default=1, help="(default: 1)")
    step.set_defaults(run=_step)
    return top


def _report(arguments):
    from .section58.report.report import report
    return report(arguments.out, arguments.quick, jobs=min(os.cpu_count() or 1, 4))


def _schools(form):
    found = data.eight_schools()
    return NormalNormal(found.y, found.sigma, groups=found.groups, form=form)


def _instructors(form):
    found = data.instructors()
    return OneWayNormal(found.y, found.group, form=form)


def _survey(form):
    found = data.survey_regions()
    return DirichletMultinomial(found.counts, groups=found.groups, categories=found.categories,
                                form=form)


def _hospitals(form):
    found = data.hospitals()
    return PoissonLognormal(found.y, found.exposure, groups=found.groups, form=form)


def _baseball(form):
    found = data.baseball()
    return BetaBinomial(found.successes, found.trials, groups=found.groups, form=form)


STEPPABLE = {"eight-schools": _schools, "instructors": _instructors, "survey": _survey,
             "hospitals": _hospitals,
             "baseball": _baseball}


def _step(arguments):
    if arguments.model == "funnel":
        return _step_funnel(arguments)
    model = STEPPABLE[arguments.model](arguments.form)
    print(model)
    walk = steps(model, seed=arguments.seed, sweeps=arguments.sweeps)
    for sweep, group in enumerate(iter(lambda: tuple(itertools.islice(walk, len(model.order))), ()),
                                  start=1):
        print(f"\nsweep {sweep}")
        for name, conditional, old, new in group:
            print(f"  {name} given {', '.join(_given(model, name)) or 'the data alone'}")
            print(f"      ~ {conditional!r}")
            print(f"      {_short(old)}  ->  {_short(new)}")


def _step_funnel(arguments):
    """The same leapfrog steps from a typical point at v = 3 and at v = -5."""
    target = funnel.neal(arguments.form or "centred")
    size = float(validate.array("--step-size", arguments.step_size, ndim=0, positive=True))
    count = validate.whole_number("--steps", arguments.steps, 1)
    for place, v in (("mouth", 3.0), ("neck", -5.0)):
        rng = validate.generator(arguments.seed)
        x = rng.standard_normal(9) * (np.exp(v / 2) if target.form == "centred" else 1)
        position, mass = np.concatenate([[v], x]), np.ones(10)
        print(f"\nNeal's funnel ({target.form}), from its {place} at v = {v:g}: leapfrog steps of "
              f"size {size:g}")
        print(f"{'step':>4s}{'v':>10s}{'x_1':>10s}{'p_v':>10s}{'p_x1':>10s}{'energy':>12s}{'error':>12s}")
        path = trajectory(target, position, draw_momentum(rng, mass), size, mass)
        for step, point in zip(range(count + 1), path):
            (v_now, x_now, *_), (p_v, p_x, *_) = point.position, point.momentum
            print(f"{step:4d}{v_now:10.3f}{x_now:10.3f}{p_v:10.3f}{p_x:10.3f}{point.energy:12.4g}{point.error:12.4g}")
            if not point.error <= MAX_ERROR:
                print("     a divergence: the energy error exceeds 1000, and the sampler would "
                      "refuse this trajectory")
                break


def _given(model, name):
    return model.takes(f"{name}_given")


def _short(value):
    return np.array2string(np.asarray(value), precision=3, suppress_small=True,
                           max_line_width=10_000)
