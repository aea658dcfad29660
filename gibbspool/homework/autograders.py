"""A student's record as the autograders of Gradescope and PrairieLearn want it."""
import json

from . import text


def as_json(content):
    """As the bytes of a file."""
    return (json.dumps(content, indent=1, allow_nan=False) + "\n").encode("utf-8")


def explained(judged):
    """What the student reads on one exercise."""
    return "\n".join(text.sentences(judged))


def summary(graded):
    """One sentence on all exercises."""
    return graded.problem or text.total([one.verdict for one in graded.judged])


def gradescope(graded):
    """results.json of Gradescope.

    Parameters
    ----------
    graded : grading.Graded

    Returns
    -------
    dict
        "score", "execution_time", "output", "visibility", "stdout_visibility", "extra_data",
        "tests", "leaderboard".
    """
    return {"score": graded.record["score"],
            "execution_time": round(sum(one.seconds for one in graded.judged), 2),
            "output": summary(graded),
            "visibility": "visible", "stdout_visibility": "hidden",
            "extra_data": {"seed": graded.record["seed"], "sha256": graded.record["sha256"],
                           "gibbspool": graded.record["gibbspool"], "imports": graded.imports},
            "tests": [gradescope_test(one, found)
                      for one, found in zip(graded.judged, graded.record["exercises"])],
            "leaderboard": []}


def gradescope_test(judged, found):
    """One of its tests."""
    return {"name": f"{found['number']} {found['name']}", "number": found["number"],
            "score": found["score"], "max_score": found["max_score"],
            "status": "passed" if found["verdict"] == "right" else "failed",
            "output": explained(judged), "tags": found["mistakes"], "visibility": "visible"}


def prairielearn(graded):
    """results.json of PrairieLearn.

    Returns
    -------
    dict
        "gradable", "succeeded", "score" (0 to 1), "max_points", "tests", "output".
    """
    most = graded.record["max_score"]
    return {"gradable": graded.handin.source is not None, "succeeded": True,
            "score": round(graded.record["score"] / most, 6) if most else 0.0, "max_points": most,
            "tests": [{"name": f"{found['number']} {found['name']}", "points": found["score"],
                       "max_points": found["max_score"], "message": explained(judged)}
                      for judged, found in zip(graded.judged, graded.record["exercises"])],
            "output": summary(graded)}
