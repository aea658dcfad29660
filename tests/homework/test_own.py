"""An instructor's own exercise: some twenty lines, judged like those of the lab."""
import numpy as np
import pytest

from gibbspool.homework.judge import judged
from gibbspool.homework.own import own_exercise


def coin_given(heads, tosses, a, b):
    """Conditional of a coin's probability of heads: the two numbers of its Beta.

    heads, tosses : whole numbers; a, b : floats, the prior's numbers
    Returns two floats.
    """
    return a + heads, b + tosses - heads


def coin(**changes):
    return own_exercise(coin_given, **{
        "returns": ("a", "b"),
        "probe": lambda rng: {"heads": int(rng.integers(1, 9)), "tosses": int(rng.integers(9, 30)),
                              "a": rng.uniform(2, 5), "b": rng.uniform(2, 5)},
        "smallest": {"heads": 1, "tosses": 4, "a": 2.0, "b": 3.0},
        "wrong": {"D1": (lambda heads, tosses, a, b: (a + heads, b + tosses),
                         "your b counts all tosses: the heads are in a already"),
                  "D2": [(lambda heads, tosses, a, b: (b + heads, a + tosses - heads),
                          "the prior's numbers are exchanged")]},
        "edges": {"without a toss the prior must come back": {"heads": 0, "tosses": 0, "a": 2.5,
                                                              "b": 3.5}}, **changes})


def test_it_is_judged():
    exercise = coin()
    assert judged(exercise, coin_given, 1).score == 10
    found = judged(exercise, lambda heads, tosses, a, b: (a + heads, b + tosses), 1)
    assert found.mistakes == ("D1",) and "Your a is right." in found.remark
    found = judged(exercise, lambda heads, tosses, a, b: (b + heads, a + tosses - heads), 1)
    assert found.mistakes == ("D2",)
    found = judged(exercise, lambda heads, tosses, a, b: (b + heads, b + tosses), 1)
    assert set(found.mistakes) == {"D1", "D2"}  # part by part

    def divides(heads, tosses, a, b):
        return a + heads * tosses / tosses, b + tosses - heads

    found = judged(exercise, divides, 1)
    assert found.verdict == "right" and "without a toss" in found.remark and found.score == 9
    assert exercise.arguments == ("heads", "tosses", "a", "b")
    assert exercise.task.startswith("Conditional of a coin") and '"""' not in exercise.solution


def nothing_to_read(heads, tosses, a, b):
    return a, b


def test_what_cannot_be_judged_is_refused():
    with pytest.raises(ValueError, match="has no docstring"):
        own_exercise(nothing_to_read, probe=None, smallest={})
    with pytest.raises(ValueError, match="'same' gives the right numbers"):
        coin(wrong={"same": (coin_given, "never")})
    with pytest.raises(ValueError, match="3 things are wanted"):
        coin(returns=("a", "b", "c"))
    with pytest.raises(ValueError, match="does not run on a probe: TypeError"):
        coin(smallest={"heads": np.array([1])})
