import numpy as np
import pytest

import gibbspool as gp
from gibbspool.distributions.base import per_group
from gibbspool.models.normal import Centred, Collapsed, Noncentred
from gibbspool.sampling.griddy import Griddy

FORMS = ["centred", "noncentred", "collapsed"]
PRIORS = [gp.HalfNormal(10), gp.HalfCauchy(25), gp.HalfT(3, 5), gp.Uniform(0, 40), gp.Flat(),
          gp.Exponential(0.1),
          gp.InverseGamma(1, 2), gp.Gamma(2, 0.1), gp.Normal(2, 5)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("tau", PRIORS, ids=repr)
@pytest.mark.parametrize("mu", [gp.Normal(3, 20), gp.Flat()], ids=repr)
def test_every_conditional_of_every_form_agrees_with_the_joint_density(schools, form, tau, mu):
    report = gp.check_conditionals(gp.NormalNormal(schools.y, schools.sigma, mu=mu, tau=tau,
                                                   form=form))
    assert report.ok, str(report)
    assert max(verdict.error for verdict in report) < 1e-9


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_at_any_scale(schools, scale):
    for form in FORMS:
        model = gp.NormalNormal(scale * schools.y, scale * schools.sigma,
                                mu=gp.Normal(0, 20 * scale),
                                tau=gp.HalfNormal(10 * scale), form=form)
        assert gp.check_conditionals(model).ok


def test_the_simple_models_too(schools):
    model = gp.NormalNormal(schools.y, schools.sigma)
    assert gp.check_conditionals(model.complete_pooling()).ok and gp.check_conditionals(model.no_pooling()).ok


# Planted mistakes: (form, conditional, what it says, a class with that mistake).

class PriorLeftOut(Centred):
    def tau_given(self, theta, mu):
        S = ((theta - per_group(mu)) ** 2).sum(axis=-1)
        return Griddy(lambda tau: -self.J * np.log(tau) - S / (2 * tau**2))


class OneGroupShort(Centred):
    def tau_given(self, theta, mu):
        S = ((theta - per_group(mu)) ** 2).sum(axis=-1)
        return Griddy(lambda tau: self.tau.logpdf(tau) - (self.J - 1) * np.log(tau) - S
                      / (2 * tau**2))


class HalfTheSquares(Centred):
    def tau_given(self, theta, mu):
        S = ((theta - per_group(mu)) ** 2).sum(axis=-1)
        return Griddy(lambda tau: self.tau.logpdf(tau) - self.J * np.log(tau) - S / tau**2)


class MuPriorLeftOut(Centred):
    def mu_given(self, theta, tau):
        return gp.Normal(theta.mean(axis=-1), tau / np.sqrt(self.J))


class VarianceForSd(Centred):
    def mu_given(self, theta, tau):
        right = super().mu_given(theta, tau)
        return gp.Normal(right.mean, right.sd**2)


class SdForVariance(Centred):
    def theta_given(self, mu, tau):
        right = super().theta_given(mu, tau)
        return gp.Normal(right.mean, np.sqrt(right.sd))


class WeightsSwapped(Centred):
    def theta_given(self, mu, tau):
        B = self.shrinkage(tau)
        return gp.Normal(B * self.y + (1 - B) * per_group(mu), np.sqrt(1 - B) * self.sigma)


class WrongSign(Noncentred):
    def theta_raw_given(self, mu, tau):
        right = super().theta_raw_given(mu, tau)
        return gp.Normal(-right.mean, right.sd)


class TauWrongSign(Noncentred):
    def tau_given(self, theta_raw, mu):
        precision = (theta_raw**2 / self.sigma**2).sum(axis=-1)
        slope = (theta_raw * (self.y + per_group(mu)) / self.sigma**2).sum(axis=-1) / precision
        return Griddy(lambda tau: self.tau.logpdf(tau) - 0.5 * precision * (tau - slope) ** 2)


class CollapsedPriorLeftOut(Collapsed):
    def tau_given(self):
        right = super().tau_given()
        return Griddy(lambda tau: right.log_density(tau) - self.tau.logpdf(tau))


class CollapsedVarianceLeftOut(Collapsed):
    def mu_given(self, tau):
        weight = 1 / self.sigma**2 + 0 * per_group(tau)
        precision = weight.sum(axis=-1) + self.mu.precision
        return gp.Normal((weight * self.y).sum(axis=-1) / precision, 1 / np.sqrt(precision))


class ForgetsTheBatch(Centred):
    def mu_given(self, theta, tau):
        right = super().mu_given(theta, tau)
        return right if np.ndim(tau) else gp.Normal(right.mean + 1, right.sd)


PLANTED = [
    (PriorLeftOut, "tau_given", "prior is left out"),
    (OneGroupShort, "tau_given", r"factor tau\^\+1: is the number of groups"),
    (HalfTheSquares, "tau_given", "sum of squares"),
    (MuPriorLeftOut, "mu_given", "prior is left out"),
    (VarianceForSd, "mu_given", "mean and its precision|standard deviation and variance"),
    (SdForVariance, "theta_given", ""),
    (WeightsSwapped, "theta_given", ""),
    (WrongSign, "theta_raw_given", ""),
    (TauWrongSign, "tau_given", "term in tau is off"),
    (CollapsedPriorLeftOut, "tau_given", "prior is left out"),
    (CollapsedVarianceLeftOut, "mu_given", ""),
    (ForgetsTheBatch, "mu_given", "alone, a state gives another density"),
]


@pytest.mark.parametrize("cls, name, words", PLANTED, ids=lambda x: getattr(x, "__name__", None))
def test_planted_mistakes_are_seen_and_named(schools, cls, name, words):
    import re
    report = gp.check_conditionals(cls(schools.y, schools.sigma, mu=gp.Normal(3, 20)))
    assert not report.ok and name in report.wrong
    assert re.search(words, report[name].remark), report[name].remark
    assert "WRONG" in str(report) and name in str(report)


@pytest.mark.parametrize("cls", [PriorLeftOut, VarianceForSd, SdForVariance, WrongSign],
                         ids=lambda c: c.__name__)
def test_only_the_wrong_one_is_blamed_where_the_others_stand_alone(schools, cls):
    assert len(gp.check_conditionals(cls(schools.y, schools.sigma)).wrong) == 1


def test_a_conditional_that_fails_is_told_not_raised(schools):
    class Broken(Centred):
        def mu_given(self, theta, tau):
            return theta.no_such_thing

    report = gp.check_conditionals(Broken(schools.y, schools.sigma))
    assert report.wrong == ["mu_given"] and "AttributeError" in report["mu_given"].remark

    class Nan(Centred):
        def tau_given(self, theta, mu):
            return Griddy(lambda tau: np.nan * tau)

    assert "not finite" in gp.check_conditionals(Nan(schools.y, schools.sigma))["tau_given"].remark


def test_a_wrong_order_is_told_not_raised(schools):
    model = Collapsed(schools.y, schools.sigma)
    model.order = ("mu", "tau", "theta")
    report = gp.check_conditionals(model)
    assert not report.ok and "not valid" in str(report)
