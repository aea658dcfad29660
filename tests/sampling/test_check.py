"""The check of conditionals: right ones pass, planted mistakes are seen and named."""
import re

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
    assert gp.check_conditionals(model.complete_pooling()).ok
    assert gp.check_conditionals(model.no_pooling()).ok


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


# --- Arrays of any shape -----------------------------------------------------------------------

class Table(gp.Model):
    """x_jk ~ Normal(m, s), a table of 2 by 3; m ~ Normal(1, 2), and z = 1 / s^2 ~ Gamma(3, 2)."""

    order = ("x", "m", "z")

    def __init__(self):
        self.y = np.arange(6.0).reshape(2, 3)
        self.location, self.z = gp.Normal(1, 2), gp.Gamma(3, 2)

    def x_given(self, m, z):
        precision = z[..., None, None] + 1.0
        return gp.Normal((z[..., None, None] * m[..., None, None] + self.y) / precision,
                         1 / np.sqrt(precision))

    def m_given(self, x, z):
        precision = 6 * z + 1 / 2**2
        return gp.Normal((z * x.sum(axis=(-1, -2)) + 1 / 2**2) / precision, 1 / np.sqrt(precision))

    def z_given(self, x, m):
        S = ((x - m[..., None, None]) ** 2).sum(axis=(-1, -2))
        return gp.Gamma(3 + 6 / 2, 2 + S / 2)

    def log_joint(self, x, m, z):
        sd = 1 / np.sqrt(z[..., None, None])
        return (self.location.logpdf(m) + self.z.logpdf(z)
                + gp.Normal(m[..., None, None], sd).logpdf(x).sum(axis=(-1, -2))
                + gp.Normal(x, 1).logpdf(self.y).sum(axis=(-1, -2)))

    def initial(self, rng, shape=()):
        return {"x": rng.normal(2, 3, (*shape, 2, 3)), "m": rng.normal(2, 3, shape),
                "z": rng.gamma(2, 1, shape)}


class OneCell(Table):
    def x_given(self, m, z):
        right = super().x_given(m, z)
        return gp.Normal(right.mean + np.array([[0, 0, 0], [0, 0, 0.1]]), right.sd)


class EveryCell(Table):
    def x_given(self, m, z):
        right = super().x_given(m, z)
        return gp.Normal(right.mean + 0.1, right.sd)


class ShapeAndRate(Table):
    def z_given(self, x, m):
        right = super().z_given(x, m)
        return gp.Gamma(right.shape + 1, right.rate * 1.5)


class PriorUnderAnotherName(Table):
    def m_given(self, x, z):
        return gp.Normal(x.mean(axis=(-1, -2)), 1 / np.sqrt(6 * z))


class PriorTwice(Table):
    def m_given(self, x, z):
        precision = 6 * z + 2 / 2**2
        return gp.Normal((z * x.sum(axis=(-1, -2)) + 2 / 2**2) / precision, 1 / np.sqrt(precision))


class NoAxisForCells(Table):
    def x_given(self, m, z):
        return gp.Normal(np.zeros((1, 1, 1, 1)), 1.0)


def test_arrays_of_any_shape_pass():
    assert gp.check_conditionals(Table()).ok, str(gp.check_conditionals(Table()))


@pytest.mark.parametrize("cls, name, words", [
    (OneCell, "x_given", r"^1 of 6 elements are wrong \(counted from 0\), the first is x\[1, 2\]: "
                         "the term in x is off"),
    (EveryCell, "x_given", "^the term in x is off: is its mean right"),
    (ShapeAndRate, "z_given", "the power of z and the term in z are off"),
    (PriorUnderAnotherName, "m_given", r"its prior is left out: Normal\(mean=1, sd=2\)"),
    (PriorTwice, "m_given", "its prior is counted twice"),
    (NoAxisForCells, "x_given",
     r"has the shape \(1, 50, 2, 3\) where x has the shape \(50, 2, 3\)"),
], ids=lambda x: getattr(x, "__name__", None))
def test_mistakes_in_arrays_are_named(cls, name, words):
    report = gp.check_conditionals(cls())
    assert report.wrong == [name] and re.search(words, report[name].remark), str(report)


class SummedTooFar(Table):
    def x_given(self, m, z):
        class Summed(gp.Normal):
            def logpdf(self, x):
                return super().logpdf(x).sum()

        right = super().x_given(m, z)
        return Summed(right.mean, right.sd)


def test_a_density_summed_over_the_batch_as_well():
    report = gp.check_conditionals(SummedTooFar())
    assert "its log density has the shape () where x has the shape" in report["x_given"].remark


class Shares(gp.Model):
    """pi ~ Dirichlet(1, 2, 3), with counts 4, 5, 6."""

    order = ("pi",)
    off = np.zeros(3)

    def pi_given(self):
        return gp.Dirichlet(np.array([5.0, 7.0, 9.0]) + self.off)

    def log_joint(self, pi):
        return gp.Dirichlet([1, 2, 3]).logpdf(pi) + (np.array([4, 5, 6]) * np.log(pi)).sum(axis=-1)

    def initial(self, rng, shape=()):
        return {"pi": rng.dirichlet(np.ones(3), shape)}


def test_exponents_of_shares_are_named():
    assert gp.check_conditionals(Shares()).ok
    wrong = Shares()
    wrong.off = np.array([1.0, 0.0, -0.5])
    remark = gp.check_conditionals(wrong)["pi_given"].remark
    assert re.search(r"exponents of pi are off by \(\+1, [+-]\S+, -0.5\): are its counts", remark)


class Chance(gp.Model):
    """phi ~ Beta(1, 2) with 3 of 10 successes."""

    order = ("phi",)
    wrong = (0, 0)

    def phi_given(self):
        return gp.Beta(4 + self.wrong[0], 9 + self.wrong[1])

    def log_joint(self, phi):
        return gp.Beta(1, 2).logpdf(phi) + 3 * np.log(phi) + 7 * np.log1p(-phi)

    def initial(self, rng, shape=()):
        return {"phi": rng.uniform(0, 1, shape)}


@pytest.mark.parametrize("wrong, words", [((0, 0), ""), ((1, 0), r"factor phi\^\+1"),
                                          ((0, 1), r"factor \(1 - phi\)\^\+1"),
                                          ((1, 2), "powers of phi and 1 - phi are off")])
def test_powers_of_a_probability_are_named(wrong, words):
    model = Chance()
    model.wrong = wrong
    assert re.search(words, gp.check_conditionals(model)["phi_given"].remark)
    assert gp.check_conditionals(model).ok == (wrong == (0, 0))


def test_the_error_is_relative_to_the_size_of_the_log_densities():
    """Off by phi^1, log phi changes by about 3, and log densities of 11 trials are of size 20."""
    model = Chance()
    model.wrong = (1, 0)
    assert 0.02 < gp.check_conditionals(model)["phi_given"].error < 1


def test_a_check_that_cannot_begin_says_why():
    class NoJoint(Chance):
        log_joint = property()

    class SummedToOneNumber(Chance):
        def log_joint(self, phi):
            return super().log_joint(phi).sum()

    class NoStart(Chance):
        def initial(self, rng, shape=()):
            return {}

    class StartFails(Chance):
        def initial(self, rng, shape=()):
            raise ZeroDivisionError("no luck")

    for cls, part, words in [
            (NoJoint, "log_joint", "no joint density; define log_joint(self, phi)"),
            (SummedToOneNumber, "log_joint", "shape () for a batch of 50 states"),
            (NoStart, "initial", "NoStart.initial gives no phi"),
            (StartFails, "initial", "ZeroDivisionError: no luck")]:
        report = gp.check_conditionals(cls())
        assert report.wrong == [part] and words in report[part].remark, str(report)


def test_a_start_with_more_than_the_variables_is_no_obstacle():
    class Generous(Chance):
        def initial(self, rng, shape=()):
            return {**super().initial(rng, shape), "odds": 1.0}

    assert gp.check_conditionals(Generous()).ok
