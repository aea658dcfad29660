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

`import gibbspool` itself imports nothing else: what stands in `core` is imported when the first of
its names or a room is asked for, and needs numpy and scipy alone; what is in `LATER`, each when it
is asked for itself. pandas, matplotlib and ArviZ are imported where they are used.
"""
import importlib

from . import ctrl_c  # noqa: F401 (the first, for it watches the others)

TYPE_CHECKING = False  # editors take it to be True, and so know where the names come from
if TYPE_CHECKING:
    from . import data, funnel, plots  # noqa: F401
    from .core import (
        Beta,
        BetaBinomial,
        Dirichlet,
        DirichletMultinomial,
        Draws,
        Exponential,
        Flat,
        Gamma,
        HalfCauchy,
        HalfNormal,
        HalfT,
        InverseGamma,
        Model,
        Normal,
        NormalNormal,
        OneWayNormal,
        PoissonLognormal,
        Uniform,
        sample,
        steps,
    )
    from .guide.advice import advise
    from .guide.comparing import compare
    from .guide.mixed_model import reml
    from .guide.scaled import scaled_priors
    from .guide.sensitivity import prior_sensitivity
    from .models.twins import exact
    from .player.play import play
    from .sampling.check import check_conditionals
    from .sampling.hamiltonian import hmc

__version__ = "0.1.0"

__all__ = [
    "data", "funnel",
    "Beta", "Dirichlet", "Exponential", "Flat", "Gamma", "HalfCauchy", "HalfNormal", "HalfT",
    "InverseGamma", "Normal", "Uniform",
    "BetaBinomial", "DirichletMultinomial", "NormalNormal", "OneWayNormal", "PoissonLognormal",
    "Draws", "Model", "advise", "check_conditionals", "compare", "exact", "hmc",
    "play", "prior_sensitivity", "reml", "sample", "scaled_priors", "steps",
]

# Names outside the core, and the modules they come from.
LATER = {
    "advise": "guide.advice",
    "check_conditionals": "sampling.check",
    "compare": "guide.comparing",
    "exact": "models.twins",
    "hmc": "sampling.hamiltonian",
    "play": "player.play",
    "prior_sensitivity": "guide.sensitivity",
    "reml": "guide.mixed_model",
    "scaled_priors": "guide.scaled",
}

# Packages of this one that need no import of their own: gp.sampling.griddy is there.
ROOMS = ("data", "distributions", "fit", "funnel", "guide", "homework", "lessons", "models",
         "numerics", "player", "plots", "sampling", "section58")


def __getattr__(name):
    """Python asks here for a name that this module does not have (yet)."""
    if name in LATER:
        module = importlib.import_module(f".{LATER[name]}", __name__)
        found = {name: getattr(module, name)}
    elif name in ROOMS or name in __all__:
        core = importlib.import_module(".core", __name__)
        found = {one: getattr(core, one) for one in core.__all__}
        if name in ROOMS:
            found[name] = importlib.import_module(f".{name}", __name__)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals().update(found)
    return found[name]


def __dir__():
    return sorted({*globals(), *__all__, *LATER, *ROOMS})
