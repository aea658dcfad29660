"""Successes out of trials, such as batting averages: the Beta-Binomial hierarchy.

==================  ============================================================================
``observations``    the counts: labels, likelihood, replicates, whatever way they are pooled
``model``           the hierarchy: its generative story, its conditionals, its two forms
``pooling``         one rate for all groups; each group on its own
``exact``           the hierarchy's exact posterior, from ``joint_density`` of phi and kappa and the
                    ``tabulated`` likelihood; ``columns``, its nodes, of which rates are mixtures
``exact_pooling``   the exact posteriors of the two alternatives, in closed form
==================  ============================================================================
"""
from .model import BetaBinomial, CentredBetaBinomial, CollapsedBetaBinomial
from .observations import Trials
from .pooling import BinomialCompletePooling, BinomialNoPooling

# Short names, for those who work with this family alone.
Centred = CentredBetaBinomial
Collapsed = CollapsedBetaBinomial
CompletePooling = BinomialCompletePooling
NoPooling = BinomialNoPooling

__all__ = [
    "BetaBinomial", "BinomialCompletePooling", "BinomialNoPooling", "Centred",
    "CentredBetaBinomial", "Collapsed", "CollapsedBetaBinomial", "CompletePooling", "NoPooling",
    "Trials",
]
