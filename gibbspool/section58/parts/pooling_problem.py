"""Section 5.8.1: the pooling problem, Figure 5.33, and what the three strategies do on average."""
from functools import cache

import numpy as np
from scipy import stats

from ... import data
from ...distributions.standard import Flat, HalfNormal, Normal
from ...models.normal.model import NormalNormal
from ...models.one_way.model import OneWayNormal
from ...models.twins import exact
from ...optional import need
from ...plots import section as plots_section
from ..ledger import Ledger
from .structure import refuses

ENDS = (0.055, 0.945)  # of the middle 89%
# the section's priors, and the model's default
MU, TAU, SIGMA = Normal(50, 25), HalfNormal(10), HalfNormal(15)
HALVED = 0.5  # of the instructors' differences, where the pull is to be seen
STRATEGIES = ("complete", "no", "partial")
COMMON, OWN = "no pooling, common sigma", "no pooling, own sigma"


def model(squeezed=1.0):
    """Five instructors; with their means squeezed towards the mean of all by a factor (above 1:
    moved apart).
    """
    scores = data.instructors()
    one = OneWayNormal(scores.y, scores.group, groups=scores.groups)
    if squeezed == 1:
        return one
    moved = (squeezed - 1) * (one.mean - scores.y.mean())
    return OneWayNormal(scores.y + moved[one.group], scores.group, groups=scores.groups)


@cache
def truth(squeezed=1.0):
    return exact(model(squeezed))


@cache
def strategies(squeezed=1.0):
    """Exact posteriors of our instructors, by strategy."""
    here = model(squeezed)
    return {"complete pooling": exact(here.complete_pooling()),
            COMMON: exact(here.no_pooling()),
            OWN: exact(here.no_pooling(sigma="own")), "partial pooling": truth(squeezed)}


def estimates(found):
    """Posterior mean and the ends of the middle 89% of each group: (3, J)."""
    return np.array([found["theta"].mean, *found["theta"].quantile(ENDS)])


def width(found):
    _, low, high = estimates(found)
    return high - low


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


# --- on average over data sets --------------------------------------------------------------------

@cache
def simulated(datasets, seed=58):
    """The three strategies on data sets drawn from the section's model, with sections as large as
    ours.

    mu, tau and sigma come from their priors, theta_i and the sections' means from the model. Each
    data set is then analysed exactly with sigma known (a Normal-Normal model, one integral), for no
    pooling and partial pooling alike. Complete pooling takes the differences between instructors
    for noise: its sigma is that of all scores together.

    Parameters
    ----------
    datasets : int
    seed : int

    Returns
    -------
    dict of str to array (datasets, J)
        Sections from the smallest to the largest. ratio: width of partial pooling's interval over
        no pooling's; B: exact mean shrinkage factor; moved: distance of partial pooling's estimate
        from the section's own mean, in that mean's standard errors; for each strategy "covers NAME"
        (whether its interval holds theta_i) and "error NAME" (of its estimate, in standard errors).
    """
    rng, n, rows = np.random.default_rng(seed), np.sort(model().n), []
    for _ in range(datasets):
        mu, tau, sigma = (prior.draw(rng) for prior in (MU, TAU, SIGMA))
        error = sigma / np.sqrt(n)
        theta = Normal(mu, np.full(len(n), tau)).draw(rng)
        y = Normal(theta, error).draw(rng)
        one = NormalNormal(y, error, mu=MU, tau=TAU)
        found, together = exact(one, rtol=1e-6), NormalNormal(y, overall_sd(y, n, sigma)
                                                              / np.sqrt(n), mu=MU)
        by = {"complete": middle(together.complete_pooling().mu_given())[:, None],
              "no": middle(one.no_pooling().theta_given()), "partial": estimates(found)}
        row = {"ratio": np.ptp(by["partial"][1:], axis=0) / np.ptp(by["no"][1:], axis=0),
               "B": found["shrinkage"].mean,
               "moved": np.abs(by["partial"][0] - y) / error}
        for name, (estimate, low, high) in by.items():
            row |= {f"covers {name}": (low < theta) & (theta < high),
                    f"error {name}": (estimate - theta) / error}
        rows.append(row)
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def middle(normal):
    """Mean and the ends of the middle 89% of a Normal."""
    return np.array([normal.mean + z * normal.sd for z in (0.0, *stats.norm.ppf(ENDS))])


def overall_sd(y, n, sigma):
    """Of all scores together, from the sections' means y and sizes n, with sigma within each
    section.
    """
    between = (n * (y - np.average(y, weights=n)) ** 2).sum()
    return np.sqrt((sigma**2 * (n.sum() - len(n)) + between) / (n.sum() - 1))


def average_table(many):
    """What `simulated` found, by section size."""
    columns = {"ratio": many["ratio"].mean(axis=0), "narrower": (many["ratio"] < 1).mean(axis=0),
               "mean B": many["B"].mean(axis=0)}
    columns |= {f"{name} covers": many[f"covers {name}"].mean(axis=0) for name in STRATEGIES}
    columns |= {f"{name} error": np.median(np.abs(many[f"error {name}"]), axis=0)
                for name in STRATEGIES}
    return need("pandas").DataFrame(columns, index=np.sort(model().n))


AVERAGE_FORMATS = {"ratio": ".2f", "narrower": ".0%", "mean B": ".2f"} | {
    f"{name} "
    f"{what}": spec for name in STRATEGIES for what, spec in (("covers", ".0%"), ("error", ".2f"))}


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
    about_complete_and_no_pooling(ledger, found, here, small, large)
    about_partial_pooling(ledger, found, here, many, small, large)
    return ledger


def about_the_sections(ledger, here, small):
    low, high, least = 10, 20, 8  # in words in the section: "10-20 students", "only 8"
    ledger.statement("pooling.sizes", low <= least <= high,
                     f"{least} lies outside {low} to {high}; it says both")
    others = here.N - here.n[small]
    ledger.statement("pooling.others", 4 * low <= 60 <= 4 * high,
                     f"four other sections of {low} to {high} have {4 * low} to {4 * high} "
                     f"students; in our data {others}")


def about_complete_and_no_pooling(ledger, found, here, small, large):
    wide = {name: width(one) for name, one in found.items()}
    common, own, all_together = wide[COMMON], wide[OWN], wide["complete pooling"][0]
    narrower = [g for g, w in zip(here.groups, own) if w < all_together]
    ledger.statement("pooling.complete_narrow", all_together
                     < min(common.min(), wide["partial pooling"].min()),
                     f"{all_together:.1f} points; the narrowest with partial pooling "
                     f"{wide['partial pooling'].min():.1f}, with no pooling and a common sigma "
                     f"{common.min():.1f}, with a sigma each {own.min():.1f}"
                     + (f" (narrower still: {', '.join(narrower)}, whose scores vary less than all "
                        "scores together)"
                        if narrower else ""))
    ratio = [w[small] / w[large] for w in (common, own)]
    ledger.statement("pooling.none_wide", min(ratio) > 1.4,
                     f"{common[small]:.1f} points with a common sigma, {ratio[0]:.1f} times that "
                     f"of the section of {here.n[large]}; with a sigma each {own[small]:.1f}, "
                     f"{ratio[1]:.1f} times")
    error = np.sqrt(here.within.sum() / (here.N - here.J) / here.n)
    off = (found[COMMON]["theta"].mean - here.mean) / error
    flat = exact(here.no_pooling(theta=Flat()))["theta"].mean - here.mean
    ledger.statement("pooling.unbiased", np.abs(off).max() < 0.2 and np.abs(flat).max() < 1e-6,
                     "the posterior means are the sections' own means to within "
                     f"{np.abs(off).max():.2f} standard errors: the prior {MU!r} pulls a little; "
                     f"with a flat prior to within {np.abs(flat).max():.0g} points")
    new = found["partial pooling"].new_group
    ledger.statement("pooling.new", refuses(here.no_pooling()),
                     f"its means share no parameters; partial pooling says {new.mean:.1f}, give or "
                     f"take {new.sd:.1f}")


def about_partial_pooling(ledger, found, here, many, small, large):
    partial, B = found["partial pooling"], truth()["shrinkage"].mean
    # our instructors with a tenth, and with three times, their differences
    tight, loose = truth(0.1), truth(3.0)
    B_tight, B_loose = tight["shrinkage"].mean, loose["shrinkage"].mean
    ratio = {name: width(partial) / width(found[name]) for name in (COMMON, OWN)}
    first, last = many["ratio"][:, 0], many["ratio"][:, -1]  # smallest and largest section
    ledger.statement("pooling.narrower", 1 - first.mean() > 3 * standard_error(first),
                     f"on average over {len(first)} data sets from the model: with {here.n[small]} "
                     f"students {compared(first.mean())} (s.e. {standard_error(first):.1%}), and "
                     f"narrower in {(first < 1).mean():.0%} of them. In our data "
                     f"{here.groups[small]}'s interval is {compared(ratio[COMMON][small])} than "
                     f"with a common sigma, {compared(ratio[OWN][small])} than with a sigma of its "
                     "own")
    error = partial["sigma"].mean / np.sqrt(here.n[large])
    moved = abs(partial["theta"].mean[large] - here.mean[large]) / error
    far, wider = many["moved"][:, -1].mean(), abs(ratio[COMMON][large] - 1)
    ledger.statement("pooling.abundant", max(moved, far) < 0.5 and max(wider, 1 - last.mean())
                     < 0.1,
                     f"our section of {here.n[large]}: moved by {moved:.2f} standard errors, width "
                     f"changed by {wider:.1%}; on average over the data sets {far:.2f} and "
                     f"{1 - last.mean():.0%}. What counts is sigma^2 / n against tau^2: had our "
                     "instructors a tenth of their differences, it would be pulled "
                     f"{B_tight[large]:.0%} of the way")
    by_size = np.argsort(here.n)
    ledger.statement("pooling.small_pulled_more", np.all(np.diff(B[by_size]) < 0),
                     "exact mean of "
                     "B: " + ", ".join(f"{here.n[i]} students {B[i]:.1%}" for i in by_size))
    ledger.statement("pooling.tau_small", B_tight.min() > 0.5 and B_loose.max() < 0.05,
                     "our instructors with a tenth of their differences: tau "
                     f"{tight['tau'].mean:.1f}, B {in_range(B_tight)}; with three times: tau "
                     f"{loose['tau'].mean:.0f}, B {in_range(B_loose)}")


def in_range(shares):
    return f"{shares.min():.1%} to {shares.max():.1%}"


def compared(ratio):
    return f"{abs(ratio - 1):.1%} {'wider' if ratio > 1 else 'narrower'}"


def standard_error(x):
    return x.std(ddof=1) / np.sqrt(len(x))


def alone(n):
    """How much wider an interval is where sigma must be learnt from the n scores alone, roughly:
    Student's t for z.
    """
    return stats.t.ppf(ENDS[1], n - 1) / stats.norm.ppf(ENDS[1])


def pooling(part):
    """Figure 5.33 and the statements about the three strategies."""
    here, found = model(), strategies()
    many = simulated(60 if part.quick else 200)
    partial, B, average = found["partial pooling"], truth()["shrinkage"].mean, average_table(many)
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
        f"mean towards {partial['mu'].mean:.1f} by {B.min():.0%} to {B.max():.0%}, for tau is "
        f"{partial['tau'].mean:.1f} and sigma {partial['sigma'].mean:.1f}.",
        "How wide an interval is without pooling depends on sigma. The section's no pooling means "
        "a model of its own for each instructor, so a sigma each (triangles). Circles have one "
        f"sigma for all, as partial pooling has. Beside them the interval of {here.groups[small]}, "
        f"who has {here.n[small]} students, is {change} with partial pooling: with tau and sigma "
        f"known its sd would be {given:.2f} (no pooling: {found[COMMON]['theta'].sd[small]:.2f}); "
        f"not knowing how far to pull adds an sd of {unknown:.2f}.",
        f"One data set does not decide. Over {len(many['B'])} data sets from the section's model "
        "(priors included, each analysed exactly with its sigma known) the interval of "
        f"{here.n[small]} students is on average {1 - many['ratio'][:, 0].mean():.0%} narrower "
        f"with partial pooling; with a sigma that must be learnt from {here.n[small]} scores "
        f"alone, no pooling would be some {alone(here.n[small]) - 1:.0%} wider still. Complete "
        f"pooling's narrow intervals hold the true mean in {many['covers complete'].mean():.0%} of "
        "the cases, not in 89%.")
    shrinkage = {factor: truth(factor)["shrinkage"].mean for factor in (HALVED, 1.0)}
    part.figure(figure_5_33(), "fig_5_33_pooling",
                "Figure 5.33, all exact, from our scores with the differences between the sections "
                "halved, so that the pull is easy to see: the arrows lead from the sections' own "
                "means to the posterior means. Partial pooling takes the smallest section "
                f"{shrinkage[HALVED].max():.0%} of the way to the population mean, the largest "
                f"{shrinkage[HALVED].min():.0%}. Triangles: without pooling, each instructor has a "
                "model, and so a sigma, of its own.")
    part.figure(figure_5_33(1.0), "fig_5_33_as_they_differ",
                "The same from our scores as they are. The instructors differ so much that partial "
                f"pooling moves them by {shrinkage[1.0].min():.0%} to {shrinkage[1.0].max():.0%} "
                "only.")
    part.table(table, "Our instructors, and the widths of their 89% intervals by pooling",
               {"students": "d", "own mean": ".1f",
"own sd": ".1f", "mean of B": ".0%"} | {name: ".2f" for name in table.columns[4:]}, fold=False)
    part.table(average,
               f"By number of students, on average over {len(many['B'])} data sets from the model: "
               "width of partial pooling's interval over no pooling's and how often it is "
               "narrower; how often the 89% intervals cover the truth; median error, in standard "
               "errors of a section's own mean", AVERAGE_FORMATS)
    part.ledger(judged(many))
