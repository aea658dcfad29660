"""The exact posterior of the Beta-Binomial model: theta analytically, the rest by quadrature."""
import numpy as np
from scipy.special import expit, log_expit, logit

from ...distributions.marginals import Marginals, Transformed
from ...distributions.scale import refuse_no_concentration
from ...numerics.quadrature import Unresolved
from ...numerics.special import EPS
from ...sampling.griddy import Griddy
from ..posterior import ExactPosterior
from .columns import Columns
from .joint_density import JointDensity
from .left_out import left_out_over_nodes


class ExactBetaBinomial(ExactPosterior):
    """Given phi and kappa the rates are independent Betas; what is left is a double integral.

    ::

        p(phi, kappa | y) proportional to
            p(phi) p(kappa) prod_j BetaBinomial(y_j; n_j, phi kappa, (1 - phi) kappa)
        theta_j | phi, kappa, y ~ Beta(phi kappa + y_j, (1 - phi) kappa + n_j - y_j)

    The density of logit phi and log kappa is integrated twice: over phi for each kappa, and over
    kappa for each phi. Each order gives one marginal and both give log p(y), which have to agree.
    The marginals of theta_j and of a new group are mixtures of Betas over nodes (phi, kappa), see
    `columns`.

    Parameters
    ----------
    model : BetaBinomial
    rtol : float
        Relative tolerance of the quadrature; larger where rounding errors are.

    Attributes
    ----------
    density : JointDensity
        log p(y, u, v), of the coordinate u of kappa (mostly its log) and v = logit phi.
    coordinate : what u is, as a function of kappa
    plane : plane.Plane
        The posterior of (u, v).
    columns : Columns
        The nodes that the marginals of rates are mixed over.

    Raises
    ------
    ValueError
        The posterior of phi or kappa reaches to where numbers end, or is narrower than they can
        tell, or the error would be above 1e-6.
    """

    @staticmethod
    def refuse(model):
        """Refuse priors of concentrations that no data could tell."""
        refuse_no_concentration(kappa=model.kappa)

    def __init__(self, model, rtol=1e-9):
        super().__init__(model)
        self.refuse(model)
        self.rtol = rtol
        self.density = self.density_of(model.successes, model.trials)
        self.coordinate = self.density.coordinate
        self.take_errors(rtol, {self.too_narrow(): self.narrowness()})
        at_top, at_worst = self.density.roundings()
        rounding = {self.too_narrow(): self.narrowness(), self.too_large(): at_top}
        self.take_errors(rtol, rounding)  # else the quadrature would never converge
        self.density.rtol = self.rtol = max(rtol, at_top, at_worst)
        try:
            self.plane, by_phi = self.density.by_kappa(), self.density.by_phi()
        except Unresolved:
            raise ValueError(f"no exact posterior: {self.too_narrow()}") from None
        self.refuse_piled_up(self.plane.marginal, "kappa", self.coordinate.x)
        self.refuse_piled_up(by_phi.marginal, "phi", expit)
        self.log_evidence = self.plane.log_total
        self.take_errors(rtol, {
            **rounding,
            "the quadrature does not converge to rtol": self.plane.error + by_phi.error,
            "its integrals in the two orders do not agree": abs(by_phi.log_total
                                                                - self.plane.log_total)})
        self.columns = Columns(self.density, self.plane.marginal)
        self.tried = np.flatnonzero(model.trials)  # of other groups B_j is 1
        tried = [model.groups[j] for j in self.tried]
        self.marginals = {
            "phi": Transformed(by_phi.marginal, expit, logit, self.logpdf_phi, (0.0, 1.0), "phi"),
            "kappa": self.marginal_of_kappa(),
            "theta": Marginals(self.marginal_of_theta, model.groups, "theta",
                               self.moments_of_theta),
            "shrinkage": Marginals(self.marginal_of_shrinkage, tried, "shrinkage"),
        }
        self.new_group = self.columns.rate(0, 0, "theta_new")

    def too_narrow(self):
        """Half a sentence on a prior that is a single number in floating point."""
        return ("a prior is so narrow that floating point cannot tell its values apart, phi ~ "
                f"{self.model.phi!r} or kappa ~ {self.model.kappa!r}; take a wider one")

    def narrowness(self):
        """The distance of neighbouring numbers, in sds of phi's prior: of logit phi, which are
        about sqrt(1 / a + 1 / b).
        """
        a, b = self.model.phi.a, self.model.phi.b
        return EPS * max(1.0, abs(np.log(a / b))) / np.sqrt(1 / a + 1 / b)

    def too_large(self):
        """Half a sentence on a log density that has no digits to spare."""
        return ("its log density is a sum of numbers so large that floating point rounds off too "
                f"much; there are {self.model.trials.sum():.3g} trials, phi ~ {self.model.phi!r}, "
                f"kappa ~ {self.model.kappa!r}: where a prior is so narrow, take a wider one")

    def density_of(self, successes, trials):
        """log p(y, u, v) for some of the groups."""
        return JointDensity(successes, trials, self.model.phi, self.model.kappa, self.rtol)

    def refuse_piled_up(self, integral, name, x):
        """A density that has not fallen at an end of the range would reach beyond it."""
        prior = getattr(self.model, name)
        highest = integral.log_p.max()
        for end, log_p in ((integral.low[0], integral.log_p[0, 0]),
                           (integral.high[-1], integral.log_p[-1, -1])):
            if log_p > highest - 20:
                raise ValueError(f"the posterior of {name} reaches beyond {x(end):.3g}, where "
                                 f"numbers end, because its prior {prior!r} does; give {name} a "
                                 "prior that keeps it inside")

    def logpdf_phi(self, phi):
        """log p(phi | y), with v = logit phi: log p(v | y) - log phi - log(1 - phi)."""
        phi = np.asarray(phi, dtype=float)
        inside = (phi > 0) & (phi < 1)
        v = logit(np.where(inside, phi, 0.5)).ravel()
        log_p = self.density.over_kappa(v).log_total
        log_p = (log_p - log_expit(v) - log_expit(-v) - self.log_evidence).reshape(phi.shape)
        return np.where(inside, log_p, -np.inf)[()]

    def logpdf_kappa(self, kappa):
        """log p(kappa | y) = log p(u | y) - log dkappa/du."""
        low, high = self.model.kappa.support
        kappa = np.asarray(kappa, dtype=float)
        inside = (kappa > low) & (kappa < high)
        u = np.clip(self.coordinate.u(np.where(inside, kappa, self.coordinate.x(0.0))),
                    *self.coordinate.range)
        log_p = self.density.over_phi(u.ravel()).log_total.reshape(u.shape)
        log_p = log_p - self.coordinate.log_jacobian(u)
        return np.where(inside, log_p - self.log_evidence, -np.inf)[()]

    def marginal_of_kappa(self):
        """kappa, with infinite moments where the prior has them.

        The likelihood is constant far out, so the posterior falls there like the prior.
        """
        prior = self.model.kappa
        kappa = Transformed(self.plane.marginal, self.coordinate.x, self.coordinate.u,
                            self.logpdf_kappa, prior.support, "kappa")
        if prior.tail_power <= 2:
            kappa.mean = np.inf
        if prior.tail_power <= 3:
            kappa.sd = np.inf
        return kappa

    def moments_of_theta(self):
        """Means and sds of all theta_j, (2, J)."""
        return self.columns.moments(self.model.successes, self.model.trials)

    def marginal_of_theta(self, j):
        """theta_j, a mixture of Betas."""
        return self.columns.rate(self.model.successes[j], self.model.trials[j],
                                 f"theta[{self.model.groups[j]}]")

    def marginal_of_shrinkage(self, i):
        """B_j = kappa / (kappa + n_j), a rising function of kappa; j is the ith group with trials.
        """
        j = self.tried[i]
        n = self.model.trials[j]
        low, high = self.model.kappa.support
        most = float(high / (high + n)) if np.isfinite(high) else 1.0
        support = (float(low / (low + n)), most)

        def kappa_at(B):
            return n * B / (1 - B)

        def B_at(u):
            kappa = self.coordinate.x(u)
            return kappa / (kappa + n)

        def u_at(B):
            return self.coordinate.u(kappa_at(B))

        def logpdf(B):
            """log p(kappa | y) + log dkappa/dB, dkappa/dB = n / (1 - B)^2."""
            B = np.asarray(B, dtype=float)
            inside = (B > support[0]) & (B < support[1])
            at = np.where(inside, B, np.mean(support))
            log_p = self["kappa"].logpdf(kappa_at(at)) + np.log(n) - 2 * np.log1p(-at)
            return np.where(inside, log_p, -np.inf)[()]

        return Transformed(self.plane.marginal, B_at, u_at, logpdf, support,
                           f"shrinkage[{self.model.groups[j]}]")

    def _log_left_out(self):
        """log p(y_j | the others), the same for all groups with the same counts.

        From 1 / p(y_j | the others) = E[1 / p(y_j | phi, kappa) | y], over the nodes of the plane.
        Where the group that is left out had much to say, the others alone allow values of phi and
        kappa that the whole data rule out, and the nodes do not reach them: then log p(y) - log
        p(the others), both integrated.
        """
        counts = np.stack([self.model.successes, self.model.trials], axis=1)
        distinct, which = np.unique(counts, axis=0, return_inverse=True)
        log_p, beyond = left_out_over_nodes(self.plane, self.coordinate, *distinct.T)
        for i in np.flatnonzero(beyond >= 1e-6):
            log_p[i] = self.log_evidence - self.log_evidence_without(*distinct[i])
        return log_p[which.ravel()]

    def log_evidence_without(self, y, n):
        """log p(the others), for a group of these counts left out."""
        successes, trials = self.model.successes, self.model.trials
        j = np.flatnonzero((successes == y) & (trials == n))[0]
        return self.density_of(np.delete(successes, j), np.delete(trials, j)).by_kappa().log_total

    def _draw(self, rng, shape):
        """kappa from its marginal; phi given kappa from a grid; theta given both.

        The draws of phi are corrected by Metropolis steps.
        """
        kappa = self["kappa"].draw(rng, shape)
        u = self.coordinate.u(kappa)

        def log_density(phi):
            v = logit(phi)
            log_p = self.density(np.broadcast_to(u, np.broadcast_shapes(v.shape, u.shape)), v)
            return log_p - log_expit(v) - log_expit(-v)

        grid = Griddy(log_density, (0.0, 1.0))
        phi = grid.draw(rng)
        for _ in range(4):  # each leaves what the grid gets wrong, less than 1%, to the next one
            phi = grid.draw(rng, phi)
        return {"phi": phi, "kappa": kappa, "theta": self.model.theta_given(phi, kappa).draw(rng)}
