"""What the section advises of the two forms: the non-centred one by default, both when in doubt."""
import numpy as np

from ..nuts_runs import runs
from ..yardsticks import TYPICALLY
from .both_samplers import claims
from .common import truth
from .funnel_verdicts import ESS, FORMS, keeps_the_rules, some_of
from .halves import Claim, halves


def judge_default(ledger, at, size):
    """A default is what may be taken without a look; `at` has our HMC's runs of both forms with
    `size` times the data, where the centred form is the better one.
    """
    def breaks(sampler):
        broken = ~keeps_the_rules("centred", sampler)
        return broken.all(), f"{some_of(broken)} break a rule"

    slow = at["noncentred"]
    lead = np.mean(at["centred"]["per_evaluation"]) / np.mean(slow["per_evaluation"])
    halves(ledger, "practice.default",
           *claims(breaks, "Where the centred form is the worse one, in Eight Schools: "),
           Claim(bool(slow["divergences"] == 0 and slow["ess_tau"] > ESS),
                 f"Where the non-centred form is, with {size:g} times the data, ours of "
                 f"{slow['draws']} draws has {slow['divergences']} divergences and an ESS of tau "
                 f"of {slow['ess_tau']:.0f}, at {lead:.0f} times the cost of a draw."))


def judge_both(ledger):
    """Pairs of recorded runs, centred and non-centred, with the same seed."""
    def larger_is_nearer(sampler):
        size = {form: runs("ess_bulk_tau", form, sampler) for form in FORMS}
        off = {form: np.abs(runs("tau_mean", form, sampler) - truth()["tau"].mean)
               for form in FORMS}
        right = (size["noncentred"] > size["centred"]) == (off["noncentred"] < off["centred"])
        return right.mean() > TYPICALLY, f"in {right.sum()} of {len(right)} pairs"

    def takes_it(sampler):
        clean = runs("divergences", "noncentred", sampler) == 0
        least = runs("ess_bulk_tau", "noncentred", sampler)[clean].min(initial=np.inf)
        return clean.mean() > TYPICALLY and least > ESS, (
            f"{some_of(clean)} have no divergence, and all these an ESS of at least {least:.0f}")

    halves(ledger, "practice.both",
           *claims(larger_is_nearer, "Helps: in recorded runs of Eight Schools the form with the "
                                     "larger ESS of tau has the mean of tau nearer to the exact "
                                     "one: "),
           *claims(takes_it, "Takes it: of the non-centred form, "))
