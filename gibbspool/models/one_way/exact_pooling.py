"""The exact posteriors of complete pooling and of no pooling: sigma by quadrature, the rest normal.
"""
import numpy as np

from ...distributions.marginals import Marginals
from ...distributions.scale import refuse_off_the_scale
from ...distributions.standard import Flat
from ..posterior import ExactPosterior
from .given_spreads import Deviations, GivenSpreads, log_p_means
from .leave_one_out import refuse_improper_without_one
from .one_sigma import OneSigma
from .sufficient import by_size


class ExactOneWayCompletePooling(ExactPosterior):
    """mu given sigma is normal, and every theta_i is mu.

    All observations are one group, with tau = 0: see `GivenSpreads`.

    Parameters
    ----------
    model : OneWayCompletePooling
    rtol : float
        Relative tolerance of the quadrature.

    Attributes
    ----------
    given : GivenSpreads
    one_sigma : OneSigma
    """

    def __init__(self, model, rtol=1e-10):
        super().__init__(model)
        self.rtol = rtol
        refuse_off_the_scale(mu=model.mu, sigma=model.sigma)
        everyone = np.full(model.J, True)
        self.given = self.given_sigma(everyone)
        self.one_sigma = self.integrated(everyone)
        self.take_errors(rtol, self.one_sigma.errors())
        self.marginals = {
            "sigma": self.one_sigma.marginal("sigma"),
            "mu": self.one_sigma.mean_of_groups(self.given, "mu"),
            "theta": Marginals(self.marginal_of_theta, model.groups, "theta"),
        }
        self.new_group = self.one_sigma.mean_of_groups(self.given, "theta_new")

    def given_sigma(self, kept):
        """The observations of the groups that are kept, as one group.

        Its sum of squares is that within the groups and that between them.
        """
        n, mean, within = self.model.n[kept], self.model.mean[kept], self.model.within[kept]
        N = n.sum()
        overall = mean[0] + (n * (mean - mean[0])).sum() / N
        total = within.sum() + (n * (mean - overall) ** 2).sum()
        return GivenSpreads(self.model.mu, np.array([N]), np.array([overall]), np.array([total]))

    def integrated(self, kept):
        """p(sigma | y) of the groups that are kept."""
        given, model = self.given_sigma(kept), self.model

        def log_p_y(sigma):
            return given.log_p_y(0.0, sigma)

        freedom = model.N - isinstance(model.mu, Flat)
        return OneSigma(model.sigma, log_p_y, model.y, freedom, self.rtol)

    def marginal_of_theta(self, i):
        """The marginal of theta_i = mu."""
        return self.one_sigma.mean_of_groups(self.given, f"theta[{self.model.groups[i]}]")

    @property
    def log_evidence(self):
        """log p(y); ValueError under a prior that is improper."""
        self._proper(self.model.mu, self.model.sigma)
        return self.one_sigma.log_total

    def _log_left_out(self):
        """log p(y_i | the other groups), (J,)."""
        return log_left_out(self)

    def _draw(self, rng, shape):
        """sigma by its quantiles, mu given sigma."""
        sigma = self["sigma"].draw(rng, shape)
        mu = self.model.mu_given(sigma).draw(rng)
        return {"sigma": sigma, "mu": mu, **self.model.derived(mu)}


class ExactOneWayNoPooling(ExactPosterior):
    """Each theta_i given sigma is normal.

    theta_i ~ Normal(m_0, s_0) is a population whose mu = m_0 and tau = s_0 are known.

    Parameters
    ----------
    model : OneWayNoPooling
    rtol : float
        Relative tolerance of the quadrature.

    Attributes
    ----------
    one_sigma : OneSigma
    """

    def __init__(self, model, rtol=1e-10):
        super().__init__(model)
        self.rtol = rtol
        refuse_off_the_scale(theta=model.theta, sigma=model.sigma)
        self.one_sigma = self.integrated(np.full(model.J, True))
        self.take_errors(rtol, self.one_sigma.errors())
        self.marginals = {"sigma": self.one_sigma.marginal("sigma"),
                          "theta": Marginals(self.marginal_of_theta, model.groups, "theta")}

    def integrated(self, kept):
        """p(sigma | y) of the groups that are kept.

        A flat theta_i takes what its group's mean says of sigma, so that the deviations are left.
        """
        model, theta = self.model, self.model.theta
        flat = isinstance(theta, Flat)
        sizes = list(zip(*by_size(model.n[kept], model.mean[kept])))
        deviations = Deviations(model.n[kept], model.within[kept])

        def log_p_y(sigma):
            if flat:
                return deviations.log_p(sigma)
            return log_p_means(sizes, theta.mean, theta.sd, sigma) + deviations.log_p(sigma)

        freedom = model.N - model.J * flat
        return OneSigma(model.sigma, log_p_y, model.y, freedom, self.rtol)

    def marginal_of_theta(self, i):
        """The marginal of theta_i."""
        return self.one_sigma.mean_of_groups(one_group(self.model, i),
                                             f"theta[{self.model.groups[i]}]")

    @property
    def new_group(self):
        """Nothing was learnt about other groups: a ValueError says so."""
        return self.model.new_group(None)

    @property
    def log_evidence(self):
        """log p(y); ValueError under a prior that is improper."""
        self._proper(self.model.theta, self.model.sigma)
        return self.one_sigma.log_total

    def _log_left_out(self):
        """log p(y_i | the other groups), (J,): only under a proper prior of theta_i."""
        refuse_flat(self.model.theta)
        return log_left_out(self)

    def _draw(self, rng, shape):
        """sigma by its quantiles, theta given sigma."""
        sigma = self["sigma"].draw(rng, shape)
        return {"sigma": sigma, "theta": self.model.theta_given(sigma).draw(rng)}


class ExactOneWayNoPoolingOwnSigma(ExactPosterior):
    """Each group is a posterior of its own: one integral over sigma_i, and theta_i given it normal.

    Parameters
    ----------
    model : OneWayNoPoolingOwnSigma
    rtol : float
        Relative tolerance of the quadrature.

    Attributes
    ----------
    given : list of GivenSpreads
    one_sigma : list of OneSigma
        One for each group.
    """

    def __init__(self, model, rtol=1e-10):
        super().__init__(model)
        self.rtol = rtol
        refuse_off_the_scale(theta=model.theta, sigma=model.sigma)
        self.given = [one_group(model, i) for i in range(model.J)]
        self.one_sigma = [self.integrated(i) for i in range(model.J)]
        worst = max((one.errors() for one in self.one_sigma), key=lambda one: sum(one.values()))
        self.take_errors(rtol, worst)
        self.marginals = {"sigma": Marginals(self.marginal_of_sigma, model.groups, "sigma"),
                          "theta": Marginals(self.marginal_of_theta, model.groups, "theta")}

    def integrated(self, i):
        """p(sigma_i | y_i)."""
        model = self.model

        def log_p_y(sigma):
            return self.given[i].log_p_y(0.0, sigma)

        freedom = model.n[i] - isinstance(model.theta, Flat)
        return OneSigma(model.sigma, log_p_y, model.y[model.group == i], freedom, self.rtol)

    def marginal_of_sigma(self, i):
        """The marginal of sigma_i."""
        return self.one_sigma[i].marginal(f"sigma[{self.model.groups[i]}]")

    def marginal_of_theta(self, i):
        """The marginal of theta_i."""
        return self.one_sigma[i].mean_of_groups(self.given[i], f"theta[{self.model.groups[i]}]")

    @property
    def new_group(self):
        """Nothing was learnt about other groups: a ValueError says so."""
        return self.model.new_group(None)

    @property
    def log_evidence(self):
        """log p(y); ValueError under a prior that is improper."""
        self._proper(self.model.theta, self.model.sigma)
        return float(self._log_left_out().sum())

    def _log_left_out(self):
        """The groups are independent: log p(y_i), with theta_i and sigma_i from their priors."""
        refuse_flat(self.model.theta)
        refuse_flat(self.model.sigma)
        return np.array([one.log_total for one in self.one_sigma])

    def _draw(self, rng, shape):
        """Each sigma_i by its quantiles, theta given sigma."""
        sigma = np.stack([one.draw(rng, shape) for one in self["sigma"]], axis=-1)
        return {"sigma": sigma, "theta": self.model.theta_given(sigma).draw(rng)}


def one_group(model, i):
    """One group of a no-pooling model by itself: its theta_i in the place of mu, with tau = 0."""
    return GivenSpreads(model.theta, model.n[[i]], model.mean[[i]], model.within[[i]])


def log_left_out(posterior):
    """log p(y_i | the other groups) = log p(y) - log p(the other groups), (J,)."""
    refuse_improper_without_one(posterior.model)
    groups = np.arange(posterior.model.J)
    log_p_others = np.array([posterior.integrated(groups != i).log_total for i in groups])
    return posterior.one_sigma.log_total - log_p_others


def refuse_flat(prior):
    """Leave-one-out needs a prior that says where a group may be.

    Raises
    ------
    ValueError
        The prior is improper.
    """
    if not prior.proper:
        raise ValueError("leave-one-out is not defined: under a Flat prior a group that is left "
                         "out could be anywhere; give its parameters proper priors, such as "
                         "no_pooling(theta=Normal(50, 25))")
