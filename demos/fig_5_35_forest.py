"""Figure 5.35: the forest plot of Eight Schools, and what may be read from it.

Rests on lesson 1.
"""
# %%
from pathlib import Path

import numpy as np

import gibbspool as gp
from gibbspool import plots

print("The forest plot from draws, and how far each school is pulled. Takes about 3 seconds.")
schools = gp.data.eight_schools()
model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
truth = gp.exact(model)
draws = gp.sample(model, draws=2000, tune=500, chains=4, seed=42)

# %% As in the section: posterior means, 89% intervals, R-hat; beside them the effects as observed
Path("figures").mkdir(exist_ok=True)
figure = plots.forest(draws, raw=schools.y, point="mean", diagnostics=True, pull=True,
                      unit="effect (SAT points)")
for kind in ("png", "svg"):  # the second for slides: sharp at any size
    plots.save(figure, f"figures/fig_5_35_forest.{kind}")

# %% The same without draws, and with the standard errors of the effects
figure = plots.forest(truth, raw=schools.y, error=schools.sigma, point="mean",
                      unit="effect (SAT points)")
plots.save(figure, "figures/fig_5_35_forest_exact.png")

# %% How far each school is pulled towards mu, exactly
mu, B = truth["mu"].mean, truth["shrinkage"].mean
print(f"\nmu {mu:.2f}\nschool  effect  sigma   mean of theta   89% interval     mean of B")
for j in np.argsort(schools.sigma, kind="stable"):
    g, theta = schools.groups[j], truth["theta", schools.groups[j]]
    low, high = theta.hdi(0.89)
    print(f"   {g}    {schools.y[j]:6g} {schools.sigma[j]:6g} {theta.mean:11.2f}"
          f"       [{low:5.1f}, {high:4.1f}]{B[j]:12.2f}")

# %% What should have been seen
theta = truth["theta"].mean
nearer = np.abs(theta - mu) < np.abs(schools.y - mu)
least, most = schools.sigma.argmin(), schools.sigma.argmax()
print(f"\nSeen: {nearer.sum()} of 8 posterior means lie nearer to mu than the effect as observed: "
      f"effects of {schools.y.min():g} to {schools.y.max():g}\nbecome {theta.min():.1f} to "
      f"{theta.max():.1f}. The larger the standard error, the further the pull: "
      f"{B[least]:.0%} of the way\nfor {schools.groups[least]}, {B[most]:.0%} for "
      f"{schools.groups[most]}. How long an arrow is depends as well on how far the effect was "
      "from mu to begin with.")
print("Saved: figures/fig_5_35_forest.png and .svg, figures/fig_5_35_forest_exact.png")
