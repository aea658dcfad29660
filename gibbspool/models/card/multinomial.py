"""The card of counts of answers in several categories."""
import numpy as np

from ...numerics.coordinates import Logit
from .. import examples
from ..multinomial import DirichletMultinomial
from .base import Card, error_of_share, share_of


class MultinomialCard(Card):
    """Counts of answers in several categories."""

    name, model = "multinomial", DirichletMultinomial
    story = "counts of answers ~ Multinomial(pi) in each group; pi ~ Dirichlet(alpha pi0)"
    hyper = ("alpha", "pi0")
    noun, link, concentration = "answers", Logit(), True
    axis = "share of answers"
    ways = {("categories",): "a column of counts for each",
            ("group", "category", "count"): "a row for each pair"}
    several = {"categories": "a,b,c"}
    typed = "survey.csv --model multinomial --categories yes,no,unsure --group region"
    examples = {"survey": examples.survey}

    def read(self, table, categories=(), category=None, count=None, group=None, **given):
        """Wide (a column of counts for each category) or long (a row for each pair)."""
        if categories:
            rows = table.groups(group)
            table.note_total_columns(categories, "category")
            table.note_several_rows(rows, "their counts are summed")
            groups, counts = rows.labels, rows.sums(np.column_stack(
                [table.numbers(name, nonnegative=True, whole=True) for name in categories]))
        else:
            groups, categories, counts = table.crossed(group, category, count)
        if not np.any(counts):
            raise ValueError(f"{table.path} holds no answer at all: every count is 0")
        return DirichletMultinomial(counts, groups=groups, categories=list(categories), **given)

    def data(self, model):
        return {"count": model.counts, "n": np.repeat(model.n[:, None], model.K, axis=1)}

    def estimate(self, model):
        return share_of(model.counts, np.broadcast_to(model.n[:, None], model.counts.shape))

    def error(self, truth, pooled):
        return error_of_share(pooled, truth.model.n[:, None])

    def size(self, model):
        return model.n
