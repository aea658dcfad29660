"""tau near zero (Section 5.8.6): does a hierarchical model do harm where all groups are alike?

Rests on lessons 12 and 15.
"""
# %%
from pathlib import Path

import numpy as np
import pandas as pd

import gibbspool as gp
from gibbspool import plots
from gibbspool.guide import experiments
from gibbspool.guide.many import ManyPosteriors
from gibbspool.plots import practice as plots_practice

print("Groups that are all alike: one data set, then a thousand for each true tau. "
      "Takes about 1 second.\n")

# %% One data set with tau = 0: what the posterior of tau looks like
schools = gp.data.eight_schools()
alike = np.random.default_rng(3).normal(8, schools.sigma)
model = gp.NormalNormal(alike, schools.sigma, groups=schools.groups)
truth = gp.exact(model)
print(truth["tau"])
print(truth["theta"])
print(gp.advise(model, truth).sentences[3])

# %% How unlucky is this one? The posterior mean of tau in a thousand others with tau = 0
others = np.random.default_rng(4).normal(8, schools.sigma, (1000, 8))
means = ManyPosteriors(others, schools.sigma).tau_mean
print(f"\nOf a thousand such data sets half have a mean of tau below {np.median(means):.1f}, and "
      f"{np.mean(means >= truth['tau'].mean):.0%} one as high as the {truth['tau'].mean:.1f} here "
      "or higher:\nthis is an unlucky one, whose estimates lie further apart than most by chance "
      "alone.\n")

# %% A thousand data sets for each true tau: mean squared errors of the three strategies
print("none, complete, partial: mean squared errors of the three strategies; tau: its mean under "
      "partial pooling,\non average; coverage: how often an 89% interval of partial pooling holds "
      "the true effect of a school.")
rows = experiments.tau_near_zero()
table = pd.DataFrame(rows).set_index("spread")
print(table[["none", "complete", "partial", "tau", "coverage"]].round(2).to_string())
Path("figures").mkdir(exist_ok=True)
plots.save(plots_practice.tau_near_zero(rows), Path("figures/practice_tau_near_zero.png"))

# %% What should have been seen
zero, last = table.iloc[0], table.iloc[-1]
print("\nSeen: the posterior of tau piles up at zero but does not collapse: its mean stays at "
      f"{zero['tau']:.1f} on average where the truth is 0.")
print(f"So partial pooling is not quite free: its mean squared error is {zero['partial']:.1f} "
      f"where complete pooling has {zero['complete']:.1f} (and no pooling {zero['none']:.0f}). "
      f"That is the price of an insurance: with tau = {last.name:.0f} it has "
      f"{last['partial']:.0f}, and complete pooling {last['complete']:.0f}.")
print(f"At tau = {last.name:.0f} the 89% intervals hold the truth {last['coverage']:.0%} of the "
      "time only, for the prior, HalfNormal(10), expects\na smaller tau.")
print("The picture is figures/practice_tau_near_zero.png.")
