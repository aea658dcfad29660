"""Exercise 8: one sweep of the Gibbs sampler."""
from itertools import permutations

import numpy as np

from .. import long_run
from ..exercise import Edge, Exercise, Mistake, Part, Script, Valid
from ..implied import all_normal, same_numbers
from .generic import between, how_many, in_integers
from .group_means import mu_given, theta_given
from .tau_squared import tau2_given


def sweep(rng, state, y, sigma, m0, s0, a0, b0):
    """One sweep of the Gibbs sampler: new theta, then new mu, then new tau.

    Ingredients: the conditionals of exercises 3, 4 and 5, each given the values that the others
    have now. y_j ~ Normal(theta_j, sigma_j), theta_j ~ Normal(mu, tau), mu ~ Normal(m0, s0), tau^2
    ~ InverseGamma(a0, b0).

    rng : numpy.random.Generator, the source of all randomness
    state : dictionary with theta (array (J,)), mu (float), tau (float); not to be changed
    y, sigma : arrays (J,)
    m0, s0, a0, b0 : floats
    Returns a new dictionary with theta, mu, tau.

    Worked number: with J = 2 a sweep draws four numbers: two for theta, one for mu, one for tau.
    """
    mean, sd = theta_given(y, sigma, state["mu"], state["tau"])
    theta = rng.normal(mean, sd)
    mean, sd = mu_given(theta, state["tau"], m0, s0)
    mu = rng.normal(mean, sd)
    shape, scale = tau2_given(theta, mu, a0, b0)
    tau = np.sqrt(scale / rng.gamma(shape))
    return {"theta": theta, "mu": mu, "tau": tau}


def sweep_formula(s, rng, state, y, sigma, m0, s0, a0, b0):
    old = state
    theta = theta_draw(s, rng, old, y, sigma)
    mu = mu_draw(s, rng, old["theta"] if s.mu_uses == "old" else theta, old, y, sigma, m0, s0)
    centre = {None: mu, "old": old["mu"], "mean": theta.mean()}[s.tau_mu]
    around = {None: theta, "old": old["theta"], "data": y}[s.tau_theta]
    J = {None: len(y) / 2, "whole": len(y), "less one": (len(y) - 1) / 2}[s.tau_shape]
    squares = ((around - centre)**2).sum()
    shape = a0 + J
    scale = b0 + {None: squares / 2, "whole": squares}[s.tau_scale]
    g = shape - 1 if s.tau_draw == "mean" else rng.standard_gamma(shape)
    tau2 = {None: scale / g, "scale": 1 / (scale * g), "gamma": g / scale}[s.tau_gamma]
    tau = {None: np.sqrt(tau2), "variance": tau2}[s.tau_root]
    new = {"theta": theta, "mu": mu, "tau": tau}
    return {**new, s.kept: old[s.kept]} if s.kept else new


def theta_draw(s, rng, old, y, sigma):
    mean, sd = theta_given(y, sigma, old["mu"], old["tau"])
    if s.theta == "population":
        mean, sd = old["mu"] + 0 * y, old["tau"] + 0 * y
    if s.theta == "own":
        mean, sd = y, sigma
    sd = sd**2 if s.theta_sd == "variance" else sd
    if s.theta_z == "none":
        return mean
    return mean + sd * (rng.standard_normal() if s.theta_z == "one"
                        else rng.standard_normal(len(y)))


def mu_draw(s, rng, theta, old, y, sigma, m0, s0):
    mean, sd = mu_given(theta, old["tau"], m0, s0)
    if s.mu in ("data", "collapsed"):
        v = sigma**2 + (old["tau"]**2 if s.mu == "collapsed" else 0)
        precision = (1 / v).sum() + 1 / s0**2
        mean, sd = ((y / v).sum() + m0 / s0**2) / precision, 1 / np.sqrt(precision)
    if s.mu == "of y":
        mean, sd = mu_given(y, old["tau"], m0, s0)
    if s.mu == "no prior":
        mean, sd = theta.mean(), old["tau"] / np.sqrt(len(theta))
    if s.mu == "one group":
        mean, sd = theta.mean(), old["tau"]
    sd = sd**2 if s.mu_sd == "variance" else sd
    return mean if s.mu_z == "none" else rng.normal(mean, sd)


def sweep_in(order):
    """A sweep in another order, as right as the asked one."""
    def another(rng, state, y, sigma, m0, s0, a0, b0):
        new = dict(state)
        for name in order:
            if name == "theta":
                new["theta"] = rng.normal(*theta_given(y, sigma, new["mu"], new["tau"]))
            elif name == "mu":
                new["mu"] = rng.normal(*mu_given(new["theta"], new["tau"], m0, s0))
            else:
                shape, scale = tau2_given(new["theta"], new["mu"], a0, b0)
                new["tau"] = np.sqrt(scale / rng.gamma(shape))
        return new
    return another


def mus_number_first(rng, state, y, sigma, m0, s0, a0, b0):
    """All normal numbers at once, that of mu before those of theta."""
    z = rng.standard_normal(len(y) + 1)
    mean, sd = theta_given(y, sigma, state["mu"], state["tau"])
    theta = mean + sd * z[1:]
    mean, sd = mu_given(theta, state["tau"], m0, s0)
    mu = mean + sd * z[0]
    shape, scale = tau2_given(theta, mu, a0, b0)
    return {"theta": theta, "mu": mu, "tau": np.sqrt(2 * scale / rng.chisquare(2 * shape))}


def mu_integrated(rng, state, y, sigma, m0, s0, a0, b0):
    """mu first, with theta integrated out; theta is drawn next, so that nothing is stale."""
    v = sigma**2 + state["tau"]**2
    precision = (1 / v).sum() + 1 / s0**2
    mu = rng.normal(((y / v).sum() + m0 / s0**2) / precision, 1 / np.sqrt(precision))
    theta = rng.normal(*theta_given(y, sigma, mu, state["tau"]))
    shape, scale = tau2_given(theta, mu, a0, b0)
    return {"theta": theta, "mu": mu, "tau": np.sqrt(scale / rng.gamma(shape))}


ORDERS = tuple(order for order in permutations(("theta", "mu", "tau"))
               if order != ("theta", "mu", "tau"))


def from_the_same_numbers(case):
    """A note where the conditionals are right and the random numbers were taken in another way."""
    for order in (("theta", "mu", "tau"), *ORDERS):
        if all(same_numbers(call.arguments, given, order)
               for call, given in zip(case.bank.calls, case.given)):
            return "" if order == ("theta", "mu", "tau") else in_order(order)
    return None


def many_sweeps(rng):
    return long_run.many(SWEEP, rng, lambda rng: sweep_probe(rng, groups=8), times=2500)


def in_order(order):
    return f"The order {', '.join(order)} is as good as the asked one: any order is a valid sweep."


INTEGRATED = "Drawing mu with theta integrated out, and theta after it, is valid too, and better."
STALE = ("was drawn from the {} before this sweep: a sweep uses each new value as soon as it is "
         "there")
OLD_COPY = ("you read from the old copy of the state throughout: read the values just drawn, or "
            "the draws have another joint distribution")
SWEEP_MISTAKES = (
    Mistake("S1", "mu " + STALE.format("theta"), {"mu_uses": "old"}, variant="mu"),
    Mistake("S1", OLD_COPY,
            {"mu_uses": "old", "tau_theta": "old", "tau_mu": "old"}),
    Mistake("S5", OLD_COPY, {"mu_uses": "old", "tau_theta": "old", "tau_mu": "old"}),
    Mistake("C20", "the sum of squares for tau uses the theta before this sweep: use "
            "the theta just drawn",
            {"tau_theta": "old"}),
    Mistake("C20", "the sum of squares for tau is taken around the mu before this sweep: use the "
            "mu just drawn",
            {"tau_mu": "old"}, variant="mu"),
    Mistake("C21", "theta was drawn from the population, Normal(mu, tau): y is not used",
            {"theta": "population"}),
    Mistake("C5", "theta was drawn around y with sd sigma: the population has no say, nothing is "
            "pooled", {"theta": "own"}),
    Mistake("P1", "theta was drawn with a variance as its standard deviation",
            {"theta_sd": "variance"}, variant="theta"),
    Mistake("P1", "mu was drawn with a variance as its standard deviation", {"mu_sd": "variance"},
            variant="mu"),
    Mistake("P1", "theta and mu were drawn with variances as standard deviations",
            {"theta_sd": "variance", "mu_sd": "variance"}, variant="both"),
    Mistake("S7", "all groups share one random number: their errors move together. Is the size of "
            "the draw missing?", {"theta_z": "one"}),
    Mistake("R4", "theta is the mean of its conditional: a draw is wanted, or the "
            "chain shows too little doubt", {"theta_z": "none"},
            variant="theta"),
    Mistake("R4", "mu is the mean of its conditional: a draw is wanted, or the chain shows "
            "too little doubt", {"mu_z": "none"},
            variant="mu"),
    Mistake("R4", "tau squared is the mean of its conditional: a draw is wanted",
            {"tau_draw": "mean"}, variant="tau"),
    Mistake("C10", "mu was drawn from y and sigma: given theta, y tells mu nothing more",
            {"mu": "data"}),
    Mistake("C10", "y stands where theta belongs in the conditional of mu: given theta, y tells mu "
            "nothing more", {"mu": "of y"}, variant="y for theta"),
    Mistake("S2", "mu was drawn with theta integrated out, and the theta drawn before it is kept: "
            "that theta no longer fits the new mu. Such a step must come before theta, not after "
            "it", {"mu": "collapsed"}),
    Mistake("C9", "the prior is left out of the conditional of mu: your mu does not move with m0 "
            "or s0. Look at exercise 4", {"mu": "no prior"}),
    Mistake("C11", "mu was drawn with the sd of a single group: with more groups mu must be "
            "known better. Look at exercise 4", {"mu": "one group"}),
    Mistake("C12", "the shape for tau squared grows by 1 with each group, twice too fast. Look at "
            "exercise 5",
            {"tau_shape": "whole"}),
    Mistake("C12", "the shape for tau squared counts one group too few: mu is given, not "
            "estimated. Look at exercise 5",
            {"tau_shape": "less one"}, variant="J - 1"),
    Mistake("C13", "the sum of squares for tau is not halved, so that tau comes out too large. "
            "Look at exercise 5", {"tau_scale": "whole"}),
    Mistake("C15", "the squares for tau are taken around the mean of theta: given mu, they are "
            "around mu", {"tau_mu": "mean"}),
    Mistake("C16", "the squares for tau are those of y: given theta, y tells tau nothing more",
            {"tau_theta": "data"}),
    Mistake("P4", "tau gets smaller where its scale gets larger: NumPy's gamma takes a scale, "
            "which is one over a rate", {"tau_gamma": "scale"}),
    Mistake("P5", "the gamma draw for tau was not turned round: you drew the precision",
            {"tau_gamma": "gamma"}),
    Mistake("P7", "tau squared was stored as tau",
            {"tau_root": "variance"}),
    Mistake("S8", "theta comes back as it was: it is never updated, and the chain cannot "
            "leave that value", {"kept": "theta"},
            variant="theta"),
    Mistake("S8", "mu comes back as it was: it is never updated, and the chain cannot "
            "leave that value", {"kept": "mu"}, variant="mu"),
    Mistake("S8", "tau comes back as it was: it is never updated, and the chain cannot "
            "leave that value", {"kept": "tau"}, variant="tau"),
)


def generic_data(rng, J):
    return {"y": between(rng, -9, 12, J), "sigma": between(rng, 0.6, 5, J),
            "m0": between(rng, -5, -0.5), "s0": between(rng, 0.6, 6), "a0": between(rng, 2.1, 5),
            "b0": between(rng, 2.1, 9)}


def generic_state(rng, J):
    return {"theta": between(rng, -9, 12, J), "mu": between(rng, -3, 6),
            "tau": between(rng, 0.4, 4)}


def sweep_probe(rng, groups=None):
    J = groups or how_many(rng)
    return {"rng": Script(int(rng.integers(1, 9000))), "state": generic_state(rng, J),
            **generic_data(rng, J)}


SMALL = {"y": np.array([4.0, -2.0]), "sigma": np.array([1.0, 3.0]), "m0": -1.0, "s0": 4.0,
         "a0": 3.0, "b0": 5.0}
SMALL_STATE = {"theta": np.array([3.0, 0.0]), "mu": 1.0, "tau": 2.0}


MANY = {"state": {**SMALL_STATE, "theta": np.linspace(-3, 8, 23)}, **SMALL,
        "y": np.linspace(-9, 7, 23), "sigma": np.linspace(0.7, 6, 23)}


def extra_metropolis(case):
    """An acceptance step after an exact draw: the old value comes back now and then."""
    logs = [case.answers[k]["rng"] or {"taken": {}} for k in case.generic]
    if any(log["taken"].get("uniform") for log in logs) and old_values_return(case):
        yield "S12", ("You draw uniform numbers as well, as for an acceptance: a draw from a "
                      "conditional needs no acceptance, each is accepted for certain.")


def old_values_return(case):
    """Whether any variable stays as it was, from the state or from one kept row to the next."""
    for call, given in zip(case.bank.calls, case.given):
        if "state" in call.arguments:
            before = [call.arguments["state"][name] for name in ("theta", "mu", "tau")]
            again = [np.array_equal(old, new) for old, new in zip(before, given)]
        else:
            again = [(part[1:] == part[:-1]).any() for part in given]
        if any(again):
            return True
    return False


SWEEP = Exercise(
    "8", sweep, (Part("theta"), Part("mu"), Part("tau")), returns="dict", formula=sweep_formula,
    probe=sweep_probe, smallest={"rng": Script(7), "state": SMALL_STATE, **SMALL},
    mistakes=SWEEP_MISTAKES,
    valid=(*(Valid(", ".join(order), sweep_in(order), in_order(order)) for order in ORDERS),
           Valid("mu with theta integrated out", mu_integrated,
                 INTEGRATED),
           Valid("mu's number first", mus_number_first)),
    accepts=from_the_same_numbers, scores=all_normal, extra=many_sweeps, explain=extra_metropolis,
    edges=(
        Edge("many groups", {"rng": Script(5), **MANY},
             "with 23 groups the result is not right: is a number of groups written into it?",
             "C23"),
        Edge("tiny tau", {"rng": Script(6), "state": {**SMALL_STATE, "tau": 3e-8}, **SMALL},
             "from a state with a tiny tau the result is not right", "N9"),
        Edge("whole numbers", {"rng": Script(8), "state": SMALL_STATE, **SMALL,
                               "y": np.array([28, 8]), "sigma": np.array([15, 10])},
             in_integers("y", "sigma"), "N7"),
    ),
    hint="Three lines, each a draw from a conditional that you have already. Ask of each argument: "
         "is this the newest value there is?", sets=("core",))

EXERCISES = (SWEEP,)
