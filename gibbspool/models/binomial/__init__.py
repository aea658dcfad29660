"""Successes out of trials, such as batting averages: the Beta-Binomial hierarchy."""
from .exact import ExactBetaBinomial
from .exact_pooling import ExactCompletePooling, ExactNoPooling
from .model import BetaBinomial, Centred, Collapsed
from .pooling import CompletePooling, NoPooling

__all__ = [
    "BetaBinomial", "Centred", "Collapsed", "CompletePooling", "ExactBetaBinomial",
    "ExactCompletePooling", "ExactNoPooling", "NoPooling",
]
