"""The section's blocks of code beside ours: what each says in words, our call, and its result.

What is shown as our code is the body of the function that made the result (`our_code`).
"""
import inspect
import textwrap
from dataclasses import dataclass, field

from .. import html
from ..sampling.hamiltonian import HamiltonianDraws
from . import our_code as our

# --- the section's, in words ----------------------------------------------------------------------

@dataclass(frozen=True)
class Block:
    """A block of the section, and ours.

    Attributes
    ----------
    named : str
        How the section's block begins, to find it by.
    model : dict of str to str
        Its priors and its likelihood, or what it computes.
    ours : callable
        Its body is our code; it returns what is shown, one thing or a list.
    shown : str
        Where the page shows what our code makes; the code is then not run a second time.
    """

    named: str
    model: dict = field(default_factory=dict)
    ours: callable = None
    shown: str = ""


HYPERPRIORS = {"mu": "normal, mean 0, sd 20", "tau": "half-normal, scale 10"}
MEASURED = {"y_i": "normal around theta_i, with its known sd sigma_i"}
FOUR_CHAINS = {"sampler": "NUTS, four chains of 2000 draws after 1000 to tune, target_accept 0.90"}
CENTRED = {**HYPERPRIORS, "theta_i": "normal, mean mu, sd tau", **MEASURED, **FOUR_CHAINS}
NONCENTRED = {**HYPERPRIORS, "theta_raw_i": "standard normal", "theta_i": "mu + tau theta_raw_i",
              **MEASURED, **FOUR_CHAINS}

PAIRS = {"drawn": "tau against theta of school A, divergent draws in another colour"}
THE_MIDDLE = "the 5.5% and the 94.5% point, by np.percentile"

BLOCKS = {
    "The pooling problem": (
        Block("5.8.1, three models in formulas, without code",
              {"mu": "normal, mean 50, sd 25", "tau": "half-normal, scale 10",
               "sigma": "half-normal, scale 15",
               "mu_i": "complete pooling: mu itself; no pooling: on its own; partial pooling: "
                       "normal, mean mu, sd tau",
               "y_ij": "normal around mu_i, sd sigma"}, our.three_strategies),),
    "The mathematical structure and shrinkage": (
        Block("mu_hat, tau_hat = 8.0, 6.0",
              {"B_i": "sigma_i^2 / (sigma_i^2 + tau^2)",
               "theta_i": "(1 - B_i) y_i + B_i mu, for schools E and H"},
              our.shrinkage_in_action),),
    "Worked Example 1: Eight Schools": (
        Block("with pm.Model() as noncentred: ... print(az.summary(idata_nc, ...))", NONCENTRED,
              our.eight_schools),),
    "Forest plot": (
        Block("az.plot_forest(idata_nc, ...)",
              {"drawn": "of each theta_i the posterior mean and the 89% HDI"}, our.forest),),
    "Posterior predictive check": (
        Block("pm.sample_posterior_predictive(idata_nc, ...)",
              {"y_rep_i": "normal around a draw of theta_i, sd sigma_i: its mean and sd"},
              our.replicates),),
    "Neal's funnel and divergences": (
        Block("with pm.Model() as centred", CENTRED, our.centred),
        Block("with pm.Model() as noncentred", NONCENTRED, our.noncentred),
        Block("az.plot_pair(idata_c, ...)", PAIRS, our.scatter_plot,
              "drawn in Exercise 5.8.2(c), the left panel"),
        Block("az.plot_pair(idata_nc, ...)", PAIRS, our.figure_5_34,
              "tau against theta[A] is drawn in Exercise 5.8.2(c), the right panel; this call "
              "draws Figure 5.34, below: log tau against theta[A] and theta_raw[A]"),
        Block("divergences_c = idata_c.sample_stats[...] ... az.ess(idata_c, ...)",
              {"counted": "divergences of both forms", "ESS": "of tau, by az.ess: its bulk"},
              our.both_forms),
        Block("Algorithm: Hierarchical Model Fitting via Non-Centred NUTS",
              {"1": "theta_raw_i standard normal, theta_i = mu + tau theta_raw_i",
               "2": "log p: the sum of the log densities of mu, tau, theta_raw and y",
               "3": "its gradient, by automatic differentiation (ours: by formula)",
               "4": "four chains of NUTS, step size by dual averaging",
               "5": "check R-hat < 1.01, ESS > 400, no divergences",
               "6": "theta_i = mu + tau theta_raw_i of each draw",
               "7": "all of it as an InferenceData (ours: draws.to_arviz())"}, our.nuts)),
    "Worked Example 2: answers in six regions": (
        Block("rng = np.random.default_rng(2025) ... y_obs = np.zeros((R, K), dtype=int)",
              {"pi_r": "Dirichlet with the concentrations 8 times (0.25, 0.35, 0.25, 0.15)",
               "counts_r": "multinomial: 45, 120, 60, 80, 35 and 95 answers",
               "printed": "the counts"}, our.survey_data),
        Block("with pm.Model() as dir_model",
              {"alpha": "exponential, rate 1", "pi0": "Dirichlet with all concentrations 1",
               "pi_r": "Dirichlet with the concentrations alpha pi0",
               "counts_r": "multinomial: n_r answers with the probabilities pi_r", **FOUR_CHAINS},
              our.survey)),
    "Interval widths and the pull of each region": (
        Block('print("Smallest region (r=5, n=35):") ... az.summary(idata_dir, ...)',
              {"pi_5, pi_2": "mean, sd and 89% HDI of each share"}, our.regions),
        Block("alpha_r5_no_pool = 1.0 + y_obs[4]",
              {"pi_5": "without pooling: Dirichlet with the concentrations 1 + counts of region 5",
               "compared": f"the width between {THE_MIDDLE}, with that under dir_model"},
              our.separate_regions)),
    "Comparing pooling strategies by leave-one-out": (
        Block("with pm.Model() as complete_pool",
              {"mu": "normal, mean 0, sd 20", "y_i": "normal around mu, sd sigma_i",
               **FOUR_CHAINS}, our.complete_pooling),
        Block("with pm.Model() as no_pool",
              {"theta_i": "normal, mean 0, sd 20, each on its own", **MEASURED,
               **FOUR_CHAINS}, our.no_pooling),
        Block("comparison = az.compare({...}, ic=\"loo\")",
              {"elpd_loo": "of both and of noncentred, by PSIS-LOO over their draws"},
              our.leave_one_out),
        Block("az.plot_compare(comparison, insample_dev=False)",
              {"drawn": "elpd_loo of each, with its standard errors"}, our.comparison_plot,
              "drawn as Figure 5.36, below")),
    "Exercise 5.8.1: shrinkage arithmetic": (
        Block("(a) B = sigma_i**2 / (sigma_i**2 + tau_hat**2)",
              {"B_i": "as in 5.8.2, for all eight schools, the largest first"},
              our.shrinkage_factors),
        Block("(b) theta_shrunk = (1 - B) * y_obs + B * mu_hat",
              {"theta_i": "as in 5.8.2, beside the means of the summary table"},
              our.shrunk_estimates)),
    "Exercise 5.8.2: non-centred reparameterisation": (
        Block("(c) with pm.Model() as centred ... with pm.Model() as noncentred",
              {"models": "both forms as in 5.8.3, with one seed",
               "printed": "divergences; of tau R-hat, ESS and 89% HDI", **PAIRS},
              our.both_forms),),
    "Exercise 5.8.3: a hierarchical Poisson model": (
        Block("(b) rng = np.random.default_rng(42) ... y_obs = rng.poisson(lam_true * e)",
              {"lam_i": "lognormal, 0.5 and 0.6 the mean and sd of its log",
               "y_i": "Poisson, mean lam_i e_i"}, our.hospital_data),
        Block("(b) with pm.Model() as hier_poisson",
              {"mu_log": "normal, mean 0, sd 1", "sigma_log": "half-normal, scale 1",
               "lam_raw_i": "standard normal", "lam_i": "exp(mu_log + sigma_log lam_raw_i)",
               "y_i": "Poisson, mean lam_i e_i", **FOUR_CHAINS}, our.hospitals),
        Block("(c) with pm.Model() as no_pool_poisson",
              {"lam_i": "gamma, shape 1, rate 0.5, each on its own",
               "y_i": "Poisson, mean lam_i e_i", **FOUR_CHAINS}, our.separate_hospitals),
        Block("(d) lam_new = rng.lognormal(mu_log_samples, sig_log_samples)",
              {"lam_9": "a draw from the population for each draw of mu_log and sigma_log",
               "compared": f"{THE_MIDDLE}, with those of lam_5"}, our.new_hospital)),
    "Exercise 5.8.4: a new group, and exchangeability": (
        Block("(a) theta_new = rng.normal(mu_samples, tau_samples)",
              {"theta_9": "a draw from the population for each draw of mu and tau",
               "printed": f"mean, sd, and {THE_MIDDLE}"}, our.ninth_school),
        Block("(b) theta_E = idata_nc.posterior['theta'].sel(theta_dim_0=4)",
              {"theta_E": "the same numbers of school E, and the ratio of the widths"},
              our.ninth_school_and_e),
        Block("(d) with pm.Model() as covariate_model",
              {"data": "8 public and 4 private schools, sigma_i uniform from 8 to 16; mu = 8, "
                       "beta = 5, tau = 4",
               "mu": "normal, mean 0, sd 20", "beta": "normal, mean 0, sd 10",
               "tau": "half-normal, scale 10", "t_raw_i": "standard normal",
               "theta_i": "mu + beta x_i + tau t_raw_i", **MEASURED, **FOUR_CHAINS},
              our.private_schools)),
}


MANY, SHORT = 5, 50  # so many lines, of so many letters at most, fill two columns on paper


# --- both on the page -----------------------------------------------------------------------------

def code_of(function):
    """The body of a function as text; what it returns as its last expression."""
    _, _, body = inspect.getsource(function).partition(":\n")
    return textwrap.dedent(body).strip().replace("\nreturn ", "\n").removeprefix("return ")


def blocks(title):
    """The section's blocks of a part beside ours, as HTML; "" if there are none. Ours are run."""
    if title not in BLOCKS:
        return ""
    shown = "".join(map(side_by_side, BLOCKS[title]))
    heading = "The section’s blocks in words, beside our code"
    return f'<div class="blocks">{html.element("h3", heading)}{shown}</div>'


def side_by_side(block):
    rows = [[html.element("td", name), html.element("td", what, "words")]
            for name, what in block.model.items()]
    theirs = f"<p><code>{html.escape(block.named)}</code></p>{html.table(['', 'in words'], rows)}"
    return f'<div class="block"><div>{theirs}</div><div>{ours(block)}</div></div>'


def ours(block):
    """Our code and what it returned, each thing on its line; or where that is."""
    if block.ours is None:
        return ""
    if block.shown:
        lines = block.shown
    else:
        found = block.ours()
        lines = "\n".join(map(in_short, found if isinstance(found, list) else [found]))
    short = max(map(len, lines.splitlines())) <= SHORT
    kind = "result many" if short and lines.count("\n") >= MANY else "result"
    return html.element("pre", code_of(block.ours)) + html.element("pre", lines, kind)


def in_short(found):
    """What is shown of a result: of a run its size, divergences and tau, else how it prints."""
    if not isinstance(found, HamiltonianDraws):
        return str(found)
    tau = found.summary(prob=0.89).loc["tau"]
    return (f"{found['tau'].size} draws, {len(found.divergences.chain)} divergences (drawn as "
            f"Figure 5.34)\ntau: mean {tau['mean']:.2f}, R-hat {tau['r_hat']:.3f}, "
            f"ESS {tau['ess_bulk']:.0f}")
