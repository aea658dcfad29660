"""The section's blocks of code beside ours: what each says in words, our call, and its result.

What is shown as our code is the body of the function that made the result.
"""
import inspect
import textwrap
from dataclasses import dataclass, field

import gibbspool as gp

from .. import html

# --- our code -------------------------------------------------------------------------------------

def three_strategies():
    scores = gp.data.instructors()
    model = gp.OneWayNormal(scores.y, scores.group, groups=scores.groups)
    complete = gp.exact(model.complete_pooling())
    no = gp.exact(model.no_pooling(sigma="own"))
    partial = gp.exact(model)
    return [found["theta", "Baker"] for found in (complete, no, partial)]


def shrinkage_in_action():
    schools = gp.data.eight_schools()
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    B, theta = model.shrinkage(tau=6), model.theta_given(mu=8, tau=6).mean
    return [f"School {model.groups[i]}: B = {B[i]:.2f}, shrunk estimate = {theta[i]:.1f}"
            for i in (4, 7)]


def shrinkage_arithmetic():
    schools = gp.data.eight_schools()
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    B, theta = model.shrinkage(tau=6), model.theta_given(mu=8, tau=6).mean
    return [f"{school}: B = {b:.3f}, shrunk estimate = {estimate:.2f}"
            for school, b, estimate in zip(schools.groups, B, theta)]


def eight_schools():
    schools = gp.data.eight_schools()
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    truth = gp.exact(model)
    return [truth["mu"], truth["tau"], truth["theta", "A"], truth["theta", "H"]]


def forest():
    schools = gp.data.eight_schools()
    truth = gp.exact(gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups))
    low, high = truth["theta"].hdi(0.89).T
    return [f"{school}: mean {mean:.2f}, 89% HDI [{a:.2f}, {b:.2f}]" for school, mean, a, b in
            zip(schools.groups, truth["theta"].mean, low, high)]


def replicates():
    schools = gp.data.eight_schools()
    draws = gp.sample(gp.NormalNormal(schools.y, schools.sigma), draws=1000, seed=42)
    y_rep = draws.replicates(seed=42)["y"]
    return ["means: " + " ".join(f"{x:.1f}" for x in y_rep.mean(axis=(0, 1))),
            "sds: " + " ".join(f"{x:.1f}" for x in y_rep.std(axis=(0, 1)))]


def centred():
    target = gp.funnel.eight_schools("centred")
    draws = gp.hmc(target, draws=250, tune=250, chains=4, target_accept=0.9, seed=42)
    divergent = draws.sample_stats["diverging"]
    return f"{divergent.sum()} divergences in {divergent.size} draws"


def noncentred():
    target = gp.funnel.eight_schools("noncentred")
    draws = gp.hmc(target, draws=250, tune=250, chains=4, target_accept=0.9, seed=42)
    divergent = draws.sample_stats["diverging"]
    return f"{divergent.sum()} divergences in {divergent.size} draws"


def survey():
    answers = gp.data.survey_regions()
    model = gp.DirichletMultinomial(answers.counts, groups=answers.groups,
                                    categories=answers.categories)
    truth = gp.exact(model)
    return [truth["alpha"], *(truth["pi0", k] for k in answers.categories)]


def separate_regions():
    answers = gp.data.survey_regions()
    model = gp.DirichletMultinomial(answers.counts, groups=answers.groups,
                                    categories=answers.categories)
    widths = {}
    for name, found in [("no", gp.exact(model.no_pooling())), ("partial", gp.exact(model))]:
        low, high = (found["pi"].quantile(p)[4] for p in (0.055, 0.945))
        widths[name] = high - low
    return [f"{k}: no-pool width {no:.3f}, hierarchical width {partial:.3f}"
            for k, no, partial in zip(answers.categories, widths["no"], widths["partial"])]


def leave_one_out():
    schools = gp.data.eight_schools()
    partial = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    models = {"partial pooling": partial, "no pooling": partial.no_pooling(),
              "complete pooling": partial.complete_pooling()}
    return [f"{name}: elpd {gp.exact(model).elpd_loo().elpd:.2f}"
            for name, model in models.items()]


def hospitals():
    data = gp.data.hospitals()
    model = gp.PoissonLognormal(data.y, data.exposure, groups=data.groups)
    truth = gp.exact(model, rtol=1e-8)
    return [truth["mu_log"], truth["sigma_log"], truth["lam"][4]]


def separate_hospitals():
    data = gp.data.hospitals()
    model = gp.PoissonLognormal(data.y, data.exposure, groups=data.groups)
    return gp.exact(model.no_pooling())["lam"][4]


def new_hospital():
    data = gp.data.hospitals()
    truth = gp.exact(gp.PoissonLognormal(data.y, data.exposure), rtol=1e-8)
    return truth.new_group


def ninth_school():
    schools = gp.data.eight_schools()
    truth = gp.exact(gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups))
    return [truth.new_group, truth["theta", "E"]]


def private_schools():
    schools = gp.data.private_schools()
    model = gp.NormalNormal(schools.y, schools.sigma, x=schools.x, covariates=["private"],
                            groups=schools.groups)
    truth = gp.exact(model)
    return [truth["mu"], truth["beta"], truth["tau"]]


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
    """

    named: str
    model: dict = field(default_factory=dict)
    ours: callable = None


HYPERPRIORS = {"mu": "normal, mean 0, sd 20", "tau": "half-normal, scale 10"}
MEASURED = {"y_i": "normal around theta_i, with its known sd sigma_i"}
FOUR_CHAINS = {"sampler": "NUTS, four chains of 2000 draws after 1000 to tune, target_accept 0.90"}
CENTRED = {**HYPERPRIORS, "theta_i": "normal, mean mu, sd tau", **MEASURED, **FOUR_CHAINS}
NONCENTRED = {**HYPERPRIORS, "theta_raw_i": "standard normal", "theta_i": "mu + tau theta_raw_i",
              **MEASURED, **FOUR_CHAINS}

BLOCKS = {
    "The pooling problem": (
        Block("5.8.1, three models in formulas, without code",
              {"mu": "normal, mean 50, sd 25", "tau": "half-normal, scale 10",
               "sigma": "half-normal, scale 15",
               "mu_i": "complete pooling: mu itself; no pooling: on its own; partial pooling: "
                       "normal, mean mu, sd tau",
               "y_ij": "normal around mu_i, sd sigma"}, three_strategies),),
    "The mathematical structure and shrinkage": (
        Block("mu_hat, tau_hat = 8.0, 6.0",
              {"B_i": "sigma_i^2 / (sigma_i^2 + tau^2)",
               "theta_i": "(1 - B_i) y_i + B_i mu, for schools E and H"}, shrinkage_in_action),),
    "Worked Example 1: Eight Schools": (
        Block("with pm.Model() as noncentred: ... print(az.summary(idata_nc, ...))", NONCENTRED,
              eight_schools),),
    "Forest plot": (
        Block("az.plot_forest(idata_nc, ...)",
              {"drawn": "of each theta_i the posterior mean and the 89% HDI"}, forest),),
    "Posterior predictive check": (
        Block("pm.sample_posterior_predictive(idata_nc, ...)",
              {"y_rep_i": "normal around a draw of theta_i, sd sigma_i: its mean and sd"},
              replicates),),
    "Neal's funnel and divergences": (
        Block("with pm.Model() as centred: ... az.plot_pair(idata_c, ...)", CENTRED, centred),
        Block("with pm.Model() as noncentred: ... az.plot_pair(idata_nc, ...)", NONCENTRED,
              noncentred)),
    "Worked Example 2: answers in six regions": (
        Block("with pm.Model() as dir_model",
              {"alpha": "exponential, rate 1", "pi0": "Dirichlet with all concentrations 1",
               "pi_r": "Dirichlet with the concentrations alpha pi0",
               "counts_r": "multinomial: n_r answers with the probabilities pi_r", **FOUR_CHAINS},
              survey),),
    "Interval widths and the pull of each region": (
        Block("alpha_r5_no_pool = 1.0 + y_obs[4]",
              {"pi_5": "without pooling: Dirichlet with the concentrations 1 + counts of region 5",
               "compared": "the width of the middle 89%, with that under dir_model"},
              separate_regions),),
    "Comparing pooling strategies by leave-one-out": (
        Block("with pm.Model() as complete_pool",
              {"mu": "normal, mean 0, sd 20", "y_i": "normal around mu, sd sigma_i"}),
        Block("with pm.Model() as no_pool",
              {"theta_i": "normal, mean 0, sd 20, each on its own", **MEASURED}),
        Block("comparison = az.compare({...}, ic=\"loo\")",
              {"elpd_loo": "of both and of noncentred, by PSIS-LOO over their draws"},
              leave_one_out)),
    "Exercise 5.8.1: shrinkage arithmetic": (
        Block("B = sigma_i**2 / (sigma_i**2 + tau_hat**2)",
              {"B_i, theta_i": "as in 5.8.2, for all eight schools"}, shrinkage_arithmetic),),
    "Exercise 5.8.2: non-centred reparameterisation": (
        Block("with pm.Model() as centred", CENTRED, centred),
        Block("with pm.Model() as noncentred", NONCENTRED, noncentred)),
    "Exercise 5.8.3: a hierarchical Poisson model": (
        Block("with pm.Model() as hier_poisson",
              {"mu_log": "normal, mean 0, sd 1", "sigma_log": "half-normal, scale 1",
               "lam_raw_i": "standard normal", "lam_i": "exp(mu_log + sigma_log lam_raw_i)",
               "y_i": "Poisson, mean lam_i e_i", **FOUR_CHAINS}, hospitals),
        Block("with pm.Model() as no_pool_poisson",
              {"lam_i": "gamma, shape 1, rate 0.5, each on its own",
               "y_i": "Poisson, mean lam_i e_i", **FOUR_CHAINS}, separate_hospitals),
        Block("lam_new = rng.lognormal(mu_log_samples, sig_log_samples)",
              {"lam_9": "a draw from the population for each draw of mu_log and sigma_log"},
              new_hospital)),
    "Exercise 5.8.4: a new group, and exchangeability": (
        Block("theta_new = rng.normal(mu_samples, tau_samples)",
              {"theta_9": "a draw from the population for each draw of mu and tau; the middle 89%, "
                          "beside that of theta_E"}, ninth_school),
        Block("with pm.Model() as covariate_model",
              {"mu": "normal, mean 0, sd 20", "beta": "normal, mean 0, sd 10",
               "tau": "half-normal, scale 10", "t_raw_i": "standard normal",
               "theta_i": "mu + beta x_i + tau t_raw_i", **MEASURED, **FOUR_CHAINS},
              private_schools)),
}


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
    return f'<div class="blocks"><h3>The section’s code beside ours</h3>{shown}</div>'


def side_by_side(block):
    rows = [[html.element("td", name), html.element("td", what, "words")]
            for name, what in block.model.items()]
    theirs = f"<p><code>{html.escape(block.named)}</code></p>{html.table(['', 'in words'], rows)}"
    return f'<div class="block"><div>{theirs}</div><div>{ours(block.ours)}</div></div>'


def ours(function):
    """Our code and what it returned, each thing on its line."""
    if function is None:
        return ""
    found = function()
    lines = "\n".join(map(str, found if isinstance(found, list) else [found]))
    return html.element("pre", code_of(function)) + html.element("pre", lines, "result")
