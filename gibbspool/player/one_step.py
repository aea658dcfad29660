"""What two samplers draw from at one and the same state: numbers by which a reader may tell them.

They are read off the samplers themselves, see `wrong_samplers.AsWritten`.
"""
import numpy as np

from .page import as_text
from .wrong_samplers import AsWritten


def state_of(truth, start):
    """A state with short numbers, so that a reader can compute with them: theta, mu and tau.

    tau is rather large, where the priors still count.
    """
    return {"theta": np.round(start["theta"], 1), "mu": float(np.round(start["mu"], 1)),
            "tau": float(np.round(truth["tau"].quantile(0.8), 1))}


def given(state, problem, j):
    """The numbers that the conditionals take, by name, as texts."""
    theta, mu = state["theta"], state["mu"]
    return {"\u03c4": as_text(state["tau"]), "\u03bc": as_text(mu),
            "mean of all \u03b8": as_text(np.mean(theta)),
            "\u03a3(\u03b8 \N{MINUS SIGN} \u03bc)\u00b2": as_text(np.sum((theta - mu)**2)),
            "J": as_text(len(theta)), "y": as_text(problem.y[j]),
            "\u03c3": as_text(problem.sigma[j])}


def drawn_from(sampler, problem, state, j):
    """What a sampler draws each variable from: a text each for theta of group j, mu and tau."""
    written = AsWritten(sampler, problem)
    mean, sd = written.of_theta(**state)
    found = [normal(mean[j], sd[j]), normal(*written.of_mu(**state))]
    if sampler.walks:
        return [*found, "a step along log \u03c4"]
    c, power, shape = written.of_tau(**state)
    if np.isclose(power, -0.5):
        return [*found, f"\u03c4\u00b2 ~ InverseGamma({as_text(shape)}, {as_text(c**2)})"]
    return [*found, f"\u03c4 = {as_text(c)} g^{as_text(power)}, g ~ Gamma({as_text(shape)}, 1)"]


def normal(mean, sd):
    return f"mean {as_text(mean)}, sd {as_text(sd)}"
