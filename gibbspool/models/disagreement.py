"""Do prior and data disagree, or does the prior leave the data no say at all?

First, the stated prior of each shared parameter against far wider ones.

For each location, spread and slope, the average of the likelihood under the prior that was stated
is put beside its average under a mixture of ever wider priors with the same centre::

    factor = integral p(data | x) wider(x) dx / integral p(data | x) prior(x) dx

If the data did come from the prior, a factor above c turns up with a probability of at most 1 / c
(Markov's inequality: its mean is 1), whatever the family. From `DISAGREE` = 10 times the number of
priors that are looked at, they are said to disagree; that happens to far fewer data sets than the
inequality allows, to fewer than 1 in 200, because a prior is unlike wider ones in its far tails
alone (`tests/models/test_disagreement.py` counts).

The wider priors are Normals of up to 10^10 times the standard deviation; of a spread, half-Cauchy
distributions of up to 10^10 times the prior's median; of a share, which is bounded, what the flat
Dirichlet(1, ..., 1) says of it, by halves with the prior. Near the prior's own centre, or near the
zero of a spread, wider ones do no better: a prior that is only wider than it need be is never
blamed. It is what Evans and Moshonov (2006) ask, whether the data lie where the prior predicts
hardly any, told as a Bayes factor.

Nothing else that the groups share may excuse a prior. The locations are integrated out under flat
priors where a spread is looked at; and where a location is looked at, the spread is the one that
the data show by themselves (with a huge spread between groups, any mean would do).

Second, a prior may be so narrow that there is nothing for the data to disagree on: a mean known to
20 beforehand, and to 4000 from the data. Such a prior decides. A location's does where its
standard deviation is less than a tenth (1 / `FAR`) of the likelihood's standard error; a spread's
where half its 95% quantile is less than a tenth of how far the likelihood reaches, and the
likelihood is the same, or nothing, all over that prior. Shares and concentrations have no unit to
get wrong and are not asked.
"""
from collections import namedtuple

import numpy as np
from scipy.special import expit, log_expit, logsumexp

from ..distributions.priors import Flat
from ..distributions.quantiles import quantile
from ..distributions.standard import Beta, HalfCauchy, Normal
from ..distributions.vectors import Dirichlet
from ..distributions.writing import written

ALMOST_ZERO = 1e-290  # stands for a median that has rounded to zero
DISAGREE = 10.0     # times likelier under wider priors, for each prior that is looked at
FAR = 10.0          # times narrower than what the data say: from here on the prior decides
FLAT = 0.5          # a log likelihood that differs by less tells nothing
DIFFER = 20.0       # times likelier with a spread than without any: from here on groups differ
LEVELS = expit(np.linspace(-14, 14, 57))    # of a prior, close to 0 and 1 as well
WIDER = 10.0 ** np.arange(11)               # the scales of wider priors ...
WEIGHTS = 1 / np.arange(1, 12) ** 2         # ... and what each counts
WEIGHTS /= WEIGHTS.sum()

Shared = namedtuple("Shared", "likelihood locations spreads concentration")

Shared.__doc__ = """What groups share, and what the data by themselves say of it.

likelihood : one of `likelihoods`.
locations : list of priors, in the order of likelihood.locations.
spreads : dict of name to (prior, function of s (S,), log likelihoods (S,)); the spread between
    groups comes first.
concentration : whether that is a concentration, infinite where groups do not differ.
"""

Disagreement = namedtuple("Disagreement", "name prior log_factor low high error width")

Disagreement.__doc__ = """A prior against what the data by themselves say.

name : of the parameter, such as mu, tau, beta[2] or pi0[1].
prior : Distribution
log_factor : log of how much likelier the data are under wider priors.
low, high : where the data by themselves put the parameter, give or take two standard errors.
error : of a location, the standard error; of a spread, how far from 0 the data let it be, give or
    take one; 0 where the data do not say.
width : function of a prior, how wide it is, to be held against the error.
"""


def comparisons(shared):
    """Every proper prior against the data: a list of `Disagreement`, whether they disagree or not.

    Parameters
    ----------
    shared : Shared
    """
    found, spread = [], None
    for name, (prior, of_spread) in shared.spreads.items():
        here = Spread(prior, of_spread, shared.likelihood.scale)
        if not here.finite:  # the squares of the data overflow: `exact` refuses them by name
            return []
        spread = spread or here
        if prior.proper:
            error = 0.0 if shared.concentration else here.reach()
            found.append(Disagreement(name, prior, here.log_factor(), *here.interval(2.0), error,
                                      width_of_spread))
    likely = shared.likelihood.locations(spread.likely())
    of_data = shared.likelihood.locations(spread.of_data().likely())
    located = [(prior, name, location, alone) for prior, (name, location), (_, alone)
               in zip(shared.locations, likely, of_data) if prior.proper]
    return [compared(*each) for each in located] + found


def disagreeing(found):
    """Those of all comparisons whose factor is at least `DISAGREE` times their number."""
    return [one for one in found if one.log_factor >= np.log(DISAGREE * len(found))]


def deciding(found):
    """Those of all comparisons whose priors leave the data no say, as they do not disagree."""
    disagree = [one.name for one in disagreeing(found)]
    return [one for one in found
            if one.name not in disagree and times_narrower(one, one.prior) >= FAR]


def times_narrower(one, prior):
    """How many times narrower a prior is than what the data say of the parameter."""
    if not prior.proper:
        return 0.0
    return one.error / one.width(prior)


def width_of_location(prior):
    """The standard deviation."""
    return prior.sd


def width_of_spread(prior):
    """Half the 95% quantile: of a HalfNormal(s), s."""
    return max(float(quantile(prior, 0.95)) / 2, ALMOST_ZERO)


class Spread:
    """The likelihood of a spread, on a grid that is fine where it is high.

    Parameters
    ----------
    prior : Distribution
    of_spread : function of s (S,), log likelihoods (S,)
    scale : float
        The order of magnitude of what the data can tell.
    """

    def __init__(self, prior, of_spread, scale):
        self.prior, self.of_spread, self.scale = prior, of_spread, scale
        own = quantile(prior, LEVELS) if prior.proper else np.array([])
        own = own[(own > 0) & np.isfinite(own)]
        self.median = max(float(quantile(prior, 0.5)), ALMOST_ZERO) if prior.proper else scale
        ends = np.array([scale, self.median])
        s = np.geomspace(1e-5 * ends.min(), 1e6 * ends.max(), 100)
        self.s = np.unique(np.concatenate([s, own]))
        self.log_l = of_spread(self.s)
        self.finite = bool(np.isfinite(self.log_l.max()))
        for _ in range(3 if self.finite else 0):
            high = np.flatnonzero(self.log_l >= self.log_l.max() - 12)
            left, right = max(high[0] - 1, 0), min(high[-1] + 1, len(self.s) - 1)
            if len(high) > 25:
                break
            self.look_closer(left, right, 30)
        best = int(np.argmax(self.log_l))
        if self.finite and 0 < best < len(self.s) - 1:  # a peak, whose height `interval` asks for
            self.look_closer(best - 1, best + 1, 16)

    def look_closer(self, left, right, number):
        """More points, between two of the grid."""
        more = np.setdiff1d(np.geomspace(self.s[left], self.s[right], number), self.s)
        order = np.argsort(np.concatenate([self.s, more]))
        self.log_l = np.concatenate([self.log_l, self.of_spread(more)])[order]
        self.s = np.concatenate([self.s, more])[order]

    def of_data(self):
        """The same likelihood, and no prior stated: what the data say, whatever was stated."""
        return Spread(Flat(), self.of_spread, self.scale)

    def log_factor(self):
        """log of how much likelier the data are under wider priors."""
        u = np.log(self.s)   # ds = s du
        return (log_integral(u, self.log_l + self.log_wider() + u)
                - log_integral(u, self.log_l + self.prior.logpdf(self.s) + u))

    def log_wider(self):
        """log density of the mixture of half-Cauchy distributions, from the prior's median on."""
        wider = HalfCauchy(self.median * WIDER)
        return logsumexp(wider.logpdf(self.s[:, None]) + np.log(WEIGHTS), axis=1)

    def likely(self, number=9):
        """Spreads that stand for what the data say of it, each as likely as the others.

        Its prior and the wider ones have a say each, in proportion to how well they predict; the
        prior, which was stated, starts as `DISAGREE` times the likelier.
        """
        u, log_prior = np.log(self.s), self.log_wider()
        if self.prior.proper:
            log_prior = np.logaddexp(log_prior, np.log(DISAGREE) + self.prior.logpdf(self.s))
        log_p = self.log_l + log_prior + u
        p = np.exp(log_p - log_p.max())
        below = np.concatenate([[0.0], np.cumsum((p[1:] + p[:-1]) / 2 * np.diff(u))])
        at = (np.arange(number) + 0.5) / number * below[-1]
        return np.exp(np.interp(at, below, u))

    def reach(self):
        """How far from 0 the likelihood reaches; 0 unless it is far from the prior, or flat there.

        That is within one standard error, and 0 also where it never falls.
        """
        low, high = quantile(self.prior, [0.05, 0.95])
        under = self.log_l[(self.s >= low) & (self.s <= high)]
        flat = under.min() > under.max() - FLAT
        reach = self.interval(0.5)[1]
        return reach if reach < np.inf and (flat or self.interval(2.0)[0] > high) else 0.0

    def interval(self, drop):
        """The spreads whose likelihood is at least exp(-drop) of the highest; 0, inf at the ends.

        For a normal likelihood a drop of 2 is two standard errors either way, one of 1/2 is one.
        """
        floor = self.log_l.max() - drop
        inside = np.flatnonzero(self.log_l >= floor)
        first, last = inside[0], inside[-1]
        low = 0.0 if first == 0 else self.crossing(first, first - 1, floor)
        high = np.inf if last == len(self.s) - 1 else self.crossing(last, last + 1, floor)
        return float(low), float(high)

    def crossing(self, inside, outside, floor):
        """The spread at which the log likelihood falls to the floor, between two of the grid.

        It is the likelihood's own, wherever the prior has put the points of the grid.
        """
        s = np.geomspace(self.s[inside], self.s[outside], 16)
        log_l = np.concatenate([self.log_l[[inside]], self.of_spread(s[1:-1]),
                                self.log_l[[outside]]])
        k = int(np.argmax(log_l < floor))  # the first beyond it
        share = (log_l[k - 1] - floor) / (log_l[k - 1] - log_l[k])
        return s[k - 1] * (s[k] / s[k - 1]) ** share


def compared(prior, name, location, alone):
    """A prior of a location against its likelihood, averaged over likely spreads.

    Where the data put it is told by the likelihood `alone`, in which no prior of a spread has a
    say.
    """
    estimate, error, log_likelihood, widest = location
    share = widest is not None
    # neighbours of every estimate, the prior's own quantiles, and what lies between them
    near = (estimate + error * np.linspace(-8, 8, 17)[:, None]).ravel()
    own = quantile(prior, LEVELS)
    if share:
        with np.errstate(divide="ignore"):
            own = np.clip(np.log(own) - np.log1p(-own), -300, 36)
    ends = np.concatenate([near, own[np.isfinite(own)]])
    u = np.unique(np.concatenate([ends, np.linspace(ends.min(), ends.max(), 33)]))
    x = np.clip(expit(u), 1e-300, 1 - 1e-16) if share else u
    log_l = logsumexp(log_likelihood(x), axis=1)
    if share:
        log_l = log_l + log_expit(u) + log_expit(-u)
        log_wider = np.logaddexp(widest.logpdf(x), prior.logpdf(x)) - np.log(2)
    else:
        wider = Normal(prior.mean, prior.sd * WIDER)
        log_wider = logsumexp(wider.logpdf(x[:, None]) + np.log(WEIGHTS), axis=1)
    log_factor = (log_integral(u, log_l + log_wider)
                  - log_integral(u, log_l + prior.logpdf(x)))
    low = np.median(alone.estimate - 2 * alone.error)
    high = np.median(alone.estimate + 2 * alone.error)
    if share:
        low, high = expit(low), expit(high)
    return Disagreement(name, prior, log_factor, float(low), float(high),
                        0.0 if share else float(np.median(error)), width_of_location)


def log_integral(u, log_f):
    """log of the integral of exp(log_f) over u, by the trapezoidal rule."""
    top = log_f.max()
    if not np.isfinite(top):
        return -np.inf
    f = np.exp(log_f - top)
    with np.errstate(divide="ignore"):
        return float(top + np.log(((f[1:] + f[:-1]) / 2 * np.diff(u)).sum()))


def log_difference(shared):
    """log of how much likelier the data are with the best spread than with no spread at all."""
    prior, of_spread = next(iter(shared.spreads.values()))
    here = Spread(prior, of_spread, shared.likelihood.scale)
    none = 1e12 if shared.concentration else 1e-6
    return float(here.log_l.max() - of_spread(np.array([none * shared.likelihood.scale]))[0])


def shares_of(prior):
    """The Beta priors of the single shares of a Dirichlet; of two shares, of the first."""
    c = prior.concentration if isinstance(prior, Dirichlet) else np.array([prior.a, prior.b])
    return [Beta(c[k], np.delete(c, k).sum()) for k in range(len(c) if len(c) > 2 else 1)]


def sentence(one, instead):
    """What to tell a person: a `Disagreement` in words, and the prior to write instead."""
    times = np.exp(min(one.log_factor, 700))
    likelier = f"{times:.0f} times" if times < 1e6 else "more than a million times"
    return (f"prior and data disagree on {one.name}: the prior is {written(one.prior)}, but the "
            f"data by themselves put {one.name} {where(one)}, and they are {likelier} likelier "
            f"under wider priors. The answers are a compromise that neither supports; {instead}")


def sentence_on_deciding(one, instead):
    """What to tell a person of a prior that leaves the data no say, and what to write instead."""
    factor = times_narrower(one, one.prior)
    times = f"{factor:.0f} times" if factor < 1e6 else "more than a million times"
    return (f"the prior decides {one.name}, whatever the data: {written(one.prior)} is {times} "
            f"narrower than what the data by themselves say, which put {one.name} {where(one)}. "
            f"If that is not what you know: {instead}")


def where(one):
    """Where the data put a parameter, with digits enough to tell the ends apart."""
    if one.high == np.inf:
        return f"above {one.low:.4g}"
    if one.low == 0:
        return f"below {one.high:.4g}"
    size, apart = max(abs(one.low), abs(one.high)), one.high - one.low
    digits = int(np.clip(np.log10(size / apart) + 3, 6, 17)) if apart > 0 else 17
    return f"between {one.low:.{digits}g} and {one.high:.{digits}g}"
