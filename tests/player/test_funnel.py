import warnings
from itertools import islice

import numpy as np
import pytest
from player.conftest import SHORT_RUN

import gibbspool as gp
from gibbspool.player import page, planes, trajectories
from gibbspool.player.subject import Subject
from gibbspool.plots.funnel import density
from gibbspool.sampling.leapfrog import trajectory


@pytest.mark.parametrize("form", gp.funnel.FORMS)
def test_the_plane_is_the_exact_density(truth, form):
    found = planes.normal(truth, form, 0, np.inf)
    v, mean, sd, top = (np.array(found[name]) for name in ("v", "mean", "sd", "top"))
    stretched = np.exp(v) if form == "centred" else 1.0  # theta_j - mu = tau theta_raw_j
    for z in (0.0, 1.5):
        at = (mean + z * sd) / stretched
        expected = density(truth, 0, "noncentred", v, at) / stretched
        np.testing.assert_allclose(np.exp(top - z**2 / 2), expected, rtol=1e-4)


def test_the_plane_of_neals_funnel():
    target, found = gp.funnel.neal("centred"), planes.neal("centred")
    v, sd, top = (np.array(found[name]) for name in ("v", "sd", "top"))
    q = np.zeros((len(v), 10))
    q[:, 0], q[:, 1] = v, sd  # against v alone: the other eight x integrate to exp(v / 2) each
    change = target.log_density(q) + 8 * v / 2 - (top - 0.5)
    np.testing.assert_allclose(change, change[0], atol=1e-4)


@pytest.mark.parametrize("form", gp.funnel.FORMS)
def test_contours_hold_what_they_say(truth, form):
    """Counted on a fine grid of the plane, in which each cell has its density."""
    found = planes.normal(truth, form, 0, np.inf)
    v = np.linspace(found["v"][0], found["v"][-1], 1500)
    top, mean, sd = (np.interp(v, found["v"], found[name]) for name in ("top", "mean", "sd"))
    z = np.linspace(-6, 6, 1201)
    log_p = top[:, None] - z**2 / 2
    mass = np.exp(log_p) * sd[:, None]
    for held, level in zip(planes.HELD, found["levels"]):
        inside = mass[log_p > level].sum() / mass.sum()
        assert inside == pytest.approx(held, abs=0.01)
    inside = top > found["levels"][-1]
    reach = np.sqrt(2 * (top - found["levels"][-1])[inside]) * sd[inside]
    ends = [np.min(mean[inside] - reach), np.max(mean[inside] + reach)]
    np.testing.assert_allclose(found["across"], ends, rtol=0.02)


@pytest.fixture(scope="module")
def recorded(pages):
    """The centred form of Eight Schools, as the page has it."""
    (target,) = pages[1].data["targets"]
    return target["forms"]["centred"]


def test_what_is_recorded_of_a_run(eight, recorded):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        draws = gp.hmc(gp.funnel.normal_normal(eight, "centred"), **SHORT_RUN)
    data = recorded
    assert data["transitions"] == draws["tau"].size
    assert data["diverged"] == len(draws.divergences.chain) == draws.sample_stats["diverging"].sum()
    broke = data["broke"]
    np.testing.assert_allclose(broke[1], np.log(draws.divergences.broke["tau"]), rtol=1e-3)
    there = draws.divergences.broke
    np.testing.assert_allclose(broke[0], there["theta"][:, 0] - there["mu"], rtol=1e-3)
    np.testing.assert_allclose(data["inverse_mass"], draws.inverse_mass[0])
    neck = np.log(gp.exact(eight)["tau"].quantile(0.05))
    assert data["inNeck"] == np.mean(np.log(draws["tau"]) < neck)
    assert data["median"] == np.median(np.log(draws.divergences.broke["tau"]))


def test_a_replay_breaks_where_it_broke(eight, recorded):
    target = gp.funnel.normal_normal(eight, "centred")
    assert recorded["replays"], "the short run has no divergence: take another seed"
    for one in recorded["replays"]:
        path = trajectory(target, one["position"], one["momentum"], one["step_size"],
                          one["inverse_mass"])
        errors = [point.error for point in islice(path, one["n_steps"] + 1)]
        assert not errors[-1] <= 1000 and all(error <= 1000 for error in errors[:-1])


def test_the_table_is_a_trajectory_of_the_library():
    target = gp.funnel.neal("centred")
    table = trajectories.table(target, np.full(10, 2.0))
    path = list(islice(trajectory(target, table["position"], table["momentum"],
                                  table["step_size"], np.full(10, 2.0)),
                       trajectories.CHECKED + 1))
    for found, point in zip(table["path"], path[1:]):
        np.testing.assert_array_equal(found["position"], point.position)
        assert found["error"] == point.error
    assert len(table["path"]) == trajectories.CHECKED


def test_what_it_does_not_suit(schools):
    assert "wall" in trajectories.unsuited(
        gp.NormalNormal(schools.y, schools.sigma, tau=gp.Uniform(0, 50)))
    hospitals = gp.data.hospitals()
    poisson = gp.PoissonLognormal(hospitals.y, hospitals.exposure)
    assert trajectories.unsuited(poisson) and trajectories.page(Subject(poisson)) is None
    assert trajectories.unsuited(gp.NormalNormal(np.arange(51.0), np.ones(51)))
    assert trajectories.unsuited(gp.NormalNormal(schools.y, schools.sigma)) == ""


@pytest.mark.long
def test_the_funnel_the_same_twice_and_small():
    """With the runs that are shown; only the centred forms diverge."""
    first, second = (trajectories.funnel_page() for _ in range(2))
    assert page.as_json(first.data) == page.as_json(second.data)
    assert len(page.document("Funnel", [first])) < 600_000
    for target in first.data["targets"]:
        assert target["forms"]["centred"]["diverged"] > 0
        assert target["forms"]["noncentred"]["diverged"] == 0
        assert 3 <= len(target["forms"]["centred"]["replays"]) <= trajectories.REPLAYED
