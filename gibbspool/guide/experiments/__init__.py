"""Experiments on the practical advice of Section 5.8.6 and on Stein's paradox: one question a file.

========================  ======================================================================
`how_many_groups`         what do few groups, or more, say of tau?
`all_alike`               does a hierarchical model do harm where all groups are the same?
`two_kinds`               does it do harm where groups of two kinds are pooled as one?
`thousands`               do running summaries do, where there are too many groups to keep draws?
`plug_in`                 what do REML's intervals, with tau plugged in, cover?
`steins_paradox`          does shrinking beat the raw means wherever the truth lies?
========================  ======================================================================

Each function returns plain numbers, by name. Most ask for the exact posteriors of thousands of
simulated data sets: see `gibbspool.guide.many`.
"""
from ..many import pooled
from .all_alike import tau_near_zero
from .how_many_groups import (
    few_groups,
    first_schools,
    follows_prior,
    more_groups,
    schools_follow_prior,
)
from .plug_in import reml_coverage
from .steins_paradox import baseball, stein_risk
from .thousands import many_groups
from .two_kinds import DESIGNS, not_exchangeable

__all__ = [
    "DESIGNS", "baseball", "few_groups", "first_schools", "follows_prior", "many_groups",
    "more_groups", "not_exchangeable", "pooled", "reml_coverage", "schools_follow_prior",
    "stein_risk", "tau_near_zero",
]
