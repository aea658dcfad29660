"""Centred or non-centred, which to use (Section 5.8.6)? The forms cross as the data grow.

Eight Schools with `size` times the students in each school, by HMC and by Gibbs, in both forms.
`--runs N` takes N runs of four chains for each instead of 1; the time grows little by little.

Rests on lessons 8, 11 and 13.
"""
# %%
import argparse
from pathlib import Path

import pandas as pd

import gibbspool as gp
from gibbspool.plots import funnel as plots_funnel

options = argparse.ArgumentParser()
options.add_argument("--runs", type=int, default=1, help="runs of four chains for each")
runs = options.parse_known_args()[0].runs  # cell by cell there are no options: write a number here
print("Both forms of Eight Schools by HMC and Gibbs, with more and more data. "
      "Takes about 6 seconds.")
Path("figures").mkdir(exist_ok=True)

# %% Both forms, both samplers, at each size
DRAWS = TUNE = 250
rows = gp.funnel.crossing(sizes=(1, 4, 16, 64), draws=DRAWS, tune=TUNE, chains=4 * runs)
table = pd.DataFrame(rows)
table["per 1000"] = 1000 * table["ess_tau"] / table["evaluations"]
print(f"\nESS of tau in {4 * runs} chains of {DRAWS} draws; per 1000 gradients (HMC) or sweeps "
      "(Gibbs)")
print(table.pivot_table(index=["sampler", "size"], columns="form",
                        values=["ess_tau", "per 1000"]).round(1).to_string())
print("\nDivergences of HMC")
print(table.pivot_table(index="size", columns="form", values="divergences").astype(int).to_string())
plots_funnel.crossing(rows).savefig("figures/centred_or_noncentred.png", dpi=150)

# %% What should have been seen
print("\nSeen:")
schools = gp.data.eight_schools()
for sampler in ("HMC", "Gibbs"):
    per = table[table["sampler"] == sampler].set_index(["size", "form"])["per 1000"]
    least, most = (per[size].idxmax() for size in (1, 64))
    print(f"{sampler}: for each unit of work the {least} form gives more effective draws of tau on "
          f"the data as they are,\n  the {most} form where there are 64 times as many.")
    size = gp.funnel.crossing_size(rows, sampler)
    truth = gp.exact(gp.NormalNormal(schools.y, schools.sigma / size**0.5))
    print(f"  They cross at about {size:.1f} times the data, where on average "
          f"{1 - truth['shrinkage'].mean.mean():.0%} of a group's estimate comes from its own.")
print("The rule of thumb is: non-centred where the data say little of each group, centred where "
      "they say much.")
print("Saved: figures/centred_or_noncentred.png")
