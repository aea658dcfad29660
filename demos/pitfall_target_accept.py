"""Common pitfall of Section 5.8.3: a higher target_accept makes fewer divergences, and no better
geometry.
"""
# %%
import numpy as np
import pandas as pd

import gibbspool as gp

schools = gp.data.eight_schools()
truth = gp.exact(gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups))

# %% Ten runs of the centred form at each target, default settings otherwise; the non-centred form to compare
runs = {("centred", target): gp.funnel.hmc_runs("centred", target) for target in (0.9, 0.95, 0.99)}
runs["noncentred", 0.9] = gp.funnel.hmc_runs("noncentred", 0.9)

rows = {}
for (form, target), found in runs.items():
    one, b = pd.DataFrame(found), gp.funnel.bias(found, truth["tau"].mean)
    broke = np.concatenate(one["tau_broke"])
    rows[f"{form} {target}"] = {
        "divergences": one["divergences"].sum(), "median run": one["divergences"].median(),
        "best "
        "run": one["divergences"].min(), "tau broke": np.median(broke) if len(broke) else np.nan,
        "ess": one["ess_tau"].mean(), "worst ess": one["ess_tau"].min(),
                                "gradients": one["evaluations"].mean(),
        "ess per 1000": 1000 * one["ess_tau"].sum() / one["evaluations"].sum(),
        "bias": b["bias"], "se": b["se"], "above": b["above"]}
table = pd.DataFrame.from_dict(rows, orient="index")
print("""Ten runs of 8000 draws each. Divergences: in all, in the median run and in the best; tau broke: its median
where they did; ESS of tau: mean, worst run and per 1000 gradients; gradients: per run; bias of the mean of tau
with its standard error; above: how many of the ten runs lie above the exact mean.""")
print(table.round(2).to_string())

# %% What you should have seen
low, high = table.loc["centred 0.9"], table.loc["centred 0.99"]
print(f"\nFrom 0.9 to 0.99 the median run goes from {low['median run']:.0f} to {high['median run']:.0f} divergences, "
      f"and takes {high['gradients'] / low['gradients']:.1f} times the gradients.")
best = table.loc["noncentred 0.9"]
print("For each gradient the non-centred form gives "
      f"{best['ess per 1000'] / high['ess per 1000']:.0f} times the effective draws of tau that "
      f"the centred one gives at 0.99, with {best['divergences']:.0f} divergences.")
