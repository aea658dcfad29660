"""Statements that recorded runs decide: the section's sampler may have been either of two, so each
is asked.
"""
from ..nuts_runs import SAMPLERS
from .halves import halves, sorted_claims


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

    def said(those):
        words = [f"with {SAMPLERS[sampler]} {answers[sampler][1]}" for sampler in those]
        text = f"{before}{'; '.join(words)}."
        return text[0].upper() + text[1:]

    return sorted_claims(answers, lambda sampler: answers[sampler][0], said)


def asked_of_both(ledger, id, found):
    """Judge a statement by both records: it agrees where it holds by both, in part by one."""
    halves(ledger, id, *claims(found))
