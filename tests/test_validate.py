"""What each check lets pass, and what it refuses with which words."""
import datetime
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from gibbspool import validate

ONLY = "it must hold numbers only"
REAL = f"{ONLY}, and real ones: take .real if the imaginary part means nothing"
NOT_BOOL = f"{ONLY}, and True and False are none: write 1 and 0 if you mean them"
AS_TEXT = f"{ONLY}, not numbers written as text"
NO_DATE = f"{ONLY}, not dates or durations: write days, or years, since some day"


def refused(error, words):
    return pytest.raises(error, match=f"^{re.escape(words)}$")


@pytest.mark.parametrize("values, options, shape", [
    ([1, 2.5, -3], {}, (3,)), ((2, 0), {}, (2,)), (np.arange(3), {"nonnegative": True}, (3,)),
    (4, {"ndim": 0}, ()), ([[1, 2], [3, 4]], {"ndim": 2, "positive": True}, (2, 2)),
    ([1e100, 1e-100], {"positive": True}, (2,)), ([0, 7.0], {"whole": True}, (2,)),
    ([-1e100], {}, (1,)), ([0.0], {"nonnegative": True}, (1,)),
    (np.ma.array([1, 2], mask=[0, 0]), {}, (2,)), ([Decimal("1.5"), Fraction(1, 2)], {}, (2,)),
    ([np.array(1.0), np.float32(2), np.int8(3)], {}, (3,)),
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
    (1j, {"ndim": 0}, f"y is 1j; {REAL}"),
    (np.array([0, 1j]), {}, f"y[0] is 0j; {REAL}"),
    ([1, np.complex64(2)], {}, f"y[1] is (2+0j); {REAL}"),
    ([1, True], {}, f"y[1] is True; {NOT_BOOL}"),
    (np.array([True, False]), {}, f"y[0] is True; {NOT_BOOL}"),
    (["1", "2"], {}, f"y[0] is '1'; {AS_TEXT}"),
    (np.array([b"1"]), {}, f"y[0] is b'1'; {AS_TEXT}"),
    (b"12", {}, f"y is b'12'; {AS_TEXT}"),
    (bytearray(b"12"), {}, f"y is bytearray(b'12'); {ONLY}"),
    (np.array(["2020-01-01"], "M8[D]"), {}, f"y[0] is '2020-01-01'; {NO_DATE}"),
    ([1, np.timedelta64(3, "D")], {}, f"y[1] is '3 days'; {NO_DATE}"),
    (np.array([3], "m8[D]"), {}, f"y[0] is '3 days'; {NO_DATE}"),
    ([datetime.date(2020, 1, 1)], {}, f"y[0] is datetime.date(2020, 1, 1); {NO_DATE}"),
    ({1}, {}, f"y is {{1}}; {ONLY}"), ({"A": 1}, {}, f"y is {{'A': 1}}; {ONLY}"),
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
    ([1, None], {}, "y[1] is missing (None); leave it out, or fill it in"),
    ([1, np.datetime64("NaT", "D")], {}, "y[1] is missing (NaT); leave it out, or fill it in"),
    (np.ma.array([1, 2], mask=[0, 1]), {}, "y[1] is masked; leave it out, or fill it in"),
    (np.ma.masked, {"ndim": 0}, "y is masked; leave it out, or fill it in"),
    ([10**400], {}, "y has a number beyond 1e308; it must be below 1e+100 in size; choose another "
                    "unit"),
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
    with refused(ValueError, "form is 'Centered'; it must be one of 'centred', 'collapsed'; did "
                             "you mean centred?"):
        validate.one_of("form", "Centered", ("centred", "collapsed"))
    with refused(ValueError, "form is ['centred']; it must be one of 'centred', 'collapsed'"):
        validate.one_of("form", ["centred"], ("centred", "collapsed"))


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
