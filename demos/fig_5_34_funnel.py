"""Figure 5.34: the funnel of the centred form, and what the non-centred form makes of it.

Rests on lessons 8 and 13.
"""
# %%
from pathlib import Path

import numpy as np

import gibbspool as gp
from gibbspool import plots
from gibbspool.plots import funnel as plots_funnel

print("The funnel in both forms: draws, divergences and trajectories. Takes about 8 seconds.")
Path("figures").mkdir(exist_ok=True)
schools = gp.data.eight_schools()
truth = gp.exact(gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups))

# %% Both forms by the section's kind of sampler; it has 2000 draws a chain, and more divergences
size = dict(draws=500, tune=300, seed=42, trajectory="nuts")
centred = gp.hmc(gp.funnel.eight_schools("centred"), **size)
noncentred = gp.hmc(gp.funnel.eight_schools("noncentred"), **size)

# %% Draws, divergences where they broke, and the exact density beneath
figure = plots_funnel.figure_5_34(centred, noncentred, truth, sampler="NUTS")
plots.save(figure, "figures/fig_5_34_funnel.png")

# %% Trajectories into the neck: two that broke, and two that did not
paths = gp.funnel.paths_into_the_neck(centred)
plots.save(plots_funnel.trajectories(paths, truth), "figures/fig_5_34_trajectories.png")

# %% What should have been seen
broke, started = centred.divergences.broke["tau"], centred.divergences.started["tau"]
print("\nSeen, left panel: the draws narrow towards small tau, the exact contours show how far the "
      f"neck reaches,\nand {len(broke)} trajectories diverged. Right panel: the same posterior in "
      f"theta_raw is no funnel; {len(noncentred.divergences.chain)} divergences.")
print(f"Median of tau: exact {truth['tau'].quantile(0.5):.2f}; where divergent trajectories "
      f"started {np.median(started):.2f}, where they broke {np.median(broke):.2f}.")
print("Share of draws with tau < 1:")
print(f"  exact {truth['tau'].cdf(1):.3f}, centred {np.mean(centred['tau'] < 1):.3f}, "
      f"non-centred {np.mean(noncentred['tau'] < 1):.3f}")
print("Trajectories: the energy error of a good path stays small; a divergence passes 1000 within "
      "a few steps, in the neck.")
print("Saved: figures/fig_5_34_funnel.png, figures/fig_5_34_trajectories.png")
