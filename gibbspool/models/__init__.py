"""The models, one wing for each family: its generative story, joint density and conditionals."""
from .binomial import BetaBinomial
from .multinomial import DirichletMultinomial
from .normal import NormalNormal
from .one_way import OneWayNormal
from .poisson import PoissonLognormal

__all__ = ["BetaBinomial", "DirichletMultinomial", "NormalNormal", "OneWayNormal",
           "PoissonLognormal"]
