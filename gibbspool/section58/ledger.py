"""The ledger: every printed number beside the exact value and our sampler's, with a verdict.

The exact posterior is the truth; a printed value is judged by what a sampler with the printed
effective sample size could have printed. For each statistic, 150 samples of that size are drawn
from the exact posterior: their mean and spread say where the printed value should lie.
"""
from collections import namedtuple

import numpy as np

from ..optional import need
from ..rows import harmless
from ..sampling.arviz_bridge import ess
from .numbers import distance, plain, standard_errors
from .nuts_runs import SAMPLERS, among, fits
from .reported import places, reported
from .yardsticks import ABOUT, about

AGREES, PARTLY, DIFFERS, OWN = "agrees", "agrees in part", "differs", "sampler's own"
VERDICTS = (AGREES, PARTLY, DIFFERS, OWN)
FITS, UNFIT = "which fits", "which does not fit either"  # of what else a printed value may be
KINDS = ("arithmetic", "data", "posterior", "sampler", "statement")
# Monte Carlo standard errors; of 150 judged numbers chance alone puts less than one beyond
LIMIT = 3.0
REPLICATES = 150
EXPLAINED = """\
agrees         the printed value is the exact one, within its rounding and
               three Monte Carlo errors of the printed effective sample size,
               or within a tenth if printed as approximate; or fits recorded
               runs of PyMC with either sampler; or, in words, it is so
agrees in part one claim of a statement holds, another does not; or one of the
               two samplers' runs fit: both are named
differs        it is not: the ledger says by how much, and why where that shows
sampler's own  R-hat or an effective sample size of one run, beside ours, where
               no runs are recorded"""


# --- statistics of an exact marginal and of draws -------------------------------------------------

Statistic = namedtuple("Statistic", "of_marginal of_draws")
Statistic.__doc__ = """How a printed statistic is computed.

of_marginal: exactly, from a marginal; of_draws: from draws sorted along the last axis.
"""


def shortest_interval(x, prob=0.89):
    """Ends of the shortest interval that holds `prob` of the sorted draws."""
    inside = int(np.floor(prob * x.shape[-1]))
    width = x[..., inside:] - x[..., :x.shape[-1] - inside]
    k = np.argmin(width, axis=-1)[..., None]
    return np.take_along_axis(x, k, axis=-1)[..., 0], np.take_along_axis(x, k + inside,
                                                                         axis=-1)[..., 0]


def percentile(x, share):
    """Of sorted draws, by linear interpolation as numpy.percentile has it."""
    place = share * (x.shape[-1] - 1)
    k = int(place)
    return x[..., k] + (place - k) * (x[..., min(k + 1, x.shape[-1] - 1)] - x[..., k])


STATISTICS = {
    "mean": Statistic(lambda m: m.mean, lambda x: x.mean(axis=-1)),
    "sd": Statistic(lambda m: m.sd, lambda x: x.std(axis=-1, ddof=1)),
    "hdi_low": Statistic(lambda m: m.hdi(0.89)[0], lambda x: shortest_interval(x)[0]),
    "hdi_high": Statistic(lambda m: m.hdi(0.89)[1], lambda x: shortest_interval(x)[1]),
    "low": Statistic(lambda m: m.quantile(0.055), lambda x: percentile(x, 0.055)),
    "high": Statistic(lambda m: m.quantile(0.945), lambda x: percentile(x, 0.945)),
    "width": Statistic(lambda m: m.quantile(0.945) - m.quantile(0.055),
                       lambda x: percentile(x, 0.945) - percentile(x, 0.055)),
}


def replicated(pool, size, statistic, seed=0):
    """What samples of `size` independent draws from `pool` would print: (REPLICATES,)."""
    pool = np.ravel(pool)
    samples = pool[np.random.default_rng(seed).integers(len(pool), size=(REPLICATES, int(size)))]
    if statistic not in ("mean", "sd"):  # their order does not matter
        samples.sort(axis=-1)
    return STATISTICS[statistic].of_draws(samples)


def effective(draws, statistic):
    """The effective sample size that matters to a statistic of draws (chain, draw)."""
    return ess(draws, "bulk" if statistic in ("mean", "sd") else "tail")


def beside(value, se, line, unit="", called="the line of"):
    """A simulated value and a line, in words."""
    off = standard_errors((value - line) / se if se else np.inf)
    return (f"{plain(value, 3)}{unit} (standard error {plain(se, 1)}), {off} "
            f"{'above' if value > line else 'below'} {called} {plain(line, 3)}")


# --- the ledger of one place ----------------------------------------------------------------------

class Ledger:
    """The printed numbers of one place, judged one by one by their ids.

    Parameters
    ----------
    where : str
        One of `places()`.

    Attributes
    ----------
    printed : dict of str to Printed
    """

    def __init__(self, where):
        self.where = where
        self.printed = {p.id: p for p in reported(where)}
        if not self.printed:
            raise ValueError(f"where is {where!r}; there are {', '.join(places())}")
        self._rows = {}

    def judge(self, id, exact, replicates=None, sampled=np.nan, mcse=np.nan, z=np.nan, reason=""):
        """Compare a printed number with the truth.

        Parameters
        ----------
        id : str
        exact : float
        replicates : array, optional
            What correct samplers would have printed; by default the exact value itself.
        sampled, mcse, z : float
            Our own sampler's value, its Monte Carlo error, and its distance from where it should be
            in such errors.
        reason : str or callable
            Why it differs, if it does; a callable is given the distance in standard errors (or
            nan).

        Returns
        -------
        bool
            Whether it agrees: within rounding and three Monte Carlo standard errors.
        """
        p = self.printed[id]
        replicates = np.array([exact]) if replicates is None else np.asarray(replicates)
        noise, off = replicates.std(), abs(p.value - replicates.mean())
        agrees = bool(off <= p.rounding + LIMIT * noise)
        if callable(reason) and not agrees:
            reason = reason(off / noise if noise else np.nan)
        self._add(p, exact=float(exact), sampled=sampled, mcse=mcse, z=z, noise=noise if noise
                  else np.nan,
                  verdict=AGREES if agrees else DIFFERS, reason="" if agrees else reason)
        return agrees

    def posterior(self, id, marginal, pool, size, draws=None, candidates=(), notes=()):
        """Compare a statistic of a posterior, printed by a sampler, with the exact one.

        Parameters
        ----------
        id : str
            Its `statistic` is a key of STATISTICS.
        marginal : Marginal
            Exact.
        pool : array
            Many independent draws of it.
        size : float
            Effective sample size of the section's draws.
        draws : array (chain, draw), optional
            Our sampler's.
        candidates : list of (label, marginal, pool)
            What else the printed value might be; said as the reason where it differs.
        notes : list of str
            Further findings, said there as well.
        """
        p = self.printed[id]
        exact = float(STATISTICS[p.statistic].of_marginal(marginal))
        ours = {}
        if draws is not None:
            sampled = float(STATISTICS[p.statistic].of_draws(np.sort(np.ravel(draws))))
            again = replicated(pool, effective(draws, p.statistic), p.statistic, seed=1)
            # the ends of a sample's interval are biased
            centre = exact if p.statistic in ("mean", "sd") else again.mean()
            ours = {"sampled": sampled, "mcse": again.std(), "z": (sampled - centre) / again.std()}
        return self.judge(id, exact, replicated(pool, size, p.statistic), **ours,
                          reason=lambda off: "; ".join([f"{distance(off)} s.e. off",
                                                        *self._explained(p, size, candidates),
                                                        *notes]))

    def _explained(self, p, size, candidates):
        for label, marginal, pool in candidates:
            value = STATISTICS[p.statistic].of_marginal(marginal)
            theirs = replicated(pool, size, p.statistic)
            near = abs(p.value - theirs.mean()) <= p.rounding + LIMIT * theirs.std()
            yield f"{label}: {value:.{p.decimals}f}, {FITS if near else UNFIT}"

    def about(self, id, marginal, draws=None, candidates=()):
        """A posterior mean that the section gives as "approximately" or "about" a number: judged as
        these words are everywhere, within a tenth of the number.

        Parameters
        ----------
        id, marginal, draws, candidates
            As of `posterior`.
        """
        p = self.printed[id]
        exact, agrees = float(marginal.mean), bool(about(marginal.mean, p.value))
        said = [f"{abs(exact - p.value):.2f} off, where approximately {p.printed} is within a "
                f"tenth of it, {ABOUT * abs(p.value):.2f}",
                *(f"{label}: {other.mean:.2f}, {FITS if about(other.mean, p.value) else UNFIT}"
                  for label, other, _ in candidates if not agrees)]
        self._add(p, exact=exact, sampled=np.nan if draws is None else float(np.mean(draws)),
                  verdict=AGREES if agrees else DIFFERS, reason="; ".join(said))
        return agrees

    def own(self, id, sampled=np.nan):
        """A diagnostic of the section's own run, beside ours: no verdict on equality."""
        self._add(self.printed[id], sampled=sampled, verdict=OWN)

    def recorded(self, id, values, sampled=np.nan, exact=np.nan):
        """A number of one run, judged by its rank among recorded runs with either sampler.

        It fits a sampler's runs as `fits` has it. Of 20 correct runs one more would not fit with a
        probability of about 1 in 20, whatever the shape of their distribution. It agrees where it
        fits both samplers' runs, in part where it fits one's.

        Parameters
        ----------
        id : str
        values : dict of str to array
            One number a run, by the key of SAMPLERS.
        sampled : float
            Our own sampler's.
        exact : float
            Of the posterior, where it is a number of it.

        Returns
        -------
        str
            The verdict.
        """
        p = self.printed[id]
        fit, said = [], []
        for sampler, of_runs in values.items():
            fit.append(fits(p.value, of_runs, p.rounding))
            said.append(f"with {SAMPLERS[sampler]} {among(of_runs, int(p.decimals))}: "
                        f"{'fits' if fit[-1] else 'does not fit'}")
        verdict = AGREES if all(fit) else PARTLY if any(fit) else DIFFERS
        self._add(p, exact=float(exact), sampled=sampled, verdict=verdict, reason="; ".join(said))
        return verdict

    def statement(self, id, holds, found):
        """A statement in words: whether it holds, and the numbers found."""
        self._add(self.printed[id], verdict=AGREES if holds else DIFFERS, reason=found)

    def in_part(self, id, holds, fails):
        """A statement of which one half holds and the other does not; both as sentences."""
        self._add(self.printed[id], verdict=PARTLY, reason=f"Holds: {holds} Does not: {fails}")

    def simulated(self, id, value, se, found, above=None, below=None, called="the line of"):
        """A statement judged by a simulation: whether a value lies above or below a line.

        The margin, how many standard errors the value is away from the line, is shown. Simulations
        are made so large that it is at least five.

        Parameters
        ----------
        id : str
        value, se : float
            What was simulated, and its Monte Carlo standard error.
        found : str
            What the value is, in words.
        above, below : float
            The line; one of the two.
        called : str
            What it is.
        """
        line = below if above is None else above
        holds = value < line if above is None else value > line
        margin = abs(value - line) / se if se else np.inf
        self._add(self.printed[id], verdict=AGREES if holds else DIFFERS, margin=margin,
                  reason=f"{found}: {beside(value, se, line, called=called)}")

    def _add(self, p, **found):
        if p.id in self._rows:
            raise ValueError(f"{p.id} was judged twice")
        self._rows[p.id] = {"id": p.id, "where": p.where, "quantity": p.quantity, "kind": p.kind,
                            "printed": p.printed,
                            "exact": np.nan, "sampled": np.nan, "mcse": np.nan, "z": np.nan,
                            "noise": np.nan, "margin": np.nan,
                            "verdict": "", "criterion": p.criterion, "reason": "", **found}

    @property
    def missing(self):
        """Ids that were not judged yet."""
        return [id for id in self.printed if id not in self._rows]

    def table(self):
        """A pandas DataFrame in the order of the section; raises ValueError if a printed number was
        left out.
        """
        if self.missing:
            raise ValueError(f"{self.where}: not judged: {', '.join(self.missing)}")
        return need("pandas").DataFrame([self._rows[id] for id in self.printed])


def counts(rows):
    """Verdicts by place: a pandas table with a row for each place and one for all."""
    pd = need("pandas")
    table = pd.crosstab(rows["where"], rows["verdict"]).reindex(
        index=list(dict.fromkeys(rows["where"])), columns=list(VERDICTS), fill_value=0)
    table.loc["all"] = table.sum()
    return table.rename_axis(index=None, columns=None)


def as_csv(rows):
    """The rows for a file: texts so that no spreadsheet takes them for a formula."""
    texts = rows.select_dtypes(exclude="number")
    safe = {column: texts[column].map(lambda x: harmless(x) if isinstance(x, str) else x)
            for column in texts}
    return rows.assign(**safe).to_csv(index=False)


def in_the_terminal(rows):
    """The ledger as text: a heading for each place, a line for each number, and the counts at the
    end.
    """
    lines = []
    for where, group in rows.groupby("where", sort=False):
        lines.append(f"\n{where}")
        for row in group.itertuples():
            if row.kind == "statement":
                lines += [f"  {row.verdict:>13s}  {row.printed}", f"  {'':>13s}    {row.reason}"]
            else:
                numbers = "".join(f"{name} {value:<9.4g}" for name, value in
                                  (("exact", row.exact), ("ours", row.sampled)) if value == value)
                lines.append(f"  {row.verdict:>13s}  {row.quantity:22s} printed {row.printed:>7s}  "
                             f"{numbers} {row.reason}")
    return "\n".join(line.rstrip() for line in [*lines, "", counts(rows).to_string()])
