"""The plane in which the funnel is seen, with its exact density.

Up goes v, which is log tau or Neal's v; across goes one of the groups. Given v the group is normal,
in every target that the page shows, so a plane is three functions of v: log p(v), and mean and sd
of the group given v.
"""
import numpy as np
from scipy.optimize import brentq
from scipy.special import erf

from .page import rounded
from .shrinkage import given_tau

HEIGHTS = 81            # values of v
BEYOND = 3e-3           # probability of v above and below what is drawn
ROOM = 0.15             # of the height, above and below that
HELD = (0.5, 0.8, 0.95)  # probability inside each contour
SCALE_OF_V = 3.0        # Neal's v ~ Normal(0, 3)


def neal(form):
    """v ~ Normal(0, 3), and x_i ~ Normal(0, exp(v / 2)) or x_raw_i ~ Normal(0, 1)."""
    v = np.linspace(-3.3, 3.3, HEIGHTS) * SCALE_OF_V
    log_p = -0.5 * (v / SCALE_OF_V) ** 2 - np.log(SCALE_OF_V) - 0.5 * np.log(2 * np.pi)
    sd = np.exp(v / 2) if form == "centred" else np.ones_like(v)
    return plane(v, log_p, np.zeros_like(v), sd)


def normal(truth, form, j, lowest):
    """log tau of a NormalNormal model, by its exact posterior, and theta_j - mu or theta_raw_j.

    ::

        theta_raw_j | tau, y ~ Normal(a (y_j - m), sqrt(B_j + a^2 s^2)),
        a = tau / (sigma_j^2 + tau^2),   mu | tau, y ~ Normal(m, s),
        theta_j - mu = tau theta_raw_j

    `lowest` is a log tau that is to be seen as well.
    """
    model = truth.model
    low, high = np.log([truth["tau"].quantile(p) for p in (BEYOND, 1 - BEYOND)])
    low, room = min(low, lowest), ROOM * (high - low)
    v = np.linspace(low - room, high + room, HEIGHTS)
    tau = np.exp(v)
    m, s = np.array([(one["m"], one["s"]) for one in (given_tau(model, x) for x in tau)]).T
    B, a = model.shrinkage(tau)[:, j], tau / (model.sigma[j] ** 2 + tau**2)
    mean, sd = a * (model.y[j] - m), np.sqrt(B + (a * s) ** 2)
    if form == "centred":
        mean, sd = tau * mean, tau * sd
    return plane(v, truth["tau"].logpdf(tau) + v, mean, sd)


def plane(v, log_p, mean, sd):
    """The three functions on a grid of v, and the contours as levels of the log density.

    At the height v a contour runs at mean +- z sd, with z^2 / 2 = top - level: `top`, the log
    density at the mean, is log p(v) - log sd - log(2 pi) / 2.
    """
    top = log_p - np.log(sd) - 0.5 * np.log(2 * np.pi)
    p, dv = np.exp(log_p), v[1] - v[0]

    def inside(level):
        return (p * erf(np.sqrt(np.maximum(top - level, 0)))).sum() * dv

    levels = [brentq(lambda level: inside(level) - held, top.min() - 30, top.max())
              for held in HELD]
    return {"v": v, "top": rounded(top, 6), "mean": rounded(mean, 6),
            "sd": rounded(sd, 6), "held": HELD, "levels": rounded(levels, 6),
            "across": rounded(ends(top, mean, sd, levels[-1]), 4)}


def ends(top, mean, sd, level):
    """How far the widest contour reaches to the left and right."""
    z = np.sqrt(2 * np.maximum(top - level, 0))
    inside = z > 0
    return (mean - z * sd)[inside].min(), (mean + z * sd)[inside].max()
