"""REML: how a frequentist fits the same model, and what its intervals leave out (Section 5.8.6).

In a course on mixed models the normal hierarchy reads y_ij = mu + u_i + e_ij, with u_i ~ Normal(0,
tau) and theta_i = mu + u_i. mu is a fixed effect, without a prior; tau (and sigma) are estimated by
the values that maximise the *restricted* likelihood, which has mu integrated out under a flat
prior; then everything else is computed as if those estimates were the truth. The estimates of theta
are shrunk as the Bayesian ones are, by B_j at the estimated tau. What is missing is the uncertainty
of tau: where the restricted likelihood is highest at tau = 0, every theta is said to be the same,
without doubt.
"""
import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtri

from .. import validate
from ..distributions.standard import Flat
from ..models.normal.model import NormalNormal
from ..models.normal.regression import line_at, regression
from ..models.one_way.model import OneWayNormal
from ..models.twins import exact
from ..numerics.special import LOG_2PI
from ..optional import need
from ..sampling.arviz_bridge import labelled


def reml(model):
    """Restricted maximum likelihood for a normal hierarchy: the mixed-model counterpart of
    `gibbspool.exact`.

    Parameters
    ----------
    model : NormalNormal (with or without covariates) or OneWayNormal
        Its data count; its priors have no part in this.

    Returns
    -------
    MixedModel

    Raises
    ------
    TypeError
        Another kind of model.
    ValueError
        Data that do not determine the estimates: no more groups than coefficients, covariates that
        are combinations of each other, or observations that do not repeat, or do not vary, within
        any group.

    References
    ----------
    Patterson and Thompson (1971); Searle, Casella and McCulloch, Variance Components (1992),
    Chapter 6.
    """
    if isinstance(model, NormalNormal):
        X = getattr(model, "design", np.ones((model.J, 1)))
        _refuse_undetermined(model, X)
        return MixedModel(model, model.y, X, model.sigma**2)
    if isinstance(model, OneWayNormal):
        if model.N == model.J:
            raise ValueError("every group has a single observation: REML cannot tell tau from "
                             "sigma; a group needs more")
        if not model.within.any():
            raise ValueError("the observations do not vary within any group: the estimate of sigma "
                             "is 0, and tau cannot be compared with it")
        return MixedModel(model, model.mean, np.ones((model.J, 1)), 1 / model.n, model.N - model.J,
                          model.within.sum())
    raise TypeError(f"model is {model!r}; REML is for normal models, NormalNormal or OneWayNormal: "
                    "use gibbspool.exact")


def _refuse_undetermined(model, X):
    J, p = X.shape
    if J <= p:
        raise ValueError(f"{J} groups cannot determine {p} coefficients and tau by REML; leave "
                         "covariates out")
    if np.linalg.matrix_rank(X / np.linalg.norm(X, axis=0), tol=1e-12) < p:
        raise ValueError("x: a column is a combination of others, so their effects cannot be told "
                         "apart without priors; leave a column out")


class MixedModel:
    """A fit by REML. Both models are one: group means z_j with rows x_j and error variances sigma^2
    e_j::

        z_j ~ Normal(x_j . b, sqrt(v_j)),  v_j = sigma^2 e_j + tau^2,  w_j = 1 / v_j

    with z = y, e_j = sigma_j^2 and sigma = 1 in the NormalNormal model, and z = mean, e_i = 1 / n_i
    in the OneWayNormal model, whose N - J deviations from the group means tell of sigma as well.
    With C = (X' W X)^-1, the covariance of the weighted least-squares estimate b = C X' W z, and N
    - p degrees of freedom, the restricted log likelihood is::

        l = - 1/2 [(N - p) log 2 pi + sum_j log v_j + log |X' W X| + sum_j w_j (z_j - x_j . b)^2]
            - 1/2 [(N - J) log sigma^2 + within / sigma^2]

    As a function of the ratio r = tau^2 / sigma^2, with w_j = 1 / (e_j + r) and sigma^2 (where it
    is unknown) at its best, (within + sum_j w_j (z_j - x_j . b)^2) / (N - p), its slope is::

        dl/dr = 1/2 [sum_j w_j^2 (z_j - x_j . b)^2 / sigma^2 - sum_j w_j (1 - w_j x_j C x_j')]

    Every r > 0 where the slope changes from + to - is a maximum, and so is 0 where the slope there
    is not positive: the estimate is the highest of them, and exactly 0 where that is the one.

    Attributes
    ----------
    tau, sigma : float
        Estimates; sigma is None where the standard errors are known.
    at_boundary : bool
        Whether tau is exactly 0.
    mu, mu_se : float
        Weighted least-squares estimate at the estimated tau (and sigma), and its standard error if
        they were the truth.
    beta, beta_se : float, or array (p,), or None
        Likewise, the effects of the covariates.
    tau2_se : float
        Asymptotic standard error of tau^2, from the expected information; nan at the boundary,
        where it means nothing.
    sigma_se : float or None
        That of sigma.
    shrinkage : array (J,)
        B_j = sigma^2 e_j / v_j.
    theta : array (J,)
        Best linear unbiased predictions, (1 - B_j) z_j + B_j x_j . b, with the estimates plugged
        in.
    theta_se : array (J,)
        sqrt((1 - B_j) sigma^2 e_j + B_j^2 x_j C x_j'): counts the uncertainty of mu (and beta), not
        that of tau.
    theta_se_naive : array (J,)
        sqrt((1 - B_j) sigma^2 e_j): counts neither.
    new_group_sd : float or None
        sqrt(tau^2 + mu_se^2), for the prediction mu of a new group; None with covariates.
    """

    def __init__(self, model, z, X, e, extra=0, within=0.0):
        self.model, self.z, self.X, self.e = model, z, X, e
        # N - J further observations, and their sum of squares
        self.extra, self.within = extra, within
        self.known = extra == 0
        self.freedom = len(z) + extra - X.shape[1]   # N - p

        r = self._best_ratio()
        sigma2 = self._at(r)[2]
        self.tau, self.sigma = float(np.sqrt(r
                                             * sigma2)), None if self.known else float(np.sqrt(sigma2))
        self.at_boundary = self.tau == 0
        v = sigma2 * (e + r)
        line = self._line(v)
        self.mu, self.mu_se = float(line.mean[0]), float(line.sd[0])
        self.beta, self.beta_se = self._beta(line)
        self.shrinkage = sigma2 * e / v
        fitted, variance = line_at(X, line)
        self.theta = (1 - self.shrinkage) * z + self.shrinkage * fitted
        naive = (1 - self.shrinkage) * sigma2 * e
        self.theta_se_naive, self.theta_se = np.sqrt(naive), np.sqrt(naive + self.shrinkage**2
                                                                     * variance)
        self.new_group_sd = float(np.hypot(self.tau, self.mu_se)) if X.shape[1] == 1 else None
        self.tau2_se, self.sigma_se = self._spread_errors(v, sigma2, line)

    def _line(self, v):
        """b and C for variances v (..., J), as a MultivariateNormal."""
        return regression(self.X, self.z, np.sqrt(v), [Flat()] * self.X.shape[1])

    def _at(self, r):
        """Log restricted likelihood, its slope and the best sigma^2, for ratios r (...)."""
        v = self.e + np.asarray(r)[..., None]
        line = self._line(v)
        fitted, variance = line_at(self.X, line)
        squares = (self.z - fitted) ** 2
        Q = self.within + (squares / v).sum(axis=-1)
        sigma2 = np.ones_like(Q) if self.known else Q / self.freedom
        slope = 0.5 * ((squares / v**2).sum(axis=-1) / sigma2
                       - ((1 - variance / v) / v).sum(axis=-1))
        log_det = 2 * np.log(np.abs(np.diagonal(line.root, axis1=-2, axis2=-1))).sum(axis=-1)
        log_l = -0.5 * (self.freedom * (LOG_2PI + np.log(sigma2)) + np.log(v).sum(axis=-1) + log_det
                        + Q / sigma2)
        return log_l, slope, sigma2

    def _best_ratio(self):
        """The r >= 0 where the restricted likelihood is highest.

        The slope is negative from max(e) on where r > 2 S / (J - p) / (the least that sigma^2 can
        be), S being the sum of squares around the unweighted line: the search ends there.
        """
        J, p = self.X.shape
        line, *_ = np.linalg.lstsq(self.X, self.z, rcond=None)
        least = 1.0 if self.known else self.within / self.freedom
        end = max(self.e.max(), 2 * ((self.z - self.X @ line) ** 2).sum() / (J - p) / least)
        r = np.concatenate([[0.0], np.geomspace(1e-6 * self.e.min(), end, 600)])
        slope = self._at(r)[1]
        peaks = [brentq(lambda r: self._at(r)[1], r[k], r[k + 1], xtol=1e-14 * end, rtol=1e-14)
                 for k in np.flatnonzero((slope[:-1] > 0) & (slope[1:] <= 0))]
        if slope[0] <= 0:
            peaks.insert(0, 0.0)
        return max(peaks, key=lambda r: self._at(r)[0])

    def _beta(self, line):
        if self.X.shape[1] == 1:
            return None, None
        if self.model.x.ndim == 1:
            return float(line.mean[1]), float(line.sd[1])
        return line.mean[1:], line.sd[1:]

    def _spread_errors(self, v, sigma2, line):
        """Standard errors of tau^2 and sigma, from the expected information 1/2 tr(P V_a P V_b).

        P = W - W X C X' W, and V_a is diagonal: the derivative of v by tau^2 is 1, by sigma^2 it is
        e.
        """
        w, C, ones = 1 / v, line.covariance, np.ones_like(v)

        def information(a, b):
            """1/2 tr(P diag(a) P diag(b)), multiplied out: no matrix of groups by groups is
            needed.
            """
            middle_a, middle_b, both = ((self.X.T * (w**k * d)) @ self.X for k,
                                        d in ((2, a), (2, b), (3, a * b)))
            return 0.5 * ((w**2 * a * b).sum() - 2 * np.trace(C @ both)
                          + np.trace(C @ middle_a @ C @ middle_b))

        if self.known:
            return np.nan if self.at_boundary else float(information(ones, ones) ** -0.5), None
        of_sigma2 = information(self.e, self.e) + self.extra / (2 * sigma2**2)
        if self.at_boundary:
            return np.nan, float(of_sigma2**-0.5 / (2 * self.sigma))
        cross = information(ones, self.e)
        covariance = np.linalg.inv([[information(ones, ones), cross], [cross, of_sigma2]])
        return float(np.sqrt(covariance[0, 0])), float(np.sqrt(covariance[1, 1]) / (2 * self.sigma))

    def log_likelihood(self, tau, sigma=None):
        """Restricted log likelihood at a tau (and, where it is unknown, a sigma).

        In the NormalNormal model it is log p(y | tau) of the exact posterior under flat priors of
        mu and beta.
        """
        sigma2 = 1.0 if self.known else float(sigma) ** 2
        v = sigma2 * self.e + float(tau) ** 2
        line = self._line(v)
        log_det = 2 * np.log(np.abs(np.diagonal(line.root))).sum()
        Q = ((self.z - self.X @ line.mean) ** 2 / v).sum() + self.within / sigma2
        return float(-0.5
                     * (self.freedom * LOG_2PI + np.log(v).sum() + log_det + self.extra
                        * np.log(sigma2) + Q))

    def profile(self, tau):
        """Restricted log likelihood at a tau, sigma (where it is unknown) at its best."""
        if self.known:
            return self.log_likelihood(tau)
        centre = np.log(self.sigma)
        best = minimize_scalar(lambda log_sigma: -self.log_likelihood(tau, np.exp(log_sigma)),
                               bounds=(centre - 5, centre + 5), method="bounded",
                               options={"xatol": 1e-8})
        return -best.fun

    def tau_interval(self, prob=0.89):
        """Profile-likelihood interval (low, high) of tau: where 2 (l_max - l) is below the square
        of a normal quantile.

        low is 0 where the likelihood never falls so far on that side.
        """
        drop = ndtri((1 + validate.probability("prob", prob)) / 2) ** 2 / 2
        highest = self.profile(self.tau)

        def above(tau):
            return self.profile(tau) - highest + drop

        high = 2 * self.tau + np.sqrt((self.sigma or 1.0) ** 2 * self.e.min())
        while above(high) > 0:
            high *= 2
        low = 0.0 if self.at_boundary or above(0.0) >= 0 else brentq(above, 0.0, self.tau)
        return float(low), float(brentq(above, self.tau, high))

    def table(self, prob=0.89, truth=None):
        """REML and the exact posterior side by side.

        Parameters
        ----------
        prob : float
            Of all intervals. Those of REML are estimate +- normal quantile * standard error, that
            of tau is the profile interval; the exact ones are highest-density intervals, with the
            model's priors.
        truth : gibbspool.exact of the model, optional

        Returns
        -------
        pandas.DataFrame
            Rows mu, beta, tau, sigma, theta[...] and theta_new. Columns: reml, se, low, high;
            exact_mean, exact_sd, exact_low, exact_high; wider, the width of the exact interval over
            that of REML (inf over a single point).
        """
        truth = exact(self.model) if truth is None else truth
        z = ndtri((1 + validate.probability("prob", prob)) / 2)
        rows = {}
        for name, estimate, se in self._estimates():
            low, high = self.tau_interval(prob) if name == "tau" else (estimate - z * se, estimate
                                                                       + z * se)
            rows[name] = {"reml": estimate, "se": se, "low": max(low, 0.0) if name == "sigma"
                          else low, "high": high}
        for name, marginal in self._marginals(truth):
            low, high = marginal.hdi(prob)
            width = rows[name]["high"] - rows[name]["low"]
            rows[name] |= {"exact_mean": marginal.mean, "exact_sd": marginal.sd, "exact_low": low,
                           "exact_high": high,
                           "wider": (high - low) / width if width > 0 else np.inf}
        return need("pandas").DataFrame.from_dict(rows, orient="index")

    def _estimates(self):
        """Triples (label, estimate, standard error), in the order of the table."""
        found = [("mu", self.mu, self.mu_se)]
        if self.beta is not None:
            labels = ["beta"] if np.ndim(self.beta) == 0 else [f"beta[{name}]"
                                                               for name in self.model.covariates]
            found += zip(labels, np.atleast_1d(self.beta), np.atleast_1d(self.beta_se))
        found.append(("tau", self.tau, np.nan if self.at_boundary else self.tau2_se
                      / (2 * self.tau)))
        if not self.known:
            found.append(("sigma", self.sigma, self.sigma_se))
        found += zip([f"theta[{group}]" for group in self.model.groups], self.theta, self.theta_se)
        if self.new_group_sd is not None:
            found.append(("theta_new", self.mu, self.new_group_sd))
        return found

    def _marginals(self, truth):
        """Pairs (label, marginal) of the exact posterior, for the same rows."""
        found = []
        for name in ("mu", "beta", "tau", "sigma", "theta"):
            found += labelled(name, truth[name]) if name in truth else []
        return found + ([("theta_new", truth.new_group)] if self.new_group_sd is not None else [])

    def __repr__(self):
        where = " (on the boundary: complete pooling)" if self.at_boundary else f" (tau^2 se {self.tau2_se:.4g})"
        sigma = "" if self.known else f", sigma {self.sigma:.4g} (se {self.sigma_se:.4g})"
        return (f"REML of J = {self.model.J} groups: tau {self.tau:.4g}{where}{sigma}, mu "
                f"{self.mu:.4g} (se {self.mu_se:.4g}), shrinkage {self.shrinkage.min():.2f} to "
                f"{self.shrinkage.max():.2f}")
