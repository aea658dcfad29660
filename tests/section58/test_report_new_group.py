"""Exercise 5.8.4 on the page."""
from types import SimpleNamespace

import numpy as np
import pytest

import gibbspool as gp
from gibbspool.section58 import ledger
from gibbspool.section58.page import Part
from gibbspool.section58.parts import eight_schools, new_group
from gibbspool.section58.parts.common import schools, truth
from gibbspool.section58.reported import Printed

pytestmark = pytest.mark.extras
WHERE = "Exercise 5.8.4"
QUICK = Part("", quick=True)


@pytest.fixture(autouse=True)
def closest(monkeypatch):
    """The search among priors has its own tests; its answer is enough here."""
    found = SimpleNamespace(attrs={"closest": eight_schools.CANDIDATES[1]})
    monkeypatch.setattr(new_group, "distance_by_prior", lambda: found)
    monkeypatch.setattr(new_group, "truth_under", truth_under)


def truth_under(priors, made={}):
    if priors not in made:
        found = gp.exact(schools().with_priors(mu=priors[0], tau=priors[1]))
        made[priors] = found, found.sample(draws=2500, chains=4, seed=0)
    return made[priors]


def planted(monkeypatch, **texts):
    rows = [Printed(**{**vars(p), "printed": texts.get(p.id.replace(".", "_"), p.printed)})
            for p in ledger.reported()]
    monkeypatch.setattr(ledger, "reported",
                        lambda where=None: [p for p in rows if where in (None, p.where)])


def judged(judge, *args):
    book = ledger.Ledger(WHERE)
    judge(book, QUICK, *args)
    return book._rows


@pytest.fixture(scope="module")
def many():
    return {n: new_group.recovered(n, 30) for n in (4, 16)}


# --- (a), (b) -------------------------------------------------------------------------------------

def test_verdicts_on_a_ninth_school():
    """Exact sd by var(theta_9) = var(mu) + E[tau^2]; the others have their own tests."""
    rows = judged(new_group.judge_new_school)
    mu, tau = truth()["mu"], truth()["tau"]
    assert rows["ex4.a.sd"]["exact"] == pytest.approx(np.sqrt(mu.sd**2 + tau.sd**2 + tau.mean**2),
                                                      rel=1e-6)
    assert rows["ex4.a.sd"]["verdict"] == "differs" and "implies 9.8" in rows["ex4.a.sd"]["reason"]
    assert rows["ex4.a.mean"]["verdict"] == "agrees" and rows["ex4.b.E.sd"]["verdict"] == "agrees"
    assert "summary table has -5.89 there, as an end of the HDI" in rows["ex4.b.E.low"]["reason"]
    assert rows["ex4.b.ratio"]["exact"] == pytest.approx(1.252, abs=1e-3)
    assert {rows[f"ex4.{id}"]["verdict"] for id in ("b.ratio", "b.wider")} == {"differs"}
    assert rows["ex4.a.range"]["verdict"] == "agrees" and "is 95%" in rows["ex4.a.range"]["reason"]
    assert all(abs(row["z"]) < 4.5 for row in rows.values() if row["z"] == row["z"])


def test_a_ninth_school_that_is_right_is_found_right(monkeypatch):
    low, high = truth().new_group.quantile([0.055, 0.945])
    planted(monkeypatch, ex4_a_sd="7.6", ex4_a_low=f"{low:.1f}", ex4_a_high=f"{high:.1f}",
            ex4_b_ratio="1.25",
            ex4_b_E_mean="5.5", ex4_b_E_low="-4.1")
    rows = judged(new_group.judge_new_school)
    for id in ("ex4.a.sd", "ex4.a.low", "ex4.a.high", "ex4.b.ratio", "ex4.b.E.mean", "ex4.b.E.low",
               "ex4.a.range"):
        assert rows[id]["verdict"] == "agrees", id
    planted(monkeypatch, ex4_a_low="4.0", ex4_a_high="12.0")
    assert judged(new_group.judge_new_school)["ex4.a.range"]["verdict"] == "differs"


def test_the_section_prints_the_ends_of_an_hdi_as_percentiles():
    printed = {p.id: p for p in ledger.reported()}
    for end in ("low", "high"):
        assert round(printed[f"eight.theta[E].hdi_{end}"].value,
                     1) == printed[f"ex4.b.E.{end}"].value


def test_the_noise_of_the_ratio_is_that_of_samples():
    """Two independent normals, 5000 draws: the width of a middle 89% has a relative error of 1 /
    sqrt(n) times a constant.
    """
    rng = np.random.default_rng(0)
    a, b = rng.normal(0, 3, 100_000), rng.normal(0, 2, 100_000)
    few, many = (new_group.replicated_ratio(a, b, size) for size in (500, 5000))
    assert many.mean() == pytest.approx(1.5, abs=0.02)
    assert few.std() / many.std() == pytest.approx(np.sqrt(10), rel=0.35)


# --- (c), (d) -------------------------------------------------------------------------------------

def test_the_printed_sd_of_beta_is_impossible():
    """The least sd by inverting the precision matrix; it bounds the exact one, and the printed one
    lies below it.
    """
    data = gp.data.private_schools()
    X = np.column_stack([np.ones(12), data.x])
    for sigma, least in ((data.sigma, new_group.least_sd()),
                         (np.full(12, 8.0), new_group.least_sd(8.0))):
        precision = X.T @ (X / sigma[:, None] ** 2) + np.diag([1 / 20**2, 1 / 10**2])
        assert least == pytest.approx(np.sqrt(np.diag(np.linalg.inv(precision))), rel=1e-9)
    printed = next(p for p in ledger.reported(WHERE) if p.id == "ex4.beta.sd")
    least = new_group.least_sd(8.0)[1]
    assert printed.value + printed.rounding < least < new_group.private()["beta"].sd


def test_verdicts_on_the_covariate(many):
    rows = judged(new_group.judge_covariate, many)
    assert {rows[f"ex4.{name}.{s}"]["verdict"] for name in ("mu", "beta", "tau")
            for s in ("mean", "sd")} == {"differs"}
    assert rows["ex4.beta.sd"]["exact"] == pytest.approx(6.538, abs=1e-3)
    assert "6.18, which does not fit" in rows["ex4.beta.sd"]["reason"]
    verdict = {id: rows[f"ex4.{id}"]["verdict"]
               for id in ("c.covariate", "d.recovers", "d.wide", "d.separates")}
    assert verdict == {"c.covariate": "agrees", "d.recovers": "differs", "d.wide": "agrees",
                       "d.separates": "differs"}
    assert "is 1.98" in rows["ex4.d.recovers"]["reason"]
    assert all(rows[f"ex4.{id}"]["margin"] > 5 for id in ("c.covariate", "d.wide", "d.separates"))
    assert all(abs(row["z"]) < 4.5 for row in rows.values() if row["z"] == row["z"])


def test_a_covariate_table_that_is_right_is_found_right(monkeypatch, many):
    exact, texts = new_group.private(), {}
    for name in ("mu", "beta", "tau"):
        low, high = exact[name].hdi(0.89)
        found = {"mean": exact[name].mean, "sd": exact[name].sd, "hdi_low": low, "hdi_high": high}
        texts |= {f"ex4_{name}_{s}": f"{value:.2f}" for s, value in found.items()}
    planted(monkeypatch, **texts)
    rows = judged(new_group.judge_covariate, many)
    assert {row["verdict"] for row in rows.values() if row["kind"] == "posterior"} == {"agrees"}


def test_an_advantage_that_is_found_to_within_a_tenth_is_separated(many, monkeypatch):
    monkeypatch.setattr(many[4], "mean", (4.8, 0.01))
    assert judged(new_group.judge_covariate, many)["ex4.d.separates"]["verdict"] == "agrees"
    monkeypatch.setattr(many[4], "mean", (4.4, 0.01))
    assert judged(new_group.judge_covariate, many)["ex4.d.separates"]["verdict"] == "differs"


def test_what_many_data_sets_recover(many):
    """The prior's weight and the posterior's sd go together; both fall with more private schools.
    With 150 of each the estimates are right, and so is the error of their mean."""
    assert many[4].sd[0] > many[16].sd[0] and many[4].prior_weight > many[16].prior_weight
    assert many[4].prior_weight == pytest.approx(many[4].sd[0]**2 / 100, rel=0.05)
    more = new_group.Recovered(150, 4, public=150)
    assert abs(more.mean[0] - 5) < 5 * more.mean[1] + more.prior_weight * 5 and more.mean[1] < 0.3
    assert more.sd[0] < 1.8 and more.rmse < 2.5 and 0.8 < more.held < 1


def test_estimates_of_one_data_set_are_the_exact_ones():
    """The averages of `recover` over data sets made again here from the same numbers."""
    found = new_group.recover(4, 8, np.random.default_rng(3))
    rng, x = np.random.default_rng(3), np.repeat([0.0, 1.0], [8, 4])
    sigma = rng.uniform(8, 16, 12)
    theta = 8 + 5 * x + 4 * rng.standard_normal((new_group.EACH, 12))
    y = theta + sigma * rng.standard_normal(theta.shape)
    betas = [gp.exact(gp.NormalNormal(one, sigma, x=x, beta=gp.Normal(0, 10)))["beta"]
             for one in y[:1]]
    again = new_group.ManyPosteriors(y, sigma, x=x, beta=gp.Normal(0, 10))
    mean, sd = again.coefficients()
    assert mean[0, 1] == pytest.approx(betas[0].mean) and sd[0, 1] == pytest.approx(betas[0].sd)
    assert found["mean"] == pytest.approx(mean[:, 1].mean())
    assert found["sd"] == pytest.approx(sd[:, 1].mean())
    assert found["squared"] == pytest.approx(((mean.sum(axis=1) - 13) ** 2).mean())
