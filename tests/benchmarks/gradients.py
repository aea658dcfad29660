"""Effective draws per gradient: Hamiltonian Monte Carlo here, NUTS in PyMC and NumPyro.

Eight Schools, non-centred, target acceptance 0.9, gradients after the warm-up alone. Seconds
compare programs; this compares algorithms.
"""
from functools import partial

import numpy as np

from gibbspool.sampling.arviz_bridge import ess

from . import python_peers
from .clock import spread, timed
from .effective import PARAMETERS, hmc, worst

TITLE = "Effective draws per 1000 gradients, Eight Schools non-centred (smallest bulk ESS)"
COLUMNS = (("what", "", "s"), ("gradients", "gradients", ",.0f"), ("rate", "ESS per 1000",
                                                                  "spread:.0f"))


def per_gradient(what, all_draws, gradients):
    sizes = [worst(draws, PARAMETERS["eight"], ess, min) for draws in all_draws]
    return {"what": what, "gradients": float(np.median(gradients)),
            "rate": spread(1000 * size / count for size, count in zip(sizes, gradients))}


def measure(sitting):
    options = {"draws": 20, "tune": 20} if sitting.tiny else {"draws": 2000, "tune": 1000}
    if ("gibbspool", "eight") not in sitting.found:
        sitting.found["gibbspool", "eight"] = timed(partial(hmc, options), sitting.runs)
    _, ours = sitting.found["gibbspool", "eight"]
    rows = [per_gradient("gibbspool, HMC", ours,
                         [draws.sample_stats["n_steps"].sum() for draws in ours])]
    for program, what, name, _, theirs in python_peers.runs(sitting, only="eight"):
        rows.append(per_gradient(f"{program}, {what}", theirs,
                                 [draws["n_steps"].sum() for draws in theirs]))
    return rows
