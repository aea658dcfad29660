"""The models: each says what it is (its generative story), its joint density and its conditionals."""
from .multinomial import DirichletMultinomial
from .normal import NormalNormal

__all__ = ["DirichletMultinomial", "NormalNormal"]
