"""Exercise 5.8.2: the centred and the non-centred form of Eight Schools, against the truth.

(a) If theta_i ~ Normal(mu, tau), put theta_i = mu + tau theta_raw_i. With
d theta_i = tau d theta_raw_i,

    p(theta_raw_i) = tau Normal(mu + tau theta_raw_i; mu, tau)
                   = exp(-theta_raw_i^2 / 2) / sqrt(2 pi),

a standard normal, whatever mu and tau. Each theta_i depends on its own theta_raw_i alone, so the
matrix of derivatives is diagonal with J entries tau, and its determinant is tau^J:
log p(theta_raw) = log p(theta) + J log tau.

(b) Given tau, the sd of theta_i around mu is tau: as tau goes to 0 all J of them close in on mu, a
neck of J dimensions. The sd of theta_raw_i is 1 before the data, and sqrt(B_i) with them, given mu
and tau, which goes to 1 as tau goes to 0: the data say less and less of theta_raw_i, and it returns
to its prior.

(c) Both forms, run: divergences, R-hat, ESS and interval of tau, and the scatter plots of (tau,
theta[A]). `--runs N` takes N runs of each form instead of 3; the time grows little by little.

Rests on lessons 4, 8, 11 and 13.
"""
# %%
import argparse
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

import gibbspool as gp
from gibbspool import plots
from gibbspool.plots import funnel as plots_funnel

options = argparse.ArgumentParser()
options.add_argument("--runs", type=int, default=3, help="runs of each form, two or more")
runs = options.parse_known_args()[0].runs  # cell by cell there are no options: write a number here
print(f"The change of variables checked, and {runs} runs of each form by HMC and by Gibbs. "
      "Takes about 6 seconds.")
schools = gp.data.eight_schools()
truth = gp.exact(gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups))

# %% (a) theta_raw is standard normal: draw theta, transform, and compare the densities
rng = np.random.default_rng(1)
forms = {form: gp.funnel.eight_schools(form) for form in ("centred", "noncentred")}
mu, log_tau, theta = rng.normal(8, 5, 5), rng.normal(1, 1, 5), rng.normal(8, 5, (5, 8))
tau = np.exp(log_tau)
theta_raw = (theta - mu[:, None]) / tau[:, None]
given = gp.Normal(mu[:, None], tau[:, None])
off = gp.Normal(0, 1).logpdf(theta_raw) - np.log(tau)[:, None] - given.logpdf(theta)
print("\nlog N(theta_raw; 0, 1) - log tau - log N(theta; mu, tau) is at most "
      f"{np.abs(off).max():.0e} at 40 places")

# %% (a) The log densities of the two posteriors differ by the Jacobian tau^J
q, q_raw = np.column_stack([mu, log_tau, theta]), np.column_stack([mu, log_tau, theta_raw])
difference = forms["noncentred"].log_density(q_raw) - forms["centred"].log_density(q)
jacobian = difference / log_tau
print("log p(mu, log tau, theta_raw | y) - log p(mu, log tau, theta | y), divided by log tau, at "
      "five places:")
print(" ", jacobian, "(J = 8)")

# %% (b) What is left of each form's conditional as tau goes to 0, given the data
models = {form: gp.NormalNormal(schools.y, schools.sigma, form=form) for form in forms}
print("\n   tau     sd of theta, least to most    sd of theta_raw, least to most")
for small in (10.0, 1.0, 0.1, 0.001):
    sd = models["centred"].theta_given(8.0, small).sd
    sd_raw = models["noncentred"].theta_raw_given(8.0, small).sd
    print(f"{small:6g}     {sd.min():9.4g} {sd.max():9.4g}           {sd_raw.min():9.4g} "
          f"{sd_raw.max():9.4g}")

# %% (c) Both forms by HMC, four chains a run: divergences, R-hat, ESS and the 89% interval of tau
DRAWS, TUNE = 500, 300
found_by = {form: gp.hmc(target, DRAWS, TUNE, chains=4 * runs, seed=42)
            for form, target in forms.items()}
for form, draws in found_by.items():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the diagnostics are printed just below
        found = draws.summary(["tau"])
    print(f"\nHMC {form}, all runs together: {len(draws.divergences.chain)} divergences, "
          f"BFMI of the chains {np.round(gp.sampling.arviz_bridge.bfmi(draws), 2)}")
    print(found.round(3).to_string())
low, high = truth["tau"].hdi(0.89)
print(f"exact: mean {truth['tau'].mean:.3f}, sd {truth['tau'].sd:.3f}, 89% HDI [{low:.2f}, "
      f"{high:.2f}]")

# %% (c) The scatter plots
Path("figures").mkdir(exist_ok=True)
plots.save(plots_funnel.pairs(found_by["centred"], found_by["noncentred"]),
           "figures/exercise_5_8_2_pairs.png")

# %% (c) Run by run, and Gibbs beside it
by_run = {f"HMC {form}": [gp.funnel.run(draws, slice(4 * r, 4 * r + 4)) for r in range(runs)]
          for form, draws in found_by.items()}
by_run |= {f"Gibbs {form}": gp.funnel.gibbs_runs(form, runs, draws=DRAWS, tune=TUNE)
           for form in ("centred", "noncentred", "collapsed")}
columns = ["divergences", "r_hat_tau", "ess_tau", "ess_mu", "mean_tau", "median_tau",
           "evaluations"]
for name in ("HMC centred", "HMC noncentred"):
    print(f"\n{name}, run by run (exact mean of tau {truth['tau'].mean:.3f}, median "
          f"{truth['tau'].quantile(0.5):.3f})")
    print(pd.DataFrame(by_run[name])[columns].round(3).to_string())

# %% Effective draws for the work done
print(f"\nMeans over {runs} runs. evaluations: gradients for HMC, sweeps for Gibbs (warm-up not "
      "counted)")
rows = {}
for name, found in by_run.items():
    table = pd.DataFrame(found)
    rows[name] = {"ess_tau": table["ess_tau"].mean(), "ess_mu": table["ess_mu"].mean(),
                  "evaluations": table["evaluations"].mean(),
                  "ess_tau per 1000": 1000 * (table["ess_tau"] / table["evaluations"]).mean(),
                  "ess_mu per 1000": 1000 * (table["ess_mu"] / table["evaluations"]).mean()}
efficiency = pd.DataFrame.from_dict(rows, orient="index")
print(efficiency.round(1).to_string())

# %% What should have been seen
print(f"\nSeen: the Jacobian is tau^J, the powers found are {jacobian.min():.6f} to "
      f"{jacobian.max():.6f}.")
centred, noncentred = (pd.DataFrame(by_run[f"HMC {form}"]) for form in forms)
broke, started = (np.concatenate(centred[column]) for column in ("tau_broke", "tau_started"))
print(f"\nDivergences in {runs} runs of {4 * DRAWS} draws: centred {centred['divergences'].sum()} "
      f"(each run at least {centred['divergences'].min()}), non-centred "
      f"{noncentred['divergences'].sum()}.")
print(f"Those of the centred form lie at small tau: median {np.median(started):.2f} where they "
      f"started, {np.median(broke):.2f} where they broke, against a posterior median of "
      f"{truth['tau'].quantile(0.5):.2f}.")
ess = centred["ess_tau"].mean(), noncentred["ess_tau"].mean()
print(f"ESS of tau: centred {ess[0]:.0f}, non-centred {ess[1]:.0f}, a share of "
      f"{ess[0] / ess[1]:.2f}.")
for name in ("HMC centred", "HMC noncentred"):
    b = gp.funnel.bias(by_run[name], truth["tau"].mean)
    print(f"Bias of the mean of tau, {name}: {b['bias']:+.3f} +- {b['se']:.3f}; {b['above']} of "
          f"{runs} runs lie above the exact value.")
print("The section expects divergent chains to underestimate tau. A chain that keeps out of the "
      "neck misses small tau,\nso it overestimates tau; one that is stuck in the neck for a while "
      "underestimates it. --runs 10 tells which prevails.")
print("The scatter plots show the same funnel twice: it is a property of (tau, theta), in whatever "
      "form it is sampled.")
print("Saved: figures/exercise_5_8_2_pairs.png")
