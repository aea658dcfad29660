"""Where a chain starts: a standard deviation drawn wide, for the `initial` of the families."""
import numpy as np


def start_of_sd(rng, prior, scale, shape):
    """Starting values of a standard deviation, more spread out than its posterior.

    Inside the prior's support: uniform where it is bounded, and otherwise scattered around `scale`
    by a factor of e or so.

    Parameters
    ----------
    rng : numpy Generator
    prior : Distribution
    scale : float
        Of the data, in their unit.
    shape : tuple of int

    Returns
    -------
    array of that shape
    """
    low, high = prior.support
    if np.isfinite(high):
        return rng.uniform(low, high, shape)
    return low + scale * np.exp(rng.standard_normal(shape))
