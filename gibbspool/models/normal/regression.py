"""TODO models.normal.regression"""
import numpy as np

from ...distributions.vectors import MultivariateNormal


def regression(X, response, sd, priors):
    """Bayesian linear regression with known standard deviations: precisions add up.

    ::

        P = X' W X + P_0,   mean = P^-1 (X' W response + P_0 m_0),   W = diag(1 / sd_j^2),   P_0 = diag(1 / s_0^2)

    A prior Normal(m_0, s_0) is one more measurement of its coefficient. Divided by their standard
    deviations, all measurements are rows of one least-squares problem, A coefficients = b; its QR
    decomposition gives R with R'R = P without ever forming X'X, which would cost half of the digits
    where columns are nearly alike.

    Parameters
    ----------
    X : array (J, n)
    response, sd : array (..., J)
    priors : list of n Normal or Flat

    Returns
    -------
    MultivariateNormal
    """
    response, sd = np.broadcast_arrays(response, sd)
    batch, n = response.shape[:-1], len(priors)
    # 1 / s_0, and 0 where flat
    root_0 = np.array([np.sqrt(prior.precision) for prior in priors])
    m_0 = np.array([prior.mean for prior in priors])
    A = np.concatenate([np.broadcast_to(np.diag(root_0), (*batch, n, n)), X / sd[..., None]],
                       axis=-2)
    b = np.concatenate([np.broadcast_to(root_0 * m_0, (*batch, n)), response / sd], axis=-1)
    R = np.linalg.qr(np.concatenate([A, b[..., None]], axis=-1), mode="r")
    root = R[..., :-1, :-1]
    return MultivariateNormal(np.linalg.solve(root, R[..., :-1, -1:])[..., 0], root)


def line_at(rows, coefficients):
    """Mean and variance of row . coefficients, for every row: two arrays (..., rows). row C row' = |row R^-1|^2."""
    transposed = np.swapaxes(coefficients.root, -1, -2)
    z = np.linalg.solve(transposed,
                        np.broadcast_to(rows.T, (*transposed.shape[:-2], *rows.T.shape)))
    return coefficients.mean @ rows.T, (z**2).sum(axis=-2)
