"""The models, one wing for each family: its generative story, joint density and conditionals.

In the section `normal` is Eight Schools, `one_way` the instructors, `multinomial` the survey and
`poisson` the hospitals; `binomial` is baseball, for Stein's paradox. The conditional of a variable
is `NAME_given` in the wing's `model`.
"""
from .binomial import BetaBinomial
from .multinomial import DirichletMultinomial
from .normal import NormalNormal
from .one_way import OneWayNormal
from .poisson import PoissonLognormal

__all__ = ["BetaBinomial", "DirichletMultinomial", "NormalNormal", "OneWayNormal",
           "PoissonLognormal"]
