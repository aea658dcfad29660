"""TODO fit.options"""
import argparse

from .. import validate

# For each model: the ways to name its columns (exactly one must be complete), and what else it
# takes.
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
        description="Pool the groups of a CSV file with a header line; comma, semicolon or tab "
                    "separate its cells.",
        epilog=FIT_HELP, formatter_class=argparse.RawDescriptionHelpFormatter)
    fit.add_argument("file", metavar="FILE.csv")
    fit.add_argument("--model", required=True, choices=list(MODELS))
    columns = fit.add_argument_group("columns, by name")
    for name in ("estimate", "se", "value", "count", "exposure", "successes", "trials", "group",
                 "category"):
        columns.add_argument(f"--{name}", metavar="COL")
    for name in ("covariates", "categories", "wide"):
        columns.add_argument(f"--{name}", metavar="COL,COL,...", type=_columns)
    priors = fit.add_argument_group("priors")
    for name in PRIORS:
        priors.add_argument(f"--{name.replace('_', '-')}-prior", metavar="PRIOR", dest=name)
    fit.add_argument("--form", help="form of the Gibbs sampler, such as centred or noncentred")
    fit.add_argument("--draws", type=int, default=2000,
                     help="Gibbs draws per chain (default: 2000)")
    fit.add_argument("--seed", type=int, default=42, help="(default: 42)")
    fit.add_argument("--out", default="fit", metavar="DIR",
                     help="folder to write to (default: fit)")
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
    every = {name for some, more in MODELS.values()
             for name in (*more, *(n for way in some for n in way))}
    given = {name: getattr(arguments, name) for name in every if getattr(arguments, name)}
    for name in sorted(given):
        if name not in optional and not any(name in way for way in ways):
            option = f"--{name.replace('_', '-')}" + ("-prior" if name in PRIORS else "")
            raise ValueError(f"{option} is not for --model {arguments.model} (see gibbspool fit "
                             "--help)")
    complete = [way for way in ways if all(name in given for name in way)]
    stray = [name for name in given if complete and name not in (*optional, *complete[0])]
    if len(complete) != 1 or stray:
        raise ValueError(f"--model {arguments.model} needs " + ", or ".join(
            " and ".join(f"--{name}" for name in way) for way in ways) + " (see gibbspool fit "
                                                                         "--help)")
    return given
