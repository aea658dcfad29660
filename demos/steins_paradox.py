"""Stein's paradox (Section 5.8): do three or more means, estimated together, beat the raw means
wherever the truth lies?
"""
# %%
from pathlib import Path

import numpy as np
import pandas as pd

from gibbspool import plots
from gibbspool.guide import experiments
from gibbspool.guide.stein import james_stein, james_stein_risk
from gibbspool.plots import practice as plots_practice

# %% Ten means with standard error 1, further and further apart: simulated risk against the exact formula
rows = experiments.stein_risk()
table = pd.DataFrame(rows).set_index("distance")
print(table[["raw", "zero", "zero_se", "zero_exact", "mean", "mean_se", "mean_exact", "positive",
             "bayes"]]
      .round(3).to_string())
direction = np.linspace(-1, 1, 10) / np.linalg.norm(np.linspace(-1, 1, 10))
curve = [{"distance": d, "zero_exact": james_stein_risk(d * direction, 1.0),
          "mean_exact": james_stein_risk(d * direction, 1.0, "mean")}
         for d in np.linspace(0, 12, 121)]
Path("figures").mkdir(exist_ok=True)
plots.save(plots_practice.stein_risk(rows, curve), Path("figures/steins_paradox.png"))

# %% How many does it take? Towards a point three, towards the grand mean four
for J, towards in ((3, 0), (4, "mean")):
    risk = james_stein_risk(np.zeros(J), 1.0, towards)
    print(f"{J} means towards {towards}: risk {risk:.2f} in place of {J} where all true means are "
          "at the target")
try:
    james_stein([1.0, 2.0, 3.0], 1.0, "mean")
except ValueError as problem:
    print(problem)

# %% Batting averages after 45 at-bats, as predictions of the rest of the season
players = experiments.baseball()
print(pd.DataFrame({name: players[name]
                    for name in ("raw", "james_stein", "bayes", "rest_of_season")},
                   index=players["groups"]).round(3).to_string())

# %% What should have been seen
z = np.array([(row[name] - row[f"{name}_exact"]) / row[f"{name}_se"] for row in rows
              for name in ("zero", "mean")])
errors = players["errors"]
print(f"\nSeen: the simulated risks lie within {np.abs(z).max():.1f} standard errors of the formula, and below the "
      f"{table['raw'].iloc[0]:.0f} of the raw means everywhere: {table['mean_exact'].iloc[0]:.1f} where the means are equal, "
      f"{table['mean_exact'].iloc[-1]:.2f} where they are {table.index[-1]:.0f} standard errors away.")
print("The hierarchical model, whose shrinkage is a posterior and not a formula, does as well: "
      f"from {table['bayes'].iloc[0]:.2f} to {table['bayes'].iloc[-1]:.2f}.")
print("Batting: the total squared error of James-Stein is "
      f"{errors['raw'] / errors['james_stein']:.2f} times smaller than that of the raw averages; "
      f"that of the beta-binomial model {errors['raw'] / errors['bayes']:.2f} times.")
print("The theorem needs three means; shrinking towards the grand mean, as the section describes "
      "it, takes four.")
