"""The conditionals of the Normal-Normal hierarchy, with and without covariates, as formulas."""
import numpy as np

from ...distributions.standard import Flat
from ..plate import Node
from .formula import DISTANCES, PROPORTIONAL, SLOPE, Formula, numbers_of
from .markup import HAT

SHRINKAGE = ("B_j", "frac{sigma_j^2}{sigma_j^2 + tau^2}")
SD = ("sd", "frac{1}{root{precision}}")
LOG_PRIOR = "log_prior_tau"
ONE_COEFFICIENT = (("mean", ""), ("sd", ""))  # the page has their numbers with the draw
ON_LINE = {"line_j": "(<i>\N{GREEK SMALL LETTER MU}</i> + <i>x</i><sub>j</sub>\N{MIDDLE DOT}<i>"
                     "\N{GREEK SMALL LETTER BETA}</i>)"}
HAT_LINE = ON_LINE["line_j"].replace("</i>", f"{HAT}</i>").replace(f"<i>x{HAT}", "<i>x")


def data(model):
    """The names that stand for the data and the numbers of the priors."""
    found = {"y_j": model.y, "sigma_j": model.sigma, "J": model.J}
    return found | numbers_of(model.mu)


def derived(model, state):
    """Names that stand for more than one variable of the state."""
    if "coefficients" in state:
        return {"line_j": model.location(state["coefficients"])}
    if "coefficients" in model.order and set(state) == {"tau"}:
        best = model.coefficients_given(state["tau"])
        return {"coefficients_hat": best.mean, "line_hat_j": model.location(best.mean),
                "log_prior_coefficients_hat": model.log_prior(best.mean),
                "V": 1 / np.abs(np.prod(np.diagonal(best.root)))}
    return {}


def precisions_add_up(model, precision, weighted):
    """The lines of a normal mean: the data's precision and the prior's, where it has one."""
    if not isinstance(model.mu, Flat):
        precision, weighted = f"{precision} + frac{{1}}{{s^2}}", f"{weighted} + m / s^2"
    return (("precision", precision), ("mean", f"frac{{{weighted}}}{{precision}}"), SD)


def theta(model):
    return Formula(
        "theta_j | mu, tau, y_j", "~", "Normal(mean_j, sd_j)",
        (("mean_j", "(1 - B_j) y_j + B_j mu"), ("sd_j", "root{1 - B_j} sigma_j"), SHRINKAGE),
        "The group's own estimate y and the population's mean {mu}, averaged. "
        "B, the shrinkage factor, is the part that comes from the population.")


def mu_of_sample(model):
    return Formula(
        "mu | theta, tau", "~", "Normal(mean, sd)",
        (*precisions_add_up(model, "frac{J}{tau^2}", "sum_theta / tau^2"),
         ("sum_theta", "sum{theta_j}")),
        "The groups' effects are a sample from the population, so their average tells its mean, to "
        "about {tau}/\N{SQUARE ROOT}J. A small {tau} "
        "pins it to the current effects.")


def tau_of_sample(model):
    return Formula(
        "tau | theta, mu", PROPORTIONAL, "prior_tau tau^{-J} exp(-frac{S}{2 tau^2})",
        (("S", "sum{(theta_j - mu)^2}"),),
        "S is the sum of the squared distances of the effects from the mean. Effects that lie "
        "close together at this moment allow only a small {tau}.", logs=(LOG_PRIOR, *DISTANCES))


def theta_raw(model):
    return Formula(
        "theta_raw_j | mu, tau, y_j", "~", "Normal(mean_j, sd_j)",
        (("mean_j", "(1 - B_j) frac{y_j - mu}{tau}"), ("sd_j", "root{B_j}"), SHRINKAGE),
        "How many {tau} the group lies from the mean; its effect is "
        "{mu} + {tau} times this number.")


def mu_of_data(model):
    return Formula(
        "mu | theta_raw, tau, y", "~", "Normal(mean, sd)",
        (*precisions_add_up(model, "sum_precision", "sum_weighted"),
         ("sum_precision", "sum{frac{1}{sigma_j^2}}"),
         ("sum_weighted", "sum{frac{y_j - tau theta_raw_j}{sigma_j^2}}")),
        "Each estimate, less the group's own deviation, measures {mu} with "
        "its standard error. The precision is the same whatever {tau} is.")


def tau_of_slope(model):
    return Formula(
        "tau | theta_raw, mu, y", PROPORTIONAL,
        "prior_tau exp(-frac{1}{2} precision (tau - slope)^2)",
        (("precision", "sum{frac{(theta_raw_j)^2}{sigma_j^2}}"),
         ("slope", "frac{sum_products}{precision}"),
         ("sum_products", "sum{frac{theta_raw_j (y_j - mu)}{sigma_j^2}}")),
        "{tau} is the slope of a line: of y \N{MINUS SIGN} {mu} against the raw effects. The data "
        "say how steep it is; where they say little, "
        "{tau} may go far in one step.", logs=(LOG_PRIOR, *SLOPE))


def best_guess(model, variance, estimate):
    """mu_hat, from the data and the prior at given spreads, and its precision; and mu_hat's own
    prior density where mu has one, as a factor and as its logarithm.
    """
    lines = (("sum_precision", f"sum{{frac{{1}}{{{variance}}}}}"),
             ("sum_weighted", f"sum{{frac{{{estimate}}}{{{variance}}}}}"))
    precision, mean, _ = precisions_add_up(model, "sum_precision", "sum_weighted")
    flat = isinstance(model.mu, Flat)
    return ((precision, ("mu_hat", mean[1]), *lines),
            "" if flat else "Normal(mu_hat; m, s) ",
            () if flat else ("log_Normal(mu_hat; m, s)",))


def tau_alone(model):
    where, prior, log_prior = best_guess(model, "sigma_j^2 + tau^2", "y_j")
    normal = "Normal(y_j; mu_hat, root{sigma_j^2 + tau^2})"
    return Formula(
        "tau | y", PROPORTIONAL,
        f"prior_tau {prior}frac{{1}}{{root{{precision}}}} prod{{{normal}}}", where,
        "{mu_hat} is the best guess of the mean at this {tau}, and 1/\N{SQUARE ROOT}precision its "
        "standard deviation: that much of {mu} is summed over. No number of the state stands in "
        "the formula: the curve is the same in every sweep, and is the posterior of {tau} itself.",
        logs=(LOG_PRIOR, *log_prior, "-frac{1}{2} log(precision)", f"sum{{log_{normal}}}"))


def tau_alone_on_line(model):
    normal = "Normal(y_j; line_hat_j, root{sigma_j^2 + tau^2})"
    return Formula(
        "tau | y", PROPORTIONAL, f"prior_tau prior_coefficients_hat V prod{{{normal}}}",
        (("coefficients_hat", ""), ("V", "")),
        "{coefficients_hat} are the best fit of the line at this {tau}: a regression of the "
        "estimates on the covariates. V says how uncertain it is: it is the root of the "
        "determinant of its covariance. No number of the state stands in the formula: the curve "
        "is the same in every sweep, and is the posterior of {tau} itself.",
        {"line_hat_j": HAT_LINE},
        logs=(LOG_PRIOR, "log_prior_coefficients_hat", "log(V)", f"sum{{log_{normal}}}"))


def mu_without_theta(model):
    return Formula(
        "mu | tau, y", "~", "Normal(mean, sd)",
        (*precisions_add_up(model, "sum_precision", "sum_weighted"),
         ("sum_precision", "sum{frac{1}{sigma_j^2 + tau^2}}"),
         ("sum_weighted", "sum{frac{y_j}{sigma_j^2 + tau^2}}")),
        "Each estimate measures the population's mean; its variance is that of its own error and "
        "that between groups, added.")


def theta_on_line(model):
    return Formula(
        "theta_j | mu, beta, tau, y_j", "~", "Normal(mean_j, sd_j)",
        (("mean_j", "(1 - B_j) y_j + B_j line_j"), ("sd_j", "root{1 - B_j} sigma_j"), SHRINKAGE),
        "The group's own estimate and what its covariates lead us to expect, averaged.", ON_LINE)


def raw_on_line(model):
    return Formula(
        "theta_raw_j | mu, beta, tau, y_j", "~", "Normal(mean_j, sd_j)",
        (("mean_j", "(1 - B_j) frac{y_j - line_j}{tau}"), ("sd_j", "root{B_j}"), SHRINKAGE),
        "How many {tau} the group lies from its line.", ON_LINE)


def tau_around_line(model):
    return Formula(
        "tau | theta, mu, beta", PROPORTIONAL, "prior_tau tau^{-J} exp(-frac{S}{2 tau^2})",
        (("S", "sum{(theta_j - line_j)^2}"),),
        "S is the sum of the squared distances of the effects from the line.", ON_LINE,
        (LOG_PRIOR, *DISTANCES))


def slope_around_line(model):
    return Formula(
        "tau | theta_raw, mu, beta, y", PROPORTIONAL,
        "prior_tau exp(-frac{1}{2} precision (tau - slope)^2)",
        (("precision", "sum{frac{(theta_raw_j)^2}{sigma_j^2}}"),
         ("slope", "frac{sum_products}{precision}"),
         ("sum_products", "sum{frac{theta_raw_j (y_j - line_j)}{sigma_j^2}}")),
        "{tau} is the slope of what the line leaves over, against the raw "
        "effects.", ON_LINE, (LOG_PRIOR, *SLOPE))


def regression(left, normal, words):
    """mu and beta at once: all measurements of the line, and their priors."""
    return lambda model: Formula(
        left, PROPORTIONAL, f"prior_coefficients prod{{{normal}}}", ONE_COEFFICIENT,
        f"{words} It has a closed form, a normal density of all coefficients at once; mean and sd "
        "are those of the one that the picture shows.", ON_LINE,
        ("log_prior_coefficients", f"sum{{log_{normal}}}"))


FORMULAS = {
    ("centred", "theta"): theta, ("centred", "mu"): mu_of_sample, ("centred", "tau"): tau_of_sample,
    ("noncentred", "theta_raw"): theta_raw, ("noncentred", "mu"): mu_of_data,
    ("noncentred", "tau"): tau_of_slope,
    ("collapsed", "tau"): tau_alone, ("collapsed", "mu"): mu_without_theta,
    ("collapsed", "theta"): theta,
}
WITH_COVARIATES = {
    ("centred", "theta"): theta_on_line, ("collapsed", "theta"): theta_on_line,
    ("noncentred", "theta_raw"): raw_on_line,
    ("centred", "tau"): tau_around_line, ("noncentred", "tau"): slope_around_line,
    ("collapsed", "tau"): tau_alone_on_line,
    ("centred", "coefficients"): regression(
        "mu, beta | theta, tau", "Normal(theta_j; line_j, tau)",
        "A linear regression of the effects on the covariates."),
    ("noncentred", "coefficients"): regression(
        "mu, beta | theta_raw, tau, y",
        "Normal(y_j - tau theta_raw_j; line_j, sigma_j)",
        "A linear regression of what the groups' own deviations leave over."),
    ("collapsed", "coefficients"): regression(
        "mu, beta | tau, y", "Normal(y_j; line_j, root{sigma_j^2 + tau^2})",
        "A linear regression of the estimates on the covariates."),
}


def formulas(model):
    """By form and step."""
    return WITH_COVARIATES if "coefficients" in model.order else FORMULAS


def nodes(model, step):
    """The nodes of the plate diagram, for one step of the order."""
    given = "coefficients" if "coefficients" in model.order else "mu"
    raw = model.form == "noncentred"
    found = [Node(given, "variable", (), (-0.5, 0)), Node("tau", "variable", (), (0.5, 0))]
    if raw:
        found += [Node("theta_raw", "variable", (), (0.62, 1)),
                  Node("theta", "computed", (given, "tau", "theta_raw"), (-0.1, 1))]
    else:
        found += [Node("theta", "variable", (given, "tau"), (0, 1))]
    if given == "coefficients":
        found += [Node("x", "known", (), (-0.75, 1))]
        found = [node._replace(parents=(*node.parents, "x")) if node.name == "theta" else node
                 for node in found]
    return found + [Node("y", "data", ("theta", "sigma"), (-0.1 if raw else 0, 2)),
                    Node("sigma", "known", (), (0.62, 2))]
