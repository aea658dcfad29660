"""The densities of vectors."""
import numpy as np
import pytest
from scipy import stats

from gibbspool.distributions.vectors import Dirichlet, MultivariateNormal


def test_dirichlet_density_and_draws():
    a = np.array([0.5, 2.0, 3.5])
    ours, rng = Dirichlet(a), np.random.default_rng(0)
    x = stats.dirichlet(a).rvs(6, random_state=rng)
    assert ours.logpdf(x) == pytest.approx([stats.dirichlet(a).logpdf(row) for row in x])
    draws = ours.draw(rng, np.empty((40_000, 3)))
    assert draws.sum(axis=-1) == pytest.approx(np.ones(40_000))
    error = np.sqrt(stats.dirichlet(a).var() / 40_000)
    assert np.all(np.abs(draws.mean(axis=0) - a / a.sum()) < 4 * error)
    assert ours.logpdf([0.5, 0.6, 0.1]) == -np.inf
    assert ours.mean == pytest.approx(stats.dirichlet(a).mean())
    assert ours.sd == pytest.approx(np.sqrt(stats.dirichlet(a).var()))


def test_tiny_concentrations_do_not_underflow():
    x = Dirichlet(np.full(2, 1e-4)).draw(np.random.default_rng(0), np.empty((100, 2)))
    assert np.isfinite(x).all() and x.sum(axis=-1) == pytest.approx(np.ones(100))


def test_multivariate_normal_against_scipy():
    rng = np.random.default_rng(2)
    mean, root = rng.normal(size=(5, 3)), np.triu(rng.normal(size=(5, 3, 3))) + 2 * np.eye(3)
    x = rng.normal(size=(5, 3))
    batch = MultivariateNormal(mean, root)
    for i in range(5):
        one, covariance = MultivariateNormal(mean[i], root[i]), np.linalg.inv(root[i].T @ root[i])
        expected = stats.multivariate_normal(mean[i], covariance).logpdf(x[i])
        assert one.logpdf(x[i]) == pytest.approx(expected, rel=1e-12)
        assert batch.logpdf(x)[i] == pytest.approx(expected, rel=1e-12)
        assert np.allclose(batch.covariance[i], covariance, rtol=1e-12)
        assert one.sd == pytest.approx(np.sqrt(np.diag(covariance)))
        assert one.correlation == pytest.approx(covariance / np.outer(one.sd, one.sd))


def test_multivariate_normal_draws():
    """Nine moments of independent standard normals: |z| < 4 fails by chance once in 1,300 seeds."""
    rng = np.random.default_rng(3)
    mean, root = rng.normal(size=3), np.triu(rng.normal(size=(3, 3))) + 2 * np.eye(3)
    z = (MultivariateNormal(mean, root).draw(rng, np.empty((20_000, 3))) - mean) @ root.T
    means = z.mean(axis=0)
    products = (z.T @ z / len(z) - np.eye(3)) / np.sqrt(1 + np.eye(3))
    assert np.abs([*means, *products.ravel()]).max() * np.sqrt(len(z)) < 4
