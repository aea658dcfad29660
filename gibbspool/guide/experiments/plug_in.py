"""What do the intervals of REML cover, which plug in an estimate of tau? (Section 5.8.6)"""
import numpy as np
from scipy.special import ndtri

from ... import data, validate
from ...distributions.standard import HalfNormal
from ...models.normal.model import NormalNormal
from ..many import HIGH, averaged, pooled
from ..mixed_model import reml


def reml_coverage(spreads=(0.0, 2.0, 5.0, 10.0, 20.0), tau=HalfNormal(10), sets=500, seed=1):
    """How often the intervals of REML and of the exact posterior cover the true theta.

    theta_j ~ Normal(8, spread), with the standard errors of the eight schools.

    Parameters
    ----------
    spreads : list of float
        True values of tau.
    tau : prior
        Of the exact posterior; REML has none.
    sets, seed : int
        Simulated data sets for each spread.

    Returns
    -------
    list of dict
        spread; boundary, the share of data sets where REML says tau = 0; naive, plug_in, exact:
        coverage of nominal 89% intervals, by the REML standard errors without and with the
        uncertainty of mu, and by the exact posterior; each with its standard error over data sets
        (naive_se, ...).
    """
    sigma, rng, z = data.eight_schools().sigma, validate.generator(seed), ndtri(HIGH)
    rows = []
    for spread in spreads:
        theta = rng.normal(8, spread, (sets, 8))
        y = rng.normal(theta, sigma)
        fits = [reml(NormalNormal(one, sigma)) for one in y]
        off = np.abs(np.array([fit.theta for fit in fits]) - theta)
        covered = {"naive": off <= z * np.array([fit.theta_se_naive for fit in fits]),
                   "plug_in": off <= z * np.array([fit.theta_se for fit in fits]),
                   "exact": pooled(y, sigma, theta, tau=tau)[1]}
        row = {"spread": spread, "boundary": float(np.mean([fit.at_boundary for fit in fits]))}
        for name, held in covered.items():
            row[name], row[f"{name}_se"] = averaged(held)
        rows.append(row)
    return rows
