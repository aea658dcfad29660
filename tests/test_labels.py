"""Labels as given and as tables carry them; looked up by text, number or place."""
import re
from types import SimpleNamespace

import numpy as np
import pytest

from gibbspool import labels as lib
from gibbspool.labels import Labels, groups_of, labels, position


def refused(error, words):
    return pytest.raises(error, match=f"^{re.escape(words)}$")


def series(index):
    """What a pandas Series is to this file: something with an index."""
    return SimpleNamespace(index=index)


def test_labels():
    assert labels("groups", None, 3) == ("1", "2", "3")
    assert labels("groups", ["A", 2, np.int64(3)], 3) == ("A", "2", "3")
    assert labels("groups", [b"A", ("B", 2)], 2) == ("A", "B, 2")
    with refused(TypeError, "groups is 'ABC'; it must be a list of 3 labels"):
        labels("groups", "ABC", 3)
    with refused(TypeError, "groups is {'A'}; it must be a list of 1 labels"):
        labels("groups", {"A"}, 1)
    with refused(TypeError, "groups has shape (1, 2); it must be a list of 2 labels"):
        labels("groups", np.array([["A", "B"]]), 2)
    with refused(TypeError, "groups[1] is ['B']; a label must be a text or a number"):
        labels("groups", ["A", ["B"]], 2)
    with refused(ValueError, "groups has 2 labels; there are 3 to name"):
        labels("groups", ["A", "B"], 3)
    with refused(ValueError, "groups[2] is '1' a second time; labels must differ"):
        labels("groups", [1, "2", "1"], 3)


@pytest.mark.parametrize("missing", [None, np.nan, np.datetime64("NaT", "D"), np.ma.masked])
def test_missing_labels_are_refused(missing):
    with refused(ValueError, f"groups[1] is missing ({missing}); every one needs a label"):
        labels("groups", ["A", missing], 2)


def test_the_na_of_pandas_is_a_missing_label():
    pd = pytest.importorskip("pandas")
    with refused(ValueError, "groups[0] is missing (<NA>); every one needs a label"):
        labels("groups", [pd.NA, "B"], 2)


@pytest.mark.parametrize("label, place", [("A", 0), ("C", 2), (1, 1), (-1, 2), (np.int64(2), 2)])
def test_position_among_texts(label, place):
    assert position(["A", "B", "C"], label) == place


@pytest.mark.parametrize("label, place", [(1, 0), (3, 2), ("2", 1), (np.int64(2), 1), (2.0, 1)])
def test_a_number_is_a_label_where_labels_are_numbers(label, place):
    assert position(["1", "2", "3"], label) == place


def test_numbers_of_any_kind_are_labels():
    assert position(["0", "1", "-1"], -1) == 2  # and not the last but one
    assert position(["10", "0"], 0) == 1
    assert position(["A", "0"], 0) == 1  # where one of them is a number, all numbers are labels
    assert position(["1.0", "2.0"], 2) == 1 and position(["0.5", "1.5"], 1.5) == 1
    assert position(["True", "False"], False) == 1 and position(["a, 1", "a, 2"], ("a", 2)) == 1


@pytest.mark.parametrize("label", [0, 4, -1, 1.5, True, None])
def test_a_number_that_is_no_label_is_refused_where_labels_are_numbers(label):
    words = (f"{label!r}; the labels are '1', '2', '3', and a number is a label here, not a place")
    with pytest.raises(KeyError) as found:
        position(["1", "2", "3"], label)
    assert found.value.args == (words,)


@pytest.mark.parametrize("label", ["D", 3, -4, 1.0, None, ("A",), True])
def test_position_refuses(label):
    words = f"{label!r}; the labels are 'A', 'B', 'C', the places 0 to 2"
    with pytest.raises(KeyError) as found:
        position(["A", "B", "C"], label)
    assert found.value.args == (words,)


def test_position_among_many_shows_the_first_twenty():
    many = [f"a{i}" for i in range(100)]
    with pytest.raises(KeyError, match="'a19', ..., the places 0 to 99") as found:
        position(many, "x")
    assert "'a20'" not in str(found.value)


def test_the_index_of_the_data_labels_the_groups():
    y = series(["A", "B"])
    assert groups_of(None, 2, y=y, sigma=[1, 2]) == ("A", "B")
    assert groups_of(None, 2, y=[1, 2], sigma=y) == ("A", "B")
    assert groups_of(["A", "B"], 2, y=y) == ("A", "B")
    assert groups_of(None, 2, y=series([0, 1])) == ("1", "2")  # no labels, but places
    assert groups_of(None, 2, y=series([3, 7])) == ("3", "7")
    assert groups_of(["N", "S"], 2, y=series([3, 7])) == ("N", "S")  # rows left of a filter


def test_labels_that_disagree_with_the_index_are_refused():
    with refused(ValueError, "groups[0] is 'B' but 'A' in the index of y; leave groups out, "
                             "or give it in the order of the index of y"):
        groups_of(["B", "A"], 2, y=series(["A", "B"]))
    with refused(ValueError, "groups[0] is '7' but '3' in the index of y; leave groups out, "
                             "or give it in the order of the index of y"):
        groups_of([7, 3], 2, y=series([3, 7]))
    with refused(ValueError, "the index of y[1] is 'A' a second time; labels must differ"):
        groups_of(None, 2, y=series(["A", "A"]))


def test_different_indexes_are_refused():
    lib.same_index(y=series(["A", "B"]), sigma=series(["A", "B"]), x=[1, 2])
    lib.same_index(y=series([1.0, np.nan]), sigma=series([1, None]))
    with refused(ValueError, "y and sigma are Series with different indexes: label 0 is 'A' in y "
                             "and 'B' in sigma; write sigma.reindex(y.index)"):
        groups_of(None, 2, y=series(["A", "B"]), sigma=series(["B", "A"]))
    with refused(ValueError, "y and sigma are Series with different indexes: label 1 is 'B' in y "
                             "and 'C' in sigma; give both the same index, or lists, which are "
                             "paired by place"):
        lib.same_index(y=series(["A", "B"]), sigma=series(["A", "C"]))
    with refused(ValueError, "y and sigma are Series with different indexes: of 2 and of 3 labels; "
                             "they must match"):
        lib.same_index(y=series(["A", "B"]), sigma=series(["A", "B", "C"]))
    with pytest.raises(ValueError, match="^y and groups are Series with different indexes"):
        labelled = SimpleNamespace(index=[1, 0], __iter__=None)
        groups_of(labelled, 2, y=series([0, 1]))


@pytest.mark.parametrize("name", ["school {}", "{}"])
def test_labels_are_read_once_however_many_are_looked_up(name):
    reads = []

    class Counted(Labels):
        def __iter__(self):
            reads.append(1)
            return super().__iter__()

    many = Counted(name.format(i) for i in range(1, 101))
    reads.clear()
    assert [position(many, label) for label in tuple.__iter__(many)] == list(range(100))
    assert position(many, 7) == (6 if name == "{}" else 7)
    assert len(reads) <= 3
