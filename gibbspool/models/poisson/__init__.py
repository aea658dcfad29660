"""Counts over exposures, such as adverse events in hospitals: the Poisson-lognormal hierarchy."""
from .exact import ExactPoissonLognormal
from .exact_pooling import ExactCompletePooling, ExactNoPooling
from .model import Centred, Interwoven, Noncentred, PoissonLognormal
from .pooling import CompletePooling, NoPooling

__all__ = [
    "Centred", "CompletePooling", "ExactCompletePooling", "ExactNoPooling",
    "ExactPoissonLognormal", "Interwoven", "NoPooling", "Noncentred", "PoissonLognormal",
]
