"""The conditionals of the Poisson-lognormal hierarchy as formulas."""
import numpy as np

from ...distributions.base import per_group
from ..plate import Node
from .formula import PROPORTIONAL, Formula, numbers_of


def data(model):
    """The names that stand for the data and the numbers of the priors."""
    found = {"y_j": model.y, "e_j": model.exposure, "J": model.J}
    return found | numbers_of(model.mu_log)


def derived(model, state):
    """lam_raw, of the interwoven form, which keeps log_lam."""
    if not {"log_lam", "mu_log", "sigma_log"} <= set(state):
        return {}
    return {"lam_raw_j": (state["log_lam"] - per_group(state["mu_log"]))
            / np.maximum(per_group(state["sigma_log"]), 1e-300)}


def log_lam(model):
    return Formula(
        "log_lam_j | mu_log, sigma_log, y_j", PROPORTIONAL,
        "exp(y_j log_lam_j - e_j exp(log_lam_j) - frac{(log_lam_j - mu_log)^2}{2 sigma_log^2})",
        (), "The Poisson probability of the group's count, times the population's normal curve. "
            "The logarithm of the product has a single peak: slice sampling finds the ends of any "
            "slice fast.")


def mu_of_sample(model):
    prior = type(model.mu_log).__name__ == "Normal"
    more, weighted = (" + frac{1}{s^2}", " + m / s^2") if prior else ("", "")
    return Formula(
        "mu_log | log_lam, sigma_log", "~", "Normal(mean, sd)",
        (("precision", "frac{J}{sigma_log^2}" + more),
         ("mean", "frac{sum_logs / sigma_log^2" + weighted + "}{precision}"),
         ("sd", "frac{1}{root{precision}}"), ("sum_logs", "sum{log_lam_j}")),
        "The log rates are a sample from the population: their average tells its mean.")


def sigma_of_sample(model):
    return Formula(
        "sigma_log | log_lam, mu_log", PROPORTIONAL,
        "prior_sigma_log sigma_log^{-J} exp(-frac{S}{2 sigma_log^2})",
        (("S", "sum{(log_lam_j - mu_log)^2}"),),
        "S is the sum of the squared distances of the log rates from their mean.",
        logs=("log_prior_sigma_log", "-J log(sigma_log)", "-frac{S}{2 sigma_log^2}"))


def lam_raw(model):
    return Formula(
        "lam_raw_j | mu_log, sigma_log, y_j", PROPORTIONAL,
        "exp(y_j sigma_log lam_raw_j - e_j exp(mu_log + sigma_log lam_raw_j) "
        "- frac{(lam_raw_j)^2}{2})", (),
        "How many {sigma_log} the group's log rate lies from the mean; the log rate is {mu_log} + "
        "{sigma_log} times this number.")


def mu_of_counts(model):
    return Formula(
        "mu_log | lam_raw, sigma_log, y", PROPORTIONAL,
        "prior_mu_log exp(mu_log sum_y - exp(mu_log) sum_exposure)",
        (("sum_y", "sum{y_j}"), ("sum_exposure", "sum{e_j exp(sigma_log lam_raw_j)}")),
        "One Poisson count for all groups together, in an exposure that the raw deviations have "
        "stretched.", logs=("log_prior_mu_log", "mu_log sum_y", "-exp(mu_log) sum_exposure"))


def sigma_of_counts(model):
    return Formula(
        "sigma_log | lam_raw, mu_log, y", PROPORTIONAL,
        "prior_sigma_log exp(sigma_log slope - sum{e_j exp(mu_log + sigma_log lam_raw_j)})",
        (("slope", "sum{y_j lam_raw_j}"),),
        "A Poisson regression of the counts on the raw deviations: {sigma_log} is its slope.",
        logs=("log_prior_sigma_log", "sigma_log slope",
              "-sum{e_j exp(mu_log + sigma_log lam_raw_j)}"))


def again(formula, name):
    """The same, drawn a second time in the sweep."""
    def make(model):
        return formula(model)._replace(
            words=f"The same {{{name}}} once more, in other coordinates: the raw deviations stay "
                  "as they are, and all log rates move along with it. What walks slowly in one of "
                  "the two coordinates walks fast in the other.")
    return make


FORMULAS = {
    ("centred", "log_lam"): log_lam, ("centred", "mu_log"): mu_of_sample,
    ("centred", "sigma_log"): sigma_of_sample,
    ("noncentred", "lam_raw"): lam_raw, ("noncentred", "mu_log"): mu_of_counts,
    ("noncentred", "sigma_log"): sigma_of_counts,
    ("interwoven", "log_lam"): log_lam, ("interwoven", "mu_log"): mu_of_sample,
    ("interwoven", "sigma_log"): sigma_of_sample,
    ("interwoven", "mu_log_ancillary"): again(mu_of_counts, "mu_log"),
    ("interwoven", "sigma_log_ancillary"): again(sigma_of_counts, "sigma_log"),
}


def formulas(model):
    """By form and step."""
    return FORMULAS


def nodes(model, step):
    """The nodes of the plate diagram; a second draw of an interwoven sweep has that of the
    non-centred form.
    """
    raw = model.form == "noncentred" or step in model.interweaves
    found = [Node("mu_log", "variable", (), (-0.5, 0)), Node("sigma_log", "variable", (), (0.5, 0))]
    if raw:
        found += [Node("lam_raw", "variable", (), (0.62, 1)),
                  Node("log_lam", "computed", ("mu_log", "sigma_log", "lam_raw"), (-0.1, 1))]
    else:
        found += [Node("log_lam", "variable", ("mu_log", "sigma_log"), (0, 1))]
    return found + [Node("y", "data", ("log_lam", "exposure"), (-0.1 if raw else 0, 2)),
                    Node("exposure", "known", (), (0.62, 2))]
