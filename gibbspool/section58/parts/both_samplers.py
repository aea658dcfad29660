"""Statements that recorded runs decide: the section's sampler may have been either of two, so each
is asked.
"""
from ..nuts_runs import SAMPLERS
from .halves import Claim, halves


def claims(found, before=""):
    """A Claim where the samplers agree, two where they do not.

    Parameters
    ----------
    found : callable
        Given a key of SAMPLERS: whether the statement holds by its runs, and the numbers found, in
        words.
    before : str
        What is claimed; words before those of the samplers.
    """
    answers = {sampler: found(sampler) for sampler in SAMPLERS}
    said = []
    for verdict in (True, False):
        words = [f"with {SAMPLERS[sampler]} {numbers}" for sampler, (holds, numbers)
                 in answers.items() if bool(holds) == verdict]
        if words:
            text = f"{before}{'; '.join(words)}."
            said.append(Claim(verdict, text[0].upper() + text[1:]))
    return said


def asked_of_both(ledger, id, found):
    """Judge a statement by both records: it agrees where it holds by both, in part by one."""
    halves(ledger, id, *claims(found))
