"""Stein's paradox (Section 5.8): do several means, estimated together, beat the raw means?

Three or more of them, and wherever the truth lies.

Rests on lesson 1.
"""
# %%
from pathlib import Path

import numpy as np
import pandas as pd

from gibbspool import plots
from gibbspool.guide import experiments
from gibbspool.guide.stein import james_stein, james_stein_risk
from gibbspool.plots import practice as plots_practice

print("James-Stein and the hierarchical model, simulated; then batting averages. "
      "Takes about 3 seconds.\n")

# %% Ten means with standard error 1, further and further apart: simulated risk, and the formula
rows = experiments.stein_risk(sets=2000)
table = pd.DataFrame(rows).set_index("distance")
print(table[["raw", "zero", "zero_se", "zero_exact", "mean", "mean_se", "mean_exact", "positive",
             "bayes"]].round(3).to_string())
direction = np.linspace(-1, 1, 10)
direction /= np.linalg.norm(direction)
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
raw, exact, bayes = table["raw"].iloc[0], table["mean_exact"], table["bayes"]
print(f"\nSeen: the simulated risks lie within {np.abs(z).max():.1f} standard errors of the "
      f"formula.\nRaw means have the risk {raw:.0f} everywhere, James-Stein {exact.iloc[0]:.1f} "
      f"where the true means are equal, {exact.iloc[-1]:.2f} where they are\n"
      f"{table.index[-1]:.0f} standard errors away.")
print("The hierarchical model, whose shrinkage is a posterior and not a formula, goes from "
      f"{bayes.iloc[0]:.2f} to {bayes.iloc[-1]:.2f}.")
print("Batting: the total squared error of James-Stein is "
      f"{errors['raw'] / errors['james_stein']:.2f} times smaller than that of the raw averages; "
      f"that of the beta-binomial model {errors['raw'] / errors['bayes']:.2f} times.")
print("The theorem needs three means; shrinking towards the grand mean, as the section describes "
      "it, takes four.")
