"""Worked Example 1: Eight Schools, exactly, by Gibbs sampling, and as the section prints it.

Eight coaching programmes, an estimated effect and a standard error each. How far should each
estimate be pulled towards the others?

Rests on lessons 1, 2, 8, 11 and 12.
"""
# %% The data and the model
import gibbspool as gp

print("Eight Schools: exact, by Gibbs sampling, and the section's table judged. "
      "Takes about 3 seconds.\n")
schools = gp.data.eight_schools()
model = gp.NormalNormal(schools.y, schools.sigma, mu=gp.Normal(0, 20), tau=gp.HalfNormal(10),
                        groups=schools.groups)
print(model)

# %% The exact posterior: mu and theta analytically, tau by quadrature
truth = gp.exact(model)
print(truth["mu"])
print(truth["tau"])
print(truth["theta"])
print(f"log evidence {truth.log_evidence:.4f}, relative error of the quadrature {truth.error:.0e}")

# %% The same by Gibbs sampling
draws = gp.sample(model, draws=2000, tune=500, chains=4, seed=42)
table = draws.summary()
print(table.round(2).to_string())

# %% One sweep, a conditional at a time: set a breakpoint in model.tau_given and step in
centred = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups, form="centred")
for name, conditional, old, new in gp.steps(centred, seed=1, sweeps=1):
    print(f"{name} ~ {conditional!r}")

# %% Is every conditional right? No sampler is needed to tell
print(gp.check_conditionals(centred))

# %% Posterior predictive check: does the model make data like the observed?
replicates = draws.replicates(seed=1)["y"]
print("observed effects ", schools.y)
print("replicated means ", replicates.mean(axis=(0, 1)).round(1))
print("replicated sds   ", replicates.std(axis=(0, 1)).round(1))
below = (replicates <= schools.y).mean(axis=(0, 1))
print("share of replicates at or below the observed effect:",
      dict(zip(schools.groups, below.round(2).tolist())))

# %% The section's table beside these
from gibbspool.section58.parts import eight_schools  # noqa: E402

distances = eight_schools.distance_by_prior()
rows = eight_schools.judged_summary(draws, distances.attrs["closest"]).table()
means = rows[rows["quantity"].str.endswith("mean")].set_index("quantity")
print(means[["printed", "exact", "sampled", "verdict"]].to_string(float_format="{:.2f}".format))
print(distances.to_string(float_format="{:.2f}".format))

# %% What should have been seen
z = rows["z"].abs().max()
print(f"\nSeen: Gibbs and quadrature agree (the furthest of 40 numbers lies {z:.1f} Monte Carlo "
      "standard errors away).")
print(f"The exact posterior mean of tau is {truth['tau'].mean:.3f}; the section prints "
      f"{means.loc['tau mean', 'printed']}. Its table is closest to the posterior under "
      f"{distances.index[0]}, so it was hardly made with the priors it states.")
print("All of the observed effects lie well inside their replicates (shares from "
      f"{below.min():.2f} to {below.max():.2f}); the sds of the replicates, "
      f"{replicates.std(axis=(0, 1)).min():.1f} to {replicates.std(axis=(0, 1)).max():.1f}, are "
      "those of theta and of sigma together.")
