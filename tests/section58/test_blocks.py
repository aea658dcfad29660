"""The section's blocks of code and its algorithm, each beside ours on the page."""
import pytest

from gibbspool.section58 import blocks
from gibbspool.section58.parts import PARTS, iterations

pytestmark = pytest.mark.extras
TITLES = [title for title, *_ in PARTS]
POOLING, STRUCTURE = "The pooling problem", "The mathematical structure and shrinkage"
EIGHT, FOREST, CHECK = ("Worked Example 1: Eight Schools", "Forest plot",
                        "Posterior predictive check")
FUNNEL, SURVEY = "Neal's funnel and divergences", "Worked Example 2: answers in six regions"
WIDTHS = "Interval widths and the pull of each region"
LOO = "Comparing pooling strategies by leave-one-out"
ONE, TWO, THREE, FOUR = (title for title in TITLES if title.startswith("Exercise"))

# Every block of code of the section, and its box with an algorithm, in its order: under which
# heading, how it begins (but for imports and data), by which words it is found on the page, where.
OF_THE_SECTION = (
    ("Example: Shrinkage in Action", "mu_hat, tau_hat = 8.0, 6.0", "mu_hat", STRUCTURE),
    ("The Centred Parameterisation", "with pm.Model() as centred:", "as centred", FUNNEL),
    ("The Non-Centred Parameterisation", "with pm.Model() as noncentred:", "as noncentred",
     FUNNEL),
    ("The Non-Centred Parameterisation", "print(az.summary(idata_nc,", "az.summary(idata_nc",
     EIGHT),
    ("Forest Plot", "school_names = [", "az.plot_forest", FOREST),
    ("Diagnosing", "# Centred model diagnostics", "az.plot_pair(idata_c,", FUNNEL),
    ("Diagnosing", "# Non-centred model diagnostics", "az.plot_pair(idata_nc,", FUNNEL),
    ("Diagnosing", "# Count divergences", "divergences_c =", FUNNEL),
    ("Posterior Predictive Check", "with noncentred:", "sample_posterior_predictive", CHECK),
    ("Posterior Predictive Check", "Algorithm: Hierarchical Model Fitting via Non-Centred NUTS",
     "Algorithm:", FUNNEL),
    ("Synthetic Data and PyMC Model", "rng = np.random.default_rng(2025)", "default_rng(2025)",
     SURVEY),
    ("Synthetic Data and PyMC Model", "with pm.Model() as dir_model:", "as dir_model", SURVEY),
    ("Interpreting the Results", "print(Smallest region", "Smallest region", WIDTHS),
    ("Interpreting the Results", "# No-pooling comparison for Region 5", "alpha_r5_no_pool",
     WIDTHS),
    ("Setting Up the Alternatives", "with pm.Model() as complete_pool:", "as complete_pool", LOO),
    ("Setting Up the Alternatives", "with pm.Model() as no_pool:", "as no_pool", LOO),
    ("Comparing with az.compare", "comparison = az.compare(", "az.compare(", LOO),
    ("Comparing with az.compare", "az.plot_compare(comparison,", "az.plot_compare(", LOO),
    ("Exercise 5.8.1 (a)", "B = sigma_i**2 /", "(a) B =", ONE),
    ("Exercise 5.8.1 (b)", "theta_shrunk =", "(b) theta_shrunk", ONE),
    ("Exercise 5.8.2 (c)", "# Centred model", "(c) with pm.Model() as centred", TWO),
    ("Exercise 5.8.3 (b)", "rng = np.random.default_rng(42)", "(b) rng =", THREE),
    ("Exercise 5.8.3 (b)", "with pm.Model() as hier_poisson:", "as hier_poisson", THREE),
    ("Exercise 5.8.3 (c)", "with pm.Model() as no_pool_poisson:", "as no_pool_poisson", THREE),
    ("Exercise 5.8.3 (d)", "mu_log_samples =", "(d) lam_new =", THREE),
    ("Exercise 5.8.4 (a)", "mu_samples =", "(a) theta_new =", FOUR),
    ("Exercise 5.8.4 (b)", "theta_E =", "(b) theta_E =", FOUR),
    ("Exercise 5.8.4 (d)", "with pm.Model() as covariate_model:", "as covariate_model", FOUR),
)
IN_FORMULAS = "5.8.1, three models in formulas, without code"
ALL = [(title, block) for title in TITLES for block in blocks.BLOCKS.get(title, ())]


def test_our_code_is_the_body_of_what_ran():
    def ours():
        x = 1
        return x + 1

    assert blocks.code_of(ours) == "x = 1\nx + 1"
    shown = blocks.side_by_side(blocks.Block("with pm.Model()", {"mu": "normal"}, ours))
    assert '<pre class="result">2</pre>' in shown and "<code>with pm.Model()</code>" in shown
    assert "<pre" not in blocks.side_by_side(blocks.Block("with pm.Model()"))


@pytest.mark.parametrize("lines, columns", [(["short"] * 6, True), (["short"] * 5, False),
                                            (["x" * 51] * 6, False)])
def test_many_short_results_fill_two_columns_on_paper(lines, columns):
    shown = blocks.ours(blocks.Block("block", {}, lambda: lines))
    assert ('class="result many"' in shown) == columns


def test_what_is_shown_elsewhere_is_not_run_again():
    def ours():
        raise AssertionError

    shown = blocks.side_by_side(blocks.Block("plot", {}, ours, "drawn below"))
    assert '<pre class="result">drawn below</pre>' in shown and "raise" in shown


@pytest.mark.parametrize("heading, begins, words, title", OF_THE_SECTION)
def test_every_block_of_the_section_is_found_once(heading, begins, words, title):
    found = [(where, block) for where, block in ALL if words in block.named and where == title]
    assert len(found) == 1, (heading, begins)
    assert found[0][1].model


def test_the_page_has_as_many_blocks_as_the_section_and_the_models_in_formulas():
    assert [block.named for _, block in ALL if block.named == IN_FORMULAS] == [IN_FORMULAS]
    assert len(ALL) == len(OF_THE_SECTION) + 1
    assert set(blocks.BLOCKS) <= set(TITLES)
    assert blocks.blocks("Scaling to many groups") == ""


RUNS = (blocks.our.centred, blocks.our.noncentred)


@pytest.fixture(scope="module")
def short_runs():
    """Our code as it is shown, but for the number of draws of HMC; to the end of this file."""
    hmc = blocks.our.gp.hmc
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks.our.gp, "hmc", lambda target, seed, **more: hmc(
            target, seed=seed, **{**more, "draws": 50, "tune": 50}))
        for one in RUNS:
            one.cache_clear()
        yield
    for one in RUNS:  # nobody else is to get these
        one.cache_clear()


def assert_results_stand_there(*more):
    shown = "".join(map(blocks.blocks, blocks.BLOCKS))
    assert shown.count('<pre class="result') == sum(block.ours is not None for _, block in ALL)
    for result in ("tau: mean 4.806", "School E: B = 0.69", "1: 3 35 1 6",
                   "hospital 4: exposure 8.2, rate 2.90, 23 events", " divergences in ",
                   "H: sigma = 18, B = 0.900", "no pooling: elpd -33.83",
                   "complete pooling: theta[Baker]", "mu: mean 7.38", *more):
        assert result in shown, result
    assert shown.count("(drawn as Figure 5.34)") == 2


@pytest.mark.long
def test_with_all_draws_the_non_centred_form_has_no_divergences():
    assert_results_stand_there("0 divergences", " divergences in 2000 draws")


@pytest.mark.filterwarnings("ignore:R-hat", "ignore:the effective sample size")
def test_ours_runs_and_its_results_stand_there(short_runs):
    assert_results_stand_there(" divergences in 200 draws")


@pytest.mark.parametrize("form, ours", zip(("centred", "noncentred"), RUNS))
def test_figure_5_34_draws_the_runs_that_stand_beside_the_section_s(form, ours, short_runs):
    assert iterations.own_nuts(form, quick=False) is ours()
    shown = blocks.code_of(ours)
    assert 'trajectory="nuts"' in shown and "target_accept=0.9" in shown


@pytest.mark.parametrize("block", [block for _, block in ALL if block.shown])
def test_code_whose_results_are_shown_elsewhere_runs_too(block, short_runs):
    plt = pytest.importorskip("matplotlib.pyplot")
    found = block.ours()
    if block.named.startswith("with"):
        assert found["tau"].shape == (4, 50)
    else:
        assert len(found.axes) == 2
        plt.close(found)
