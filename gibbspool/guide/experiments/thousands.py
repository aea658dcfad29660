"""Thousands of groups, sampled with nothing kept of them but summaries (Section 5.8.6)."""
import numpy as np
from scipy.special import ndtri

from ... import validate
from ...models.normal.model import NormalNormal
from ...models.twins import exact
from ...sampling.gibbs import sample
from ..many import HIGH, LOW


def many_groups(J=2000, draws=500, tune=200, chains=4, seed=1):
    """Summaries of theta beside the exact posterior.

    theta_j ~ Normal(8, 5), standard errors between 5 and 15.

    Returns
    -------
    dict
        draws : the Draws, with summaries of theta.
        truth : the exact posterior.
        mean_z : array (J,), errors of the means in the Monte Carlo standard errors that as many
            independent draws of theta would have.
        sd_ratio : array (J,), summary's over exact sd.
        numbers_kept, numbers_all : how many numbers are held, and how many all draws of theta would
            be.
        interval_error : largest distance between mean +- z sd, as kept, and the exact 89% HDI, in
            sds, over 50 groups.
    """
    rng = validate.generator(seed)
    sigma = rng.uniform(5, 15, J)
    model = NormalNormal(rng.normal(rng.normal(8, 5, J), sigma), sigma)
    truth = exact(model)
    found = sample(model, draws=draws, tune=tune, chains=chains, seed=rng, keep="summaries")
    theta, mean, sd = found.summaries["theta"], truth["theta"].mean, truth["theta"].sd

    some = np.linspace(0, J - 1, min(J, 50)).astype(int)
    ends = np.array([truth["theta"][j].hdi(0.89) for j in some])
    guess = theta.mean[some, None] + ndtri([LOW, HIGH]) * theta.sd[some, None]
    return {"draws": found, "truth": truth,
            "mean_z": (theta.mean - mean) / (sd / np.sqrt(draws * chains)),
            "sd_ratio": theta.sd / sd,
            "numbers_all": draws * chains * J,
            "numbers_kept": sum(found[name].size for name in found) + theta.size,
            "interval_error": float(np.max(np.abs(guess - ends) / sd[some, None]))}
