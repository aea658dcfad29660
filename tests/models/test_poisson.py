"""The Poisson-lognormal model: its forms, conditionals, refusals, predictions and cautions."""
import warnings

import numpy as np
import pytest
from poisson_cases import LIMIT, SPARSE, hospitals
from scipy import stats

import gibbspool as gp
from gibbspool.models import poisson
from gibbspool.models.poisson import (
    CentredPoissonLognormal,
    InterwovenPoissonLognormal,
    NoncentredPoissonLognormal,
    PoissonLognormal,
)
from gibbspool.models.poisson.observations import (
    log_poisson,
    log_poisson_around_peak,
    log_poisson_from_log,
)

FORMS = ("centred", "noncentred", "interwoven")


@pytest.fixture(scope="module")
def model():
    return hospitals()


def test_form_picks_the_class():
    assert type(hospitals()) is InterwovenPoissonLognormal
    assert [type(hospitals(form=form)) for form in FORMS] == [
        CentredPoissonLognormal, NoncentredPoissonLognormal, InterwovenPoissonLognormal]
    with pytest.raises(ValueError, match="form is 'collapsed'"):
        hospitals(form="collapsed")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mu_log, sigma_log", [
    (gp.Normal(0, 1), gp.HalfNormal(1)),
    (gp.Flat(), gp.HalfCauchy(1)),
    (gp.Normal(1, 3), gp.Uniform(0.1, 2)),
    (gp.Flat(), gp.Flat()),
    (gp.Normal(0, 1), gp.InverseGamma(1, 0.1)),
    (gp.Normal(0, 1), gp.Exponential(2))])
def test_conditionals_agree_with_the_joint_density(form, mu_log, sigma_log):
    data = gp.data.hospitals("seed")  # one count is zero
    report = gp.check_conditionals(PoissonLognormal(data.y, data.exposure, mu_log, sigma_log,
                                                    form=form), rtol=1e-9)
    assert report.ok, str(report)


def test_closed_forms_agree_with_the_joint_density(model):
    assert gp.check_conditionals(model.no_pooling()).ok
    assert gp.check_conditionals(model.complete_pooling(gp.Gamma(2, 0.3))).ok


def test_the_two_coordinates_have_one_joint_density():
    """p(lam_raw, ...) = p(log_lam, ...) sigma_log^J, from log_lam = mu_log + sigma_log lam_raw."""
    centred, noncentred = hospitals(form="centred"), hospitals(form="noncentred")
    state = noncentred.initial(np.random.default_rng(0), (20,))
    log_lam = state["mu_log"][:, None] + state["sigma_log"][:, None] * state["lam_raw"]
    there = (centred.log_joint(state["mu_log"], state["sigma_log"], log_lam)
             + 8 * np.log(state["sigma_log"]))
    assert there == pytest.approx(noncentred.log_joint(**state), rel=1e-12)


def test_log_joint_is_written_out_as_scipy_has_it(model):
    log_lam = np.linspace(-1, 2, 8)
    expected = (stats.norm(0, 1).logpdf(0.3) + stats.halfnorm(scale=1).logpdf(0.7)
                + stats.norm(0.3, 0.7).logpdf(log_lam).sum()
                + stats.poisson(np.exp(log_lam) * model.exposure).logpmf(model.y).sum())
    assert model.log_joint(0.3, 0.7, log_lam) == pytest.approx(expected, rel=1e-12)


def test_every_variable_is_in_the_draws():
    for form in FORMS:
        draws = gp.sample(hospitals(form=form), draws=5, tune=5, chains=2)
        assert {"lam", "mu_log", "sigma_log"} <= set(draws.keys())
        assert draws["lam"].shape == (2, 5, 8)
    assert draws["lam"] == pytest.approx(np.exp(draws["log_lam"]))
    assert not any("ancillary" in name for name in draws.keys())


def test_noncentred_lam_is_made_of_its_parts():
    draws = gp.sample(hospitals(form="noncentred"), draws=5, tune=5, chains=2)
    assert np.log(draws["lam"]) == pytest.approx(
        draws["mu_log"][..., None] + draws["sigma_log"][..., None] * draws["lam_raw"])


def test_single_chain_state_has_no_batch_axis(model):
    names = []
    for name, conditional, old, new in gp.steps(model, seed=1, sweeps=2):
        assert np.shape(new) == np.shape(old) == ((8,) if name == "log_lam" else ())
        names.append(name)
    assert tuple(names) == 2 * ("log_lam", "mu_log", "sigma_log", "mu_log_ancillary",
                                "sigma_log_ancillary")


def test_same_seed_same_draws(model):
    a, b, c = (gp.sample(model, draws=10, tune=5, chains=2, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(a["lam"], b["lam"]) and not np.array_equal(a["lam"], c["lam"])


@pytest.mark.parametrize("change, error, what", [
    (dict(y=[1, -1, 2]), ValueError, r"y\[1\] is -1"),
    (dict(y=[1, 2.5, 2]), ValueError, r"y\[1\] is 2.5"),
    (dict(y=[1, np.nan, 2]), ValueError, r"y\[1\] is nan"),
    (dict(y=["a", 1, 2]), TypeError, r"y\[0\] is 'a'"),
    (dict(y=[1, 2]), ValueError, "exposure has 3 elements but y has 2"),
    (dict(y=[1e15, 1, 2]), ValueError, r"y\[0\] is 1e\+15; counts up to 1e12"),
    (dict(exposure=[1, 0, 2]), ValueError, r"exposure\[1\] is 0"),
    (dict(exposure=[1, np.inf, 2]), ValueError, "inf"),
    (dict(y=[3], exposure=[1]), ValueError, "at least 2"),
    (dict(groups=["a", "a", "b"]), ValueError, "second time"),
    (dict(mu_log=gp.Gamma(1, 1)), TypeError, "mu_log prior"),
    (dict(sigma_log=1.0), TypeError, "sigma_log prior"),
    (dict(sigma_log=gp.Beta(1, 1)), TypeError, "sigma_log prior"),
    (dict(y=[0, 0, 0], mu_log=gp.Flat()), ValueError, "improper"),
    (dict(y=[0, 0, 3], mu_log=gp.Flat(), sigma_log=gp.Flat()), ValueError, "improper"),
    (dict(y=[0, 2, 3], mu_log=gp.Flat(), sigma_log=gp.Flat()), ValueError, "improper"),
    (dict(y=[0, 0, 3], sigma_log=gp.Flat()), ValueError, "improper")])
def test_refuses(change, error, what):
    with pytest.raises(error, match=what):
        PoissonLognormal(**{"y": [3, 4, 5], "exposure": [1, 2, 3], **change})


def test_just_proper_is_allowed():
    """Three counts above zero keep sigma_log finite when all is flat; two if mu_log is not."""
    PoissonLognormal([1, 1, 1, 0], np.ones(4), mu_log=gp.Flat(), sigma_log=gp.Flat())
    PoissonLognormal([1, 1, 0, 0], np.ones(4), sigma_log=gp.Flat())
    PoissonLognormal([0, 0, 0], np.ones(3))


def test_prediction(model):
    """Replicates and new groups: means within 4.5 standard errors of 20,000 draws."""
    rng, lam = np.random.default_rng(0), np.linspace(0.5, 3, 8)
    y = model.replicate(rng, np.tile(lam, (20_000, 1)))["y"]
    assert np.abs((y.mean(axis=0) - lam * model.exposure)
                  / np.sqrt(lam * model.exposure / 20_000)).max() < LIMIT
    log_new = np.log(model.new_group(rng, np.full(20_000, 0.4), np.full(20_000, 0.7)))
    assert abs(log_new.mean() - 0.4) / (0.7 / np.sqrt(20_000)) < LIMIT
    assert log_new.std() == pytest.approx(0.7, rel=0.03)
    with np.errstate(all="raise"):
        assert np.isinf(model.new_group(rng, 5000.0, 1.0))
        assert model.replicate(rng, np.full(8, 1e30))["y"].min() > 1e29
    expected = stats.poisson(lam * model.exposure).logpmf(model.y)
    assert model.log_likelihood(lam) == pytest.approx(expected)
    assert model.log_likelihood_from_logs(np.log(lam)) == pytest.approx(expected)
    with pytest.raises(ValueError, match="no pooling cannot predict"):
        model.no_pooling().new_group(rng)


def test_no_warning_of_numpy_in_sampling():
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        for y in (SPARSE, SPARSE * 10**6):
            for form in FORMS:
                gp.sample(PoissonLognormal(y, np.ones(12), sigma_log=gp.HalfCauchy(1), form=form),
                          draws=20, tune=20)


def test_mu_log_comes_back_from_where_rates_overflow(model):
    """A start far out can leave exp(sigma_log lam_raw) beyond the largest number: mu_log follows.

    At the mode -mu_log + sum y = expected total; one standard deviation of its log is 0.035.
    """
    conditional = hospitals(form="noncentred").mu_log_given(np.full(8, 1000.0), 0.8)
    rng, mu_log = np.random.default_rng(0), -1154.0
    for _ in range(30):
        mu_log = conditional.draw(rng, mu_log)
    expected_total = np.exp(mu_log + 800) * model.exposure.sum()
    assert expected_total == pytest.approx(model.y.sum() - mu_log, rel=0.17)


def test_slices_are_taken_to_be_four_standard_deviations_wide():
    """From the curvature of the log density where every count is as expected, by differences.

    Five counts of 6 in equal exposures; the curvature of Normal(0, 1) and HalfNormal(1) is 1.
    """
    centred, noncentred = (PoissonLognormal(np.full(5, 6.0), np.full(5, 1.5), form=form)
                           for form in ("centred", "noncentred"))
    log_rate, sigma_log = np.log(4), 0.8
    lam_raw = np.array([-1.0, 2.0, 0.5, 1.0, 3.0])
    as_expected = [(centred.log_lam_given(log_rate, sigma_log), np.full(5, log_rate)),
                   (noncentred.lam_raw_given(log_rate, sigma_log), np.zeros(5)),
                   (noncentred.mu_log_given(np.zeros(5), sigma_log), log_rate)]
    for conditional, x in as_expected:
        expected = np.broadcast_to(4 / np.sqrt(curvature(conditional, x)), np.shape(x))
        assert np.allclose(conditional.width, expected, rtol=1e-3)
    at_zero = noncentred.sigma_log_given(lam_raw, log_rate)
    likelihood = 6 * (lam_raw**2).sum()
    assert at_zero.width == pytest.approx(4 / np.sqrt(1 + likelihood))
    assert curvature(at_zero, 2e-3) == pytest.approx(1 + likelihood, rel=0.02)


def curvature(conditional, x, step=1e-3):
    """Minus the second derivative of the log density of a conditional."""
    low, here, high = (conditional.logpdf(x + h) for h in (-step, 0.0, step))
    return -(high - 2 * here + low) / step**2


@pytest.mark.parametrize("kept, cautioned", [(0.10, True), (0.14, False)])
def test_the_caution_is_said_below_an_eighth(kept, cautioned):
    """Equal exposures of 4: the share of its own rate that a group keeps is 1 - 1 / (1 + E s^2)."""
    model = PoissonLognormal([3, 5, 2, 4, 1], np.full(5, 4.0))
    mu_log = np.log(1.5)
    sigma_log = np.sqrt((1 / (1 - kept) - 1) / (4 * 1.5))
    found = model.cautions_after({"mu_log": np.full(9, mu_log), "sigma_log": np.full(9, sigma_log)})
    assert len(found) == cautioned
    assert not cautioned or "only 10% of a group's own rate" in found[0]


def test_caution_when_sigma_log_piles_up_at_zero():
    model = PoissonLognormal([3, 3, 3, 3, 3, 3], np.ones(6), sigma_log=gp.HalfNormal(0.05))
    with pytest.warns(UserWarning, match="complete pooling"):
        gp.sample(model, draws=50, tune=50)
    assert not hospitals("seed").cautions_after({"mu_log": np.full(9, 0.4),
                                                 "sigma_log": np.full(9, 0.6)})


def test_the_pooling_alternatives_are_counts_too(model):
    """All three strategies share data, likelihood and replicates, by inheritance."""
    lam = np.linspace(0.5, 3, 8)
    for other in (model.complete_pooling(), model.no_pooling()):
        assert isinstance(other, poisson.Events)
        assert np.array_equal(other.log_likelihood(lam), model.log_likelihood(lam))
        assert other.observed()["y"] is other.y and other.groups == model.groups
        assert np.array_equal(other.constants()["exposure"], model.exposure)
        assert other.parameter == "lam" and not other.cautions()
    draws = gp.sample(model.complete_pooling(), draws=5, chains=2)
    assert draws.log_likelihood().shape == (2, 5, 8)


@pytest.mark.parametrize("y", [0.0, 3.0, 40.0])
def test_the_ways_to_write_a_poisson_probability_agree(y):
    """From the mean, from its log, and around its peak; with a mean of zero for the first."""
    mean = np.array([0.01, 0.8, 3.0, 55.0])
    expected = stats.poisson(mean).logpmf(y)
    assert log_poisson(y, mean) == pytest.approx(expected, rel=1e-12)
    assert log_poisson_from_log(y, np.log(mean)) == pytest.approx(expected, rel=1e-12)
    assert log_poisson_around_peak(y, np.log(mean)) == pytest.approx(expected, rel=1e-12)
    assert log_poisson(y, 0.0) == (0.0 if y == 0 else -np.inf)


def test_short_names_are_the_same_classes():
    assert poisson.Centred is CentredPoissonLognormal
    assert poisson.Noncentred is NoncentredPoissonLognormal
    assert poisson.Interwoven is InterwovenPoissonLognormal
    assert poisson.CompletePooling is poisson.PoissonCompletePooling
    assert poisson.NoPooling is poisson.PoissonNoPooling
