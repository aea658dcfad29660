"""The card of successes out of trials."""
import numpy as np

from ...numerics.coordinates import Logit
from .. import examples
from ..binomial import BetaBinomial
from .base import Card, error_of_share, share_of


class BinomialCard(Card):
    """Successes out of trials."""

    name, model = "binomial", BetaBinomial
    story = ("successes ~ Binomial(trials, theta) in each group; "
             "theta ~ Beta(phi kappa, (1 - phi) kappa)")
    hyper = ("phi", "kappa")
    noun, link, concentration = "trials", Logit(), True
    axis = "{successes} / {trials}"
    ways = {("successes", "trials"): ""}
    typed = "batting.csv --model binomial --successes hits --trials at_bats --group player"
    examples = {"baseball": examples.baseball}

    def read(self, table, successes, trials, group=None, **given):
        """A row for each group: its number of successes and of trials. Rows of one are summed."""
        groups = table.groups(group)
        y = table.numbers(successes, nonnegative=True, whole=True)
        n = table.numbers(trials, nonnegative=True, whole=True)
        for i in np.flatnonzero(y > n):
            raise table.complaint(i, successes, f"{y[i]:g} successes out of {n[i]:g} trials")
        if not n.any():
            raise ValueError(f"{table.path} holds no data: every number of trials is 0")
        table.note_several_rows(groups, "their successes and trials are summed")
        return BetaBinomial(groups.sums(y), groups.sums(n), groups=groups.labels, **given)

    def data(self, model):
        return {"successes": model.successes, "trials": model.trials}

    def estimate(self, model):
        return share_of(model.successes, model.trials)

    def error(self, truth, pooled):
        return error_of_share(pooled, truth.model.trials)

    def size(self, model):
        return model.trials
