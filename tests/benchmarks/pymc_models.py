"""PyMC on one of the section's models, as the section writes it.

    python pymc_models.py MODEL DATA OUT RUNS DRAWS TUNE

Writes OUT/RUN.npz, arrays (chain, draw, ...), and prints the wall seconds of all runs: building,
compiling and sampling, not the import.
"""
import json
import logging
import sys
import time
import warnings

import numpy as np
import pymc as pm
from peers_data import counts, numbers

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)


def eight(folder):
    y, sigma = numbers(folder, "eight_schools", "y", "sigma")
    mu = pm.Normal("mu", 0, 20)
    tau = pm.HalfNormal("tau", 10)
    theta_raw = pm.Normal("theta_raw", 0, 1, shape=len(y))
    theta = pm.Deterministic("theta", mu + tau * theta_raw)
    pm.Normal("y", theta, sigma, observed=y)
    return "mu", "tau", "theta"


def survey(folder):
    answers = counts(folder)
    J, K = answers.shape
    alpha = pm.Exponential("alpha", 1)
    pi0 = pm.Dirichlet("pi0", np.ones(K))
    pi = pm.Dirichlet("pi", alpha * pi0, shape=(J, K))
    pm.Multinomial("counts", answers.sum(axis=1), pi, observed=answers)
    return "alpha", "pi0", "pi"


def hospitals(folder):
    y, exposure = numbers(folder, "hospitals_printed", "y", "exposure")
    mu_log = pm.Normal("mu_log", 0, 1)
    sigma_log = pm.HalfNormal("sigma_log", 1)
    lam_raw = pm.Normal("lam_raw", 0, 1, shape=len(y))
    lam = pm.Deterministic("lam", pm.math.exp(mu_log + sigma_log * lam_raw))
    pm.Poisson("y", lam * exposure, observed=y)
    return "mu_log", "sigma_log", "lam"


def main(name, folder, out, runs, draws, tune):
    seconds = []
    for run in range(int(runs)):
        began = time.perf_counter()
        with pm.Model():
            names = globals()[name](folder)
            data = pm.sample(int(draws), tune=int(tune), chains=4, cores=2, target_accept=0.9,
                             random_seed=run, progressbar=False,
                             compute_convergence_checks=False)
        seconds.append(time.perf_counter() - began)
        found = {one: np.asarray(data.posterior[one]) for one in names}
        np.savez(f"{out}/{run}.npz", n_steps=np.asarray(data.sample_stats["n_steps"]), **found)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
