"""The exact Normal-Normal posterior of many groups: the short cuts against the long way round."""
import numpy as np
import pytest
from monte_carlo import z_of_means

import gibbspool as gp
from gibbspool.models.normal import around, exact, integral_of_tau
from gibbspool.numerics import pieces


def model_of(J, spread=8.0, covariate=False, **arguments):
    rng = np.random.default_rng(J)
    x = rng.normal(0, 1, J) if covariate else None
    sigma = rng.uniform(5, 20, J)
    theta = rng.normal(5 + (3 * x if covariate else 0), spread, J)
    return gp.NormalNormal(rng.normal(theta, sigma), sigma, x=x, **arguments)


def numbers(truth):
    """A few dozen numbers that say what a posterior is, each over its posterior sd."""
    one_by_one = {name: [truth[name][j] for j in (0, 5, -1)] for name in ("theta", "shrinkage")}
    marginals = [truth["tau"], truth["mu"], *one_by_one["theta"], *one_by_one["shrinkage"]]
    q = np.array([1e-6, 0.05, 0.5, 0.95, 1 - 1e-6])
    found = [np.append(m.quantile(q), m.mean) / m.sd for m in marginals]
    found += [truth["theta"].mean / truth["theta"].sd, truth["shrinkage"].mean]
    found += [[truth.log_evidence], truth.elpd_loo().pointwise, [np.log(truth["tau"].sd)],
              truth["tau"].logpdf([0.0, 1.0, 7.0, 30.0, 1e3])]
    return np.concatenate(found)


@pytest.mark.parametrize("arguments", [
    dict(), dict(tau=gp.HalfCauchy(3), mu=gp.Normal(300, 2)), dict(covariate=True),
    pytest.param(dict(tau=gp.Uniform(0, 50)), marks=pytest.mark.long)],
    ids=["plain", "far from the prior", "covariate", "bounded"])
@pytest.mark.filterwarnings("ignore:prior and data disagree")
@pytest.mark.filterwarnings("ignore:the prior decides")
def test_polynomials_in_tau_change_nothing(arguments, monkeypatch):
    """300 groups with what is known given tau read off, and without."""
    model = model_of(300, **arguments)
    read_off = numbers(gp.exact(model))
    monkeypatch.setattr(integral_of_tau, "MANY", 1000)
    assert read_off == pytest.approx(numbers(gp.exact(model)), rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("covariate", [False, True])
def test_no_digits_are_sought_where_the_groups_cancel(covariate):
    """Every group has a mirror image: how mu moves with tau is nothing but rounding."""
    half = model_of(400, covariate=covariate)
    y, sigma = np.concatenate([half.y, -half.y]), np.tile(half.sigma, 2)
    x = np.concatenate([half.x, -half.x]) if covariate else None
    truth = gp.exact(gp.NormalNormal(y, sigma, x=x))
    assert len(truth.given.read.starts) < 100
    assert truth["mu"].mean == pytest.approx(0, abs=1e-12 * truth["mu"].sd)


@pytest.mark.parametrize("tau", [0.0, pytest.param(8.0, marks=pytest.mark.long)])
def test_no_table_of_all_nodes_and_groups_is_made(tau, monkeypatch):
    """Ten groups at a time give what one table of all does."""
    model = model_of(40, tau)
    whole = numbers(gp.exact(model))
    for place in (pieces, around, exact, integral_of_tau):
        monkeypatch.setattr(place, "CACHED_PIECE", 100)
    assert numbers(gp.exact(model)) == pytest.approx(whole, rel=1e-9, abs=1e-9)


@pytest.mark.filterwarnings("ignore:only 3 groups")
def test_moments_of_all_groups_are_those_of_each():
    for model in (model_of(3), model_of(30, covariate=True)):
        truth = gp.exact(model)
        for name in ("theta", "shrinkage"):
            assert truth[name].mean == pytest.approx([one.mean for one in truth[name]], rel=1e-12)
            assert truth[name].sd == pytest.approx([one.sd for one in truth[name]], rel=1e-9)


@pytest.mark.long
@pytest.mark.parametrize("tau", [0.0, 8.0])
def test_a_finer_tolerance_changes_nothing(tau):
    model = model_of(20_000, tau)
    rough, fine = gp.exact(model), gp.exact(model, rtol=1e-12)
    for name in ("tau", "mu"):
        assert rough[name].mean == pytest.approx(fine[name].mean, abs=1e-8 * fine[name].sd)
        assert rough[name].sd == pytest.approx(fine[name].sd, rel=1e-8)
    assert rough["theta"].mean == pytest.approx(fine["theta"].mean, rel=1e-9)
    assert rough.log_evidence == pytest.approx(fine.log_evidence, abs=1e-6)


@pytest.mark.long
@pytest.mark.parametrize("form", ["collapsed", "centred"])
def test_many_groups_as_gibbs_sees_them(form):
    """z-scores of means over 40 chains, t with 39 degrees of freedom: |t| > 5.5 has 3e-6."""
    model = model_of(1000, form=form)
    truth = gp.exact(model)
    draws = gp.sample(model, draws=100, tune=200, chains=40, seed=3)
    assert abs(z_of_means(draws["tau"], truth["tau"].mean)) < 5.5
    assert abs(z_of_means(draws["mu"], truth["mu"].mean)) < 5.5
    z = [z_of_means(draws["theta"][..., j], mean) for j, mean in enumerate(truth["theta"].mean)]
    assert np.abs(z).max() < 5.5
