"""Figure 5.34a and the structure of a hierarchical model.

What does the graph say, and does the density agree?

Rests on lessons 1 and 16.
"""
# %%
from pathlib import Path

import numpy as np

import gibbspool as gp
from gibbspool import plots
from gibbspool.plots import section as plots_section
from gibbspool.section58.parts import structure
from gibbspool.section58.parts.arithmetic import rounded_values

print("The graph of the model, and what it claims, checked by numbers. Takes about 2 seconds.")
schools = gp.data.eight_schools()
model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
truth = gp.exact(model)
Path("figures").mkdir(exist_ok=True)

# %% The graph: shaded nodes are observed, a plate repeats what it holds
plots.save(plots_section.plate(), "figures/fig_5_34a_plate.png")

# %% It says p(y, theta, mu, tau) = p(mu) p(tau) prod_j p(theta_j | mu, tau) prod_j p(y_j | theta_j)
rng = np.random.default_rng(1)
print("\nlog of the factors, one by one with scipy, against model.log_joint:")
apart = []
for _ in range(4):
    at = rng.normal(8, 5), rng.exponential(6), rng.normal(8, 8, model.J)
    factors = structure.log_factors(model, *at)
    apart.append(sum(factors) - model.log_joint(*at))
    print(f"  {len(factors)} factors add up to {sum(factors):10.5f}, log_joint is "
          f"{model.log_joint(*at):10.5f}")

# %% Given mu and tau the groups are independent; marginally they are not: they share a mu
mu, tau = rounded_values()
known, drawn = f"mu = {mu:g}, tau = {tau:g}", "mu and tau drawn"
pairs = {known: structure.prior_pairs(model, 100_000, mu=mu, tau=tau),
         drawn: structure.prior_pairs(model, 100_000)}
correlation = {name: np.corrcoef(theta.T)[0, 1] for name, theta in pairs.items()}
exactly = structure.prior_correlation(model)
print("\nCorrelation of two schools' effects before the data, 100,000 draws:")
for name, r in correlation.items():
    print(f"  {name:<18} {r:6.3f}")
print(f"  exactly            {exactly:6.3f}   var(mu) / (var(mu) + E[tau^2])")
figure = plots_section.dependence(structure.prior_pairs(model, 1000, mu=mu, tau=tau),
                                  structure.prior_pairs(model, 1000),
                                  (0.0, exactly),
                                  ("theta_A, from the prior", "theta_B, from the prior"))
plots.save(figure, "figures/exchangeable.png")

# %% Exchangeable: relabelling the groups changes nothing
order = rng.permutation(model.J)
relabelled = gp.exact(gp.NormalNormal(model.y[order], model.sigma[order],
                                      groups=[model.groups[j] for j in order]))
moved = max(abs(relabelled["theta", g].mean - truth["theta", g].mean) for g in model.groups)
print(f"\nSchools in the order {' '.join(relabelled.model.groups)}: no posterior mean moves by "
      f"more than {moved:.0e}")

# %% Borrowing strength: school G's effect 10 points higher, and nothing else
change = structure.borrowed(model, "G")
print("\nIf school G had reported 10 points more, the posterior means would move by")
print("  " + "  ".join(f"{g} {c:+.2f}" for g, c in zip(model.groups, change)))
print("Without pooling: only G's own would.")

# %% ... and a school I that reported nothing at all
new = truth.new_group
sampled = truth.sample(seed=3).new_group(seed=4)
print(f"\nSchool I, theta ~ Normal(mu, tau) over the posterior: {new}")
print(f"  by drawing: mean {sampled.mean():.2f}, sd {sampled.std():.2f}")
refusal = ""
try:
    gp.exact(model.no_pooling()).new_group
except ValueError as problem:
    refusal = str(problem)
    print(f"  {refusal}")

# %% What should have been seen
others = np.delete(change, model.groups.index("G"))
print("\nSeen: the product of the factors is the joint density (largest difference in logs "
      f"{np.abs(apart).max():.0e}).\nThe effects correlate by {exactly:.2f} before the data, by "
      f"{correlation[known]:.3f} once mu and tau are fixed:\n"
      "linked through the hyperparameters, and only through them.")
print(f"So G's data move every other estimate, by {others.min():.1f} to {others.max():.1f} points, "
      f"and tell of a school without data: {new.mean:.1f}, give or take "
      f"{new.sd:.1f}. " + ("No pooling has nothing to say." if refusal else ""))
print("Saved: figures/fig_5_34a_plate.png, figures/exchangeable.png")
