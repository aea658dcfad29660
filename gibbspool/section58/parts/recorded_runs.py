"""What the recorded runs of the section's Eight Schools by PyMC say, in words and tables."""
import numpy as np

from ...optional import need
from ..nuts_runs import SAMPLERS, by_sampler, runs
from .common import standard_error
from .funnel_verdicts import ALL_DRAWS, FORMS, off_by, some_of

TARGETS = (0.9, 0.95, 0.99)
WORDS = {"centred": "centred", "noncentred": "non-centred"}


def which_sampler():
    """A paragraph on the two samplers, with their runs at target_accept 0.9."""
    return ("PyMC hands a model to nutpie where that is installed, and samples by its own NUTS "
            "elsewhere. Which of them the section used cannot be known, so both are recorded here, "
            f"{len(runs('divergences', 'centred', 'nutpie'))} runs of {ALL_DRAWS} draws each. "
            + " ".join(said_of(sampler) for sampler in SAMPLERS))


def said_of(sampler):
    n, size = (runs(column, "centred", sampler) for column in ("divergences", "ess_bulk_tau"))
    other = runs("divergences", "noncentred", sampler)
    return (f"With {SAMPLERS[sampler]} the centred form has {n.min():.0f} to {n.max():.0f} "
            f"divergent trajectories (median {np.median(n):.0f}) and an effective sample size of "
            f"tau of {size.min():.0f} to {size.max():.0f}; the non-centred form has "
            f"{other.min():.0f} to {other.max():.0f}, none in {(other == 0).sum()} of "
            f"{len(other)} runs.")


def bias_in_words(tau):
    """A paragraph on the bias of the centred form; `tau` is the exact marginal."""
    said = [f"With {words} the mean of tau is off by {off_by('centred', sampler)} at target_accept "
            f"0.9 and by {off_by('centred', sampler, 0.99)} at 0.99; at 0.9 it lies below the "
            f"exact mean in {some_of(runs('tau_mean', 'centred', sampler) < tau.mean)}."
            for sampler, words in SAMPLERS.items()]
    return ("The section says that divergences typically make tau too small. "
            f"{' '.join(said)} Kept out of the neck, a chain misses small "
            "tau and its mean is too large; stuck there, it is too small.")


def cost_in_words():
    """What both forms cost beside the non-centred one alone, in gradients."""
    said = []
    for sampler, words in SAMPLERS.items():
        centred, other = (runs("mean_tree_steps", form, sampler).mean() for form in FORMS)
        said.append(f"with {words} both take {(centred + other) / other:.1f} times the gradients "
                    "of the non-centred form alone")
    return "in recorded runs of Eight Schools " + ", ".join(said)


def by_target(exact_mean):
    """A pandas table of the recorded runs: a row for each sampler and target_accept, both forms."""
    rows = {}
    for form in FORMS:
        for sampler, words in SAMPLERS.items():
            for target in TARGETS:
                off = runs("tau_mean", form, sampler, target) - exact_mean
                n = runs("divergences", form, sampler, target)
                rows[f"{WORDS[form]}, {words}, {target:g}"] = {
                    "divergences": n.mean(), "fewest": n.min(), "most": n.max(),
                    "steps": runs("mean_tree_steps", form, sampler, target).mean(),
                    "ESS of tau": runs("ess_bulk_tau", form, sampler, target).mean(),
                    "tau off by": round(off.mean(), 2) + 0.0, "its s.e.": standard_error(off)}
    return need("pandas").DataFrame(rows).T


FORMATS = {"divergences": ".1f", "fewest": ".0f", "most": ".0f", "steps": ".1f",
           "ESS of tau": ".0f", "tau off by": "+.2f", "its s.e.": ".2f"}

OF_THE_EXERCISE = {"divergences": "divergences", "R-hat of tau": "rhat_tau",
                   "ESS of tau": "ess_bulk_tau", "mean of tau": "tau_mean",
                   "89% HDI from": "tau_hdi_low", "to": "tau_hdi_high"}


def medians(form):
    """Rows of the table of Exercise 5.8.2(c): the median of each sampler's runs."""
    return {f"{WORDS[form]}, {words} (median of 20)": {
        "draws": ALL_DRAWS, **{name: np.median(runs(column, form, sampler))
                               for name, column in OF_THE_EXERCISE.items()}}
            for sampler, words in SAMPLERS.items()}


def divergences_in_words():
    """Such as "15 to 91 with nutpie and 141 to 2118 with PyMC's own NUTS"."""
    return " and ".join(f"{n.min():.0f} to {n.max():.0f} with {SAMPLERS[sampler]}"
                        for sampler, n in by_sampler("divergences", "centred").items())


def sizes_that_do_not_fit(ledger):
    """The printed effective sample sizes beside recorded ones, of mu and tau."""
    said = []
    for name in ("mu", "tau"):
        sizes = by_sampler(f"ess_bulk_{name}", "noncentred")
        printed = ledger.printed[f"eight.{name}.ess_bulk"].value
        said.append(" or ".join(f"{size.min():.0f} to {size.max():.0f} (with {SAMPLERS[sampler]})"
                                for sampler, size in sizes.items())
                    + f" of {name}, where {printed:.0f} is printed")
    return ("Nor do the table's effective sample sizes fit PyMC: recorded runs of the section's "
            f"model have an effective sample size of {'; and of '.join(said)}.")
