"""TODO models.start"""
import numpy as np


def start_of_sd(rng, prior, scale, shape):
    """Overdispersed starting values of a standard deviation, inside the prior's support."""
    low, high = prior.support
    if np.isfinite(high):
        return rng.uniform(low, high, shape)
    return low + scale * np.exp(rng.standard_normal(shape))
