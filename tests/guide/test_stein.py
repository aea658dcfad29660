"""James and Stein: the estimate by hand, its risk by an integral and by simulation."""
import numpy as np
import pytest
from scipy import integrate

import gibbspool as gp
from gibbspool.guide.stein import james_stein, james_stein_risk


def test_the_estimate_by_hand():
    y = np.array([3.0, -1.0, 2.0, 6.0])
    assert james_stein(y, 2.0) == pytest.approx((1 - 2 * 4 / 50) * y)
    assert james_stein(y, 2.0, towards=1) == pytest.approx(1 + (1 - 2 * 4 / 34) * (y - 1))
    assert james_stein(y, 2.0, towards="mean") == pytest.approx(2.5 + (1 - 1 * 4 / 25) * (y - 2.5))
    assert james_stein(y, [2.0] * 4) == pytest.approx(james_stein(y, 2.0))


def test_the_positive_part_never_passes_the_target():
    y = np.array([0.1, -0.2, 0.1, 0.05])
    assert (np.sign(james_stein(y, 1.0)) == -np.sign(y)).all()
    assert (james_stein(y, 1.0, positive_part=True) == 0).all()
    assert (james_stein(np.zeros(4), 1.0) == 0).all()
    assert (james_stein(np.full(4, 7.0), 1.0, "mean") == 7).all()


def test_many_data_sets_at_once():
    y = np.random.default_rng(0).normal(0, 3, (5, 2, 6))
    together = james_stein(y, 1.5, "mean", positive_part=True)
    assert together.shape == y.shape
    assert together[3, 1] == pytest.approx(james_stein(y[3, 1], 1.5, "mean", positive_part=True))


def risk_by_integral(theta, sigma, towards):
    """E[1 / (n - 2 + 2K)] = integral of t^(n - 3) exp(-rate (1 - t^2)), t from 0 to 1."""
    mean = towards == "mean"
    deviations = theta - (theta.mean() if mean else towards)
    n, rate = len(theta) - mean, (deviations**2).sum() / (2 * sigma**2)
    inverse = integrate.quad(lambda t: t ** (n - 3) * np.exp(-rate * (1 - t**2)), 0, 1,
                             epsabs=1e-13)[0]
    return sigma**2 * (len(theta) - (n - 2) ** 2 * inverse)


@pytest.mark.parametrize("towards", [0, 3.0, "mean"])
@pytest.mark.parametrize("scale", [0.0, 0.3, 2.0, 30.0])
def test_the_risk_against_an_integral(towards, scale):
    theta = scale * np.array([1.0, -2.0, 0.5, 4.0, 1.0])
    by_integral = risk_by_integral(theta, 1.7, towards)
    assert james_stein_risk(theta, 1.7, towards) == pytest.approx(by_integral, rel=1e-10)


def test_the_risk_at_the_target_and_far_away():
    assert james_stein_risk(np.zeros(10), 3.0) == pytest.approx(2 * 9)
    assert james_stein_risk(np.full(10, 5.0), 3.0, "mean") == pytest.approx(3 * 9)
    far = james_stein_risk(np.arange(10) * 1e4, 3.0)
    assert far < 90 and far == pytest.approx(90, rel=1e-6)
    assert james_stein_risk(np.arange(10) * 1e12, 3.0) == pytest.approx(90)
    assert james_stein_risk(np.array([1e-3, 0, 0]), 1.0) < 3


@pytest.mark.parametrize("towards", [0, "mean"])
@pytest.mark.parametrize("J", [4, 10])
def test_the_risk_against_simulation(J, towards):
    """40,000 data sets; the bound is four standard errors of their mean total squared error."""
    rng = np.random.default_rng(J)
    theta = rng.normal(1, 1, J)
    y = rng.normal(theta, 2.0, (40_000, J))
    loss = ((james_stein(y, 2.0, towards) - theta) ** 2).sum(axis=1)
    risk = james_stein_risk(theta, 2.0, towards)
    assert abs(loss.mean() - risk) < 4 * loss.std() / 200
    assert risk < J * 4
    positive = james_stein(y, 2.0, towards, positive_part=True)
    assert ((positive - theta) ** 2).sum(axis=1).mean() < loss.mean()


def test_it_is_the_pooled_estimate_with_the_factor_plugged_in():
    """With mu = ybar and tau such that B = (J - 3) sigma^2 / S, it is the mean of theta_given."""
    y, sigma = np.array([1.0, 4.0, -9.0, 14.0, 2.0, 12.0]), 2.0
    B = 3 * sigma**2 / ((y - y.mean()) ** 2).sum()
    model = gp.NormalNormal(y, np.full(6, sigma))
    tau = sigma * np.sqrt(1 / B - 1)
    assert model.theta_given(y.mean(), tau).mean == pytest.approx(james_stein(y, sigma, "mean"))


def test_what_the_theorem_is_not_about_is_refused(schools):
    with pytest.raises(ValueError,
                       match="sigma runs from 9 to 18: the James-Stein estimate is for equal "
                             "standard errors"):
        james_stein(schools.y, schools.sigma)
    with pytest.raises(ValueError, match="y has 2 means; James-Stein needs at least 3"):
        james_stein([1.0, 2.0], 1.0)
    with pytest.raises(ValueError,
                       match="y has 3 means; James-Stein needs at least 4 to shrink them towards "
                             "their mean"):
        james_stein_risk([1.0, 2.0, 3.0], 1.0, "mean")
    with pytest.raises(ValueError, match="towards is 'median'"):
        james_stein([1.0, 2.0, 3.0], 1.0, "median")
    with pytest.raises(ValueError, match="sigma is 0"):
        james_stein([1.0, 2.0, 3.0], 0.0)
