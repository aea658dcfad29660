"""What may be wrong with a conditional: which term of its log density is off.

The difference between a conditional and the joint density, as a function of the variable x, is the
mistake itself. Where it is a multiple of log x, the power of x is wrong; where it is minus the log
of a prior, that prior was left out. An array is looked at element by element.
"""
import numpy as np

MOST_ELEMENTS = 60  # of an array are looked at


def recognised(model, name, current, x, difference, difference_at):
    """What explains the difference, in a sentence.

    Parameters
    ----------
    model : a model
    name : str
        The variable.
    current : array (states, ...)
        Its value in each state.
    x : array (values, states, ...)
        The values at which the difference was taken.
    difference : array (values, states)
    difference_at : callable
        The difference (values, states) at other values x.
    """
    if current.ndim == 1:
        return wrong_term(model, name, x, difference)
    shares = current.ndim > 1 and np.allclose(current.sum(axis=-1), 1)  # they move together
    places = list(np.ndindex(current.shape[1:-1] if shares else current.shape[1:]))[:MOST_ELEMENTS]
    wrong = {}
    for place in places:
        at = (slice(None), slice(None), *place)
        moved = np.repeat(current[None], len(x), axis=0)
        moved[at] = x[at]
        of_this = difference_at(moved)
        if np.ptp(of_this, axis=0).max() > 1e-8 * (1 + np.abs(of_this).max()):
            explain = wrong_exponents if shares else wrong_term
            wrong[place] = explain(model, name, x[at], of_this)
    if not wrong:
        return f"it depends on {name}"
    sentence = next(iter(wrong.values()))
    if len(wrong) == len(places) and len(set(wrong.values())) == 1:
        return sentence
    where = ", ".join(map(str, next(iter(wrong))))
    return (f"{len(wrong)} of {len(places)} elements are wrong (counted from 0), the first is "
            f"{name}[{where}]: {sentence}")


def wrong_term(model, name, x, difference):
    """Which term in a number is off: one that explains the difference at x (values, states)."""
    for prior in priors(model, name):
        slopes = slopes_of([prior.logpdf(x)], difference)
        if slopes is not None and np.allclose(np.abs(slopes), 1):
            what = "left out" if slopes[0] < 0 else "counted twice"
            return f"its prior is {what}: {prior!r}"
    for columns, sentence in terms(name, x):
        slopes = slopes_of(columns, difference)
        if slopes is not None:
            return sentence.format(slope=slopes[0])
    return f"it depends on {name}"


def priors(model, name):
    """The densities that a model holds: first the one with the name of the variable."""
    held = [getattr(model, name, None), *vars(model).values()]
    return [prior for prior in held if hasattr(prior, "logpdf")
            and not getattr(prior, "event_ndim", 0)]


def terms(name, x):
    """The columns that a difference may be a multiple of, and what that means."""
    found = []
    if (x > 0).all():
        found += [
            ([np.log(x)], f"off by the factor {name}^{{slope:+.3g}}: is the number of groups "
                          "right?"),
            ([1 / x**2], f"the term in 1/{name}^2 is off: is the sum of squares right?"),
            ([1 / x], f"the term in 1/{name} is off: is its scale right?"),
        ]
    if ((x > 0) & (x < 1)).all():
        found += [
            ([np.log1p(-x)], f"off by the factor (1 - {name})^{{slope:+.3g}}: is the number of "
                             "failures right?"),
            ([np.log(x), np.log1p(-x)], f"the powers of {name} and 1 - {name} are off: are its "
                                        "successes and failures right?"),
        ]
    found += [
        ([x], f"the term in {name} is off: is its mean right?"),
        ([x**2], f"the term in {name}^2 is off: standard deviation and variance mixed up?"),
        ([x, x**2], f"the terms in {name} and {name}^2 are off: are its mean and its precision "
                    "right?"),
    ]
    if (x > 0).all():
        found += [
            ([np.log(x), x], f"the power of {name} and the term in {name} are off: are its shape "
                             "and its rate right?"),
            ([np.log(x), 1 / x**2], f"the power of {name} and the term in 1/{name}^2 are off: are "
                                    "the number of groups and the sum of squares right?"),
        ]
    return found


def wrong_exponents(model, name, x, difference):
    """Which exponents of shares (values, states, K) are off."""
    K = x.shape[-1]
    if K + 1 < len(x):
        slopes = slopes_of([np.log(x[..., k]) for k in range(K)], difference)
        if slopes is not None:
            return (f"the exponents of {name} are off by "
                    f"({', '.join(f'{slope:+.3g}' for slope in slopes)}): are its counts right?")
    return f"it depends on {name}"


def slopes_of(columns, difference):
    """Slopes of the difference on columns (values, states) and a constant, or None.

    They are the median over states of the least-squares slopes in each; None where the columns do
    not explain the difference to the last digits.
    """
    slopes = []
    for i in range(difference.shape[1]):
        y = difference[:, i]
        design = np.column_stack([*(column[:, i] for column in columns), np.ones_like(y)])
        if not np.isfinite(design).all():
            return None
        scale = np.abs(design).max(axis=0)
        scale[scale == 0] = 1.0
        coefficients = np.linalg.lstsq(design / scale, y, rcond=None)[0] / scale
        if np.abs(y - design @ coefficients).max() >= 1e-7 * np.ptp(y):
            return None
        slopes.append(coefficients[:-1])
    return np.median(slopes, axis=0)
