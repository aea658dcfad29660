"""One judged file as plain data: what JSON, tables and pages are made of."""
import hashlib
import platform

import numpy

from .. import __version__


def of_file(file, source, judged, seed):
    """The record of one hand-in.

    Parameters
    ----------
    file : str
    source : bytes or None
        None: there was no file.
    judged : list of checking.Judged
    seed : int or "practice"

    Returns
    -------
    dict
        "version", "gibbspool", "numpy", "python", "seed", "file", "sha256", "score", "max_score",
        "exercises".
    """
    return {"version": 1, "gibbspool": __version__, "numpy": numpy.__version__,
            "python": platform.python_version(), "seed": seed, "file": file,
            "sha256": hashlib.sha256(source).hexdigest() if source is not None else None,
            "score": rounded(sum(one.verdict.score for one in judged)),
            "max_score": rounded(sum(one.verdict.max_score for one in judged)),
            "exercises": [exercise(one) for one in judged]}


def exercise(judged):
    """The record of one exercise."""
    found = judged.as_json()
    return {**found, "score": rounded(found["score"]), "max_score": rounded(found["max_score"])}


def rounded(number):
    """Points to a hundredth of a hundredth: sums come out even."""
    return round(number, 4) + 0.0
