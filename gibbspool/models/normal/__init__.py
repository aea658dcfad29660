"""Estimates with known standard errors, such as Eight Schools: the Normal-Normal hierarchy.

Where to find what:

- `observations`: the data and their likelihood, shared by all that follows.
- `model`: the hierarchy in its three forms.
- `covariates`: the same with a line, a `regression`, in place of the population's mean.
- `pooling`: the two extremes, one effect for all groups and each group on its own.
- `exact`, `exact_covariates`, `exact_pooling`: their posteriors without Monte Carlo.
"""
from .covariates import (
    CentredNormalNormalCovariates,
    CollapsedNormalNormalCovariates,
    NoncentredNormalNormalCovariates,
    NormalNormalCovariates,
)
from .model import (
    CentredNormalNormal,
    CollapsedNormalNormal,
    NoncentredNormalNormal,
    NormalNormal,
)
from .observations import Estimates
from .pooling import NormalCompletePooling, NormalNoPooling

# Short names, for those who work with this family alone.
Centred = CentredNormalNormal
Noncentred = NoncentredNormalNormal
Collapsed = CollapsedNormalNormal
CompletePooling = NormalCompletePooling
NoPooling = NormalNoPooling

__all__ = [
    "Centred", "CentredNormalNormal", "CentredNormalNormalCovariates", "Collapsed",
    "CollapsedNormalNormal", "CollapsedNormalNormalCovariates", "CompletePooling", "Estimates",
    "NoPooling", "Noncentred", "NoncentredNormalNormal", "NoncentredNormalNormalCovariates",
    "NormalCompletePooling", "NormalNoPooling", "NormalNormal", "NormalNormalCovariates",
]
