"""One-way data of many groups and observations: the short cuts against the long way round."""
import numpy as np
import pytest

import gibbspool as gp
from gibbspool.models.one_way import given_spreads, leave_one_out
from gibbspool.models.one_way.labels import numbered
from gibbspool.models.one_way.sufficient import statistics
from gibbspool.numerics import plane


def model_of(J, N, **priors):
    """J groups of various sizes, N observations."""
    rng = np.random.default_rng(J)
    group = np.concatenate([np.arange(J), rng.integers(0, J, N - J)])
    theta = rng.normal(60, 6, J)
    return gp.OneWayNormal(rng.normal(theta[group], 12), group, **priors)


def numbers(truth):
    """What a posterior is, in a few numbers."""
    found = [truth[name].mean for name in ("mu", "tau", "sigma")]
    found += [truth[name].sd for name in ("mu", "tau", "sigma")]
    return np.concatenate([found, truth["theta"].mean, truth["theta"].sd, [truth.log_evidence],
                           truth.elpd_loo().pointwise])


@pytest.mark.parametrize("priors", [{}, {"mu": gp.Flat(), "tau": gp.HalfCauchy(5)}])
def test_moments_of_all_groups_are_those_of_each(priors):
    truth = gp.exact(model_of(8, 40, **priors))
    assert truth["theta"].mean == pytest.approx([one.mean for one in truth["theta"]], rel=1e-12)
    assert truth["theta"].sd == pytest.approx([one.sd for one in truth["theta"]], rel=1e-9)


@pytest.mark.filterwarnings("ignore:only . groups")
def test_moments_that_do_not_exist_are_marked():
    model = gp.OneWayNormal([50, 51, 60, 62.0], [0, 0, 1, 1], mu=gp.Flat(), tau=gp.HalfNormal(10),
                            sigma=gp.Flat())
    truth = gp.exact(model)
    assert np.array_equal(truth["theta"].sd, [one.sd for one in truth["theta"]])
    assert truth["theta"].mean == pytest.approx([one.mean for one in truth["theta"]], rel=1e-9)


def test_pieces_change_nothing(monkeypatch):
    model = model_of(12, 60)
    whole = numbers(gp.exact(model))
    for module in (given_spreads, leave_one_out):
        monkeypatch.setattr(module, "CACHED_PIECE", 3000)
    assert numbers(gp.exact(model)) == pytest.approx(whole, rel=1e-9)


def test_steps_are_not_halved_for_what_rounding_spoils():
    """log p(y) is about -1e6: its rounding errors, 1e-10, are no reason for ever more nodes."""
    truth = gp.exact(model_of(3000, 250_000))
    assert truth.log_evidence < -9e5
    assert len(truth.nodes.tau) < 5000


def test_a_log_density_of_large_numbers_is_integrated_all_the_same():
    """exp(1e7 - x^2 / 2): the grid is not refined beyond what its rounding errors allow."""
    asked = []

    def log_density(x):
        asked.append(len(x))
        return 1e7 - 0.5 * x**2

    found = plane.trapezoid(log_density, np.array([-50.0]), np.array([50.0]), rtol=1e-11)
    assert found.log_total == pytest.approx(1e7 + 0.5 * np.log(2 * np.pi), rel=1e-15)
    assert max(asked) < 500


@pytest.mark.parametrize("values", [
    np.array([7, 3, 7, 5, 3]), np.array(["b", "a", "b", "c", "a"]), [7, 3, 7, 5, 3],
    ["b", "a", "b", "c", "a"], ("b", "a", "b", "c", "a"), [1, "1", 2, "x", 2],
    np.array([1.5, 0.5, 1.5, 2.0, 0.5]), [True, 1, 1.0, "q", True]], ids=repr)
def test_labels_of_observations_are_the_same_whatever_holds_them(values):
    texts = [str(value) for value in (values.tolist() if hasattr(values, "tolist") else values)]
    order = list(dict.fromkeys(texts))
    number, labels = numbered("group", values, "groups", None)
    assert labels == tuple(order)
    assert number.tolist() == [order.index(text) for text in texts]
    number, labels = numbered("group", values, "groups", sorted(order))
    assert [labels[i] for i in number] == texts


def test_a_label_that_is_not_among_the_groups_is_named_with_its_place():
    for values in (np.array([1, 2, 9, 1]), [1, 2, 9, 1], ["1", "2", "9", "1"]):
        with pytest.raises(ValueError, match=r"group\[2\] is '9', which is not in groups: 1, 2"):
            numbered("group", values, "groups", [1, 2])


def test_equal_observations_have_no_spread_within():
    n, mean, within = statistics(np.array([0.1, 0.3, 0.1, 0.3, 0.1]), np.array([0, 1, 0, 1, 0]))
    assert n.tolist() == [3, 2] and mean.tolist() == [0.1, 0.3] and within.tolist() == [0, 0]


@pytest.mark.long
def test_a_finer_tolerance_changes_nothing():
    model = model_of(2000, 20_000)
    rough, fine = numbers(gp.exact(model)), numbers(gp.exact(model, rtol=1e-12))
    assert rough == pytest.approx(fine, rel=1e-8)


@pytest.mark.filterwarnings("ignore:only 4 groups")
def test_leave_one_out_is_refused_whichever_group_it_is_that_is_needed():
    """Only the last group's observations vary: without it sigma runs into zero."""
    y = [1.0, 1, 2, 2, 3, 3, 4, 5]
    truth = gp.exact(gp.OneWayNormal(y, list("aabbccdd")))
    with pytest.raises(ValueError, match="without group d the posterior is improper"):
        truth.elpd_loo()
