"""Yardsticks for draws: distances in Monte Carlo standard errors."""
import numpy as np


def z_of_means(x, mean):
    """z-score of the mean of draws (chain, draw) against a known mean.

    Its standard error comes from the spread of the chain means: chains are independent, whatever
    happens within one.
    """
    per_chain = x.reshape(x.shape[0], -1).mean(axis=1)
    return (per_chain.mean() - mean) / (per_chain.std(ddof=1) / np.sqrt(len(per_chain)))
