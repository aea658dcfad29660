"""What nearly every script asks for: the priors, the models, and how to draw from them."""
from .distributions.priors import (
    Beta,
    Dirichlet,
    Exponential,
    Flat,
    Gamma,
    HalfCauchy,
    HalfNormal,
    HalfT,
    InverseGamma,
    Normal,
    Uniform,
)
from .models import (
    BetaBinomial,
    DirichletMultinomial,
    NormalNormal,
    OneWayNormal,
    PoissonLognormal,
)
from .sampling.draws import Draws
from .sampling.gibbs import sample, steps
from .sampling.model import Model

__all__ = [
    "Beta", "Dirichlet", "Exponential", "Flat", "Gamma", "HalfCauchy", "HalfNormal", "HalfT",
    "InverseGamma", "Normal", "Uniform",
    "BetaBinomial", "DirichletMultinomial", "NormalNormal", "OneWayNormal", "PoissonLognormal",
    "Draws", "Model", "sample", "steps",
]
