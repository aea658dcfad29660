"""What the tests of the Poisson wing share: data, marks for long cases, and a wrong sampler."""
import numpy as np
import pytest

import gibbspool as gp
from gibbspool.models.poisson import InterwovenPoissonLognormal
from gibbspool.sampling.interweaving import Interweaving
from gibbspool.sampling.slice import Slice

SPARSE = np.array([0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0])
LIMIT = 4.5  # of |z|: exceeded by chance once in 150,000 comparisons


def at_length(*values):
    """Cases for the long tests."""
    return [pytest.param(*(value if isinstance(value, tuple) else (value,)), marks=pytest.mark.long)
            for value in values]


def hospitals(which="printed", **kwargs):
    """The PoissonLognormal of the section's hospitals."""
    data = gp.data.hospitals(which)
    return gp.PoissonLognormal(data.y, data.exposure, groups=data.groups, **kwargs)


class NoJacobian(InterwovenPoissonLognormal):
    """Forgets by what factor the log_lam_j are stretched."""

    def sigma_log_ancillary_given(self, mu_log, sigma_log, log_lam):
        right = super().sigma_log_ancillary_given(mu_log, sigma_log, log_lam)

        def log_density(x):
            return right.logpdf(x) - self.J * np.log(x)

        return Interweaving(Slice(log_density, (1e-10, np.inf)), right.moves)
