"""What the exercises of the section share."""
from ..exercise import Exercise

SECTION = ("section",)
FIFTY = "with many groups the result is not right: is a number of groups written into it?"


def question(number, function, words):
    """A question in words: no points, and a model answer after a try."""
    return Exercise(number, function, (), None, {}, returns="words", sets=SECTION, points=0.0,
                    words=words)
