"""Exact marginals as curves, and the diagnostics by which a page checks its own."""
import numpy as np

from . import curves
from .packing import packed  # noqa: F401

LOW, HIGH = 0.002, 0.995  # the window of a marginal
LONG = 25.0               # an upper end so many medians away is shown in logs
TAIL = 8.0                # a tail that is longer than this, in halves of the inner 80%, is cut


def marginals(subject, rows, computed):
    """The exact marginals of what a sampler draws, by variable: a curve, or a list of them.

    A curve is [low, high, highest, text], see `curves.density`.
    """
    truth, model = subject.truth, subject.model
    if truth is None:
        return {}
    drawn = dict.fromkeys(model.interweaves.get(name, name) for name in model.order)
    found = {}
    for name in [*drawn, *computed]:
        if name in truth:
            marginal = truth[name]
            one_each = hasattr(marginal, "labels")
            if one_each and model.dims.get(name, ("",))[0] == "group":
                found[name] = [each(marginal[j]) for j in rows]
            else:
                found[name] = each(marginal)
    if "coefficients" in drawn:
        found["coefficients"] = [each(truth["mu"]), *several(each(truth["beta"]))]
    return found


def several(curve):
    """A list of curves, of one curve or of several."""
    return [curve] if isinstance(curve[0], float) else curve


def each(marginal):
    """A curve, or the curves of all entries of a table of marginals."""
    if hasattr(marginal, "labels"):
        return [each(one) for one in marginal]
    low, high = window(marginal)
    middle = float(marginal.quantile(0.5))
    if low >= 0 and high > LONG * middle:
        low = max(low, float(marginal.quantile(LOW)))
        return curves.density(low, high, marginal.pdf, spaced=np.geomspace)
    return curves.density(low, high, marginal.pdf)


def window(marginal):
    """From where to where a marginal is shown: without the far end of a long tail."""
    low, tenth, middle, ninth, high = marginal.quantile(
        np.array([LOW, 0.1, 0.5, 0.9, HIGH])).tolist()
    high = min(high, middle + TAIL * (ninth - middle))
    low = max(low, middle - TAIL * (middle - tenth))
    bottom = marginal.support[0] if hasattr(marginal, "support") else -np.inf
    if np.isfinite(bottom) and low - bottom < 0.15 * (high - bottom):
        low = bottom
    room = 0.04 * (high - low)
    return (low if low == bottom else low - room), high + room


# ---- autocorrelation and effective sample size, of a single chain

def autocorrelation(x, most):
    """Autocorrelations at lags 0 to `most`: covariances divided by n, over the variance."""
    x = np.asarray(x, dtype=float) - x[0]  # small numbers, and so the mean of what stays is exact
    x = x - np.mean(x)
    total = (x * x).sum()
    if not total > 0:
        return np.ones(min(most, len(x) - 1) + 1)
    return np.array([(x[:len(x) - lag] * x[lag:]).sum() / total
                     for lag in range(min(most, len(x) - 1) + 1)])


def effective_sample_size(x):
    """n / (1 + 2 sum of autocorrelations), summed in pairs until they reach noise.

    The sum of two successive autocorrelations of a reversible chain is positive and decreases
    (Geyer 1992): the sum ends with the first pair that is not positive, and no pair counts for more
    than the one before.
    """
    n = len(x)
    if n < 4:
        return float(n)
    rho = autocorrelation(x, n - 1)
    time, last = -1.0, np.inf
    for k in range(0, n - 1, 2):
        pair = rho[k] + rho[k + 1]
        if pair <= 0:
            break
        last = min(last, pair)
        time += 2 * last
    return n / max(time, 1 / np.log10(n))


def checks(data):
    """What the page has to find for the numbers that it was given."""
    found = []
    for step in data["order"]:
        name = step["name"]
        values = [np.ravel(draw["x"])[0] for draw in data["draws"][name]]
        if len(values) > 3:
            found.append({"step": name, "ess": effective_sample_size(values),
                          "rho": autocorrelation(values, 10)})
    return found
