"""Section 5.8.2 on the page: the structure of the model and the shrinkage example."""
from dataclasses import replace

import numpy as np
import pytest

from gibbspool.section58 import ledger
from gibbspool.section58.parts import structure

pytestmark = pytest.mark.extras


@pytest.fixture(scope="module")
def model(truth):
    return truth.model


@pytest.fixture(scope="module")
def rows():
    return structure.judged().table().set_index("id")


def test_what_holds_and_what_does_not(rows):
    assert set(rows.index[rows["verdict"] == "differs"]) == {"shrinkage.E_own_data",
                                                             "shrinkage.tau"}
    assert rows.loc["shrinkage.B.E", "exact"] == pytest.approx(81 / 117)
    assert rows.loc["shrinkage.theta.H", "exact"] == pytest.approx(0.1 * 12 + 0.9 * 8)
    assert "0.69" in rows.loc["shrinkage.E_own_data", "reason"]
    assert "1.19 off" in rows.loc["shrinkage.tau", "reason"]


def test_right_and_wrong_printed_values_change_the_verdict(monkeypatch):
    # exactly 4.81 and 7.45: within a tenth of 5, not of 9
    planted = {"shrinkage.tau": "5", "shrinkage.mu": "9", "shrinkage.B.H": "0.91"}
    printed = [replace(p, printed=planted.get(p.id, p.printed))
               for p in ledger.reported("5.8.2 shrinkage")]
    monkeypatch.setattr(ledger, "reported", lambda where=None: printed)
    verdict = structure.judged().table().set_index("id")["verdict"]
    assert [verdict[id] for id in planted] == ["agrees", "differs", "differs"]


@pytest.mark.parametrize("right, words", [
    ([True, True], "all agree"), ([False, False], "none agrees"), ([True, False], "1 agrees"),
    ([True, True, False], "2 agree")])
def test_all_or_some(right, words):
    assert structure.all_or_some(np.array(right)) == words


def test_a_missing_factor_would_be_noticed(monkeypatch):
    whole = structure.log_factors
    monkeypatch.setattr(structure, "log_factors", lambda *at: whole(*at)[1:])
    assert structure.judged().table().set_index("id").loc["shrinkage.factors",
                                                          "verdict"] == "differs"


def test_limits_are_judged_by_the_formula(monkeypatch, model):
    """With sigma in place of its square nothing would tend to 0 or 1 as fast."""
    monkeypatch.setattr(structure.NormalNormal, "shrinkage",
                        lambda self, tau: self.sigma / (self.sigma + np.asarray(tau)[..., None]))
    book = ledger.Ledger("5.8.2 shrinkage")
    structure.judged_limits(book, model, 6.0)
    verdicts = [book._rows[f"shrinkage.limit_{name}"]["verdict"]
                for name in ("noisy", "precise", "tau")]
    assert verdicts == ["differs"] * 3


def test_prior_correlation(model):
    """400 / (400 + 100); 100,000 pairs, whose correlation has a standard error below 0.0032."""
    assert structure.prior_correlation(model) == pytest.approx(0.8)
    free, given = (np.corrcoef(structure.prior_pairs(model, 100_000, seed=5, **known).T)[0, 1]
                   for known in ({}, {"mu": 8, "tau": 6}))
    assert free == pytest.approx(0.8, abs=0.013) and given == pytest.approx(0, abs=0.013)


def test_what_one_school_tells_of_another_before_the_data(model):
    """Against prior pairs near theta_A = 20; four standard errors of the mean of 5,000 or so."""
    pairs = structure.prior_pairs(model, 400_000, seed=6)
    near = pairs[np.abs(pairs[:, 0] - 20) < 0.5, 1]
    error = near.std() / np.sqrt(len(near))
    assert structure.expected_after(model, 20.0) == pytest.approx(near.mean(), abs=4 * error)
    assert structure.expected_after(model, 0.0) == pytest.approx(0.0, abs=1e-9)


def test_two_schools_that_hang_together_given_mu_and_tau_are_noticed(monkeypatch, model):
    whole = structure.NormalNormal.log_joint
    assert structure.interaction(model, 8.0, 6.0) == pytest.approx(0, abs=1e-9)
    monkeypatch.setattr(type(model), "log_joint", lambda self, mu, tau, theta:
                        whole(self, mu, tau, theta) + 0.01 * theta[0] * theta[1])
    assert structure.interaction(model, 8.0, 6.0, by=5.0) == pytest.approx(0.25)


def test_the_urn_by_hand():
    """Two marbles, each composition equally probable: none, one or two red."""
    assert structure.urn(2) == pytest.approx({
        "RW": 1 / 6, "WR": 1 / 6, "first red": 1 / 2, "second red": 1 / 2,
        "second red after red": 2 / 3})


def test_what_is_borrowed_is_a_posterior_covariance(model, truth):
    """For normal data d E[theta_k | y] / d y_i = cov(theta_k, theta_i | y) / sigma_i^2."""
    m, variance = truth.mu_given(truth.nodes)
    B, p = model.shrinkage(truth.nodes), np.exp(truth.integral.log_mass)
    centre = (1 - B) * model.y + B * m[:, None]
    i = model.groups.index("G")
    off = centre - truth["theta"].mean
    covariance = p @ (off * off[:, [i]] + B * B[:, [i]] * variance[:, None])
    covariance[i] = truth["theta", "G"].sd ** 2
    slope = structure.borrowed(model, "G", by=1e-3) / 1e-3
    assert slope == pytest.approx(covariance / model.sigma[i] ** 2, rel=1e-3)


def test_the_plates_hold_what_they_repeat():
    """Left the instructors, with a common sigma; right Eight Schools, each with its own sigma_i."""
    instructors, eight = structure.plots_section.plate().axes
    inner, outer = sorted((p.get_bbox() for p in instructors.patches
                           if hasattr(p, "get_boxstyle")), key=lambda b: b.width)
    circles = {text.get_text(): text.get_position() for text in instructors.texts}
    assert inner.contains(*circles[r"$y_{ij}$"]) and outer.contains(*circles[r"$y_{ij}$"])
    assert outer.contains(*circles[r"$\theta_i$"]) and not inner.contains(*circles[r"$\theta_i$"])
    assert not any(outer.contains(*circles[name]) for name in (r"$\mu$", r"$\tau$", r"$\sigma$"))
    shaded = [p for p in instructors.patches if hasattr(p, "get_radius")
              and p.get_facecolor()[:3] != (1, 1, 1)]
    assert tuple(shaded[0].center) == circles[r"$y_{ij}$"]
    plate, = (p.get_bbox() for p in eight.patches if hasattr(p, "get_boxstyle"))
    circles = {text.get_text(): text.get_position() for text in eight.texts}
    assert all(plate.contains(*circles[name]) for name in (r"$y_i$", r"$\sigma_i$",
                                                           r"$\theta_i$"))
    assert not any(plate.contains(*circles[name]) for name in (r"$\mu$", r"$\tau$"))
