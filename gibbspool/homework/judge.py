"""Verdicts from numbers: pure functions, no process, nothing believed that the student's code says.
"""


def calls_for(exercise, seed):
    """The calls to be made of the student's function: a list of `exercise.Call`."""
    raise NotImplementedError


def judge(exercise, calls, answers, found=None, ending=None):
    """The Verdict on the answers (one for each call, None where none came)."""
    raise NotImplementedError
