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
        """mu_log given lam_raw, the ancillary: log_lam = mu_log + sigma_log lam_raw moves along."""
        lam_raw = (log_lam - per_group(mu_log)) / per_group(sigma_log)

        def moves(mu_log):
            return {"log_lam": per_group(mu_log) + per_group(sigma_log) * lam_raw}

        return Interweaving(self.mu_log_given_raw(lam_raw, sigma_log), moves)

    def sigma_log_ancillary_given(self, mu_log, sigma_log, log_lam):
        """sigma_log given lam_raw, the ancillary: log_lam moves along as for mu_log."""
        lam_raw = (log_lam - per_group(mu_log)) / per_group(sigma_log)

        def moves(sigma_log):
            return {"log_lam": per_group(mu_log) + per_group(sigma_log) * lam_raw}

        return Interweaving(self.sigma_log_given_raw(lam_raw, mu_log), moves)
