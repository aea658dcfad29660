"""Section 5.8.3: what one iteration of NUTS takes, ours beside recorded ones by PyMC."""
from functools import cache

import numpy as np

from ... import funnel
from ...models.normal.model import NormalNormal
from ...optional import need
from ...sampling.arviz_bridge import ess
from ...sampling.hamiltonian import hmc
from ...sampling.target import Target
from .. import our_code
from ..nuts_runs import SAMPLERS, runs
from ..yardsticks import TYPICALLY
from .both_samplers import claims
from .halves import Claim, halves

SIZES = (8, 80, 800)  # groups, an observation each
TYPICAL_STEPS = (5, 20)  # leapfrog steps, as the section says


@cache
def own_nuts(form, quick):
    """One run of our own NUTS on Eight Schools, that of the blocks of code; it goes one chain and
    one point at a time.
    """
    if quick:
        return hmc(funnel.eight_schools(form), draws=60, tune=60, chains=2, trajectory="nuts")
    return {"centred": our_code.centred, "noncentred": our_code.noncentred}[form]()


def beside_the_recorded(quick):
    """A pandas table: both forms, by our NUTS and in the mean of recorded runs by PyMC."""
    rows = {}
    for form, words in (("centred", "centred"), ("noncentred", "non-centred")):
        for sampler, name in SAMPLERS.items():
            steps, size = runs("mean_tree_steps", form, sampler), runs("ess_bulk_tau", form,
                                                                       sampler)
            rows[f"{words}, {name}"] = {
                "steps": steps.mean(), "step size": runs("step_size", form, sampler).mean(),
                "divergences": runs("divergences", form, sampler).mean() / 8,
                "ESS of tau": size.mean() / 8, "ESS in 1000 steps": (size / 8 / steps).mean()}
        tau, stats = own_nuts(form, quick)["tau"], own_nuts(form, quick).sample_stats
        n = stats["n_steps"]
        rows[f"{words}, ours"] = {
            "steps": n.mean(), "step size": stats["step_size"].mean(),
            "divergences": 1000 * stats["diverging"].mean(),
            "ESS of tau": 1000 * ess(tau) / tau.size,
            "ESS in 1000 steps": 1000 * ess(tau) / n.sum()}
    return need("pandas").DataFrame(rows).T


FORMATS = {"steps": ".1f", "step size": ".2f", "divergences": ".1f",
           "ESS of tau": ".0f", "ESS in 1000 steps": ".1f"}


# --- counted, not timed ---------------------------------------------------------------------------

class CountsGradients(Target):
    """A target that counts how often it is asked for its gradient."""

    def __init__(self, target):
        self.target, self.model, self.asked = target, target.model, 0
        self.log_density, self.named, self.initial = (target.log_density, target.named,
                                                      target.initial)

    def gradient(self, q):
        self.asked += 1
        return self.target.gradient(q)


class CountsOperations(np.ndarray):
    """An array whose arithmetic is counted, an operation for each number made or added up."""

    made = 0

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        plain = [np.asarray(x) if isinstance(x, CountsOperations) else x for x in inputs]
        found = getattr(ufunc, method)(*plain, **options)
        CountsOperations.made += np.size(found) if method == "__call__" else np.size(plain[0])
        return np.asarray(found).view(CountsOperations)


def like_eight_schools(J, form="noncentred"):
    """Eight Schools over and over until there are J schools, as a target."""
    eight = funnel.eight_schools(form).model
    return funnel.normal_normal(NormalNormal(np.resize(eight.y, J), np.resize(eight.sigma, J)),
                                form)


def gradients_beyond_steps(J, iterations=20):
    """How many more gradients than leapfrog steps NUTS evaluates in each iteration."""
    target = CountsGradients(like_eight_schools(J))
    draws = hmc(target, draws=iterations, tune=0, chains=1, trajectory="nuts")
    return (target.asked - draws.sample_stats["n_steps"].sum()) / iterations


def operations(J):
    """Of one gradient at J schools, an observation each."""
    target = like_eight_schools(J)
    q = target.initial(np.random.default_rng(0)).view(CountsOperations)
    CountsOperations.made = 0
    target.gradient(q)
    return CountsOperations.made


def cost_of_a_gradient():
    """Elementary operations of a gradient, start + slope (J + N), counted at SIZES: (start, slope);
    the slope is None where they are not on a line.
    """
    cost = [operations(J) for J in SIZES]
    slopes = np.diff(cost) / np.diff(SIZES)
    if np.ptp(slopes) > 0:
        return cost[0], None
    return cost[0] - slopes[0] * SIZES[0], slopes[0] / 2


def judge_iterations(ledger, quick):
    """The statements on steps and gradients."""
    low, high = TYPICAL_STEPS
    n = own_nuts("noncentred", quick).sample_stats["n_steps"]
    share = np.mean((low <= n) & (n <= high))

    def typical(sampler):
        means, centred = (runs("mean_tree_steps", form, sampler)
                          for form in ("noncentred", "centred"))
        return low <= means.min() and means.max() <= high, (
            f"the means of {len(means)} non-centred runs are {means.min():.1f} to "
            f"{means.max():.1f} (of centred ones {centred.min():.0f} to {centred.max():.0f})")

    halves(ledger, "funnel.steps",
           Claim(share > TYPICALLY, f"Ours: {share:.0%} of the iterations of our NUTS on the "
                                    "non-centred form."), *claims(typical))
    (start, slope), beyond = cost_of_a_gradient(), [gradients_beyond_steps(J) for J in SIZES[:2]]
    if slope is not None and set(beyond) == {1.0}:
        ledger.in_part("funnel.gradients",
                       f"One gradient of our target takes {start:g} + {slope:g} (J + N) "
                       "elementary operations, counted at J = N = 8, 80 and 800; an iteration "
                       "takes L gradients (ours L + 1: it computes the first anew); so its cost is "
                       "O(L (J + N)).",
                       "That is not a number of gradient evaluations: of these there are L (ours "
                       "L + 1), with 8 schools as with 80.")
    else:
        ledger.statement("funnel.gradients", False,
                         "operations of a gradient "
                         f"{', '.join(str(operations(J)) for J in SIZES)}, gradients beyond L "
                         f"{beyond}")
