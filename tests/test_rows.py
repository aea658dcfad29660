"""Small tables: as text within a width, and as cells of a CSV file."""
import csv
import io
import math

import pytest

from gibbspool.rows import Rows, for_terminal, written


class Terminal(io.StringIO):
    def isatty(self):
        return True


def table(labels, **columns):
    return Rows("group", labels, columns)


def test_columns_that_do_not_fit_follow_in_blocks():
    rows = table(["A", "B"], **{f"column_{k}": [k, -k / 3] for k in range(12)})
    text = rows.text(40, "utf-8")
    assert max(map(len, text.splitlines())) <= 40
    blocks = [block.splitlines() for block in text.split("\n\n")]
    assert all([line.split()[0] for line in block] == ["group", "A", "B"] for block in blocks)
    assert sum((block[0].split()[1:] for block in blocks), []) == list(rows.columns)
    assert "\n\n" not in rows.text(200, "utf-8")


def test_columns_move_closer_before_one_is_left_alone():
    """Three of seven letters: 2 + 3 * 7 and two or one blanks before each."""
    rows = table(["AB"], aaaaaaa=[1], bbbbbbb=[2], ccccccc=[3])
    lengths = {room: list(map(len, rows.only([0]).text(room, "utf-8").splitlines()))
               for room in (32, 31, 29, 28)}
    assert lengths[32] == [32, 32] and lengths[31] == lengths[29] == [29, 29]
    assert len(lengths[28]) == 5


def test_blocks_are_about_equally_wide():
    rows = table(["A"], **{f"column_{k}": [k] for k in range(9)})
    blocks = rows.text(80, "utf-8").split("\n\n")
    assert [len(block.split("\n")[0].split()) - 1 for block in blocks] == [5, 4]


def test_labels_keep_their_length_where_blocks_are_needed_anyhow():
    rows = table(["a label of 20 letters"], **{f"column_{k}": [k] for k in range(12)})
    assert rows.text(50, "utf-8").count("a label of 20 letters") > 1
    fits = table(["a label of 20 letters"], a=[1], b=[2]).text(24, "utf-8")
    assert len(fits.splitlines()) == 2 and "…" in fits  # shortened, for then all is in one


def test_long_labels_are_shortened_and_differ():
    labels = ["x" * 60 + str(k) + "y" * 60 for k in range(3)]
    lines = table(labels, a=[1, 2, 3], b=[4, 5, 6]).text(30, "utf-8").splitlines()
    assert max(map(len, lines)) <= 30
    assert len({line.rsplit(None, 2)[0] for line in lines}) == 4


def test_wide_characters_take_two_columns_and_none_is_lost_in_ascii():
    lines = table(["東京", "Zürich…"], a=[1, 22]).text(80, "utf-8").splitlines()
    assert lines == ["group     a", "東京      1", "Zürich…  22"]
    lines = table(["東", "Zürich…"], a=[1, 2]).text(80, "ascii").splitlines()
    assert [line.split()[0] for line in lines] == ["group", "\\u6771", "Zurich..."]


def test_cells_are_read_back_as_they_were():
    rows = table(["=1+1", "-2"], a=[1 / 3, -4.0], b=[math.inf, None], c=["@x", "-3"])
    found = list(csv.reader(io.StringIO(rows.csv())))
    assert found == [["group", "a", "b", "c"], ["'=1+1", repr(1 / 3), "", "'@x"],
                     ["-2", "-4", "", "-3"]]
    assert float(found[1][1]) == 1 / 3


@pytest.mark.parametrize("x, text", [(math.inf, "does not exist"), (math.nan, "does not exist"),
                                     (None, ""), (1 / 3, "0.3333"), ("word", "word"),
                                     (35123.4, "35123"),
                                     (-1e9 - 2, "-1000000002"), (9999.7, "10000"),
                                     (1e-9, "1e-09"), (2e30, "2e+30")])
def test_cells_are_words_where_there_is_no_number(x, text):
    assert table(["A"], a=[x]).text(80, "utf-8").splitlines()[1][1:].strip() == text


def test_a_part_of_a_table_under_other_names():
    part = table(list("ABC"), a=[1, 2, 3], b=[4, 5, 6]).only([2, 0], {"b": "short"})
    assert part.labels == ["C", "A"] and part.columns == {"short": [6, 4]}


SAID = ("note: a sentence that is far longer than forty columns\n"
        "- another of these sentences, which has a bullet before it\n"
        "      ~ Normal(mean=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])\n"
        "short\n"
        "/a/path/without/blanks/that/is/longer/than/a/line.csv and more")


def test_sentences_are_broken_to_the_width_of_a_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    assert for_terminal(SAID, Terminal()) == (
        "note: a sentence that is far longer than\n      forty columns\n"
        "- another of these sentences, which has\n  a bullet before it\n"
        "      ~ Normal(mean=[1.0, 2.0, 3.0, 4.0,\n        5.0, 6.0])\n"
        "short\n"
        "/a/path/without/blanks/that/is/longer/than/a/line.csv\nand more")


def test_in_a_pipe_a_sentence_stays_in_one_line():
    assert for_terminal(SAID, io.StringIO()) == SAID == for_terminal(SAID)


def test_a_chinese_sentence_takes_two_columns_a_letter(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    assert for_terminal("東京大阪 京都神戸 広島", Terminal()) == "東京大阪 京都神戸\n広島"


def test_digits_follow_the_error_of_a_number():
    assert written(1013.2468) == "1013" and written(1013.2468, 0.048) == "1013.247"
    assert written(2451545.2468, 0.3) == "2451545.25"
    assert written(0.123456789, 1e-5) == "0.123457" and written(-5.4321, 2.0) == "-5.432"
    assert written(1e6, 3e4) == "1000000" and written(3.7e20, 1e19) == "3.7e+20"
    assert written(1013.2468, math.inf) == written(1013.2468, None) == written(1013.2, 0) == "1013"
    rows = Rows("group", ["a", "b"], {"own": [1013.25, 7.0], "se": [0.05, 1.0]},
                {"own": [0.05, None]})
    assert rows.text().split() == ["group", "own", "se", "a", "1013.250", "0.05", "b", "7", "1"]
    assert "1013.250" in rows.only([0], {"own": "mine"}).text()
    assert "1013.250" in rows._repr_html_() and "1013.25," in rows.csv()
