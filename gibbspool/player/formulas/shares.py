"""The conditionals of the families for shares as formulas: multinomial and binomial."""
from .formula import PROPORTIONAL, Formula


class multinomial:
    """Dirichlet-Multinomial: k numbers the categories."""

    @staticmethod
    def data(model):
        return {"J": model.J, "n_j": model.n}

    @staticmethod
    def derived(model, state):
        return {}

    @staticmethod
    def pi(model):
        return Formula(
            "pi_j | alpha, pi0, y_j", "~", "Dirichlet(alpha pi0 + y_j)",
            (("B_j", "frac{alpha}{alpha + n_j}"),),
            "The population counts like \N{GREEK SMALL LETTER ALPHA} more people who answer in "
            "the proportions \N{GREEK SMALL LETTER PI}\N{SUBSCRIPT ZERO}. B is the part of the "
            "estimate that comes from them. Each curve is one category.")

    @staticmethod
    def alpha_without_pi(model):
        return Formula(
            "alpha | pi0, y", PROPORTIONAL,
            "prior_alpha prod{frac{rising_categories}{rising(alpha, n_j)}}", (),
            "How likely the regions' counts are if a new person copies an earlier one, or, with a "
            "weight of \N{GREEK SMALL LETTER ALPHA}, draws from the baseline: rising(a, n) = "
            "a (a + 1) \N{HORIZONTAL ELLIPSIS} (a + n \N{MINUS SIGN} 1).",
            {"rising_categories": "\N{N-ARY PRODUCT}<sub>k</sub> rising(<i>\N{GREEK SMALL LETTER "
                                  "ALPHA}\N{GREEK SMALL LETTER PI}</i><sub>0,k</sub>, "
                                  "<i>y</i><sub>j,k</sub>)"})

    @staticmethod
    def pi0_without_pi(model):
        return Formula(
            "pi0 | alpha, y", PROPORTIONAL, "prior_pi0 prod{rising_categories}", (),
            "A product of such factors is no density that has a name. Inventing the tables of a "
            "Chinese restaurant turns it into a Dirichlet, see below.",
            {"rising_categories": "\N{N-ARY PRODUCT}<sub>k</sub> rising(<i>\N{GREEK SMALL LETTER "
                                  "ALPHA}\N{GREEK SMALL LETTER PI}</i><sub>0,k</sub>, "
                                  "<i>y</i><sub>j,k</sub>)"})

    @staticmethod
    def alpha_of_pi(model):
        return Formula(
            "alpha | pi0, pi", PROPORTIONAL, "prior_alpha prod{Dirichlet(pi_j; alpha pi0)}", (),
            "How closely the regions' shares follow the baseline at this moment: \N{GREEK SMALL "
            "LETTER ALPHA} may move only as far as they allow.")

    @staticmethod
    def pi0_of_pi(model):
        return Formula(
            "pi0 | alpha, pi", PROPORTIONAL, "prior_pi0 prod{Dirichlet(pi_j; alpha pi0)}", (),
            "Which baseline suits the regions' shares of this moment.")


MULTINOMIAL = {
    ("augmented", "alpha"): multinomial.alpha_without_pi,
    ("augmented", "pi0"): multinomial.pi0_without_pi, ("augmented", "pi"): multinomial.pi,
    ("plain", "pi"): multinomial.pi, ("plain", "alpha"): multinomial.alpha_of_pi,
    ("plain", "pi0"): multinomial.pi0_of_pi,
}


class binomial:
    """Beta-Binomial."""

    @staticmethod
    def data(model):
        return {"J": model.J, "y_j": model.successes, "n_j": model.trials}

    @staticmethod
    def derived(model, state):
        return {}

    @staticmethod
    def theta(model):
        return Formula(
            "theta_j | phi, kappa, y_j", "~", "Beta(phi kappa + y_j, (1 - phi) kappa + n_j - y_j)",
            (("mean_j", "(1 - B_j) frac{y_j}{n_j} + B_j phi"),
             ("B_j", "frac{kappa}{kappa + n_j}")),
            "The population counts like \N{GREEK SMALL LETTER KAPPA} more trials, of which a share "
            "\N{GREEK SMALL LETTER PHI} succeed. B is the part of the mean that comes from them.")

    @staticmethod
    def without_theta(which, other):
        return lambda model: Formula(
            f"{which} | {other}, y", PROPORTIONAL,
            f"prior_{which} prod{{frac{{rising(phi kappa, y_j) rising((1 - phi) kappa, n_j - y_j)}}"
            "{rising(kappa, n_j)}}", (),
            "The beta-binomial probability of every group's successes. rising(a, n) = a (a + 1) "
            "\N{HORIZONTAL ELLIPSIS} (a + n \N{MINUS SIGN} 1).")

    @staticmethod
    def of_theta(which, other):
        return lambda model: Formula(
            f"{which} | theta, {other}", PROPORTIONAL,
            f"prior_{which} prod{{Beta(theta_j; phi kappa, (1 - phi) kappa)}}", (),
            "What the groups' rates of this moment say of the population that they come from. "
            "Rates that lie close together keep \N{GREEK SMALL LETTER KAPPA} large.")


BINOMIAL = {
    ("collapsed", "phi"): binomial.without_theta("phi", "kappa"),
    ("collapsed", "kappa"): binomial.without_theta("kappa", "phi"),
    ("collapsed", "theta"): binomial.theta, ("centred", "theta"): binomial.theta,
    ("centred", "phi"): binomial.of_theta("phi", "kappa"),
    ("centred", "kappa"): binomial.of_theta("kappa", "phi"),
}
