"""Section 5.8.2: the graph of the model, exchangeability, and the shrinkage example."""
import numpy as np
from scipy import stats
from scipy.integrate import quad

from ...distributions.standard import HalfNormal
from ...models.normal.model import NormalNormal
from ...models.twins import exact
from ...plots import section as plots_section
from ..ledger import AGREES, Ledger
from ..yardsticks import ALMOST_ALL, MAINLY
from .arithmetic import rounded_values
from .common import count, pool, schools, truth

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


def expected_after(model, theta_A):
    """E[theta_B | theta_A] before the data, with mu and tau unknown: by quadrature over tau.

    With mu integrated out, theta_A ~ Normal(m, sqrt(s^2 + tau^2)), where mu ~ Normal(m, s), and the
    expectation of theta_B moves with theta_A by s^2 / (s^2 + tau^2).
    """
    m, s2 = model.mu.mean, model.mu.sd**2

    def integral(of):
        def integrand(tau):
            density = stats.norm.pdf(theta_A, m, np.sqrt(s2 + tau**2))
            return of(tau) * density * np.exp(model.tau.logpdf(tau))
        return quad(integrand, 0, np.inf)[0]

    slope = integral(lambda tau: s2 / (s2 + tau**2)) / integral(lambda tau: 1.0)
    return m + slope * (theta_A - m)


def interaction(model, mu, tau, by=5.0):
    """What moving theta_A and theta_B together adds to the log density, beyond either alone."""
    theta, A, B = np.full(model.J, mu), by * np.eye(model.J)[0], by * np.eye(model.J)[1]
    return (model.log_joint(mu, tau, theta + A + B) - model.log_joint(mu, tau, theta + A)
            - model.log_joint(mu, tau, theta + B) + model.log_joint(mu, tau, theta))


def urn(marbles=10):
    """Two marbles drawn from an urn of red and white ones, each composition equally probable.

    Returns
    -------
    dict of str to float
        The probabilities of red then white ("RW"), white then red, red first, red second, and of a
        red second after a red first.
    """
    red = np.arange(marbles + 1)
    white, pairs = marbles - red, marbles * (marbles - 1)
    p = {"RW": np.mean(red * white / pairs), "WR": np.mean(white * red / pairs),
         "first red": np.mean(red / marbles)}
    both = np.mean(red * (red - 1) / pairs)
    return {**p, "second red": both + p["WR"], "second red after red": both / p["first red"]}


def judged_structure(ledger, model, found, mu, tau):
    """Factorisation, dependence, relabelling, and a school that is not in the data."""
    rng, order = np.random.default_rng(1), np.random.default_rng(2).permutation(model.J)
    apart = [model.log_joint(*at) - sum(log_factors(model, *at))
             for at in ((rng.normal(8, 5), rng.exponential(6), rng.normal(8, 8, model.J))
                        for _ in range(20))]
    ledger.statement("shrinkage.factors", np.allclose(apart, 0, atol=1e-10),
                     f"the logs of its {2 + 2 * model.J} factors, computed one by one, add up to "
                     f"{'our' if np.allclose(apart, 0, atol=1e-10) else 'another'} log joint "
                     "density at 20 random places")
    learnt, known = expected_after(model, 20.0), model.mu.mean
    ledger.statement("shrinkage.independent", abs(learnt - known) > 1
                     and abs(interaction(model, mu, tau)) < 1e-9,
                     "with mu and tau given, what theta_A adds to the log density is the same "
                     "whatever theta_B. With mu and tau unknown, hearing that theta_A is 20 moves "
                     f"the expectation of theta_B from {known:g} to {learnt:.1f}; their "
                     f"correlation is {prior_correlation(model):.2f}")
    after = borrowed(model, "G")
    others = np.delete(after, model.groups.index("G"))
    raised = raised_by(model, "G", 10.0)
    given = np.delete(raised.theta_given(mu, tau).mean - model.theta_given(mu, tau).mean,
                      model.groups.index("G"))
    ledger.statement("shrinkage.borrowing", others.min() > 0 and not given.any(),
                     "with school G's effect 10 points higher the others' posterior means rise by "
                     f"{others.min():.1f} to {others.max():.1f}; with mu and tau given by 0")
    relabelled = exact(NormalNormal(model.y[order], model.sigma[order],
                                    groups=[model.groups[j] for j in order]))
    moved = max(abs(relabelled["theta", g].mean - found["theta", g].mean) for g in model.groups)
    ledger.statement("shrinkage.relabelling", moved < 1e-8,
                     f"with the schools in the order {' '.join(relabelled.model.groups)} "
                     f"{'no' if moved < 1e-8 else 'a'} posterior mean moves")
    p = urn()
    ledger.statement("shrinkage.urn", np.isclose(p["RW"], p["WR"])
                     and p["second red after red"] > p["second red"] + 1e-9,
                     f"red then white has the probability {p['RW']:.3f}, white then red "
                     f"{p['WR']:.3f}; the second is red with {p['second red']:.2f}, after a red "
                     f"one with {p['second red after red']:.2f}. It takes an unknown composition: "
                     "from a known urn, each marble put back, the draws are independent")
    new, then = found.new_group, exact(raised).new_group
    apart = np.delete(exact(raised.no_pooling())["theta"].mean
                      - exact(model.no_pooling())["theta"].mean, model.groups.index("G"))
    ledger.statement("shrinkage.new", then.mean > new.mean and np.abs(apart).max() < 1e-9,
                     f"school I: mean {new.mean:.2f}, sd {new.sd:.2f}, and mean {then.mean:.2f} "
                     "were school G's effect 10 points higher; under no pooling that changes what "
                     "is said of no other school")


def raised_by(model, group, points):
    """The model with one group's effect raised."""
    return NormalNormal(model.y + points * (np.array(model.groups) == group), model.sigma,
                        groups=model.groups)


def judged_limits(ledger, model, tau):
    """The three limiting cases, with sigma a thousand times larger and smaller than tau, and with
    tau near 0.
    """
    noisy, precise = (NormalNormal(model.y, np.full(model.J, ratio * tau)).shrinkage(tau)[0]
                      for ratio in (1e3, 1e-3))
    ledger.statement("shrinkage.limit_noisy", 1 - noisy < 1e-5,
                     f"sigma = 1000 tau: B = {noisy:.6f}")
    ledger.statement("shrinkage.limit_precise", precise < 1e-5,
                     f"sigma = tau / 1000: B = {precise:.6f}")
    tiny = 1e-3
    B, near = model.shrinkage(tiny), exact(model.with_priors(tau=HalfNormal(tiny)))
    pooled = exact(model.complete_pooling())
    apart = max(np.abs(near["theta"].mean - pooled["theta"].mean).max(),
                np.abs(near["theta"].sd - pooled["theta"].sd).max())
    ledger.statement("shrinkage.limit_tau", (1 - B).max() < 1e-5 and apart < 1e-5,
                     f"tau = {tiny:g}: no B is further from 1 than {1e6 * (1 - B).max():.2f} "
                     f"millionths; with tau ~ HalfNormal({tiny:g}) no exact mean or sd is further "
                     f"from complete pooling's than {1e6 * apart:.2f} millionths of a point")


def judged_example(ledger, model, found, mu, tau):
    """Shrinkage in Action: schools E and H at the rounded mu and tau."""
    for name in ("mu", "tau"):
        ledger.about(f"shrinkage.{name}", found[name])
    B, theta = (dict(zip(model.groups, values))
                for values in (model.shrinkage(tau), model.theta_given(mu, tau).mean))
    y, sigma = dict(zip(model.groups, model.y)), dict(zip(model.groups, model.sigma))
    for g in "EH":
        ledger.judge(f"shrinkage.B.{g}", B[g])
        ledger.judge(f"shrinkage.theta.{g}", theta[g])
    three = sorted(sigma, key=sigma.get)[:3]
    ledger.statement("shrinkage.E_smallest", "E" in three and sigma["E"] == 9,
                     f"the three smallest: {', '.join(f'{g} {sigma[g]:g}' for g in three)}")
    others = [B[g] for g in B if g != "E"]
    ledger.statement("shrinkage.E_low", B["E"] < min(others),
                     f"B of E is {B['E']:.2f}, of the others at least {min(others):.2f}")
    ledger.statement("shrinkage.E_own_data", B["E"] < 1 - MAINLY,
                     f"its own data have the weight 1 - B = {1 - B['E']:.2f}, mu has {B['E']:.2f}; "
                     f"averaged over the exact posterior, {1 - found['shrinkage', 'E'].mean:.2f} "
                     f"and {found['shrinkage', 'E'].mean:.2f}")
    ledger.statement("shrinkage.H_largest", max(sigma, key=sigma.get) == "H" == max(B, key=B.get)
                     and sigma["H"] == 18,
                     f"B of H is {B['H']:.2f}, of the others at most "
                     f"{max(B[g] for g in B if g != 'H'):.2f}")
    nearer = {g: abs(theta[g] - mu) < abs(y[g] - mu) for g in "EH"}
    ledger.statement("shrinkage.moderate", all(nearer.values()),
                     "nearer to "
                     "mu: " + ", ".join(f"{g} {y[g]:g} becomes {theta[g]:.1f}" for g in "EH"))
    ledger.statement("shrinkage.E_substantially", B["E"] > MAINLY, f"{B['E']:.0%} of the way")
    ledger.statement("shrinkage.H_almost", B["H"] >= ALMOST_ALL,
                     f"{B['H']:.0%} of the way; averaged over the exact posterior "
                     f"{found['shrinkage', 'H'].mean:.0%}")


def judged():
    """The ledger of Section 5.8.2."""
    ledger, (mu, tau) = Ledger("5.8.2 shrinkage"), rounded_values()
    judged_structure(ledger, schools(), truth(), mu, tau)
    judged_limits(ledger, schools(), tau)
    judged_example(ledger, schools(), truth(), mu, tau)
    return ledger


def borrowed(model, giver, by=10.0):
    """How far each posterior mean moves when one group's effect is raised: (J,)."""
    return exact(raised_by(model, giver, by))["theta"].mean - exact(model)["theta"].mean


def all_or_some(right):
    """Such as "all agree", "none agrees" or "3 agree"."""
    n = int(right.sum())
    if n in (0, len(right)):
        return "none agrees" if n == 0 else "all agree"
    return f"{n} agree{'s' * (n == 1)}"


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
        f"Of the example's {count(len(sums), 'calculation')} "
        f"{all_or_some(sums['verdict'] == AGREES)} with the formula. Its mu and "
        f"tau, {mu:g} and {tau:g}, are called posterior means; exactly these are "
        f"{found['mu'].mean:.2f} and {found['tau'].mean:.2f}. And school E is no example of a "
        f"group that keeps to its own data: {B:.0%} of its estimate comes from the mean.")
    part.figure(plots_section.plate(), "fig_5_34a_plate",
                "Figure 5.34a, redrawn: the graph of a hierarchical model, and that of Eight "
                "Schools, where each school has a known standard error of its own. Shaded nodes "
                "are observed; a plate repeats what it holds.")
    part.figure(plots_section.dependence(prior_pairs(model, PAIRS, mu=mu, tau=tau),
                                         prior_pairs(model, PAIRS),
                                         (0.0, prior_correlation(model)),
                                         ("theta[A], from the prior",
                                          "theta[B], from the prior")),
                "exchangeable",
                "Exchangeable is not independent: the effects of two schools before the data. With "
                f"mu and tau known, {mu:g} and {tau:g} (left), one says nothing of the other; with "
                "mu and tau unknown (right) it does. Either picture looks the same with A and B "
                "exchanged.")
    part.ledger(ledger)
