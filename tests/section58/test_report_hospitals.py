"""Exercise 5.8.3 on the page."""
import numpy as np
import pytest
from scipy import optimize, stats

import gibbspool as gp
from gibbspool.section58 import ledger
from gibbspool.section58.parts import hospitals, other_seeds
from gibbspool.section58.reported import Printed

pytestmark = pytest.mark.extras
pd = pytest.importorskip("pandas")
WHERE = "Exercise 5.8.3"


@pytest.fixture(scope="module")
def narrower():
    return hospitals.reduction(*hospitals.intervals())


def rows_of(book):
    """The rows judged so far."""
    return {id: (row["verdict"], row["reason"]) for id, row in book._rows.items()}


def planted(monkeypatch, **texts):
    rows = [Printed(**{**vars(p), "printed": texts.get(p.id, p.printed)})
            for p in ledger.reported()]
    monkeypatch.setattr(ledger, "reported",
                        lambda where=None: [p for p in rows if where in (None, p.where)])


def test_each_row_of_the_table_is_compared_with_what_the_printed_code_makes():
    book, made = ledger.Ledger(WHERE), gp.data.hospitals("seed")
    hospitals.judge_data(book)
    rows, printed = rows_of(book), gp.data.hospitals()
    for j in range(8):
        assert rows[f"ex3.exposure.{j + 1}"] == ("agrees", "")
        verdict, reason = rows[f"ex3.y.{j + 1}"]
        assert (verdict == "agrees") == (printed.y[j] == made.y[j])
        assert verdict == "agrees" or reason.endswith(f" {made.y[j]:.0f}")
    assert rows["ex3.rate.1"] == ("differs", "the printed code with seed 42 generates 1.98")


def test_a_table_as_the_code_makes_it_would_agree(monkeypatch):
    made = gp.data.hospitals("seed")
    planted(monkeypatch, **{f"ex3.y.{j + 1}": f"{y:.0f}" for j, y in enumerate(made.y)},
            **{f"ex3.rate.{j + 1}": f"{rate:.2f}" for j, rate in enumerate(made.true_rate)})
    book = ledger.Ledger(WHERE)
    hospitals.judge_data(book)
    assert {verdict for verdict, _ in rows_of(book).values()} == {"agrees"}


def test_reduction_for_hospital_5_by_other_means(narrower):
    """No pooling: scipy's Gamma(2, 1.2), its shortest interval by minimisation. Partial pooling:
    equal densities at both ends, and 89% of exact draws in between (within four standard
    errors)."""
    no_pooling = stats.gamma(1 + 1, scale=1 / (0.5 + 0.7))
    none = optimize.minimize_scalar(lambda p: no_pooling.ppf(p + 0.89) - no_pooling.ppf(p),
                                    bounds=(0, 0.11),
                                    method="bounded").fun
    low, high = hospitals.intervals()[0][hospitals.FIFTH]
    x = hospitals.truth().sample(draws=4000, chains=2, seed=4)["lam", "5"]
    assert np.mean((low < x) & (x < high)) == pytest.approx(0.89, abs=4
                                                            * np.sqrt(0.89 * 0.11 / x.size))
    density = stats.gaussian_kde(x.ravel())
    assert density(low) == pytest.approx(density(high), rel=0.1)
    assert narrower[hospitals.FIFTH] == pytest.approx(1 - (high - low) / none, rel=1e-3)


def test_verdicts_on_the_reductions(narrower):
    book = ledger.Ledger(WHERE)
    hospitals.judge_reductions(book, {"printed": narrower, "seed": np.linspace(0.3, 0.1, 8)},
                               np.array([0.2, -0.1]))
    rows = rows_of(book)
    assert rows["ex3.thirty"][0] == "differs" and "44% narrower" in rows["ex3.thirty"][1]
    assert "0 of 2 other seeds" in rows["ex3.thirty"][1]
    assert "from 2% wider to 12% narrower" in rows["ex3.thirty"][1]  # quartiles of -10% and 20%
    assert rows["ex3.smallest_most"][0] == "agrees in part"  # a trend, for the printed counts
    assert rows["ex3.largest_none"][0] == "differs"


def test_the_claim_is_read_from_the_statement(narrower, monkeypatch):
    planted(monkeypatch, **{"ex3.thirty": "Pooling makes the interval about 45% narrower"})
    book = ledger.Ledger(WHERE)
    flat = np.where(np.arange(8) == 3, 0.0, narrower)
    hospitals.judge_reductions(book, {"printed": narrower, "seed": flat},
                               np.repeat([0.44, 0.46, 0.2], 30))
    assert rows_of(book)["ex3.thirty"][0] == "agrees in part"  # 67%: 3 standard errors are not five
    book = ledger.Ledger(WHERE)
    hospitals.judge_reductions(book, {"printed": narrower, "seed": flat},
                               np.repeat([0.44, 0.46, 0.2], 100))
    assert rows_of(book)["ex3.thirty"][0] == "agrees"
    book = ledger.Ledger(WHERE)
    hospitals.judge_reductions(book, {"printed": narrower, "seed": flat}, np.array([0.2]))
    assert rows_of(book)["ex3.thirty"][0] == "agrees in part"


@pytest.mark.parametrize("found, most, none", [
    ([0.3, 0.02, 0.4, 0.01, 0.5, 0.2, 0.015, 0.1], "agrees", "agrees"),   # in the order of exposure
    ([0.3, 0.02, 0.4, 0.5, 0.6, 0.2, 0.015, 0.1], "agrees in part", "differs"),  # a trend
    ([0.1, 0.02, 0.4, 0.01, 0.0, 0.2, 0.02, 0.6], "differs", "agrees")])
def test_other_reductions_get_other_verdicts(found, most, none):
    book = ledger.Ledger(WHERE)
    hospitals.judge_reductions(book, dict.fromkeys(("printed", "seed"), np.array(found)),
                               np.array([0.2]))
    assert rows_of(book)["ex3.smallest_most"][0] == most
    assert rows_of(book)["ex3.largest_none"][0] == none


def test_other_seeds_are_analysed_exactly():
    """Two of them by gp.exact; the counts by the exercise's code."""
    e, narrower = gp.data.hospitals().exposure, other_seeds.narrower(2, hospitals.FIFTH)
    for seed, found in enumerate(narrower):
        rng = np.random.default_rng(seed)
        y = rng.poisson(rng.lognormal(0.5, 0.6, size=8) * e)
        assert (other_seeds.counts(2)[seed] == y).all()
        model = gp.PoissonLognormal(y, e)
        partial, none = (gp.exact(one)["lam"][hospitals.FIFTH].hdi(0.89)
                         for one in (model, model.no_pooling()))
        assert found == pytest.approx(hospitals.reduction(partial, none), abs=0.001)


def test_the_funnel_is_in_the_centred_form():
    """sigma_log by halves an order of magnitude apart: log_lam - mu_log follows, lam_raw does
    not.
    """
    rng = np.random.default_rng(0)
    sigma = np.exp(rng.normal(0, 1, (1, 4000)))
    raw = rng.normal(size=(1, 4000, 8))
    centred, noncentred = hospitals.growth({"sigma_log": sigma, "mu_log": np.ones((1, 4000)),
                                            "log_lam": 1 + sigma[..., None] * raw})
    assert centred.min() > 10 and noncentred == pytest.approx(np.ones(8), abs=0.2)


def test_words_on_the_funnel_and_on_a_ninth_hospital():
    book = ledger.Ledger(WHERE)
    hospitals.judge_forms(book)
    hospitals.judge_new_hospital(book)
    rows = rows_of(book)
    assert rows["ex3.positive"][0] == rows["ex3.new_wider"][0] == "agrees"
    assert rows["ex3.constrained"][0] == "agrees"
    verdict, reason = rows["ex3.noncentred"]  # large exposures narrow lam_raw at large sigma_log
    assert verdict == "agrees in part" and "No neck at small" in reason.split("Does not")[0]


def test_counts_of_a_ninth_hospital():
    """Mean of the count: 3 E[lam]. For a rate that is known it would be Poisson; not knowing it
    adds to the variance.
    """
    new, count = hospitals.truth().new_group, np.arange(200)
    p = hospitals.count_probabilities(new, 3.0, count)
    mean = p @ count
    assert p.sum() == pytest.approx(1, abs=1e-3) and mean == pytest.approx(3 * new.mean, rel=0.01)
    assert p @ (count - mean) ** 2 > 1.2 * mean
    known = gp.exact(hospitals.model().complete_pooling(gp.Gamma(2e6, 1e6)))["rate"]
    sure = hospitals.count_probabilities(known, 3.0, count)
    assert sure == pytest.approx(stats.poisson.pmf(count, 6), abs=1e-4)


def test_what_pooling_does_to_a_width_in_words():
    assert [hospitals.change(x) for x in (0.44, -0.13)] == ["44% narrower", "13% wider"]
    assert hospitals.change(-0.0934, 1) == "9.3% wider"


def test_the_new_rate_has_no_variance_and_the_answer_says_so(narrower):
    """E[exp(2 sigma^2)] under a density that falls as exp(-sigma^2 / 2) is infinite."""
    assert np.isinf(hospitals.truth().new_group.sd)
    book = ledger.Ledger(WHERE)
    hospitals.judge_data(book)
    rows = pd.DataFrame(book._rows.values())
    both = {"printed": narrower, "seed": narrower}
    *_, told = hospitals.answers(rows, both, np.array([0.1, 0.2]))
    assert "its variance is infinite" in told
    assert "inf" not in told.replace("information", "").replace("infinite", "")
