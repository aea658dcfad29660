"""How much estimates differ beyond their standard errors: Q, I-squared and tau-squared."""
import numpy as np
from scipy.special import chdtrc, stdtr, stdtrit

from ..rows import Rows

RARE = 1e-3    # chance below which an estimate is far from what the others predict
FEWEST = 4     # groups: from fewer than three others nothing is predicted


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
    model = truth.model
    Q, freedom, tau2 = cochran(model.y, model.sigma, getattr(model, "design", None))
    median, low, high = np.square(truth["tau"].quantile(np.array([0.5, 0.055, 0.945])))
    found = {"Q": Q, "degrees_of_freedom": freedom, "p_value": float(chdtrc(freedom, Q)),
             "I_squared": max(0.0, 1 - freedom / Q) if Q > 0 else 0.0,
             "tau_squared_moments": tau2, "tau_squared_median": float(median),
             "tau_squared_5.5%": float(low), "tau_squared_94.5%": float(high)}
    if freedom == 0:  # as many coefficients as groups: nothing is left to differ
        found |= dict.fromkeys(("p_value", "I_squared", "tau_squared_moments"))
    return Rows("quantity", list(found), {"value": list(found.values())})


def cochran(y, sigma, X=None):
    """Q, its degrees of freedom, and the moment estimate of tau^2."""
    y = y - np.median(y)
    scale = sigma.min()
    root_w = scale / sigma  # at most 1, so that no square overflows
    X = np.ones((len(y), 1)) if X is None else X
    A = root_w[:, None] * (X / np.abs(X).max(axis=0))
    U, sizes, _ = np.linalg.svd(A, full_matrices=False)
    U = U[:, sizes > sizes[0] * 1e-12]
    left = root_w * y / scale
    left = left - U @ (U.T @ left)
    Q, freedom = float(left @ left), len(y) - U.shape[1]
    denominator = (root_w**2 * (1 - (U**2).sum(axis=1))).sum() / scale**2
    tau2 = max(0.0, float((Q - freedom) / denominator)) if freedom else 0.0
    return Q, freedom, tau2


def outliers(model):
    """Groups whose own estimate lies far outside of what the others predict.

    For each group j, of the others alone, with tau^2 by moments and w_k = 1 / (sigma_k^2 + tau^2)::

        m = sum_k w_k y_k / sum_k w_k
        z = (y_j - m) / sqrt(tau^2 + 1 / sum_k w_k + sigma_j^2)      about t on J - 2

    Far is what happens to any of J groups once in a thousand times. Without covariates only.

    Parameters
    ----------
    model : NormalNormal

    Returns
    -------
    list of tuple
        (label, y_j, low, high): the ends of the others' central 89% interval for y_j.
    """
    if model.J < FEWEST or getattr(model, "design", None) is not None:
        return []
    found = []
    for j, label in enumerate(model.groups):
        others = np.arange(model.J) != j
        y, sigma = model.y[others], model.sigma[others]
        tau2 = cochran(y, sigma)[2]
        scale = np.hypot(sigma, np.sqrt(tau2))
        w = (scale.min() / scale) ** 2
        m = w @ y / w.sum()
        sd = np.hypot(np.hypot(np.sqrt(tau2), scale.min() / np.sqrt(w.sum())), model.sigma[j])
        if 2 * model.J * stdtr(model.J - 2, -abs(model.y[j] - m) / sd) < RARE:
            reach = stdtrit(model.J - 2, 0.945) * sd
            found.append((label, float(model.y[j]), float(m - reach), float(m + reach)))
    return found
