"""The Poisson-lognormal hierarchy: counts with exposure, such as adverse events in hospitals.

Exercise 5.8.3. One class tells the story and holds what all forms share; the forms follow it.
"""
import numpy as np

from ...distributions import priors
from ...distributions.base import per_group
from ...distributions.priors import prior_of
from ...distributions.spreads import sd_prior
from ...distributions.standard import Gamma, HalfNormal, Normal
from ...numerics.special import log_sum_exp
from ...sampling.concave_slice import ConcaveSlice, ConcaveSliceOfLog
from ...sampling.slice import Slice
from ..disagreement import Shared
from ..hierarchy import Hierarchy
from ..likelihoods import Counts
from ..scales import scale_of
from ..start import start_of_sd
from .observations import Events, log_poisson_from_log
from .pooling import PoissonCompletePooling, PoissonNoPooling
from .propriety import is_proper, tail_power

REAL = (-np.inf, np.inf)

# A smaller sigma_log cannot be told from zero beside log rates of order one.
SMALLEST_SIGMA_LOG = 1e-10


class PoissonLognormal(Events, Hierarchy):
    """Counts over known exposures, with rates drawn from one population.

    The generative story, from the top::

        mu_log    ~ Normal(0, 1)               mean of the log rates          (or Flat)
        sigma_log ~ HalfNormal(1)              their spread between groups    (any prior of a sd)
        log_lam_j ~ Normal(mu_log, sigma_log)  log rate of group j;  lam_j = exp(log_lam_j)
        y_j       ~ Poisson(lam_j e_j)         its count, in an exposure of e_j

    Rates are positive, so they are compared by factors, and the population of their logarithms is
    normal. The rates have no closed form given the rest, but each log rate has a log-concave
    density, so it is drawn by slice sampling, the ends of the slice found by Newton's method::

        p(log_lam_j | mu_log, sigma_log, y)
            ~ exp(y_j log_lam_j - e_j exp(log_lam_j)) Normal(log_lam_j; mu_log, sigma_log)

    Three forms share this posterior and differ in what mu_log and sigma_log are drawn given:

    - ``centred``: given the log_lam_j. mu_log is then the mean of a normal sample, in closed form.
      When counts are small, log_lam_j close to mu_log keep sigma_log small, and a small sigma_log
      keeps them close: a slow walk.
    - ``noncentred``: given lam_raw_j = (log_lam_j - mu_log) / sigma_log ~ Normal(0, 1). Now mu_log
      and sigma_log are drawn from what the *counts* say of them, which frees sigma_log when counts
      are small. When counts are large, they all but fix every log_lam_j, so that with lam_raw held
      still mu_log and sigma_log can hardly move.
    - ``interwoven``: first the one, then the other, in every sweep: interweaving (ASIS, Yu and Meng
      2011). Where one of the two walks slowly the other does not.

    Parameters
    ----------
    y : array (J,)
        Counts, whole numbers >= 0, J >= 2.
    exposure : array (J,)
        How long or how many each group was watched, >= 0. Its unit is that of the rates: with
        exposure in 1000 patient-days, lam is in events per 1000 patient-days.
    mu_log : Normal or Flat
        Prior of the mean log rate, by default Normal(0, 1).
    sigma_log : any prior of a standard deviation
        HalfNormal, HalfCauchy, HalfT, Uniform, Flat, Exponential, Gamma, InverseGamma or Normal; by
        default HalfNormal(1). It is truncated to positive values; an InverseGamma is the prior of
        sigma_log squared.
    groups : list of str, optional
        Labels, by default "1" to "J".
    form : {"interwoven", "centred", "noncentred"}

    Raises
    ------
    ValueError
        Counts that are not whole numbers >= 0, exposure < 0, fewer than two groups, lengths that
        differ, labels that repeat, an unknown form, or priors so flat that the posterior is
        improper.
    TypeError
        Data that are not numbers, or a prior of another kind.

    References
    ----------
    Exercise 5.8.3; Yu and Meng (2011), To center or not to center: that is not the question; Neal
    (2003).

    Examples
    --------
    Hospitals 3 and 6 had 3 events in 1.3 and 11 in 3.5 thousand patient-days; all eight together
    had 54 in 30.9, a rate of 1.75. The fewer events, the further a rate is drawn towards it:

    >>> import gibbspool as gp
    >>> hospitals = gp.data.hospitals()
    >>> model = gp.PoissonLognormal(hospitals.y, hospitals.exposure)
    >>> truth = gp.exact(model)
    >>> for label, own in (("3", 3 / 1.3), ("6", 11 / 3.5)):
    ...     mean = truth["lam", label].mean
    ...     print(f"from {own:.2f} to {mean:.2f}, {(own - mean) / (own - 1.75):.0%} of the way")
    from 2.31 to 1.87, 78% of the way
    from 3.14 to 2.22, 67% of the way
    """

    default_form = "interwoven"
    spread = "sigma_log"

    def __init__(self, y, exposure, mu_log=Normal(0, 1), sigma_log=HalfNormal(1), groups=None,
                 form=None):
        super().__init__(y, exposure, groups)
        self.mu_log = prior_of("mu_log", mu_log, ("Normal", "Flat"))
        self.sigma_log = sd_prior("sigma_log", sigma_log)
        self.refuse_single_group()
        if not is_proper(self.y, self.mu_log, self.sigma_log):
            raise ValueError(
                f"the posterior is improper: with mu_log ~ {self.mu_log!r} and sigma_log ~ "
                f"{self.sigma_log!r}, {np.count_nonzero(self.y)} groups with a count above zero "
                "cannot keep both finite; give them proper priors, such as mu_log ~ Normal(0, 1) "
                "and sigma_log ~ HalfNormal(1)")

    @property
    def tail_power(self):
        """a where p(sigma_log | y) falls like sigma_log^-a; see `propriety.tail_power`."""
        return tail_power(self.y, self.mu_log, self.sigma_log)

    @property
    def sigma_support(self):
        """Where sigma_log is looked for: its prior's support, from 1e-10 on."""
        low, high = self.sigma_log.support
        return (max(low, SMALLEST_SIGMA_LOG), high)

    def __repr__(self):
        return (f"PoissonLognormal(J={self.J}, mu_log ~ {self.mu_log!r}, sigma_log ~ "
                f"{self.sigma_log!r}, form={self.form!r})")

    def log_likelihood_from_logs(self, log_lam):
        """log Poisson(y_j; lam_j e_j) from the log rates, (..., J)."""
        return log_poisson_from_log(self.y, log_lam + self.log_exposure)

    def mu_log_given_raw(self, lam_raw, sigma_log):
        """p(mu_log | lam_raw, sigma_log, y), where log_lam_j = mu_log + sigma_log lam_raw_j::

            ~ p(mu_log) exp(mu_log sum_j y_j - exp(mu_log) sum_j e_j exp(sigma_log lam_raw_j))

        One Poisson count for all groups together, sum_j y_j, in an exposure that the lam_raw_j have
        stretched.
        """
        count = self.y.sum()
        log_exposure = log_sum_exp(self.log_exposure + per_group(sigma_log) * lam_raw)

        def log_density(mu_log, log_exposure):
            return (self.mu_log.logpdf_inside(mu_log)
                    + mu_log * count - np.exp(mu_log + log_exposure))

        return ConcaveSlice(log_density, REAL, width=4 / np.sqrt(self.mu_log.precision + count),
                            parameters=(log_exposure,))

    def sigma_log_given_raw(self, lam_raw, mu_log):
        """p(sigma_log | lam_raw, mu_log, y), where log_lam_j = mu_log + sigma_log lam_raw_j::

            ~ p(sigma_log) prod_j Poisson(y_j; exp(mu_log + sigma_log lam_raw_j) e_j)
            ~ p(sigma_log) exp(sigma_log sum_j y_j lam_raw_j
                               - sum_j e_j exp(mu_log + sigma_log lam_raw_j))

        A Poisson regression of the counts on lam_raw, with slope sigma_log. In sigma_log itself the
        log of it is concave where that of the prior is: what the data add has the second derivative
        -sum_j lam_raw_j^2 e_j exp(mu_log + sigma_log lam_raw_j).
        """
        slope = (self.y * lam_raw).sum(axis=-1)
        log_mean = self.log_exposure + per_group(mu_log)      # where sigma_log is 0

        def log_density(sigma_log, slope, log_mean, lam_raw):
            expected = np.exp(log_mean + per_group(sigma_log) * lam_raw).sum(axis=-1)
            return self.sigma_log.logpdf_inside(sigma_log) + sigma_log * slope - expected

        kernel = ConcaveSlice if self.sigma_log.log_concave else Slice
        return kernel(log_density, self.sigma_support,
                      width=4 / np.sqrt(1 + (self.y * lam_raw**2).sum(axis=-1)),
                      parameters=(slope, log_mean, lam_raw))

    def new_group(self, rng, mu_log, sigma_log):
        """lam_new = exp(log_lam_new), log_lam_new ~ Normal(mu_log, sigma_log)."""
        with np.errstate(over="ignore"):
            return np.exp(Normal(mu_log, sigma_log).draw(rng))

    def start(self, rng, shape):
        """Starting values of mu_log, sigma_log and log_lam, more spread out than the posterior."""
        log_rate = self.own_log_rate()
        error = 1 / np.sqrt(self.y + 0.5)
        scale = np.std(log_rate) + np.median(error)
        return {"mu_log": np.mean(log_rate) + 2 * scale * rng.standard_normal(shape),
                "sigma_log": start_of_sd(rng, self.sigma_log, scale, shape),
                "log_lam": log_rate + 2 * error * rng.standard_normal((*shape, self.J))}

    def shared(self):
        """mu_log and sigma_log; a group without exposure says nothing of them."""
        watched = self.exposure > 0
        if not watched.any():
            return None
        likelihood = Counts(self.y[watched], self.exposure[watched])
        return Shared(likelihood, [self.mu_log],
                      {"sigma_log": (self.sigma_log, likelihood.of_spread)}, False)

    def scaled(self):
        """sigma_log ~ HalfCauchy(s), s the typical error of a log rate or the spread of them,
        whichever is larger; mu_log ~ Normal(log of all events over all exposures, 10 s).
        """
        watched = self.exposure > 0
        y, exposure = self.y[watched], self.exposure[watched]
        log_rate, error2 = np.log((y + 0.5) / exposure), 1 / (y + 0.5)
        scale = scale_of(log_rate, error2)
        centre = np.log((y.sum() + 0.5) / exposure.sum())
        return {"mu_log": priors.Normal(centre, 10 * scale), "sigma_log": priors.HalfCauchy(scale)}

    def own_part(self, values):
        """1 - 1 / mean_j(1 + sigma_log^2 exp(mu_log) e_j), at the medians."""
        return 1 - 1 / np.mean(1 + np.median(values["sigma_log"]) ** 2
                               * np.exp(np.median(values["mu_log"])) * self.exposure)

    def cautions_after(self, values):
        """Says so where sigma_log piles up at zero: less than 1/8 of a group's own rate is kept.

        Where no group has a single event, rates are low and have nothing of their own to keep.
        """
        if not self.y.any():
            return ["there is not a single event in any group: the data say only that rates are "
                    "low, nothing of how far they differ, so mu_log and sigma_log repeat their "
                    "priors but for ruling out high rates. Read only the upper ends of the "
                    "intervals, and compare other priors with gp.prior_sensitivity."]
        return self.on_all_but_pooled(values, "sigma_log piles up at zero", "rate is")

    def complete_pooling(self, lam=Gamma(1, 0.5)):
        """One rate for all: lam ~ Gamma(1, 0.5), y_j ~ Poisson(lam e_j). In closed form.

        Parameters
        ----------
        lam : Gamma
            Prior of the rate.

        Returns
        -------
        PoissonCompletePooling
        """
        return PoissonCompletePooling(self.y, self.exposure, lam, self.groups)

    def no_pooling(self, lam=Gamma(1, 0.5)):
        """Each group on its own: lam_j ~ Gamma(1, 0.5), y_j ~ Poisson(lam_j e_j). In closed form.

        Parameters
        ----------
        lam : Gamma
            Prior of each lam_j; by default that of Exercise 5.8.3(c).

        Returns
        -------
        PoissonNoPooling
        """
        return PoissonNoPooling(self.y, self.exposure, lam, self.groups)


class CentredPoissonLognormal(PoissonLognormal, form="centred"):
    """The form that draws mu_log and sigma_log given log_lam; see `PoissonLognormal`."""

    order = ("log_lam", "mu_log", "sigma_log")

    def log_lam_given(self, mu_log, sigma_log):
        """p(log_lam_j | mu_log, sigma_log, y), the likelihood times the population::

            ~ Poisson(y_j; lam_j e_j) Normal(log_lam_j; mu_log, sigma_log)
            ~ exp(y_j log_lam_j - e_j exp(log_lam_j) - (log_lam_j - mu_log)^2 / (2 sigma_log^2))

        The log of it is concave: its second derivative is -e_j exp(log_lam_j) - 1 / sigma_log^2.
        """
        def log_density(log_lam, y, log_exposure, mu_log, precision):
            return (y * log_lam - np.exp(log_lam + log_exposure)
                    - 0.5 * precision * (log_lam - mu_log) ** 2)

        precision = 1 / per_group(sigma_log) ** 2
        return ConcaveSlice(log_density, REAL, width=4 / np.sqrt(precision + self.y),
                            parameters=(self.y, self.log_exposure, per_group(mu_log), precision))

    def mu_log_given(self, log_lam, sigma_log):
        """mu_log | log_lam, sigma_log ~ Normal(mean, 1 / sqrt(precision)): precisions add up.

        With the prior Normal(m, s)::

            precision = J / sigma_log^2 + 1 / s^2
            mean = (sum_j log_lam_j / sigma_log^2 + m / s^2) / precision
        """
        precision = self.J / sigma_log**2 + self.mu_log.precision
        mean = (log_lam.sum(axis=-1) / sigma_log**2
                + self.mu_log.mean * self.mu_log.precision) / precision
        return Normal(mean, 1 / np.sqrt(precision))

    def sigma_log_given(self, log_lam, mu_log):
        """p(sigma_log | log_lam, mu_log), from S = sum_j (log_lam_j - mu_log)^2::

            ~ p(sigma_log) sigma_log^-J exp(-S / (2 sigma_log^2))

        The log of it is concave in log sigma_log where that of the prior is: the rest falls by
        2 S / sigma_log^2 in its second derivative.
        """
        S = ((log_lam - per_group(mu_log)) ** 2).sum(axis=-1)

        def log_density(sigma_log, S):
            return (self.sigma_log.logpdf_inside(sigma_log)
                    - self.J * np.log(sigma_log) - S / (2 * sigma_log**2))

        kernel = ConcaveSliceOfLog if self.sigma_log.log_concave_in_log else Slice
        return kernel(log_density, self.sigma_support, width=4 / np.sqrt(2 * self.J),
                      parameters=(S,))

    def log_joint(self, mu_log, sigma_log, log_lam):
        """log p(y, log_lam, mu_log, sigma_log)::

            log p(mu_log) + log p(sigma_log) + sum_j log Normal(log_lam_j; mu_log, sigma_log)
            + sum_j log Poisson(y_j; lam_j e_j)
        """
        return (self.mu_log.logpdf(mu_log) + self.sigma_log.logpdf(sigma_log)
                + Normal(per_group(mu_log), per_group(sigma_log)).logpdf(log_lam).sum(axis=-1)
                + self.log_likelihood_from_logs(log_lam).sum(axis=-1))

    def derived(self, log_lam):
        """lam_j = exp(log_lam_j)."""
        return {"lam": np.exp(log_lam)}

    def initial(self, rng, shape=()):
        """Starting values, more spread out than the posterior can be."""
        return self.start(rng, shape)


class NoncentredPoissonLognormal(PoissonLognormal, form="noncentred"):
    """The form that draws mu_log and sigma_log given lam_raw; see `PoissonLognormal`.

    lam_raw_j = (log_lam_j - mu_log) / sigma_log ~ Normal(0, 1).
    """

    order = ("lam_raw", "mu_log", "sigma_log")

    def lam_raw_given(self, mu_log, sigma_log):
        """p(lam_raw_j | mu_log, sigma_log, y), the likelihood times the population::

            ~ Poisson(y_j; exp(mu_log + sigma_log lam_raw_j) e_j) Normal(lam_raw_j; 0, 1)
            ~ exp(y_j sigma_log lam_raw_j - e_j exp(mu_log + sigma_log lam_raw_j) - lam_raw_j^2 / 2)

        The log of it is concave in lam_raw_j.
        """
        mu_log, sigma_log = per_group(mu_log), per_group(sigma_log)

        def log_density(lam_raw, y, log_exposure, mu_log, sigma_log):
            log_lam = mu_log + sigma_log * lam_raw
            return y * log_lam - np.exp(log_lam + log_exposure) - 0.5 * lam_raw**2

        return ConcaveSlice(log_density, REAL, width=4 / np.sqrt(1 + sigma_log**2 * self.y),
                            parameters=(self.y, self.log_exposure, mu_log, sigma_log))

    def mu_log_given(self, lam_raw, sigma_log):
        """p(mu_log | lam_raw, sigma_log, y): `mu_log_given_raw`."""
        return self.mu_log_given_raw(lam_raw, sigma_log)

    def sigma_log_given(self, lam_raw, mu_log):
        """p(sigma_log | lam_raw, mu_log, y): `sigma_log_given_raw`."""
        return self.sigma_log_given_raw(lam_raw, mu_log)

    def log_joint(self, mu_log, sigma_log, lam_raw):
        """log p(y, lam_raw, mu_log, sigma_log)::

            log p(mu_log) + log p(sigma_log) + sum_j log Normal(lam_raw_j; 0, 1)
            + sum_j log Poisson(y_j; exp(mu_log + sigma_log lam_raw_j) e_j)
        """
        log_lam = per_group(mu_log) + per_group(sigma_log) * lam_raw
        return (self.mu_log.logpdf(mu_log) + self.sigma_log.logpdf(sigma_log)
                + Normal(0, 1).logpdf(lam_raw).sum(axis=-1)
                + self.log_likelihood_from_logs(log_lam).sum(axis=-1))

    def derived(self, mu_log, sigma_log, lam_raw):
        """lam_j = exp(mu_log + sigma_log lam_raw_j)."""
        return {"lam": np.exp(per_group(mu_log) + per_group(sigma_log) * lam_raw)}

    def initial(self, rng, shape=()):
        """Starting values, more spread out than the posterior can be."""
        start = self.start(rng, shape)
        del start["log_lam"]
        return {**start, "lam_raw": 2 * rng.standard_normal((*shape, self.J))}
