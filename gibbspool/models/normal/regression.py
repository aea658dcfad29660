"""A line through measurements with known errors, in closed form: Bayesian linear regression."""
import numpy as np

from ...distributions.vectors import MultivariateNormal


def regression(X, response, sd, priors):
    """Bayesian linear regression with known standard deviations: precisions add up.

    With W = diag(1 / sd_j^2), and prior means m_0 and precisions P_0 = diag(1 / s_0^2)::

        coefficients | response ~ MultivariateNormal(P^-1 (X' W response + P_0 m_0), P^-1)
        P = X' W X + P_0

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
        Of the n coefficients.
    """
    response, sd = np.broadcast_arrays(response, sd)
    batch, n = response.shape[:-1], len(priors)
    one_over_s_0 = np.array([np.sqrt(prior.precision) for prior in priors])  # 0 for a Flat
    m_0 = np.array([prior.mean for prior in priors])

    A_of_priors = np.broadcast_to(np.diag(one_over_s_0), (*batch, n, n))
    b_of_priors = np.broadcast_to(one_over_s_0 * m_0, (*batch, n))
    A = np.concatenate([A_of_priors, X / sd[..., None]], axis=-2)
    b = np.concatenate([b_of_priors, response / sd], axis=-1)

    # QR of A with b as its last column: R, and beside it Q' b
    triangle = np.linalg.qr(np.concatenate([A, b[..., None]], axis=-1), mode="r")
    R, Q_b = triangle[..., :-1, :-1], triangle[..., :-1, -1:]
    return MultivariateNormal(np.linalg.solve(R, Q_b)[..., 0], R)


def line_at(rows, coefficients):
    """Mean and variance of row . coefficients, for every row: two arrays (..., rows).

    With C = (R'R)^-1 the variance is row C row' = |row R^-1|^2.

    Parameters
    ----------
    rows : array (rows, n)
    coefficients : MultivariateNormal
    """
    R_transposed = np.swapaxes(coefficients.root, -1, -2)
    columns = np.broadcast_to(rows.T, (*R_transposed.shape[:-2], *rows.T.shape))
    row_over_R = np.linalg.solve(R_transposed, columns)
    return coefficients.mean @ rows.T, (row_over_R**2).sum(axis=-2)
