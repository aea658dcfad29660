"""Priors of standard deviations: what a prior stands for there, and how far its tail reaches."""
import numpy as np
import pytest
from scipy import integrate, stats

import gibbspool as gp
from gibbspool.distributions.spreads import (
    PositiveFlat,
    RootInverseGamma,
    TruncatedNormal,
    sd_prior,
)


def test_priors_of_standard_deviations_are_truncated():
    assert sd_prior("tau", gp.Normal(1, 2)).support == (0, np.inf)
    assert sd_prior("tau", gp.Uniform(-3, 5)).logpdf([1.0, -1.0]).tolist() == [-np.log(5), -np.inf]
    assert sd_prior("tau", gp.Uniform(2, 5)).support == (2, 5)
    assert sd_prior("tau", gp.Flat()).logpdf([3.0, -1.0]).tolist() == [0, -np.inf]
    assert isinstance(sd_prior("tau", gp.InverseGamma(1, 1)), RootInverseGamma)
    half_normal = gp.HalfNormal(3)
    assert sd_prior("tau", half_normal) is half_normal


def test_what_stands_for_a_prior_stands_for_itself():
    for prior in (TruncatedNormal(1, 2), RootInverseGamma(1, 1), PositiveFlat()):
        assert sd_prior("tau", prior) is prior


def test_what_cannot_be_the_prior_of_a_standard_deviation_is_refused():
    with pytest.raises(ValueError, match="tau prior is Uniform.*must reach above 0"):
        sd_prior("tau", gp.Uniform(-3, -1))
    with pytest.raises(TypeError, match="tau prior is Beta.*HalfNormal"):
        sd_prior("tau", gp.Beta(1, 1))
    with pytest.raises(TypeError, match="tau is the class HalfNormal"):
        sd_prior("tau", gp.HalfNormal)


def test_root_inverse_gamma_is_a_change_of_variables():
    x = np.array([0.03, 0.5, 0.97, 2.0, 40.0, 1e5])
    of_square = stats.invgamma(2.0, scale=3.0).pdf(x**2)
    assert RootInverseGamma(2.0, 3.0).pdf(x) == pytest.approx(of_square * 2 * x)
    assert RootInverseGamma(2.0, 3.0).logpdf([0.0, -1.0]).tolist() == [-np.inf, -np.inf]


def test_truncation_keeps_its_digits_far_in_the_tail():
    far = TruncatedNormal(-40.0, 1.0)
    assert integrate.quad(far.pdf, 0, 1)[0] == pytest.approx(1, rel=1e-9)
    x = far.draw(np.random.default_rng(0), np.empty(1000))
    assert (x > 0).all() and x.mean() == pytest.approx(1 / 40, rel=0.2)


def test_flat_stays_flat_in_words():
    assert repr(sd_prior("tau", gp.Flat())) == "Flat()" and not PositiveFlat().proper


@pytest.mark.parametrize("tau, power", [(gp.HalfT(3, 1), 4), (gp.InverseGamma(1.5, 1), 4),
                                        (gp.HalfCauchy(1), 2), (gp.Flat(), 0)])
def test_tails_of_priors(tau, power):
    """log p falls by `power` for each unit of log tau, far out."""
    prior = sd_prior("tau", tau)
    assert prior.tail_power == power
    assert (prior.logpdf(1e8) - prior.logpdf(1e9)) / np.log(10) == pytest.approx(power, rel=1e-6)


def test_tails_that_fall_faster_than_any_power():
    for tau in (gp.HalfNormal(1), gp.Exponential(1), gp.Gamma(2, 1), gp.Uniform(0, 1),
                gp.Normal(0, 1)):
        assert sd_prior("tau", tau).tail_power == np.inf


SPREADS = [gp.HalfNormal(3), gp.HalfCauchy(0.01), gp.HalfT(4, 2), gp.Uniform(0, 50),
           gp.Exponential(0.3), gp.Gamma(2.5, 1), gp.InverseGamma(2, 3), gp.Normal(2, 1),
           gp.Flat()]


@pytest.mark.parametrize("prior", SPREADS, ids=repr)
def test_ratios_of_densities(prior):
    """From one place to others near and far; and to first order where the step is tiny."""
    prior = sd_prior("tau", prior)
    place, x = 2.0, np.array([1e-6, 0.3, 1.5, 2.0, 2.7, 40.0])
    found = prior.log_ratio(x, place, x - place)
    assert found == pytest.approx(prior.logpdf(x) - prior.logpdf(place), rel=1e-9, abs=1e-12)
    slope = (prior.logpdf(place + 1e-4) - prior.logpdf(place - 1e-4)) / 2e-4
    tiny = prior.log_ratio(place + 1e-15, place, 1e-15)
    assert tiny == pytest.approx(1e-15 * slope, rel=1e-3, abs=2e-16)
