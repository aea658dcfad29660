"""The interwoven form: a step that holds lam_raw, and wrong ones that the check sees."""
import numpy as np
import pytest
from poisson_cases import NoJacobian, hospitals

import gibbspool as gp
from gibbspool.models.poisson import InterwovenPoissonLognormal
from gibbspool.sampling.gibbs import Conditionals, sweep
from gibbspool.sampling.interweaving import Interweaving


class WrongDensity(InterwovenPoissonLognormal):
    """Draws sigma_log a second time as in the centred form, though lam_raw is what stays."""

    def sigma_log_ancillary_given(self, mu_log, sigma_log, log_lam):
        right = super().sigma_log_ancillary_given(mu_log, sigma_log, log_lam)
        return Interweaving(self.sigma_log_given(log_lam, mu_log), right.moves)


class NoWayBack(InterwovenPoissonLognormal):
    """Carries log_lam to where it cannot be carried back from."""

    def mu_log_ancillary_given(self, mu_log, sigma_log, log_lam):
        right = super().mu_log_ancillary_given(mu_log, sigma_log, log_lam)
        return Interweaving(right.conditional,
                            lambda new: {"log_lam": log_lam + 2 * (new - mu_log)[..., None] ** 2})


@pytest.mark.parametrize("cls, name", [(WrongDensity, "sigma_log_ancillary_given"),
                                       (NoJacobian, "sigma_log_ancillary_given"),
                                       (NoWayBack, "mu_log_ancillary_given")])
def test_the_check_sees_a_wrong_interweaving(cls, name):
    data = gp.data.hospitals()
    report = gp.check_conditionals(cls(data.y, data.exposure))
    assert report.wrong == [name]


def test_the_ancillary_steps_hold_lam_raw():
    model = hospitals()
    rng, given = np.random.default_rng(0), Conditionals(model)
    state = model.initial(rng, (3,))

    def lam_raw():
        return (state["log_lam"] - state["mu_log"][:, None]) / state["sigma_log"][:, None]

    before = lam_raw()
    for step in sweep(given, rng, state):
        if step.name.endswith("_ancillary"):
            assert lam_raw() == pytest.approx(before, rel=1e-9)
            assert not np.any(step.old == step.new)
        before = lam_raw()
    assert given.variables == ("log_lam", "mu_log", "sigma_log")
    assert "Interweaving(ConcaveSlice" in repr(step.conditional)
