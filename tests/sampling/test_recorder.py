"""What is kept of a run: all, some, summaries; and a run that broke down is refused."""
import tracemalloc

import numpy as np
import pytest

import gibbspool as gp
from gibbspool.distributions.standard import Normal
from gibbspool.sampling.metropolis import Metropolis


def test_keep_names_what_is_returned(schools):
    model = gp.NormalNormal(schools.y, schools.sigma, form="noncentred")
    assert set(gp.sample(model, draws=5, tune=1)) == {"theta_raw", "mu", "tau", "theta"}
    kept = gp.sample(model, draws=5, tune=1, keep=["tau", "theta"])
    assert list(kept) == ["tau", "theta"]
    with pytest.raises(KeyError, match="mu"):
        kept["mu"]
    with pytest.raises(ValueError, match="draws of mu were not kept"):
        kept.new_group()
    with pytest.raises(ValueError, match="keep is 'sigma'; it must be one of"):
        gp.sample(model, keep=["sigma"])
    with pytest.raises(ValueError, match="keep is 'tau'"):
        gp.sample(model, keep="tau")


@pytest.mark.parametrize("form", ["centred", "noncentred", "collapsed"])
def test_running_summaries_are_those_of_the_draws_that_were_not_kept(schools, form):
    model = gp.NormalNormal(schools.y, schools.sigma, form=form)
    every = gp.sample(model, draws=50, tune=10, chains=3, seed=4)
    brief = gp.sample(model, draws=50, tune=10, chains=3, seed=4, keep="summaries")
    assert set(brief) == {"mu", "tau"} and set(brief.running) == set(every) - {"mu", "tau"}
    assert np.array_equal(brief["tau"], every["tau"]) and not every.running
    for name, found in brief.running.items():
        x = every[name]
        assert found.n == 50 and found.mean == pytest.approx(x.mean(axis=(0, 1)))
        assert found.sd == pytest.approx(x.std(axis=(0, 1)))
        within, between = x.var(axis=1, ddof=1).mean(axis=0), x.mean(axis=1).var(axis=0, ddof=1)
        assert found.r_hat == pytest.approx(np.sqrt((49 / 50 * within + between) / within))


def test_running_summaries_of_covariates_and_tables():
    private, survey = gp.data.private_schools(), gp.data.survey_regions()
    line = gp.NormalNormal(private.y, private.sigma, x=private.x, form="noncentred")
    brief, every = (gp.sample(line, draws=20, tune=5, seed=1, keep=keep)
                    for keep in ("summaries", "all"))
    assert set(brief) == {"coefficients", "mu", "beta", "tau"} and np.array_equal(brief["beta"],
                                                                                  every["beta"])
    assert brief.running["theta"].mean == pytest.approx(every["theta"].mean(axis=(0, 1)))
    counts = gp.sample(gp.DirichletMultinomial(survey.counts), draws=20, tune=5, seed=1,
                       keep="summaries")
    assert set(counts) == {"alpha", "pi0"} and counts.running["pi"].sd.shape == (6, 4)


@pytest.mark.parametrize("keep", ["summaries", ["tau"]])
def test_memory_does_not_grow_with_draws_times_groups(keep):
    """1200 more draws of 300 groups by two chains would take 1200 x 2 x 300 numbers of 8 bytes, 5.8
    MB.
    """
    rng = np.random.default_rng(0)
    model = gp.NormalNormal(rng.normal(0, 10, 300), np.full(300, 5.0), form="collapsed")

    def peak(draws):
        tracemalloc.start()
        gp.sample(model, draws=draws, tune=0, chains=2, keep=keep)
        try:
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(1600) - peak(400) < 0.1 * 5.8e6


# --- A sampler that breaks down ----------------------------------------------------------------

class Breaks(gp.Model):
    """mu, then tau, then theta of three groups; one of them is nan from some sweep on in one chain.
    """

    order = ("mu", "tau", "theta")
    dims = {"theta": ("group",)}

    def __init__(self, culprit, sweep, chain=2):
        self.culprit, self.sweep, self.chain, self.sweeps = culprit, sweep, chain, 0

    def broken(self, name, mean):
        mean = np.array(mean)
        if name == self.culprit and self.sweeps >= self.sweep:
            mean[self.chain] = np.nan
        return mean

    def mu_given(self, tau, theta):
        self.sweeps += 1
        return Normal(self.broken("mu", theta.mean(axis=-1)), 1.0)

    def tau_given(self, mu, theta):
        return Normal(self.broken("tau", 0.5 * mu), 1.0)

    def theta_given(self, mu, tau):
        return Normal(self.broken("theta", 0.5 * tau[..., None] + np.zeros(3)), 1.0)

    def initial(self, rng, shape=()):
        return {"mu": np.zeros(shape), "tau": np.zeros(shape), "theta": np.zeros((*shape, 3))}


@pytest.mark.parametrize("culprit, of", [("mu", "tau, theta"), ("tau", "mu, theta"),
                                         ("theta", "mu, tau")])
def test_a_variable_that_became_nan_is_named_with_its_chain_and_draw(culprit, of):
    """All variables are nan a sweep later; the one that broke first is named. Warm-up: 5 sweeps."""
    words = rf"sampling broke down: {culprit} of chain 2 is nan from draw 17 on .*{culprit}_given"
    with pytest.raises(ValueError, match=words + rf".* depends on, {of};"):
        gp.sample(Breaks(culprit, sweep=5 + 17 + 1), draws=30, tune=5, chains=4)


def test_nan_from_the_first_draw_kept_and_in_the_last_one():
    with pytest.raises(ValueError, match="mu of chain 0 is nan from draw 0 on"):
        gp.sample(Breaks("mu", sweep=2, chain=0), draws=30, tune=5, chains=4)
    with pytest.raises(ValueError, match="theta of chain 3 is nan from draw 29 on"):
        gp.sample(Breaks("theta", sweep=35, chain=3), draws=30, tune=5, chains=4)
    assert gp.sample(Breaks("theta", sweep=36), draws=30, tune=5, chains=4).n == 30


@pytest.mark.parametrize("keep", [["tau"], "summaries"])
def test_nan_in_what_is_not_kept_is_seen_at_the_end(keep):
    with pytest.raises(ValueError, match="theta of chain 2 is nan at the end"):
        gp.sample(Breaks("theta", sweep=35), draws=30, tune=5, chains=4, keep=keep)


def test_nan_before_an_interruption_is_refused_as_well():
    class Interrupted(Breaks):
        def tau_given(self, mu, theta):
            if self.sweeps == 25:
                raise KeyboardInterrupt
            return super().tau_given(mu, theta)

    with pytest.warns(UserWarning, match="interrupted: 19 of 30"), \
            pytest.raises(ValueError, match="mu of chain 2 is nan from draw 17 on"):
        gp.sample(Interrupted("mu", sweep=23), draws=30, tune=5, chains=4)


def test_acceptance_rates_are_those_of_the_chains():
    class Walks(gp.Model):
        """Three random walks a chain; in chain 1 the density allows no move at all."""
        order = ("x",)

        def x_given(self):
            free = np.array([[True], [False]])
            return Metropolis(lambda x: np.where(free | (x == 0), 0.0, -np.inf), (-np.inf, np.inf))

        def initial(self, rng, shape=()):
            return {"x": np.zeros((*shape, 3))}

    rate = gp.sample(Walks(), draws=20, tune=5, chains=2).sample_stats["acceptance_x"]
    assert rate.shape == (2, 20) and (rate[0] > 0.3).all() and (rate[1] == 0).all()


def test_what_is_kept_tells_the_draw_and_goes_first():
    """theta breaks at draw 17, mu after it; of theta, which is not kept, only the end is known."""
    with pytest.raises(ValueError, match="mu of chain 2 is nan from draw 18 on"):
        gp.sample(Breaks("theta", sweep=23), draws=30, tune=5, chains=4, keep=["mu"])
