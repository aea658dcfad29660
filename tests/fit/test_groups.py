"""Several rows a group, rows that look like totals, missing cells and groups without data."""
import numpy as np
import pytest

NORMAL = ["--model", "normal", "--estimate", "y", "--se", "s", "--group", "g"]
POISSON = ["--model", "poisson", "--count", "y", "--exposure", "s", "--group", "g"]
BINOMIAL = ["--model", "binomial", "--successes", "y", "--trials", "s", "--group", "g"]
WIDE = ["--model", "multinomial", "--categories", "y,s", "--group", "g"]
LONG = ["--model", "multinomial", "--group", "g", "--category", "c", "--count", "n"]
ROWS = "g,y,s\nA,2,10\nB,5,20\nA,3,11\nC,1,30\nA,4,12\nC,2,31\n"
SUMMED = "g,y,s\nA,9,33\nB,5,20\nC,3,61\n"


@pytest.mark.parametrize("options, what", [
    (POISSON, "their counts and exposures are summed"),
    (BINOMIAL, "their successes and trials are summed"), (WIDE, "their counts are summed")])
def test_counts_of_a_group_are_summed(fitted, options, what):
    model, notes = fitted(ROWS, options)
    plain, nothing = fitted(SUMMED, options)
    assert nothing == [] and model.groups == plain.groups == ("A", "B", "C")
    for data in (model.observed(), model.constants()):
        for name, values in data.items():
            assert np.array_equal(values, getattr(plain, name))
    assert notes == [f": groups with several rows ('A' 3, 'C' 2): {what}"]


def test_counts_of_a_pair_are_summed(fitted):
    text = "g,c,n\nP,a,1\nP,b,2\nQ,a,3\nQ,b,4\n"
    model, notes = fitted(text + "P,b,5\n", LONG)
    assert model.counts.tolist() == [[1, 7], [3, 4]]
    assert notes == [": groups with several rows ('P, b' 2): their counts are summed"]
    assert fitted(text, LONG)[1] == []


def test_estimates_of_a_group_are_combined_by_inverse_variance(fitted):
    """Weights 1 / s^2 by hand: A has (2/100 + 3/121 + 4/144) / (1/100 + 1/121 + 1/144)."""
    model, notes = fitted(ROWS, NORMAL)
    w = np.array([1 / 100, 1 / 121, 1 / 144])
    v = np.array([1 / 900, 1 / 961])
    assert model.groups == ("A", "B", "C")
    assert model.y == pytest.approx([w @ [2, 3, 4] / w.sum(), 5, v @ [1, 2] / v.sum()], rel=1e-14)
    assert model.sigma == pytest.approx([w.sum() ** -0.5, 20, v.sum() ** -0.5], rel=1e-14)
    assert len(notes) == 1 and "combined by inverse variance" in notes[0]
    shifted, _ = fitted(ROWS.replace(",2,10", ",1e12,1e-9").replace(",3,11", ",1e12,1e-9"), NORMAL)
    assert shifted.y[0] == 1e12 and shifted.sigma[0] == pytest.approx(2**-0.5 * 1e-9)


def test_rows_that_disagree_and_rows_that_are_copies_are_noted(fitted):
    _, notes = fitted("g,y,s\nA,2,1\nA,12,1\nB,5,2\n", NORMAL)
    assert len(notes) == 2 and "the rows of group 'A' differ by more than their" in notes[1]
    _, notes = fitted("g,y,s\nA,2,1\nB,5,2\nA,2,1\n", NORMAL)
    assert "row 3 (line 4) is the same as row 1 (line 2) in every cell" in notes[0]


@pytest.mark.parametrize("label", ["Total", "TOTAL:", "Summe", "Sum", "Gesamt", "All", "Overall",
                                   "Grand total", "Subtotal", "Insgesamt"])
def test_a_total_is_noted(fitted, label):
    for options in (POISSON, POISSON[:-2]):
        model, notes = fitted(f"{SUMMED}{label},17,114\n", options)
        assert len(model.groups) == 4
        assert len(notes) == 1 and f"row 4 (line 5), column 'g': '{label}' looks like a total of" \
            " the other rows, but it will be pooled as a group of its own" in notes[0]


def test_columns_that_are_totals_are_noted_and_names_like_them_are_not(fitted):
    _, notes = fitted("g,y,Total\nA,1,3\nB,2,5\n", ["--model", "multinomial", "--categories",
                                                    "y,Total", "--group", "g"])
    assert "column 'Total' looks like a total of the others" in notes[0]
    _, notes = fitted("g,c,n\nA,x,1\nA,Total,3\nB,x,2\nB,Total,5\n", LONG)
    assert "'Total' looks like a total of the other rows, but it will be pooled as a category" in \
        notes[0] and len(notes) == 1
    _, notes = fitted("A,B,all\n1,2,3\n2,3,5\n3,4,7\n", ["--model", "oneway", "--wide", "A,B,all"])
    assert "column 'all' looks like a total of the others" in notes[0]
    assert fitted("g,y,s\nAllen,1,3\nSummerhill,2,5\nTotalitarian,3,9\n", POISSON)[1] == []


def test_labels_that_differ_in_case_alone_are_noted(fitted):
    _, notes = fitted("g,y,s\nNorth,1,3\nSouth,2,5\nnorth,2,5\n", POISSON)
    assert len(notes) == 1 and "'North' and 'north' are taken for two different" in notes[0]


@pytest.mark.parametrize("cell", ["", "NA", "NaN", "n/a", ".", "-", "nan", "#N/A", "\u2013"])
def test_missing_cells_are_refused_or_dropped(fitted, cell):
    """The first in the file is named, not the first in the first column; others may be empty."""
    text = f"g,y,s,other\nA,1,3,\nB,2,{cell},1\nC,{cell},5,\nD,3,9,NA\n{cell},4,8,1\nE,1,2,1\n"
    model, said = fitted(text, POISSON)
    assert model is None and "row 2 (line 3), column 's': " in said and "--na drop" in said
    assert ("if it is a name, spell it out" in said) == cell.isalpha()
    assert ("the cell is empty" if not cell else f"{cell!r} stands for a missing value") in said
    model, notes = fitted(text, [*POISSON, "--na", "drop"])
    assert model.groups == ("A", "D", "E") and model.exposure.tolist() == [3, 9, 2]
    assert notes == [": left out 3 of 6 rows, which have missing cells: row 2 (line 3), column "
                     "'s'; row 3 (line 4), column 'y'; row 5 (line 6), column 'g'"]


def test_after_dropping_rows_keep_their_numbers(fitted):
    _, said = fitted("g,y,s\nA,1,\nB,2,3\nC,x,5\n", [*POISSON, "--na", "drop"])
    assert "row 3 (line 4), column 'y': 'x' is not a number" in said
    _, said = fitted("g,y,s\nA,1,\nB,,3\n", [*POISSON, "--na", "drop"])
    assert "has no row without a missing cell" in said
    assert "own.csv has no column 'z'" in fitted(ROWS, [*POISSON[:-1], "z", "--na", "drop"])[1]


def test_wide_observations_may_have_missing_cells(fitted):
    model, notes = fitted("A,B,C\n1,2,NA\n2,,5\n3,4,7\n", ["--model", "oneway", "--wide", "A,B,C"])
    assert model.n.tolist() == [3, 2, 2] and notes == []


@pytest.mark.parametrize("what, options", [("exposure", POISSON), ("trials", BINOMIAL)])
def test_exposures_and_trials_of_0_reach_the_model(fitted, what, options):
    model, _ = fitted("g,y,s\nA,0,0\nB,1,5\n", options)
    assert getattr(model, what).tolist() == [0, 5]
    assert "own.csv holds no data: every " in fitted("g,y,s\nA,0,0\nB,0,0\n", options)[1]
    assert "'s': -1 must be >= 0" in fitted("g,y,s\nA,0,-1\nB,1,5\n", options)[1]
    assert fitted("g,y,s\nA,2,0\nB,1,5\n", options)[0] is None


ONE_ROW = {"normal": ("g,y,s\nA,2,10\n", NORMAL), "poisson": ("g,y,s\nA,2,10\n", POISSON),
           "binomial": ("g,y,s\nA,2,10\n", BINOMIAL), "wide": ("g,y,s\nA,2,10\n", WIDE),
           "one-way": ("g,y\nA,2\nA,3\nA,5\n",
                       ["--model", "oneway", "--value", "y", "--group", "g"])}


@pytest.mark.parametrize("text, options", ONE_ROW.values(), ids=ONE_ROW)
def test_a_single_group_is_pooled_under_stated_priors_alone(fitted, text, options):
    """The section's are stated where they are asked for by name."""
    model, notes = fitted(text, [*options, "--section-priors"])
    assert model.J == 1 and len(model.cautions()) >= 1 and "only 1 group" in model.cautions()[0]
    nothing, refusal = fitted(text, options)
    assert nothing is None and "the data have 1 group" in refusal
    assert "-prior, " in refusal and "or --section-priors" in refusal


def test_a_single_group_under_priors_that_were_stated(fitted):
    text, options = ONE_ROW["normal"]
    stated = ["--mu-prior", "Normal(1, 2)", "--tau-prior", "HalfNormal(3)"]
    assert fitted(text, [*options, *stated])[0].mu.mean == 1
    assert "proper priors" in fitted(text, [*options, *stated[:2]])[1]
    assert fitted(text, [*options, *stated[:2], "--section-priors"])[0].mu.mean == 1


def test_a_group_called_na_must_be_spelt_out(fitted):
    """Namibia's code, and what many programs write where there is nothing."""
    _, refusal = fitted("g,y,s\nNA,2,10\nZA,5,20\n", NORMAL)
    assert "row 1 (line 2), column 'g': 'NA' stands for a missing value" in refusal
    assert "if it is a name, spell it out" in refusal
    model, notes = fitted("g,y,s\nNA,2,10\nZA,5,20\nBW,4,9\n", [*NORMAL, "--na", "drop"])
    assert model.groups == ("ZA", "BW") and "row 1 (line 2), column 'g'" in notes[0]
