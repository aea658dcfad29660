"""The funnel, centred and non-centred: targets for `gibbspool.hmc`, and experiments on them.

The funnel is the shape that the posterior of a hierarchical model has in (theta_j, log tau). Where
tau is small all theta_j lie within about tau of mu: the neck. Where tau is large they spread out:
the mouth. No single step length suits both: one that is right for the mouth leaves the neck at
once, one that is right for the neck takes ages in the mouth. Written non-centred, theta_j = mu +
tau theta_raw_j, each theta_raw_j has the same scale at every tau before the data, and weak data do
not bring the funnel back. Neal's funnel is that shape and nothing else: v ~ Normal(0, 3) and
x_1, ..., x_9 ~ Normal(0, exp(v / 2)), so that exp(v / 2) is tau.

    gp.funnel.neal("centred"), gp.funnel.eight_schools("noncentred")    # targets
    gp.hmc(gp.funnel.neal("centred"))                                   # and a sampler to see them
"""
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
