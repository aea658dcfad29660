"""Figure 5.33: complete, no and partial pooling of five instructors.

Does partial pooling narrow the intervals?

Rests on lessons 1 and 12.
"""
# %%
from pathlib import Path

import numpy as np
import pandas as pd

import gibbspool as gp
from gibbspool import plots
from gibbspool.section58.ledger import reported
from gibbspool.section58.parts import pooling_problem

print("Five instructors, three pooling strategies: the figure, and what they do on average. "
      "Takes about 5 seconds.")

# %% The scores are ours: the section describes five instructors and prints no data
scores = gp.data.instructors()
model = gp.OneWayNormal(scores.y, scores.group, groups=scores.groups)
strategies = {"complete": gp.exact(model.complete_pooling()),
              "no, common sigma": gp.exact(model.no_pooling()),
              "no, own sigma": gp.exact(model.no_pooling(sigma="own")), "partial": gp.exact(model)}
partial = strategies["partial"]


def width(found):
    """Of the middle 89% of each theta_i."""
    low, high = found["theta"].quantile([0.055, 0.945])
    return high - low


print("\nPosterior mean of each instructor's true mean, and the width of its 89% interval")
print(f"{'':<7}{'n':>3}{'own mean':>10}" + "".join(f"{name:>20}" for name in strategies))
for i in np.argsort(model.n):
    cells = (f"{found['theta'].mean[i]:.1f} ({width(found)[i]:.2f})"
             for found in strategies.values())
    print(f"{model.groups[i]:<7}{model.n[i]:>3}{model.mean[i]:>10.1f}"
          + "".join(f"{cell:>20}" for cell in cells))
print(f"mu {partial['mu'].mean:.1f}, tau {partial['tau'].mean:.1f}, sigma "
      f"{partial['sigma'].mean:.1f}")

# %% The figure: with half the differences between the instructors the pull is easy to see
Path("figures").mkdir(exist_ok=True)
plots.save(pooling_problem.figure_5_33(), "figures/fig_5_33_pooling.png")
plots.save(pooling_problem.figure_5_33(1.0), "figures/fig_5_33_as_they_differ.png")

# %% Why the smallest section gains nothing here
# var(theta) = E[var(theta | tau, sigma)] + var(E[theta | tau, sigma])
print("\nsd of theta_i: with no pooling; with partial pooling, tau and sigma known; from not "
      "knowing them; in all")
for i in np.argsort(model.n):
    given, unknown = pooling_problem.spread_of(partial, i)
    print(f"  {model.groups[i]:<6} {strategies['no, common sigma']['theta'].sd[i]:.2f}   "
          f"{given:.2f}   {unknown:.2f}   {partial['theta'].sd[i]:.2f}")

# %% On average: data sets from the section's model, each analysed exactly with its sigma known
many = pooling_problem.simulated(100)
table, errors = pooling_problem.average_tables(many)
print("\nOn average, by number of students (widths: of partial over no pooling; by strategy: how "
      "often the\n89% interval holds the truth), and the median error, in standard errors")
print(table.round(2).to_string(line_width=100))
print(errors.round(2).to_string(line_width=100))

# %% The same instructors, more alike or less: tau is learnt, and with it how far they are pulled
squeezed = {factor: pooling_problem.truth(factor) for factor in (0.1, 0.5, 1.0, 3.0)}
shown = {f"differences x {factor:g}": {"tau": found["tau"].mean}
         | {f"B {g}": B for g, B in zip(model.groups, found["shrinkage"].mean)}
         for factor, found in squeezed.items()}
print("\n" + pd.DataFrame(shown).T.round(3).to_string())

# %% What should have been seen
small, large = model.n.argmin(), model.n.argmax()
ratio = {name: width(partial)[small] / width(strategies[name])[small]
         for name in ("no, common sigma", "no, own sigma")}
print("\nSeen: complete pooling gives all instructors "
      f"{strategies['complete']['mu'].mean:.1f}, with a narrow interval "
      f"({width(strategies['complete'])[0]:.1f} points)\nthat holds the truth in "
      f"{many['covers complete'].mean():.0%} of made-up cases; 89% was promised.")
pull = partial["shrinkage"].mean
compared = {name: pooling_problem.compared(one) for name, one in ratio.items()}
print(f"The smallest section, {model.groups[small]}'s {model.n[small]} students, is pulled "
      f"{pull[small]:.0%} of the way to mu,\nthe largest, {model.groups[large]}'s, "
      f"{pull[large]:.0%}. The interval of the smallest is {compared['no, common sigma']} than\n"
      "without pooling and with a common sigma, "
      f"{compared['no, own sigma']} than with a sigma of its own.")
print("On average partial pooling makes intervals narrower: by "
      f"{1 - table['ratio of widths'].iloc[0]:.0%} with {model.n[small]} students and "
      f"{1 - table['ratio of widths'].iloc[-1]:.0%} with {model.n[large]}, in "
      f"{table['narrower'].iloc[0]:.0%} and {table['narrower'].iloc[-1]:.0%} of the data sets. "
      "Little data is little relative to tau, not just few students.")
sizes = next(p.printed for p in reported("5.8.1 pooling problem") if p.id == "pooling.sizes")
print(f"The section cannot have it both ways: {sizes}.")
halved = pooling_problem.truth(pooling_problem.HALVED)["shrinkage"].mean
print("In the figure the instructors differ half as much: there the smallest section is pulled "
      f"{halved[small]:.0%} of the way, the largest {halved[large]:.0%}.")
print("Saved: figures/fig_5_33_pooling.png, figures/fig_5_33_as_they_differ.png")
