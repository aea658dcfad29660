"""Estimates with known standard errors, such as Eight Schools: the Normal-Normal hierarchy."""
from .covariates import NormalNormalCovariates
from .exact import ExactNormalNormal
from .exact_covariates import ExactNormalNormalCovariates
from .exact_pooling import ExactCompletePooling, ExactNoPooling
from .model import Centred, Collapsed, Noncentred, NormalNormal
from .pooling import CompletePooling, NoPooling

__all__ = [
    "Centred", "Collapsed", "CompletePooling", "ExactCompletePooling", "ExactNoPooling",
    "ExactNormalNormal", "ExactNormalNormalCovariates", "NoPooling", "Noncentred", "NormalNormal",
    "NormalNormalCovariates",
]
