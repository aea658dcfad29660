"""What people type: `gibbspool report`, `fit`, `step`. Complaints are one line, and the exit status is then 2."""
import argparse
import itertools
import os
import sys
import warnings

import numpy as np

from . import __version__, data, funnel, validate
from .gibbs import steps
from .hamiltonian import MAX_ERROR, draw_momentum, trajectory
from .models import BetaBinomial, DirichletMultinomial, NormalNormal, OneWayNormal, PoissonLognormal


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
    top = Parser(prog="gibbspool", description="Hierarchical models and partial pooling, every step open to view.")
    top.add_argument("--version", action="version", version=f"gibbspool {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND", title="commands")

    report = commands.add_parser("report", help="the section recomputed and audited: ledger, figures, one HTML page")
    report.add_argument("--out", default="report", metavar="DIR", help="folder to write to (default: report)")
    report.add_argument("--quick", action="store_true", help="fewer draws: a fast pass")
    report.set_defaults(run=_report)

    _add_fit(commands)

    step = commands.add_parser("step", help="print each conditional, its parameters and what was drawn",
                               description="Walk through a sampler. For 'funnel': one Hamiltonian trajectory in the "
                               "mouth and one in the neck of Neal's funnel, leapfrog step by leapfrog step.")
    step.add_argument("model", metavar="MODEL", choices=[*STEPPABLE, "funnel"], help=", ".join([*STEPPABLE, "funnel"]))
    step.add_argument("--form", help="form of the model, such as centred or noncentred (default: the model's own)")
    step.add_argument("--sweeps", type=int, default=1, help="how many sweeps (default: 1)")
    step.add_argument("--steps", type=int, default=12, help="funnel: how many leapfrog steps (default: 12)")
    step.add_argument("--step-size", type=float, default=0.25, help="funnel: their size (default: 0.25)")
    step.add_argument("--seed", type=int, default=1, help="(default: 1)")
    step.set_defaults(run=_step)
    return top


def _report(arguments):
    from .section58.report import report
    return report(arguments.out, arguments.quick, jobs=min(os.cpu_count() or 1, 4))


# For each model: the ways to name its columns (exactly one must be complete), and what else it takes.
MODELS = {
    "normal": ([("estimate", "se")], ("group", "covariates", "mu", "beta", "tau")),
    "oneway": ([("value", "group"), ("wide",)], ("mu", "tau", "sigma")),
    "multinomial": ([("categories",), ("group", "category", "count")], ("group", "alpha", "pi0")),
    "poisson": ([("count", "exposure")], ("group", "mu_log", "sigma_log")),
    "binomial": ([("successes", "trials")], ("group", "phi", "kappa")),
}
PRIORS = ("mu", "beta", "tau", "sigma", "alpha", "pi0", "mu_log", "sigma_log", "phi", "kappa")

FIT_HELP = """\
models, their columns (a row for each group, unless said otherwise), default priors and forms:
  normal       an estimate ~ Normal(theta, se) for each group, its standard error known; theta ~ Normal(mu, tau)
               --estimate, --se; --covariates x1,x2 for the groups' own: theta ~ Normal(mu + beta x, tau)
               mu ~ Normal(0, 20), tau ~ HalfNormal(10), each beta ~ Normal(0, 10); collapsed, centred, noncentred
  oneway       values ~ Normal(theta, sigma) in each group, sigma unknown; theta ~ Normal(mu, tau)
               --value, --group: a row for each observation; or --wide A,B,C: a column for each group, cells may be empty
               mu ~ Normal(50, 25), tau ~ HalfNormal(10), sigma ~ HalfNormal(15); collapsed, centred, noncentred
  multinomial  counts of answers ~ Multinomial(pi) in each group; pi ~ Dirichlet(alpha pi0)
               --categories a,b,c: a column of counts for each; or --group, --category, --count: a row for each pair
               alpha ~ Exponential(1), pi0 ~ Dirichlet([1, 1, ...]); augmented, plain
  poisson      a count ~ Poisson(lam exposure) for each group; log lam ~ Normal(mu_log, sigma_log)
               --count, --exposure: events, and the time or number in which they could have happened
               mu_log ~ Normal(0, 1), sigma_log ~ HalfNormal(1); interwoven, centred, noncentred
  binomial     successes ~ Binomial(trials, theta) in each group; theta ~ Beta(phi kappa, (1 - phi) kappa)
               --successes, --trials
               phi ~ Beta(1, 1), kappa ~ HalfCauchy(50); collapsed, centred
  --group names the column of labels; without it the groups are numbered.

The default priors are the section's, for its data: state your own for data in other units, --tau-prior "HalfNormal(2)".
priors: Normal(mean, sd), HalfNormal(scale), HalfCauchy(scale), HalfT(df, scale), Exponential(rate),
  Gamma(shape, rate), InverseGamma(shape, scale) (of a standard deviation: on its square), Uniform(low, high),
  Beta(a, b), Dirichlet([1, 1, 1]), Flat.

Written to the folder: summary.csv (every parameter, exact and by Gibbs), shrinkage.csv (every group: its own estimate,
how far it is pulled, the pooled one and its 89% interval), forest.png, shrinkage.png. A table that cannot be read is
refused in one line that names the row and the column, with exit status 2.

examples:
  gibbspool fit schools.csv --model normal --estimate effect --se se --group school --tau-prior "HalfCauchy(25)"
  gibbspool fit scores.csv --model oneway --value score --group instructor
  gibbspool fit survey.csv --model multinomial --categories yes,no,unsure --group region
  gibbspool fit events.csv --model poisson --count events --exposure days --group hospital
  gibbspool fit batting.csv --model binomial --successes hits --trials at_bats --group player
"""


def _columns(text):
    return [name.strip() for name in text.split(",") if name.strip()]


def _add_fit(commands):
    fit = commands.add_parser(
        "fit", help="pool your own groups: exact answer, Gibbs check, shrinkage table, forest plot",
        description="Pool the groups of a CSV file with a header line; comma, semicolon or tab separate its cells.",
        epilog=FIT_HELP, formatter_class=argparse.RawDescriptionHelpFormatter)
    fit.add_argument("file", metavar="FILE.csv")
    fit.add_argument("--model", required=True, choices=list(MODELS))
    columns = fit.add_argument_group("columns, by name")
    for name in ("estimate", "se", "value", "count", "exposure", "successes", "trials", "group", "category"):
        columns.add_argument(f"--{name}", metavar="COL")
    for name in ("covariates", "categories", "wide"):
        columns.add_argument(f"--{name}", metavar="COL,COL,...", type=_columns)
    priors = fit.add_argument_group("priors")
    for name in PRIORS:
        priors.add_argument(f"--{name.replace('_', '-')}-prior", metavar="PRIOR", dest=name)
    fit.add_argument("--form", help="form of the Gibbs sampler, such as centred or noncentred")
    fit.add_argument("--draws", type=int, default=2000, help="Gibbs draws per chain (default: 2000)")
    fit.add_argument("--seed", type=int, default=42, help="(default: 42)")
    fit.add_argument("--out", default="fit", metavar="DIR", help="folder to write to (default: fit)")
    fit.set_defaults(run=_fit)


def _fit(arguments):
    from . import fitting
    from .tables import Table
    chosen = arguments.model
    validate.whole_number("--draws", arguments.draws, 1)
    validate.whole_number("--seed", arguments.seed, 0)
    given = _given_columns(arguments, *MODELS[chosen])
    build = {"oneway": fitting.one_way}.get(chosen) or getattr(fitting, chosen)
    model = build(Table(arguments.file), form=arguments.form, **given)
    fitting.fit(model, arguments.out, arguments.draws, arguments.seed)


def _given_columns(arguments, ways, optional):
    """Columns and priors that were given, by name; refused where they do not make a model."""
    every = {name for some, more in MODELS.values() for name in (*more, *(n for way in some for n in way))}
    given = {name: getattr(arguments, name) for name in every if getattr(arguments, name)}
    for name in sorted(given):
        if name not in optional and not any(name in way for way in ways):
            option = f"--{name.replace('_', '-')}" + ("-prior" if name in PRIORS else "")
            raise ValueError(f"{option} is not for --model {arguments.model} (see gibbspool fit --help)")
    complete = [way for way in ways if all(name in given for name in way)]
    stray = [name for name in given if complete and name not in (*optional, *complete[0])]
    if len(complete) != 1 or stray:
        raise ValueError(f"--model {arguments.model} needs " + ", or ".join(
            " and ".join(f"--{name}" for name in way) for way in ways) + " (see gibbspool fit --help)")
    return given


def _schools(form):
    found = data.eight_schools()
    return NormalNormal(found.y, found.sigma, groups=found.groups, form=form)


def _instructors(form):
    found = data.instructors()
    return OneWayNormal(found.y, found.group, form=form)


def _survey(form):
    found = data.survey_regions()
    return DirichletMultinomial(found.counts, groups=found.groups, categories=found.categories, form=form)


def _hospitals(form):
    found = data.hospitals()
    return PoissonLognormal(found.y, found.exposure, groups=found.groups, form=form)


def _baseball(form):
    found = data.baseball()
    return BetaBinomial(found.successes, found.trials, groups=found.groups, form=form)


STEPPABLE = {"eight-schools": _schools, "instructors": _instructors, "survey": _survey, "hospitals": _hospitals,
             "baseball": _baseball}


def _step(arguments):
    if arguments.model == "funnel":
        return _step_funnel(arguments)
    model = STEPPABLE[arguments.model](arguments.form)
    print(model)
    walk = steps(model, seed=arguments.seed, sweeps=arguments.sweeps)
    for sweep, group in enumerate(iter(lambda: tuple(itertools.islice(walk, len(model.order))), ()), start=1):
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
        print(f"\nNeal's funnel ({target.form}), from its {place} at v = {v:g}: leapfrog steps of size {size:g}")
        print(f"{'step':>4s}{'v':>10s}{'x_1':>10s}{'p_v':>10s}{'p_x1':>10s}{'energy':>12s}{'error':>12s}")
        path = trajectory(target, position, draw_momentum(rng, mass), size, mass)
        for step, point in zip(range(count + 1), path):
            (v_now, x_now, *_), (p_v, p_x, *_) = point.position, point.momentum
            print(f"{step:4d}{v_now:10.3f}{x_now:10.3f}{p_v:10.3f}{p_x:10.3f}{point.energy:12.4g}{point.error:12.4g}")
            if not point.error <= MAX_ERROR:
                print("     a divergence: the energy error exceeds 1000, and the sampler would refuse this trajectory")
                break


def _given(model, name):
    return model.takes(f"{name}_given")


def _short(value):
    return np.array2string(np.asarray(value), precision=3, suppress_small=True, max_line_width=10_000)
