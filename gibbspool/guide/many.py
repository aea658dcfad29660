"""TODO guide.many"""
import numpy as np
from scipy.special import ndtr

from .. import validate
from ..distributions.spreads import sd_prior
from ..distributions.standard import HalfNormal, Normal

LOW, HIGH = 0.055, 0.945  # ends of a central 89% interval


class ManyPosteriors:
    """Exact posteriors of many data sets with the same standard errors, all at once.

    Given tau all is normal, as in `ExactNormalNormalCovariates`: with rows x_j that begin with 1,
    v_j = sigma_j^2 + tau^2 and W = diag(1 / v_j)::

        C = (X' W X + P_0)^-1,  m = C (X' W y + P_0 m_0)
        log p(y | tau) = - 1/2 [sum_j (log v_j + (y_j - x_j . m)^2 / v_j) + (m - m_0)' P_0 (m - m_0) - log |C|]
        theta_j | tau, y ~ Normal((1 - B_j) y_j + B_j x_j . m, sqrt((1 - B_j) sigma_j^2 + B_j^2 x_j C x_j'))

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
    mean : array (sets, J)
        Posterior means of theta.
    tau_mean : array (sets,)
    """

    def __init__(self, y, sigma, tau=HalfNormal(10), mu=Normal(0, 20), x=None, beta=Normal(0, 10)):
        y, sigma, tau = validate.array("y", y, ndim=2), validate.array("sigma", sigma,
                                                                       positive=True), sd_prior("tau", tau)
        X = np.column_stack([np.ones(len(sigma))] if x is None else [np.ones(len(sigma)), x])
        priors = [mu] if x is None else [mu, beta]
        P_0, m_0 = np.array([p.precision for p in priors]), np.array([p.mean for p in priors])

        log_tau = np.arange(np.log(1e-8 * sigma.min()), np.log(1e4 * max(sigma.max(), np.ptp(y))),
                            0.1)
        nodes = np.exp(log_tau)
        v = sigma**2 + nodes[:, None] ** 2                                           # (nodes, J)
        C = np.linalg.inv(np.einsum("kj,ja,jb->kab", 1 / v, X, X) + np.diag(P_0))    # (nodes, p, p)
        # (sets, nodes, p)
        m = np.einsum("kab,kj,jb,sj->ska", C, 1 / v, X, y) + C @ (P_0 * m_0)
        # (sets, nodes, J)
        line = m @ X.T
        log_p = -0.5 * ((np.log(v) + (y[:, None] - line) ** 2 / v).sum(axis=-1)
                        + (P_0 * (m - m_0) ** 2).sum(axis=-1)
                        - np.linalg.slogdet(C)[1]) + tau.logpdf(nodes) + log_tau
        weight = np.exp(log_p - log_p.max(axis=1, keepdims=True))
        self.weight = weight / weight.sum(axis=1, keepdims=True)                     # (sets, nodes)
        B = sigma**2 / v
        self.means = (1 - B) * y[:, None] + B * line
        self.sds = np.sqrt((1 - B) * sigma**2 + B**2 * np.einsum("ja,kab,jb->kj", X, C, X))
        self.mean = np.einsum("sk,skj->sj", self.weight, self.means)
        self.tau_mean = self.weight @ nodes

    def cdf(self, theta):
        """Posterior probability of values up to theta, (sets, J)."""
        return np.einsum("sk,skj->sj", self.weight, ndtr((theta[:, None] - self.means) / self.sds))

    def covers(self, theta):
        """Whether the central 89% intervals cover theta, (sets, J)."""
        below = self.cdf(theta)
        return (below > LOW) & (below < HIGH)


def pooled(y, sigma, theta, **priors):
    """Squared errors (sets, J) of the posterior means, coverage (sets, J) of the 89% intervals, and
    the means of tau.

    A few hundred data sets at a time, so that the tables stay small.
    """
    parts = []
    for start in range(0, len(y), 250):
        chosen = slice(start, start + 250)
        found = ManyPosteriors(y[chosen], sigma, **priors)
        parts.append(((found.mean - theta[chosen]) ** 2, found.covers(theta[chosen]),
                      found.tau_mean))
    return tuple(np.concatenate(part) for part in zip(*parts))


def averaged(errors):
    """Mean squared error over groups and data sets, and its standard error, from (sets, J)."""
    each = errors.mean(axis=1)
    return float(each.mean()), float(each.std(ddof=1) / np.sqrt(len(each)))
