"""keep="summaries": mean and sd of every group, from the conditionals where they have them."""
import numpy as np
import pytest
from families import MODELS, PARAMETER

import gibbspool as gp
from gibbspool.distributions.spreads import TruncatedNormal
from gibbspool.sampling.conditionals import Conditionals
from gibbspool.sampling.recorder import Recorder
from gibbspool.sampling.running import RaoBlackwell, Running

pytestmark = pytest.mark.filterwarnings(
    "ignore:prior and data disagree", "ignore:the prior decides", "ignore:only 5 groups")

# the closed-form conditional of the groups' parameter, in every form that has one
CLOSED = [(name, form) for name, model in MODELS.items() if name != "poisson"
          for form in model.forms]


def in_form(name, form):
    model = MODELS[name]
    return model.forms[form](**{**model.arguments(), "form": form})


def both(model, **options):
    """The same run, with all draws kept and with summaries alone."""
    return [gp.sample(model, seed=4, keep=keep, **options) for keep in ("all", "summaries")]


@pytest.mark.parametrize("name, form", CLOSED)
def test_they_are_averages_over_the_conditionals(name, form):
    """The conditionals at all recorded states, made at once; total variance over all chains."""
    model = in_form(name, form)
    every, brief = both(model, draws=20, tune=5, chains=3)
    parameter = PARAMETER[name]
    found = brief.summaries[parameter]
    assert isinstance(found, RaoBlackwell) and set(brief.summaries) == set(every) - set(brief)
    for kept in brief:
        assert brief[kept] == pytest.approx(every[kept], rel=1e-12)
    given = getattr(model, f"{parameter}_given")
    takes = model.takes(f"{parameter}_given")
    conditional = given(**{one: every[one] for one in takes})
    assert found.mean == pytest.approx(conditional.mean.mean(axis=(0, 1)), rel=1e-9)
    variance = (conditional.sd**2).mean(axis=(0, 1)) + conditional.mean.var(axis=(0, 1))
    assert found.sd == pytest.approx(np.sqrt(variance), rel=1e-9)


def test_the_draws_own_where_there_is_no_closed_form():
    every, brief = both(MODELS["poisson"], draws=30, tune=5, chains=3)
    for name, found in brief.summaries.items():
        assert type(found) is Running and found.n == 30
        x = every[name]
        assert found.mean == pytest.approx(x.mean(axis=(0, 1)))
        assert found.sd == pytest.approx(x.std(axis=(0, 1)))
        within, between = x.var(axis=1, ddof=1).mean(axis=0), x.mean(axis=1).var(axis=0, ddof=1)
        assert found.r_hat == pytest.approx(np.sqrt((29 / 30 * within + between) / within))


@pytest.mark.parametrize("name", [
    "normal", "covariates", "multinomial",
    *(pytest.param(name, marks=pytest.mark.long) for name in ("oneway", "binomial", "poisson"))])
def test_they_agree_with_the_exact_twin_more_closely_than_draws_do(name):
    """16 chains: z of the means and of the variances, their errors taken from the spread between
    chains, below 6. Of t with 15 degrees of freedom that is exceeded once in 40,000 times; there
    are some 150 of them. The averages of the conditionals differ less from chain to chain than
    those of the draws, for mean and sd, averaged over the groups.
    """
    model, parameter = MODELS[name], PARAMETER[name]
    every, brief = both(model, draws=150, tune=50, chains=16)
    found, x = brief.summaries[parameter], every[parameter]
    truth = gp.exact(model)[parameter]
    mean, sd = moments(truth, "mean"), moments(truth, "sd")

    squares = found.chain_squares / found.n + (found.chain_mean - mean) ** 2
    if name != "poisson":
        squares = squares + found.chain_variance
        for ours, draws in ((found.chain_mean, x.mean(axis=1)), (np.sqrt(squares), x.std(axis=1))):
            assert ours.std(axis=0).mean() < draws.std(axis=0).mean()
    for by_chain, exact in ((found.chain_mean, mean), (squares, sd**2)):
        error = by_chain.std(axis=0, ddof=1) / 4
        assert np.abs((by_chain.mean(axis=0) - exact) / error).max() < 6


def moments(marginals, moment):
    """Mean or sd of every marginal, as an array of the shape of the parameter."""
    return np.array([moments(one, moment) if hasattr(one, "labels") else getattr(one, moment)
                     for one in marginals])


def test_the_parameters_of_a_truncated_normal_are_not_taken_for_its_moments():
    class Positive(gp.Model):
        order = ("theta",)

        def theta_given(self):
            return TruncatedNormal(np.zeros(3), 1.0)

        def initial(self, rng, shape=()):
            return {"theta": np.ones((*shape, 3))}

    found = gp.sample(Positive(), draws=200, tune=0, keep="summaries").summaries["theta"]
    assert found.source == "draws" and (np.abs(found.mean - np.sqrt(2 / np.pi)) < 0.1).all()


def test_chains_apart_show_in_r_hat():
    class Apart:
        mean, sd = np.array([[0.0], [0.0], [10.0]]), 1.0

    found = RaoBlackwell()
    for _ in range(20):
        found.add_conditional(Apart, (3, 1))
    assert found.r_hat > 3 and found.sd > 4 and found.mean == pytest.approx(10 / 3)
    assert np.isnan(Running().r_hat).all() and "conditionals of 3 chains x 20" in repr(found)


# --- Memory ---------------------------------------------------------------------------------------

def size(J, draws, points=False, chains=4):
    """How many numbers a record of Normal-Normal draws holds, once it has seen a sweep."""
    model = gp.NormalNormal(np.arange(J) % 7.0, np.full(J, 5.0))
    given = Conditionals(model)
    state = given.start(np.random.default_rng(0), (chains,))
    recorder = Recorder(given, state, draws, "summaries", points)
    recorder.add(state)
    return recorder.size


def test_what_is_held_grows_with_groups_plus_draws():
    """mu and tau in full, three numbers a chain of each group, and at most 200 draws of it."""
    assert size(50, 1000) == 2 * 4 * 1000 + 3 * 4 * 50
    assert size(500, 1000) == 2 * 4 * 1000 + 3 * 4 * 500
    assert size(50, 1000, points=True) == size(50, 1000) + 200 * 50
    assert size(50, 10, points=True) == size(50, 10) + 4 * 10 * 50
    assert size(50, 10, points=True, chains=300) == size(50, 10, chains=300) + 200 * 50


def test_a_hundred_thousand_groups():
    rng, J = np.random.default_rng(0), 100_000
    sigma = rng.uniform(5, 15, J)
    model = gp.NormalNormal(rng.normal(rng.normal(8, 5, J), sigma), sigma, form="centred")
    draws = gp.sample(model, draws=3, tune=1, chains=2, keep="summaries", points=True)
    found = draws.summaries["theta"]
    assert found.sd.shape == found.low.shape == (J,) and (found.low < found.high).all()
    given = model.theta_given(draws["mu"], draws["tau"])
    assert found.mean == pytest.approx(given.mean.mean(axis=(0, 1)), rel=1e-9)


# --- The 5.5 and 94.5 % points --------------------------------------------------------------------

@pytest.mark.parametrize("chains, draws, sweeps, of", [
    (4, 120, np.arange(1, 51) * 120 // 50 - 1, np.arange(4)), (3, 5, np.arange(5), np.arange(3)),
    (400, 2, [1], np.arange(0, 400, 2))])
def test_points_are_quantiles_of_spaced_draws(chains, draws, sweeps, of):
    model = MODELS["normal"]
    every = gp.sample(model, draws=draws, tune=2, chains=chains, seed=4)
    brief = gp.sample(model, draws=draws, tune=2, chains=chains, seed=4, keep="summaries",
                      points=True)
    held = every["theta"][of][:, sweeps]
    found = brief.summaries["theta"]
    assert found.low == pytest.approx(np.quantile(held, 0.055, axis=(0, 1)))
    assert found.high == pytest.approx(np.quantile(held, 0.945, axis=(0, 1)))


def test_points_have_to_be_asked_for_and_go_with_summaries(schools):
    model = MODELS["normal"]
    found = gp.sample(model, draws=5, tune=1, keep="summaries").summaries["theta"]
    with pytest.raises(AttributeError, match="points=True"):
        found.low
    with pytest.raises(ValueError, match="points is True and keep is 'all'; it goes with"):
        gp.sample(model, points=True)
    with pytest.raises(TypeError, match="points is 3; it must be True or False"):
        gp.sample(model, keep="summaries", points=3)


# --- What Draws makes of them ---------------------------------------------------------------------

def test_draws_say_where_the_summaries_are():
    draws = gp.sample(MODELS["normal"], draws=5, tune=1, chains=2, keep="summaries")
    assert "theta" not in draws and list(draws) == ["tau", "mu"]
    assert repr(draws) == "Draws(2 chains x 5 draws of tau, mu; summaries of theta[8])"
    assert "mean and sd of 8 (group)" in draws._repr_html_()
    for key in ("theta", ("theta", "A")):
        with pytest.raises(KeyError, match=r"not kept: draws.summaries\['theta'\] has their mean"):
            draws[key]
    with pytest.raises(ValueError, match="draws of theta were not kept"):
        draws.log_likelihood()
    assert draws.new_group().shape == (2, 5)


def test_a_model_with_nothing_to_keep_but_groups():
    model = MODELS["normal"].no_pooling()
    draws = gp.sample(model, draws=5, tune=1, chains=2, keep="summaries")
    assert (draws.chains, draws.n) == (2, 5) and "summaries of theta[8]" in repr(draws)
    truth = gp.exact(model)["theta"]
    assert draws.summaries["theta"].mean == pytest.approx(truth.mean, rel=1e-12)
    assert draws.summaries["theta"].sd == pytest.approx(truth.sd, rel=1e-12)


@pytest.mark.extras
def test_the_table_has_them_and_warns_of_nothing_that_is_not_there(recwarn):
    options = {"draws": 500, "tune": 50, "seed": 1}
    every = gp.sample(MODELS["multinomial"], **options)
    brief = gp.sample(MODELS["multinomial"], keep="summaries", points=True, **options)
    recwarn.clear()
    names = ["pi0", "pi"]
    ours, full = brief.summary(names), every.summary(names)
    assert not recwarn
    assert list(ours.index) == list(full.index) and list(ours.columns[:9]) == list(full.columns)
    pi, found = ours.loc[full.index.str.startswith("pi[")], brief.summaries["pi"]
    assert np.array_equal(pi["mean"], found.mean.ravel())
    assert np.array_equal(pi["5.5%"], found.low.ravel())
    assert pi["r_hat"].notna().all() and pi["ess_bulk"].isna().all()
    pi0 = ours.loc["pi0[Agree]"]
    assert np.array_equal(pi0[:9], full.loc["pi0[Agree]"][:9])
    assert pi0["94.5%"] == np.quantile(brief["pi0", "Agree"], 0.945)


@pytest.mark.extras
@pytest.mark.parametrize("model", [MODELS["covariates"], MODELS["normal"].no_pooling()])
def test_arviz_has_what_was_kept(model):
    draws = gp.sample(model, draws=10, tune=1, keep="summaries", points=True)
    data = draws.to_arviz()
    for name in draws:
        assert np.array_equal(data["posterior"][name], draws[name])
    known, summary = data["summaries"], draws.summaries["theta"]
    for what in ("mean", "sd", "r_hat", "low", "high"):
        assert np.array_equal(known[f"theta_{what}"], getattr(summary, what))
    assert list(known["group"].values) == list(model.groups)
    assert "observed_data" in data and "log_likelihood" not in data
