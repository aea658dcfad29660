"""What the data by themselves say of a population's location and spread, no prior asked.

The parameters of the groups are integrated out, exactly or by Laplace's method. Each class answers
two questions, in microseconds to milliseconds:

- ``of_spread(s)``: log likelihoods of spreads s (S,), with the locations integrated out as well,
  under flat priors, so that no prior of a location has a say;
- ``locations(s)``: for each location, its name and a `Location`: log likelihoods at any x given
  each of the spreads s.
"""
from collections import namedtuple

import numpy as np
from scipy.special import wrightomega, xlog1py, xlogy

from ..distributions.standard import Beta
from ..numerics.pieces import pieces
from ..numerics.special import sum_of_log_rises

Location = namedtuple("Location", "estimate error log_likelihood widest")

LARGEST = 1e150   # spread whose square is a number
LOWEST = -1e300   # log likelihood that is one

Location.__doc__ = """A location, such as mu, given each of S spreads.

estimate, error : arrays (S,), in a coordinate in which the likelihood is nearly normal.
log_likelihood : function of x (n,), returns (n, S).
widest : of a share, what the flat Dirichlet of all shares says of it, a Beta; None of any other.
"""


class NormalGroups:
    """z_j ~ Normal(x_j . b, sqrt(v_j + tau^2)): a regression, given tau in closed form.

    Parameters
    ----------
    z : array (J,)
    v : array (J,) or (M, J)
        Error variances; of M rows, which stand for what is known of an unknown sigma, the
        likelihood is the mean.
    design : array (J, p)
    names : list of p str
        Of the coefficients b.
    """

    def __init__(self, z, v, design, names):
        self.centre = np.median(z)   # what is far from 0 keeps its digits
        self.z, self.v = z - self.centre, np.atleast_2d(v)
        self.design, self.names = design, names
        self.scale = float(np.sqrt(np.median(self.v)) or np.ptp(z) or 1.0)

    def lines(self, s):
        """The weighted least-squares line given each of s: b, its errors, log likelihood."""
        cells = self.v.size * self.design.shape[1]
        with np.errstate(over="ignore"):  # estimates that many errors apart are not likely at all
            found = [self.some_lines(some) for (some,) in pieces(np.asarray(s), cells=cells)]
        return tuple(np.concatenate(parts) for parts in zip(*found))

    def some_lines(self, s):
        """The same, all at once."""
        v = self.v + np.minimum(s, LARGEST)[:, None, None] ** 2            # (S, M, J)
        v = np.maximum(v, np.finfo(float).tiny)
        p = self.design.shape[1]
        if p == 1:
            w = 1 / v
            precision = w.sum(axis=-1)
            b = (w @ self.z) / precision
            rss = (w * (self.z - b[..., None]) ** 2).sum(axis=-1)
            b, errors, log_det = b[..., None], precision[..., None] ** -0.5, np.log(precision) / 2
        else:
            sd = np.sqrt(v)
            rows = np.concatenate([self.design / sd[..., None], (self.z / sd)[..., None]], axis=-1)
            triangle = np.linalg.qr(rows, mode="r")
            R, inverse = triangle[..., :p, :p], np.linalg.inv(triangle[..., :p, :p])
            b = (inverse @ triangle[..., :p, p:])[..., 0]
            errors = np.sqrt((inverse**2).sum(axis=-1))
            rss = triangle[..., p, p] ** 2 if len(self.z) > p else 0.0
            log_det = np.log(np.abs(np.diagonal(R, axis1=-2, axis2=-1))).sum(axis=-1)
        log_l = -0.5 * np.log(v).sum(axis=-1) - log_det - 0.5 * rss
        return b, errors, np.maximum(log_l, LOWEST)

    def of_spread(self, s):
        log_l = self.lines(s)[2]
        top = log_l.max(axis=-1)
        with np.errstate(divide="ignore"):
            return top + np.log(np.exp(log_l - top[:, None]).mean(axis=-1))

    def locations(self, s):
        b, errors, log_l = self.lines(s)
        weight = np.exp(log_l - log_l.max(axis=-1, keepdims=True))
        weight /= weight.sum(axis=-1, keepdims=True)
        b[..., 0] += self.centre
        for k, name in enumerate(self.names):
            estimate = (weight * b[..., k]).sum(axis=-1)
            variance = (weight * (errors[..., k] ** 2 + (b[..., k] - estimate[:, None]) ** 2)
                        ).sum(axis=-1)
            yield name, normal_location(estimate, np.sqrt(variance))


def normal_location(estimate, error):
    """A location whose likelihood is that of a normal measurement."""
    def log_likelihood(x):
        return -0.5 * ((x[:, None] - estimate) / error) ** 2 - np.log(error)

    return Location(estimate, error, log_likelihood, None)


class Shares:
    """counts_j ~ Dirichlet-multinomial(alpha pi0): successes and failures are its two-column case.

    pi0 is taken where the weighted shares put it. The weight of an answer, (1 + alpha) / (n_j +
    alpha), says what it counts beside others of its group (Kleinman 1973); weighted counts serve as
    those of one multinomial sample.

    Parameters
    ----------
    counts : array (J, K)
    names : list of str
        Of the shares; of two columns the first alone is asked for.
    """

    def __init__(self, counts, names):
        self.counts, self.n, self.names = counts, counts.sum(axis=1), names
        self.scale = float(max(self.n.mean(), 1.0))

    def weighted(self, s):
        """Weighted counts given each of s, (S, K)."""
        return ((1 + s)[:, None] / (self.n + s[:, None])) @ self.counts

    def of_spread(self, s):
        s = np.clip(s, 1e-12, 1e15)
        C = self.weighted(s)
        N, K = C.sum(axis=1), C.shape[1]
        pi0 = (C + 0.5) / (N[:, None] + K / 2)
        log_p = (xlogy(self.counts.sum(axis=0), pi0).sum(axis=1)
                 + sum(sum_of_log_rises(s * pi0[:, k], self.counts[:, k]) for k in range(K)))
        log_p -= sum_of_log_rises(s, self.n)
        return log_p - 0.5 * (K - 1) * np.log(N + K / 2)

    def reaching(self):
        """A concentration that the data let the groups have, and no less than their average size.

        It is the lowest whose likelihood is within exp(-1/2) of the highest.
        """
        s = self.scale * np.geomspace(1e-6, 1e6, 200)
        log_l = self.of_spread(s)
        return float(max(self.scale, s[np.argmax(log_l > log_l.max() - 0.5)]))

    def locations(self, s):
        C = self.weighted(s)
        N, K = C.sum(axis=1), C.shape[1]
        for k, name in enumerate(self.names[:K if K > 2 else 1]):
            yes, no = C[:, k] + 0.5, N - C[:, k] + 0.5
            yield name, share(yes, no, widest=Beta(1, K - 1))


def share(yes, no, widest):
    """A share, from yes and no answers and half an answer each; estimate and error of its logit."""
    def log_likelihood(x):
        x = x[:, None]
        peak = xlogy(yes, yes / (yes + no)) + xlogy(no, no / (yes + no))
        return xlogy(yes - 0.5, x) + xlog1py(no - 0.5, -x) - peak + 0.5 * np.log(yes + no)

    return Location(np.log(yes / no), np.sqrt(1 / yes + 1 / no), log_likelihood, widest)


MANY = 300  # counts: of more than that, those that are alike are taken together


def alike(y, exposure):
    """Counts much alike, taken together: their mean, mean exposure (of logs), and how many.

    Alike are exposures within a tenth of each other; and counts up to 16 that are the same, larger
    ones within half a standard deviation, sqrt(y). What is neglected of a log likelihood is of the
    second order: it moves where mu_log and sigma_log are likely by about 0.001.
    """
    root = np.sqrt(y)
    bins = np.stack([np.where(y <= 16, y, np.floor(2 * root) + 8),
                     np.floor(np.log(exposure) / 0.1)])
    _, which, times = np.unique(bins, axis=1, return_inverse=True, return_counts=True)
    which = which.ravel()
    return (np.bincount(which, y) / times, np.exp(np.bincount(which, np.log(exposure)) / times),
            times.astype(float))


class Counts:
    """y_j ~ Poisson(e_j lam_j), log lam_j ~ Normal(mu_log, sigma_log): by Laplace's method.

    The deviation d_j of a log rate from mu_log has its mode where d = sigma^2 (y - e exp(mu + d)),
    which Wright's omega function solves. Of many groups those that are much alike stand for each
    other: see `alike`.
    """

    scale = 1.0

    def __init__(self, y, exposure):
        self.y, self.e, self.times = (y, exposure, np.ones(len(y))) if len(y) <= MANY else (
            alike(y, exposure))
        self.range = -600 - np.log(exposure.max()), 600 - np.log(exposure.max())
        # half an event for all groups together: where nothing happened, log rates end somewhere
        self.half = self.y + 0.5 * self.e / (self.times @ self.e)

    def modes(self, y, mu, sigma):
        """d_j and expected counts there, for mu and sigma (..., 1)."""
        variance, log_m = sigma**2, np.log(self.e) + mu
        argument = np.log(variance) + log_m + variance * y
        omega = wrightomega(argument)
        # omega(a) is exp(a) where that is small
        log_omega = np.log(np.where(argument > -30, omega, 1.0)) + np.where(argument > -30, 0.0,
                                                                            argument)
        return log_omega - np.log(variance) - log_m, omega / variance

    def log_marginal(self, mu, sigma):
        """log p(y | mu, sigma), summed over groups, up to a constant."""
        mu, sigma = np.clip(mu, *self.range)[..., None], sigma[..., None]
        d, expected = self.modes(self.y, mu, sigma)
        log_p = self.y * (mu + d) - expected - 0.5 * (d / sigma) ** 2
        return (log_p - 0.5 * np.log1p(sigma**2 * expected)) @ self.times

    def fitted(self, sigma):
        """The mu that suits each sigma best, and its precision: Newton's method."""
        mu = np.full(len(sigma), np.log((self.times @ self.half) / (self.times @ self.e)))
        for _ in range(12):
            _, expected = self.modes(self.half, mu[:, None], sigma[:, None])
            precision = (expected / (1 + sigma[:, None] ** 2 * expected)) @ self.times
            step = np.clip((self.half - expected) @ self.times / precision, -2.0, 2.0)
            mu = np.clip(mu + step, *self.range)
            if np.all(np.abs(step) < 1e-4 / np.sqrt(precision)):
                break
        return mu, precision

    def of_spread(self, s):
        s = np.clip(s, 1e-6, 1e3)
        mu, precision = self.fitted(s)
        return self.log_marginal(mu, s) - 0.5 * np.log(precision)

    def locations(self, s):
        s = np.clip(s, 1e-6, 1e3)
        mu, precision = self.fitted(s)
        peak = self.log_marginal(mu, s) - 0.5 * np.log(precision)

        def log_likelihood(x):
            return self.log_marginal(x[:, None] + 0 * s, s + 0 * x[:, None]) - peak

        yield "mu_log", Location(mu, precision**-0.5, log_likelihood, None)
