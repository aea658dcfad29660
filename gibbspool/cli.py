"""What people type: `gibbspool report`, `fit`, `step`, `play`, `lessons`, `homework`.

Complaints are one line, and the exit status is then 2.
"""
import argparse
import csv
import os
import sys
import warnings
from functools import partial

from . import __version__, ctrl_c
from .homework.options import add_homework
from .lessons.options import add_lessons
from .rows import for_terminal

CLOSED_PIPE = 141  # an exit status, as shells have it: 128 and the number of the signal


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line, and whose options may be added when it is asked.

    Parameters
    ----------
    add_options : function of this parser, optional
        Called before the first parsing: nobody need wait for what another command imports.
    """

    def __init__(self, *args, add_options=None, **settings):
        super().__init__(*args, **settings)
        self.add_options = add_options

    def parse_known_args(self, args=None, namespace=None):
        if self.add_options:
            add_options, self.add_options = self.add_options, None
            add_options(self)
        return super().parse_known_args(args, namespace)

    def error(self, message):
        print(f"{self.prog}: {message} (see {self.prog} --help)", file=sys.stderr)
        sys.exit(2)


def main(argv=None):
    """Run the command line; returns the exit status."""
    ctrl_c.unwatch()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal may not know every letter
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", UserWarning)
            warnings.showwarning = notes()
            try:
                arguments = parser().parse_args(argv)
                return arguments.run(arguments) or 0
            finally:
                finish_output()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return ctrl_c.STATUS
    except BrokenPipeError:  # who reads it, such as head, has seen enough
        return CLOSED_PIPE
    except (ValueError, TypeError, ImportError, OSError, ArithmeticError, MemoryError,
            csv.Error) as problem:
        print(f"gibbspool: {in_one_line(problem)}", file=sys.stderr)
        return 2


def finish_output():
    """Print what is still to be printed; if that fails, nobody shall try again."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def in_one_line(problem):
    """What went wrong, in words that someone who typed a command can use."""
    words = " ".join(str(problem).split())
    if isinstance(problem, OSError) and problem.errno:
        return f"{problem.filename or 'the output'}: {problem.strerror}"
    if isinstance(problem, MemoryError):
        return f"there is not enough memory: ask for fewer draws ({words or 'out of memory'})"
    if isinstance(problem, ArithmeticError):
        return f"a number is too large or too small to calculate with ({words})"
    if isinstance(problem, csv.Error):
        return f"the file cannot be read as a table: {words}"
    return words


def notes():
    """What shows our own warnings, each text once; what other packages say is not for the user."""
    said, package = set(), os.path.dirname(__file__)

    def show(message, category, filename, *_args, **_kwargs):
        ours = filename.startswith(package) and issubclass(category, UserWarning)
        if ours and not issubclass(category, DeprecationWarning) and str(message) not in said:
            said.add(str(message))
            print(for_terminal(f"note: {message}", sys.stderr), file=sys.stderr)

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
    add_play(commands)
    add_lessons(commands)
    add_homework(commands)
    return top


def add_report(commands):
    report = commands.add_parser(
        "report", help="the section recomputed and audited: ledger, figures, one HTML page")
    report.add_argument("--out", default="report", metavar="DIR",
                        help="folder to write to (default: report)")
    report.add_argument("--quick", action="store_true", help="fewer draws: a fast pass")
    report.add_argument("--full", action="store_true",
                        help="print every row of the ledger, some seven hundred lines")
    report.add_argument("--part", metavar="NAME",
                        help="one part alone: its number in the page's contents, or words of its "
                             "title; it is written to a folder of its own in DIR")
    report.set_defaults(run=run_report)


def run_report(arguments):
    from .section58 import report  # the other commands need not wait for the whole section
    return report.report(arguments.out, arguments.quick, say=partial(print, flush=True),
                         jobs=min(os.cpu_count() or 1, 4), full=arguments.full,
                         part=arguments.part)


def add_fit(commands):
    def add_options(fit):
        from .fit import options
        options.add_options(fit)

    commands.add_parser(
        "fit", help="pool your own groups: exact answer, Gibbs check, shrinkage table, forest plot",
        add_options=add_options)


def examples():
    """What can be stepped through: the examples of all families, by name."""
    from .models.card import CARDS
    return {name: make for card in CARDS for name, make in card.examples.items()}


def add_step(commands):
    commands.add_parser(
        "step", help="print each conditional, its parameters and what was drawn",
        description="Walk through a sampler. For 'funnel': one Hamiltonian trajectory in the mouth "
                    "and one in the neck of Neal's funnel, leapfrog step by leapfrog step.",
        add_options=add_options_of_step)


def add_play(commands):
    def add_options(play):
        from .fit import playing
        playing.add_options(play, examples())

    commands.add_parser(
        "play", help="a sampler as a page to step through in a browser, one file, offline",
        add_options=add_options)


def add_options_of_step(step):
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
    from . import stepping
    if arguments.model == "funnel":
        stepping.print_trajectories(arguments.form or "centred", arguments.step_size,
                                    arguments.steps, arguments.seed)
    else:
        stepping.print_sweeps(examples()[arguments.model](arguments.form), arguments.seed,
                              arguments.sweeps)
