"""Observations in groups, their spread unknown, such as scores by instructor: the one-way model."""
from .exact import ExactOneWayNormal
from .exact_pooling import ExactCompletePooling, ExactNoPooling, ExactNoPoolingOwnSigma
from .model import Centred, Collapsed, Noncentred, OneWayNormal
from .pooling import CompletePooling, NoPooling, NoPoolingOwnSigma

__all__ = [
    "Centred", "Collapsed", "CompletePooling", "ExactCompletePooling", "ExactNoPooling",
    "ExactNoPoolingOwnSigma", "ExactOneWayNormal", "NoPooling", "NoPoolingOwnSigma", "Noncentred",
    "OneWayNormal",
]
