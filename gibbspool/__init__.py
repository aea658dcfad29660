"""gibbspool: hierarchical models and partial pooling, every step open to view.

    import gibbspool as gp

    schools = gp.data.eight_schools()
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    truth = gp.exact(model)            # by quadrature
    draws = gp.sample(model)           # by Gibbs sampling
    draws.summary()                    # needs pandas and ArviZ: pip install 'gibbspool[all]'

`import gibbspool` needs numpy and scipy alone; pandas, matplotlib and ArviZ are imported where they are used.
"""
from . import data, funnel
from .advice import advise
from .check import check_conditionals
from .distributions import (
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
from .draws import Draws
from .exact_posterior import exact
from .gibbs import sample, steps
from .hamiltonian import hmc
from .mixed_model import reml
from .models import BetaBinomial, DirichletMultinomial, NormalNormal, OneWayNormal, PoissonLognormal
from .pooling import compare
from .sensitivity import prior_sensitivity

__version__ = "0.1.0"

__all__ = [
    "data", "funnel",
    "Beta", "Dirichlet", "Exponential", "Flat", "Gamma", "HalfCauchy", "HalfNormal", "HalfT", "InverseGamma", "Normal",
    "Uniform",
    "BetaBinomial", "DirichletMultinomial", "NormalNormal", "OneWayNormal", "PoissonLognormal",
    "Draws", "advise", "check_conditionals", "compare", "exact", "hmc", "prior_sensitivity", "reml", "sample", "steps",
]
