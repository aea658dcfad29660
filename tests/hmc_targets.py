"""Densities to try Hamiltonian Monte Carlo on."""
import numpy as np

from gibbspool.sampling.leapfrog import leapfrog
from gibbspool.sampling.target import Target

MASS = np.array([0.5, 2.0])  # inverse masses of the two coordinates of Quartic


class CorrelatedNormal(Target):
    """q ~ Normal(mean, covariance) in three dimensions: scales 0.5 to 20, a correlation of 0.9."""

    mean = np.array([1.0, -2.0, 30.0])
    covariance = np.array([[0.25, 0.9, 0.0], [0.9, 4.0, 0.0], [0.0, 0.0, 400.0]])
    precision = np.linalg.inv(covariance)

    def log_density(self, q):
        return -0.5 * np.einsum("...i,ij,...j->...", q - self.mean, self.precision, q - self.mean)

    def gradient(self, q):
        return -(q - self.mean) @ self.precision

    def initial(self, rng, shape=()):
        return self.mean + 2 * np.sqrt(np.diag(self.covariance)) * rng.standard_normal((*shape, 3))


class Quartic(Target):
    """log p(q) = -sum q^4 / 4: not normal, so that the leapfrog is exact in none of its moments."""

    def log_density(self, q):
        return -(q**4).sum(axis=-1) / 4

    def gradient(self, q):
        return -(q**3)

    def initial(self, rng, shape=()):
        return rng.uniform(-2, 2, (*shape, 2))


def walk(target, q, p, step_size, inverse_mass, steps):
    force = target.gradient(q)
    for _ in range(steps):
        q, p, force = leapfrog(target.gradient, q, p, force, step_size, inverse_mass)
    return q, p
