"""The card of counts of events, in known exposures."""
import numpy as np

from ...numerics.coordinates import Log
from .. import examples
from ..poisson import PoissonLognormal
from .base import Card, share_of


class PoissonCard(Card):
    """Counts of events, in known exposures."""

    name, model = "poisson", PoissonLognormal
    story = ("a count ~ Poisson(lam exposure) for each group; "
             "log lam ~ Normal(mu_log, sigma_log)")
    hyper = ("mu_log", "sigma_log")
    noun, link = "exposures", Log()
    axis = "{count} / {exposure}"
    ways = {("count", "exposure"): "events, and the time or number in which they could have "
                                   "happened"}
    typed = "events.csv --model poisson --count events --exposure days --group hospital"
    examples = {"hospitals": examples.hospitals}

    def read(self, table, count, exposure, group=None, **given):
        """A row for each group: its count of events and its exposure. Rows of one are summed."""
        groups = table.groups(group)
        y = table.numbers(count, nonnegative=True, whole=True)
        e = table.numbers(exposure, nonnegative=True)
        for i in np.flatnonzero((y > 0) & (e == 0)):
            raise table.complaint(i, count, f"{y[i]:g} events in an exposure of 0")
        if not e.any():
            raise ValueError(f"{table.path} holds no data: every exposure is 0")
        table.note_several_rows(groups, "their counts and exposures are summed")
        return PoissonLognormal(groups.sums(y), groups.sums(e), groups=groups.labels, **given)

    def data(self, model):
        return {"count": model.y, "exposure": model.exposure}

    def estimate(self, model):
        return share_of(model.y, model.exposure)

    def error(self, truth, pooled):
        """sqrt(lam_j / e_j); inf for a group without exposure."""
        with np.errstate(divide="ignore"):
            return np.sqrt(pooled / truth.model.exposure)

    def pull(self, truth, spread):
        """About 1 / (1 + sigma_log^2 E_j), on the log scale, with E_j the expected count.

        The variance of the log of a count is about 1 / E_j.
        """
        lam = np.exp(truth["mu_log"].quantile(0.5))
        return 1 / (1 + spread**2 * lam * truth.model.exposure)

    def size(self, model):
        return model.exposure
