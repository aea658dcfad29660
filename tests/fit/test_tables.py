import numpy as np
import pytest

from gibbspool.fit.tables import Table


@pytest.fixture
def write(tmp_path):
    def make(text, encoding="utf-8"):
        path = tmp_path / "own.csv"
        path.write_bytes(text.encode(encoding))
        return Table(path)
    return make


def test_reads_columns(write):
    table = write("school, effect ,se\nA,28,15\n\nB,-8.5,1e1\n")
    assert table.columns == ["school", "effect", "se"] and len(table) == 2
    assert table.numbers("effect").tolist() == [28, -8.5] and table.text("school") == ["A", "B"]


@pytest.mark.parametrize("text", ["a;b\n1;2\n", "a\tb\n1\t2\n", "\ufeffa,b\r\n1,2\r\n",
                                  '"a","b"\n"1","2"\n'])
def test_takes_what_spreadsheets_write(write, text):
    assert np.array_equal(write(text).numbers("b"), [2])


@pytest.mark.parametrize("text, words", [
    ("", "no rows below its header"), ("a,b\n", "no rows below its header"),
    ("a,a\n1,2\n", "column 'a' stands in the header more than once"),
    ("a,b\n1,2\n3\n", "line 3: 1 cells, but the header has 2")])
def test_tables_that_are_none_are_refused(write, text, words):
    with pytest.raises(ValueError, match=words):
        write(text)


@pytest.mark.parametrize("cell, options, words", [
    ("x", {}, "row 2 .line 3., column 'b': 'x' is not a number"),
    ("", {}, "row 2 .*the cell is empty"),
    ("nan", {}, "'nan' stands for a missing value"), ("inf", {}, "'inf' is not a finite number"),
    ("1e999", {}, "'1e999' is not a finite number"), ("0", {"positive": True}, "0 must be > 0"),
    ("-1", {"nonnegative": True}, "-1 must be >= 0"),
    ("1.5", {"whole": True}, "1.5 must be a whole number")])
def test_bad_cells_are_named(write, cell, options, words):
    table = write(f"a,b\nP,1\nQ,{cell}\n")
    with pytest.raises(ValueError, match=words):
        table.numbers("b", **options)


def test_unknown_columns_are_named(write):
    with pytest.raises(ValueError, match="no column 'Y'; it has 'g', 'y'; did you mean 'y'?"):
        write("g,y\nA,1\nB,2\nA,3\n").text("Y")


def test_empty_columns_and_cells_beyond_the_header_are_left_out(write):
    """As spreadsheets write them; a column without a name but with cells harms nobody."""
    table = write("g,y,,\nA,1,,\nB,2,,\n,,,\n")
    assert table.columns == ["g", "y"] and table.numbers("y").tolist() == [1, 2]
    assert write(",y,\n1,5,x\n2,6,x\n").numbers("y").tolist() == [5, 6]
    assert write("g,y\nA,1,\nB,2\n").numbers("y").tolist() == [1, 2]
    with pytest.raises(ValueError, match="line 3: 3 cells, but the header has 2; a comma inside"):
        write("g,y\nA,1\nB,1,234\n")
