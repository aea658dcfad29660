"""Some draws of variables too large to keep, spaced evenly over a run: for two quantiles."""
import numpy as np

MOST = 200  # draws in all


class Points:
    """At most 200 draws of a variable, from as many chains as that allows, and their quantiles.

    A quantile near the ends of the 89 % interval is told by 200 draws to within about 0.15
    posterior standard deviations.

    Parameters
    ----------
    shape : tuple of int
        Of one draw, (chain, ...).
    draws : int
        How many sweeps there will be.

    Attributes
    ----------
    sweeps : array of int
        The sweeps whose draws are held, counted from 0.
    chains : array of int
        The chains whose draws are held.
    held : array (sweep, chain, ...)
    """

    def __init__(self, shape, draws):
        chains = min(shape[0], MOST)
        sweeps = min(draws, MOST // chains)
        self.chains = np.arange(chains) * shape[0] // chains
        self.sweeps = np.arange(1, sweeps + 1) * draws // sweeps - 1
        self.held = np.empty((sweeps, chains, *shape[1:]))
        self.done = 0

    def add(self, sweep, x):
        """Hold the draws x, (chain, ...), if it is the turn of this sweep."""
        if self.done < len(self.sweeps) and sweep == self.sweeps[self.done]:
            self.held[self.done] = x[self.chains]
            self.done += 1

    def quantile(self, q):
        """The value below which a share q of the draws held lies, (...); NaN if there are none."""
        held = self.held[:self.done].reshape(-1, *self.held.shape[2:])
        if not len(held):
            return np.full(held.shape[1:], np.nan)
        return np.quantile(held, q, axis=0)

    @property
    def size(self):
        """How many numbers are held."""
        return self.held.size
