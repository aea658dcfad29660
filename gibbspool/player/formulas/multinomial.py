"""The conditionals of the Dirichlet-Multinomial hierarchy as formulas; k numbers the categories."""
from ..plate import Node
from .formula import PROPORTIONAL, Formula
from .markup import symbol

RISING = {"rising_categories": "\N{N-ARY PRODUCT}<sub>k</sub> rising("
                               f"{symbol('alpha')}{symbol('pi0_k')}, {symbol('y_j_k')})"}


def data(model):
    return {"J": model.J, "n_j": model.n}


def derived(model, state):
    return {}


def pi(model):
    return Formula(
        "pi_j | alpha, pi0, y_j", "~", "Dirichlet(alpha pi0 + y_j)",
        (("B_j", "frac{alpha}{alpha + n_j}"),),
        "The population counts like {alpha} more people who answer in the proportions {pi0}. B is "
        "the part of the estimate that comes from them. Each curve is one category.")


def alpha_without_pi(model):
    return Formula(
        "alpha | pi0, y", PROPORTIONAL,
        "prior_alpha prod{frac{rising_categories}{rising(alpha, n_j)}}", (),
        "How likely the regions' counts are if a new person copies an earlier one, or, with a "
        "weight of {alpha}, draws from the baseline. rising(a, n) = "
        "a (a + 1) \N{HORIZONTAL ELLIPSIS} (a + n \N{MINUS SIGN} 1).",
        RISING)


def pi0_without_pi(model):
    return Formula(
        "pi0 | alpha, y", PROPORTIONAL, "prior_pi0 prod{rising_categories}", (),
        "A product of such factors is no density that has a name. Inventing the tables of a "
        "Chinese restaurant turns it into a Dirichlet, see below.",
        RISING)


def alpha_of_pi(model):
    return Formula(
        "alpha | pi0, pi", PROPORTIONAL, "prior_alpha prod{Dirichlet(pi_j; alpha pi0)}", (),
        "How closely the regions' shares follow the baseline at this moment: {alpha} may move only "
        "as far as they allow.")


def pi0_of_pi(model):
    return Formula(
        "pi0 | alpha, pi", PROPORTIONAL, "prior_pi0 prod{Dirichlet(pi_j; alpha pi0)}", (),
        "Which baseline suits the regions' shares of this moment.")


FORMULAS = {
    ("augmented", "alpha"): alpha_without_pi,
    ("augmented", "pi0"): pi0_without_pi, ("augmented", "pi"): pi,
    ("plain", "pi"): pi, ("plain", "alpha"): alpha_of_pi,
    ("plain", "pi0"): pi0_of_pi,
}


def formulas(model):
    """By form and step."""
    return FORMULAS


def nodes(model, step):
    """The nodes of the plate diagram, for one step of the order."""
    return [Node("alpha", "variable", (), (-0.5, 0)), Node("pi0", "variable", (), (0.5, 0)),
            Node("pi", "variable", ("alpha", "pi0"), (0, 1)),
            Node("counts", "data", ("pi",), (0, 2))]
