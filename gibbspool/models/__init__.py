"""The models: each wing says what one is (its generative story), its joint density and its
conditionals.
"""
from .binomial.model import BetaBinomial
from .multinomial.model import DirichletMultinomial
from .normal.model import NormalNormal
from .one_way.model import OneWayNormal
from .poisson.model import PoissonLognormal

__all__ = ["BetaBinomial", "DirichletMultinomial", "NormalNormal", "OneWayNormal",
           "PoissonLognormal"]
