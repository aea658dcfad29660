"""Groups with one count and many exposures, gathered into the nodes of a Gauss rule."""
import numpy as np
import pytest

import gibbspool as gp
from gibbspool.models.poisson import gathered as module
from gibbspool.models.poisson.gathered import NODES, gathered, gauss_rule
from gibbspool.models.poisson.joint import Counts


def with_exposures(y, factor, J=300, seed=1):
    """Counts y, with exposures from 1 / factor to factor, some of them of several groups."""
    rng = np.random.default_rng(seed)
    offset = rng.uniform(-np.log(factor), np.log(factor), J)
    return Counts(np.full(J, float(y)), offset, rng.integers(1, 4, J).astype(float))


@pytest.mark.parametrize("factor", [1.001, 5.0, 500.0])
@pytest.mark.parametrize("y", [0, 1, 7, 1e3, 1e6])
@pytest.mark.parametrize("sigma", [1e-3, 0.1, 1.0, 2.9, 3.1, 30.0])
def test_sums_over_groups_stay_as_they_are(y, factor, sigma):
    """To 1e-12 of the sizes of their terms; curvatures, which only steer and are themselves no
    better, to 1e-10.
    """
    counts, mu = with_exposures(y, factor), np.linspace(-5, 5, 21)
    few = gathered(counts)
    assert len(few.y) <= NODES * (2 + 2 * np.log(factor) / module.WIDTH) < len(counts.y)
    each, other = (one.at(mu, np.full(len(mu), sigma)) for one in (counts, few))
    for name, limit in (("log_p", 1e-12), ("slope", 1e-12), ("curvature", 1e-10)):
        terms, again = getattr(each, name), getattr(other, name)
        size = counts.times @ np.abs(terms)
        assert np.all(np.abs(few.times @ again - counts.times @ terms) <= limit * size), name


def test_a_gauss_rule_has_the_moments_of_its_weights():
    """All those up to 2 NODES - 1, with nodes within the range and positive weights."""
    rng = np.random.default_rng(3)
    x, weight = rng.uniform(-1, 1, 100), rng.uniform(0.1, 5, 100)
    nodes, weights = gauss_rule(x, weight)
    assert len(nodes) == NODES and weights.min() > 0
    assert x.min() <= nodes.min() and nodes.max() <= x.max()
    for k in range(2 * NODES):
        assert weights @ nodes**k == pytest.approx(weight @ x**k, rel=1e-12, abs=1e-12)
    assert weights @ nodes ** (2 * NODES) != pytest.approx(weight @ x ** (2 * NODES), rel=1e-12)


@pytest.mark.parametrize("x, nodes", [
    (np.r_[np.full(20, -1.0), np.full(10, 1.0)], [-1, 1]), (np.full(20, 3.0), [3])])
def test_offsets_that_are_alike_need_no_more_nodes_than_there_are(x, nodes):
    found, weights = gauss_rule(x, np.ones(len(x)))
    assert found == pytest.approx(nodes, abs=1e-12)
    assert weights == pytest.approx([np.isclose(x, node).sum() for node in nodes])


def test_few_groups_stay_as_they_are():
    counts = Counts(*(np.concatenate(values) for values in zip(
        with_exposures(0, 2.0, NODES), with_exposures(1, 2.0, NODES))))
    few = gathered(counts)
    order, again = (np.lexsort((one.offset, one.y)) for one in (counts, few))
    for name in Counts._fields:
        assert np.array_equal(getattr(counts, name)[order], getattr(few, name)[again])
    none = Counts(*np.empty((3, 0)))
    assert len(gathered(none).y) == 0


def test_groups_of_large_counts_stay_as_they_are():
    """Gathered, 2000 groups of 1e9 would have rounding errors that no panel of the ridge bears."""
    counts = with_exposures(1e9, 2.5, 2000)
    assert len(gathered(counts).y) == len(counts.y)
    offset = np.random.default_rng(4).uniform(-0.9, 0.9, 2000)
    truth = gp.exact(gp.PoissonLognormal(np.full(2000, 1e9), 1e9 * np.exp(offset)))
    # the log rates are all but known, -offset each, and 2000 of them outweigh the priors
    assert truth["mu_log"].mean == pytest.approx(-offset.mean(), abs=1e-3)
    assert truth["sigma_log"].mean == pytest.approx(offset.std(), rel=2e-3)


def test_the_posterior_is_the_same_without_it(monkeypatch):
    """With one group left out as well: leave-one-out of 120 groups, most of them without events."""
    rng = np.random.default_rng(5)
    model = gp.PoissonLognormal(rng.poisson(0.2, 120), rng.uniform(0.5, 5, 120))
    quick = gp.exact(model)
    monkeypatch.setattr(module, "NODES", 10**6)
    plain = gp.exact(model)
    assert len(gathered(plain.counts).y) == len(plain.counts.y)
    assert quick.log_evidence == pytest.approx(plain.log_evidence, rel=1e-12)
    for name in ("mu_log", "sigma_log"):
        assert quick[name].mean == pytest.approx(plain[name].mean, rel=1e-9)
        assert quick[name].quantile(0.9) == pytest.approx(plain[name].quantile(0.9), rel=1e-8)
    assert quick["lam"].mean == pytest.approx(plain["lam"].mean, rel=1e-9)
    assert quick.elpd_loo().pointwise == pytest.approx(plain.elpd_loo().pointwise, rel=1e-9)
