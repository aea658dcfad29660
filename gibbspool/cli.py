"""What people type: `gibbspool report`, `fit`, `step`. Complaints are one line, and the exit status is then 2."""
import argparse
import itertools
import sys
import warnings

import numpy as np

from . import __version__, data
from .gibbs import steps
from .models import NormalNormal

FORMS = ("collapsed", "centred", "noncentred")


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
            warnings.showwarning = _as_note
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


def _as_note(message, category, *_args, **_kwargs):
    if issubclass(category, UserWarning):
        print(f"note: {message}", file=sys.stderr)


def parser():
    top = Parser(prog="gibbspool", description="Hierarchical models and partial pooling, every step open to view.")
    top.add_argument("--version", action="version", version=f"gibbspool {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND", title="commands")

    report = commands.add_parser("report", help="the section recomputed and audited: ledger, figures, one HTML page")
    report.add_argument("--out", default="report", metavar="DIR", help="folder to write to (default: report)")
    report.add_argument("--quick", action="store_true", help="fewer draws: a fast pass")
    report.set_defaults(run=_report)

    fit = commands.add_parser(
        "fit", help="pool your own groups: exact answer, Gibbs check, shrinkage table, forest plot",
        description="Pool the groups of a CSV file, one row for each group, with a header line.",
        epilog="Priors are written as HalfCauchy(25), HalfNormal(10), HalfT(3, 10), Exponential(0.1), Uniform(0, 100), "
               "InverseGamma(1, 1) (on tau squared), Normal(0, 20), Flat. "
               "Example: gibbspool fit schools.csv --model normal --estimate y --se sigma --group school")
    fit.add_argument("file", metavar="FILE.csv")
    fit.add_argument("--model", required=True, choices=["normal"], help="normal: an estimate and a standard error each")
    fit.add_argument("--estimate", required=True, metavar="COL", help="column of estimates")
    fit.add_argument("--se", required=True, metavar="COL", help="column of their standard errors, > 0")
    fit.add_argument("--group", metavar="COL", help="column of labels (default: 1, 2, ...)")
    fit.add_argument("--mu-prior", metavar="PRIOR", help="of the population mean (default: Normal(0, 20))")
    fit.add_argument("--tau-prior", metavar="PRIOR", help="of the spread between groups (default: HalfNormal(10))")
    fit.add_argument("--form", choices=FORMS, help="Gibbs form (default: collapsed)")
    fit.add_argument("--draws", type=int, default=2000, help="Gibbs draws per chain (default: 2000)")
    fit.add_argument("--seed", type=int, default=42, help="(default: 42)")
    fit.add_argument("--out", default="fit", metavar="DIR", help="folder to write to (default: fit)")
    fit.set_defaults(run=_fit)

    step = commands.add_parser("step", help="print each conditional, its parameters and what was drawn")
    step.add_argument("model", metavar="MODEL", choices=sorted(STEPPABLE), help=", ".join(sorted(STEPPABLE)))
    step.add_argument("--form", choices=FORMS, default="centred", help="(default: centred)")
    step.add_argument("--sweeps", type=int, default=1, help="how many sweeps (default: 1)")
    step.add_argument("--seed", type=int, default=1, help="(default: 1)")
    step.set_defaults(run=_step)
    return top


def _report(arguments):
    from .section58.report import report
    return report(arguments.out, arguments.quick)


def _fit(arguments):
    from .fitting import fit, normal_from
    from .tables import Table
    model = normal_from(Table(arguments.file), arguments.estimate, arguments.se, arguments.group,
                        arguments.mu_prior, arguments.tau_prior, arguments.form)
    fit(model, arguments.out, arguments.draws, arguments.seed)


def _eight_schools(form):
    schools = data.eight_schools()
    return NormalNormal(schools.y, schools.sigma, groups=schools.groups, form=form)


STEPPABLE = {"eight-schools": _eight_schools}


def _step(arguments):
    model = STEPPABLE[arguments.model](arguments.form)
    print(model)
    walk = steps(model, seed=arguments.seed, sweeps=arguments.sweeps)
    for sweep, group in enumerate(iter(lambda: tuple(itertools.islice(walk, len(model.order))), ()), start=1):
        print(f"\nsweep {sweep}")
        for name, conditional, old, new in group:
            print(f"  {name} given {', '.join(_given(model, name)) or 'the data alone'}")
            print(f"      ~ {conditional!r}")
            print(f"      {_short(old)}  ->  {_short(new)}")


def _given(model, name):
    return model.takes(f"{name}_given")


def _short(value):
    return np.array2string(np.asarray(value), precision=3, suppress_small=True, max_line_width=10_000)
