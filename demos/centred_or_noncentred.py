"""Centred vs. non-centred, which to use (Section 5.8.6): where the two forms cross as the data per
group grow.
"""
# %%
from pathlib import Path

import pandas as pd

import gibbspool as gp
from gibbspool.plots import funnel as plots_funnel

Path("figures").mkdir(exist_ok=True)

# %% Eight Schools with `size` times the students in each school
rows = gp.funnel.crossing()
table = pd.DataFrame(rows)
table["per 1000"] = 1000 * table["ess_tau"] / table["evaluations"]
print("ESS of tau, draws by 8 chains of 1000; per 1000 gradients (HMC) or sweeps (Gibbs)")
print(table.pivot_table(index=["sampler", "size"], columns="form",
                        values=["ess_tau", "per 1000"]).round(1).to_string())
print("\nDivergences of HMC")
print(table.pivot_table(index="size", columns="form", values="divergences").astype(int).to_string())
plots_funnel.crossing(rows).savefig("figures/centred_or_noncentred.png", dpi=150)

# %% What you should have seen
print()
for sampler in ("HMC", "Gibbs"):
    size = gp.funnel.crossing_size(rows, sampler)
    schools = gp.data.eight_schools()
    truth = gp.exact(gp.NormalNormal(schools.y, schools.sigma / size**0.5))
    print(f"{sampler}: the forms cross at about {size:.1f} times the data of Eight Schools, where on average\n"
          f"  {1 - truth['shrinkage'].mean.mean():.0%} of a group's estimate comes from its own data.")
print("With less data the non-centred form is the better one, with more the centred one: the rule "
      "of thumb holds.")
print("Saved: figures/centred_or_noncentred.png")
