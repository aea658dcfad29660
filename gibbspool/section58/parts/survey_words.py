"""Section 5.8.4 in words: what it says of the Dirichlet, of alpha, and of the survey."""
import numpy as np
from scipy.special import chdtrc, gammaln

from ...distributions.standard import Beta
from ...distributions.vectors import Dirichlet
from ...models.twins import exact
from ..yardsticks import BARELY, MAINLY, TREND, about, rank_correlation
from .common import span
from .halves import Claim, halves
from .survey_regions import CATEGORIES, SHARES, chi_square, posterior

AGREEMENT = 10.0  # alpha, as the section reads it from its posterior
SURE = 0.95  # less a test's significance


def judge_words(ledger):
    """The statements of the survey's summary."""
    judge_the_dirichlet(ledger)
    judge_alpha(ledger)
    judge_the_baseline(ledger)
    judge_the_case(ledger)


# --- the Dirichlet --------------------------------------------------------------------------------

def lattice(K, steps):
    """Points of the simplex with all shares positive, shares a multiple of 1 / steps: (points, K).
    """
    if K == 1:
        return np.array([[steps]])
    parts = [np.column_stack([np.full(len(rest), first), rest])
             for first in range(1, steps - K + 2) for rest in [lattice(K - 1, steps - first)]]
    return np.concatenate(parts)


def judge_the_dirichlet(ledger):
    points = lattice(4, 24) / 24
    uniform = Dirichlet(np.ones(4)).logpdf(points)
    ledger.statement("survey.uniform", np.allclose(uniform, gammaln(4), atol=1e-12),
                     f"at {len(points)} points of a lattice the log density is "
                     f"{span(uniform, '.4f')}; log 3! is {gammaln(4):.4f}")
    alphas = 1 + lattice(4, 30) * 0.05
    spread = squared_distance(alphas)
    least = spread.max() / squared_distance(np.ones(4))
    odd = np.array([1.1, 1.1, 1.1, 9.0])
    peak = (odd - 1) / (odd.sum() - 4)
    ledger.statement("survey.concentrates", least < 1,
                     "the mean squared distance from the mean m, (1 - sum m_k^2) / (alpha_0 + 1), "
                     "is at most (1 - 1/K) / (alpha_0 + 1), and alpha_0 > K; over the uniform "
                     f"one's it is at most {least:.2f} in {len(alphas)} cases. The density is "
                     "highest elsewhere unless all alpha_k are equal: with 1.1, 1.1, 1.1 and 9 "
                     f"the last share is {odd[-1] / odd.sum():.2f} in the mean, {peak[-1]:.2f} at "
                     "the peak")
    x = np.linspace(0.02, 0.98, 49)
    as_beta = Dirichlet(np.array([2.5, 0.7])).logpdf(np.column_stack([x, 1 - x]))
    counts = posterior().model.counts[0]
    product = Dirichlet(np.ones(4)).logpdf(points) + np.log(points) @ counts
    apart = product - Dirichlet(1 + counts).logpdf(points)
    same = np.allclose(as_beta, Beta(2.5, 0.7).logpdf(x)) and np.ptp(apart) < 1e-9
    ledger.statement("survey.conjugate", same,
                     "with two categories the log densities are the same at 49 places; prior times "
                     f"likelihood of region 1's counts follows Dirichlet(1 + counts) at all "
                     f"{len(points)} points of a lattice")


def squared_distance(alphas):
    """E sum_k (pi_k - m_k)^2 of Dirichlets (..., K)."""
    total = alphas.sum(axis=-1)
    return (1 - ((alphas / total[..., None]) ** 2).sum(axis=-1)) / (total + 1)


# --- alpha ----------------------------------------------------------------------------------------

def relative_spread(alpha):
    """Standard deviations of a region's shares around the baseline, over the baseline."""
    return np.sqrt(SHARES * (1 - SHARES) / (alpha + 1)) / SHARES


def judge_alpha(ledger):
    alike, differ = relative_spread(1000.0).max(), relative_spread(1.0).min()
    ledger.statement("survey.alpha_large", alike < BARELY and differ > MAINLY,
                     "standard deviation of a region's share around the baseline, over the "
                     f"baseline: at most {alike:.0%} at alpha = 1000, at least {differ:.0%} at 1")


# --- what the counts say --------------------------------------------------------------------------

def judge_the_baseline(ledger):
    mean = posterior()["pi0"].mean
    made = posterior("seed")["pi0"].mean
    near = about(mean, SHARES)
    ledger.statement("survey.recovers", bool(near.all()), (
        f"{near.sum()} of {len(near)} lie within a tenth. The exact means are "
        + ", ".join(f"{mean[k]:.3f} of {name}, {above_or_below(mean[k], SHARES[k])}"
                    for k, name in enumerate(CATEGORIES))
        + "; for the code's own counts they would be "
        + ", ".join(above_or_below(one, share) for one, share in zip(made, SHARES))))
    judge_common(ledger, mean)


def above_or_below(value, share):
    """Such as "9.9% below 0.25"."""
    off = value / share - 1
    return f"{abs(off):.1%} {'above' if off > 0 else 'below'} {share:g}"


def judge_common(ledger, national):
    ranks = [rank_correlation(national, one) for one in posterior()["pi"].mean]
    found = ("rank correlations of the regions' exact means with pi0's: "
             + ", ".join(f"{rank:.2g}" for rank in ranks))
    if TREND <= min(ranks) < 1:
        ledger.in_part("survey.common", "The trend is as claimed in every region.",
                       f"The order is not the same throughout: {found}.")
    else:
        ledger.statement("survey.common", min(ranks) == 1, found)


def listed(x, digits=3):
    return ", ".join(f"{value:.{digits}f}" for value in x)


def judge_the_case(ledger):
    partial = posterior().log_evidence
    complete = exact(posterior().model.complete_pooling()).log_evidence
    x2 = chi_square(posterior().model.counts)
    p = chdtrc(15, x2)
    spread = relative_spread(AGREEMENT)
    shares = ", ".join(f"{one:.0%}" for one in spread)
    halves(ledger, "survey.moderate",
           Claim(spread.min() > BARELY, f"Not identical, by alpha = {AGREEMENT:g}: a region's "
                                        f"shares have sds of {shares} of themselves."),
           Claim(spread.max() < MAINLY, f"Similar, by alpha = {AGREEMENT:g}: the sds are {shares} "
                                        "of the shares."),
           Claim(p > 1 - SURE, f"Similar, by the counts: the chi-square is {x2:.1f} on 15 degrees "
                               f"of freedom (p = {p:.2f})."),
           Claim(partial > complete, "Not identical, by the counts: this model's log evidence is "
                                     f"{partial:.1f}, that of identical shares {complete:.1f}."))


def elpd_of_strategies():
    """Exact leave-one-region-out of the survey, by strategy."""
    model = posterior().model
    return {name: exact(one).elpd_loo().elpd for name, one in (
        ("partial", model), ("no", model.no_pooling()), ("complete", model.complete_pooling()))}
