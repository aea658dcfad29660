"""Section 5.8.1: the pooling problem, Figure 5.33, and what the three strategies do on average."""
import numpy as np
from scipy import stats

from ...distributions.standard import Flat
from ...models.one_way.model import OneWayNormal
from ...models.twins import exact
from ...optional import need
from ...plots import section as plots_section
from ..ledger import Ledger
from ..yardsticks import BARELY, MAINLY, monotone
from .common import span, standard_error
from .halves import Claim, halves
from .instructors import (
    COMMON,
    ENDS,
    HALVED,
    OWN,
    SIGMA,
    TAU,
    estimates,
    model,
    strategies,
    truth,
    width,
)
from .no_shrinkage import in_no_pool, judge_extremes, pull_without_pooling
from .pooling_on_average import AVERAGE_FORMATS, average_tables, mean_shrinkage, simulated


def figure_5_33(squeezed=HALVED):
    """The three panels, from exact posteriors; no pooling with a common sigma and with each
    instructor's own.
    """
    found, here = strategies(squeezed), model(squeezed)
    return plots_section.pooling_strategies(
        here.groups, here.n, here.mean,
        {"complete pooling": {"common sigma: posterior mean and middle 89%":
                              estimates(found["complete pooling"])},
         "no pooling": {"common sigma: posterior mean and middle 89%": estimates(found[COMMON]),
                        "own sigma: posterior mean and middle 89%": estimates(found[OWN])},
         "partial pooling": {"common sigma: posterior mean and middle 89%":
                             estimates(found["partial pooling"])}},
        found["partial pooling"]["mu"].mean)


def spread_of(found, i):
    """What a one-way posterior's sd of theta_i is made of, by the law of total variance over its
    nodes.

    Returns
    -------
    tuple of float
        Root of the mean of var(theta_i | tau, sigma, y), and sd of E[theta_i | tau, sigma, y].
    """
    probability, (m, variance) = np.exp(found.log_mass), found.mu_at_nodes
    B = found.model.shrinkage(found.tau, found.sigma)[:, i]
    given = found.tau**2 * B + B**2 * variance
    centre = (1 - B) * found.model.mean[i] + B * m
    return np.sqrt(probability @ given), np.sqrt(probability @ (centre - probability @ centre) ** 2)


# --- what the section says ------------------------------------------------------------------------

def judged(many):
    ledger, found, here = Ledger("5.8.1 pooling problem"), strategies(), model()
    small, large = here.n.argmin(), here.n.argmax()
    ledger.judge("pooling.middle", (85 + 65) / 2)
    about_the_sections(ledger, here, small)
    about_complete_pooling(ledger, found)
    about_no_pooling(ledger, found, here, small)
    about_intervals(ledger, here, many, small)
    about_the_pull(ledger, found, here, large)
    return ledger


def about_the_sections(ledger, here, small):
    low, high, least = 10, 20, 8  # in words in the section: "10-20 students", "only 8"
    ledger.statement("pooling.sizes", low <= least <= high,
                     f"{least} lies outside {low} to {high}; it says both")
    others = here.N - here.n[small]
    ledger.statement("pooling.others", 4 * low <= 60 <= 4 * high,
                     f"four other sections of {low} to {high} have {4 * low} to {4 * high} "
                     f"students; in our data {others}")


def about_complete_pooling(ledger, found):
    together = width(found["complete pooling"])[0]
    least = {name: width(found[name]).min() for name in ("partial pooling", COMMON, OWN)}
    ledger.statement("pooling.complete_narrow", together < min(least.values()),
                     f"{together:.1f} points; the narrowest with partial pooling "
                     f"{least['partial pooling']:.1f}, with no pooling and a common sigma "
                     f"{least[COMMON]:.1f}, with a sigma each {least[OWN]:.1f}")


def about_no_pooling(ledger, found, here, small):
    wide = {name: width(found[name]) for name in (COMMON, OWN)}
    others = {name: np.delete(widths, small) for name, widths in wide.items()}
    ledger.statement("pooling.none_wide",
                     all(wide[name][small] > others[name].max() for name in wide),
                     f"{wide[COMMON][small]:.1f} points with a common sigma, the others "
                     f"{span(others[COMMON], '.1f')}; with a sigma each {wide[OWN][small]:.1f}, "
                     f"the others {span(others[OWN], '.1f')}")
    flat = exact(here.no_pooling(theta=Flat()))["theta"].mean
    halves(ledger, "pooling.unbiased",
           Claim(np.allclose(flat, here.mean), "With a flat prior the posterior means are the "
                                               "sections' own means, which are unbiased."),
           Claim(np.allclose(pull_without_pooling(), 0), in_no_pool()))
    judge_extremes(ledger, flat, here.mean, found["complete pooling"]["mu"].mean)
    raised = raised_by(here, here.groups[small], 10.0)
    moved = np.delete(np.abs(exact(raised.no_pooling(sigma="own"))["theta"].mean
                             - found[OWN]["theta"].mean), small).max()
    new, then = found["partial pooling"].new_group, exact(raised).new_group
    ledger.statement("pooling.new", moved < 1e-9 and then.mean > new.mean,
                     f"with {here.groups[small]}'s scores 10 points higher no other posterior mean "
                     "moves, so no score tells of a sixth instructor; partial pooling says "
                     f"{new.mean:.1f}, give or take {new.sd:.1f}, and would then say "
                     f"{then.mean:.1f}")


def raised_by(here, instructor, points):
    """Our instructors, with the scores of one of them raised."""
    here_too = np.array(here.groups)[here.group] == instructor
    return OneWayNormal(here.y + points * here_too, np.array(here.groups)[here.group],
                        groups=here.groups)


def about_intervals(ledger, here, many, small):
    first = many["ratio"][:, 0]
    ledger.simulated("pooling.narrower", first.mean(), standard_error(first),
                     f"in {len(first)} data sets from the model the mean width with "
                     f"{here.n[small]} students, over that without pooling", below=1.0)
    error2 = {name: (many[f"error {name}"] ** 2).mean(axis=1) for name in ("no", "partial")}
    value = error2["partial"].mean() / error2["no"].mean()
    se = standard_error(error2["partial"] - value * error2["no"]) / error2["no"].mean()
    ledger.simulated("pooling.inefficient", value, se,
                     f"in {len(first)} data sets from the model the mean squared error of partial "
                     "pooling over that of no pooling", below=1.0)


def about_the_pull(ledger, found, here, large):
    B, by_size = truth()["shrinkage"].mean, np.argsort(here.n)
    ratio = (width(found["partial pooling"]) / width(found[COMMON]))[large]
    average = mean_shrinkage(here.n[large])
    enough = int(np.ceil(((1 / BARELY - 1) * SIGMA.scale / TAU.scale) ** 2))
    halves(ledger, "pooling.abundant",
           Claim(max(B[large], abs(ratio - 1)) < BARELY,
                 f"Our section of {here.n[large]} is pulled {B[large]:.1%} of the way, and its "
                 f"interval is {compared(ratio)} than without pooling."),
           Claim(average < BARELY,
                 "What counts is sigma^2 / n against tau^2. Under the section's priors a section "
                 f"of {here.n[large]} is pulled {average:.0%} of the way on average, and it takes "
                 f"{enough} students for less than {BARELY:.0%}."))
    monotone(ledger, "pooling.small_pulled_more", -here.n, B,
             "exact mean of B: " + ", ".join(f"{here.n[i]} students {B[i]:.1%}" for i in by_size))
    # our instructors with a tenth, and with three times, their differences
    tight, loose = truth(0.1), truth(3.0)
    B_tight, B_loose = tight["shrinkage"].mean, loose["shrinkage"].mean
    ledger.statement("pooling.tau_small", B_tight.min() > MAINLY and B_loose.max() < BARELY,
                     "our instructors with a tenth of their differences: tau "
                     f"{tight['tau'].mean:.1f}, B {span(B_tight, '.1%')}; with three times: tau "
                     f"{loose['tau'].mean:.0f}, B {span(B_loose, '.1%')}")


def compared(ratio):
    return f"{abs(ratio - 1):.1%} {'wider' if ratio > 1 else 'narrower'}"


def alone(n):
    """How much wider an interval is where sigma must be learnt from the n scores alone, roughly:
    Student's t for z.
    """
    return stats.t.ppf(ENDS[1], n - 1) / stats.norm.ppf(ENDS[1])


def pooling(part):
    """Figure 5.33 and the statements about the three strategies."""
    here, found = model(), strategies()
    many = simulated(60 if part.quick else 200)
    partial, B = found["partial pooling"], truth()["shrinkage"].mean
    average, errors = average_tables(many)
    small = here.n.argmin()
    table = need("pandas").DataFrame(
        {"students": here.n, "own mean": here.mean, "own sd": np.sqrt(here.within / (here.n - 1)),
         "mean of B": B}
        | {name.replace(" pooling", ""): width(one) for name, one in found.items()},
                                     index=here.groups)
    given, unknown = spread_of(truth(), small)
    change = compared(width(partial)[small] / width(found[COMMON])[small])
    part.text(
        f"The section prints no scores, so these are ours: {here.N} students of {here.J} "
        "instructors, simulated once. Complete pooling gives everyone "
        f"{found['complete pooling']['mu'].mean:.1f}. Partial pooling moves each instructor's own "
        f"mean towards {partial['mu'].mean:.1f} by {B.min():.0%} to {B.max():.0%}, because tau is "
        f"{partial['tau'].mean:.1f} and sigma {partial['sigma'].mean:.1f}.",
        "How wide an interval is without pooling depends on sigma. The section's no pooling means "
        "a model of its own for each instructor, so a sigma each (triangles). Circles have one "
        f"sigma for all, as partial pooling has. Beside them the interval of {here.groups[small]}, "
        f"who has {here.n[small]} students, is {change} with partial pooling: with tau and sigma "
        f"known its sd would be {given:.2f} (no pooling: {found[COMMON]['theta'].sd[small]:.2f}); "
        f"not knowing how far to pull adds an sd of {unknown:.2f}.",
        f"One data set does not decide. Over {len(many['B'])} data sets from the section's model "
        "(priors included, each analysed exactly with its sigma known) the interval of "
        f"{here.n[small]} students is on average {compared(many['ratio'][:, 0].mean())} "
        f"with partial pooling; with a sigma that must be learnt from {here.n[small]} scores "
        f"alone, no pooling would be some {alone(here.n[small]) - 1:.0%} wider still. Even a "
        f"section of {here.n.max()} is pulled {mean_shrinkage(here.n.max()):.0%} of the way on "
        "average. Complete "
        f"pooling's narrow intervals hold the true mean in {many['covers complete'].mean():.0%} of "
        "the cases, not in 89%.")
    shrinkage = {factor: truth(factor)["shrinkage"].mean for factor in (HALVED, 1.0)}
    part.figure(figure_5_33(), "fig_5_33_pooling",
                "Figure 5.33, all exact, from our scores with the differences between the sections "
                "halved, so that the pull is easy to see: the arrows lead from the sections' own "
                "means to the height of the posterior means. Partial pooling takes the smallest "
                f"section {shrinkage[HALVED].max():.0%} of the way to the population mean, the "
                f"largest {shrinkage[HALVED].min():.0%}. Triangles: without pooling, each "
                "instructor has a model, and so a sigma, of its own.")
    part.figure(figure_5_33(1.0), "fig_5_33_as_they_differ",
                "The same from our scores as they are. The instructors differ so much that partial "
                f"pooling moves them by {shrinkage[1.0].min():.0%} to {shrinkage[1.0].max():.0%} "
                "only.")
    part.table(table, "Our instructors, and the widths of their 89% intervals by pooling",
               {"students": "d", "own mean": ".1f", "own sd": ".1f", "mean of B": ".0%"}
               | dict.fromkeys(table.columns[4:], ".2f"), fold=False)
    part.table(average,
               f"On average over {len(many['B'])} data sets from the model: width of partial "
               "pooling's interval over no pooling's, and how often it is narrower; mean of B; how "
               "often the 89% intervals of each strategy hold the true mean", AVERAGE_FORMATS)
    part.table(errors, "The same data sets: median error of each strategy's estimate, in standard "
               "errors of a section's own mean", dict.fromkeys(errors, ".2f"))
    part.ledger(judged(many))
