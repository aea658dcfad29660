"""The funnel: densities that have it, the same without it, and what Hamiltonian Monte Carlo makes
of both.

When tau is small, each theta_j must lie close to mu; when it is large, theta_j may be far away. In
the coordinates (mu, log tau, theta) that is a funnel: a wide mouth and a neck ever narrower, where
the right step size depends on the place. In the coordinates (mu, log tau, theta_raw) with theta =
mu + tau theta_raw it is gone.

`neal`, `eight_schools` and `normal_normal` make targets for `gibbspool.hmc`; `hmc_runs`,
`gibbs_runs`, `bias` and `crossing` are the experiments of the section, as functions that return
plain numbers.

References: Neal (2003), Slice sampling, Section 8; Betancourt and Girolami (2015), Hamiltonian
Monte Carlo for hierarchical models; Papaspiliopoulos, Roberts and Skold (2007), A general framework
for the parametrization of hierarchical models.
"""
import numpy as np

from .. import data, validate
from ..distributions.base import per_group
from ..distributions.spreads import PositiveFlat, RootInverseGamma, TruncatedNormal
from ..distributions.standard import Exponential, Gamma, HalfCauchy, HalfNormal, HalfT
from ..models.normal.model import NormalNormal
from ..sampling.model import Model
from ..sampling.target import Target

FORMS = ("centred", "noncentred")


def neal(form="noncentred"):
    """Neal's funnel: v ~ Normal(0, 3) and nine x_i ~ Normal(0, exp(v / 2)).

    Parameters
    ----------
    form : {"noncentred", "centred"}
        Coordinates (v, x_raw) with x = exp(v / 2) x_raw, or (v, x) themselves.

    Returns
    -------
    Target
        Its draws hold v and x.
    """
    return {"centred": CentredFunnel,
            "noncentred": NoncentredFunnel}[validate.one_of("form", form, FORMS)]()


def eight_schools(form="noncentred"):
    """Eight Schools with the priors of Section 5.8: see `normal_normal`."""
    schools = data.eight_schools()
    return normal_normal(NormalNormal(schools.y, schools.sigma, groups=schools.groups), form)


def normal_normal(model, form="noncentred"):
    """The posterior of a NormalNormal model, as a density for `hmc`.

    Parameters
    ----------
    model : NormalNormal
        Of any form: its data, priors and labels count.
    form : {"noncentred", "centred"}
        Coordinates (mu, log tau, theta_raw) or (mu, log tau, theta).

    Returns
    -------
    Target
        Its draws are those of the model in this form: mu, tau, theta (and theta_raw).

    Raises
    ------
    TypeError
        The model is of another kind.
    ValueError
        An unknown form, or a Uniform prior of tau: its density ends in a wall, and HMC needs a
        slope everywhere.
    """
    validate.one_of("form", form, FORMS)
    if not isinstance(model, tuple(NormalNormal.forms.values())):
        raise TypeError(f"model is {model!r}; it must be a NormalNormal without covariates")
    if slope_of(model.tau) is None:
        raise ValueError(f"tau ~ {model.tau!r}: HMC needs a prior that is positive for every tau > "
                         f"0; take {', '.join(cls.__name__ for cls in SLOPES)}, or use "
                         "gibbspool.sample")
    return {"centred": CentredNormal, "noncentred": NoncentredNormal}[form](model)


# ------------------------------------------------------------------------------------------------- Neal's funnel

class Funnel(Model):
    """The variables of Neal's funnel: v and nine x_i."""

    dims = {"x": ("i",), "x_raw": ("i",)}
    coords = {"i": tuple("123456789")}


class CentredFunnel(Target):
    """q = (v, x_1, ..., x_9), log p(q) = -v^2 / 18 - 9 v / 2 - sum_i x_i^2 exp(-v) / 2.

    The scale of x, exp(v / 2), runs from 0.05 to 20 within two standard deviations of v.
    """

    model = Funnel()
    form = "centred"

    def log_density(self, q):
        v, x = q[..., 0], q[..., 1:]
        return -v**2 / 18 - 9 * v / 2 - 0.5 * np.exp(-v) * (x**2).sum(axis=-1)

    def gradient(self, q):
        """d/dv = -v / 9 - 9 / 2 + sum_i x_i^2 exp(-v) / 2, d/dx_i = -x_i exp(-v)."""
        v, x = q[..., 0], q[..., 1:]
        d_v = -v / 9 - 9 / 2 + 0.5 * np.exp(-v) * (x**2).sum(axis=-1)
        return join(d_v, -x * per_group(np.exp(-v)))

    def named(self, q):
        """v and x."""
        return {"v": q[..., 0], "x": q[..., 1:]}

    def initial(self, rng, shape=()):
        """Uniform on (-2, 2), as Stan starts."""
        return rng.uniform(-2, 2, (*shape, 10))


class NoncentredFunnel(CentredFunnel):
    """q = (v, x_raw_1, ..., x_raw_9), x_i = exp(v / 2) x_raw_i: v ~ Normal(0, 3) and x_raw_i ~ Normal(0, 1) apart."""

    form = "noncentred"

    def log_density(self, q):
        """-v^2 / 18 - sum_i x_raw_i^2 / 2."""
        v, x_raw = q[..., 0], q[..., 1:]
        return -v**2 / 18 - 0.5 * (x_raw**2).sum(axis=-1)

    def gradient(self, q):
        """d/dv = -v / 9, d/dx_raw_i = -x_raw_i."""
        v, x_raw = q[..., 0], q[..., 1:]
        return join(-v / 9, -x_raw)

    def named(self, q):
        """v, x_raw, and x = exp(v / 2) x_raw."""
        v, x_raw = q[..., 0], q[..., 1:]
        return {"v": v, "x_raw": x_raw, "x": per_group(np.exp(v / 2)) * x_raw}


def join(*parts):
    """Numbers (...) and groups (..., J), side by side on the last axis: one position or gradient
    (..., D).
    """
    return np.concatenate([part if part.ndim == parts[-1].ndim else part[..., None]
                           for part in parts], axis=-1)


# ------------------------------------------------------------------------------------------------- Normal-Normal

class CentredNormal(Target):
    """q = (mu, log tau, theta_1, ..., theta_J) of a Normal-Normal model.

    The density of log tau is that of tau times the Jacobian tau::

        log p(q | y) = log p(mu) + log p(tau) + log tau
                       - J log tau - sum_j (theta_j - mu)^2 / (2 tau^2) - sum_j (y_j - theta_j)^2 / (2 sigma_j^2)
    """

    form = "centred"

    def __init__(self, model):
        self.model = NormalNormal(model.y, model.sigma, model.mu, model.tau, groups=model.groups,
                                  form=self.form)

    def log_density(self, q):
        mu, log_tau, theta = q[..., 0], q[..., 1], q[..., 2:]
        model, tau = self.model, np.exp(log_tau)
        return (-0.5 * model.mu.precision * (mu - model.mu.mean) ** 2 + model.tau.logpdf(tau)
                + log_tau
                - model.J * log_tau - 0.5
                * (((theta - per_group(mu)) / per_group(tau)) ** 2).sum(axis=-1)
                - 0.5 * (((model.y - theta) / model.sigma) ** 2).sum(axis=-1))

    def gradient(self, q):
        """Each theta_j is pulled towards mu with strength 1 / tau^2, and towards y_j with strength 1 / sigma_j^2."""
        mu, log_tau, theta = q[..., 0], q[..., 1], q[..., 2:]
        model, tau = self.model, np.exp(log_tau)
        to_mu = (per_group(mu) - theta) / per_group(tau) ** 2
        to_y = (model.y - theta) / model.sigma**2
        d_mu = model.mu.precision * (model.mu.mean - mu) - to_mu.sum(axis=-1)
        d_log_tau = prior_slope(model.tau, tau) + 1 - model.J + tau**2 * (to_mu**2).sum(axis=-1)
        return join(d_mu, d_log_tau, to_mu + to_y)

    def named(self, q):
        """mu, tau and theta."""
        return {"mu": q[..., 0], "tau": np.exp(q[..., 1]), "theta": q[..., 2:]}

    def initial(self, rng, shape=()):
        """The starting values of the model itself."""
        start = self.model.initial(rng, shape)
        mu, tau, groups = (np.asarray(start[name]) for name in ("mu", "tau", self.model.order[0]))
        return join(mu, np.log(tau), groups)


class NoncentredNormal(CentredNormal):
    """q = (mu, log tau, theta_raw_1, ..., theta_raw_J) of a Normal-Normal model, theta_j = mu + tau
    theta_raw_j::

        log p(q | y) = log p(mu) + log p(tau) + log tau
                       - sum_j theta_raw_j^2 / 2 - sum_j (y_j - mu - tau theta_raw_j)^2 / (2 sigma_j^2)

    The change of variables from theta to theta_raw has the Jacobian tau^J, which takes away the
    tau^-J of the centred form and with it the funnel.
    """

    form = "noncentred"

    def log_density(self, q):
        mu, log_tau, theta_raw = q[..., 0], q[..., 1], q[..., 2:]
        model, tau = self.model, np.exp(log_tau)
        theta = per_group(mu) + per_group(tau) * theta_raw
        return (-0.5 * model.mu.precision * (mu - model.mu.mean) ** 2 + model.tau.logpdf(tau)
                + log_tau
                - 0.5 * (theta_raw**2).sum(axis=-1) - 0.5
                * (((model.y - theta) / model.sigma) ** 2).sum(axis=-1))

    def gradient(self, q):
        """Only the data pull on mu and tau; each theta_raw_j is pulled towards 0 as well."""
        mu, log_tau, theta_raw = q[..., 0], q[..., 1], q[..., 2:]
        model, tau = self.model, np.exp(log_tau)
        to_y = (model.y - per_group(mu) - per_group(tau) * theta_raw) / model.sigma**2
        d_mu = model.mu.precision * (model.mu.mean - mu) + to_y.sum(axis=-1)
        d_log_tau = prior_slope(model.tau, tau) + 1 + tau * (theta_raw * to_y).sum(axis=-1)
        return join(d_mu, d_log_tau, per_group(tau) * to_y - theta_raw)

    def named(self, q):
        """mu, tau, theta_raw, and theta = mu + tau theta_raw."""
        mu, tau, theta_raw = q[..., 0], np.exp(q[..., 1]), q[..., 2:]
        return {"mu": mu, "tau": tau, "theta_raw": theta_raw,
                **self.model.derived(mu, tau, theta_raw)}


SLOPES = {
    HalfNormal: lambda p, tau: -(tau / p.scale) ** 2,
    HalfCauchy: lambda p, tau: -2 / (1 + (p.scale / tau) ** 2),
    HalfT: lambda p, tau: -(p.df + 1) / (1 + p.df * (p.scale / tau) ** 2),
    Exponential: lambda p, tau: -p.rate * tau,
    Gamma: lambda p, tau: p.shape - 1 - p.rate * tau,
    RootInverseGamma: lambda p, tau: 2 * p.scale / tau**2 - 2 * p.shape - 1,
    TruncatedNormal: lambda p, tau: -tau * (tau - p.mean) / p.sd**2,
    PositiveFlat: lambda p, tau: 0 * tau,
}


def prior_slope(prior, tau):
    """d log p(tau) / d log tau, for each kind of prior that a standard deviation can have."""
    return slope_of(prior)(prior, tau)


def slope_of(prior):
    """The entry of SLOPES for this kind of prior; None if there is none."""
    return next((slope for kind, slope in SLOPES.items() if isinstance(prior, kind)), None)
