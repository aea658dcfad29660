"""What looks odd in a table that was read, and estimates that lie too close together or too far."""
import warnings

import numpy as np
import pytest

import gibbspool as gp
from gibbspool.fit.heterogeneity import heterogeneity, outliers
from gibbspool.fit.options import options_in_warnings
from gibbspool.fit.printed import about_estimates, for_the_command_line
from gibbspool.models.card import PoissonCard

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

BINOMIAL = ["--model", "binomial", "--successes", "s", "--trials", "t", "--group", "p"]
CATEGORIES = ["--model", "multinomial", "--group", "g", "--categories", "yes,no"]


def test_a_row_that_is_the_sum_of_the_others_is_noted(fitted):
    text = "p,s,t\na,3,10\nb,2,12\nc,7,20\n{},12,42\n"
    _, notes = fitted(text.format("All sites"), BINOMIAL)
    assert len(notes) == 1 and "row 4 (line 5)" in notes[0]
    assert "is the sum of the others in 's' and 't'" in notes[0]
    assert len(fitted(text.format("Total"), BINOMIAL)[1]) == 1
    assert fitted(text.format("d").replace("12,42", "12,43"), BINOMIAL)[1] == []
    assert fitted("p,s,t\na,3,10\nb,3,10\n", BINOMIAL)[1] == []


def test_rows_of_percentages_are_noted(fitted):
    _, notes = fitted("g,yes,no\nN,59,41\nS,20,80\nE,33,67\n", CATEGORIES)
    assert len(notes) == 1 and "of every row sum to 100" in notes[0]
    assert fitted("g,yes,no\nN,59,41\nS,20,80\nE,33,68\n", CATEGORIES)[1] == []
    long = "g,c,n\nN,yes,59\nN,no,41\nS,yes,20\nS,no,80\nE,yes,33\nE,no,67\n"
    _, notes = fitted(long, ["--model", "multinomial", "--group", "g", "--category", "c",
                             "--count", "n"])
    assert len(notes) == 1 and "of every group sum to 100" in notes[0]


def sentences(y, s):
    truth = gp.exact(gp.NormalNormal(y, s, mu=gp.Flat(), tau=gp.HalfCauchy(10.0),
                                     groups=list("abcdefgh")[:len(y)]))
    value = dict(zip(heterogeneity(truth).labels, heterogeneity(truth)["value"]))
    return " ".join(about_estimates(truth.model, value))


def test_estimates_far_closer_than_their_errors_allow_are_noted():
    """Q = 0.0002 on 4 degrees of freedom: its chance is about 1e-9."""
    said = sentences([10.0, 11, 9, 12, 8], [400.0, 500, 300, 450, 420])
    assert "Are these standard errors" in said
    assert "closer" not in sentences([1.0, 2, 0, 1.5, 3], np.ones(5))


def test_a_lone_outlier_is_named_with_what_the_others_predict():
    said = sentences([1.0, 2, 0, 1.5, 500], np.ones(5))
    assert "Group e" in said and "without it" in said and "500" in said
    assert outliers(gp.NormalNormal([1.0, 2, 0, 1.5, 3], np.ones(5))) == []
    spread = gp.NormalNormal([1.0, 200, -100, 150, 500], np.ones(5))
    assert outliers(spread) == []
    schools = [28.0, 8, -3, 7, -1, 1, 18, 12], [15.0, 10, 16, 11, 9, 11, 10, 18]
    assert outliers(gp.NormalNormal(*schools)) == []


def test_the_command_line_is_told_of_its_own_options():
    model = gp.NormalNormal([1.0, 2, 3], np.ones(3))
    said = for_the_command_line("Compare others with gp.prior_sensitivity.", model)
    assert said == "Compare others with --tau-prior."
    said = for_the_command_line("write tau=HalfCauchy(2) (--tau-prior 'HalfCauchy(2)'), or take "
                                "gp.scaled_priors(model), which scales all priors to the data.",
                                model)
    assert "gp." not in said and "--section-priors" in said


@pytest.mark.parametrize("header, rows, first, second", [
    ("p,s,t", "a;3;10\nb;2;12\nc;7;20\n", ",", ";"), ("p;s;t", "a,3,10\nb,2,12\n", ";", ",")])
def test_a_header_with_another_separator_is_named(fitted, header, rows, first, second):
    _, refusal = fitted(f"{header}\n{rows}", BINOMIAL)
    assert f"line 1 is separated by {first!r} and line 2 by {second!r}" in refusal


def test_a_title_with_commas_stays_a_title(fitted):
    model, notes = fitted("Trials, Oslo, 2020\np;s;t\na;3;10\nb;2;12\n", BINOMIAL)
    assert model.J == 2 and "taken for a title" in notes[0]


def test_warnings_of_a_fit_name_options(monkeypatch):
    said = []
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        monkeypatch.setattr(warnings, "showwarning", lambda message, *_, **__: said.append(message))
        with options_in_warnings(PoissonCard()):
            warnings.warn("Compare others with gp.prior_sensitivity.", stacklevel=1)
        warnings.warn("gp.prior_sensitivity", stacklevel=1)
    assert [str(one) for one in said] == ["Compare others with --sigma-log-prior.",
                                          "gp.prior_sensitivity"]
