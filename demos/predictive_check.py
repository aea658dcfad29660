"""The posterior predictive check of Eight Schools: would the model make data like these?

Draw theta from the posterior, then new effects from the model, and look where the observed lie.

Rests on lessons 1 and 16.
"""
# %%
from pathlib import Path

import numpy as np

import gibbspool as gp
from gibbspool import plots

print("Replicates of the eight effects, school by school, and of their range. "
      "Takes about 3 seconds.")
schools = gp.data.eight_schools()
model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
truth, draws = gp.exact(model), gp.sample(model, draws=2000, tune=500, chains=4, seed=42)

# %% y_rep_j = theta_j + Normal(0, sigma_j), for each draw of theta
replicates = draws.replicates(seed=1)["y"]
Path("figures").mkdir(exist_ok=True)
plots.save(plots.replicates(replicates, schools.y, schools.groups, "effect (SAT points)"),
           "figures/predictive_check.png")

# %% Where each observed effect lies among its replicates
below = (replicates <= schools.y).mean(axis=(0, 1))
exactly = np.sqrt(truth["theta"].sd**2 + schools.sigma**2)
print("\nschool  observed   mean of replicates   their sd   exact sd   sigma   share below")
for j, g in enumerate(schools.groups):
    one = replicates[..., j]
    print(f"   {g}  {schools.y[j]:9g} {one.mean():16.1f} {one.std():14.1f} {exactly[j]:10.1f} "
          f"{schools.sigma[j]:8g} {below[j]:11.2f}")

# %% A check of all eight at once: how far apart are the largest and the smallest?
ranges = np.ptp(replicates, axis=-1)
share = (ranges >= np.ptp(schools.y)).mean()
print(f"\nobserved range {np.ptp(schools.y):g}; replicated: middle 89% "
      f"{np.quantile(ranges, 0.055):.0f} to {np.quantile(ranges, 0.945):.0f}")

# %% A check that can fail: the same effects, each reported as ten times as precise
sharp = gp.NormalNormal(schools.y, schools.sigma / 10, groups=schools.groups).complete_pooling()
theirs = gp.sample(sharp, draws=1000, tune=200, chains=4, seed=42).replicates(seed=1)["y"]
outside = [g for g, x in zip(schools.groups, (theirs <= schools.y).mean(axis=(0, 1)))
           if not 0.055 < x < 0.945]

# %% What should have been seen
print(f"\nSeen: every observed effect lies among its replicates (shares of {below.min():.2f} to "
      f"{below.max():.2f}), and a range as large as\nthe observed one or larger comes in "
      f"{share:.0%} of them: nothing here speaks against the model.")
print("That is a weak test. The replicates have the noise of the data, sigma, and the uncertainty "
      "of theta;\ntheir intervals are up to "
      f"{np.ptp(np.quantile(replicates, [0.055, 0.945], axis=(0, 1)), axis=0).max():.0f} points "
      "wide.")
print(f"Such a check can fail: with a tenth of the standard errors and one effect for all, "
      f"{', '.join(outside)} lie outside.")
print("Saved: figures/predictive_check.png")
