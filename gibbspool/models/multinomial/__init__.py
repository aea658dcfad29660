"""Answers in categories, such as a survey by region: the Dirichlet-Multinomial hierarchy.

==================  ============================================================================
``observations``    the counts: labels, likelihood, replicates, whatever way they are pooled
``model``           the hierarchy: its generative story, its conditionals, its two forms
``restaurant``      the tables that the augmented form invents; ``seating`` draws how many, of
                    large crowds by ``stretches``
``pooling``         one vector of shares for all groups; one for each, on its own
``exact``           the hierarchy's exact posterior, by ``convolutions`` over ``curves`` and
                    ``splits``; ``shares``, its marginals; ``baseline_draws``, its draws
``exact_pooling``   the exact posteriors of the two alternatives, in closed form
==================  ============================================================================
"""
from .model import (
    AugmentedDirichletMultinomial,
    DirichletMultinomial,
    PlainDirichletMultinomial,
)
from .pooling import MultinomialCompletePooling, MultinomialNoPooling

# the short names, for those who import from this wing
Augmented, Plain = AugmentedDirichletMultinomial, PlainDirichletMultinomial
CompletePooling, NoPooling = MultinomialCompletePooling, MultinomialNoPooling

__all__ = [
    "Augmented", "AugmentedDirichletMultinomial", "CompletePooling", "DirichletMultinomial",
    "MultinomialCompletePooling", "MultinomialNoPooling", "NoPooling", "Plain",
    "PlainDirichletMultinomial",
]
