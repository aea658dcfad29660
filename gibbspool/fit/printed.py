"""What `gibbspool fit` prints of what it found, in lines that the terminal can show."""
import math

from scipy.special import chdtr

from ..guide.advice import advise
from ..models.hierarchy import prior_option
from ..rows import written
from ..terminal import printable
from .found import HIGH, IN_SDS, LOW, PROB, verdict
from .heterogeneity import RARE, outliers

MOST = 100  # rows of the groups' table that are printed; the file has all

HEADS = {"shrinkage": "pull", "estimate": "own", LOW: "HDI low", HIGH: "HDI high"}
LEFT_OUT = ("gibbs_ess_bulk", "gibbs_error", "remark")  # of the summary; the file has them

HEAVY = ("A moment that does not exist: under these priors the posterior's tail is too heavy for "
         "it. The median and the interval stand.")
COLUMNS = ("own: the group's own estimate; pull: how far it is drawn to the others, 0 to 1; "
           "weight: its share in the population's mean, averaged over the posterior of the spread; "
           "pooled: its posterior mean.")


def lines_of(found, notes=()):
    """What is said of a fit, piece by piece; `notes` follow the model."""
    model = found.model
    yield printable(repr(model))
    yield from map(printable, notes)
    if not any(note.startswith("Priors") for note in notes):
        yield printable(f"Priors: {listed(found.priors)}")
    yield f"\nExact posterior (quadrature); HDI: shortest interval that holds {PROB:.0%}:"
    yield shared(found).text()
    if "remark" in found.summary.columns:
        yield HEAVY
    yield from (printable(line) for line in in_words(found))

    table = found.table
    yield "\nWhat pooling did to each group:"
    names = {column: HEADS.get(column, column) for column in table.columns}
    yield table.only(range(min(len(table), MOST)), names).text()
    if len(table) > MOST:
        yield f"... the first {MOST} of {len(table)} rows; shrinkage.csv has all of them."
    yield COLUMNS if "shrinkage" in table.columns else COLUMNS.replace(PULL, "")
    yield "\nThe guide of Section 5.8.6 on these data:"
    for sentence in advise(model, found.truth).sentences:
        yield printable(f"- {for_the_command_line(sentence, model)}")
    draws = found.gibbs.chains * found.gibbs.n
    yield f"\nGibbs check: the means of {draws} draws lie within {verdict(found.worst_z)}."
    if "gibbs_ess_bulk" not in found.summary.columns:
        yield ("(Monte Carlo errors by batch means; effective sample sizes and R-hat need ArviZ: "
               "pip install 'gibbspool[all]')")


PULL = " pull: how far it is drawn to the others, 0 to 1;"


def listed(priors):
    """The priors in one line."""
    return ", ".join(f"{name} ~ {prior}" for name, prior in zip(priors.labels, priors["prior"]))


def shared(found):
    """The rows of the summary that are not a group's own."""
    first = len(found.shared)
    last = first + len(found.of_groups)
    chosen = [*range(first), *range(last, len(found.summary))]
    return found.summary.only(chosen, {column: HEADS.get(column, column)
                                       for column in found.summary.columns
                                       if column not in LEFT_OUT})


def in_words(found):
    """The interval of a new group, and how much the estimates differ."""
    yield ""
    for label, _ in found.of_new_group:
        row = found.summary.row(label)
        where = "" if found.card.exchangeable(found.model) else ", its covariates at their means"
        error = (row[HIGH] - row[LOW]) / IN_SDS
        low, high, median = (written(row[name], error) for name in (LOW, HIGH, "median"))
        yield (f"Prediction interval of a new group ({label}{where}): {low} to {high} ({PROB:.0%} "
               f"HDI), median {median}.")
    if found.heterogeneity is not None:
        value = dict(zip(found.heterogeneity.labels, found.heterogeneity["value"]))
        yield from of_heterogeneity(value)
        yield from about_estimates(found.model, value)


def of_heterogeneity(value):
    """Q, I-squared and tau-squared as sentences."""
    Q, freedom = value["Q"], value["degrees_of_freedom"]
    moments = ""
    if freedom:
        p = f"p = {value['p_value']:.2g}" if value["p_value"] > 0 else "p below 1e-300"
        degrees = "degree" if freedom == 1 else "degrees"
        moments = f"{written(value['tau_squared_moments'])} by moments (DerSimonian-Laird); "
        yield (f"Heterogeneity: Cochran's Q {Q:.4g} on {freedom} {degrees} of freedom "
               f"({p}), I-squared {value['I_squared']:.0%}.")
    low, high = value["tau_squared_5.5%"], value["tau_squared_94.5%"]
    end = written(high) if math.isfinite(high) else "infinity"
    yield (f"tau-squared: {moments}posterior median {written(value['tau_squared_median'])}, "
           f"central {PROB:.0%} interval {written(low)} to {end}.")


def about_estimates(model, value):
    """Estimates that lie closer together than their errors allow, or one far from the others."""
    Q, freedom = value["Q"], value["degrees_of_freedom"]
    too_close = chdtr(freedom, Q) if freedom else 1.0
    if too_close < RARE:
        yield ("The estimates lie closer together than their standard errors allow: a Q of "
               f"{Q:.2g} or less has a chance of {too_close:.1g}. Are these standard errors? "
               "Standard deviations belong to --sd with --n, variances to --variance.")
    for label, y, low, high in outliers(model):
        low, high, y = (written(x, (high - low) / IN_SDS) for x in (low, high, y))
        yield (f"Group {label} lies far from what the others predict: fitted without it, they put "
               f"such an estimate between {low} and {high} ({PROB:.0%}), and it is {y}. One such "
               "group widens the spread, so that all are pooled less; check the number, and see "
               "what changes when it is left out.")


def for_the_command_line(text, model):
    """A sentence with options in the place of functions of the package."""
    option = prior_option(model.spread)
    for function, instead in (
            (", or take gp.scaled_priors(model), which scales all priors to the data",
             ", or state none and leave out --section-priors, so that all are scaled to the data"),
            (", or take gp.scaled_priors(model)",
             ", or state none and leave out --section-priors"),
            ("gp.prior_sensitivity", option)):
        text = text.replace(function, instead)
    return text
