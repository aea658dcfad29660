"""A position of Hamiltonian Monte Carlo is one vector: single numbers first, then the groups."""
import numpy as np


def join(*parts):
    """Numbers (...) and groups (..., J), side by side on the last axis.

    Returns
    -------
    array (..., D)
        One position or gradient.
    """
    axes = parts[-1].ndim
    columns = [part if part.ndim == axes else part[..., None] for part in parts]
    return np.concatenate(columns, axis=-1)
