"""The family of demos/own_family.py: right by itself, and served by all that loops over the cards.

The definitions of the demo are executed, not the cells below them that use the whole package.
"""
import os
from pathlib import Path

import numpy as np
import pytest
from monte_carlo import z_of_means
from scipy import stats
from scipy.special import logsumexp

import gibbspool as gp
from gibbspool.cli import main
from gibbspool.models.card import CARDS, card_of
from gibbspool.models.twins import TWINS

DEMO = Path(__file__).parents[2] / "demos" / "own_family.py"


@pytest.fixture(scope="module")
def family():
    """The names that the demo defines; its card and its line in the table go away afterwards."""
    definitions, rest = DEMO.read_text(encoding="utf-8").split("# %% All the rest follows")
    assert "gp.sample(" in rest and "gp.sample(" not in definitions
    before, names = list(CARDS), {"__name__": "own_family"}
    exec(compile(definitions, str(DEMO), "exec"), names)
    assert len(CARDS) == len(before) + 1
    yield names
    CARDS[:] = before
    del TWINS[names["WaitingTimes"]]


@pytest.fixture(scope="module")
def model(family):
    return family["town_hall"]()


@pytest.fixture(scope="module")
def truth(model):
    return gp.exact(model)


def test_the_joint_density_is_that_of_the_story(model):
    lam = np.linspace(0.05, 0.3, model.J)
    rates = dict(zip(model.groups, lam))
    expected = (stats.gamma(2, scale=1 / 0.2).logpdf(9) + stats.expon(scale=10).logpdf(4)
                + stats.gamma(4, scale=1 / (4 * 9)).logpdf(lam).sum()
                + sum(stats.expon(scale=1 / rates[group]).logpdf(wait)
                      for wait, group in zip(model.wait, model.group)))
    assert model.log_joint(typical=9.0, kappa=4.0, lam=lam) == pytest.approx(expected)


def test_every_conditional_is_right_and_a_wrong_one_is_named(family, model):
    assert gp.check_conditionals(model).ok

    class Wrong(family["WaitingTimes"]):
        def typical_given(self, lam, kappa):
            return gp.Gamma(2 + kappa, 0.2 + kappa * lam.sum(axis=-1))

    wrong = Wrong(model.wait, model.group)
    assert gp.check_conditionals(wrong).wrong == ["typical_given"]


def test_the_exact_posterior_against_a_plain_grid(model, truth):
    """Sums over 500 x 700 points, of log p(lam, ...) - log p(lam | ...) at any lam whatever.

    The density is smooth and dies out at the edges, so that such sums have all digits.
    """
    u, v = np.meshgrid(np.linspace(-12, 7, 500), np.linspace(-9, 6, 700), indexing="ij")
    kappa, typical = np.exp(u), np.exp(v)
    lam = np.full((*u.shape, model.J), 0.1)
    log_p = (model.log_joint(typical, kappa, lam)
             - model.lam_given(typical, kappa).logpdf(lam).sum(axis=-1) + u + v)
    step = (u[1, 0] - u[0, 0]) * (v[0, 1] - v[0, 0])
    assert truth.log_evidence == pytest.approx(logsumexp(log_p) + np.log(step), abs=1e-7)
    weight = np.exp(log_p - logsumexp(log_p))
    for name, values in (("kappa", kappa), ("typical", typical)):
        mean = np.sum(weight * values)
        assert truth[name].mean == pytest.approx(mean, rel=1e-6)
        assert truth[name].sd == pytest.approx(np.sqrt(np.sum(weight * (values - mean) ** 2)),
                                               rel=1e-6)
    j, at = 3, truth["lam", "Parking"].quantile(np.array([0.055, 0.5, 0.945]))
    shape, rate = kappa + model.n[j], kappa * typical + model.total[j]
    assert truth["lam", "Parking"].mean == pytest.approx(np.sum(weight * shape / rate), rel=1e-6)
    for x, q in zip(at, (0.055, 0.5, 0.945)):
        assert np.sum(weight * stats.gamma(shape, scale=1 / rate).cdf(x)) == pytest.approx(q,
                                                                                          abs=1e-6)
    x = truth.new_group.quantile(0.5)
    new = stats.gamma(kappa, scale=1 / (kappa * typical))
    assert np.sum(weight * new.cdf(x)) == pytest.approx(0.5, abs=1e-6)
    assert truth.new_group.pdf(x) == pytest.approx(np.sum(weight * new.pdf(x)), rel=1e-6)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_gibbs_agrees_with_the_exact_posterior(model, truth):
    """Means of 8 parameters and of the squares of 2, from 100 chains: |z| < 4.5.

    With 99 degrees of freedom ten |z| exceed 4.5 by chance once in 5,000 runs; the seed is fixed.
    """
    draws = gp.sample(model, draws=60, tune=60, chains=100, seed=2)
    z = [z_of_means(draws[name], truth[name].mean) for name in ("kappa", "typical")]
    z += [z_of_means(draws[name] ** 2, truth[name].mean**2 + truth[name].sd**2)
          for name in ("kappa", "typical")]
    z += [z_of_means(draws["lam", group], truth["lam", group].mean) for group in model.groups]
    assert np.abs(z).max() < 4.5


def test_the_shrinkage_of_the_wait_to_expect(model):
    B = model.shrinkage(5.0)
    lam = model.lam_given(np.array(9.0), np.array(5.0))
    assert lam.rate / lam.shape == pytest.approx((1 - B) * model.total / model.n + B * 9)


def test_advice_and_the_card(model, truth):
    card = card_of(model)
    assert card.name == "waiting" and set(card.priors()) == {"typical", "kappa"}
    advice = gp.advise(model, truth)
    assert "waits from 3 (Weddings) to 30 (Taxes); pooling does most for Weddings" in str(advice)
    assert len(advice.sentences) == 5
    facts = advice.facts
    assert facts["pools_most"] == facts["interval"][1]
    kappa = truth["kappa"].quantile((np.arange(200) + 0.5) / 200)
    assert facts["own"] == pytest.approx(1 - model.shrinkage(kappa).mean(axis=0))


@pytest.mark.long
@pytest.mark.extras
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_fit_draws_its_pictures(model, tmp_path):
    path = tmp_path / "waiting.csv"
    path.write_text("minutes,counter\n" + "\n".join(
        f"{wait!r},{group}" for wait, group in zip(model.wait.tolist(), model.group)))
    assert main(["fit", str(path), "--model", "waiting", "--wait", "minutes", "--group", "counter",
                 "--draws", "100", "--out", str(tmp_path / "out")]) == 0
    assert {"forest.png", "shrinkage.png"} <= set(os.listdir(tmp_path / "out"))


@pytest.mark.long
@pytest.mark.extras
def test_other_priors_and_the_plots(model, truth):
    from gibbspool import plots
    from gibbspool.plots.practice import sensitivity
    table = gp.prior_sensitivity(model, [gp.Exponential(0.15)])
    assert list(table.index) == ["Exponential(0.1) (own)", "Exponential(0.15)"]
    assert table.loc["Exponential(0.1) (own)", "lam[Taxes]"] == pytest.approx(
        truth["lam", "Taxes"].mean)
    draws = gp.sample(model, draws=200, tune=50, seed=1)
    assert plots.forest(draws).axes and plots.shrinkage(model.groups, model.n / model.total,
                                                        truth["lam"].mean).axes
    panels = sensitivity({"own": truth, "the same": truth}).axes
    assert panels[0].get_xscale() == "log"  # kappa is a concentration


@pytest.mark.extras
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_command_line_knows_it(model, truth, tmp_path, capsys, no_pictures):
    import pandas as pd
    with pytest.raises(SystemExit):
        main(["fit", "--help"])
    said = capsys.readouterr().out
    assert "--wait COL" in said and "--typical-prior PRIOR" in said
    assert "typical ~ Gamma(2, 0.2), kappa ~ Exponential(0.1); centred" in said

    path = tmp_path / "waiting.csv"
    path.write_text("minutes,counter\n" + "\n".join(
        f"{wait!r},{group}" for wait, group in zip(model.wait.tolist(), model.group)))
    columns = ["--wait", "minutes", "--group", "counter"]
    assert main(["fit", str(path), "--model", "waiting", *columns, "--draws", "100", "--out",
                 str(tmp_path / "out")]) == 0
    assert "Gibbs check" in capsys.readouterr().out
    table = pd.read_csv(tmp_path / "out" / "shrinkage.csv", index_col="group")
    assert table["pooled"].to_numpy() == pytest.approx(truth["lam"].mean, rel=1e-6)
    assert table["n"].tolist() == model.n.tolist()

    assert main(["fit", str(path), "--model", "waiting", "--wait", "minutes"]) == 2
    assert "--model waiting needs --wait and --group" in capsys.readouterr().err
    assert main(["fit", str(path), "--model", "waiting", *columns, "--tau-prior", "Flat"]) == 2
    assert "--tau-prior is not for --model waiting" in capsys.readouterr().err
    assert main(["step", "town-hall"]) == 0
    assert "typical given lam, kappa" in capsys.readouterr().out
