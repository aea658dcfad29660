"""Figure 5.36: three pooling strategies compared, and which error bars tell which is better.

The bars around three densities overlap. May one conclude that the strategies predict equally well?

Rests on lesson 14.
"""
# %%
import warnings
from pathlib import Path

import numpy as np

import gibbspool as gp
from gibbspool import plots
from gibbspool.section58.reported import printed_values

print("Leave-one-out of three pooling strategies, drawn. Takes about 3 seconds.")
schools = gp.data.eight_schools()
partial = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
models = {"partial pooling": partial, "no pooling": partial.no_pooling(),
          "complete pooling": partial.complete_pooling()}
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # that PSIS-LOO is unreliable for a group: it is shown below
    table = gp.compare(models)
print("\n" + table[["elpd", "se", "elpd_diff", "dse", "psis_loo", "pareto_k"]].round(2).to_string())

# %% The figure: densities on the left, differences on the right
printed, printed_se, printed_dse = (printed_values("5.8.5 LOO table", what)
                                    for what in ("elpd_loo", "se", "dse"))
Path("figures").mkdir(exist_ok=True)
plots.save(plots.comparison(table, printed, printed_se=printed_se, printed_dse=printed_dse),
           "figures/fig_5_36_loo.png")

# %% Why the two kinds of bars differ: a school that is hard to predict is so for every strategy
pointwise = {name: gp.exact(models[name]).elpd_loo().pointwise for name in table.index}
print("\nlog density of each school, given the others")
print(" " * 18 + "".join(f"{g:>7}" for g in schools.groups))
for name, values in pointwise.items():
    print(f"{name:18}" + "".join(f"{x:7.2f}" for x in values))
best, second, last = table.index
r = np.corrcoef(pointwise[best], pointwise[last])[0, 1]
print(f"correlation of {best} and {last}: {r:.2f}")

# %% What should have been seen
behind, error = -table.loc[last, "elpd_diff"], table.loc[last, "dse"]
ends = {name: table.loc[name, "elpd"] + np.array([-2, 2]) * table.loc[name, "se"]
        for name in table.index}
overlap = "overlap" if ends[last][1] > ends[best][0] else "do not overlap"
print(f"\nSeen, left: the bars of {best} and {last} {overlap}. Right: {behind:.1f} lie between "
      f"them,\nwith a standard error of {error:.2f}: less than that of {best} itself "
      f"({table.loc[best, 'se']:.2f}), for what both find hard cancels.")
print(f"{best.capitalize()} and {second} are {-table.loc[second, 'elpd_diff']:.2f} apart, with a "
      f"standard error of {table.loc[second, 'dse']:.2f}\nthat eight differences tell only "
      "roughly: a hint, no more.")
off = np.abs(table["psis_loo"] - table["elpd"])
print(f"PSIS-LOO is off by {off.max():.2f} for {off.idxmax()}, whose Pareto k reaches "
      f"{table.loc[off.idxmax(), 'pareto_k']:.2f}.")
print("Saved: figures/fig_5_36_loo.png")
