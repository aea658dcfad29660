"""A mistake of the bank as a function: to run it, and to see what it does to the draws."""
import inspect

from .bank import Candidate
from .exercises import EXERCISES


def planted(exercise, mistake, variant=""):
    """The function of an exercise with one mistake of its bank made in it.

    ::

        step = planted("metropolis_positive", "M5")  # the change of variable is missing
        x = step(log_p=log_p, x=1.0, scale=1.0, z=0.3, u=0.6)

    Parameters
    ----------
    exercise : str
        Its name, such as ``"metropolis_positive"``.
    mistake : str
        The mistake's id in the catalogue, such as ``"M5"``.
    variant : str
        Which of several formulas of the same mistake.

    Returns
    -------
    callable
        With the arguments of the exercise's function. Its docstring is the remark that a student
        gets who makes the mistake.

    Raises
    ------
    ValueError
        There is no such exercise, or it has no such mistake.
    """
    if exercise not in EXERCISES:
        raise ValueError(f"exercise is {exercise!r}; it must be one of {', '.join(EXERCISES)}")
    exercise = EXERCISES[exercise]
    found = [one for one in exercise.mistakes if (one.id, one.variant) == (mistake, variant)]
    if not found:
        known = ", ".join(f"{one.id!r}" + (f" with variant={one.variant!r}" if one.variant else "")
                          for one in exercise.mistakes)
        asked = f"{mistake!r}" + (f" with variant={variant!r}" if variant else "")
        raise ValueError(f"mistake is {asked}; {exercise.name} has {known or 'none'}")
    formula = Candidate(exercise, (found[0],)).function
    signature = inspect.signature(exercise.right)

    def wrong(*values, **named):
        return formula(**signature.bind(*values, **named).arguments)

    wrong.__name__, wrong.__signature__ = exercise.name, signature
    wrong.__doc__ = found[0].say
    return wrong
