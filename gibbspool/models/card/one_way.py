"""The card of observations in groups."""
import numpy as np

from ...numerics.coordinates import Line
from .. import examples
from ..one_way import OneWayNormal
from .base import Card


class OneWayCard(Card):
    """Observations in groups."""

    name, model = "oneway", OneWayNormal
    story = "values ~ Normal(theta, sigma) in each group, sigma unknown; theta ~ Normal(mu, tau)"
    hyper = ("mu", "tau", "sigma")
    noun, link = "observations", Line()
    axis = "{value}"
    ways = {("value", "group"): "a row for each observation",
            ("wide",): "a column for each group, cells may be empty"}
    optional = {}
    several = {"wide": "A,B,C"}
    gaps = ("wide",)
    typed = "scores.csv --model oneway --value score --group instructor"
    examples = {"instructors": examples.instructors}

    def read(self, table, value=None, group=None, wide=(), **given):
        """Long (a row for each observation, with its group) or wide (a column for each group)."""
        if not wide:
            return OneWayNormal(table.numbers(value), np.array(table.labels(group)), **given)
        table.note_total_columns(wide, "group")
        columns = [table.numbers(name, missing=True) for name in wide]
        for name, column in zip(wide, columns):
            if np.isnan(column).all():
                raise ValueError(f"{table.path}: column {name!r} has no observation at all")
        columns = [column[~np.isnan(column)] for column in columns]
        label = np.repeat(list(wide), [len(column) for column in columns])
        return OneWayNormal(np.concatenate(columns), label, **given)

    def data(self, model):
        return {"n": model.n}

    def estimate(self, model):
        return model.mean

    def error(self, truth, pooled):
        """sigma / sqrt(n_i), at the median of sigma."""
        return truth["sigma"].quantile(0.5) / np.sqrt(truth.model.n)

    def pull(self, truth, spread):
        """B_i at the median of sigma."""
        return truth.model.shrinkage(spread, truth["sigma"].quantile(0.5))

    def size(self, model):
        return model.n
