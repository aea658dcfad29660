"""What the section advises of the two forms: the non-centred one by default, both when in doubt."""
import numpy as np

from ..nuts_runs import runs
from ..yardsticks import TYPICALLY
from .common import truth
from .halves import Claim, halves

RHAT, ESS = 1.01, 400  # the section's rules
FORMS = ("centred", "noncentred")


def judge_default(ledger, at, size):
    """A default is what may be taken without a look; `at` has our HMC's runs of both forms with
    `size` times the data, where the centred form is the better one.
    """
    def kept(divergences, r_hat, effective):
        return (divergences == 0) & (r_hat < RHAT) & (effective > ESS)

    sparse = kept(*(runs(column, "centred") for column in ("divergences", "rhat_tau",
                                                           "ess_bulk_tau")))
    slow = at["noncentred"]
    lead = np.mean(at["centred"]["per_evaluation"]) / np.mean(slow["per_evaluation"])
    halves(ledger, "practice.default",
           Claim(not sparse.any(), "Where the centred form is the worse one, in Eight Schools, "
                 f"{len(sparse) - sparse.sum()} of its {len(sparse)} recorded runs break a rule."),
           Claim(bool(slow["divergences"] == 0 and slow["ess_tau"] > ESS),
                 f"Where the non-centred form is, with {size:g} times the data, ours of "
                 f"{slow['draws']} draws has {slow['divergences']} divergences and an ESS of tau "
                 f"of {slow['ess_tau']:.0f}, at {lead:.0f} times the cost of a draw."))


def judge_both(ledger):
    """Pairs of recorded runs, centred and non-centred, with the same seed."""
    size, off = ({form: read(form) for form in FORMS} for read in (
        lambda form: runs("ess_bulk_tau", form),
        lambda form: np.abs(runs("tau_mean", form) - truth()["tau"].mean)))
    larger = size["noncentred"] > size["centred"]
    right = larger == (off["noncentred"] < off["centred"])
    clean = runs("divergences", "noncentred") == 0
    halves(ledger, "practice.both",
           Claim(right.mean() > TYPICALLY, f"In {right.sum()} of {len(right)} pairs of recorded "
                 "runs of Eight Schools the form with the larger ESS of tau has the mean of tau "
                 "nearer to the exact one."),
           Claim(clean.mean() > TYPICALLY and size["noncentred"][clean].min() > ESS,
                 f"{clean.sum()} of {len(clean)} non-centred runs have no divergence, and all "
                 f"these an ESS above {ESS}: the rule takes them."))
