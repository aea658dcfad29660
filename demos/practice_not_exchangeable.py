"""The critical warning of Section 5.8: groups of two kinds, pooled as if they were exchangeable.

Does that make estimates worse, and does a covariate repair it? Half of eight schools coach maths,
half reading, and the effects differ by a gap. Mean squared errors over simulated data sets; priors
are weak, so that the assumption of exchangeability alone is at fault.

Rests on lesson 16.
"""
# %%
from pathlib import Path

import numpy as np
import pandas as pd

import gibbspool as gp
from gibbspool import plots
from gibbspool.guide import experiments
from gibbspool.plots import practice as plots_practice

print("Two kinds of groups pooled as one, and told apart by a covariate. Takes about 3 seconds.\n")

# %% One data set: the "grand mean" that nobody has, and where it pulls
rng = np.random.default_rng(1)
reading = np.repeat([0, 1], 4)
sigma = np.repeat([5.0, 20.0], 4)
theta = 5 + 40 * reading + rng.normal(0, 2, 8)
y = rng.normal(theta, sigma)
weak = {"mu": gp.Flat(), "tau": gp.HalfCauchy(25)}
pooled = gp.exact(gp.NormalNormal(y, sigma, **weak))
told = gp.exact(gp.NormalNormal(y, sigma, x=reading, beta=gp.Flat(), **weak))
print(pd.DataFrame({"reading": reading, "sigma": sigma, "true": theta, "y": y,
                    "pooled": pooled["theta"].mean,
                    "with covariate": told["theta"].mean}).round(1).to_string())
print(f"pooled: mu {pooled['mu'].mean:.1f}, tau {pooled['tau'].mean:.1f}; with the covariate: mu "
      f"{told['mu'].mean:.1f}, beta {told['beta'].mean:.1f}, tau {told['tau'].mean:.1f}")

# %% Many data sets for each gap and each pattern of standard errors
SETS = 400
rows = [row for design in experiments.DESIGNS
        for row in experiments.not_exchangeable(design=design, sets=SETS)]
table = pd.DataFrame(rows).set_index(["design", "gap"])
print(table[["none", "partial", "covariate", "complete", "worse", "worse_se", "coverage",
             "covariate_coverage"]]
      .round(2).to_string(line_width=100))
Path("figures").mkdir(exist_ok=True)
plots.save(plots_practice.not_exchangeable(rows), Path("figures/practice_not_exchangeable.png"))

# %% What should have been seen
equal, noisy = table.loc["equal"], table.loc["noisy kind"]
worst = noisy["worse"].idxmax()
print("\nSeen: with equal standard errors, pooling two kinds as one, the mean squared error goes "
      f"with the gap\nfrom {equal['partial'].iloc[0]:.0f} to {equal['partial'].iloc[-1]:.0f}; "
      f"no pooling has {equal['none'].iloc[-1]:.0f}. The difference, pooling less no pooling, is "
      f"{equal['worse'].max():+.1f} at the most.\n"
      "tau grows and the model stops pooling; what it loses is the gain.")
print(f"Where one kind is measured worse, at a gap of {worst} the mean squared error "
      f"is {noisy.loc[worst, 'partial']:.0f}, against {noisy.loc[worst, 'none']:.0f} without "
      f"pooling (difference {noisy.loc[worst, 'worse']:.0f} +- "
      f"{2 * noisy.loc[worst, 'worse_se']:.0f}): the noisy schools are pulled to the mean of the "
      "others.")
print("Intervals suffer in both cases: 89% intervals cover as little as "
      f"{equal['coverage'].min():.0%} and {noisy['coverage'].min():.0%}. The covariate repairs all "
      f"of it, whatever the gap: {equal['covariate'].max():.0f} and "
      f"{noisy['covariate'].max():.0f}, coverage {table['covariate_coverage'].min():.0%} or more. "
      f"Where there is no gap it is not free: {equal['covariate'].iloc[0]:.0f} in place of "
      f"{equal['partial'].iloc[0]:.0f}.")
print("The picture is figures/practice_not_exchangeable.png.")
