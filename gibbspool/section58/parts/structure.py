"""Section 5.8.2: the graph of the model, exchangeability, and the shrinkage example."""
import numpy as np
from scipy import stats

from ...distributions.standard import HalfNormal
from ...models.normal.model import NormalNormal
from ...models.twins import exact
from ...plots import section as plots_section
from ..ledger import AGREES, Ledger
from .arithmetic import rounded_values
from .common import pool, schools, truth
from .eight_schools import distance_by_prior, named, size_of, truth_under

PAIRS = 1000  # prior draws shown


def log_factors(model, mu, tau, theta):
    """log p(mu), p(tau), p(theta_j | mu, tau) and p(y_j | theta_j), by scipy, one by one."""
    return [stats.norm.logpdf(mu, model.mu.mean, model.mu.sd),
            stats.halfnorm.logpdf(tau, 0, model.tau.scale),
            *stats.norm.logpdf(theta, mu, tau), *stats.norm.logpdf(model.y, theta, model.sigma)]


def prior_correlation(model):
    """Of theta_i and theta_j before the data: var(mu) / (var(mu) + E[tau^2]), as var(theta_i) =
    var(mu) + E[tau^2].

    For tau ~ HalfNormal(scale), E[tau^2] = scale^2.
    """
    return model.mu.sd**2 / (model.mu.sd**2 + model.tau.scale**2)


def prior_pairs(model, draws, seed=0, mu=None, tau=None):
    """(theta_1, theta_2) from the prior; mu and tau are drawn as well, unless their values are
    given.
    """
    rng = np.random.default_rng(seed)
    mu = model.mu.draw(rng, np.empty(draws)) if mu is None else np.full(draws, mu)
    tau = model.tau.draw(rng, np.empty(draws)) if tau is None else np.full(draws, tau)
    return mu[:, None] + tau[:, None] * rng.standard_normal((draws, 2))


def correlation(pairs):
    return np.corrcoef(pairs.T)[0, 1]


def judged_structure(ledger, model, found, mu, tau):
    """Factorisation, dependence, relabelling, and a school that is not in the data."""
    rng, order = np.random.default_rng(1), np.random.default_rng(2).permutation(model.J)
    apart = [model.log_joint(*at) - sum(log_factors(model, *at))
             for at in ((rng.normal(8, 5), rng.exponential(6), rng.normal(8, 8, model.J))
                        for _ in range(20))]
    ledger.statement("shrinkage.factors", np.allclose(apart, 0, atol=1e-10),
                     f"its {2 + 2 * model.J} factors, computed one by one, add up to within "
                     f"{np.abs(apart).max():.0g} of our joint density (in logs) at 20 random "
                     "places")
    draws = 100_000
    given, free = correlation(prior_pairs(model, draws, mu=mu,
                                          tau=tau)), correlation(prior_pairs(model, draws))
    expected, error = prior_correlation(model), draws**-0.5
    ledger.statement("shrinkage.independent", abs(given) < 4 * error and abs(free - expected) < 4
                     * error,
                     f"correlation of theta_A and theta_B in {draws} prior draws: {given + 0:.3f} "
                     f"at mu = {mu:g} and tau = {tau:g}, {free:.3f} with mu and tau drawn too "
                     f"(exactly {expected:.2f})")
    relabelled = exact(NormalNormal(model.y[order], model.sigma[order],
                                    groups=[model.groups[j] for j in order]))
    moved = max(abs(relabelled["theta", g].mean - found["theta", g].mean) for g in model.groups)
    ledger.statement("shrinkage.relabelling", moved < 1e-8,
                     f"with the schools in the order {' '.join(relabelled.model.groups)} no "
                     f"posterior mean moves by more than {moved:.0g}")
    new = found.new_group
    spread = np.sqrt(found["mu"].sd**2 + found["tau"].sd**2 + found["tau"].mean**2)
    ledger.statement("shrinkage.new", refuses(model.no_pooling()) and abs(new.sd / spread - 1)
                     < 1e-6,
                     f"school I: mean {new.mean:.2f}, sd {new.sd:.2f}, which is sqrt(var(mu) + "
                     "E[tau^2]); no pooling has nothing to predict from and refuses")


def refuses(model):
    """Whether a model says that it cannot predict a new group."""
    try:
        exact(model).new_group
    except ValueError:
        return True
    return False


def judged_limits(ledger, model, tau):
    """The three limiting cases, with sigma a thousand times larger and smaller than tau, and with
    tau near 0.
    """
    noisy, precise = (NormalNormal(model.y, np.full(model.J, ratio * tau)).shrinkage(tau)[0]
                      for ratio in (1e3, 1e-3))
    ledger.statement("shrinkage.limit_noisy", 1 - noisy < 1e-5,
                     f"sigma = 1000 tau: 1 - B = {1 - noisy:.1g}")
    ledger.statement("shrinkage.limit_precise", precise < 1e-5,
                     f"sigma = tau / 1000: B = {precise:.1g}")
    tiny = 1e-3
    B, near = model.shrinkage(tiny), exact(model.with_priors(tau=HalfNormal(tiny)))
    pooled = exact(model.complete_pooling())
    apart = max(np.abs(near["theta"].mean - pooled["theta"].mean).max(),
                np.abs(near["theta"].sd - pooled["theta"].sd).max())
    ledger.statement("shrinkage.limit_tau", (1 - B).max() < 1e-5 and apart < 1e-5,
                     f"tau = {tiny:g}: 1 - B is at most {(1 - B).max():.1g}; with tau ~ "
                     f"HalfNormal({tiny:g}) the exact means and sds are within {apart:.1g} of "
                     "those of complete pooling")


def judged_example(ledger, model, found, mu, tau):
    """Shrinkage in Action: schools E and H at the rounded mu and tau."""
    closest = distance_by_prior().attrs["closest"]
    other, other_pool = truth_under(closest)
    for name in ("mu", "tau"):
        ledger.posterior(f"shrinkage.{name}", found[name], pool()[name],
                         size_of(ledger.printed[f"shrinkage.{name}"]),
                         candidates=[(f"under {named(closest)}", other[name], other_pool[name])])
    B, theta = (dict(zip(model.groups, values))
                for values in (model.shrinkage(tau), model.theta_given(mu, tau).mean))
    y, sigma = dict(zip(model.groups, model.y)), dict(zip(model.groups, model.sigma))
    for g in "EH":
        ledger.judge(f"shrinkage.B.{g}", B[g])
        ledger.judge(f"shrinkage.theta.{g}", theta[g])
    smallest = min(sigma, key=sigma.get)
    ledger.statement("shrinkage.E_smallest", smallest == "E" and sigma["E"] == 9,
                     f"the smallest of all: {smallest}, {sigma[smallest]:g}")
    ledger.statement("shrinkage.E_own_data", B["E"] < 0.5,
                     f"its own data have the weight 1 - B = {1 - B['E']:.2f}, mu has {B['E']:.2f}; "
                     f"averaged over the exact posterior, {1 - found['shrinkage', 'E'].mean:.2f} "
                     f"and {found['shrinkage', 'E'].mean:.2f}")
    ledger.statement("shrinkage.H_largest", max(sigma, key=sigma.get) == "H" == max(B, key=B.get),
                     f"B of H is {B['H']:.2f}, of the others at most "
                     f"{max(B[g] for g in B if g != 'H'):.2f}")
    nearer = {g: abs(theta[g] - mu) < abs(y[g] - mu) for g in "EH"}
    ledger.statement("shrinkage.moderate", all(nearer.values()),
                     "nearer to "
                     "mu: " + ", ".join(f"{g} {y[g]:g} becomes {theta[g]:.1f}" for g in "EH"))
    ledger.statement("shrinkage.E_substantially", B["E"] > 0.5, f"{B['E']:.0%} of the way")
    ledger.statement("shrinkage.H_almost", B["H"] > 0.85, f"{B['H']:.0%} of the way")


def judged():
    """The ledger of Section 5.8.2."""
    ledger, (mu, tau) = Ledger("5.8.2 shrinkage"), rounded_values()
    judged_structure(ledger, schools(), truth(), mu, tau)
    judged_limits(ledger, schools(), tau)
    judged_example(ledger, schools(), truth(), mu, tau)
    return ledger


def borrowed(model, giver, by=10.0):
    """How far each posterior mean moves when one group's effect is raised: (J,)."""
    raised = model.y + by * (np.array(model.groups) == giver)
    return exact(NormalNormal(raised, model.sigma,
                              groups=model.groups))["theta"].mean - exact(model)["theta"].mean


def structure(part):
    """The plate diagram, exchangeability and the shrinkage example."""
    model, found, (mu, tau) = schools(), truth(), rounded_values()
    theta = pool()["theta"].reshape(-1, model.J)
    after = np.corrcoef(theta.T)[np.triu_indices(model.J, 1)]
    moved = dict(zip(model.groups, borrowed(model, "G")))
    others = [moved[g] for g in moved if g != "G"]
    new, B, ledger = found.new_group, model.shrinkage(tau)[model.groups.index("E")], judged()
    rows = ledger.table()
    sums = rows[rows["kind"] == "arithmetic"]
    part.text(
        "The groups are linked only through mu and tau. Before the data two theta_i correlate by "
        f"{prior_correlation(model):.2f}, after them by {after.min():.2f} to {after.max():.2f}; "
        "with mu and tau known not at all. So strength is borrowed: were school G's effect 10 "
        f"points higher, its own posterior mean would rise by {moved['G']:.1f} and those of the "
        f"others by {min(others):.1f} to {max(others):.1f} (without pooling, by 0). A new school "
        f"I, without data, has mean {new.mean:.1f} and sd {new.sd:.1f}.",
        f"Of the example's {len(sums)} sums {(sums['verdict'] == AGREES).sum()} are right. Its mu "
        f"and tau, {mu:g} and {tau:g}, are called posterior means; exactly these are "
        f"{found['mu'].mean:.2f} and {found['tau'].mean:.2f}. And school E is no example of a "
        f"group that keeps to its own data: {B:.0%} of its estimate comes from the mean.")
    part.figure(plots_section.plate(), "fig_5_34a_plate",
                "Figure 5.34a, redrawn: the graph of a hierarchical model, and that of Eight "
                "Schools, where each school has a known standard error of its own. Shaded nodes "
                "are observed; a plate repeats what it holds.")
    part.figure(plots_section.dependence(prior_pairs(model, PAIRS, mu=mu, tau=tau),
                                         prior_pairs(model, PAIRS),
                                         (0.0, prior_correlation(model)),
                                         ("theta_A, from the prior", "theta_B, from the prior")),
                "exchangeable",
                "Exchangeable is not independent: the effects of two schools before the data. With "
                "mu and tau known (left) one says nothing of the other; with mu and tau unknown "
                "(right) it does. Either picture looks the same with A and B exchanged.")
    part.ledger(ledger)
