"""What each check lets pass, and what it refuses with which words."""
import re

import numpy as np
import pytest

from gibbspool import validate


def refused(error, words):
    return pytest.raises(error, match=f"^{re.escape(words)}$")


@pytest.mark.parametrize("values, options, shape", [
    ([1, 2.5, -3], {}, (3,)), ((True, 0), {}, (2,)), (np.arange(3), {"nonnegative": True}, (3,)),
    (4, {"ndim": 0}, ()), ([[1, 2], [3, 4]], {"ndim": 2, "positive": True}, (2, 2)),
    ([1e100, 1e-100], {"positive": True}, (2,)), ([0, 7.0], {"whole": True}, (2,)),
    ([-1e100], {}, (1,)), ([0.0], {"nonnegative": True}, (1,)),
])
def test_array_passes(values, options, shape):
    found = validate.array("y", values, **options)
    assert found.dtype == float and found.shape == shape and np.array_equal(found, values)


def test_array_is_a_copy():
    mine = np.ones(3)
    found = validate.array("y", mine)
    mine[0] = 9
    assert found[0] == 1


@pytest.mark.parametrize("values, options, words", [
    (None, {}, "y is None; it must hold numbers only"),
    ("abc", {}, "y is 'abc'; it must hold numbers only"),
    ([1, "x", 3], {}, "y[1] is 'x'; it must hold numbers only"),
    ([1, [2]], {}, "y has rows of different lengths; it must hold numbers only"),
    ([[1, 2], [3, "x"]], {"ndim": 2}, "y[1, 1] is 'x'; it must hold numbers only"),
    ([[1, 2], [3]], {"ndim": 2}, "y has rows of different lengths; it must hold numbers only"),
    (1j, {"ndim": 0}, "y is 1j; it must hold numbers only"),
])
def test_array_refuses_what_is_no_number(values, options, words):
    with refused(TypeError, words):
        validate.array("y", values, **options)


@pytest.mark.parametrize("values, options, words", [
    (5, {}, "y has shape (); it must be a list of numbers"),
    ([[1]], {}, "y has shape (1, 1); it must be a list of numbers"),
    ([1], {"ndim": 0}, "y has shape (1,); it must be a single number"),
    ([1], {"ndim": 2}, "y has shape (1,); it must be a table (rows x columns)"),
    ([], {}, "y is empty"),
    ([1, np.nan], {}, "y[1] is nan; it must be a finite number"),
    ([1, None], {}, "y[1] is nan; it must be a finite number"),
    ([[1, 2], [np.inf, 3]], {"ndim": 2}, "y[1, 0] is inf; it must be a finite number"),
    (np.nan, {"ndim": 0}, "y is nan; it must be a finite number"),
    ([2e100], {}, "y[0] is 2e+100; it must be below 1e+100 in size; choose another unit"),
    ([-2e100], {}, "y[0] is -2e+100; it must be below 1e+100 in size; choose another unit"),
    ([1, 0], {"positive": True}, "y[1] is 0; it must be > 0"),
    ([1e-101], {"positive": True}, "y[0] is 1e-101; it must be at least 1e-100; choose another "
                                   "unit"),
    ([3, -1], {"nonnegative": True}, "y[1] is -1; it must be >= 0"),
    ([3, 1.5], {"whole": True}, "y[1] is 1.5; it must be a whole number"),
])
def test_array_refuses_what_is_out_of_range(values, options, words):
    with refused(ValueError, words):
        validate.array("y", values, **options)


def test_same_length():
    validate.same_length(y=[1, 2], sigma=[3, 4], n=(5, 6))
    with refused(ValueError, "n has 3 elements but y has 2; they must match"):
        validate.same_length(y=[1, 2], sigma=[3, 4], n=[5, 6, 7])


def test_at_least_two_groups():
    validate.at_least_two_groups(2)
    with refused(ValueError, "the data have 1 group; a hierarchical model needs at least 2 groups"):
        validate.at_least_two_groups(1)
    with refused(ValueError, "the data have 0 region; a hierarchical model needs at least 2 "
                             "regions"):
        validate.at_least_two_groups(0, "regions")


def test_labels():
    assert validate.labels("groups", None, 3) == ("1", "2", "3")
    assert validate.labels("groups", ["A", 2, np.int64(3)], 3) == ("A", "2", "3")
    with refused(TypeError, "groups is 'ABC'; it must be a list of 3 labels"):
        validate.labels("groups", "ABC", 3)
    with refused(ValueError, "groups has 2 labels; there are 3 to name"):
        validate.labels("groups", ["A", "B"], 3)
    with refused(ValueError, "groups[2] is '1' a second time; labels must differ"):
        validate.labels("groups", [1, "2", "1"], 3)


@pytest.mark.parametrize("value", [3, np.int32(3)])
def test_whole_number_passes(value):
    found = validate.whole_number("draws", value, 3)
    assert found == 3 and type(found) is int


@pytest.mark.parametrize("value, error, words", [
    (2, ValueError, "draws is 2; it must be >= 3"),
    (3.0, TypeError, "draws is 3.0; it must be a whole number >= 3"),
    (True, TypeError, "draws is True; it must be a whole number >= 3"),
    ("5", TypeError, "draws is '5'; it must be a whole number >= 3"),
    (None, TypeError, "draws is None; it must be a whole number >= 3"),
])
def test_whole_number_refuses(value, error, words):
    with refused(error, words):
        validate.whole_number("draws", value, 3)


def test_probability():
    assert validate.probability("prob", 0.89) == 0.89
    for value, words in ((0, "0"), (1, "1"), (-0.1, "-0.1"), (89, "89")):
        with refused(ValueError, f"prob is {words}; it must lie between 0 and 1"):
            validate.probability("prob", value)
    with refused(TypeError, "prob is 'high'; it must hold numbers only"):
        validate.probability("prob", "high")
    with refused(ValueError, "prob is nan; it must be a finite number"):
        validate.probability("prob", np.nan)


def test_one_of():
    assert validate.one_of("form", "centred", ("centred", "collapsed")) == "centred"
    with refused(ValueError, "form is 'x'; it must be one of 'centred', 'collapsed'"):
        validate.one_of("form", "x", ("centred", "collapsed"))


def test_generator():
    mine = np.random.default_rng(4)
    assert validate.generator(mine) is mine
    assert validate.generator(4).random() == np.random.default_rng(4).random()
    sequence = np.random.SeedSequence(4)
    assert validate.generator(sequence).random() == np.random.default_rng(4).random()
    assert validate.generator(None).random() != validate.generator(None).random()
    with refused(ValueError, "seed is -1; it must be >= 0"):
        validate.generator(-1)
    with refused(TypeError, "seed is 1.5; it must be a whole number >= 0"):
        validate.generator(1.5)


@pytest.mark.parametrize("label, place", [("A", 0), ("C", 2), (1, 1), (-1, 2), (np.int64(2), 2),
                                          ("0", 3)])
def test_position(label, place):
    labels = ["A", "B", "C", "0"] if label == "0" else ["A", "B", "C"]
    assert validate.position(labels, label) == place


@pytest.mark.parametrize("label", ["D", 3, -4, 1.0, None, ("A",)])
def test_position_refuses(label):
    words = f"{label!r}; the labels are 'A', 'B', 'C', the places 0 to 2"
    with pytest.raises(KeyError) as found:
        validate.position(["A", "B", "C"], label)
    assert found.value.args == (words,)


def test_position_among_many_shows_the_first_twenty():
    with pytest.raises(KeyError, match="'19', the places 0 to 99") as found:
        validate.position(list(map(str, range(100))), "x")
    assert "'20'" not in str(found.value)
