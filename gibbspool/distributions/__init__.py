"""One vocabulary of densities: priors, conditionals and the exact marginals share `logpdf`, `draw`
and their like.
"""
from .base import Distribution, per_group
from .priors import PRIORS, prior_of
from .spreads import sd_prior
from .writing import parse, written

__all__ = ["PRIORS", "Distribution", "parse", "per_group", "prior_of", "sd_prior", "written"]
