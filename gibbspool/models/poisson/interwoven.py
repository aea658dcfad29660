"""The interwoven form of the Poisson hierarchy: mu_log and sigma_log are drawn twice in a sweep."""
from ...distributions.base import per_group
from ...sampling.interweaving import Interweaving
from .model import CentredPoissonLognormal


class InterwovenPoissonLognormal(CentredPoissonLognormal, form="interwoven"):
    """The form that interweaves the other two (ASIS, Yu and Meng 2011); see `PoissonLognormal`.

    log_lam is the *sufficient* augmentation: given log_lam the counts say nothing more of mu_log
    and sigma_log. lam_raw = (log_lam - mu_log) / sigma_log is the *ancillary* one: its
    distribution, Normal(0, 1), knows nothing of them. A sweep draws mu_log and sigma_log given
    log_lam, and then a second time given lam_raw, which stays as it is while
    log_lam = mu_log + sigma_log lam_raw moves.
    """

    order = ("log_lam", "mu_log", "sigma_log", "mu_log_ancillary", "sigma_log_ancillary")
    interweaves = {"mu_log_ancillary": "mu_log", "sigma_log_ancillary": "sigma_log"}

    def mu_log_ancillary_given(self, mu_log, sigma_log, log_lam):
        """mu_log given lam_raw, the ancillary: log_lam = mu_log + sigma_log lam_raw moves along.

        Examples
        --------
        Two hospitals whose log rates lie one sigma_log below mu_log and one above. mu_log goes from
        0.5 to 0.7, and both log rates go along; the lam_raw stay where they were, at -1 and 1:

        >>> import numpy as np
        >>> import gibbspool as gp
        >>> model = gp.PoissonLognormal([1, 5], exposure=[1.0, 2.0], form="interwoven")
        >>> log_lam, sigma_log = np.array([0.0, 1.0]), 0.5
        >>> given = model.mu_log_ancillary_given(0.5, sigma_log, log_lam)
        >>> moved = given.moves(0.7)["log_lam"]
        >>> print(moved.round(6).tolist(), ((moved - 0.7) / sigma_log).round(6).tolist())
        [0.2, 1.2] [-1.0, 1.0]
        """
        lam_raw = (log_lam - per_group(mu_log)) / per_group(sigma_log)

        def moves(mu_log):
            return {"log_lam": per_group(mu_log) + per_group(sigma_log) * lam_raw}

        return Interweaving(self.mu_log_given_raw(lam_raw, sigma_log), moves,
                            held={"lam_raw": lam_raw})

    def sigma_log_ancillary_given(self, mu_log, sigma_log, log_lam):
        """sigma_log given lam_raw, the ancillary: log_lam moves along as for mu_log."""
        lam_raw = (log_lam - per_group(mu_log)) / per_group(sigma_log)

        def moves(sigma_log):
            return {"log_lam": per_group(mu_log) + per_group(sigma_log) * lam_raw}

        return Interweaving(self.sigma_log_given_raw(lam_raw, mu_log), moves,
                            held={"lam_raw": lam_raw})
