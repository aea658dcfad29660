"""The tables of a graded class: points of every student; how often each mistake was made."""
from collections import defaultdict

from ..rows import Rows


def grades(graded):
    """A row for every student: points of each exercise, the total, the mistakes.

    Parameters
    ----------
    graded : list of grading.Graded

    Returns
    -------
    Rows
    """
    columns = {name: [one.record["exercises"][k]["score"] for one in graded]
               for k, name in enumerate(names_of(graded))}
    columns["total"] = [one.record["score"] for one in graded]
    columns["mistakes"] = [" ".join(f"{found['name']}:{id}" for found in one.record["exercises"]
                                    for id in found["mistakes"]) for one in graded]
    columns["remark"] = [one.problem for one in graded]
    return Rows("student", [one.handin.student for one in graded], columns)


def names_of(graded):
    """Of the exercises."""
    return [found["name"] for found in graded[0].record["exercises"]]


def counted(graded):
    """{(exercise, mistake): students who made it}, the most frequent first."""
    who = defaultdict(list)
    for one in graded:
        for found in one.record["exercises"]:
            for id in dict.fromkeys(found["mistakes"]):
                who[found["name"], id].append(one.handin.student)
    order = names_of(graded)
    return dict(sorted(who.items(), key=lambda item: (-len(item[1]), order.index(item[0][0]),
                                                      item[0][1])))


def mistakes(graded):
    """A row for every mistake that was made: in which exercise, how often, by whom.

    Returns
    -------
    Rows
    """
    found = counted(graded)
    return Rows("exercise", [exercise for exercise, _ in found],
                {"mistake": [id for _, id in found], "count": [len(who) for who in found.values()],
                 "students": ["; ".join(who) for who in found.values()]})
