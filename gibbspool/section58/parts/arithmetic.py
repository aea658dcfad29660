"""Exercise 5.8.1: shrinkage factors and estimates by the formula, and why they are not the
posterior means.
"""
import re

import numpy as np

from ...optional import need
from ...plots import section as plots_section
from ..ledger import DIFFERS, Ledger, reported
from ..yardsticks import MAINLY, TYPICALLY, about, rank_correlation
from .common import pool, schools, truth
from .eight_schools import distance_by_prior, named, size_of, truth_under
from .halves import Claim, halves

NEW_SIGMA = 5.0  # the standard error of School I in part (d)


def rounded_values():
    """mu and tau as the section rounds them for its arithmetic."""
    rounded = {p.variable: p.value for p in reported("5.8.2 shrinkage") if p.kind == "posterior"}
    return rounded["mu"], rounded["tau"]


def most_to_least(B):
    """Places from the largest factor to the smallest; schools of equal factors in the order of
    their labels.
    """
    return np.argsort(-B, kind="stable")


def ranks(B):
    """The place of each school from most shrinkage (1) to least."""
    rank = np.empty(len(B), dtype=int)
    rank[most_to_least(B)] = np.arange(1, len(B) + 1)
    return rank


def at_nodes(found):
    """tau at the nodes of an exact posterior, and the probability that each stands for."""
    return found.nodes, np.exp(found.integral.log_mass)


def mean_shrinkage(found, sigma):
    """E[sigma^2 / (sigma^2 + tau^2) | y], exactly, for an array of standard errors."""
    tau, probability = at_nodes(found)
    square = np.asarray(sigma, dtype=float)[..., None] ** 2
    return square / (square + tau**2) @ probability


def skewness(found):
    """Of the posterior of tau."""
    tau, probability = at_nodes(found)
    return probability @ (tau - found["tau"].mean) ** 3 / found["tau"].sd ** 3


def gap(found, mu, tau):
    """Why the posterior mean of theta_j is not the formula at rounded values: four terms that add
    up to the gap.

    With f(B, mu) = (1 - B) y_j + B mu and a bar for a posterior mean::

        E[theta_j | y] - f(B_j(tau), mu)
            = [f(B_j(tau), mu_bar) - f(B_j(tau), mu)]                the value of mu
            + [f(B_j(tau_bar), mu_bar) - f(B_j(tau), mu_bar)]        the value of tau
            + [f(B_bar_j, mu_bar) - f(B_j(tau_bar), mu_bar)]         B is averaged over tau
            + cov(B_j, mu | y)                                       B and mu vary together

    Parameters
    ----------
    found : gibbspool.exact of a NormalNormal model
    mu, tau : float
        The rounded values.

    Returns
    -------
    pandas.DataFrame
        A row for each school.
    """
    model, mu_bar = found.model, found["mu"].mean

    def f(B, mu):
        return (1 - B) * model.y + B * mu

    B, B_bar = model.shrinkage(tau), found["shrinkage"].mean
    B_at_mean = model.shrinkage(found["tau"].mean)
    formula, exact = f(B, mu), found["theta"].mean
    return need("pandas").DataFrame({
        "formula": formula, "posterior "
                            "mean": exact, "gap": exact - formula, "mu": f(B, mu_bar) - formula,
        "tau": f(B_at_mean, mu_bar) - f(B, mu_bar), "averaging "
                                                    "B": f(B_bar, mu_bar) - f(B_at_mean, mu_bar),
        "B with mu": exact - f(B_bar, mu_bar)}, index=model.groups)


def against(terms, other):
    """For how many schools averaging over tau works against another column of `gap`."""
    return int((terms["averaging B"] * terms[other] < 0).sum())


def in_words(quantity):
    """Such as "the estimate of school A" for theta_hat[A]."""
    return re.sub(r"theta_hat\[(\w)\]", r"the estimate of school \1", quantity)


def sizes_of(terms):
    """Root mean square of each column of `gap` over the schools."""
    return np.sqrt((terms**2).mean())


def by_the_formula(ledger, model, mu, tau):
    """The printed tables of (a) and (b) and the arithmetic of (c) and (d)."""
    B, theta, printed = model.shrinkage(tau), model.theta_given(mu, tau).mean, ledger.printed
    for j, g in enumerate(model.groups):
        theirs, own_B = printed[f"ex1.theta.{g}"], printed[f"ex1.B.{g}"]
        needs = (model.y[j] - theirs.value) / (model.y[j] - mu) if model.y[j] != mu else np.nan
        again = (1 - own_B.value) * model.y[j] + own_B.value * mu
        ledger.judge(f"ex1.sigma.{g}", model.sigma[j])
        ledger.judge(f"ex1.y.{g}", model.y[j])
        ledger.judge(f"ex1.B.{g}", B[j])
        ledger.judge(f"ex1.rank.{g}", ranks(B)[j])
        ledger.judge(f"ex1.theta.{g}", theta[j],
                     reason=f"with the section's own B = {own_B.printed} it is {again:.2f}; "
                     f"the printed value would need B = {needs:.4f}")
    own, mean, theirs = (1 - B[0]) * model.y[0], B[0] * mu, printed["ex1.c.theta"]
    parts = printed["ex1.c.own"].value + printed["ex1.c.mean"].value
    ledger.judge("ex1.c.own", own)
    ledger.judge("ex1.c.mean", mean)
    ledger.judge("ex1.c.theta", own + mean, reason=f"the two printed parts add up to {parts:.2f}")
    ledger.judge("ex1.c.reduction", 100 * (1 - theta[0] / model.y[0]),
                 reason=f"from the section's own {theirs.printed}: "
                        f"{100 * (1 - theirs.value / model.y[0]):.1f}")
    total = NEW_SIGMA**2 + tau**2
    ledger.judge("ex1.d.B", NEW_SIGMA**2 / total)
    ledger.judge("ex1.d.denominator", total)
    ledger.judge("ex1.d.own", 100 * tau**2 / total)
    ledger.statement("ex1.d.least", NEW_SIGMA**2 / total < B.min(),
                     f"{NEW_SIGMA**2 / total:.3f}; of the eight, school {model.groups[B.argmin()]} "
                     f"has the least, {B.min():.3f}")


def beside_the_posterior(ledger, found, mu, tau):
    """The printed posterior means of (b), and what the section says of formula and posterior."""
    model, closest = found.model, distance_by_prior().attrs["closest"]
    other, other_pool = truth_under(closest)
    for g in model.groups:
        id = f"ex1.mcmc.{g}"
        ledger.posterior(id, found["theta", g], pool()["theta", g], size_of(ledger.printed[id]),
                         candidates=[(f"under {named(closest)}", other["theta", g],
                                      other_pool["theta", g])])
    terms = gap(found, mu, tau)
    printed = np.array([ledger.printed[f"ex1.mcmc.{g}"].value for g in model.groups])
    halves(ledger, "ex1.approximates",
           near("the printed means", terms["formula"], printed),
           near("the exact means", terms["formula"], terms["posterior mean"]),
           Claim(terms["gap"].abs().min() > 0.005, "Not exactly: for every school they differ."))
    below, skew = found["tau"].cdf(tau), skewness(found)
    ledger.statement("ex1.skewed", skew > 0 and below > 0.5,
                     f"exact skewness {skew:.2f}, P(tau < {tau:g}) = {below:.2f}, median "
                     f"{found['tau'].quantile(0.5):.2f}")
    B = model.shrinkage(tau)
    more, there = found["shrinkage"].mean - B, other["shrinkage"].mean
    halves(ledger, "ex1.stronger",
           Claim((more > 0).all(), f"Exactly: the mean of B exceeds B at tau = {tau:g} for "
                                   f"{(more > 0).sum()} of 8, by {more.min():.3f} to "
                                   f"{more.max():.3f}."),
           Claim((there > B).all(), "In the posterior that explains the printed table, "
                                    f"{named(closest)}: for {(there > B).sum()} of 8; "
                                    f"{printed_shrinkage(ledger, model, B)}."))


def near(words, formula, means):
    """A Claim that the formula, by school, is within a tenth of their means."""
    off, far = (formula - means).abs(), ~about(formula, means)
    beyond = f", more than a tenth for {', '.join(off.index[far])}" if far.any() else ""
    return Claim(not far.any(), f"Approximates {words}: the formula is off by {off.min():.2f} to "
                                f"{off.max():.2f} points, at most {(off / means).max():.0%}"
                                f"{beyond}.")


def about_the_data(ledger, model, mu, tau):
    """What the section reads from the standard errors and effects."""
    groups, B, others = np.array(model.groups), model.shrinkage(tau), model.y[1:]
    order = "".join(groups[most_to_least(B)])
    ledger.statement("ex1.larger_more", rank_correlation(model.sigma, B) == 1
                     and set(order[:3]) == set("HCA")
                     and order.endswith("E"),
                     f"from most to least: {' '.join(order)}; D and F tie, and B and G")
    larger = [f"{g} ({s:g})" for g, s in zip(groups, model.sigma) if s > model.sigma[0]]
    ledger.statement("ex1.c.second", len(larger) == 1,
                     f"{' and '.join(larger)} are larger: it is number {len(larger) + 1}")
    ledger.statement("ex1.c.range", (others.min(), others.max()) == (-3, 18),
                     f"they range from {others.min():g} to {others.max():g}")
    weighted = np.average(others, weights=model.sigma[1:] ** -2)
    halves(ledger, "ex1.c.others",
           Claim(bool(about(others.mean(), mu)), f"The other seven average {others.mean():.2f}, "
                                                 f"weighted by precision {weighted:.2f}."),
           Claim(bool(about(model.y.mean(), mu)), "Overall: all eight, A among them, average "
                                                  f"{model.y.mean():.2f}."))
    noise = mostly_noise()
    share, size = noise.mean(), noise.size
    ledger.simulated("ex1.c.noise", share, np.sqrt(share * (1 - share) / size),
                     f"posterior probability, from {size} independent draws, that more than half "
                     "of the distance from mu to 28 is noise", above=TYPICALLY)


def mostly_noise():
    """Of independent draws given the data: whether more than half of y_A - mu is noise,
    y_A - theta_A.
    """
    y, mu, theta = schools().y[0], pool()["mu"].ravel(), pool()["theta", "A"].ravel()
    return y - theta > MAINLY * (y - mu)


def judged():
    """The ledger of Exercise 5.8.1."""
    ledger, (mu, tau) = Ledger("Exercise 5.8.1"), rounded_values()
    by_the_formula(ledger, schools(), mu, tau)
    beside_the_posterior(ledger, truth(), mu, tau)
    about_the_data(ledger, schools(), mu, tau)
    return ledger


def printed_shrinkage(ledger, model, B):
    """How far the section's own posterior means are shrunk towards its own mu, beside the
    formula.
    """
    mu = next(p.value for p in reported("5.8.3 summary table") if (p.variable, p.statistic)
              == ("mu", "mean"))
    theta = np.array([ledger.printed[f"ex1.mcmc.{g}"].value for g in model.groups])
    # for the others the share of the way is a ratio of small numbers
    clear = np.abs(model.y - mu) > 5
    share = ((model.y - theta) / (model.y - mu))[clear]
    weaker = [g for g, s, b in zip(np.array(model.groups)[clear], share, B[clear]) if s < b - 0.005]
    return (f"and of the schools more than 5 from the printed mu {', '.join(weaker)} are shrunk "
            "clearly less (by over 0.005) towards it than the formula says (A by "
            f"{share[0]:.3f}, not {B[0]:.3f})")


def shrinkage_figure(found, mu, tau):
    """B against sigma at the rounded tau, and its exact posterior mean with an 89% interval."""
    model = found.model
    sigma = np.linspace(2, 20, 181)
    low, high = found["tau"].quantile([0.945, 0.055])  # B falls as tau grows
    band = [sigma**2 / (sigma**2 + end**2) for end in (low, high)]
    where, labels = np.append(model.sigma, NEW_SIGMA), [*model.groups, "I (new)"]
    curves = {f"by the formula, tau = {tau:g}": sigma**2 / (sigma**2 + tau**2),
              "exact posterior mean": mean_shrinkage(found, sigma)}
    points = [where, where**2 / (where**2 + tau**2), mean_shrinkage(found, where)]
    return plots_section.shrinkage_factors(sigma, curves, points, labels, band)


def exercise(part):
    """Exercise 5.8.1, all parts."""
    found, (mu, tau) = truth(), rounded_values()
    model, ledger, terms = found.model, judged(), gap(truth(), *rounded_values())
    rows = ledger.table()
    wrong = rows[(rows["verdict"] == DIFFERS) & (rows["kind"] == "arithmetic")]
    rms = sizes_of(terms)
    B, new = model.shrinkage(tau), NEW_SIGMA**2 / (NEW_SIGMA**2 + tau**2)
    part.text(
        f"(a) B = sigma^2 / (sigma^2 + tau^2) at tau = {tau:g}, from most to least: "
        + ", ".join(f"{model.groups[j]} {B[j]:.3f}" for j in most_to_least(B))
        + ". D and F have the same standard error and so the same factor, and so have B and G.",
        "(b) The estimates by the formula are in the table below. Why are they not the posterior "
        f"means? The gaps (root mean square {rms['gap']:.2f}) "
        f"are the sum of four terms. The values {mu:g} and {tau:g} stand for exact means of "
        f"{found['mu'].mean:.2f} and {found['tau'].mean:.2f}: that of tau matters most "
        f"({rms['tau']:.2f}), then that of mu ({rms['mu']:.2f}). Averaging over tau, the section's "
        f"first reason, comes after them ({rms['averaging B']:.2f}): it works against the term "
        f"of tau for {against(terms, 'tau')} of 8 schools, against the whole gap for "
        f"{against(terms, 'gap')}; that B and mu vary "
        f"together hardly counts ({rms['B with mu']:.3f}). The second reason, stronger shrinkage "
        f"than at tau = {tau:g}, is true of the exact posterior; the means that the section prints "
        "are shrunk less.",
        f"(c) School A: {model.y[0]:g} is shrunk to {terms.loc['A', 'formula']:.2f} by the "
        f"formula, a reduction of {1 - terms.loc['A', 'formula'] / model.y[0]:.1%}, and to "
        f"{found['theta', 'A'].mean:.2f} exactly, {1 - found['theta', 'A'].mean / model.y[0]:.1%}. "
        "It is appropriate because the effect was measured badly: given all the data the "
        f"probability is {mostly_noise().mean():.0%} that more than half of its distance from mu "
        "is noise.",
        f"(d) A ninth school with a standard error of {NEW_SIGMA:g} would have B = {new:.3f}, and "
        f"keep {1 - new:.0%} of its own effect: the better the measurement, the less is borrowed. "
        "Averaged over what the data say of tau, B is "
        f"{mean_shrinkage(found, NEW_SIGMA):.3f}: at tau = {tau:g} the formula keeps more of each "
        "school's own effect.",
        f"Of the printed arithmetic in (b) and (c), {len(wrong)} numbers are not what the formula "
        f"gives: {'; '.join(map(in_words, wrong['quantity'].unique()))}.")
    part.figure(shrinkage_figure(found, mu, tau), "shrinkage_factors",
                f"Shrinkage factors against standard errors: at tau = {tau:g} and averaged over "
                "the exact posterior of tau. School I is the ninth school of part (d).")
    part.table(terms,
               "(b): from the formula to the exact posterior mean. mu, tau, averaging B and B with "
               "mu add up to the "
               "gap", dict.fromkeys(terms.columns, "+.2f")
               | {"formula": ".2f", "posterior mean": ".2f",
                      "B with mu": "+.3f"}, fold=False)
    part.ledger(ledger)
