"""How much estimates differ beyond their standard errors: Q, I-squared and tau-squared."""
import numpy as np
from scipy.special import chdtrc

from ..rows import Rows


def heterogeneity(truth):
    """Cochran's Q, I-squared and tau-squared, by moments and by the posterior.

    With weights w_j = 1 / sigma_j^2, and residuals r_j from their weighted mean (with covariates:
    from the weighted regression on them), J groups and p coefficients::

        Q     = sum_j w_j r_j^2                chi-squared on J - p where tau = 0
        I^2   = max(0, (Q - (J - p)) / Q)      share of the variation that is between groups
        tau^2 = max(0, (Q - (J - p)) / sum_j w_j (1 - h_j))

    h_j is the leverage of group j. The last is the estimate of DerSimonian and Laird (1986).

    Parameters
    ----------
    truth : gibbspool.exact of a NormalNormal model

    Returns
    -------
    Rows
        Labelled by quantity, with one column "value".
    """
    Q, freedom, tau2 = cochran(truth.model)
    median, low, high = np.square(truth["tau"].quantile(np.array([0.5, 0.055, 0.945])))
    found = {"Q": Q, "degrees_of_freedom": freedom, "p_value": float(chdtrc(freedom, Q)),
             "I_squared": max(0.0, 1 - freedom / Q) if Q > 0 else 0.0,
             "tau_squared_moments": tau2, "tau_squared_median": float(median),
             "tau_squared_5.5%": float(low), "tau_squared_94.5%": float(high)}
    if freedom == 0:  # as many coefficients as groups: nothing is left to differ
        found |= dict.fromkeys(("p_value", "I_squared", "tau_squared_moments"))
    return Rows("quantity", list(found), {"value": list(found.values())})


def cochran(model):
    """Q, its degrees of freedom, and the moment estimate of tau^2."""
    y = model.y - np.median(model.y)
    scale = model.sigma.min()
    root_w = scale / model.sigma  # at most 1, so that no square overflows
    X = getattr(model, "design", np.ones((model.J, 1)))
    A = root_w[:, None] * (X / np.abs(X).max(axis=0))
    U, sizes, _ = np.linalg.svd(A, full_matrices=False)
    U = U[:, sizes > sizes[0] * 1e-12]
    left = root_w * y / scale
    left = left - U @ (U.T @ left)
    Q, freedom = float(left @ left), model.J - U.shape[1]
    denominator = (root_w**2 * (1 - (U**2).sum(axis=1))).sum() / scale**2
    tau2 = max(0.0, float((Q - freedom) / denominator)) if freedom else 0.0
    return Q, freedom, tau2
