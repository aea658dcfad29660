"""The models: each wing says what one is (its generative story), its joint density and its
conditionals.
"""
from .binomial import BetaBinomial
from .multinomial import DirichletMultinomial
from .normal import NormalNormal
from .one_way import OneWayNormal
from .poisson import PoissonLognormal

__all__ = ["BetaBinomial", "DirichletMultinomial", "NormalNormal", "OneWayNormal",
           "PoissonLognormal"]
