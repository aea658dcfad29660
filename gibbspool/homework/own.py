"""An exercise of your own, from its probes, the right function and wrong ones by name.

    def right(heads, tosses, a, b):
        \"\"\"Conditional of a coin's probability of heads: the two numbers of its Beta.

        heads, tosses : whole numbers; a, b : the prior's numbers
        Returns two floats.
        \"\"\"
        return a + heads, b + tosses - heads

    coin = own_exercise(
        right, returns=("a", "b"),
        probe=lambda rng: {"heads": int(rng.integers(0, 9)), "tosses": int(rng.integers(9, 30)),
                           "a": rng.uniform(2, 5), "b": rng.uniform(2, 5)},
        smallest={"heads": 1, "tosses": 4, "a": 2.0, "b": 3.0},
        wrong={"D1": (lambda heads, tosses, a, b: (a + heads, b + tosses),
                      "your second number counts all tosses: the heads are in the first already")})

    judged(coin, some_function, seed=1)
"""
from .bank import run
from .exercise import Edge, Exercise, Mistake, Part, Valid
from .parts import NotAsAsked, split


def own_exercise(right, *, probe, smallest, returns=None, wrong=None, valid=None, edges=None,
                 number="own", hint="", points=10.0, sets=()):
    """An exercise that `judge` takes like those of the lab.

    Parameters
    ----------
    right : callable
        Its name, arguments and docstring are the stub's; its source is the model answer.
    probe : callable
        ``probe(rng)`` gives a dictionary of arguments in general position: floats, whole numbers,
        arrays, dictionaries of these, `exercise.Function`, `exercise.Script`.
    smallest : dict
        Arguments of small whole numbers, to be shown where an answer is wrong.
    returns : tuple of str, optional
        Names of the things that a tuple holds, where one is returned.
    wrong : dict, optional
        id -> (function, sentence), or a list of such pairs: mistakes, each with what the student
        reads.
    valid : dict, optional
        name -> function: other right ways that give other numbers.
    edges : dict, optional
        sentence -> arguments: extreme inputs, and the remark where a right answer fails there.
    number, hint, points, sets
        As in `exercise.Exercise`.

    Returns
    -------
    Exercise

    Raises
    ------
    ValueError
        The right function has no docstring, does not run on a probe or does not return what
        `returns` says; or a wrong one gives the right numbers.
    """
    if not right.__doc__:
        raise ValueError(f"{right.__name__} has no docstring: it is what the student reads")
    parts = tuple(map(Part, returns)) if returns else (Part("value"),)
    mistakes = tuple(Mistake(id, say, wrong=function) for id, found in (wrong or {}).items()
                     for function, say in (found if isinstance(found, list) else [found]))
    exercise = Exercise(
        number, right, parts, probe, smallest, returns="tuple" if returns else "value",
        mistakes=mistakes, valid=tuple(Valid(name, way) for name, way in (valid or {}).items()),
        edges=tuple(Edge(say, arguments, say) for say, arguments in (edges or {}).items()),
        hint=hint, points=points, sets=tuple(sets))
    refuse_what_cannot_be_judged(exercise)
    return exercise


def refuse_what_cannot_be_judged(exercise):
    """Run the right function once, and every wrong one on some probes."""
    from .judge import calls_for
    calls = [call for call in calls_for(exercise, 0) if call.purpose in ("smallest", "probe")]
    for call in calls:
        try:
            value = exercise.right(**call.arguments)
            split(exercise, value)
        except NotAsAsked as problem:
            raise ValueError(f"{exercise.name}: {problem}") from None
        except Exception as problem:
            raise ValueError(f"{exercise.name} does not run on a probe: "
                             f"{type(problem).__name__}: {problem}") from None
    rights = [run(exercise, exercise.right, call.arguments) for call in calls]
    for mistake in exercise.mistakes:
        wrongs = [run(exercise, mistake.wrong, call.arguments) for call in calls]
        if all(same(one, other) for one, other in zip(wrongs, rights)):
            raise ValueError(f"the wrong function {mistake.id!r} gives the right numbers on every "
                             "probe")


def same(one, other):
    return one is not None and all(
        a.shape == b.shape and abs(a - b).max(initial=0) <= 1e-9 * abs(b).max(initial=0)
        for a, b in zip(one, other))
