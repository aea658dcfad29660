"""What if groups of two kinds are pooled as if they were exchangeable? (Section 5.8)"""
import numpy as np

from ... import validate
from ...distributions.standard import Flat, HalfCauchy
from ..many import averaged, pooled
from .all_alike import compared

# Standard errors of eight groups; the second four are of the other kind.
DESIGNS = {
    "equal": np.full(8, 10.0),
    "noise unrelated": np.tile([5.0, 20.0], 4),
    "noisy kind": np.repeat([5.0, 20.0], 4),
}


def not_exchangeable(gaps=(0, 10, 20, 30, 40, 60, 80), design="equal", tau=HalfCauchy(25),
                     mu=Flat(), sets=1000, seed=1, beta=Flat()):
    """Mean squared errors of pooling two kinds as one, and with a covariate that tells them apart.

    Four groups of each kind, theta_j ~ Normal(5 + gap x_j, 2) with x_j = 0 or 1. The priors are
    weak by default (a flat one for the covariate's effect as well), so that what goes wrong is the
    fault of the model's exchangeability alone.

    Parameters
    ----------
    gaps : list of float
        Difference between the means of the two kinds.
    design : {"equal", "noise unrelated", "noisy kind"}
        Standard errors: all 10; 5 and 20 alternating within each kind; or 5 for one kind and 20 for
        the other.
    tau, mu : priors
    sets, seed : int
        Simulated data sets for each gap; the same noise serves all gaps, scaled so that no pooling
        has its exact mean squared error, the mean of sigma^2.
    beta : prior
        Of the covariate's effect.

    Returns
    -------
    list of dict
        design, gap; none, complete, partial, covariate: mean squared errors, each with its standard
        error (none_se, ...); worse, that of partial less that of none, and worse_se;
        saved_none and saved_partial, what the covariate saves beside them, likewise; first and
        second, the mean squared error of partial in either kind, and none_second, that of no
        pooling in the second; coverage and covariate_coverage, of the 89% intervals.

    Raises
    ------
    ValueError
        An unknown design.
    """
    sigma = DESIGNS[validate.one_of("design", design, tuple(DESIGNS))]
    x, rng = np.repeat([0.0, 1.0], 4), validate.generator(seed)
    theta_0, noise = rng.normal(5, 2, (sets, 8)), rng.standard_normal((sets, 8))
    noise *= sigma / np.sqrt((noise**2).mean(axis=0))
    rows = []
    for gap in gaps:
        theta = theta_0 + gap * x
        y = theta + noise
        partial, covered, _ = pooled(y, sigma, theta, tau=tau, mu=mu)
        covariate, covered_x, _ = pooled(y, sigma, theta, tau=tau, mu=mu, x=x, beta=beta)
        worse, worse_se = averaged(partial - noise**2)
        saved = {f"saved_{name}": averaged(errors - covariate)
                 for name, errors in (("none", noise**2), ("partial", partial))}
        rows.append({
            "design": design, "gap": gap,
            **compared(y, sigma, theta, {"partial": partial, "covariate": covariate}),
            "worse": worse, "worse_se": worse_se,
            **{name: value for name, (value, _) in saved.items()},
            **{f"{name}_se": se for name, (_, se) in saved.items()},
            "first": float(partial[:, x == 0].mean()),
            "second": float(partial[:, x == 1].mean()),
            "none_second": float((noise[:, x == 1] ** 2).mean()),
            "coverage": float(covered.mean()), "covariate_coverage": float(covered_x.mean())})
    return rows
