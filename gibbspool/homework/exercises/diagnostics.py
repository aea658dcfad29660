"""Exercises 20a and 20b: R-hat, and the parameter of a group that is not in the data."""
import numpy as np

from .. import implied, long_run
from ..exercise import Edge, Exercise, Mistake, Part, Script, Valid
from .generic import between, in_integers

# ---- 20a


def rhat(draws):
    """Split R-hat: how much wider all chains together are than each of them.

    Ingredients: split every chain into its first and second half (of an odd number of draws the
    middle one is left out), which makes twice as many chains of n draws each. Within: the mean of
    their variances (divisor n - 1). Between: the variance of their means (divisor number of chains
    - 1). The variance of the whole is (n - 1)/n times within, plus between; R-hat compares it with
    within, as standard deviations.

    draws : array (chains, draws)
    Returns a float.

    Worked number: [[1.0, 2.0, 3.0, 5.0], [2.0, 1.0, 4.0, 3.0]] gives 1.5736.
    """
    half = draws.shape[1] // 2
    chains = np.concatenate([draws[:, :half], draws[:, -half:]])
    n = chains.shape[1]
    within = chains.var(axis=1, ddof=1).mean()
    between = chains.mean(axis=1).var(ddof=1)
    return np.sqrt(((n - 1) / n * within + between) / within)


def rhat_formula(s, draws):
    half = draws.shape[1] // 2
    chains = {None: lambda: np.concatenate([draws[:, :half], draws[:, -half:]]),
              "not split": lambda: draws,
              "flattened": lambda: draws.reshape(1, -1),
              "flattened halves": lambda: np.array(np.array_split(draws.ravel(), 2)),
              "across": lambda: draws.T,
              "last left out": lambda: np.concatenate([draws[:, :half], draws[:, half:2 * half]]),
              "first half": lambda: draws[:, :half],
              "even and odd": lambda: np.concatenate([draws[:, ::2], draws[:, 1::2]])}[s.split]()
    n = chains.shape[1]
    within = {None: chains.var(axis=1, ddof=1 if s.within_ddof is None else 0).mean(),
              "sd": chains.std(axis=1, ddof=1).mean()**2,
              "all": draws.var(ddof=1)}[s.within]
    between = chains.mean(axis=1).var(ddof=1 if s.between_ddof is None else 0)
    between = {None: between, "times n": n * between, "divided": between / n,
               "left out": 0.0}[s.between]
    length = {None: n, "whole": draws.shape[1]}[s.length]
    share = {None: (length - 1) / length, "one": 1.0}[s.share]
    chains_correction = (len(chains) + 1) / len(chains) if s.correction else 1.0
    ratio = (share * within + chains_correction * between) / within
    return {None: np.sqrt(ratio), "square": ratio, "inverse": 1 / np.sqrt(ratio)}[s.out]


DRAWS = np.array([[1.2, 0.7, 2.9, 1.1, 3.3, 0.2, 1.9], [2.6, 3.1, 0.4, 2.2, 1.6, 5.1, 2.8]])
RHAT = Exercise(
    "20a", rhat, (Part("R-hat"),), formula=rhat_formula,
    probe=lambda rng: {"draws": between(rng, -3, 6, (int(rng.integers(2, 5)),
                                                     2 * int(rng.integers(3, 9))))},
    smallest={"draws": np.array([[1.0, 2.0, 3.0, 5.0], [2.0, 1.0, 4.0, 3.0]])},
    mistakes=(
        Mistake("Q1", "all chains are strung together into one: chains that sit in different "
                "places go unnoticed", {"split": "flattened halves"}),
        Mistake("Q1", "all draws are one single chain: there is nothing between chains then",
                {"split": "flattened"}, variant="one"),
        Mistake("Q2", "the chains are not split: a chain that drifts all the way goes unnoticed",
                {"split": "not split"}),
        Mistake("Q2", "the variances within are divided by n: the divisor is one less",
                {"within_ddof": 0}, variant="within"),
        Mistake("Q2", "the variance of the means is divided by the number of chains: the divisor "
                "is one less", {"between_ddof": 0}, variant="between"),
        Mistake("Q2", "both variances are divided by the number of values: the divisors are one "
                "less (NumPy divides by the number unless told otherwise)",
                {"within_ddof": 0, "between_ddof": 0}, variant="both"),
        Mistake("axes", "rows and columns are exchanged: each row is a chain", {"split": "across"}),
        Mistake("first_half", "only the first halves of the chains are used",
                {"split": "first half"}),
        Mistake("even_odd", "the chains are split into even and odd draws: a drift then shows in "
                "neither", {"split": "even and odd"}),
        Mistake("between_n", "the variance of the means is multiplied by the number of draws "
                "without being divided by it again", {"between": "times n"}),
        Mistake("between_n", "the variance of the means is divided by the number of draws once too "
                "often", {"between": "divided"}, variant="divided"),
        Mistake("between_left_out", "nothing between the chains enters: R-hat cannot exceed 1 then",
                {"between": "left out"}),
        Mistake("within_all", "the variance within is that of all draws together: what is between "
                "the chains is in it already", {"within": "all"}),
        Mistake("P1", "standard deviations are averaged within the chains: average the variances",
                {"within": "sd"}),
        Mistake("n_whole", "the length before splitting is used where that of the halves belongs",
                {"length": "whole"}),
        Mistake("share_one", "the share (n - 1)/n of the variance within is missing",
                {"share": "one"}),
        Mistake("correction", "you correct for the number of chains, as the definition of 1992 "
                "did: the one asked for does not", {"correction": True}),
        Mistake("P7", "this is a ratio of variances: R-hat compares standard deviations",
                {"out": "square"}),
        Mistake("inverse", "the ratio is upside down: chains that lie apart must give more than 1",
                {"out": "inverse"}),
    ),
    edges=(
        Edge("odd number", {"draws": DRAWS},
             "with an odd number of draws the halves are not right: the middle draw is the one to "
             "leave out", "Q9"),
        Edge("far from 0", {"draws": DRAWS[:, :6] + 1e7},
             "with 1e7 added to all draws the result is not right: take differences before "
             "squaring"),
        Edge("one chain", {"draws": DRAWS[:1, :6]},
             "with a single chain the result is not right: its two halves are compared"),
        Edge("whole numbers", {"draws": np.array([[1, 4, 2, 8], [5, 7, 3, 9]])},
             in_integers("draws"), "N7"),
    ),
    hint="Make the array of half chains first and look at its shape; then two numbers from it.")


# ---- 20b

def new_group(rng, mu, tau):
    """Draws of the parameter of a group that is not in the data, one for each posterior draw.

    Ingredients: the new group comes from the population, theta_new ~ Normal(mu, tau), with the mu
    and the tau of each posterior draw.

    rng : numpy.random.Generator
    mu, tau : arrays (n,), posterior draws
    Returns an array (n,).

    Worked number: with mu = [8.0, 7.0], tau = [1e-9, 1e-9] the draws are 8 and 7 to eight digits.
    """
    return rng.normal(mu, tau)


def new_group_formula(s, rng, mu, tau):
    n = len(mu)
    centre = {None: mu, "mean": np.full(n, mu.mean()), "zero": np.zeros(n)}[s.centre]
    spread = {None: tau, "variance": tau**2, "root": np.sqrt(tau), "mean": np.full(n, tau.mean()),
              "one": np.ones(n), "of means": np.full(n, mu.std()),
              "smaller": tau / np.sqrt(n)}[s.spread]
    z = {None: lambda: rng.standard_normal(n),
         "shared": lambda: rng.standard_normal() + np.zeros(n), "none": lambda: np.zeros(n)}[s.z]()
    return centre + spread * z


def another_arrangement(case):
    """A note where the draws use other numbers of the generator, each once."""
    for call, (given,) in zip(case.bank.calls, case.given):
        mu, tau = call.arguments["mu"], call.arguments["tau"]
        if implied.places(((given - mu) / tau).tolist(), call.arguments["rng"].seed) is None:
            return None
    return ""


def scores_of_new(given, parts):
    return (parts[0] - given["mu"]) / given["tau"]


def many_draws(rng):
    return long_run.many(NEW_GROUP, rng, lambda rng: new_group_probe(rng, 8), times=2500)


def new_group_probe(rng, size=None):
    n = size or int(rng.integers(3, 9))
    return {"rng": Script(int(rng.integers(1, 9000))), "mu": between(rng, -3, 12, n),
            "tau": between(rng, 0.4, 6, n)}


NEW_GROUP = Exercise(
    "20b", new_group, (Part("theta_new"),), formula=new_group_formula,
    probe=new_group_probe,
    smallest={"rng": Script(7), "mu": np.array([8.0, 6.0, 9.0]), "tau": np.array([2.0, 5.0, 3.0])},
    mistakes=(
        Mistake("Q6", "all draws share one random number: each posterior draw is to have its own. "
                "Is the size of the draw missing?", {"z": "shared"}),
        Mistake("S7", "all draws share one random number: each posterior draw is to have its own. "
                "Is the size of the draw missing?",
                {"z": "shared"}),
        Mistake("Q7", "these are the means of the population, rng is never asked: the new group "
                "spreads around them with tau, as every group does", {"z": "none"}),
        Mistake("R4", "these are the means of the population, rng is never asked: the new group "
                "spreads around them with tau, as every group does", {"z": "none"}),
        Mistake("Q7", "this is the posterior mean of mu for every draw: neither the doubt about mu "
                "nor the spread of the groups is in it", {"z": "none", "centre": "mean"},
                variant="mean"),
        Mistake("plug_in", "mu and tau were averaged first: the doubt about them is lost, and the "
                "interval becomes too narrow", {"centre": "mean", "spread": "mean"}),
        Mistake("plug_in", "tau was averaged first: the doubt about it is lost",
                {"spread": "mean"}, variant="tau"),
        Mistake("plug_in", "mu was averaged first: the doubt about it is lost",
                {"centre": "mean"}, variant="mu"),
        Mistake("P1", "a variance was handed in where NumPy wants a standard deviation",
                {"spread": "variance"}),
        Mistake("P1", "the root of tau was taken: it is a standard deviation already",
                {"spread": "root"}, variant="root"),
        Mistake("Q8", "the sd of the draws of mu stands where tau belongs: it says how well mu is "
                "known, not how far groups spread", {"spread": "of means"}),
        Mistake("C11", "tau is divided by the root of a number: that is the spread of a mean, and "
                "the new group is a single one", {"spread": "smaller"}),
        Mistake("no_tau", "tau is not used", {"spread": "one"}),
        Mistake("no_mu", "mu is not used", {"centre": "zero"}),
    ),
    valid=(Valid("one after another", lambda rng, mu, tau: np.array(
        [m + t * rng.standard_normal() for m, t in zip(mu, tau)])),),
    accepts=another_arrangement, scores=scores_of_new, extra=many_draws,
    edges=(
        Edge("one draw", {"rng": Script(3), "mu": np.array([4.25]), "tau": np.array([1.5])},
             "with a single posterior draw the result is not right"),
        Edge("tau = 0", {"rng": Script(4), "mu": np.array([4.25, 3.0, 2.5]),
                         "tau": np.array([1.5, 0.0, 0.7])},
             "a posterior draw with tau = 0 must give mu itself"),
        Edge("whole numbers", {"rng": Script(5), "mu": np.array([4, 3, 2]),
                               "tau": np.array([1.5, 0.4, 0.7])},
             in_integers("mu"), "N7"),
    ),
    sets=("section",),
    hint="For each posterior draw of mu and tau one draw from the population they describe.")

EXERCISES = (RHAT, NEW_GROUP)
