"""What people type: `gibbspool report`, `fit`, `step`.

Complaints are one line, and the exit status is then 2.
"""
import argparse
import os
import sys
import warnings

from . import __version__, stepping
from .fit.options import add_fit
from .models.card import CARDS


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line."""

    def error(self, message):
        print(f"{self.prog}: {message} (see {self.prog} --help)", file=sys.stderr)
        sys.exit(2)


def main(argv=None):
    """Run the command line; returns the exit status."""
    arguments = parser().parse_args(argv)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", UserWarning)
            warnings.showwarning = notes()
            return arguments.run(arguments) or 0
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except (ValueError, TypeError, ImportError, OSError) as problem:
        print(f"gibbspool: {in_one_line(problem)}", file=sys.stderr)
        return 2


def in_one_line(problem):
    if isinstance(problem, OSError) and problem.filename:
        return f"{problem.filename}: {problem.strerror}"
    return " ".join(str(problem).split())


def notes():
    """What shows warnings: each text once."""
    said = set()

    def show(message, category, *_args, **_kwargs):
        if issubclass(category, UserWarning) and str(message) not in said:
            said.add(str(message))
            print(f"note: {message}", file=sys.stderr)

    return show


def parser():
    """The commands and their options."""
    top = Parser(prog="gibbspool",
                 description="Hierarchical models and partial pooling, every step open to view.")
    top.add_argument("--version", action="version", version=f"gibbspool {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND", title="commands")
    add_report(commands)
    add_fit(commands)
    add_step(commands)
    return top


def add_report(commands):
    report = commands.add_parser(
        "report", help="the section recomputed and audited: ledger, figures, one HTML page")
    report.add_argument("--out", default="report", metavar="DIR",
                        help="folder to write to (default: report)")
    report.add_argument("--quick", action="store_true", help="fewer draws: a fast pass")
    report.set_defaults(run=run_report)


def run_report(arguments):
    from .section58 import report  # the other commands need not wait for the whole section
    return report.report(arguments.out, arguments.quick, jobs=min(os.cpu_count() or 1, 4))


def examples():
    """What can be stepped through: the examples of all families, by name."""
    return {name: make for card in CARDS for name, make in card.examples.items()}


def add_step(commands):
    step = commands.add_parser(
        "step", help="print each conditional, its parameters and what was drawn",
        description="Walk through a sampler. For 'funnel': one Hamiltonian trajectory in the mouth "
                    "and one in the neck of Neal's funnel, leapfrog step by leapfrog step.")
    names = [*examples(), "funnel"]
    step.add_argument("model", metavar="MODEL", choices=names, help=", ".join(names))
    step.add_argument("--form", help="form of the model, such as centred or noncentred (default: "
                                     "the model's own)")
    step.add_argument("--sweeps", type=int, default=1, help="how many sweeps (default: 1)")
    step.add_argument("--steps", type=int, default=12,
                      help="funnel: how many leapfrog steps (default: 12)")
    step.add_argument("--step-size", type=float, default=0.25,
                      help="funnel: their size (default: 0.25)")
    step.add_argument("--seed", type=int, default=1, help="(default: 1)")
    step.set_defaults(run=run_step)


def run_step(arguments):
    if arguments.model == "funnel":
        stepping.print_trajectories(arguments.form or "centred", arguments.step_size,
                                    arguments.steps, arguments.seed)
    else:
        stepping.print_sweeps(examples()[arguments.model](arguments.form), arguments.seed,
                              arguments.sweeps)
