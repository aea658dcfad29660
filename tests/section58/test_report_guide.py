"""The parts on the practical guide and the takeaways: verdicts that follow from known results, and
that turn when the world does.
"""
import numpy as np
import pytest
from scipy import stats

import gibbspool as gp
from gibbspool.guide import experiments
from gibbspool.guide.sensitivity import against_prior
from gibbspool.section58 import page
from gibbspool.section58.ledger import Ledger
from gibbspool.section58.parts import (
    common,
    comparison,
    halves,
    iterations,
    many_groups,
    mixed_models,
    not_exchangeable,
    prior_sensitivity,
    strategies,
    takeaways,
    when_to_use,
    when_to_use_words,
)
from gibbspool.section58.reported import reported

pytestmark = pytest.mark.extras
GUIDE = "5.8.6 guide"


def judged(where, judge, *args):
    """Verdict and reason of each row judged, by id."""
    book = Ledger(where)
    judge(book, *args)
    return {id: (row["verdict"], row["reason"]) for id, row in book._rows.items()}


# --- statements of several claims -----------------------------------------------------------------

def test_halves():
    claim = halves.Claim
    for claims, verdict in (((True, True), "agrees"), ((False, False), "differs"),
                            ((True, False), "agrees in part")):
        found = judged(GUIDE, lambda book, claims=claims: halves.halves(
            book, "guide.bias", *(claim(holds, f"{holds}!") for holds in claims)))
        assert found["guide.bias"][0] == verdict
    assert found["guide.bias"][1] == "Holds: True! Does not: False!"


def test_claims_about_means_know_their_errors():
    x = np.random.default_rng(0).normal(1, 2, 400)
    assert halves.mean_and_error(x) == pytest.approx((x.mean(), x.std(ddof=1) / 20))
    assert halves.below(x, 2.0, "x").holds and not halves.below(x, 0.5, "x").holds
    assert halves.margin(2.0, 0.5, 1.0) == 2 and halves.margin(2.0, 0.0, 1.0) == np.inf


# --- the guide ------------------------------------------------------------------------------------

def test_bias_and_variance_of_strategies_known_in_closed_form():
    """Complete pooling of equal groups: bias the spread of theta, tau^2 (1 - 1/J); partial pooling
    of hopeless data the same, of perfect data none (to within its Monte Carlo error)."""
    found = strategies.bias_and_variance(np.full(8, 1e3), 5.0, sets=400)
    assert np.mean(found["bias"]["complete"]) == pytest.approx(25 * 7 / 8, rel=0.3)  # 80 effects
    assert np.mean(found["bias"]["none"]) == 0 and len(found["bias"]["none"]) == 80
    assert found["variance"]["none"] == pytest.approx(np.full(80, 1e6))
    found = strategies.bias_and_variance(np.full(8, 0.01), 5.0, sets=400)
    assert np.abs(found["bias"]["partial"]).max() < 1e-3
    assert np.mean(found["variance"]["partial"]) == pytest.approx(1e-4, rel=0.2)


def made_up(bias, variance, noise=0.01):
    """What `bias_and_variance` would find: 50 draws that hardly differ, of partial pooling."""
    around = 1 + noise * np.linspace(-1, 1, 50)
    return {"bias": {"none": np.zeros(50), "partial": bias * around, "complete": np.full(50, 25.0)},
            "variance": {"none": np.full(50, 100.0), "partial": variance * around,
                         "complete": np.full(50, 10.0)}}


def test_bias_is_judged_tau_by_tau():
    found = judged(GUIDE, strategies.judge_bias_and_variance,
                   {5.0: made_up(16.0, 50.0), 20.0: made_up(4.0, 50.0)})
    assert found["guide.bias"][0] == "agrees in part" and found["guide.variance"][0] == "agrees"
    holds, fails = found["guide.bias"][1].split("Does not")
    assert "tau = 20: bias 2.0, of complete pooling 5.0, 2.50 times" in holds
    assert "tau = 5: bias 4.0, of complete pooling 5.0, 1.25 times" in fails
    # no_pool is biased: 9^2 / (9^2 + 20^2) = 17%
    assert "17% to 45%" in fails
    # 25 / 11 is more than 1.5^2, but by less than five standard errors
    found = judged(GUIDE, strategies.judge_bias_and_variance, {5.0: made_up(11.0, 50.0, 0.2)})
    assert "1.51 times as much (1 standard error above" in found["guide.bias"][1].split(
        "Does not")[1]


def test_parameters_new_group_and_regimes():
    found = judged(GUIDE, strategies.judge_parameters)
    found |= judged(GUIDE, strategies.judge_new_group)
    assert found.pop("guide.neither")[0] == "agrees in part"  # complete pooling says what mu is
    # the section's own no_pool predicts a left-out school as Normal(0, sqrt(20^2 + sigma^2)):
    # the other schools' data change nothing
    y, sigma = gp.data.eight_schools().y, gp.data.eight_schools().sigma
    own = stats.norm.logpdf(y, 0, np.sqrt(400 + sigma**2)).sum()
    assert f"{own:.2f}" in found["guide.new_group_line"][1]
    assert {verdict for verdict, _ in found.values()} == {"agrees"} and len(found) == 3
    regimes = judged(GUIDE, strategies.judge_regimes, 500)["guide.best_regime"]
    assert regimes[0] == "agrees in part"
    holds, fails = regimes[1].split("Does not")
    assert "tau = 0" in holds and "tau = 100" in holds and "tau = 5" in holds
    assert "tau = 20" in fails  # partial pooling is the better one yet


def test_no_pooling_that_learns_of_a_new_group_would_not_make_it_impossible(monkeypatch):
    monkeypatch.setattr(strategies, "of_a_left_out_school", lambda: (-32.0, -31.0))
    found = judged(GUIDE, strategies.judge_new_group)
    assert found["guide.new_group"][0] == "differs"
    assert found["guide.new_group_line"][0] == "agrees in part"
    assert found["guide.neither"][0] == "differs"


def test_mean_squared_errors_without_simulation():
    """No pooling and complete pooling by drawing everything (0.1 is five standard errors)."""
    sigma, rng = np.array([2.0, 5.0, 9.0]), np.random.default_rng(1)
    theta = 8 + 4 * rng.standard_normal((200_000, 3))
    y = theta + sigma * rng.standard_normal(theta.shape)
    together = np.average(y, axis=1, weights=sigma**-2.0)[:, None]
    found = strategies.mean_squared_errors(sigma, 4.0, 300)
    assert found["none"][0] == pytest.approx(((y - theta) ** 2).mean(), rel=0.01)
    assert found["complete"][0] == pytest.approx(((together - theta) ** 2).mean(), rel=0.01)
    errors, *_ = experiments.pooled(y[:20_000], sigma, theta[:20_000])
    value, se = found["partial"]
    assert value == pytest.approx(errors.mean(), abs=5 * np.hypot(se, 0.3 / 20_000**0.5 * 30))


def test_few_groups_and_tau_near_zero():
    clear = {J: np.full(50, 0.2) + 0.01 * np.arange(50) / 50 for J in when_to_use_words.FEW}
    found = judged(GUIDE, when_to_use_words.judge_few_groups, clear)
    assert found["guide.few_groups"][0] == "agrees in part"
    follows = {J: x + 0.6 for J, x in clear.items()}
    found = judged(GUIDE, when_to_use_words.judge_few_groups, follows)
    assert found["guide.few_groups"][0] == "agrees"
    found = judged(GUIDE, when_to_use_words.judge_tau_zero, 1000)
    assert found["guide.tau_zero"][0] == "agrees in part"


def test_data_sets_of_groups_that_are_all_alike():
    """The weighted mean has the variance 1 / sum sigma^-2; more groups are pulled further."""
    few, many = (when_to_use_words.all_alike(np.resize([5.0, 10.0, 20.0], J), 400)
                 for J in (6, 48))
    for (pull, partial, complete, tau), J in ((few, 6), (many, 48)):
        # with mu ~ Normal(0, 20) the weighted mean is kept by 400 / (400 + its variance)
        variance = 1 / (J / 3 * (0.04 + 0.01 + 0.0025))
        kept = 400 / (400 + variance)
        error = kept**2 * variance + (1 - kept) ** 2 * 64
        assert complete.mean() == pytest.approx(error, abs=5 * error * np.sqrt(2 / 400))
        assert pull.shape == partial.shape == tau.shape == (400,)
    assert few[0].mean() < many[0].mean() and few[3].mean() > many[3].mean()
    # 800 without the prior of mu, with it 800 / 9 + 64 * 4 / 9
    _, _, complete, _ = when_to_use_words.all_alike(np.full(2, 40.0), 400)
    assert complete.mean() == pytest.approx(117, rel=0.4)


@pytest.mark.parametrize("pull, holds", [(0.95, True), (0.901, False), (0.8, False)])
def test_reduces_by_five_standard_errors(pull, holds):
    """400 data sets with an sd of 0.01: a standard error of 0.0005."""
    x = pull + 0.01 * np.tile([-1.0, 1.0], 200)
    assert when_to_use_words.reduces(x, "alike").holds == holds


def test_smallest_and_equal_groups():
    found = judged(GUIDE, when_to_use_words.judge_smallest, 1000)
    found |= judged(GUIDE, when_to_use_words.judge_equal_sizes, 500)
    assert [verdict for verdict, _ in found.values()] == ["agrees", "agrees"]


# --- sensitivity, many groups, REML ---------------------------------------------------------------

def test_sensitivity():
    with pytest.warns(UserWarning, match="depend on the prior"):
        table = gp.prior_sensitivity(common.schools())
    found = prior_sensitivity.judged(table, 400).table().set_index("id")
    assert (found["verdict"].drop("practice.half_cauchy") == "agrees").all()
    sds = [gp.exact(gp.NormalNormal(common.schools().y, common.schools().sigma,
                                    tau=gp.HalfCauchy(s))).new_group.sd
           for s in (25, 100)]
    assert f"with all eight schools {sds[1] / sds[0]:.2f} times" in found.loc[
        "practice.prior_diffuse", "reason"]


def test_coordinates_of_many_groups():
    assert len(many_groups.target(30).initial(np.random.default_rng(0))) == 32


def coverage(plug_in, boundary=0.6):
    rows = [{"spread": tau, "boundary": boundary, "boundary_se": 0.01, "plug_in": plug_in,
             "plug_in_se": 0.01, "exact": 0.89, "exact_se": 0.01, "new_plug_in": plug_in,
             "new_plug_in_se": 0.01, "new_exact": 0.89, "behind": 0.89 - plug_in, "behind_se": 0.01,
             "new_behind": 0.89 - plug_in, "new_behind_se": 0.01} for tau in (0.0, 5.0, 10.0, 20.0)]
    return when_to_use.frame(rows, "spread")


def test_reml_in_made_up_worlds():
    fit = gp.reml(common.schools())
    found = mixed_models.judged(fit, coverage(0.75), coverage(0.88)).table().set_index("id")
    verdict = found["verdict"]
    assert verdict["practice.reml_shrinks"] == "agrees in part"  # Eight Schools: tau = 0
    for id in ("zero", "collapse", "uncertainty", "prediction"):
        assert verdict[f"practice.reml_{id}"] == "agrees", id
    holds, fails = found.loc["practice.reml_large_J", "reason"].split("Does not")
    assert "85 counties" in holds and "15 counties with 13 to 116 homes" in holds
    assert "15 counties" in fails and verdict["practice.reml_large_J"] == "agrees in part"
    assert verdict["practice.reml_small_J"] == "agrees in part"  # tau near zero is no worse here
    # eight points further behind than with many groups are four standard errors, not five
    found = mixed_models.judged(fit, coverage(0.8), coverage(0.88)).table().set_index("id")
    assert found.loc["practice.reml_small_J", "verdict"] == "differs"
    found = mixed_models.judged(fit, coverage(0.9, 0.1), coverage(0.9)).table().set_index("id")
    assert (found.loc[["practice.reml_uncertainty", "practice.reml_zero",
                       "practice.reml_prediction"], "verdict"] == "differs").all()


def test_exchangeability():
    stated = {design: when_to_use.frame(
        experiments.not_exchangeable((20, 80), design, sets=300, **not_exchangeable.SECTIONS),
        "gap") for design in experiments.DESIGNS}
    found = not_exchangeable.judged(stated).table().set_index("id")
    assert (found["verdict"] == "agrees in part").all()
    holds, fails = found.loc["practice.covariate", "reason"].split("Does not")
    assert "at a gap of 20" in holds and "at a gap of 80" in fails
    # under priors that know nothing the covariate repairs what pooling does
    weak = {design: when_to_use.frame(experiments.not_exchangeable((40, 80), design, sets=300),
                                      "gap") for design in experiments.DESIGNS}
    found = not_exchangeable.judged(weak).table().set_index("id")["verdict"]
    assert found["practice.covariate"] == "agrees"


@pytest.mark.parametrize("over_none, over_partial, verdict", [
    (6, 6, "agrees"), (4, 6, "differs"), (6, 4, "differs"), (-6, -6, "differs")])
def test_a_covariate_must_be_better_than_both(over_none, over_partial, verdict):
    """By so many standard errors, at both gaps."""
    rows = [{"gap": gap, "covariate": 50.0, "none": 100.0, "partial": 90.0,
             "saved_none": over_none, "saved_none_se": 1.0, "saved_partial": over_partial,
             "saved_partial_se": 1.0} for gap in (20, 40)]
    found = judged("Critical warning", not_exchangeable.judge_covariate,
                   {"equal": when_to_use.frame(rows, "gap")})
    assert found["practice.covariate"][0] == verdict


# --- where it shines, takeaways -------------------------------------------------------------------

def test_advantage_over_the_better_of_the_others():
    """By drawing theta as well, 20,000 data sets: within five standard errors of both."""
    (gain, error), (value, se) = comparison.beside_the_better(4, 1000, True)
    sigma = 20 / np.sqrt(100 ** np.array([0.125, 0.375, 0.625, 0.875]))
    rng = np.random.default_rng(2)
    theta = 8 + 5 * rng.standard_normal((5000, 4))
    y = theta + sigma * rng.standard_normal(theta.shape)
    errors, *_ = experiments.pooled(y, sigma, theta)
    together = np.average(y, axis=1, weights=sigma**-2.0)[:, None]
    best = min((sigma**2).mean(), ((together - theta) ** 2).mean())
    again = errors.mean(axis=1) / best
    assert value == pytest.approx(again.mean(), abs=5 * np.hypot(se, again.std() / 5000**0.5))
    assert gain / (1 - value) == pytest.approx(best, rel=0.05) and error / se == pytest.approx(
        gain / (1 - value))


@pytest.mark.parametrize("ratio, helps, by_ratio, verdict", [
    (0.8, (5, 15, 60, 500), True, "agrees"), (0.8, (5, 15, 60, 500), False, "agrees in part"),
    (0.99, (5, 15, 60, 500), True, "agrees in part"), (0.99, (5, 15), False, "differs")])
def test_use_is_asked_at_each_number_of_groups(ratio, helps, by_ratio, verdict, monkeypatch):
    """0.99 with a standard error of 0.01 is not clearly below 1."""
    def made_up_errors(J, sets, unequal):
        return comparison.Beside(gain=(5.0 if unequal and J in helps else 3.0, 0.1),
                                 ratio=(ratio + (not unequal and by_ratio and J in helps), 0.01))

    monkeypatch.setattr(takeaways, "beside_the_better", made_up_errors)
    found = judged("Bringing it all together", takeaways.judge_use, 10)["take.use"]
    assert found[0] == verdict
    if (ratio, by_ratio) == (0.8, False):
        holds, fails = found[1].split("Does not")
        assert "by the difference" in holds and "by the ratio" in fails


def test_each_takeaway_is_named_with_its_verdicts():
    book = Ledger("Bringing it all together")
    for id in book.printed:
        book.statement(id, id != "together.best", "")
    said = takeaways.takeaways(book.table())
    assert [one.partition(":")[0] for one in said] == [
        "Core concept", "Computational insight", "Practical application", "Model comparison"]
    assert said[0].endswith("chosen by the analyst” agrees.") and said[3].endswith("differs.")
    assert said[2].count("agrees") == 2


def test_the_table_of_the_guide_has_numbers_for_its_words(truth):
    table = strategies.as_a_table(made_up(16.0, 50.0))
    assert table.loc["parameters"].tolist() == ["1", "8", "8 and 2"]
    # the section's no_pool keeps 400 / (400 + sigma^2) of an effect, and E theta^2 = 64 + 25
    sigma = truth.model.sigma
    kept = 400 / (400 + sigma**2)
    bias, sd = np.sqrt(((1 - kept) ** 2).mean() * 89), np.sqrt((kept**2 * sigma**2).mean())
    own = "the section's no_pool"
    assert table.loc["bias"].tolist() == ["5.0", f"0.0 ({own}: {bias:.1f})", "4.0"]
    assert table.loc["standard deviation"].tolist() == ["3.2", f"10.0 ({own}: {sd:.1f})", "7.1"]
    assert table.loc["a new school, mean and sd", "no pooling"] == \
        f"nothing ({own}: 0, 20, its prior)"
    assert table.loc["a new school, mean and sd", "partial pooling"] == \
        f"{truth.new_group.mean:.1f}, {truth.new_group.sd:.1f}"


@pytest.mark.parametrize("error, covered, verdict", [
    (100.0, 0.89, "agrees"), (170.0, 0.89, "differs"), (100.0, 0.80, "differs"),
    (100.0, 0.97, "agrees"), (100.0, 0.9788, "differs")])
def test_reasonable_defaults_hold_by_five_standard_errors(error, covered, verdict, monkeypatch):
    """No pooling has an error of 166; 0.979 is a tenth above 0.89, here with a standard error of
    0.0005.
    """
    around = np.repeat(np.resize([-1.0, 1.0], (100, 1)), 8, axis=1)
    monkeypatch.setattr(prior_sensitivity, "pooled", lambda y, sigma, theta, tau: (
        error + around, covered + 0.005 * around, None))
    found = judged("Prior sensitivity", prior_sensitivity.judge_defaults, 100)
    assert found["practice.defaults"][0] == verdict


def test_whether_leave_one_out_confirms_the_argument():
    pd = pytest.importorskip("pandas")
    row = {"id": "together.best", "verdict": "agrees", "reason": "no 3, partial 1"}
    assert takeaways.confirms(pd.DataFrame([row])) == "confirms it"
    found = takeaways.confirms(pd.DataFrame([row | {"verdict": "differs"}]))
    assert found.startswith("does not confirm") and "partial 1" in found


def test_takeaways():
    with pytest.warns(UserWarning):
        found = takeaways.judged(800).table().set_index("id")["verdict"]
    assert set(found[found == "differs"].index) == {"together.best"}
    assert set(found[found == "agrees in part"].index) == {
        "together.james_stein", "together.fixed", "take.learned", "take.funnel", "take.hdi",
        "take.use"}


@pytest.mark.long
@pytest.mark.parametrize("fill", [when_to_use.guide, mixed_models.mixed_model,
                                  not_exchangeable.exchangeability, many_groups.many_groups,
                                  prior_sensitivity.sensitivity, takeaways.stein,
                                  takeaways.key_takeaways, takeaways.references])
def test_each_part_fills(fill):
    part = page.Part("part", quick=True)
    fill(part)
    assert len(part.rows) == 1 and part.blocks


@pytest.mark.long
def test_the_area_shared_in_each_panel_is_in_the_table_beneath():
    part = page.Part("part", quick=True)
    when_to_use.guide(part)
    table = next(block for block in part.blocks if "with the first J schools" in block)
    for J, truth in experiments.first_schools().items():
        line = table.split(f'<th scope="row">{J} schools</th>')[1].split("</tr>")[0]
        assert line.split("</td>")[0].endswith(f">{against_prior(truth).overlap:.0%}")


def test_every_row_of_the_last_place_is_in_one_of_its_parts():
    ids = [p.id for p in reported("Bringing it all together")]
    choices = (takeaways.of_the_text, takeaways.of_the_takeaways, takeaways.of_the_references)
    assert ids and all(sum(choice(id) for choice in choices) == 1 for id in ids)
    assert all(any(map(choice, ids)) for choice in choices)
    assert sum(map(takeaways.of_the_takeaways, ids)) == 5  # each claim of the four points


@pytest.mark.parametrize("many, linear, verdict", [
    (10.5, True, "agrees"), (12.0, True, "agrees in part"), (12.0, False, "differs")])
def test_the_cost_of_an_iteration_is_gradients_times_their_number(many, linear, verdict,
                                                                  monkeypatch):
    if not linear:
        monkeypatch.setattr(iterations, "operations", lambda J: J**2)
    book = judged("Scaling to many groups", many_groups.judge_cost, 10.0, many)
    assert book["practice.cost"][0] == verdict
    assert ("(J + N) elementary operations" in book["practice.cost"][1]) == linear
