"""Many values brought down to a few: sums of a smooth function over them cost the same few."""
import numpy as np
from numpy.polynomial import legendre

from .integral import NODES, TO_SERIES


def condensed(values, times):
    """Nodes and weights with which a sum over many values is one over few.

    ::

        sum_r times_r f(values_r) = sum_j weights_j f(nodes_j)

    for a function like log Gamma, which from a value to its double, an octave, is a polynomial
    through 16 nodes but for rounding: f = sum_j f(nodes_j) l_j, where l_j is the polynomial that is
    1 at node j and 0 at the others. So the weights are sum_r times_r l_j(values_r). Where an octave
    has no more than 16 different values, they stay as they are.

    Parameters
    ----------
    values : array (n,)
        > 0.
    times : array (n,)

    Returns
    -------
    nodes, weights : array (m,)
    """
    octave = np.floor(np.log2(values))
    nodes, weights = [np.zeros(0)], [np.zeros(0)]
    for number in np.unique(octave):
        x, t = values[octave == number], times[octave == number]
        if len(x) > len(NODES):
            half = 2.0 ** (number - 1)
            polynomials = legendre.legvander((x - 3 * half) / half, len(NODES) - 1)
            x, t = 3 * half + half * NODES, t @ polynomials @ TO_SERIES
        nodes.append(x)
        weights.append(t)
    return np.concatenate(nodes), np.concatenate(weights)
