"""Section 5.8.5: three pooling strategies of Eight Schools by leave-one-out.

Which strategy predicts a school best from the other seven, and what may honestly be concluded?
Exactly, and by PSIS-LOO, which makes do with the draws of one posterior.

Rests on lessons 12 and 14.
"""
# %% The three models, with the section's priors
import warnings
from pathlib import Path

import numpy as np

import gibbspool as gp
from gibbspool import plots
from gibbspool.guide.comparing import how_often_first
from gibbspool.section58.reported import printed_values

print("Leave-one-out, exact and by PSIS, and how often it would find the right strategy. "
      "Takes about 3 seconds.\n")
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
n = 100_000
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
printed, printed_se, printed_dse = (printed_values("5.8.5 LOO table", what)
                                    for what in ("elpd_loo", "se", "dse"))
print("\nprinted:", printed)
Path("figures").mkdir(exist_ok=True)
plots.save(plots.comparison(table, printed, printed_se=printed_se, printed_dse=printed_dse),
           "figures/fig_5_36_loo.png")

# %% How often would eight schools tell which strategy is right? Data made with a known tau
SETS = 60
print(f"\nshare of {SETS} made-up data sets in which each strategy comes first")
first = {tau: how_often_first(schools.sigma, tau, runs=SETS) for tau in (0.0, 5.0, 10.0, 30.0)}
for tau, share in first.items():
    print(f"  tau = {tau:4.0f}: " + ", ".join(f"{name} {x:.0%}" for name, x in share.items()))

# %% What should have been seen
best, second = table.index[0], table.index[1]
lead = -table.loc[second, "elpd_diff"]
section_order = sorted(printed, key=printed.get, reverse=True)
by_psis = table["psis_loo"].sort_values(ascending=False).index
same = "the same" if list(by_psis) == list(table.index) else "another"
print(f"\nSeen: {best} comes first, {lead:.2f} ahead of {second} (standard error of the difference "
      f"{table.loc[second, 'dse']:.2f}); the section's own order is {', '.join(section_order)}.")
worst = table["pareto_k"].idxmax()
print(f"PSIS-LOO gives {same} order; its largest Pareto k is "
      f"{table.loc[worst, 'pareto_k']:.2f}, under {worst}, where it is off by "
      f"{abs(table.loc[worst, 'psis_loo'] - table.loc[worst, 'elpd']):.2f}.")
print("What may be concluded: little. Where made-up schools really differ, with tau = 5, "
      f"complete\npooling still comes first in {first[5.0]['complete pooling']:.0%} of the "
      "data sets. The data do speak against no pooling, "
      f"{-table.loc['no pooling', 'elpd_diff']:.1f} behind.")
print("Saved: figures/fig_5_36_loo.png")
