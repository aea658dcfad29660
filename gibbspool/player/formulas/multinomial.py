"""The conditionals of the Dirichlet-Multinomial hierarchy as formulas; k numbers the categories."""
from ..plate import Node
from .formula import PROPORTIONAL, Formula

RISING = "rising(alpha pi0_k, y_j_k)"


def data(model):
    return {"J": model.J, "n_j": model.n, "y_j": model.counts}


def derived(model, state):
    """Arrays with an axis of categories, by the names that sums over them have."""
    found = {"y_j_k": model.counts}
    for name, other in (("pi0", "pi0_k"), ("pi", "pi_j")):
        if name in state:
            found |= {name: state[name], other: state[name]}
    return found


def pi(model):
    return Formula(
        "pi_j | alpha, pi0, y_j", "~", "Dirichlet(a_j)",
        (("a_j", "alpha pi0 + y_j"), ("B_j", "frac{alpha}{alpha + n_j}")),
        "The population counts like {alpha} more people who answer in the proportions {pi0}. B is "
        "the part of the estimate that comes from them. Each curve is one category.")


def alpha_without_pi(model):
    return Formula(
        "alpha | pi0, y", PROPORTIONAL,
        f"prior_alpha prod{{frac{{prodk{{{RISING}}}}}{{rising(alpha, n_j)}}}}", (),
        "How likely the regions' counts are if a new person copies an earlier one, or, with a "
        "weight of {alpha}, draws from the baseline. rising(a, n) = "
        "a (a + 1) \N{HORIZONTAL ELLIPSIS} (a + n \N{MINUS SIGN} 1).",
        logs=("log_prior_alpha", f"sum{{sumk{{log_{RISING}}}}}", "-sum{log_rising(alpha, n_j)}"))


def pi0_without_pi(model):
    return Formula(
        "pi0 | alpha, y", PROPORTIONAL, f"prior_pi0 prod{{prodk{{{RISING}}}}}", (),
        "A product of such factors is no density that has a name. Inventing the tables of a "
        "Chinese restaurant turns it into a Dirichlet, see below.",
        logs=("log_prior_pi0", f"sum{{sumk{{log_{RISING}}}}}"))


SHARES = "Dirichlet(pi_j; alpha pi0)"


def alpha_of_pi(model):
    return Formula(
        "alpha | pi0, pi", PROPORTIONAL, f"prior_alpha prod{{{SHARES}}}", (),
        "How closely the regions' shares follow the baseline at this moment: {alpha} may move only "
        "as far as they allow.", logs=("log_prior_alpha", f"sum{{log_{SHARES}}}"))


def pi0_of_pi(model):
    return Formula(
        "pi0 | alpha, pi", PROPORTIONAL, f"prior_pi0 prod{{{SHARES}}}", (),
        "Which baseline suits the regions' shares of this moment.",
        logs=("log_prior_pi0", f"sum{{log_{SHARES}}}"))


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
