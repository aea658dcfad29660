"""What people write: the densities of `standard`, checked."""
import inspect
from fractions import Fraction

import numpy as np
import pytest

import gibbspool as gp
from gibbspool.distributions import standard, vectors
from gibbspool.distributions.priors import PRIORS, prior_of

EXAMPLES = {
    "Normal": (1.5, 2), "HalfNormal": (3,), "HalfCauchy": (25,), "HalfT": (4, 2),
    "Exponential": (0.2,), "Gamma": (2.5, 0.4), "InverseGamma": (2, 3), "Uniform": (0.5, 3),
    "Flat": (), "Beta": (2, 0.5), "Dirichlet": (np.array([1.0, 2.0, 3.0]),),
}


def test_every_prior_has_an_example_here():
    assert set(EXAMPLES) == set(PRIORS)
    assert all(getattr(gp, name) is cls for name, cls in PRIORS.items())


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_prior_is_the_density_of_the_same_name(name):
    """The same log density, the same draws, the same repr: only the check is added."""
    unchecked = getattr(vectors if name == "Dirichlet" else standard, name)
    prior, density = getattr(gp, name)(*EXAMPLES[name]), unchecked(*EXAMPLES[name])
    assert isinstance(prior, unchecked) and repr(prior) == repr(density)
    x = [[0.2, 0.3, 0.5], [1, 0, 0]] if name == "Dirichlet" else [-1.0, 0.0, 0.3, 0.9, 2.5, 100.0]
    assert np.array_equal(prior.logpdf(x), density.logpdf(x))
    assert prior.support == density.support and prior.tail_power == density.tail_power
    if prior.proper:
        size = np.empty((4, 3))
        a, b = (one.draw(np.random.default_rng(1), size) for one in (prior, density))
        assert np.array_equal(a, b)


@pytest.mark.parametrize("make, words", [
    (lambda: gp.Normal(0, 0), "Normal: sd is 0; it must be > 0"),
    (lambda: gp.Normal(0, -1), "Normal: sd is -1; it must be > 0"),
    (lambda: gp.Normal(np.nan, 1), "Normal: mean is nan; it must be finite"),
    (lambda: gp.Normal([0.0, 1.0], [1.0, -2.0]), "sd is .*-2.* must be > 0"),
    (lambda: gp.Normal(np.zeros(3), np.ones(2)),
     r"shapes do not fit each other: \{'mean': \(3,\), 'sd': \(2,\)\}"),
    (lambda: gp.HalfNormal(-1), "HalfNormal: scale is -1; it must be > 0"),
    (lambda: gp.HalfCauchy(np.inf), "scale is inf; it must be finite"),
    (lambda: gp.HalfT(0, 1), "HalfT: df is 0"),
    (lambda: gp.Uniform(3, 3), "Uniform: low is 3; it must be < high = 3"),
    (lambda: gp.Exponential(0), "Exponential: rate is 0"),
    (lambda: gp.Gamma(1, 0), "Gamma: rate is 0"),
    (lambda: gp.InverseGamma(1, -1), "InverseGamma: scale is -1"),
    (lambda: gp.Beta(1, -1), "Beta: b is -1"),
    (lambda: gp.Dirichlet([1.0]), "Dirichlet: concentration is .*; it must hold >= 2 numbers"),
    (lambda: gp.Dirichlet([1.0, 0.0]), "Dirichlet: concentration is .*; it must be > 0"),
])
def test_bad_parameters_are_refused_at_construction(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_words_for_numbers_are_a_type_error():
    with pytest.raises(TypeError, match="HalfNormal: scale is 'wide'; it must hold numbers only"):
        gp.HalfNormal("wide")


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("x, error, words", [
    ("1", TypeError, "x is '1'; it must hold numbers only, not numbers written as text"),
    ([0.5, "b"], TypeError, r"x\[1\] is 'b'; it must hold numbers only"),
    (0.5 + 2j, TypeError, r"x is \(0.5\+2j\); .* take .real if the imaginary part means nothing"),
    (np.array([0.5, 1j]), TypeError, r"x\[0\] is .*; it must hold numbers only, and real ones"),
    (True, TypeError, "x is True; .* write 1 and 0"), (None, TypeError, "x is None"),
    (np.datetime64("2020-01-01"), TypeError, "x is .*2020.*; it must hold numbers only"),
    ([[1.0, 2], [3]], TypeError, "x has rows of different lengths"),
    (np.ma.masked_array([0.5, 0.5], [0, 1]), ValueError, r"x\[1\] is masked")],
    ids=lambda x: None if isinstance(x, str) or isinstance(x, type) else type(x).__name__)
def test_a_density_is_asked_for_at_numbers_alone(name, x, error, words):
    prior = getattr(gp, name)(*EXAMPLES[name])
    for density in (prior.logpdf, prior.pdf):
        with pytest.raises(error, match=f"{name}: {words}"):
            density(x)


def test_a_density_takes_numbers_in_any_dress():
    expected = gp.Normal(0, 1).logpdf(np.array([1.0, 2.0]))
    for x in ([1, 2], (1.0, Fraction(2)), np.array([1, 2]), np.array([1, 2], dtype=np.float32)):
        assert np.array_equal(gp.Normal(0, 1).logpdf(x), expected)
    assert gp.Normal(0, 1).logpdf(1) == gp.Normal(0, 1).logpdf(np.int64(1)) == expected[0]
    assert gp.Normal(0, 1).pdf([np.inf, -np.inf]).tolist() == [0, 0]


def test_parameters_are_floats_however_they_were_written():
    assert gp.Normal(Fraction(1, 2), 2).mean == 0.5 and isinstance(gp.Normal(1, 2).sd, np.float64)
    assert gp.Normal([1, 2], 1).mean.dtype == float


def test_a_prior_cannot_be_changed_afterwards():
    with pytest.raises(AttributeError):
        gp.Normal(0, 1).sd = -1


def test_a_prior_shows_its_parameters_and_its_formula():
    assert str(inspect.signature(gp.Normal)) == "(mean: float, sd: float) -> None"
    for name, cls in PRIORS.items():
        assert cls.__doc__.startswith("p(x)"), name


def test_what_is_no_prior_is_refused_where_one_is_needed():
    assert prior_of("mu", gp.Flat(), ("Normal", "Flat")).mean == 0
    with pytest.raises(TypeError, match="mu is the class HalfNormal; give it parameters"):
        prior_of("mu", gp.HalfNormal)
    with pytest.raises(TypeError, match="mu prior is 3; it must be one of Normal, HalfNormal"):
        prior_of("mu", 3)
    with pytest.raises(TypeError, match=r"mu prior is Beta\(a=1, b=1\); .* one of Normal, Flat$"):
        prior_of("mu", gp.Beta(1, 1), ("Normal", "Flat"))
    with pytest.raises(ValueError, match="single numbers"):
        prior_of("mu", gp.Normal([0.0, 1.0], 1.0))
    assert prior_of("pi0", gp.Dirichlet([1, 2]), ("Dirichlet",)).event_ndim == 1
    with pytest.raises(ValueError, match="single numbers"):
        prior_of("pi0", gp.Dirichlet([[1, 2], [3, 4]]), ("Dirichlet",))
