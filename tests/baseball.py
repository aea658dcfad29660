"""Efron and Morris's 18 batters: a model of them and its exact posterior, made once."""
import functools
import warnings

import gibbspool as gp


@functools.cache
def baseball():
    data = gp.data.baseball()
    return gp.BetaBinomial(data.successes, data.trials, groups=data.groups)


@functools.cache
def exact_baseball():
    return gp.exact(baseball())


def few_groups(function, *args, **kwargs):
    """Without the caution that there are fewer than five groups."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="only")
        return function(*args, **kwargs)
