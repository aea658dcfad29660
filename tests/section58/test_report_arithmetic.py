"""Exercise 5.8.1 on the page: its verdicts, and the terms that make up the gap between formula and
posterior mean.
"""
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import trapezoid

from gibbspool.section58 import ledger
from gibbspool.section58.parts import arithmetic

pytestmark = pytest.mark.extras

Y = np.array([28, 8, -3, 7, -1, 1, 18, 12.0])
SIGMA = np.array([15, 10, 16, 11, 9, 11, 10, 18.0])


@pytest.fixture(scope="module")
def rows():
    return arithmetic.judged().table().set_index("id")


def test_exactly_the_arithmetic_that_is_wrong_is_found_wrong(rows):
    """Recomputed here from the data table: three estimates, the sum in (c), the reduction by it."""
    B = SIGMA**2 / (SIGMA**2 + 36)
    estimate = (1 - B) * Y + B * 8
    assert rows.loc[[f"ex1.theta.{g}" for g in "ABCDEFGH"],
                    "exact"].to_numpy() == pytest.approx(estimate, rel=1e-12)
    wrong = rows[(rows["kind"] == "arithmetic") & (rows["verdict"] == "differs")]
    assert list(wrong.index) == ["ex1.theta.A", "ex1.theta.C", "ex1.theta.F", "ex1.c.theta",
                                 "ex1.c.reduction"]
    assert "0.8627" in rows.loc["ex1.theta.C", "reason"]  # (-3 - 6.49) / (-3 - 8)


def test_ties_are_ranked_in_the_order_of_the_labels(rows):
    assert list(arithmetic.ranks(np.array([0.5, 0.9, 0.5, 0.7]))) == [3, 1, 4, 2]
    assert (rows.loc[[f"ex1.rank.{g}" for g in "ABCDEFGH"], "exact"].astype(int).to_numpy()
            == [3, 6, 2, 4, 8, 5, 7, 1]).all()


def test_statements(rows):
    statements = rows[rows["kind"] == "statement"]["verdict"]
    assert set(statements[statements == "differs"].index) == {"ex1.c.second"}
    assert "6.00" in rows.loc["ex1.c.others", "reason"] and "H (18)" in rows.loc["ex1.c.second",
                                                                                 "reason"]
    # (28 - 11.24) / (28 - 7.87), all as printed
    assert "0.833" in rows.loc["ex1.stronger", "reason"]


def test_right_and_wrong_printed_values_change_the_verdict(monkeypatch, truth):
    planted = {"ex1.theta.C": "6.64", "ex1.theta.D": "7.78",
               "ex1.mcmc.A": f"{truth['theta', 'A'].mean:.2f}",
               "ex1.rank.H": "2"}
    printed = [replace(p, printed=planted.get(p.id, p.printed))
               for p in ledger.reported("Exercise 5.8.1")]
    monkeypatch.setattr(ledger, "reported", lambda where=None: printed)
    verdict = arithmetic.judged().table().set_index("id")["verdict"]
    assert [verdict[id] for id in planted] == ["agrees", "differs", "agrees", "differs"]


def test_the_gap_is_made_of_its_terms(truth):
    """Against sums over a fine grid of tau, written out here from the model's definition."""
    terms = arithmetic.gap(truth, 8.0, 6.0)
    assert terms[["mu", "tau", "averaging B",
                  "B with mu"]].sum(axis=1).to_numpy() == pytest.approx(terms["gap"], abs=1e-12)

    tau = np.linspace(0, 80, 40_001)
    v = SIGMA[:, None] ** 2 + tau**2
    precision = (1 / v).sum(axis=0) + 1 / 400
    mu = (Y[:, None] / v).sum(axis=0) / precision
    log_p = (stats.norm.logpdf(Y[:, None], mu, np.sqrt(v)).sum(axis=0)
             + stats.norm.logpdf(mu, 0, 20)
             - 0.5 * np.log(precision) + stats.halfnorm.logpdf(tau, 0, 10))
    p = np.exp(log_p - log_p.max())
    p /= trapezoid(p, tau)
    B = SIGMA[:, None] ** 2 / v
    B_bar, mu_bar, tau_bar = trapezoid(p * B, tau), trapezoid(p * mu, tau), trapezoid(p * tau, tau)
    at_mean = SIGMA**2 / (SIGMA**2 + tau_bar**2)
    assert terms["posterior mean"].to_numpy() == pytest.approx(trapezoid(p
                                                                         * ((1 - B) * Y[:, None] + B
                                                                            * mu), tau), abs=1e-6)
    assert terms["B with mu"].to_numpy() == pytest.approx(trapezoid(p * (B - B_bar[:, None])
                                                                    * (mu - mu_bar), tau), abs=1e-6)
    assert terms["averaging B"].to_numpy() == pytest.approx((B_bar - at_mean) * (mu_bar - Y),
                                                            abs=1e-6)
    assert arithmetic.mean_shrinkage(truth,
                                     5.0) == pytest.approx(trapezoid(p * 25 / (25 + tau**2), tau),
                                                           abs=1e-6)
    assert arithmetic.skewness(truth) == pytest.approx(
        trapezoid(p * (tau - tau_bar) ** 3, tau) / trapezoid(p * (tau - tau_bar) ** 2, tau) ** 1.5,
                                                       abs=1e-5)


def test_for_how_many_schools_averaging_works_against_other_terms(truth):
    """Against the term of tau for all; with the gap for C, D and F."""
    terms = arithmetic.gap(truth, 8.0, 6.0)
    assert arithmetic.against(terms, "tau") == 8 and arithmetic.against(terms, "gap") == 5
    same = terms["averaging B"] * terms["gap"] > 0
    assert list(terms.index[same]) == ["C", "D", "F"]
    assert arithmetic.in_words("theta_hat[A]") == "the estimate of school A"
    assert arithmetic.in_words("estimate of A in (c)") == "estimate of A in (c)"


def test_the_figure_has_every_school_on_both_curves(truth):
    ax, = arithmetic.shrinkage_figure(truth, 8.0, 6.0).axes
    points = [line for line in ax.lines if line.get_linestyle() == "None"]
    assert [len(line.get_xdata()) for line in points] == [9, 9]
    assert points[0].get_ydata()[-1] == pytest.approx(25 / 61)
    assert {text.get_text() for text in ax.texts} == {"A", "B, G", "C", "D, F", "E", "H", "I (new)"}
