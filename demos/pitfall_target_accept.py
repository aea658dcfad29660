"""Common pitfall of Section 5.8.3: a higher target_accept, and no better geometry.

The centred form of Eight Schools at two targets, the non-centred form to compare.
`--runs N` takes N runs of each instead of 4; the time grows little by little.

Rests on lessons 8 and 13.
"""
# %%
import argparse

import numpy as np
import pandas as pd

import gibbspool as gp

options = argparse.ArgumentParser()
options.add_argument("--runs", type=int, default=4, help="runs of each, two or more")
runs = options.parse_known_args()[0].runs  # cell by cell there are no options: write a number here
print(f"HMC on Eight Schools, {runs} runs each: the centred form at target_accept 0.9 and "
      "0.99,\nthe non-centred one at 0.9. Takes about 6 seconds.")
schools = gp.data.eight_schools()
truth = gp.exact(gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups))

# %% The runs: each is four chains, and all chains go in lock-step
DRAWS, TUNE = 250, 300
settings = [("centred", 0.9), ("centred", 0.99), ("noncentred", 0.9)]
rows = {}
for form, target_accept in settings:
    found = gp.funnel.hmc_runs(form, target_accept, runs, draws=DRAWS, tune=TUNE)
    one, off = pd.DataFrame(found), gp.funnel.bias(found, truth["tau"].mean)
    broke = np.concatenate(one["tau_broke"])
    rows[f"{form} {target_accept}"] = {
        "divergences": one["divergences"].sum(),
        "median run": one["divergences"].median(),
        "best run": one["divergences"].min(),
        "tau broke": np.median(broke) if len(broke) else np.nan,
        "ess": one["ess_tau"].mean(),
        "worst ess": one["ess_tau"].min(),
        "gradients": one["evaluations"].mean(),
        "ess per 1000": 1000 * one["ess_tau"].sum() / one["evaluations"].sum(),
        "bias": off["bias"], "se": off["se"], "above": off["above"]}
table = pd.DataFrame.from_dict(rows, orient="index")
print(f"""
{runs} runs of {4 * DRAWS} draws each. Divergences: in all, in the median run and in the best one;
tau broke: its median where they did; ESS of tau: mean, worst run and per 1000 gradients;
gradients: per run; bias of the mean of tau with its standard error; above: how many of the runs
lie above the exact mean.""")
print(table.round(2).to_string())

# %% What should have been seen
low, high, best = (table.loc[name] for name in ("centred 0.9", "centred 0.99", "noncentred 0.9"))
print("\nSeen: from target_accept 0.9 to 0.99 the median run of the centred form goes from "
      f"{low['median run']:.0f} to {high['median run']:.0f} divergences, "
      f"and takes {high['gradients'] / low['gradients']:.1f} times the gradients.")
print("For each gradient the non-centred form gives "
      f"{best['ess per 1000'] / high['ess per 1000']:.0f} times the effective draws of tau that "
      f"the centred one gives at 0.99, with {best['divergences']:.0f} divergences in all runs.")
