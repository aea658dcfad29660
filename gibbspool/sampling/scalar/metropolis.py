"""Random walks of one number, and of one vector of shares, step by step: `sampling.metropolis`."""
from math import exp, log

import numpy as np

from ..records import MetropolisRecord, SimplexRecord


def draw_metropolis(kernel, rng, curve):
    """Propose a value near the current one; accept it with probability min(1, ratio), else stay."""
    scale = curve.own(kernel.step.scale)
    u_before = curve.u_before

    # 1. Propose.
    u_proposal = u_before + scale * float(rng.standard_normal())
    proposal = curve.x(u_proposal)

    # 2. The ratio of the densities there and here, as a difference of logs.
    log_p_before, log_p_proposal = curve.log_p(u_before), curve.log_p(u_proposal)
    log_ratio = log_p_proposal - log_p_before

    # 3. Accept or stay. A ratio that is NaN is not accepted: nothing is less than NaN.
    log_uniform = log_of(rng.random())
    accepted = log_uniform < log_ratio
    x = proposal if accepted else curve.before
    return MetropolisRecord(curve.before, x, curve, scale, u_before, u_proposal, proposal,
                            log_p_before, log_p_proposal, log_ratio, log_uniform, accepted)


def draw_shares(rng, before, log_density, scale, smallest):
    """The same for shares x_1, ..., x_K: each is multiplied by a factor, then divided by the sum.

    `log_density` is that of the log-ratios, log p(x) + sum_k log x_k.
    """
    # 1. Propose.
    log_shares = [log(max(share, smallest)) + scale * float(rng.standard_normal())
                  for share in before]
    parts = [exp(log_share - max(log_shares)) for log_share in log_shares]
    proposal = np.array([part / sum(parts) for part in parts])

    # 2. The ratio.
    log_p_before, log_p_proposal = log_density(before), log_density(proposal)
    log_ratio = log_p_proposal - log_p_before

    # 3. Accept or stay.
    log_uniform = log_of(rng.random())
    accepted = log_uniform < log_ratio
    x = proposal if accepted else before
    return SimplexRecord(before, x, log_density, scale, proposal, log_p_before, log_p_proposal,
                         log_ratio, log_uniform, accepted)


def log_of(uniform):
    """The log of a uniform number, which may be 0."""
    return log(uniform) if uniform else -np.inf
