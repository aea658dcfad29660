"""REML: how a frequentist fits the same model, and what its intervals leave out (Section 5.8.6).

In a course on mixed models the normal hierarchy reads y_ij = mu + u_i + e_ij, with
u_i ~ Normal(0, tau) and theta_i = mu + u_i. mu is a fixed effect, without a prior; tau (and sigma)
are estimated by the values that maximise the *restricted* likelihood, which has mu integrated out
under a flat prior; then everything else is computed as if those estimates were the truth. The
estimates of theta are shrunk as the Bayesian ones are, by B_j at the estimated tau. What is missing
is the uncertainty of tau: where the restricted likelihood is highest at tau = 0, every theta is
said to be the same, without doubt.
"""
import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtri

from .. import html, validate
from ..models.normal.model import NormalNormal
from ..models.normal.regression import line_at
from ..models.one_way.model import OneWayNormal
from ..models.twins import exact
from ..optional import need
from ..rows import Rows
from ..sampling.arviz_bridge import labelled
from ..sampling.model import refuse_no_model
from .restricted import RestrictedLikelihood


def reml(model):
    """Restricted maximum likelihood for a normal hierarchy: the mixed-model counterpart of `exact`.

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

    Examples
    --------
    The eight schools scatter less than their standard errors alone would let them: Cochran's
    Q = sum_j (y_j - m)^2 / sigma_j^2, with m the weighted mean, is below J - 1 = 7, and REML's tau
    is 0. Effects three times as large scatter more. Lesson 15 says why.

    >>> import gibbspool as gp
    >>> schools = gp.data.eight_schools()
    >>> w = 1 / schools.sigma**2
    >>> for y in (schools.y, 3 * schools.y):
    ...     Q = (w * (y - (w * y).sum() / w.sum()) ** 2).sum()
    ...     print(f"Q {Q:.2f}, tau {gp.reml(gp.NormalNormal(y, schools.sigma)).tau:.2f}")
    Q 4.71, tau 0.00
    Q 42.36, tau 27.78
    """
    refuse_no_model(model)
    if isinstance(model, NormalNormal):
        X = getattr(model, "design", np.ones((model.J, 1)))
        refuse_undetermined(model, X)
        return MixedModel(model, model.y, X, model.sigma**2)
    if isinstance(model, OneWayNormal):
        if model.N == model.J:
            raise ValueError("every group has a single observation: REML cannot tell tau from "
                             "sigma; a group needs more")
        if not model.within.any():
            raise ValueError("the observations do not vary within any group: the estimate of sigma "
                             "is 0, and tau cannot be compared with it")
        return MixedModel(model, model.mean, np.ones((model.J, 1)), 1 / model.n,
                          extra=model.N - model.J, within=model.within.sum())
    raise TypeError(f"model is {model!r}; REML is for normal models, NormalNormal or OneWayNormal: "
                    "use gibbspool.exact")


def refuse_undetermined(model, X):
    """Refuse covariates whose effects the groups cannot determine."""
    J, p = X.shape
    if J <= p:
        raise ValueError(f"{J} groups cannot determine {p} coefficients and tau by REML; leave "
                         "covariates out")
    if np.linalg.matrix_rank(X / np.linalg.norm(X, axis=0), tol=1e-12) < p:
        raise ValueError("x: a column is a combination of others, so their effects cannot be told "
                         "apart without priors; leave a column out")


class MixedModel(RestrictedLikelihood):
    """A fit by REML: the restricted likelihood, and the estimates where it is highest.

    Attributes
    ----------
    model : NormalNormal or OneWayNormal
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
        super().__init__(z, X, e, extra, within)
        self.model = model
        r = self.best_ratio()
        _, _, sigma2 = self.at_ratio(r)
        self.tau = float(np.sqrt(r * sigma2))
        self.sigma = None if self.known else float(np.sqrt(sigma2))
        self.at_boundary = self.tau == 0

        v = sigma2 * (e + r)
        line = self.line(v)
        self.mu, self.mu_se = float(line.mean[0]), float(line.sd[0])
        self.beta, self.beta_se = self.effects(line)

        B = self.shrinkage = sigma2 * e / v
        fitted, variance = line_at(X, line)
        self.theta = (1 - B) * z + B * fitted
        naive = (1 - B) * sigma2 * e
        self.theta_se_naive = np.sqrt(naive)
        self.theta_se = np.sqrt(naive + B**2 * variance)
        self.new_group_sd = float(np.hypot(self.tau, self.mu_se)) if X.shape[1] == 1 else None
        self.tau2_se, self.sigma_se = self.spread_errors(v, sigma2, line.covariance)

    def effects(self, line):
        """beta and its standard errors, in the shape that x was given in; None without x."""
        if self.X.shape[1] == 1:
            return None, None
        if self.model.x.ndim == 1:
            return float(line.mean[1]), float(line.sd[1])
        return line.mean[1:], line.sd[1:]

    def spread_errors(self, v, sigma2, C):
        """Standard errors of tau^2 and sigma, from the expected information 1/2 tr(P V_a P V_b).

        P = W - W X C X' W, and V_a is diagonal: the derivative of v by tau^2 is 1, by sigma^2 it is
        e.
        """
        ones = np.ones_like(v)
        of_tau2 = self.information(ones, ones, v, C)
        if self.known:
            return np.nan if self.at_boundary else float(of_tau2**-0.5), None
        of_sigma2 = self.information(self.e, self.e, v, C) + self.extra / (2 * sigma2**2)
        if self.at_boundary:
            return np.nan, float(of_sigma2**-0.5 / (2 * self.sigma))
        cross = self.information(ones, self.e, v, C)
        covariance = np.linalg.inv([[of_tau2, cross], [cross, of_sigma2]])
        return float(np.sqrt(covariance[0, 0])), float(np.sqrt(covariance[1, 1]) / (2 * self.sigma))

    def information(self, a, b, v, C):
        """1/2 tr(P diag(a) P diag(b)), multiplied out so that no matrix is groups by groups."""
        w, X = 1 / v, self.X
        middle_a = (X.T * (w**2 * a)) @ X
        middle_b = (X.T * (w**2 * b)) @ X
        both = (X.T * (w**3 * (a * b))) @ X
        return 0.5 * ((w**2 * a * b).sum() - 2 * np.trace(C @ both)
                      + np.trace(C @ middle_a @ C @ middle_b))

    def profile(self, tau):
        """Restricted log likelihood at a tau, sigma (where it is unknown) at its best."""
        if self.known:
            return self.log_likelihood(tau)

        def below(log_sigma):
            return -self.log_likelihood(tau, np.exp(log_sigma))

        centre = np.log(self.sigma)
        best = minimize_scalar(below, bounds=(centre - 5, centre + 5), method="bounded",
                               options={"xatol": 1e-8})
        return -best.fun

    def tau_interval(self, prob=0.89):
        """Profile-likelihood interval (low, high) of tau.

        It holds the tau where 2 (l_max - l) is below the square of a normal quantile; low is 0
        where the likelihood never falls so far on that side.
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
        for name, estimate, se in self.estimates():
            low, high = estimate - z * se, estimate + z * se
            if name == "tau":
                low, high = self.tau_interval(prob)
            if name == "sigma":
                low = max(low, 0.0)
            rows[name] = {"reml": estimate, "se": se, "low": low, "high": high}
        for name, marginal in self.exact_marginals(truth):
            low, high = marginal.hdi(prob)
            width = rows[name]["high"] - rows[name]["low"]
            rows[name] |= {"exact_mean": marginal.mean, "exact_sd": marginal.sd,
                           "exact_low": low, "exact_high": high,
                           "wider": (high - low) / width if width > 0 else np.inf}
        return need("pandas").DataFrame.from_dict(rows, orient="index")

    def estimates(self):
        """Triples (label, estimate, standard error), in the order of the table."""
        found = [("mu", self.mu, self.mu_se)]
        if self.beta is not None:
            one = np.ndim(self.beta) == 0
            labels = ["beta"] if one else [f"beta[{name}]" for name in self.model.covariates]
            found += zip(labels, np.atleast_1d(self.beta), np.atleast_1d(self.beta_se))
        tau_se = np.nan if self.at_boundary else self.tau2_se / (2 * self.tau)
        found.append(("tau", self.tau, tau_se))
        if not self.known:
            found.append(("sigma", self.sigma, self.sigma_se))
        found += zip([f"theta[{group}]" for group in self.model.groups], self.theta, self.theta_se)
        if self.new_group_sd is not None:
            found.append(("theta_new", self.mu, self.new_group_sd))
        return found

    def exact_marginals(self, truth):
        """Pairs (label, marginal) of the exact posterior, for the same rows."""
        found = []
        for name in ("mu", "beta", "tau", "sigma", "theta"):
            found += labelled(name, truth[name]) if name in truth else []
        if self.new_group_sd is not None:
            found.append(("theta_new", truth.new_group))
        return found

    def _repr_html_(self):
        """In a notebook: the estimates and their standard errors."""
        rows = [(name, estimate, None if np.isnan(se) else se)
                for name, estimate, se in self.estimates()]
        names, estimates, errors = zip(*rows)
        table = Rows("parameter", names, {"REML": estimates, "standard error": errors})
        return html.element("p", repr(self)) + table._repr_html_()

    def __repr__(self):
        if self.at_boundary:
            where = "on the boundary: complete pooling"
        else:
            where = f"tau^2 se {self.tau2_se:.4g}"
        sigma = "" if self.known else f", sigma {self.sigma:.4g} (se {self.sigma_se:.4g})"
        return (f"REML of J = {self.model.J} groups: tau {self.tau:.4g} ({where}){sigma}, mu "
                f"{self.mu:.4g} (se {self.mu_se:.4g}), shrinkage {self.shrinkage.min():.2f} to "
                f"{self.shrinkage.max():.2f}")
