"""One vocabulary of densities, for priors, conditionals and exact marginals: `logpdf`, `draw`, ...

Where to find what:

- `base`: what every density has.
- `standard`, `vectors`: the densities, of numbers and of vectors, as conditionals build them.
- `priors`: the same for people, with their parameters checked; `writing`: as text.
- `spreads`: what a prior stands for where the variable is a standard deviation.
- `marginals`: the distribution of one number in an exact posterior; `shortest`: its shortest
  interval; `mixtures`, `beta_mixture`: where it is a mixture of normals or Betas.
"""
from .base import Distribution, per_group
from .priors import PRIORS, prior_of
from .spreads import sd_prior
from .writing import parse, written

__all__ = ["PRIORS", "Distribution", "parse", "per_group", "prior_of", "sd_prior", "written"]
