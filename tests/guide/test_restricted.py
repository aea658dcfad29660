"""The restricted likelihood as a function of the ratio r = tau^2 / sigma^2: slope and peak."""
import numpy as np
import pytest

import gibbspool as gp

rng = np.random.default_rng(3)
GROUP = np.repeat(list("abcdef"), [2, 3, 3, 8, 20, 5])
MODELS = {"sigma known": gp.NormalNormal(rng.normal(3, 8, 10), np.geomspace(1, 9, 10)),
          "sigma unknown": gp.OneWayNormal(rng.normal(50, 12, 6).repeat([2, 3, 3, 8, 20, 5])
                                           + rng.normal(0, 8, len(GROUP)), GROUP)}


@pytest.mark.parametrize("which", MODELS)
def test_the_slope_is_that_of_the_height(which):
    """Central differences, whose own error is about h^2: 1e-8 of the slope and less."""
    found, r = gp.reml(MODELS[which]), np.geomspace(1e-2, 1e2, 9)
    h = 1e-4 * r
    numeric = (found.height_at(r + h) - found.height_at(r - h)) / (2 * h)
    assert found.slope_at(r) == pytest.approx(numeric, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("which", MODELS)
def test_the_best_ratio_is_the_highest(which):
    found = gp.reml(MODELS[which])
    best = found.best_ratio()
    assert best == pytest.approx((found.tau / (found.sigma or 1.0)) ** 2)
    assert (found.height_at(np.geomspace(1e-4, 1e4, 999)) <= found.height_at(best) + 1e-12).all()


@pytest.mark.parametrize("which", MODELS)
def test_the_height_is_the_likelihood_with_sigma_at_its_best(which):
    found = gp.reml(MODELS[which])
    for r in (0.0, 0.3, 20.0):
        log_l, _, sigma2 = found.at_ratio(r)
        sigma = np.sqrt(sigma2)
        assert log_l == pytest.approx(found.log_likelihood(np.sqrt(r) * sigma, sigma), abs=1e-9)
