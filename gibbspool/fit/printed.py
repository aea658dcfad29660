"""What `gibbspool fit` prints of what it found, in lines that the terminal can show."""
import math

from ..guide.advice import advise
from ..rows import written
from ..terminal import printable
from .found import HIGH, IN_SDS, LOW, PROB, verdict

MOST = 100  # rows of the groups' table that are printed; the file has all

HEADS = {"shrinkage": "pull", "estimate": "own", LOW: "HDI low", HIGH: "HDI high"}
LEFT_OUT = ("gibbs_ess_bulk", "gibbs_error", "remark")  # of the summary; the file has them

HEAVY = ("A moment that does not exist: under these priors the posterior's tail is too heavy for "
         "it. The median and the interval stand.")
COLUMNS = ("own: the group's own estimate; pull: how far it is drawn to the others, 0 to 1; "
           "weight: its share in the mean of mu, an average over the posterior of the spread; "
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
    yield printable(f"\nThe guide of Section 5.8.6 on these data:\n{advise(model, found.truth)}")
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
        yield from of_heterogeneity(dict(zip(found.heterogeneity.labels,
                                             found.heterogeneity["value"])))


def of_heterogeneity(value):
    """Q, I-squared and tau-squared as sentences."""
    Q, freedom = value["Q"], value["degrees_of_freedom"]
    moments = ""
    if freedom:
        degrees = "degree" if freedom == 1 else "degrees"
        moments = f"{written(value['tau_squared_moments'])} by moments (DerSimonian-Laird); "
        yield (f"Heterogeneity: Cochran's Q {Q:.4g} on {freedom} {degrees} of freedom (p = "
               f"{value['p_value']:.2g}), I-squared {value['I_squared']:.0%}.")
    low, high = value["tau_squared_5.5%"], value["tau_squared_94.5%"]
    end = written(high) if math.isfinite(high) else "infinity"
    yield (f"tau-squared: {moments}posterior median {written(value['tau_squared_median'])}, "
           f"central {PROB:.0%} interval {written(low)} to {end}.")
