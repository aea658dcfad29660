"""Does a hierarchical model do harm where all groups are in fact the same? (Section 5.8.6)"""
from ... import data, validate
from ...distributions.standard import HalfNormal
from ..many import averaged, pooled


def tau_near_zero(spreads=(0.0, 2.0, 5.0, 10.0, 20.0), tau=HalfNormal(10), sets=1000, seed=1):
    """Mean squared errors of the three pooling strategies as the true tau leaves zero.

    theta_j ~ Normal(8, spread), y_j ~ Normal(theta_j, sigma_j) with the standard errors of the
    eight schools. The estimates are y_j, the weighted mean of all y_j, and the posterior means
    under the priors of Section 5.8.

    Parameters
    ----------
    spreads : list of float
        True values of tau.
    tau : prior
    sets, seed : int
        Simulated data sets; the same noise serves all spreads.

    Returns
    -------
    list of dict
        spread; none, complete, partial, mean squared errors, each with its standard error (none_se,
        ...); tau, the average posterior mean of tau; coverage, of the 89% intervals of partial
        pooling.
    """
    sigma, rng = data.eight_schools().sigma, validate.generator(seed)
    z, noise = rng.standard_normal((sets, 8)), rng.standard_normal((sets, 8)) * sigma
    rows = []
    for spread in spreads:
        theta = 8 + spread * z
        y = theta + noise
        errors, covered, tau_mean = pooled(y, sigma, theta, tau=tau)
        rows.append({"spread": spread, **compared(y, sigma, theta, {"partial": errors}),
                     "tau": float(tau_mean.mean()), "coverage": float(covered.mean())})
    return rows


def compared(y, sigma, theta, others):
    """Mean squared errors of no pooling, complete pooling and other estimates.

    Parameters
    ----------
    y, theta : array (sets, J)
    sigma : array (J,)
    others : dict of str to array (sets, J)
        Squared errors of the other estimates.

    Returns
    -------
    dict
        none, complete and the others, each with its standard error (none_se, ...).
    """
    weight = 1 / sigma**2
    together = (y @ weight / weight.sum())[:, None]
    errors = {"none": (y - theta) ** 2, "complete": (together - theta) ** 2, **others}
    found = {}
    for name, squared in errors.items():
        found[name], found[f"{name}_se"] = averaged(squared)
    return found
