"""The funnel, centred and non-centred: targets for `gibbspool.hmc`, and experiments on them."""
from .neals_funnel import CentredFunnel, Funnel, NoncentredFunnel
from .normal_targets import CentredNormal, NoncentredNormal
from .positions import join
from .prior_slopes import prior_slope
from .runs import bias, crossing, crossing_size, gibbs_runs, hmc_runs, paths_into_the_neck, run
from .targets import FORMS, eight_schools, neal, normal_normal

__all__ = [
    "FORMS", "CentredFunnel", "CentredNormal", "Funnel", "NoncentredFunnel", "NoncentredNormal",
    "bias", "crossing", "crossing_size", "eight_schools", "gibbs_runs", "hmc_runs", "join", "neal",
    "normal_normal", "paths_into_the_neck", "prior_slope", "run",
]
