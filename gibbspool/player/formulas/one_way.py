"""The conditionals of the one-way normal hierarchy as formulas."""
from ..plate import Node
from .formula import DISTANCES, PROPORTIONAL, SLOPE, Formula, numbers_of
from .normal import best_guess, precisions_add_up

SHRINKAGE = ("B_j", "frac{sigma^2 / n_j}{sigma^2 / n_j + tau^2}")
VARIANCE = "sigma^2 / n_j + tau^2"    # of a group's own mean around that of the population
AROUND = ("log_prior_sigma", "-N log(sigma)", "-frac{S}{2 sigma^2}")


def data(model):
    """The names that stand for the data and the numbers of the priors."""
    found = {"mean_of_y_j": model.mean, "n_j": model.n, "within_j": model.within, "J": model.J,
             "N": model.N}
    return found | numbers_of(model.mu)


def derived(model, state):
    return {}


OWN = {"mean_of_y_j": "<span class=\"bar-over\"><i>y</i></span><sub>j</sub>"}
WITHIN = {**OWN, "within_j": "<i>W</i><sub>j</sub>"}
SPREAD = "sum{(within_j + n_j (mean_of_y_j - CENTRE)^2)}"


def sum_of_squares(centre):
    """S = sum_ij (y_ij - centre_j)^2, from the squares within and the groups' own means."""
    return ("S", SPREAD.replace("CENTRE", centre))


def theta(model):
    return Formula(
        "theta_j | mu, tau, sigma, y_j", "~", "Normal(mean_j, sd_j)",
        (("mean_j", "(1 - B_j) mean_of_y_j + B_j mu"), ("sd_j", "tau root{B_j}"), SHRINKAGE),
        "The group's own mean and the population's, averaged. B, the shrinkage factor, is larger "
        "for a group with few observations.", OWN)


def mu_of_sample(model):
    return Formula(
        "mu | theta, tau", "~", "Normal(mean, sd)",
        (*precisions_add_up(model, "frac{J}{tau^2}", "sum_theta / tau^2"),
         ("sum_theta", "sum{theta_j}")),
        "The groups' true means are a sample from the population. A small {tau} pins its mean to "
        "them.")


def tau_of_sample(model):
    return Formula(
        "tau | theta, mu", PROPORTIONAL, "prior_tau tau^{-J} exp(-frac{S}{2 tau^2})",
        (("S", "sum{(theta_j - mu)^2}"),),
        "S is the sum of the squared distances of the groups' means from {mu}.",
        logs=("log_prior_tau", *DISTANCES))


def sigma_around_theta(model):
    return Formula(
        "sigma | theta, y", PROPORTIONAL, "prior_sigma sigma^{-N} exp(-frac{S}{2 sigma^2})",
        (sum_of_squares("theta_j"),),
        "S is the sum of the squared distances of all N observations from the means of their "
        "groups; W is the part of it around the group's own mean.", WITHIN, AROUND)


def theta_raw(model):
    return Formula(
        "theta_raw_j | mu, tau, sigma, y_j", "~", "Normal(mean_j, sd_j)",
        (("mean_j", "(1 - B_j) frac{mean_of_y_j - mu}{tau}"), ("sd_j", "root{B_j}"), SHRINKAGE),
        "How many {tau} the group lies from the population's mean.", OWN)


def mu_of_data(model):
    return Formula(
        "mu | theta_raw, tau, sigma, y", "~", "Normal(mean, sd)",
        (*precisions_add_up(model, "frac{N}{sigma^2}", "sum_differences / sigma^2"),
         ("sum_differences", "sum{n_j (mean_of_y_j - tau theta_raw_j)}")),
        "Each of the N observations, less its group's deviation, measures {mu}.", OWN)


def tau_of_slope(model):
    return Formula(
        "tau | theta_raw, mu, sigma, y", PROPORTIONAL,
        "prior_tau exp(-frac{1}{2} precision (tau - slope)^2)",
        (("precision", "frac{sum_squares}{sigma^2}"),
         ("slope", "frac{sum_products}{precision sigma^2}"),
         ("sum_squares", "sum{n_j (theta_raw_j)^2}"),
         ("sum_products", "sum{n_j theta_raw_j (mean_of_y_j - mu)}")),
        "{tau} is the slope of y \N{MINUS SIGN} {mu} "
        "against the raw effects.", OWN, ("log_prior_tau", *SLOPE))


def sigma_around_raw(model):
    return Formula(
        "sigma | theta_raw, mu, tau, y", PROPORTIONAL,
        "prior_sigma sigma^{-N} exp(-frac{S}{2 sigma^2})",
        (sum_of_squares("mu - tau theta_raw_j"),),
        "S is the sum of the squared distances of all N observations from the means of their "
        "groups, {mu} + {tau} times the raw effect; W is the part of it around the group's own "
        "mean.", WITHIN, AROUND)


def parts_without_theta(model):
    """What tau and sigma have in common: lines, factors and logarithms."""
    where, prior, log_prior = best_guess(model, VARIANCE, "mean_of_y_j")
    normal = f"Normal(mean_of_y_j; mu_hat, root{{{VARIANCE}}})"
    return (where, f"{prior}frac{{1}}{{root{{precision}}}} prod{{{normal}}}",
            (*log_prior, "-frac{1}{2} log(precision)", f"sum{{log_{normal}}}"))


MEANS = ("Each group's own mean lies around the population's with the variance of its error and "
         "that between groups, added. {mu_hat} is the best guess of the population's mean, "
         "1/\N{SQUARE ROOT}precision its standard deviation")


def tau_without_theta(model):
    where, means, logs = parts_without_theta(model)
    return Formula("tau | sigma, y", PROPORTIONAL, f"prior_tau {means}", where, f"{MEANS}.", OWN,
                   ("log_prior_tau", *logs))


def sigma_without_theta(model):
    where, means, logs = parts_without_theta(model)
    return Formula(
        "sigma | tau, y", PROPORTIONAL,
        f"prior_sigma sigma^{{-(N - J)}} exp(-frac{{W}}{{2 sigma^2}}) {means}",
        (("W", "sum{within_j}"), *where),
        f"{MEANS}; W is the sum of the squared distances of all N observations from their group's "
        "own mean.", WITHIN,
        ("log_prior_sigma", "-(N - J) log(sigma)", "-frac{W}{2 sigma^2}", *logs))


def mu_without_theta(model):
    return Formula(
        "mu | tau, sigma, y", "~", "Normal(mean, sd)",
        (*precisions_add_up(model, "sum_precision", "sum_weighted"),
         ("sum_precision", f"sum{{frac{{1}}{{{VARIANCE}}}}}"),
         ("sum_weighted", f"sum{{frac{{mean_of_y_j}}{{{VARIANCE}}}}}")),
        "Each group's own mean measures {mu}; its variance is that of its own "
        "error and that between groups, added.", OWN)


FORMULAS = {
    ("centred", "theta"): theta, ("centred", "mu"): mu_of_sample, ("centred", "tau"): tau_of_sample,
    ("centred", "sigma"): sigma_around_theta,
    ("noncentred", "theta_raw"): theta_raw, ("noncentred", "mu"): mu_of_data,
    ("noncentred", "tau"): tau_of_slope, ("noncentred", "sigma"): sigma_around_raw,
    ("collapsed", "tau"): tau_without_theta, ("collapsed", "sigma"): sigma_without_theta,
    ("collapsed", "mu"): mu_without_theta, ("collapsed", "theta"): theta,
}


def formulas(model):
    """By form and step."""
    return FORMULAS


def nodes(model, step):
    """The nodes of the plate diagram, for one step of the order."""
    found = [Node("mu", "variable", (), (-0.65, 0)), Node("tau", "variable", (), (0.05, 0)),
             Node("sigma", "variable", (), (0.75, 0))]
    if model.form == "noncentred":
        found += [Node("theta_raw", "variable", (), (-0.75, 1)),
                  Node("theta", "computed", ("mu", "tau", "theta_raw"), (-0.1, 1))]
    else:
        found += [Node("theta", "variable", ("mu", "tau"), (-0.3, 1))]
    return found + [Node("y", "data", ("theta", "sigma"), (0.1, 2))]
