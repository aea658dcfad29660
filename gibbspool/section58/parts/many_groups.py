"""Section 5.8.6: scaling to many groups."""
import numpy as np

from ... import funnel
from ...guide import experiments
from ...models.normal.model import NormalNormal
from ...sampling.arviz_bridge import ess, rhat
from ...sampling.hamiltonian import hmc
from ..ledger import Ledger
from ..yardsticks import BARELY, MARGIN
from .common import schools
from .halves import Claim, halves
from .iterations import cost_of_a_gradient, own_nuts

SIZES = (8, 80, 800, 8000)
HUNDREDS = 200
RHAT, ESS, DRAWS = 1.01, 400, 8000  # the section's rules, and its draws


def target(J, tau=8.0, seed=1):
    """The non-centred posterior of J groups with the standard errors of the schools, repeated."""
    sigma = np.resize(schools().sigma, J)
    y = 8 + np.hypot(tau, sigma) * np.random.default_rng(seed).standard_normal(J)
    return funnel.normal_normal(NormalNormal(y, sigma), "noncentred")


def many_groups(part):
    """Hundreds of groups by NUTS; thousands, with summaries only."""
    J = 200 if part.quick else 1000
    found = experiments.many_groups(J=J, draws=200, tune=50)
    nuts = hmc(target(HUNDREDS), trajectory="nuts", **(dict(draws=100, tune=100, chains=2)
                                                       if part.quick else
                                                       dict(draws=300, tune=200)))
    furthest = np.abs(found["mean_z"]).max()
    part.text(
        f"{J} groups with summaries only: sample(model, keep=\"summaries\") keeps a running mean "
        f"and sd of each group, {found['numbers_kept']:,} numbers in place of "
        f"{found['numbers_all']:,}. The furthest of {J} means is off by {furthest:.1f} of the "
        "standard errors that means of as many independent draws have (they are averages of "
        "conditional means, and so are nearer); mean and sd alone give the exact 89% interval to "
        f"within {found['interval_error']:.3f} sd.",
        f"Our NUTS on {HUNDREDS} groups takes {nuts.sample_stats['n_steps'].mean():.0f} leapfrog "
        "steps an iteration. What a gradient costs, as groups and observations grow, is counted "
        "in the part on Neal's funnel, where the section says it first.")
    part.ledger(judged(found, furthest, J, nuts, own_nuts("noncentred", part.quick)))


def judged(found, furthest, J, nuts, eight):
    ledger = Ledger("Scaling to many groups")
    sizes = {n: len(target(n).initial(np.random.default_rng(1))) for n in SIZES}
    ledger.statement("practice.scaling", all(size == n + 2 for n, size in sizes.items()),
                     ", ".join(f"{n} groups: {size} coordinates" for n, size in sizes.items()))
    divergences = len(nuts.divergences.chain)
    r_hat = max(rhat(nuts[name]) for name in ("mu", "tau"))
    size = min(ess(nuts[name]) for name in ("mu", "tau")) / nuts["tau"].size * DRAWS
    ledger.statement("practice.hundreds", divergences == 0 and r_hat < RHAT and size > ESS,
                     f"our NUTS, {HUNDREDS} groups, {nuts['tau'].size} draws: {divergences} "
                     f"divergences, R-hat at most {r_hat:.3f}, effective sample sizes that make "
                     f"at least {size:.0f} in {DRAWS} draws")
    judge_cost(ledger, *(one.sample_stats["n_steps"].mean() for one in (eight, nuts)))
    ledger.statement("practice.summaries", furthest < MARGIN and found["interval_error"] < BARELY,
                     f"{J} groups: {found['numbers_kept']:,} numbers kept in place of "
                     f"{found['numbers_all']:,}; the furthest mean is off by {furthest:.1f} of "
                     "the standard errors of as many independent draws, the "
                     f"ends of 50 intervals {found['interval_error']:.3f} sd at "
                     "most")
    return ledger


def judge_cost(ledger, few, many):
    """What an iteration costs; `few` and `many` are its steps with 8 and with HUNDREDS groups."""
    start, slope = cost_of_a_gradient()
    halves(ledger, "practice.cost",
           Claim(slope is not None, "A gradient: " + (
               f"{start:g} + {slope:g} (J + N) elementary operations, counted." if slope else
               "its operations are not linear in J + N.")),
           Claim(many < (1 + BARELY) * few,
                 "An iteration: it takes L gradients, as the section says itself in 5.8.3, and L "
                 f"is {few:.1f} with 8 groups and {many:.1f} with {HUNDREDS}, by our NUTS."))
