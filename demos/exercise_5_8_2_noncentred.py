"""Exercise 5.8.2: the centred and the non-centred form of Eight Schools, by HMC and by Gibbs,
against the truth.

(a) If theta_i ~ Normal(mu, tau), put theta_i = mu + tau theta_raw_i. With d theta_i = tau d
theta_raw_i,

    p(theta_raw_i) = tau Normal(mu + tau theta_raw_i; mu, tau) = exp(-theta_raw_i^2 / 2) / sqrt(2
    pi),

a standard normal, whatever mu and tau. Each theta_i depends on its own theta_raw_i alone, so the
matrix of derivatives is diagonal with J entries tau, and its determinant is tau^J: log p(theta_raw)
= log p(theta) + J log tau.

(b) Given tau, the sd of theta_i around mu is tau: as tau goes to 0 all J of them close in on mu, a
neck of J dimensions. The sd of theta_raw_i is 1 before the data, and sqrt(B_i) with them, given mu
and tau, which goes to 1 as tau goes to 0: the data say less and less of theta_raw_i, and it returns
to its prior.

(c) Both forms, run: divergences, R-hat, ESS and interval of tau, and the scatter plots of (tau,
theta[A]).
"""
# %%
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

import gibbspool as gp
from gibbspool import plots
from gibbspool.plots import funnel as plots_funnel

schools = gp.data.eight_schools()
truth = gp.exact(gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups))

# %% (a) theta_raw is standard normal: draw theta, transform, and compare the densities
rng = np.random.default_rng(1)
forms = {form: gp.funnel.eight_schools(form) for form in ("centred", "noncentred")}
mu, log_tau, theta = rng.normal(8, 5, 5), rng.normal(1, 1, 5), rng.normal(8, 5, (5, 8))
tau = np.exp(log_tau)
theta_raw = (theta - mu[:, None]) / tau[:, None]
off = gp.Normal(0, 1).logpdf(theta_raw) - np.log(tau)[:, None] - gp.Normal(mu[:, None],
                                                                           tau[:, None]).logpdf(theta)
print("log N(theta_raw; 0, 1) - log tau - log N(theta; mu, tau) is at most "
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
    sd, sd_raw = models["centred"].theta_given(8.0,
                                               small).sd, models["noncentred"].theta_raw_given(8.0,
                                                                                               small).sd
    print(f"{small:6g}     {sd.min():9.4g} {sd.max():9.4g}           {sd_raw.min():9.4g} "
          f"{sd_raw.max():9.4g}")

# %% (c) One run of each with seed 42: divergences, R-hat, ESS and the 89% interval of tau
found_by = {form: gp.hmc(target, seed=42) for form, target in forms.items()}
for form, draws in found_by.items():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the diagnostics are printed just below
        found = draws.summary(["tau"])
    print(f"\nHMC {form}, seed 42: {len(draws.divergences.chain)} divergences, BFMI of the four chains "
          f"{np.round(gp.sampling.arviz_bridge.bfmi(draws), 2)}")
    print(found.round(3).to_string())
low, high = truth["tau"].hdi(0.89)
print(f"exact: mean {truth['tau'].mean:.3f}, sd {truth['tau'].sd:.3f}, 89% HDI [{low:.2f}, "
      f"{high:.2f}]")

# %% (c) The scatter plots
Path("figures").mkdir(exist_ok=True)
plots.save(plots_funnel.pairs(found_by["centred"], found_by["noncentred"]),
           "figures/exercise_5_8_2_pairs.png")

# %% (c) Ten runs of each, default settings: forty chains in lock-step are ten runs of four
runs = {f"HMC {form}": gp.funnel.hmc_runs(form) for form in forms}
runs |= {f"Gibbs {form}": gp.funnel.gibbs_runs(form)
         for form in ("centred", "noncentred", "collapsed")}

for name in ("HMC centred", "HMC noncentred"):
    print(f"\n{name}, run by run (exact mean of tau {truth['tau'].mean:.3f}, median "
          f"{truth['tau'].quantile(0.5):.3f})")
    columns = ["divergences", "r_hat_tau", "ess_tau", "ess_mu", "mean_tau", "median_tau",
               "evaluations"]
    print(pd.DataFrame(runs[name])[columns].round(3).to_string())

# %% Effective draws for the work done
print("\nMeans over ten runs. evaluations: gradients for HMC, sweeps for Gibbs (warm-up not "
      "counted)")
rows = {}
for name, found in runs.items():
    table = pd.DataFrame(found)
    rows[name] = {"ess_tau": table["ess_tau"].mean(), "ess_mu": table["ess_mu"].mean(),
                  "evaluations": table["evaluations"].mean(),
                  "ess_tau per 1000": 1000 * (table["ess_tau"] / table["evaluations"]).mean(),
                  "ess_mu per 1000": 1000 * (table["ess_mu"] / table["evaluations"]).mean()}
efficiency = pd.DataFrame.from_dict(rows, orient="index")
print(efficiency.round(1).to_string())

# %% What you should have seen
print(f"\nThe Jacobian is tau^J: the powers found are {jacobian.min():.6f} to "
      f"{jacobian.max():.6f}.")
centred, noncentred = (pd.DataFrame(runs[f"HMC {form}"]) for form in forms)
broke, started = (np.concatenate(centred[column]) for column in ("tau_broke", "tau_started"))
fewest, total = centred["divergences"].min(), centred["divergences"].sum()
print(f"\nDivergences in ten runs of 8000 draws: centred {total} (each run at least {fewest}), "
      f"non-centred {noncentred['divergences'].sum()}.")
print(f"They lie at small tau: median {np.median(started):.2f} where they started, "
      f"{np.median(broke):.2f} where they broke, against a posterior median of "
      f"{truth['tau'].quantile(0.5):.2f}.")
ess = centred["ess_tau"].mean(), noncentred["ess_tau"].mean()
print(f"ESS of tau: centred {ess[0]:.0f}, non-centred {ess[1]:.0f}, a share of "
      f"{ess[0] / ess[1]:.2f}.")
for name in ("HMC centred", "HMC noncentred"):
    b = gp.funnel.bias(runs[name], truth["tau"].mean)
    print(f"Bias of the mean of tau, {name}: {b['bias']:+.3f} +- {b['se']:.3f} (z = "
          f"{b['z']:+.1f}); {b['above']} of 10 runs lie above the exact value.")
print("The section expects divergent chains to underestimate tau. A chain that keeps out of the "
      "neck misses small tau,")
print("so it overestimates tau; one that is stuck in the neck for a while underestimates it. The "
      "numbers above say")
print("which prevails.")
print("The scatter plots show the same funnel twice: it is a property of (tau, theta), in whatever "
      "form it is sampled.")
print("Saved: figures/exercise_5_8_2_pairs.png")
