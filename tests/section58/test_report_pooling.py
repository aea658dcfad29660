"""Section 5.8.1 on the page: the three pooling strategies."""
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import gibbspool as gp
from gibbspool.section58 import ledger
from gibbspool.section58.parts import pooling_on_average, pooling_problem

pytestmark = pytest.mark.extras


@pytest.fixture(scope="module")
def many():
    return pooling_problem.simulated(60)


@pytest.fixture(scope="module")
def rows(many):
    return pooling_problem.judged(many).table().set_index("id")


def test_what_holds_and_what_does_not(rows):
    assert set(rows.index[rows["verdict"] == "differs"]) == {"pooling.sizes"}
    assert set(rows.index[rows["verdict"] == "agrees in part"]) == {
        "pooling.unbiased", "pooling.extremes", "pooling.abundant"}
    assert (rows.loc[["pooling.narrower", "pooling.inefficient"], "margin"] > 2.5).all()
    assert rows.loc[rows["kind"] == "statement", "criterion"].str.len().min() > 20
    # no_pool pulls school E, of the least standard error, by 9^2 / (9^2 + 20^2)
    assert f"by {81 / 481:.0%} to" in rows.loc["pooling.unbiased", "reason"]


def test_a_wrong_number_and_other_averages_change_the_verdict(many, monkeypatch):
    printed = [replace(p, printed="76") if p.id == "pooling.middle" else p
               for p in ledger.reported("5.8.1 pooling problem")]
    monkeypatch.setattr(ledger, "reported", lambda where=None: printed)
    monkeypatch.setattr(pooling_problem, "BARELY", 0.05)  # our largest section is pulled by 5.8%
    worse = {"ratio": 1 / many["ratio"], "error partial": 2 * many["error no"]}
    verdict = pooling_problem.judged(many | worse).table().set_index("id")
    for id in ("pooling.middle", "pooling.narrower", "pooling.abundant", "pooling.inefficient"):
        assert verdict.loc[id, "verdict"] == "differs"


def test_the_mean_pull_of_a_section(many):
    """1 / (1 + sqrt(n) 10 / 15), against quadrature over u = arctan(tau / sigma * 15 / 10), uniform
    on (0, pi / 2), and against simulated data sets (four standard errors).
    """
    n = np.sort(pooling_problem.model().n)
    u = (np.arange(20_000) + 0.5) / 20_000 * np.pi / 2
    ratio2 = (10 / 15 * np.tan(u)) ** 2
    by_quadrature = [(1 / (1 + size * ratio2)).mean() for size in n]
    assert pooling_problem.mean_shrinkage(n) == pytest.approx(by_quadrature, rel=1e-4)
    error = many["B"].std(axis=0, ddof=1) / np.sqrt(60)
    assert (np.abs(many["B"].mean(axis=0) - by_quadrature) < 4 * error).all()


def test_one_instructor_s_scores_are_raised_alone():
    ours = pooling_problem.model()
    raised = pooling_problem.raised_by(ours, ours.groups[2], 3.0)
    assert raised.mean - ours.mean == pytest.approx([0, 0, 3, 0, 0])
    assert raised.groups == ours.groups and raised.within == pytest.approx(ours.within)


def test_the_exact_intervals_of_our_instructors_on_a_grid():
    """The posterior of (tau, sigma) on a grid, from the section's priors and the scores' means and
    scatter alone.
    """
    ours = pooling_problem.model()
    tau, sigma = (axis.ravel()
                  for axis in np.meshgrid(np.linspace(0.01, 60, 800), np.linspace(5, 14, 120)))
    error2 = sigma[:, None] ** 2 / ours.n
    v = error2 + tau[:, None] ** 2
    precision = (1 / v).sum(axis=1) + 1 / 625
    mu = ((ours.mean / v).sum(axis=1) + 50 / 625) / precision
    log_p = (stats.norm.logpdf(ours.mean, mu[:, None], np.sqrt(v)).sum(axis=1)
             + stats.norm.logpdf(mu, 50, 25)
             - np.log(precision) / 2 - (ours.N - 5) * np.log(sigma) - ours.within.sum()
             / (2 * sigma**2)
             + stats.halfnorm.logpdf(tau, 0, 10) + stats.halfnorm.logpdf(sigma, 0, 15))
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    B = error2 / v
    assert pooling_problem.truth()["shrinkage"].mean == pytest.approx(p @ B, abs=1e-4)
    mean, sd = (1 - B) * ours.mean + B * mu[:, None], np.sqrt(tau[:, None] ** 2 * B + B**2
                                                              / precision[:, None])
    for end, share in zip(pooling_problem.estimates(pooling_problem.truth())[1:], (0.055, 0.945)):
        assert p @ stats.norm.cdf((end - mean) / sd) == pytest.approx(np.full(5, share), abs=2e-4)


def test_the_spread_of_an_estimate_has_two_parts():
    found = pooling_problem.truth()
    for i, sd in enumerate(found["theta"].sd):
        given, unknown = pooling_problem.spread_of(found, i)
        assert given**2 + unknown**2 == pytest.approx(sd**2, rel=1e-6)


def test_simulated_intervals_hold_as_often_as_they_say(many):
    """Partial pooling is the model that the data came from: 89%, within four standard errors of 60
    data sets.
    """
    covers = many["covers partial"].mean(axis=1)
    assert covers.mean() == pytest.approx(0.89, abs=4 * covers.std(ddof=1) / np.sqrt(60))
    assert many["covers complete"].mean() < 0.7
    # an interval without pooling reaches 1.6 standard errors, or a little less
    off = np.abs(many["error no"])
    assert many["covers no"][off < 1.4].all() and not many["covers no"][off > 1.6].any()
    error = {name: np.abs(many[f"error {name}"]).mean() for name in ("no", "partial")}
    assert error["partial"] < error["no"]


def test_smaller_sections_have_larger_factors(many):
    assert (np.diff(many["B"], axis=1) <= 0).all()
    n = np.sort(pooling_problem.model().n)
    average, errors = pooling_problem.average_tables(many)
    assert list(average.index) == list(errors.index) == [f"{size} students" for size in n]
    assert (average["complete pooling"] < average["partial pooling"]).all()
    assert errors["no pooling"].iloc[0] == np.median(np.abs(many["error no"][:, 0]))


def test_moving_the_means_leaves_the_scatter_within_sections():
    ours, tight = pooling_problem.model(), pooling_problem.model(0.1)
    assert tight.within == pytest.approx(ours.within)
    assert tight.y.mean() == pytest.approx(ours.y.mean())
    assert np.ptp(tight.mean) == pytest.approx(0.1 * np.ptp(ours.mean))


def test_overall_sd_is_that_of_all_scores():
    """With sigma at the value that the scores within the sections suggest, the total is exactly the
    sample's sd.
    """
    ours = pooling_problem.model()
    sigma = np.sqrt(ours.within.sum() / (ours.N - ours.J))
    together = pooling_on_average.overall_sd(ours.mean, ours.n, sigma)
    assert together == pytest.approx(ours.y.std(ddof=1))


def test_middle_holds_89_per_cent():
    mean, low, high = pooling_on_average.middle(gp.Normal(2.0, 3.0))
    assert mean == 2 and [gp.Normal(2, 3).logpdf(x)
                          for x in (low, high)] == pytest.approx([-3.2946] * 2, abs=1e-3)


def test_figure_5_33_shows_every_instructor_three_times():
    panels = pooling_problem.figure_5_33().axes
    assert [ax.get_title() for ax in panels] == ["complete pooling", "no pooling",
                                                 "partial pooling"]
    for ax, sets in zip(panels, (1, 2, 1)):
        assert len(ax.containers) == sets
        assert all(len(bars.lines[0].get_ydata()) == 5 for bars in ax.containers)
    complete, none, partial = (len(ax.texts) for ax in panels)
    assert (complete, none) == (5, 0) and 0 < partial < 5, "an arrow where an estimate moves"
