"""Complete pooling pulls all the way, no pooling not at all: so the section defines shrinkage. Its
own model without pooling has a prior that pulls.
"""
from functools import cache

import numpy as np

from ...distributions.standard import Normal
from ...models.twins import exact
from .common import schools
from .halves import Claim, halves


@cache
def pull_without_pooling():
    """How far the section's no_pool, theta_j ~ Normal(0, 20), pulls each school to 0: (J,), as a
    share of the way.
    """
    return 1 - exact(schools().no_pooling())["theta"].mean / schools().y


def in_no_pool():
    """A sentence on it."""
    pull = pull_without_pooling()
    return (f"Not in the section's own no_pool, of Eight Schools (5.8.5): its theta ~ Normal(0, "
            f"20) pulls each school by {pull.min():.0%} to {pull.max():.0%} of the way to 0.")


def of_a_left_out_school():
    """What its prior says of each school, Normal(0, sqrt(20^2 + sigma_j^2)): the summed log density
    of the effects, beside the exact leave-one-out elpd of the model.
    """
    model = schools().no_pooling()
    prior = Normal(model.theta.mean, np.hypot(model.theta.sd, model.sigma))
    return float(prior.logpdf(model.y).sum()), exact(model).elpd_loo().elpd


def judge_extremes(ledger, flat, own_means, complete):
    """`flat` are posterior means without pooling and with a flat prior; `complete`, those of
    complete pooling.
    """
    halves(ledger, "pooling.extremes",
           Claim(np.size(complete) == 1, "Total under complete pooling: every group has the same "
                                         "estimate."),
           Claim(np.allclose(flat, own_means), "Zero under no pooling with a flat prior: every "
                                               "estimate is the group's own mean."),
           Claim(np.allclose(pull_without_pooling(), 0), in_no_pool()))
