"""The ledger: every printed number beside the exact value and our sampler's, with a verdict.

The exact posterior is the truth; a printed value is judged by what a sampler with the printed effective sample size
could have printed. For each statistic, 150 samples of that size are drawn from the exact posterior: their mean and
spread say where the printed value should lie.
"""
import csv
from dataclasses import dataclass
from importlib import resources

import numpy as np

from ..distributions import Flat, HalfCauchy, HalfNormal, Normal, Uniform
from ..exact_posterior import exact
from ..models import NormalNormal
from ..optional import need

AGREES, DIFFERS, OWN = "agrees", "differs", "sampler's own"
UNEXPLAINED = "not that either"
LIMIT = 3.0      # Monte Carlo standard errors; with 40 judged numbers chance alone exceeds it once in ten tables
REPLICATES = 150
STATISTICS = ("mean", "sd", "hdi_low", "hdi_high")

# Priors that an author may have had in mind; the stated ones come first.
CANDIDATES = (
    (Normal(0, 20), HalfNormal(10)),
    (Flat(), Flat()),
    (Normal(0, 20), Flat()),
    (Flat(), HalfNormal(10)),
    (Normal(0, 20), HalfCauchy(25)),
    (Flat(), HalfCauchy(25)),
    (Normal(0, 20), HalfCauchy(5)),
    (Normal(0, 20), HalfNormal(20)),
    (Normal(0, 20), Uniform(0, 100)),
)


@dataclass(frozen=True)
class Printed:
    """One number as the section prints it; see the columns of reported.csv."""

    id: str
    where: str
    model: str
    priors: str
    variable: str
    statistic: str
    printed: str
    decimals: int
    kind: str

    @property
    def value(self):
        return float(self.printed)

    @property
    def rounding(self):
        """Half a unit of the last printed decimal."""
        return 0.5 * 10.0**-self.decimals


def reported(where=None):
    """The printed numbers, all of them or those of one place."""
    text = resources.files(__package__).joinpath("reported.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines()[1:])
    found = [Printed(**{**row, "decimals": int(row["decimals"])}) for row in rows]
    return [row for row in found if where is None or row.where == where]


def variable_of(source, name):
    """An entry such as theta[A] of a Draws or an exact posterior."""
    base, _, label = name.rstrip("]").partition("[")
    return source[base, label] if label else source[base]


def statistics(x, prob=0.89):
    """Mean, sd and shortest interval of sorted draws along the last axis: what a summary table prints."""
    inside = int(np.floor(prob * x.shape[-1]))
    width = x[..., inside:] - x[..., :x.shape[-1] - inside]
    k = np.argmin(width, axis=-1)[..., None]
    ends = (np.take_along_axis(x, k, axis=-1)[..., 0], np.take_along_axis(x, k + inside, axis=-1)[..., 0])
    return dict(zip(STATISTICS, (x.mean(axis=-1), x.std(axis=-1, ddof=1), *ends)))


def replicated(pool, size, rng):
    """Statistics of REPLICATES samples of `size` independent draws: arrays (REPLICATES,) by name."""
    chosen = rng.integers(len(pool), size=(REPLICATES, size))
    return statistics(np.sort(pool[chosen], axis=-1))


def exact_statistic(marginal, statistic):
    """Mean, sd or one end of the 89 % interval of an exact marginal."""
    if statistic in ("mean", "sd"):
        return getattr(marginal, statistic)
    return marginal.hdi(0.89)[statistic == "hdi_high"]


def eight_schools(truth, draws, seed=0):
    """The ledger of the Eight Schools summary table (Section 5.8.3).

    Parameters
    ----------
    truth : ExactPosterior
    draws : Draws
        Of the same model.
    seed : int
        Of the replicated samples that the verdicts rest on.

    Returns
    -------
    rows : pandas.DataFrame
        where, variable, statistic, printed, exact, sampled, mcse (of the sampled value), z (sampled against exact),
        noise (Monte Carlo error of the printed value), verdict, reason.
    distances : pandas.DataFrame
        How far the printed means and sds lie from the exact posterior under each of the candidate priors.
    """
    pd = need("pandas")
    rng = np.random.default_rng(seed)
    printed = reported("5.8.3 summary table")
    distances = distance_by_prior(printed, truth.model)
    closest = distances.index[0]
    nearest = exact(_with_priors(truth.model, distances.attrs["priors"][closest]))
    pool = truth.sample(draws=25_000, chains=4, seed=seed)
    other = nearest.sample(draws=25_000, chains=4, seed=seed)
    ours = draws.summary()
    ess = {(p.variable, p.statistic): int(p.value) for p in printed if p.statistic.startswith("ess")}
    rows, cache = [], {}
    for p in printed:
        row = {"where": p.where, "variable": p.variable, "statistic": p.statistic, "printed": p.printed}
        if p.statistic not in STATISTICS:
            rows.append({**row, "sampled": ours.loc[p.variable, p.statistic], "verdict": OWN, "reason": ""})
            continue
        tail = p.statistic.startswith("hdi")
        for who, size in (("section", ess[p.variable, "ess_tail" if tail else "ess_bulk"]),
                          ("us", int(ours.loc[p.variable, "ess_tail" if tail else "ess_bulk"]))):
            if (p.variable, size) not in cache:
                cache[p.variable, size] = replicated(variable_of(pool, p.variable).ravel(), size, rng)
            row[who] = cache[p.variable, size][p.statistic]
        theirs, our = row.pop("section"), row.pop("us")
        sampled = statistics(np.sort(variable_of(draws, p.variable).ravel()))[p.statistic]
        noise = theirs.std()
        off = abs(p.value - theirs.mean())
        agrees = off <= p.rounding + LIMIT * noise
        value = exact_statistic(variable_of(truth, p.variable), p.statistic)
        centre = our.mean() if tail else value  # the ends of a shortest interval of draws are biased; means are not
        rows.append({
            **row, "exact": value, "sampled": sampled, "mcse": our.std(), "z": (sampled - centre) / our.std(),
            "noise": noise, "verdict": AGREES if agrees else DIFFERS,
            "reason": "" if agrees else _reason(p, off / noise, closest, nearest, other, ess, rng)})
    return pd.DataFrame(rows), distances


def _reason(p, off, closest, nearest, pool, ess, rng):
    """How far off, and whether the closest of the candidate priors would explain the printed value."""
    under = exact_statistic(variable_of(nearest, p.variable), p.statistic)
    size = ess[p.variable, "ess_tail" if p.statistic.startswith("hdi") else "ess_bulk"]
    theirs = replicated(variable_of(pool, p.variable).ravel(), size, rng)[p.statistic]
    near = abs(p.value - theirs.mean()) <= p.rounding + LIMIT * theirs.std()
    return (f"{off:.0f} s.e. off; under {closest}: {under:.{p.decimals}f}, "
            f"{'agrees' if near else UNEXPLAINED}")


def distance_by_prior(printed, model):
    """How well each pair of candidate priors explains the printed means and sds.

    The distance is the root mean square of (printed - exact) over the Monte Carlo standard error of the mean that the
    printed effective sample size implies, sd / sqrt(ESS). About 1 is what a correct sampler would give.

    Returns
    -------
    pandas.DataFrame
        distance and the exact mean of tau, by priors, closest first; the stated priors are marked.
    """
    pd = need("pandas")
    ess = {p.variable: p.value for p in printed if p.statistic == "ess_bulk"}
    rows, priors = {}, {}
    for k, pair in enumerate(CANDIDATES):
        truth = exact(_with_priors(model, pair))
        apart = []
        for p in printed:
            if p.statistic in ("mean", "sd"):
                marginal = variable_of(truth, p.variable)
                error = marginal.sd / np.sqrt(ess[p.variable])
                apart.append((p.value - getattr(marginal, p.statistic)) / error)
        name = f"mu ~ {pair[0]!r}, tau ~ {pair[1]!r}" + ("" if k else " (stated)")
        rows[name] = {"distance": np.sqrt(np.mean(np.square(apart))), "mean of tau": truth["tau"].mean}
        priors[name] = pair
    table = pd.DataFrame.from_dict(rows, orient="index").sort_values("distance")
    table.attrs["priors"] = priors
    return table


def _with_priors(model, priors):
    mu, tau = priors
    return NormalNormal(model.y, model.sigma, mu=mu, tau=tau, groups=model.groups)
