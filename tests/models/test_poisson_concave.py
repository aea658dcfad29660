"""Which conditionals of the Poisson-lognormal model are log-concave, and what draws them."""
import warnings

import numpy as np
import pytest

import gibbspool as gp
from gibbspool.models.poisson import PoissonLognormal
from gibbspool.sampling.concave_slice import ConcaveSlice, ConcaveSliceOfLog
from gibbspool.sampling.slice import Slice

Y = np.array([0.0, 0.0, 3.0, 40.0, 1e6, 1e9])
EXPOSURE = np.array([0.0, 1e6, 1e-6, 1.0, 1.0, 1e9])
CONCAVE = [gp.HalfNormal(1), gp.Exponential(1), gp.Uniform(0, 5), gp.Flat(), gp.Gamma(2, 1),
           gp.Normal(1, 1), gp.Normal(-1, 1)]
NOT_CONCAVE = [gp.HalfCauchy(1), gp.HalfT(3, 1), gp.InverseGamma(1, 1), gp.Gamma(0.5, 1)]


def form_of(form, sigma_log=gp.HalfNormal(1), **kwargs):
    return PoissonLognormal(Y, EXPOSURE, form=form, sigma_log=sigma_log, **kwargs)


def bends_upwards(kernel, x):
    """Whether the log density in the kernel's coordinate ever lies below the chord of neighbours,
    by more than rounding.
    """
    u = kernel.coordinate.u(x)
    with np.errstate(all="ignore"):
        f = kernel.log_density_u(u.reshape(-1, *[1] * np.ndim(kernel.width)), *kernel.parameters)
    middle, chord = f[1:-1], (f[:-2] + f[2:]) / 2
    seen = np.isfinite(chord)
    return np.any((middle < chord - 1e-12 * (1 + np.abs(f[2:]) + np.abs(f[:-2])))[seen])


@pytest.mark.parametrize("state", range(8))
def test_log_rates_are_log_concave(state):
    rng = np.random.default_rng(state)
    at = {"mu_log": rng.normal(0, 3), "sigma_log": np.exp(rng.normal(0, 2))}
    x = np.linspace(-40, 40, 401)
    assert not bends_upwards(form_of("centred").log_lam_given(**at), x)
    assert not bends_upwards(form_of("noncentred").lam_raw_given(**at), x / 4)


@pytest.mark.parametrize("state", range(8))
@pytest.mark.parametrize("prior", CONCAVE, ids=repr)
def test_sigma_log_is_log_concave_where_its_prior_is(prior, state):
    """Given lam_raw in sigma_log itself, and given log_lam in its logarithm."""
    rng = np.random.default_rng(state)
    model, raw = form_of("noncentred", prior), rng.normal(0, 2, 6)
    x = np.linspace(1e-6, 5 - 1e-6, 300)
    kernel = model.sigma_log_given(raw, rng.normal(0, 2))
    assert type(kernel) is ConcaveSlice and not bends_upwards(kernel, x)
    assert not bends_upwards(model.mu_log_given(raw, 0.7), np.linspace(-30, 30, 300))
    kernel = form_of("centred", prior).sigma_log_given(raw, 0.3)
    if prior.log_concave_in_log and prior.support[0] >= 0 or prior == gp.Flat():
        assert type(kernel) is ConcaveSliceOfLog
    if type(kernel) is ConcaveSliceOfLog:
        assert not bends_upwards(kernel, np.geomspace(1e-6, 5 - 1e-6, 300))


@pytest.mark.parametrize("prior", NOT_CONCAVE, ids=repr)
def test_a_prior_that_is_not_log_concave_gets_the_general_slice(prior):
    assert type(form_of("noncentred", prior).sigma_log_given(np.ones(6), 0.0)) is Slice
    kernel = form_of("centred", prior).sigma_log_given(np.ones(6), 0.3)
    assert type(kernel) is ConcaveSliceOfLog
    assert not bends_upwards(kernel, np.geomspace(1e-6, 1e3, 300))


def test_a_normal_prior_with_a_positive_mean_gets_the_general_slice_given_log_lam():
    assert type(form_of("centred", gp.Normal(1, 1)).sigma_log_given(np.ones(6), 0.3)) is Slice


@pytest.mark.parametrize("form", ["centred", "interwoven"])
@pytest.mark.parametrize("prior, mu_log", [
    (gp.HalfNormal(1), gp.Normal(0, 1)), (gp.HalfCauchy(5), gp.Flat()),
    (gp.Uniform(0, 50), gp.Normal(0, 1000)), (gp.Normal(2, 0.1), gp.Normal(5, 1e-3)),
    (gp.Gamma(0.5, 1), gp.Normal(0, 1)), (gp.Flat(), gp.Flat())], ids=repr)
def test_extreme_counts_exposures_and_priors_are_sampled(form, prior, mu_log):
    """60 sweeps from far out: all finite, all moving; counts from 0 to 1e9, exposures likewise."""
    model = form_of(form, prior, mu_log=mu_log)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        draws = gp.sample(model, draws=30, tune=30, chains=3, seed=1, keep=list(model.order[:3]))
    for name, values in draws.items():
        assert np.isfinite(values).all() and np.all(values[:, 0] != values[:, -1]), name
