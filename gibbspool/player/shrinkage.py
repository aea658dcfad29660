"""The page on shrinkage: tau on a slider, and what becomes of every group's estimate.

Given tau everything is normal, so the page computes it itself, at every stop of the slider; what is
recorded here is the data, the posterior of tau, the answer averaged over tau, and a table by which
the page checks its own arithmetic.
"""
import numpy as np
from scipy.special import ndtri

from ..distributions.base import per_group
from ..html import small_table
from ..models.normal.model import NormalNormal
from ..models.one_way.model import OneWayNormal
from .page import Page, as_text, rounded
from .subject import Subject

SCRIPTS = ("given_tau.js", "shrinkage.css", "shrinkage_pictures.js", "shrinkage.js")
PROB = 0.89         # of the intervals, as many below as above
STOPS = 160         # of tau; behind the last one comes infinity
SHOWN = 40          # groups, at most, in the pictures
MOST_GROUPS = 2000  # all of which are needed for mu


def unsuited(model):
    """Why the page cannot show a model, as a sentence; "" if it can."""
    if not isinstance(model, (*NormalNormal.forms.values(), *OneWayNormal.forms.values())):
        return ("The page on shrinkage needs groups with normal errors and no covariates: only "
                "there is everything a closed formula once tau is given.")
    if model.J > MOST_GROUPS:
        return f"The page on shrinkage shows up to {MOST_GROUPS} groups; there are {model.J}."
    return ""


def page(subject):
    """The tab of a NormalNormal model, or of a OneWayNormal with sigma held; None for others."""
    if unsuited(subject.model):
        return None
    data = record(subject) if is_normal(subject.model) else record_with_sigma_held(subject)
    return Page("shrinkage", "Shrinkage", data, SCRIPTS, averaged_table(data))


def is_normal(model):
    return isinstance(model, tuple(NormalNormal.forms.values()))


def record_with_sigma_held(subject):
    """`record` of the groups' means, sigma being held at its posterior mean, and a note on that."""
    model, truth = subject.model, subject.truth
    sigma = truth["sigma"].mean
    means = NormalNormal(model.mean, sigma / np.sqrt(model.n), model.mu, model.tau,
                         groups=model.groups)
    data = record(Subject(means))
    apart = max(abs(one["mean"] - truth["theta"][j].mean)
                for j, one in zip(data["shown"], data["averaged"]["theta"]))
    largest = max(truth["theta"][j].sd for j in data["shown"])
    data["note"] = (
        "A group's estimate is the mean of its observations. Its standard error takes \u03c3, the "
        f"spread within the groups, as if it were known: {sigma:.3g}, its posterior mean. So held, "
        "the pooled estimates, averaged over \u03c4, differ from the exact posterior means by at "
        f"most {apart:.1g}, where these have standard deviations of up to {largest:.2g}.")
    return data


def averaged_table(data):
    """The hierarchical answer as a table, for readers without scripts."""
    rows = [[data["groups"][j], *(as_text(x) for x in (data["y"][j], one["mean"], one["low"],
                                                       one["high"]))]
            for j, one in zip(data["shown"], data["averaged"]["theta"])]
    head = ["group", "own estimate", "pooled, averaged over \u03c4", "from", "to"]
    return small_table(head, rows,
                       f"Shrinkage, with {PROB:.0%} intervals")


def record(subject):
    """What the page needs to know of a NormalNormal model.

    Returns
    -------
    dict
        y, sigma, groups : the data; note : what is to be known of them, or "".
        m0, precision : of the prior of mu.
        shown : numbers of the groups that the pictures show.
        tau : the stops of the slider, with the posterior's density and cdf and the prior's density.
        averaged : mean and interval of mu and of the shown theta_j, averaged over the posterior of
            tau; and the mean of their shrinkage factors.
        table : what the page must find at some tau (`given_tau`).
    """
    model, truth = subject.model, subject.truth
    tau, groups = truth["tau"], shown(model)
    stops = stops_of(tau)
    return {
        "groups": list(map(str, model.groups)), "y": model.y, "sigma": model.sigma,
        "m0": model.mu.mean, "precision": model.mu.precision, "note": "",
        "shown": groups, "prob": PROB, "z": ndtri((1 + PROB) / 2),
        "tau": {"stops": stops, "median": tau.quantile(0.5), "cdf": rounded(tau.cdf(stops)),
                "posterior": density(tau, stops),
                "prior": density(model.tau, stops) if model.tau.proper else None},
        "averaged": {"mu": summary(truth["mu"]),
                     "theta": [summary(truth["theta"][j]) for j in groups],
                     "pull": [truth["shrinkage"][j].mean for j in groups]},
        "table": [given_tau(model, x) for x in (0.0, *stops[1::13], 10 * stops[-1])],
    }


def density(distribution, stops):
    """Its density at the stops; where it has none at 0, what it has close by."""
    return rounded(np.exp(distribution.logpdf(np.maximum(stops, stops[1] / 100))))


def stops_of(tau):
    """Values of tau (STOPS,) from 0 to where little of its posterior is left."""
    median = tau.quantile(0.5)
    high = float(f"{min(tau.quantile(0.99), 6 * median):.2g}")
    return np.linspace(0, high, STOPS)


def shown(model):
    """All groups; of many, some that are spread evenly over the estimates."""
    order = np.argsort(model.y, kind="stable")
    if model.J <= SHOWN:
        return list(range(model.J))
    return order[np.linspace(0, model.J - 1, SHOWN).astype(int)].tolist()


def short(label, longest=16):
    """A group's label where there is little room."""
    label = str(label)
    return label if len(label) <= longest else label[:longest - 1] + "…"


def given_tau(model, tau):
    """mu and theta given tau alone.

    ::

        mu | tau, y      ~ Normal(m, s)
        theta_j | tau, y ~ Normal((1 - B_j) y_j + B_j m, sqrt((1 - B_j) sigma_j^2 + B_j^2 s^2))

    Returns
    -------
    dict
        tau; m, s : of mu; mean, sd : arrays (J,), of the theta_j
    """
    collapsed = NormalNormal(model.y, model.sigma, model.mu, model.tau, form="collapsed")
    tau = np.asarray(tau, dtype=float)
    mu = collapsed.mu_given(tau)
    B, kept = collapsed.shrinkage(tau), collapsed.kept(tau)
    mean = kept * model.y + B * per_group(mu.mean)
    sd = np.sqrt(kept * model.sigma**2 + (B * per_group(mu.sd)) ** 2)
    return {"tau": tau, "m": mu.mean, "s": mu.sd, "mean": mean, "sd": sd}


def summary(marginal):
    """Mean and interval of a marginal."""
    tail = (1 - PROB) / 2
    return {"mean": marginal.mean, "low": marginal.quantile(tail),
            "high": marginal.quantile(1 - tail)}
