"""gibbspool: hierarchical models and partial pooling, every step open to view.

    import gibbspool as gp

    schools = gp.data.eight_schools()
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    truth = gp.exact(model)            # by quadrature
    draws = gp.sample(model)           # by Gibbs sampling
    draws.summary()                    # needs pandas and ArviZ: pip install 'gibbspool[all]'

`import gibbspool` needs numpy and scipy alone; pandas, matplotlib and ArviZ are imported where they
are used, and so is what nobody should wait for who does not use it, see `LATER`.
"""
import importlib

from . import ctrl_c, data  # noqa: F401 (the first, for it watches the others)
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
    "play", "prior_sensitivity", "reml", "sample", "scaled_priors", "steps",
]

# Names that are imported when they are first asked for, and the modules they come from.
LATER = {
    "funnel": "funnel",
    "advise": "guide.advice",
    "compare": "guide.comparing",
    "play": "player.play",
    "prior_sensitivity": "guide.sensitivity",
    "reml": "guide.mixed_model",
    "scaled_priors": "guide.scaled",
}


def __getattr__(name):
    """Python asks here for a name that this module does not have (yet)."""
    if name not in LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f".{LATER[name]}", __name__)
    found = module if name == LATER[name] else getattr(module, name)
    globals()[name] = found
    return found


def __dir__():
    return sorted({*globals(), *LATER})
