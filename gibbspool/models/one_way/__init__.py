"""Observations in groups, their spread unknown, such as scores by instructor: the one-way model.

To read in this order: `observations` (the data and their likelihood), `model` (the hierarchy and
two of its forms), `collapsed` (the third), `pooling` (its alternatives), then the exact answers:
`given_spreads` (all that is normal once tau and sigma are known), `exact` and `exact_pooling`, and
what each of them is made of.
"""
from .collapsed import CollapsedOneWayNormal
from .model import CentredOneWayNormal, NoncentredOneWayNormal, OneWayNormal
from .pooling import OneWayCompletePooling, OneWayNoPooling, OneWayNoPoolingOwnSigma

# The same by the short names that every wing has.
Centred, Noncentred, Collapsed = CentredOneWayNormal, NoncentredOneWayNormal, CollapsedOneWayNormal
CompletePooling, NoPooling = OneWayCompletePooling, OneWayNoPooling
NoPoolingOwnSigma = OneWayNoPoolingOwnSigma

__all__ = [
    "Centred", "CentredOneWayNormal", "Collapsed", "CollapsedOneWayNormal", "CompletePooling",
    "NoPooling", "NoPoolingOwnSigma", "Noncentred", "NoncentredOneWayNormal",
    "OneWayCompletePooling", "OneWayNoPooling", "OneWayNoPoolingOwnSigma", "OneWayNormal",
]
