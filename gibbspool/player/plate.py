"""The plate diagram of a model, and the Markov blanket of each of its steps read off it.

A node is a variable, a datum or something computed; an arrow says that the one below was drawn
given the one above. A plate holds what is repeated for every group.
"""
from typing import NamedTuple


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
