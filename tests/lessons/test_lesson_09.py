"""Lesson 9 against sums over 6000 values of tau, of the formulas for theta and mu given tau."""
import numpy as np
import pytest

import gibbspool as gp

TAU = (np.arange(6000) + 0.5) / 100


@pytest.fixture(scope="module")
def given_tau():
    """p(tau | y) in small steps; mean and variance of mu given tau; y_A, sigma_A and B_A."""
    y = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
    sigma = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])
    v = sigma**2 + TAU[:, None]**2
    precision = (1 / v).sum(axis=1) + 1 / 20**2
    m = (y / v).sum(axis=1) / precision
    log_p = -TAU**2 / 200 - 0.5 * (np.log(v) + y**2 / v).sum(axis=1) \
        - 0.5 * np.log(precision) + 0.5 * m**2 * precision
    p = np.exp(log_p - log_p.max())
    return p / p.sum(), m, 1 / precision, y[0], sigma[0]**2, sigma[0]**2 / v[:, 0]


def sd_of_mixture(p, mean, variance):
    centre = (p * mean).sum()
    return np.sqrt((p * (variance + (mean - centre)**2)).sum())


def four_errors(draws):
    """Four standard errors of a mean of draws that are independent, or nearly."""
    return 4 * draws.std() / np.sqrt(len(draws))


def test_what_is_integrated_out_and_the_refusal(lesson):
    assert lesson.given.integrated == {"tau": ("mu", "theta"), "mu": ("theta",), "theta": ()}
    assert "tau_given has integrated theta out and theta is not redrawn" in lesson.refusal


def test_the_right_order(lesson, given_tau):
    p, m, v, y, sigma2, B = given_tau
    for name, mean in (("tau", TAU), ("mu", m), ("theta_A", (1 - B) * y + B * m)):
        exact = (p * mean).sum()
        assert lesson.exact_mean[name] == pytest.approx(exact, rel=1e-4)
        assert abs(lesson.right[name].mean() - exact) < four_errors(lesson.right[name])
    small = TAU < 1
    within = (1 - B)**2 * v + (1 - B) * sigma2
    sd = sd_of_mixture(p[small] / p[small].sum(), ((1 - B) * (y - m))[small], within[small])
    assert lesson.right_sd == pytest.approx(sd, rel=0.05) and 0.55 < sd < 0.6


def test_were_tau_alone_of_another_sweep(lesson, given_tau):
    """theta_A - mu over all tau, of 120,000 draws."""
    p, m, v, y, sigma2, B = given_tau
    sd = sd_of_mixture(p, (1 - B) * (y - m), (1 - B)**2 * v + (1 - B) * sigma2)
    assert lesson.any_sd == pytest.approx(sd, rel=0.02)
    assert f"sd {lesson.any_sd:.1f}, as over all tau" in lesson.said


def test_the_wrong_order(lesson, given_tau):
    """theta was drawn with the tau of the sweep before, and a mu that knows nothing of that tau; mu
    with that tau, too; and the tau beside them in the record is another one.

    The relative standard error of an sd from 15,000 draws is 1 / sqrt(30,000), 0.6 %; more as
    tails are heavier than normal ones: four of them are taken as 5 %.
    """
    p, m, v, y, sigma2, B = given_tau
    mean_mu = (p * m).sum()
    var_mu = (p * (v + (m - mean_mu)**2)).sum()
    mean_theta = (1 - B) * y + B * mean_mu
    for name, mean in (("tau", TAU), ("mu", m), ("theta_A", mean_theta)):
        assert abs(lesson.wrong[name].mean() - (p * mean).sum()) < four_errors(lesson.wrong[name])
        assert lesson.exact_mean[name] == pytest.approx((p * mean).sum(), rel=1e-3), "hardly move"
    sd = sd_of_mixture(p, mean_theta - m, (1 - B) * sigma2 + B**2 * var_mu + v)
    assert lesson.wrong_sd == pytest.approx(sd, rel=0.05) and 8 < sd < 9


def stale_sweeps(rng, data, chains=500, sweeps=400):
    """Theta, then mu without theta, then tau from that theta: many chains at once, by hand."""
    y, sigma, m0, s0, a0, b0 = data.values()
    mu, tau, taus = np.full(chains, 8.0), np.full(chains, 8.0), []
    for _ in range(sweeps):
        precision = 1 / sigma**2 + 1 / tau[:, None]**2
        theta = (y / sigma**2 + (mu / tau**2)[:, None]) / precision
        theta = theta + rng.standard_normal(theta.shape) / np.sqrt(precision)
        v = sigma**2 + tau[:, None]**2
        precision = (1 / v).sum(axis=1) + 1 / s0**2
        mu = ((y / v).sum(axis=1) + m0 / s0**2) / precision
        mu = mu + rng.standard_normal(chains) / np.sqrt(precision)
        scale = b0 + ((theta - mu[:, None])**2).sum(axis=1) / 2
        tau = np.sqrt(scale / rng.gamma(a0 + len(y) / 2, size=chains))
        taus.append(tau)
    return np.mean(taus[50:], axis=0)


def batch_error(draws, batches=20):
    means = draws.reshape(batches, -1).mean(axis=1)
    return means.std(ddof=1) / np.sqrt(batches)


def test_the_planted_mistake(lesson):
    """Within four standard errors, from 20 batches of each walk; S2 is ten of them off and more."""
    right, stale = lesson.bank_tau["right"], lesson.bank_tau["S2"]
    exact = gp.exact(gp.NormalNormal(lesson.schools.y, lesson.schools.sigma,
                                     tau=gp.InverseGamma(2, 50)))["tau"].mean
    assert abs(right.mean() - exact) < 4 * batch_error(right)
    own = stale_sweeps(np.random.default_rng(0), lesson.data)
    error = np.hypot(batch_error(stale), own.std() / np.sqrt(len(own)))
    assert abs(stale.mean() - own.mean()) < 4 * error
    assert stale.mean() - exact > 10 * batch_error(stale)


def test_what_it_says(lesson):
    assert (f"is {lesson.wrong_sd:.1f} and not {lesson.right_sd:.1f}: mu and tau were drawn "
            "anew after theta_A.") in lesson.said
    assert "is given a mu and a tau that are no pair: that hardly moves its mean." in lesson.said
    assert lesson.stale_sweep.__doc__.startswith("mu was drawn with theta integrated out")
