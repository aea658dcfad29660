"""Section 5.8.5: three pooling strategies of Eight Schools by leave-one-out, and what may honestly
be concluded.

Which strategy predicts a school best from the other seven? Exactly, and by PSIS-LOO, which makes do
with the draws of one posterior.
"""
# %% The three models, with the section's priors
import warnings
from pathlib import Path

import numpy as np

import gibbspool as gp
from gibbspool import plots
from gibbspool.guide.comparing import how_often_first
from gibbspool.section58 import ledger

schools = gp.data.eight_schools()
partial = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
models = {"partial pooling": partial, "no pooling": partial.no_pooling(),
          "complete pooling": partial.complete_pooling()}

# %% Exact, school by school: log p(y_j | the other schools)
for name, model in models.items():
    found = gp.exact(model).elpd_loo()
    print(f"{name:17s} elpd {found.elpd:.2f} (se {found.se:.2f}) =",
          " ".join(f"{x:.2f}" for x in found.pointwise))

# %% By hand, for school A: leave it out, and ask the posterior of the others
others = gp.NormalNormal(schools.y[1:], schools.sigma[1:], groups=schools.groups[1:])
rest = gp.exact(others)
rng, n = np.random.default_rng(1), 400_000
theta_A = rest.sample(draws=n, chains=1, seed=1).new_group(seed=2)[0]
by_draws = np.log(gp.Normal(theta_A, schools.sigma[0]).pdf(schools.y[0]).mean())
print(f"\nschool A: exact {gp.exact(partial).elpd_loo().pointwise[0]:.4f}, from {n} draws of its "
      f"effect {by_draws:.4f}")

# %% PSIS-LOO beside it: ArviZ's approximation, from draws of the whole posterior
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    table = gp.compare(models)
print("\n" + table.round(2).to_string())
for one in said:
    print("note:", one.message)

# %% As the section prints them
printed = {p.variable: p.value for p in ledger.reported("5.8.5 LOO table") if p.statistic
           == "elpd_loo"}
print("\nprinted:", printed)
Path("figures").mkdir(exist_ok=True)
plots.save(plots.comparison(table, printed), "figures/fig_5_36_loo.png")

# %% How often would eight schools tell which strategy is right? Data made with a known tau
print("\nshare of 100 made-up data sets in which each strategy comes first")
first = {tau: how_often_first(schools.sigma, tau, runs=100) for tau in (0.0, 5.0, 10.0, 30.0)}
for tau, share in first.items():
    print(f"  tau = {tau:4.0f}: " + ", ".join(f"{name} {x:.0%}" for name, x in share.items()))

# %% What should have been seen
best, second = table.index[0], table.index[1]
lead = -table.loc[second, "elpd_diff"]
print(f"\nSeen: {best} comes first, {lead:.2f} ahead of {second} (standard error of the difference "
      f"{table.loc[second, 'dse']:.2f}); the section's own order is {', '.join(sorted(printed, key=lambda n: -printed[n]))}.")
print(f"PSIS-LOO gives the same order; its largest Pareto k is {table['pareto_k'].max():.2f}, "
      f"under {table['pareto_k'].idxmax()}, where it is off by "
      f"{np.abs(table['psis_loo'] - table['elpd']).max():.2f}.")
print("What may be concluded: little. Had the schools really differed with tau = 5, complete "
      f"pooling would still have come first in {first[5.0]['complete pooling']:.0%} of all such "
      "data sets. The data do speak against no pooling, "
      f"{-table.loc['no pooling', 'elpd_diff']:.1f} behind.")
print("Saved: figures/fig_5_36_loo.png")
