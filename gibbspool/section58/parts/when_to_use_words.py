"""Section 5.8.6 in words: whom pooling helps, few groups, groups that are all alike."""
import numpy as np

from ...guide.experiments import follows_prior, schools_follow_prior
from ...guide.many import ManyPosteriors, expected_errors
from ..numbers import standard_errors
from ..yardsticks import ALMOST_ALL, BARELY, MAINLY, MARGIN
from .common import schools
from .halves import Claim, halves, margin, mean_and_error
from .strategies import estimates

FEW = (2, 3, 4)
PRECISE = 2.0  # standard error, beside a tau of 8


def judge_when_to_use(ledger, sets, precise):
    judge_smallest(ledger, sets)
    judge_equal_sizes(ledger, sets)
    judge_few_groups(ledger, precise)
    judge_tau_zero(ledger, sets)


def falls(sigma, tau, sets, seed=2):
    """By how much pooling lowers the expected squared error of each group, as a part of sigma^2:
    (sets, J).
    """
    y = 8 + np.hypot(tau, sigma) * np.random.default_rng(seed).standard_normal((sets, len(sigma)))
    return 1 - expected_errors(estimates(y, sigma), y, sigma, tau) / sigma**2


def judge_smallest(ledger, sets):
    """Neighbours in the order of their standard errors, from the same data sets."""
    sigma = schools().sigma
    levels = np.unique(sigma)
    fall = falls(sigma, 5.0, sets)
    fall = np.column_stack([fall[:, sigma == level].mean(axis=1) for level in levels])
    steps = [mean_and_error(fall[:, k + 1] - fall[:, k]) for k in range(len(levels) - 1)]
    value, se = min(steps, key=lambda step: margin(*step, 0.0))
    mean = fall.mean(axis=0)
    ledger.simulated("guide.smallest_helped", value, se,
                     f"with tau = 5 the mean squared error falls by {mean[0]:.0%} where sigma is "
                     f"{levels[0]:g}, by {mean[-1]:.0%} where it is {levels[-1]:g}, "
                     f"{'and by more' if margin(value, se, 0.0) > 0 else 'but not by more'} at "
                     "each sigma than at the one before; the least step from a sigma to the next",
                     above=0.0)


def judge_equal_sizes(ledger, sets):
    tau = 6.0
    value, se = mean_and_error(falls(np.full(8, tau / 3), tau, sets).mean(axis=1))
    ledger.simulated("guide.equal_sizes", value, se,
                     "eight groups, all standard errors a third of tau: the mean squared error of "
                     "partial pooling is smaller than that of no pooling by a share of",
                     below=BARELY)


def few_and_precise(sets, tau=8.0, seed=1):
    """How far tau follows its prior in few groups that are measured well: by J, (sets,)."""
    rng = np.random.default_rng(seed)
    return {J: follows_prior(rng.normal(0, np.hypot(tau, PRECISE), (sets // 4, J)),
                             np.full(J, PRECISE)) for J in FEW}


def judge_few_groups(ledger, precise):
    noisy = {J: schools_follow_prior(J) for J in (*FEW, 8)}
    well = {J: mean_and_error(x) for J, x in precise.items()}
    said = ", ".join(f"{J}: {share:.0%}" for J, share in noisy.items())
    halves(ledger, "guide.few_groups",
           Claim(all(noisy[J] > MAINLY for J in FEW),
                 "Dominated, if groups are measured as badly as the schools: doubling the prior's "
                 f"scale raises the posterior mean of tau by this part of doubling, {said} (2 to 8 "
                 "of the schools, all choices of them; the line is at half)."),
           Claim(all(value > MAINLY for value, _ in well.values()),
                 f"Dominated, if they are measured well (standard error {PRECISE:g}, tau = 8): "
                 + ", ".join(f"{J}: {value:.0%}" for J, (value, _) in well.items())
                 + f" (standard error at most {max(se for _, se in well.values()):.1%}). The "
                   "precision of the groups counts as well as their number."))


def does_no_harm(partial, complete, words):
    """A Claim that the mean squared error is at most a tenth above complete pooling's."""
    line = 1 + BARELY
    off = margin(*mean_and_error(partial - line * complete), 0.0)
    return Claim(off < -MARGIN, f"No harm, {words}: its mean squared error is "
                 f"{partial.mean() / complete.mean():.2f} times complete pooling's with the same "
                 "prior of mu, "
                 f"{standard_errors(off)} {'below' if off < 0 else 'above'} the line "
                 f"of {line:.1f}.")


def judge_tau_zero(ledger, sets):
    """Data sets with tau = 0: of eight groups the quarter with the least posterior mean of tau and
    all, and all of 64 groups.
    """
    pull, partial, complete, tau = all_alike(schools().sigma, sets)
    clear = tau <= np.quantile(tau, 0.25)
    many = all_alike(np.tile(schools().sigma, 8), sets // 8)
    halves(ledger, "guide.tau_zero",
           reduces(pull[clear], f"8 groups, the quarter of {sets} data sets that say most clearly "
                                f"that tau is near zero (of no data set by more than "
                                f"{pull.max():.1%})"),
           reduces(many[0], f"64 groups, {len(many[0])} data sets"),
           does_no_harm(partial[clear], complete[clear], "8 groups, where the data say so"),
           does_no_harm(partial, complete, "8 groups, over all data sets"),
           does_no_harm(many[1], many[2], "64 groups"))


def all_alike(sigma, sets, seed=7):
    """Data sets with tau = 0: how far partial pooling pulls, its mean squared errors, those of
    complete pooling, posterior means of tau; each (sets,). Both poolings have mu ~ Normal(0, 20).
    """
    y = 8 + sigma * np.random.default_rng(seed).standard_normal((sets, len(sigma)))
    several = max(1, 2000 // len(sigma))  # data sets whose tables are held in memory
    found = [ManyPosteriors(y[k:k + several], sigma) for k in range(0, sets, several)]
    tau, mean, pull = (np.concatenate([getattr(one, name) for one in found])
                       for name in ("tau_mean", "mean", "shrinkage"))
    together = y @ sigma**-2.0 / ((sigma**-2.0).sum() + schools().mu.sd**-2.0)
    return pull.mean(axis=1), ((mean - 8) ** 2).mean(axis=1), (together - 8) ** 2, tau


def reduces(pull, words):
    value, se = mean_and_error(pull)
    off = margin(value, se, ALMOST_ALL)
    return Claim(off > MARGIN, f"Reduces, {words}: an estimate is pulled {value:.1%} of the way on "
                 f"average (standard error {100 * se:.2f} points; the line is at "
                 f"{ALMOST_ALL:.0%}, {standard_errors(off)} off).")
