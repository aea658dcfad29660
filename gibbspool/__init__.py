"""gibbspool: hierarchical models and partial pooling, every step open to view.

    import gibbspool as gp

    schools = gp.data.eight_schools()
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    truth = gp.exact(model)            # by quadrature
    draws = gp.sample(model)           # by Gibbs sampling
    draws.summary()                    # needs pandas and ArviZ: pip install 'gibbspool[all]'

`import gibbspool` needs numpy and scipy alone; pandas, matplotlib and ArviZ are imported where they
are used.
"""
from . import ctrl_c, data, funnel  # noqa: F401 (the first, for it watches the others)
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
from .guide.advice import advise
from .guide.comparing import compare
from .guide.mixed_model import reml
from .guide.scaled import scaled_priors
from .guide.sensitivity import prior_sensitivity
from .models import (
    BetaBinomial,
    DirichletMultinomial,
    NormalNormal,
    OneWayNormal,
    PoissonLognormal,
)
from .models.twins import exact
from .sampling.check import check_conditionals
from .sampling.draws import Draws
from .sampling.gibbs import sample, steps
from .sampling.hamiltonian import hmc
from .sampling.model import Model

__version__ = "0.1.0"

__all__ = [
    "data", "funnel",
    "Beta", "Dirichlet", "Exponential", "Flat", "Gamma", "HalfCauchy", "HalfNormal", "HalfT",
    "InverseGamma", "Normal", "Uniform",
    "BetaBinomial", "DirichletMultinomial", "NormalNormal", "OneWayNormal", "PoissonLognormal",
    "Draws", "Model", "advise", "check_conditionals", "compare", "exact", "hmc",
    "prior_sensitivity", "reml", "sample", "scaled_priors", "steps",
]
