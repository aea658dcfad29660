"""The samplers of the Poisson-lognormal model against its exact posterior."""
import warnings

import numpy as np
import pytest
from monte_carlo import z_of_means
from poisson_cases import LIMIT, SPARSE, NoJacobian, at_length, hospitals

import gibbspool as gp
from gibbspool.models.poisson import PoissonLognormal
from gibbspool.sampling.gibbs import Conditionals, sweep

FORMS = ("centred", "noncentred", "interwoven")


@pytest.fixture(scope="module")
def truth():
    return gp.exact(hospitals())


def z_scores(model, exact, chains, draws, tune, seed):
    """z-scores of mu_log, sigma_log, each lam_j and a new rate: of their means, or of shares below.

    Many lock-step chains: the standard error is that of independent chain means, whatever happens
    within a chain.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = gp.sample(model, draws=draws, tune=tune, chains=chains, seed=seed)
    z = [z_of_means(found["mu_log"], exact["mu_log"].mean),
         z_of_means(found["sigma_log"], exact["sigma_log"].mean),
         z_of_means(found["sigma_log"] < exact["sigma_log"].quantile(0.2), 0.2),
         z_of_means(found.new_group() < exact.new_group.quantile(0.7), 0.7)]
    z += [z_of_means(found["lam"][..., j] < exact["lam"][j].quantile(0.5), 0.5)
          for j in range(model.J)]
    return np.array(z)


def exact_start(model, exact, chains, seed):
    """Independent exact draws as starting values of a form, one for each chain."""
    start = {name: x[:, 0] for name, x in exact.sample(1, chains, seed).items()}
    start["lam_raw"] = ((start["log_lam"] - start["mu_log"][:, None])
                        / start["sigma_log"][:, None])
    return {name: start[name] for name in Conditionals(model).variables}


@pytest.mark.parametrize("form", FORMS)
def test_starts_are_more_spread_out_than_the_posterior(form, truth):
    """4000 starts: at least 1.5 times as wide, and not more than 20 times."""
    model = hospitals(form=form)
    starts = model.initial(np.random.default_rng(0), (4000,))
    assert np.all(starts["sigma_log"] > 0)
    ratios = [starts["mu_log"].std() / truth["mu_log"].sd,
              starts["sigma_log"].std() / truth["sigma_log"].sd]
    if form == "noncentred":
        ratios += list(starts["lam_raw"].std(axis=0))          # a priori their sd is one
    else:
        ratios += list(starts["log_lam"].std(axis=0) / truth["log_lam"].sd)
    assert 1.5 < min(ratios) and max(ratios) < 20, ratios


@pytest.mark.parametrize("form", ["interwoven", *at_length("centred", "noncentred")])
def test_each_form_reaches_the_exact_posterior(form, truth):
    """12 comparisons: |z| < 4.5. The warm-up is as long as the form's walk in sigma_log takes."""
    tune = {"centred": 300, "noncentred": 60, "interwoven": 30}[form]
    z = z_scores(hospitals(form=form), truth, chains=300, draws=30, tune=tune, seed=1)
    assert np.abs(z).max() < LIMIT, z


def test_the_comparison_sees_a_wrong_sampler(truth):
    """The same test fails for the sampler whose step lacks the Jacobian, which the check names."""
    data = gp.data.hospitals()
    with np.errstate(all="ignore"):  # some chains do not move at all
        z = z_scores(NoJacobian(data.y, data.exposure), truth, chains=200, draws=10, tune=20,
                     seed=1)
    assert np.abs(z).max() > 2 * LIMIT


@pytest.mark.long
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("which", ["printed", "seed"])
def test_each_form_on_the_hospitals_at_length(form, which):
    tune = {"centred": 800, "noncentred": 200, "interwoven": 100}[form]
    z = z_scores(hospitals(which, form=form), gp.exact(hospitals(which)), chains=1000, draws=100,
                 tune=tune, seed=2)
    assert np.abs(z).max() < LIMIT, z


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_each_form_on_data_drawn_from_the_prior(seed):
    """Ten data sets of random size from the prior, three forms: some 500 comparisons in all, |z| <
    4.5 has a chance of about 0.4 % to fail by bad luck; the seeds are fixed.

    Where a form walks slowly (counts in the hundreds for the noncentred one, near-zero sigma_log
    for the centred one) the chains start from independent exact draws: that a sweep leaves the
    posterior invariant is then what is tested.
    """
    rng = np.random.default_rng(100 + seed)
    J = int(rng.integers(2, 25))
    exposure = np.exp(rng.normal(0, 1.5, J))
    mu_log, sigma_log = rng.normal(0, 1), abs(rng.normal(0, 1))
    y = rng.poisson(np.exp(rng.normal(mu_log, sigma_log, J)) * exposure)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exact = gp.exact(PoissonLognormal(y, exposure))
    for form in FORMS:
        model = PoissonLognormal(y, exposure, form=form)
        start = exact_start(model, exact, 1000, seed)
        model.initial = lambda rng, shape, start=start: dict(start)
        z = z_scores(model, exact, chains=1000, draws=40, tune=0, seed=seed)
        assert np.abs(z).max() < LIMIT, (form, z)


@pytest.mark.long
def test_interwoven_is_never_far_behind_and_mixes_where_one_of_the_others_fails():
    """Lag-20 autocorrelation of sigma_log in equilibrium, over 2000 chains.

    Counts 100 times larger stop the noncentred form; sparse counts stop the centred one; the
    interwoven one forgets.
    """
    data = gp.data.hospitals("seed")
    large = dict(y=np.round(100 * data.y), exposure=100 * data.exposure)
    sparse = dict(y=SPARSE, exposure=np.ones(12))

    def memory(form, data):
        model = PoissonLognormal(form=form, **data)
        start = exact_start(model, gp.exact(model), 2000, seed=1)
        given, rng = Conditionals(model), np.random.default_rng(0)
        state = dict(start)
        for _ in range(20):
            for _ in sweep(given, rng, state):
                pass
        return np.corrcoef(np.log(start["sigma_log"]), np.log(state["sigma_log"]))[0, 1]

    assert memory("noncentred", large) > 0.5 and memory("centred", large) < 0.1
    assert memory("centred", sparse) > 0.5 and memory("noncentred", sparse) < 0.1
    assert abs(memory("interwoven", large)) < 0.1 and abs(memory("interwoven", sparse)) < 0.1


@pytest.mark.long
@pytest.mark.extras
def test_compare_and_tables(truth):
    model = truth.model
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = gp.compare({"partial": model, "none": model.no_pooling(),
                            "complete": model.complete_pooling()},
                           draws=300, chains=2)
    assert table.loc["partial", "elpd"] == pytest.approx(truth.elpd_loo().elpd)
    assert sorted(table["rank"]) == [0, 1, 2]
    rows = truth.summary(["mu_log", "lam"])
    assert rows.loc["lam[5]", "mean"] == pytest.approx(truth["lam", "5"].mean)
    data = gp.sample(model, draws=20, tune=10, chains=2).to_arviz()
    assert data["posterior"]["lam"].dims == ("chain", "draw", "group")
    assert data["posterior_predictive"]["y"].shape == (2, 20, 8)
