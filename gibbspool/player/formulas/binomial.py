"""The conditionals of the Beta-Binomial hierarchy as formulas."""
from ..plate import Node
from .formula import PROPORTIONAL, Formula


def data(model):
    return {"J": model.J, "y_j": model.successes, "n_j": model.trials}


def derived(model, state):
    return {}


def theta(model):
    return Formula(
        "theta_j | phi, kappa, y_j", "~", "Beta(phi kappa + y_j, (1 - phi) kappa + n_j - y_j)",
        (("mean_j", "(1 - B_j) frac{y_j}{n_j} + B_j phi"),
         ("B_j", "frac{kappa}{kappa + n_j}")),
        "The population counts like {kappa} more trials, of which a share "
        "{phi} succeed. B is the part of the mean that comes from them.")


def without_theta(which, other):
    return lambda model: Formula(
        f"{which} | {other}, y", PROPORTIONAL,
        f"prior_{which} prod{{frac{{rising(phi kappa, y_j) rising((1 - phi) kappa, n_j - y_j)}}"
        "{rising(kappa, n_j)}}", (),
        "The beta-binomial probability of every group's successes. rising(a, n) = a (a + 1) "
        "\N{HORIZONTAL ELLIPSIS} (a + n \N{MINUS SIGN} 1).",
        logs=(f"log_prior_{which}", "sum{log_rising(phi kappa, y_j)}",
              "sum{log_rising((1 - phi) kappa, n_j - y_j)}", "-sum{log_rising(kappa, n_j)}"))


def of_theta(which, other):
    return lambda model: Formula(
        f"{which} | theta, {other}", PROPORTIONAL,
        f"prior_{which} prod{{Beta(theta_j; phi kappa, (1 - phi) kappa)}}", (),
        "What the groups' rates of this moment say of the population that they come from. "
        "Rates that lie close together keep {kappa} large.",
        logs=(f"log_prior_{which}", "sum{log_Beta(theta_j; phi kappa, (1 - phi) kappa)}"))


FORMULAS = {
    ("collapsed", "phi"): without_theta("phi", "kappa"),
    ("collapsed", "kappa"): without_theta("kappa", "phi"),
    ("collapsed", "theta"): theta, ("centred", "theta"): theta,
    ("centred", "phi"): of_theta("phi", "kappa"),
    ("centred", "kappa"): of_theta("kappa", "phi"),
}


def formulas(model):
    """By form and step."""
    return FORMULAS


def nodes(model, step):
    """The nodes of the plate diagram, for one step of the order."""
    return [Node("phi", "variable", (), (-0.5, 0)), Node("kappa", "variable", (), (0.5, 0)),
            Node("theta", "variable", ("phi", "kappa"), (0, 1)),
            Node("successes", "data", ("theta", "trials"), (0, 2)),
            Node("trials", "known", (), (0.62, 2))]
