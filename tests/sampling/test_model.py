"""The newcomer's contract: order, NAME_given, log_joint and initial suffice."""
import warnings

import numpy as np
import pytest
from monte_carlo import z_of_means

import gibbspool as gp
from gibbspool.sampling.griddy import Griddy


class Mean(gp.Model):
    """y_i ~ Normal(mu, 1), mu ~ Normal(0, 2): a single number."""

    order = ("mu",)
    y = np.array([1.0, 3.0, 2.0])

    def mu_given(self):
        precision = 3 + 1 / 2**2
        return gp.Normal(self.y.sum() / precision, 1 / np.sqrt(precision))

    def log_joint(self, mu):
        return gp.Normal(0, 2).logpdf(mu) + gp.Normal(mu[..., None], 1).logpdf(self.y).sum(axis=-1)

    def initial(self, rng, shape=()):
        return {"mu": rng.normal(0, 4, shape)}


class Cells(gp.Model):
    """A table: y_jk ~ Normal(theta_jk, 1), theta_jk ~ Normal(0, tau), tau ~ HalfNormal(5)."""

    order = ("theta", "tau")
    y = np.array([[1.0, -3.0, 2.0], [0.0, 4.0, -5.0]])

    def theta_given(self, tau):
        share = tau[..., None, None] ** 2 / (1 + tau[..., None, None] ** 2)
        return gp.Normal(share * self.y, np.sqrt(share))

    def tau_given(self, theta):
        S = (theta**2).sum(axis=(-1, -2))

        def log_density(tau):
            return gp.HalfNormal(5).logpdf(tau) - 6 * np.log(tau) - S / (2 * tau**2)

        return Griddy(log_density)

    def log_joint(self, theta, tau):
        return (gp.HalfNormal(5).logpdf(tau)
                + gp.Normal(0, tau[..., None, None]).logpdf(theta).sum(axis=(-1, -2))
                + gp.Normal(theta, 1).logpdf(self.y).sum(axis=(-1, -2)))

    def initial(self, rng, shape=()):
        return {"theta": rng.normal(0, 5, (*shape, 2, 3)), "tau": rng.uniform(1, 10, shape)}


class Nested(gp.Model):
    """y_i ~ Normal(theta_school[i], 1), theta_s ~ Normal(eta_district[s], 1), eta_d ~ Normal(0, 2).
    """

    order = ("theta", "eta")
    school, district = np.array([0, 0, 1, 2, 2, 2, 3]), np.array([0, 0, 1, 1])
    y = np.array([1.0, 2.0, 0.0, 5.0, 4.0, 6.0, 2.0])

    def theta_given(self, eta):
        in_school = np.eye(4)[self.school]
        precision = in_school.sum(axis=0) + 1
        mean = (self.y @ in_school + eta[..., self.district]) / precision
        return gp.Normal(mean, 1 / np.sqrt(precision))

    def eta_given(self, theta):
        in_district = np.eye(2)[self.district]
        precision = in_district.sum(axis=0) + 1 / 2**2
        return gp.Normal(theta @ in_district / precision, 1 / np.sqrt(precision))

    def log_joint(self, theta, eta):
        return (gp.Normal(0, 2).logpdf(eta).sum(axis=-1)
                + gp.Normal(eta[..., self.district], 1).logpdf(theta).sum(axis=-1)
                + gp.Normal(theta[..., self.school], 1).logpdf(self.y).sum(axis=-1))

    def initial(self, rng, shape=()):
        return {"theta": rng.normal(0, 5, (*shape, 4)), "eta": rng.normal(0, 5, (*shape, 2))}


MODELS = [Mean, Cells, Nested]
ROWS = {Mean: ["mu"], Cells: [f"theta[{j}, {k}]" for j in range(2) for k in range(3)] + ["tau"],
        Nested: [f"theta[{s}]" for s in range(4)] + [f"eta[{d}]" for d in range(2)]}


@pytest.fixture(autouse=True)
def no_warning():
    """Such a model never claimed to have groups: nobody warns it of too few."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=FutureWarning)  # ArviZ 0.23 announces 1.0
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        yield


@pytest.mark.parametrize("cls", MODELS)
def test_check_steps_and_sample(cls):
    model = cls()
    assert gp.check_conditionals(model).ok, str(gp.check_conditionals(model))
    assert [step.name for step in gp.steps(model, sweeps=2)] == 2 * list(model.order)
    draws = gp.sample(model, draws=7, tune=3, chains=2)
    start = model.initial(np.random.default_rng(0))
    for name in model.order:
        assert draws[name].shape == (2, 7, *np.shape(start[name]))


@pytest.mark.parametrize("cls", MODELS)
def test_summaries_instead_of_arrays(cls):
    """Without named axes the single numbers are kept, and of arrays mean and sd."""
    every, brief = (gp.sample(cls(), draws=30, tune=3, chains=3, keep=keep)
                    for keep in ("all", "summaries"))
    numbers = {name for name in every if every[name].ndim == 2}
    assert set(brief) == numbers and set(brief.summaries) == set(every) - numbers
    for name, found in brief.summaries.items():
        assert found.source == ("draws" if cls is Mean else "conditionals")
        assert found.mean.shape == every[name].shape[2:] and (found.sd > 0).all()


@pytest.mark.extras
@pytest.mark.parametrize("cls", MODELS)
def test_table_and_arviz(cls):
    draws = gp.sample(cls(), draws=800, tune=100, seed=2)
    table = draws.summary()
    assert list(table.index) == ROWS[cls]
    assert table["mean"].iloc[0] == pytest.approx(draws[cls.order[0]].reshape(4, 800, -1)[..., 0]
                                                  .mean())
    data = draws.to_arviz()
    for name in draws:
        assert np.array_equal(np.asarray(data.posterior[name].values), draws[name])


@pytest.mark.extras
def test_axes_may_be_named_with_labels_or_without():
    class Named(Nested):
        dims = {"theta": ("school",), "eta": ("district",)}
        coords = {"district": ("north", "south")}

    draws = gp.sample(Named(), draws=400, tune=10, seed=2)
    assert list(draws.summary(["eta"]).index) == ["eta[north]", "eta[south]"]
    assert list(draws.summary(["theta"]).index) == ROWS[Nested][:4]
    assert np.array_equal(draws["eta", "south"], draws["eta"][..., 1])
    assert np.array_equal(draws["theta", 3], draws["theta"][..., 3])
    assert draws.to_arviz().posterior["theta"].dims == ("chain", "draw", "school")


@pytest.mark.extras
def test_a_likelihood_and_replicates_go_to_arviz_where_they_are_defined():
    class Whole(Nested):
        def log_likelihood(self, theta):
            return gp.Normal(theta[..., self.school], 1).logpdf(self.y)

        def replicate(self, rng, theta):
            return {"y": gp.Normal(theta[..., self.school], 1).draw(rng)}

    draws = gp.sample(Whole(), draws=5, tune=5)
    data = draws.to_arviz()
    assert np.array_equal(data.log_likelihood["y"].values, draws.log_likelihood())
    assert data.posterior_predictive["y"].shape == (4, 5, 7)


@pytest.mark.parametrize("call, words", [
    (lambda draws: draws.log_likelihood(), r"Nested has no log_likelihood; it would have to define "
                                           r"log_likelihood\(self, theta\): the log density of"),
    (lambda draws: draws.replicates(), r"Nested has no replicate; .*replicate\(self, rng, theta\)"),
    (lambda draws: draws.new_group(),
     r"Nested has no new_group; .*new_group\(self, rng, mu, tau\)"),
    (lambda draws: gp.exact(draws.model), "Nested has no exact posterior here: it would have to "
                                          "define one, and a line in .*TWINS; sample it"),
])
def test_what_such_a_model_lacks_is_said_in_a_sentence(call, words):
    draws = gp.sample(Nested(), draws=5, tune=0)
    with pytest.raises(TypeError, match=words):
        call(draws)


def test_draws_agree_with_the_closed_form():
    """Nested: everything is normal, so that E[u | y] = cov(u, y) cov(y)^-1 y; six |z| < 4."""
    model = Nested()
    in_school, in_district = np.eye(4)[model.school], np.eye(2)[model.district]
    theta_cov = np.eye(4) + 4 * in_district @ in_district.T
    y_cov = np.eye(7) + in_school @ theta_cov @ in_school.T
    solved = np.linalg.solve(y_cov, model.y)
    mean = {"theta": theta_cov @ in_school.T @ solved,
            "eta": 4 * in_district.T @ in_school.T @ solved}
    draws = gp.sample(model, draws=50, tune=50, chains=100, seed=1)
    for name, exact in mean.items():
        for k, value in enumerate(exact):
            assert abs(z_of_means(draws[name][..., k], value)) < 4
