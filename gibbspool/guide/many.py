"""Exact posteriors of many simulated data sets at once, for questions about averages: how large is
the error of partial pooling, how often does an interval hold the truth?
"""
import numpy as np
from scipy.special import logsumexp, ndtr

from .. import validate
from ..distributions.spreads import sd_prior
from ..distributions.standard import HalfNormal, Normal
from ..numerics.special import LOG_2PI

LOW, HIGH = 0.055, 0.945  # ends of a central 89% interval
STEP = 0.1                # between nodes of log tau
AT_A_TIME = 250           # data sets whose tables are held together in memory


class ManyPosteriors:
    """Exact posteriors of many data sets with the same standard errors, all at once.

    Given tau all is normal, as in `ExactNormalNormalCovariates`: with rows x_j that begin with 1,
    v_j = sigma_j^2 + tau^2 and W = diag(1 / v_j)::

        C = (X' W X + P_0)^-1,  m = C (X' W y + P_0 m_0)
        log p(y | tau) = - 1/2 [sum_j (log v_j + (y_j - x_j . m)^2 / v_j)
                                + (m - m_0)' P_0 (m - m_0) - log |C|]
        theta_j | tau, y ~ Normal((1 - B_j) y_j + B_j x_j . m,
                                  sqrt((1 - B_j) sigma_j^2 + B_j^2 x_j C x_j'))

    C does not depend on y, so one grid of log tau serves all data sets. The density is analytic in
    log tau (its nearest pole, tau = i sigma_j, lies pi / 2 away), so that the trapezoidal rule with
    a step of 0.1 is exact to all digits; what is lost is the mass below tau = 1e-8 times the
    smallest sigma_j.

    Parameters
    ----------
    y : array (sets, J)
    sigma : array (J,)
    tau, mu, beta : priors, as in NormalNormal
    x : array (J,), optional

    Attributes
    ----------
    tau_nodes : array (nodes,)
        The grid of tau.
    weight : array (sets, nodes)
        Posterior probability of each.
    theta_mean : array (sets, nodes, J)
        Means of theta given tau and y.
    theta_sd : array (nodes, J)
        Standard deviations of theta given tau and y; they do not depend on y.
    m : array (sets, nodes, p)
        Means of the coefficients given tau: of mu, and of beta where there is an x.
    C : array (nodes, p, p)
        Their covariances given tau.
    log_evidence : array (sets,)
        log p(y).
    mean : array (sets, J)
        Posterior means of theta.
    tau_mean : array (sets,)
        Posterior means of tau.
    B : array (nodes, J)
        Shrinkage factors given tau.

    Raises
    ------
    ValueError
        y is not a table, a sigma is not positive, or a prior that a standard deviation cannot have.
    """

    def __init__(self, y, sigma, tau=HalfNormal(10), mu=Normal(0, 20), x=None, beta=Normal(0, 10)):
        y = validate.array("y", y, ndim=2)
        sigma = validate.array("sigma", sigma, positive=True)
        tau = sd_prior("tau", tau)
        ones = np.ones(len(sigma))
        X = np.column_stack([ones] if x is None else [ones, x])
        priors = [mu] if x is None else [mu, beta]
        P_0 = np.array([prior.precision for prior in priors])
        m_0 = np.array([prior.mean for prior in priors])

        lowest, highest = 1e-8 * sigma.min(), 1e4 * max(sigma.max(), np.ptp(y))
        log_tau = np.arange(np.log(lowest), np.log(highest), STEP)
        self.tau_nodes = np.exp(log_tau)

        # shapes: v (nodes, J), C (nodes, p, p), m (sets, nodes, p), line (sets, nodes, J)
        v = sigma**2 + self.tau_nodes[:, None] ** 2
        C = np.linalg.inv(np.einsum("kj,ja,jb->kab", 1 / v, X, X) + np.diag(P_0))
        m = C @ ((X.T / v[:, None]) @ y.T + (P_0 * m_0)[:, None])   # (nodes, p, sets)
        m = np.moveaxis(m, -1, 0)
        line = m @ X.T
        self.m, self.C = m, C
        log_p = -0.5 * ((np.log(v) + (y[:, None] - line) ** 2 / v).sum(axis=-1)
                        + (P_0 * (m - m_0) ** 2).sum(axis=-1)
                        - np.linalg.slogdet(C)[1]) + tau.logpdf(self.tau_nodes) + log_tau
        proper = P_0[P_0 > 0]
        constant = 0.5 * (np.log(proper).sum()
                          - (len(sigma) - len(P_0) + len(proper)) * LOG_2PI) + np.log(STEP)
        self.log_evidence = logsumexp(log_p, axis=1) + constant
        weight = np.exp(log_p - log_p.max(axis=1, keepdims=True))
        self.weight = weight / weight.sum(axis=1, keepdims=True)

        self.B = B = sigma**2 / v
        x_C_x = np.einsum("ja,kab,jb->kj", X, C, X)
        self.theta_mean = (1 - B) * y[:, None] + B * line
        self.theta_sd = np.sqrt((1 - B) * sigma**2 + B**2 * x_C_x)
        self.mean = np.einsum("sk,skj->sj", self.weight, self.theta_mean)
        self.tau_mean = self.weight @ self.tau_nodes

    @property
    def shrinkage(self):
        """Posterior means of the shrinkage factors B_j, (sets, J)."""
        return self.weight @ self.B

    def coefficients(self):
        """Posterior means and standard deviations of mu (and beta), each (sets, p)."""
        mean = np.einsum("sk,skp->sp", self.weight, self.m)
        given_tau = np.diagonal(self.C, axis1=1, axis2=2)
        square = np.einsum("sk,skp->sp", self.weight, self.m**2 + given_tau)
        return mean, np.sqrt(square - mean**2)

    def coefficient_cdf(self, p, value):
        """Posterior probability that coefficient number p is at most a value, (sets,)."""
        given_tau = ndtr((value - self.m[..., p]) / np.sqrt(self.C[:, p, p]))
        return (self.weight * given_tau).sum(axis=1)

    def tau_cdf(self, tau):
        """Posterior probability of spreads up to tau, (sets,): to within a node's share."""
        below = np.clip((np.log(tau) - np.log(self.tau_nodes)) / STEP + 0.5, 0, 1)
        return self.weight @ below

    def cdf(self, theta):
        """Posterior probability of values up to theta, (sets, J)."""
        given_tau = ndtr((theta[:, None] - self.theta_mean) / self.theta_sd)
        return np.einsum("sk,skj->sj", self.weight, given_tau)

    def covers(self, theta):
        """Whether the central 89% intervals cover theta, (sets, J)."""
        below = self.cdf(theta)
        return (below > LOW) & (below < HIGH)


def pooled(y, sigma, theta, **priors):
    """How well partial pooling estimates known theta, data set by data set.

    Parameters
    ----------
    y, theta : array (sets, J)
        Simulated data and the truth behind them.
    sigma : array (J,)
    priors
        tau, mu, x and beta of `ManyPosteriors`.

    Returns
    -------
    squared_errors : array (sets, J)
        Of the posterior means of theta.
    covered : array (sets, J)
        Whether the 89% intervals hold theta.
    tau_mean : array (sets,)
        Posterior means of tau.
    """
    parts = []
    for start in range(0, len(y), AT_A_TIME):
        some = slice(start, start + AT_A_TIME)
        found = ManyPosteriors(y[some], sigma, **priors)
        parts.append(((found.mean - theta[some]) ** 2, found.covers(theta[some]), found.tau_mean))
    squared_errors, covered, tau_mean = zip(*parts)
    return np.concatenate(squared_errors), np.concatenate(covered), np.concatenate(tau_mean)


def evidence(y, sigma, **priors):
    """log p(y) of each data set, (sets,); priors as in `ManyPosteriors`."""
    return np.concatenate([ManyPosteriors(y[start:start + AT_A_TIME], sigma, **priors).log_evidence
                           for start in range(0, len(y), AT_A_TIME)])


def expected_errors(estimate, y, sigma, tau, mu=8.0):
    """Expected squared errors of estimates of theta, given the data alone, (sets, J).

    With theta_j ~ Normal(mu, tau) the truth behind y_j is, by the formula, Normal(m_j, s_j): the
    expected squared error is (estimate_j - m_j)^2 + s_j^2. Averaged over data sets it is the mean
    squared error, with less noise than the errors from the theta that were drawn.

    Parameters
    ----------
    estimate, y : array (sets, J)
    sigma : array (J,)
    tau, mu : float
        Of the data's making.
    """
    B = sigma**2 / (sigma**2 + tau**2)
    return (estimate - (1 - B) * y - B * mu) ** 2 + (1 - B) * sigma**2


def averaged(errors):
    """Average over groups and data sets, and its standard error from the spread between data sets.

    Parameters
    ----------
    errors : array (sets, J)
        Squared errors, or whether an interval covered.

    Returns
    -------
    mean, se : float
    """
    each = errors.mean(axis=1)
    return float(each.mean()), float(each.std(ddof=1) / np.sqrt(len(each)))
