"""Frequentist mixed models (Section 5.8.6): what REML makes of the same data.

And what its intervals leave out.

Rests on lessons 12 and 15.
"""
# %%
from pathlib import Path

import numpy as np
import pandas as pd

import gibbspool as gp
from gibbspool import plots
from gibbspool.distributions.writing import written
from gibbspool.guide import experiments
from gibbspool.plots import practice as plots_practice

print("REML on Eight Schools, instructors and radon; what its intervals cover. "
      "Takes about 3 seconds.\n")

# %% Eight Schools: the restricted likelihood of tau is highest at zero
schools = gp.data.eight_schools()
model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
fit = gp.reml(model)
print(fit)
for tau in (0, 2, 5, 10, 20):
    print(f"  restricted log likelihood at tau = {tau:2d}: {fit.log_likelihood(tau):.3f}")
table = fit.table()
print(table.round(2).to_string(line_width=100))
Path("figures").mkdir(exist_ok=True)
plots.save(plots_practice.reml_intervals(table, "effect (SAT points)"),
           Path("figures/practice_reml.png"))

# %% Instructors (sigma unknown) and radon in 85 counties: the more groups, the less it matters
scores, radon = gp.data.instructors(), gp.data.radon()
instructors = gp.reml(gp.OneWayNormal(scores.y, scores.group))
print(instructors)
print(instructors.table().round(2).to_string(line_width=100))
counties = gp.OneWayNormal(radon.y, radon.group, mu=gp.Normal(0, 5), tau=gp.HalfNormal(1),
                           sigma=gp.HalfNormal(2))
many, truth = gp.reml(counties), gp.exact(counties)
print(many)
print(f"  exact: tau {truth['tau'].mean:.4f}, sigma {truth['sigma'].mean:.4f}, mu "
      f"{truth['mu'].mean:.4f}")

# %% How often do 89% intervals cover the true theta? Data sets with the schools' standard errors
coverage = pd.DataFrame(experiments.reml_coverage(sets=200)).set_index("spread")
print(coverage[["boundary", "naive", "plug_in", "exact"]].round(3).to_string())

# %% What should have been seen
apart = np.abs(many.theta - truth["theta"].mean) / truth["theta"].sd
wider = table.loc[[name for name in table.index if name.startswith("theta[")], "wider"]
print(f"\nSeen: REML says tau = {fit.tau:g} exactly, so every school has the same effect, "
      f"{fit.mu:.1f}.\nThe posterior of tau has its mean at {table.loc['tau', 'exact_mean']:.1f}, "
      "and the exact intervals of the schools are "
      f"{wider.min():.1f} to {wider.max():.1f} times as wide.")
small, large = coverage.loc[5.0], coverage.iloc[-1]
print(f"When the schools are simulated with tau = {small.name:.0f}, REML says 0 in "
      f"{small['boundary']:.0%} of the data sets; its 89% intervals cover {small['plug_in']:.0%} "
      f"({small['naive']:.0%} if mu counts as known, too), the exact ones {small['exact']:.0%}.")
print(f"The exact ones are not perfect for one fixed tau either: {large['exact']:.0%} at tau = "
      f"{large.name:.0f}, which the prior {written(model.tau)} hardly expects.")
print(f"With 85 counties the two agree: no county's mean differs by more than {apart.max():.2f} of "
      "its posterior sd.")
