"""The funnel, centred and non-centred: targets for `gibbspool.hmc`, and what comes of runs on
them.
"""
from .runs import bias, crossing, crossing_size, gibbs_runs, hmc_runs, paths_into_the_neck, run
from .targets import (
    FORMS,
    CentredFunnel,
    CentredNormal,
    Funnel,
    NoncentredFunnel,
    NoncentredNormal,
    eight_schools,
    join,
    neal,
    normal_normal,
    prior_slope,
)

__all__ = [
    "FORMS", "CentredFunnel", "CentredNormal", "Funnel", "NoncentredFunnel", "NoncentredNormal",
           "bias", "crossing",
    "crossing_size", "eight_schools", "gibbs_runs", "hmc_runs", "join", "neal", "normal_normal",
           "paths_into_the_neck",
    "prior_slope", "run",
]
