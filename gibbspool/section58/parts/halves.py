"""Statements that consist of several claims, and claims about averages of simulations."""
from collections import namedtuple

import numpy as np

from ..ledger import beside
from ..yardsticks import MARGIN

Claim = namedtuple("Claim", "holds found")
Claim.__doc__ = """One half of a statement: whether it holds, and a sentence with its numbers."""


def halves(ledger, id, *claims):
    """Judge a statement by its claims: it agrees where all hold, in part where some do.

    Parameters
    ----------
    ledger : Ledger
    id : str
    claims : Claim
    """
    holds = [claim.found for claim in claims if claim.holds]
    fails = [claim.found for claim in claims if not claim.holds]
    if holds and fails:
        ledger.in_part(id, " ".join(holds), " ".join(fails))
    else:
        ledger.statement(id, not fails, " ".join(holds or fails))


def sorted_claims(things, holds, said):
    """A Claim on those of which it holds, and one on the others, where there are any.

    Parameters
    ----------
    things : list
    holds : callable
        Whether it holds, of one of them.
    said : callable
        A sentence on several of them.
    """
    claims = []
    for verdict in (True, False):
        those = [one for one in things if bool(holds(one)) == verdict]
        if those:
            claims.append(Claim(verdict, said(those)))
    return claims


def mean_and_error(x):
    """The mean of independent values, and its Monte Carlo standard error."""
    x = np.asarray(x, dtype=float)
    return float(x.mean()), float(x.std(ddof=1) / np.sqrt(len(x)))


def margin(value, se, line):
    """How many standard errors a simulated value lies above a line, or below it (negative)."""
    return (value - line) / se if se else np.copysign(np.inf, value - line)


def below(x, line, words, unit=""):
    """A Claim that the mean of independent simulated values lies below a line, by five standard
    errors.
    """
    value, se = mean_and_error(x)
    return Claim(margin(value, se, line) < -MARGIN, f"{words}: {beside(value, se, line, unit)}.")
