"""Priors as text: written, read back, and never evaluated."""
import pytest

import gibbspool as gp
from gibbspool.distributions.spreads import sd_prior
from gibbspool.distributions.writing import parse, written


@pytest.mark.parametrize("text, expected", [
    ("HalfCauchy(25)", "HalfCauchy(scale=25)"),
    (" Normal( 0 , 20 ) ", "Normal(mean=0, sd=20)"),
    ("Normal(sd=20, mean=1e3)", "Normal(mean=1000, sd=20)"),
    ("Normal(0, sd=20)", "Normal(mean=0, sd=20)"),
    ("Flat", "Flat()"),
    ("Flat()", "Flat()"),
    ("Dirichlet([1, 2, 3])", "Dirichlet(concentration=[1., 2., 3.])"),
    ("Dirichlet(1, 2)", "Dirichlet(concentration=[1., 2.])"),
    ("HalfT(3, 2.5)", "HalfT(df=3, scale=2.5)"),
])
def test_priors_are_parsed(text, expected):
    assert repr(parse(text)) == expected


@pytest.mark.parametrize("text, words", [
    ("HalfCauchy", "HalfCauchy takes scale"),
    ("HalfCauchy()", "HalfCauchy takes scale"),
    ("HalfCauchy(1, 2)", "HalfCauchy takes scale"),
    ("Normal(0)", "Normal takes mean, sd"),
    ("HalfCauchy(width=3)", "HalfCauchy takes scale"),
    ("Normal(0, mean=1)", "Normal takes mean, sd"),
    ("Flat(1)", "Flat takes no parameters"),
    ("HalfCauchy(x)", "'x' is not a number"),
    ("Dirichlet([1, b])", "'b' is not a number"),
    ("HalfNormal(__import__('os').getcwd())", "is not a number"),
    ("HalfCauchy(-1)", "HalfCauchy: scale is -1; it must be > 0"),
    ("Cauchy(1)", "is not a prior; write one of Normal, HalfNormal"),
    ("HalfCauchy(25", "is not a prior"),
    ("", "is not a prior"),
    ("[]", "is not a prior"),
    ("Normal(0, 1); Flat", "is not a prior"),
])
def test_what_is_no_prior_is_refused(text, words):
    with pytest.raises(ValueError, match=words):
        parse(text)


def test_parsing_evaluates_nothing(tmp_path):
    target = tmp_path / "made"
    with pytest.raises(ValueError):
        parse(f"HalfNormal(open({str(target)!r}, 'w'))")
    assert not target.exists()


@pytest.mark.parametrize("prior, text", [
    (gp.Normal(0, 20), "Normal(0, 20)"), (gp.HalfT(3, 2.5), "HalfT(3, 2.5)"), (gp.Flat(), "Flat()"),
    (gp.Dirichlet([1, 2]), "Dirichlet([1., 2.])"),
])
def test_priors_are_written_as_they_are_read(prior, text):
    assert written(prior) == text
    assert repr(parse(text)) == repr(prior)


@pytest.mark.parametrize("prior", [gp.InverseGamma(1, 2), gp.Normal(1, 2), gp.Flat(),
                                   gp.HalfNormal(3), gp.Uniform(2, 5)])
def test_priors_of_standard_deviations_are_written_as_they_were_given(prior):
    assert written(sd_prior("tau", prior)) == written(prior)
