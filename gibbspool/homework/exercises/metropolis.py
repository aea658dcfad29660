"""Exercise 11: a Metropolis step."""
import numpy as np

from ..exercise import Call, Edge, Exercise, Function, Mistake, Part, Valid
from ..scripted_steps import RTOL, acceptance, leaves_invariant, transition_matrix
from .generic import between


def metropolis(log_p, x, scale, z, u):
    """One step of random-walk Metropolis: a proposal around x, taken or refused.

    Ingredients: the proposal lies scale * z away from x. It is taken with a probability that
    depends on the ratio of the two densities, never more than 1; u decides.

    log_p : function, the log density of x up to a constant; -inf where the density is 0
    x, scale : floats
    z, u : floats, a standard normal and a uniform number between 0 and 1
    Returns the next x, a float: the proposal, or the old value again.

    Worked number: for log_p = -x^2/2, x = 0.0, scale = 1.0, z = 1.0 the proposal is taken for u up
    to 0.607.
    """
    proposal = x + scale * z
    log_ratio = log_p(proposal) - log_p(x)
    return proposal if np.log(u) < log_ratio else x


def proposal_of(s, x, scale, z):
    step = {None: scale, "square": scale**2, "root": np.sqrt(scale), "one": 1.0}[s.step] * z
    if s.width == "uniform":
        step = scale * (2 * z - 1)
    place = {None: x, "zero": 0.0}[s.centre] + step
    return {None: place, "reflected": abs(place), "clipped": max(place, 1e-10)}[s.outside]


def taken(s, log_ratio, new, old, u):
    """Whether the proposal is taken under a rule."""
    ratio = np.exp(min(log_ratio, 700.0)) if log_ratio == log_ratio else np.nan
    rules = {
        None: lambda: np.log(u) < log_ratio,
        "inverted": lambda: np.log(u) < -log_ratio,
        "u itself": lambda: u < log_ratio,
        "greater": lambda: np.log(u) > log_ratio,
        "minus": lambda: -np.log(u) < log_ratio,
        "always": lambda: True,
        "never": lambda: False,
        "uphill": lambda: log_ratio > 0,
        "log10": lambda: np.log10(u) < log_ratio,
        "floor": lambda: np.log(0.3 + 0.7 * u) < log_ratio,
        "logs": lambda: u < new / old,
        "product": lambda: u < np.exp(new),
        "half": lambda: u < 0.5 * min(1.0, ratio),
        "square": lambda: np.log(u) < 2 * log_ratio,
    }
    return bool(rules[s.rule]())


def metropolis_formula(s, log_p, x, scale, z, u):
    proposal = proposal_of(s, x, scale, z)
    new, old = log_p(proposal), log_p(x)
    accepted = taken(s, new - old, new, old, u)
    return proposal if accepted else x


def barker(log_p, x, scale, z, u):
    new, old = log_p(x + scale * z), log_p(x)
    return x + scale * z if u < 1 / (1 + np.exp(old - new)) else x


def other_end(log_p, x, scale, z, u):
    """Takes the proposal where 1 - u is small."""
    log_ratio = log_p(x + scale * z) - log_p(x)
    return x + scale * z if 1 - u <= np.exp(np.minimum(0.0, log_ratio)) else x


def other_side(log_p, x, scale, z, u):
    """The proposal on the other side: z is as likely as -z."""
    proposal = x - scale * z
    return proposal if np.log(u) < log_p(proposal) - log_p(x) else x


RULES = (
    Mistake("M1", "the ratio is upside down: every downhill step is taken and only few uphill "
            "ones, the chain runs into the tails", {"rule": "inverted"}),
    Mistake("M2", "a log ratio is compared with u itself: u needs its log, or the ratio its "
            "exponential", {"rule": "u itself"}),
    Mistake("M2", "the comparison points the wrong way: a proposal is taken where u exceeds the "
            "ratio", {"rule": "greater"}, variant="greater"),
    Mistake("M2", "minus the log of u is compared: only clearly better proposals are taken. Look "
            "at the sign", {"rule": "minus"}, variant="minus"),
    Mistake("M3", "every proposal is taken, whatever the densities are: are new and old the same "
            "in your ratio?", {"rule": "always"}),
    Mistake("never", "no proposal is ever taken", {"rule": "never"}),
    Mistake("M10", "only uphill steps are taken: the chain climbs to the top and stays. A worse "
            "proposal must have its chance", {"rule": "uphill"}),
    Mistake("N10", "the logarithm to base 10 is compared with natural ones: a proposal half as "
            "dense must be taken in 50 of 100 cases, yours in 20", {"rule": "log10"}),
    Mistake("R5", "u is squeezed before it is compared: small numbers never occur, and proposals "
            "of low density are never taken", {"rule": "floor"}),
    Mistake("N4", "the log densities are divided by each other: a ratio of densities is a "
            "difference of their logs", {"rule": "logs"}),
    Mistake("old_left_out", "the density at the old value is left out of the ratio",
            {"rule": "product"}),
    Mistake("squared_ratio", "the ratio is squared: a proposal half as dense is taken in 25 of 100 "
            "cases instead of 50", {"rule": "square"}),
    Mistake("M11", "scale is squared in the proposal: it is a standard deviation already",
            {"step": "square"}),
    Mistake("M11", "the root of scale is taken in the proposal: it is a standard deviation already",
            {"step": "root"}, variant="root"),
    Mistake("M11", "scale is not used in the proposal", {"step": "one"}, variant="not used"),
)


def line_density(rng, kind=None):
    """Of a kind that was drawn, or of the given one."""
    kind = rng.integers(4) if kind is None else kind
    if kind == 0:
        return Function("lognormal", (between(rng, 0.1, 1.2), between(rng, 0.4, 0.9)))
    if kind == 1:
        return Function("gamma", (between(rng, 2.1, 5), between(rng, 0.4, 2)))
    if kind == 2:
        return Function("two_sided_exponential", (between(rng, -2, 4), between(rng, 0.5, 2),
                                                  between(rng, 0.5, 2), between(rng, 0.5, 2)))
    return Function("funnel_slice", (int(rng.integers(3, 7)), between(rng, 3, 20)))


def metropolis_probe(rng):
    log_p = line_density(rng)
    return {"log_p": log_p, "x": between(rng, 0.4, 3), "scale": between(rng, 0.3, 1.7),
            "z": between(rng, -2, 2), "u": between(rng, 0.03, 0.97)}


WEIGHTS = tuple(np.log([0.8, 2.4, 1.2, 2.6, 0.9]).tolist())  # some above 1, so that no rule hides
FEW = 0.002  # of a probability: shows in three digits
MOVES = (-2.0, -1.0, 1.0, 2.0)


def uphill_below_0(rng):
    """A density and a place below 0 that is denser than any above: rules that take only steps
    uphill show here, too, what they do to a negative proposal.
    """
    return (Function("two_sided_exponential", (between(rng, -2, -1), between(rng, 0.5, 2),
                                               between(rng, 0.5, 2), between(rng, 0.5, 2))),
            between(rng, -0.9, -0.3))


def thresholds(rng):
    """The implied acceptance: on five states for every move, and both ways between two places."""
    calls = [Call("metropolis", {"log_p": Function("table", WEIGHTS), "x": float(k), "scale": 0.5,
                                 "z": 2 * move, "u": 0.5}, "threshold", purpose="chain")
             for k in range(len(WEIGHTS)) for move in MOVES]
    ends = [(line_density(rng, kind), between(rng, 0.4, 3)) for kind in (0, 1, 2, 3) * 2]
    for log_p, other in [*ends, uphill_below_0(rng)]:
        x, scale = between(rng, 0.4, 3), between(rng, 0.3, 1.7)
        z = (other - x) / scale
        calls += [Call("metropolis", {"log_p": log_p, "x": place, "scale": scale, "z": way,
                                      "u": 0.5}, "threshold", purpose="balance")
                  for place, way in ((x, z), (x + scale * z, -z))]
    return calls


def balanced(case):
    """A note where another acceptance rule leaves the density as it is, on all that was tried."""
    matrix = transition_matrix(case, len(WEIGHTS), 1 / len(MOVES))
    if matrix is None or not leaves_invariant(matrix, np.exp(WEIGHTS)):
        return None
    for call, given in zip(case.bank.calls, case.given):
        x, away = call.arguments["x"], call.arguments["scale"] * call.arguments["z"]
        if min(abs(given[0] - place) for place in (x, x + away, x - away)) > 1e-9 * (1 + abs(x)):
            return None
    if not both_ways_balance(case, lambda x: 0.0):
        return None
    return ("Your acceptance rule is not the usual one. It is valid: on every pair of states tried "
            "the flow is the same both ways.")


def both_ways_balance(case, log_jacobian):
    """Whether p(x) a(x, x') = p(x') a(x', x) for each pair of "balance" calls."""
    places = [k for k, call in enumerate(case.calls) if call.purpose == "balance"]
    if not places:
        return False
    for there, back in zip(places[::2], places[1::2]):
        log_p = case.function(there, "log_p")
        one, other = case.calls[there].arguments["x"], case.calls[back].arguments["x"]
        a, b = acceptance(case, there), acceptance(case, back)
        if not a or not b:
            return False
        flow = (log_p(one) + log_jacobian(one) + np.log(a)
                - log_p(other) - log_jacobian(other) - np.log(b))
        if abs(flow) > RTOL:
            return False
    return True


def not_invariant(case):
    """What the step does to a target of five states, where no rule was recognised."""
    matrix = transition_matrix(case, len(WEIGHTS), 1 / len(MOVES))
    before = np.exp(WEIGHTS) / np.exp(WEIGHTS).sum()
    if matrix is not None and np.abs(before @ matrix - before).max() > FEW:
        yield "", ("On a target of five states your step does not leave the target as it is: of "
                   f"the probabilities {np.round(before, 3).tolist()} it makes "
                   f"{np.round(before @ matrix, 3).tolist()}.")


AT = {"x": 1.25, "scale": 0.8, "z": 0.7, "u": 0.4}
ON_THE_LINE = Function("two_sided_exponential", (0.5, 0.7, 1.3, -2.0))
METROPOLIS = Exercise(
    "11", metropolis, (Part("next x"),), formula=metropolis_formula, probe=metropolis_probe,
    probes=60,
    smallest={"log_p": Function("two_sided_exponential", (0.0, 1.0, 2.0, -1.0)), "x": 1.0,
              "scale": 3.0, "z": 1.0, "u": 0.5},
    mistakes=(
        *RULES,
        Mistake("M12", "the proposal lies around 0 and not around the current value: a random walk "
                "starts from where it is", {"centre": "zero"}),
        Mistake("M14", "a proposal below 0 is reflected, and nobody said that x is positive: where "
                "it has to be, log_p is minus infinity below 0 and the proposal is refused",
                {"outside": "reflected"}),
        Mistake("M14", "a proposal below 0 is moved to 0, and nobody said that x is positive: "
                "where it has to be, log_p is minus infinity below 0 and the proposal is refused",
                {"outside": "clipped"}, variant="clipped"),
    ),
    valid=(Valid("Barker", barker, "Barker's rule instead of Metropolis': valid, and a little "
                 "slower."),
           Valid("1 - u", other_end), Valid("the other side", other_side)),
    accepts=balanced, explain=not_invariant, extra=thresholds,
    nothing=("M4", "a refused proposal gives None: a rejection is a draw, the old value again"),
    edges=(
        Edge("large constant", {"log_p": Function("two_sided_exponential",
                                                  (0.5, 0.7, 1.3, 1000.0)), **AT},
             "with +1000 added to the log density the result is not right: a constant must change "
             "nothing", "N2"),
        Edge("large negative constant", {"log_p": Function("two_sided_exponential",
                                                           (0.5, 0.7, 1.3, -1000.0)), **AT},
             "with -1000 added to the log density the result is not right: both densities "
             "underflow to 0 and their ratio is nan", "N1"),
        Edge("far downhill to the top", {"log_p": Function("two_sided_exponential",
                                                           (0.5, 0.001, 0.001, 0.0)),
                                         "x": 9.5, "scale": 1.0, "z": -8.8, "u": 0.4},
             "from a very bad start a much better proposal is not taken: exp of a large log ratio "
             "overflows", "M15"),
        Edge("outside the support", {"log_p": Function("gamma", (2.5, 1.1)), "x": 0.5, "scale": 1.0,
                                     "z": -1.5, "u": 0.02},
             "a proposal of density 0 has to be refused", "M14"),
        Edge("from outside", {"log_p": Function("gamma", (2.5, 1.1)), "x": -0.5, "scale": 1.0,
                              "z": 1.5, "u": 0.98},
             "from a start of density 0 any proposal with a density is to be taken", "M15"),
    ),
    hint="Work with logs throughout: one difference, one comparison, two possible results.")

EXERCISES = (METROPOLIS,)
