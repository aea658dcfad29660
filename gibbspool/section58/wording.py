"""What the page calls a printed quantity, in words; and reasons without what stands beside them."""
import re

NAMES = (  # how a variable of reported.csv begins, and the words for it; the first that fits
    (r"width of theta_new / width of theta\[(.)\]", r"interval width, new school over \1"),
    (r"theta_hat\[(.)\]", r"estimate of \1 by the formula"),
    (r"theta_new", "effect of a new school"),
    (r"theta\[(.)\]", r"effect of school \1"),
    (r"y_rep\[(.)\]", r"replicates of school \1"),
    (r"y\[(\d)\]", r"events in hospital \1"),
    (r"y\[(.)\]", r"measured effect of school \1"),
    (r"sigma\[(.)\]", r"standard error of school \1"),
    (r"sigma\^2 \+ tau\^2 of (.)", r"variance of \1's effect and error, sigma² + tau²"),
    (r"rank\[(.)\]", r"rank of \1's shrinkage factor"),
    (r"\(1 - B\[(.)\]\) (\d+)", r"part of \1's own \2 in its estimate"),
    (r"B\[(.)\] (\d+)", r"part of the mean \2 in \1's estimate"),
    (r"B\[(.)\], sigma (\d+)", r"shrinkage factor of \1, whose standard error is \2"),
    (r"B\[(.)\]", r"shrinkage factor of \1"),
    (r"n\[(.)\]", r"people asked in region \1"),
    (r"count\[(.), (\w+)\]", r"answers \2 in region \1"),
    (r"pi\[(.), (\w+)\]", r"share of \2 in region \1"),
    (r"pi0\[(\w+)\]", r"baseline share of \1"),
    (r"(exposure|true rate)\[(.)\]", r"\1 of hospital \2"),
    (r"alpha", "concentration alpha"),
    (r"beta", "difference beta of private schools"),
    (r"mu\b", "population mean mu"),
    (r"tau\b", "population sd tau"),
)
STATISTICS = {"warnings": "warnings (ours: share of repeated runs)"}
MADE = re.compile(r"(the printed code with seed \d+) generates [\d.]+")
RUNS = re.compile(r"with ([^;]+?) (\S+ to \S+) in (\d+) runs, median \S+: (?:fits|does not fit)")


def variable_in_words(variable):
    """Such as 'effect of school A' for theta[A]; without words of its own it stands as it is."""
    for name, words in NAMES:
        found = re.match(name, variable)
        if found:
            return found.expand(words) + variable[found.end():]
    return variable


def quantity_in_words(p):
    """A `Printed` number's row: 'effect of school A: HDI from'."""
    label = STATISTICS.get(p.statistic, p.label)
    return ": ".join(filter(None, (variable_in_words(p.variable), label)))


def without_the_exact(reason):
    """A reason without the number that stands beside it already."""
    return RUNS.sub("", MADE.sub(r"by \1", reason)).strip("; ")
