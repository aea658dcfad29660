"""The plate diagram of a model, and the Markov blanket of each of its steps read off it.

A node is a variable, a datum or something computed; an arrow says that the one below was drawn
given the one above. A plate holds what is repeated for every group.
"""
from typing import NamedTuple

from ..models.binomial import BetaBinomial
from ..models.multinomial import DirichletMultinomial
from ..models.normal import NormalNormal
from ..models.one_way import OneWayNormal
from ..models.poisson import PoissonLognormal


class Node(NamedTuple):
    """One node.

    Attributes
    ----------
    name : str
    kind : "variable", "data", "known" or "computed"
        Known are sizes and standard errors; computed is what the variables above give exactly.
    parents : tuple of str
        Where its arrows come from.
    place : tuple of float
        Across, from -1 to 1, and down, 0 for the top row.
    """

    name: str
    kind: str
    parents: tuple
    place: tuple


def normal(model):
    given = "coefficients" if "coefficients" in model.order else "mu"
    raw = model.form == "noncentred"
    nodes = [Node(given, "variable", (), (-0.5, 0)), Node("tau", "variable", (), (0.5, 0))]
    if raw:
        nodes += [Node("theta_raw", "variable", (), (0.62, 1)),
                  Node("theta", "computed", (given, "tau", "theta_raw"), (-0.1, 1))]
    else:
        nodes += [Node("theta", "variable", (given, "tau"), (0, 1))]
    if given == "coefficients":
        nodes += [Node("x", "known", (), (-0.75, 1))]
        nodes = [node._replace(parents=(*node.parents, "x")) if node.name == "theta" else node
                 for node in nodes]
    return nodes + [Node("y", "data", ("theta", "sigma"), (-0.1 if raw else 0, 2)),
                    Node("sigma", "known", (), (0.62, 2))]


def one_way(model):
    nodes = [Node("mu", "variable", (), (-0.65, 0)), Node("tau", "variable", (), (0.05, 0)),
             Node("sigma", "variable", (), (0.75, 0))]
    if model.form == "noncentred":
        nodes += [Node("theta_raw", "variable", (), (-0.75, 1)),
                  Node("theta", "computed", ("mu", "tau", "theta_raw"), (-0.1, 1))]
    else:
        nodes += [Node("theta", "variable", ("mu", "tau"), (-0.3, 1))]
    return nodes + [Node("y", "data", ("theta", "sigma"), (0.1, 2))]


def multinomial(model):
    return [Node("alpha", "variable", (), (-0.5, 0)), Node("pi0", "variable", (), (0.5, 0)),
            Node("pi", "variable", ("alpha", "pi0"), (0, 1)),
            Node("counts", "data", ("pi",), (0, 2))]


def poisson(model, raw=None):
    raw = model.form == "noncentred" if raw is None else raw
    nodes = [Node("mu_log", "variable", (), (-0.5, 0)), Node("sigma_log", "variable", (), (0.5, 0))]
    if raw:
        nodes += [Node("lam_raw", "variable", (), (0.62, 1)),
                  Node("log_lam", "computed", ("mu_log", "sigma_log", "lam_raw"), (-0.1, 1))]
    else:
        nodes += [Node("log_lam", "variable", ("mu_log", "sigma_log"), (0, 1))]
    return nodes + [Node("y", "data", ("log_lam", "exposure"), (-0.1 if raw else 0, 2)),
                    Node("exposure", "known", (), (0.62, 2))]


def binomial(model):
    return [Node("phi", "variable", (), (-0.5, 0)), Node("kappa", "variable", (), (0.5, 0)),
            Node("theta", "variable", ("phi", "kappa"), (0, 1)),
            Node("successes", "data", ("theta", "trials"), (0, 2)),
            Node("trials", "known", (), (0.62, 2))]


FAMILIES = ((NormalNormal, normal), (OneWayNormal, one_way), (DirichletMultinomial, multinomial),
            (PoissonLognormal, poisson), (BetaBinomial, binomial))


def nodes_of(model, step=None):
    """The nodes of a model's diagram; [] for a model of one's own.

    The second draws of an interwoven sweep have the diagram of the non-centred form.
    """
    if step in getattr(model, "interweaves", {}) and isinstance(model, PoissonLognormal):
        return poisson(model, raw=True)
    return next((make(model) for kind, make in FAMILIES if isinstance(model, kind)), [])


def blanket(nodes, name, integrated=()):
    """The Markov blanket of a node: parents, children, and the children's other parents.

    What is computed, or integrated out, is first taken out of the diagram: its children become
    children of its parents.

    Returns
    -------
    set of str
        Without what was taken out.
    """
    parents = {node.name: set(node.parents) for node in nodes}
    out = [node.name for node in nodes if node.kind == "computed"] + list(integrated)
    for gone in out:
        for child, above in parents.items():
            if gone in above:
                parents[child] = (above - {gone}) | parents[gone]
    for gone in out:
        del parents[gone]
    children = [child for child, above in parents.items() if name in above]
    found = set(parents[name]).union(children, *(parents[child] for child in children))
    return found - {name}
