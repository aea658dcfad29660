import numpy as np
import pytest

import gibbspool as gp
from gibbspool.models import examples
from gibbspool.models.one_way.collapsed import CollapsedOneWayNormal
from gibbspool.player import page, play, shrinkage
from gibbspool.player.subject import Subject


def test_given_tau_averages_to_the_exact_posterior(eight, truth):
    """E[theta_j] = E[E[theta_j | tau]], over the nodes of the exact posterior of tau."""
    keep, mass = truth.nodes_that_count
    given = [shrinkage.given_tau(eight, tau) for tau in truth.nodes[keep]]
    mean, sd = (np.array([one[name] for one in given]) for name in ("mean", "sd"))
    averaged = mass @ mean
    np.testing.assert_allclose(averaged, [one.mean for one in truth["theta"]], rtol=1e-9)
    np.testing.assert_allclose(np.sqrt(mass @ (sd**2 + (mean - averaged) ** 2)),
                               [one.sd for one in truth["theta"]], rtol=1e-9)


def test_the_ends_of_the_slider(eight):
    pooled = gp.exact(eight.complete_pooling())["mu"]
    at_zero = shrinkage.given_tau(eight, 0.0)
    np.testing.assert_allclose(at_zero["mean"], pooled.mean, rtol=1e-12)
    np.testing.assert_allclose(at_zero["sd"], pooled.sd, rtol=1e-12)
    far = shrinkage.given_tau(eight, 1e9)
    np.testing.assert_allclose(far["mean"], eight.y, rtol=1e-12)
    np.testing.assert_allclose(far["sd"], eight.sigma, rtol=1e-12)


def test_what_is_recorded_is_the_exact_posterior(eight, truth):
    data = shrinkage.record(Subject(eight))
    stops = data["tau"]["stops"]
    np.testing.assert_allclose(data["tau"]["posterior"][1:], truth["tau"].pdf(stops[1:]), rtol=1e-3)
    assert 0.98 < data["tau"]["cdf"][-1] <= 1 and len(stops) == shrinkage.STOPS
    for j, one in enumerate(data["averaged"]["theta"]):
        assert one["mean"] == truth["theta"][j].mean
        inside = truth["theta"][j].cdf(one["high"]) - truth["theta"][j].cdf(one["low"])
        assert inside == pytest.approx(0.89, abs=1e-9)


@pytest.mark.parametrize("given", [
    dict(mu=gp.Flat(), tau=gp.HalfCauchy(25)), dict(tau=gp.Flat()), dict(tau=gp.Uniform(0, 50)),
    dict(tau=gp.Gamma(0.5, 0.1)), dict(tau=gp.InverseGamma(1, 1))])
def test_other_priors(schools, given):
    model = gp.NormalNormal(schools.y, schools.sigma, **given)
    data = page.plain(shrinkage.record(Subject(model)))
    assert np.isfinite(data["tau"]["posterior"]).all() and max(data["tau"]["posterior"]) > 0
    assert (data["tau"]["prior"] is None) == (not model.tau.proper)
    assert data["precision"] == model.mu.precision


def test_of_many_groups_some_are_shown():
    rng = np.random.default_rng(1)
    model = gp.NormalNormal(rng.normal(0, 3, 200), np.full(200, 2.0), groups=list(range(200)))
    data = shrinkage.record(Subject(model))
    order = [model.y[j] for j in data["shown"]]
    assert len(set(data["shown"])) == shrinkage.SHOWN and order == sorted(order)
    assert {order[0], order[-1]} == {model.y.min(), model.y.max()}
    assert len(data["y"]) == 200  # all of them are needed for mu


def test_the_same_twice_and_small(eight):
    first, second = (page.document("x", [shrinkage.page(Subject(eight))]) for _ in range(2))
    assert first == second and len(first) < 600_000


def test_what_it_does_not_suit(schools):
    private = gp.data.private_schools()
    with_x = gp.NormalNormal(private.y, private.sigma, x=private.x)
    baseball = gp.data.baseball()
    binomial = gp.BetaBinomial(baseball.successes, baseball.trials)
    assert "covariates" in shrinkage.unsuited(with_x) and shrinkage.unsuited(binomial)
    assert shrinkage.page(Subject(binomial)) is None
    assert any("on shrinkage" in one for one in play.left_out(binomial))
    assert play.left_out(gp.NormalNormal(schools.y, schools.sigma)) == []
    many = gp.NormalNormal(np.arange(2001.0), np.ones(2001))
    assert "2000" in shrinkage.unsuited(many)
    assert shrinkage.unsuited(gp.NormalNormal(schools.y, schools.sigma, form="centred")) == ""


def test_of_observations_sigma_is_held_and_that_is_said():
    model = examples.instructors("centred")
    subject = Subject(model)
    data = shrinkage.page(subject).data
    sigma = subject.truth["sigma"].mean
    np.testing.assert_allclose(data["y"], model.mean)
    np.testing.assert_allclose(data["sigma"], sigma / np.sqrt(model.n))
    off = [abs(one["mean"] - subject.truth["theta"][j].mean)
           for j, one in zip(data["shown"], data["averaged"]["theta"])]
    assert f"as if it were known: {sigma:.3g}" in data["note"]
    assert f"by at most {max(off):.1g}" in data["note"] and max(off) < 0.05
    # given tau and sigma alike, the pooled means are those of the model itself
    given, at = data["table"][4], CollapsedOneWayNormal.mu_given
    collapsed = examples.instructors("collapsed")
    assert given["m"] == pytest.approx(float(at(collapsed, given["tau"], sigma).mean))


@pytest.mark.parametrize("scale", [pytest.param(1.0, marks=pytest.mark.long), 1e6])
def test_the_page_of_observations_checks_itself(browser, tmp_path, scale):
    found = gp.data.instructors()
    model = gp.OneWayNormal(scale * found.y, found.group, mu=gp.Flat(), tau=gp.HalfCauchy(scale),
                            sigma=gp.HalfCauchy(scale))
    path = tmp_path / "player.html"
    path.write_text(page.document("T", [shrinkage.page(Subject(model))]), encoding="utf-8")
    with browser.open(path) as one:
        assert one.evaluate("document.documentElement.dataset.ok") == "true", one.text("#agrees")
        assert "as if it were known" in one.text("main") and one.errors == []
