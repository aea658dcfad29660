"""Yardsticks: what the section's words are taken to mean, the same wherever they stand.

A statement in words is judged by a criterion, written beside it (`criterion` in reported.csv).
Some criteria were sharpened, after objections by readers, when their numbers were known. These are
the lines that criteria share:

- "the larger ..., the ...", of named groups: their rank correlation is exactly 1. Where only the
  trend is as claimed, a rank correlation of at least a half, it agrees in part (`monotone`);
- "best", "first", "better", "worse": ahead of every named other, or behind it, by however little;
- "barely", "hardly", "little", "closely", "negligible": by less than a tenth;
- "about", "roughly", "nearly", "approximately" a number, "near" or "close to" it, "recovers" it:
  within a tenth of it, on the data that the section prints or makes; so are the printed numbers
  judged that stand behind such a word (`Ledger.about`);
- "small", "modest" or not "sharp", of a difference with a standard error: less than two of them;
- "much", "far", "substantially" more or less: at least one and a half times;
- "mainly", "largely": more than half; "almost all": at least nine tenths. A group is pulled
  "strongly" or "substantially" by more than half of the way to the mean, "weakly" or "barely" by
  less than a tenth of it;
- "wide", "narrow": beside a named other, wider or narrower than it;
- "typically", "usually", "rarely": in more than half of the cases (rarely: in less);
- "can": in some of what is tried;
- "always", "never", "none", "eliminates": in every case;
- what is claimed of averages and simulated holds where it does so by five standard errors, a share
  of simulated data sets too; a share of the recorded runs needs no such margin.

A statement agrees in part where it claims several things, or is said of several things that its
words or its criterion name (priors, data sets, designs, samplers), and some hold while others do
not. A share of groups, runs or data sets is no such half: "each", "every" or "all" of several
things is one claim, which differs if one of them fails.

What one run of the section's sampler says, printed or claimed, is asked of recorded runs of its
model by PyMC, where these hold the quantity (not the draws: of these our own samplers are asked),
twenty with nutpie and twenty with PyMC's own NUTS: which of the two the section used
cannot be known. It agrees if it holds by both samplers' runs, differs if by neither, and agrees in
part if by one. A printed number fits a sampler's runs if it lies among them, or beyond the
outermost one by no more than that lies beyond the next (`Ledger.recorded`).
"""
import numpy as np
from scipy.stats import rankdata

from .numbers import plain

BARELY = 0.10
ABOUT = 0.10
MUCH = 1.5
MAINLY = 0.5
ALMOST_ALL = 0.9
TREND = 0.5  # a rank correlation
TYPICALLY = 0.5
MARGIN = 5.0  # standard errors of a simulation
MODEST = 2.0  # of a difference


def about(value, said):
    """Whether a value is "about" a number: within a tenth of it."""
    return abs(value - said) <= ABOUT * abs(said)


def rank_correlation(x, y):
    """Spearman's, ties with their mean rank; exactly 1 where the orders are the same.

    A claim about "the larger ..." says nothing of groups that are equal in x: these are compared as
    one, by the mean of their y.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    levels = np.unique(x)
    means = np.array([y[x == level].mean() for level in levels])
    ranks = rankdata(levels), rankdata(means)
    if all(np.array_equal(rank, ranks[0]) for rank in ranks):
        return 1.0
    return float(np.corrcoef(*ranks)[0, 1])


def monotone(ledger, id, x, y, found):
    """Judge "the larger x, the larger y": agrees at a rank correlation of 1, in part with a trend.

    Parameters
    ----------
    ledger : Ledger
    id : str
    x, y : array
        Of the named groups.
    found : str
        The numbers, in words.
    """
    rank = rank_correlation(x, y)
    if TREND <= rank < 1:
        ledger.in_part(id, f"the trend is as claimed, with a rank correlation of {rank:.2f}.",
                       f"The order is not the same throughout: {found}.")
    else:
        ledger.statement(id, rank == 1, f"{found}; rank correlation {plain(rank, 2)}")
