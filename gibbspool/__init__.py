"""gibbspool: hierarchical models and partial pooling, every step open to view.

    >>> import gibbspool as gp
    >>> schools = gp.data.eight_schools()
    >>> model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    >>> truth = gp.exact(model)                             # by quadrature
    >>> truth["tau"]
    tau: mean 4.806, sd 3.719, 89% HDI [0, 9.634]
    >>> print(f"{truth.elpd_loo().elpd:.2f}")
    -30.92
    >>> draws = gp.sample(model, draws=1000, chains=4)      # by Gibbs sampling
    >>> draws["theta"].shape                                # (chain, draw, school)
    (4, 1000, 8)

`draws.summary()` is ArviZ's table; it needs pandas and ArviZ: pip install 'gibbspool[all]'. In a
terminal `gibbspool lessons` lists sixteen lessons, from a joint density to a sampler.

Words that stand for the same thing everywhere:

exact
    Without random draws: by quadrature, or in closed form. What error is left is estimated, as
    ``truth.error``; more than a millionth of a posterior sd is refused. Lesson 12.
HDI
    Highest-density interval: the shortest one that holds a given probability, 89 % by default. It
    may begin where a quantity ends, as that of tau above does at 0.
elpd
    Expected log predictive density, by leaving one group out: the sum over the groups j of
    log p(y_j | all other groups). Higher is better; only differences between models of the same
    data tell something. Lesson 14.
exchangeable
    Before the data no group is marked; see `NormalNormal`. Lesson 16.
shrinkage
    B_j = sigma_j^2 / (sigma_j^2 + tau^2), how far group j is pulled from its own estimate towards
    the mean of all groups: 0 not at all, 1 all the way. Lesson 1.
Markov blanket
    All that stands in the factors of the joint density that contain a variable: given these,
    nothing else tells anything of it. The data count where they stand there: in the centred form in
    that of theta_j, with mu and tau; not in those of mu and of tau. Lesson 1.
slice
    Where a density lies above a random height. `gibbspool step` and lesson 5 draw from it.
funnel
    The shape of a posterior in which the groups' theta_j lie close together where tau is small and
    far apart where it is large: no single step length suits both. See `funnel`.
effective sample size, ESS
    How many independent draws would tell as much about a mean as these do. Lesson 11.
R-hat
    How far apart chains are, compared with how far each spreads: 1 where they agree. Near 1 is
    needed and no proof. Lesson 11.
NUTS
    The No-U-Turn Sampler, Hamiltonian Monte Carlo whose paths end where they turn back:
    ``gp.hmc(target, trajectory="nuts")``. Lesson 13.

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
    "plots": "plots",
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
