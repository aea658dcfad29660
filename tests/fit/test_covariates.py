"""Covariates from a table: numbers, text as indicators, and what nobody could tell apart."""
import numpy as np
import pytest

from gibbspool.fit.options import listed

NORMAL = ["--model", "normal", "--estimate", "y", "--se", "s", "--group", "g", "--covariates"]
TEXT = ("g,y,s,region,size\nA,1,1,South,3\nB,2,1,North,1\nC,3,2,West,4\nD,2,1,South,1.5\n"
        "E,0,1,North,2\nF,5,2,South,2\n")


def test_text_becomes_indicators_against_a_reference_level(fitted):
    model, notes = fitted(TEXT, [*NORMAL, "region,size"])
    assert model.covariates == ("region=South", "region=West", "size")
    x = np.array([[1, 0, 3], [0, 0, 1], [0, 1, 4], [1, 0, 1.5], [0, 0, 2], [1, 0, 2]])
    assert model.x == pytest.approx(x - x.mean(axis=0))
    assert len(notes) == 1 and ("the covariate 'region' is text and becomes region=South, "
                                "region=West: each effect is the difference from the reference "
                                "level 'North', the first in alphabetical order") in notes[0]


def test_names_with_commas_are_given_in_quotation_marks(fitted):
    model, _ = fitted(TEXT.replace("size", '"size, m"'), [*NORMAL, '"size, m"'])
    assert model.covariates == ("size, m",)
    assert listed("a, b,,\nc") == ["a", "b", "c"] and listed("") == []


def test_covariates_of_several_rows_a_group(fitted):
    rows = TEXT + "A,2,1,South,3.0\n"
    model, notes = fitted(rows, [*NORMAL, "region,size"])
    assert np.ptp(model.x, axis=0).tolist() == [1, 1, 3] and model.J == 6 and len(notes) == 2
    assert model.x[0] - model.x[1] == pytest.approx([1, 0, 2])
    for old, new, column in (("South,3.0", "North,3", "region"), ("South,3.0", "South,2", "size")):
        model, said = fitted(rows.replace(old, new), [*NORMAL, "region,size"])
        assert model is None and f"row 7 (line 8), column '{column}'" in said
        assert "in row 1 (line 2) of the same group 'A'; a covariate must be the same" in said


@pytest.mark.parametrize("change, names, words", [
    (("A,1", "A,1"), "g", "the covariate 'g' is text with 6 levels for 6 groups"),
    (("South,2\n", "South,x\n"), "size", "row 6 (line 7), column 'size': 'x' is not a number"),
    (("West,", "North,"), "region,region2", "has no column 'region2'; it has"),
    (("South,3\n", ",3\n"), "region", "row 1 (line 2), column 'region': the cell is empty")])
def test_covariates_that_are_none_are_refused(fitted, change, names, words):
    model, said = fitted(TEXT.replace(*change), [*NORMAL, names])
    assert model is None and words in said, said


COLUMNS = ("g,y,s,one,two,three,same,word,half,colour\nA,1,1,1,5,12,7,x,no,red\n"
           "B,2,1,2,3,10,7,x,no,blue\nC,3,2,3,8,22,7,x,yes,red\nD,2,1,4,1,10,7,x,yes,blue\n"
           "E,2,1,5,1,12,7,x,no,red\n")


@pytest.mark.parametrize("names, words", [
    ("one,two,three", "the covariate 'three' is a combination of 'one', 'two': their effects"),
    ("three,two,one", "the covariate 'one' is a combination of 'three', 'two'"),
    ("same", "the covariate 'same' is the same (7) for every group"),
    ("word", "the covariate 'word' is the same ('x') for every group"),
    ("one,two,half,colour,y", "the covariate 'y' is a combination of"),
    ("one,two,half,colour,y", "(5 groups for 5 covariates)")])
def test_covariates_that_cannot_be_told_apart_are_named(fitted, names, words):
    model, said = fitted(COLUMNS, [*NORMAL, names])
    assert model is None and words in said, said


def test_an_indicator_can_be_collinear_too(fitted):
    """The south alone has the score 1: the same column under another name, in another unit."""
    rows = TEXT.splitlines()
    text = "\n".join([rows[0] + ",score", *(f"{row},{100 if 'South' in row else 40}"
                                            for row in rows[1:])])
    model, said = fitted(text, [*NORMAL, "score,region"])
    assert model is None
    assert "the covariate 'region=South' is a combination of 'score'" in said
    assert fitted(COLUMNS, [*NORMAL, "one,two"])[0] is not None


def test_dates_are_named_as_dates(fitted):
    rows = "".join(f"{g},{k},1,2020-0{k}-01\n" for k, g in enumerate("ABCDE", start=1))
    _, refusal = fitted("g,y,s,when\n" + rows, [*NORMAL, "when"])
    assert "'2020-01-01' looks like a date" in refusal and "such as the days since" in refusal
