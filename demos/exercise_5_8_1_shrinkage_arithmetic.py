"""Exercise 5.8.1, Shrinkage Arithmetic: factors and estimates by the formula.

Why are they not the posterior means?

Rests on lesson 1.
"""
# %%
from pathlib import Path

import numpy as np

import gibbspool as gp
from gibbspool import plots
from gibbspool.section58.ledger import Ledger, reported
from gibbspool.section58.parts import arithmetic

print("The exercise's arithmetic, and the gap to the exact posterior means taken apart. "
      "Takes about 2 seconds.")
schools = gp.data.eight_schools()
model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
truth = gp.exact(model)
printed = {p.id: p for p in reported("Exercise 5.8.1")}
mu, tau = arithmetic.rounded_values()

# %% (a) B_j = sigma_j^2 / (sigma_j^2 + tau^2), from most shrinkage to least
B = model.sigma**2 / (model.sigma**2 + tau**2)
by_B = np.argsort(-B, kind="stable")  # ties, D and F, B and G, stay in the order of their labels
right = 0
print(f"\n(a) at tau = {tau:g}\n"
      f"{'school':>8}{'sigma':>7}{'B':>8}{'printed':>9}{'rank':>6}{'printed':>9}")
for place, j in enumerate(by_B, start=1):
    g = model.groups[j]
    said_B, said_rank = printed[f"ex1.B.{g}"].printed, printed[f"ex1.rank.{g}"].printed
    right += f"{B[j]:.3f}" == said_B and f"{place}" == said_rank
    print(f"{g:>8}{model.sigma[j]:>7g}{B[j]:>8.3f}{said_B:>9}{place:>6}{said_rank:>9}")

# %% (b) theta_j = (1 - B_j) y_j + B_j mu, beside the posterior means
theta = (1 - B) * model.y + B * mu
wrong = []
print(f"\n(b) at mu = {mu:g}\n"
      f"{'school':>8}{'y':>6}{'formula':>10}{'printed':>9}{'exact mean':>12}{'printed':>9}")
for j, g in enumerate(model.groups):
    said = printed[f"ex1.theta.{g}"].printed
    wrong += [g] * (f"{theta[j]:.2f}" != said)
    print(f"{g:>8}{model.y[j]:>6g}{theta[j]:>10.2f}{said:>9}{truth['theta', g].mean:>12.2f}"
          f"{printed[f'ex1.mcmc.{g}'].printed:>9}"
          + ("   the formula does not give what is printed" if g in wrong else ""))

# %% (b) Why they differ: from the formula to the exact posterior mean in four steps
terms = arithmetic.gap(truth, mu, tau)
rms = arithmetic.sizes_of(terms)
print("\nThe gap, exact posterior mean less formula, and what it is made of: the values used for "
      "mu and tau; B is averaged")
print("over tau, where the formula takes it at one tau; B and mu vary together")
print(terms.round(2).to_string())
print("root mean square: " + ", ".join(f"{name} {rms[name]:.2f}" for name in terms.columns[2:]))
below, skew = truth["tau"].cdf(tau), arithmetic.skewness(truth)
print(f"tau: exact mean {truth['tau'].mean:.2f}, median {truth['tau'].quantile(0.5):.2f}, skewness "
      f"{skew:.2f}, P(tau < {tau:g}) = {below:.2f}")
print("B at that tau and its exact posterior mean: "
      + ", ".join(f"{g} {at_tau:.3f} {mean:.3f}"
                  for g, at_tau, mean in zip(model.groups, B, truth["shrinkage"].mean)))

# %% (c) School A
A, others = model.groups.index("A"), np.delete(model.y, model.groups.index("A"))
print(f"\n(c) {1 - B[A]:.3f} x {model.y[A]:g} + {B[A]:.3f} x {mu:g} = "
      f"{(1 - B[A]) * model.y[A]:.2f} + {B[A] * mu:.2f} = {theta[A]:.2f} "
      f"(printed {printed['ex1.c.theta'].printed})")
print(f"    reduced by {1 - theta[A] / model.y[A]:.1%} (printed "
      f"{printed['ex1.c.reduction'].printed}%); exactly, with the posterior mean, by "
      f"{1 - truth['theta', 'A'].mean / model.y[A]:.1%}")
rank = 1 + (model.sigma > model.sigma[A]).sum()
print(f"    Its standard error, {model.sigma[A]:g}, is number {rank} in size. The others' effects "
      f"run from {others.min():g} to {others.max():g} and average {others.mean():.2f}.")
print(f"    Given all eight, P(theta_A > {model.y[A]:g}) = "
      f"{truth['theta', 'A'].sf(model.y[A]):.3f}; from school A alone, with a flat prior, it would "
      "be one half.")

# %% (d) A ninth school with a standard error of 5
new = arithmetic.NEW_SIGMA
B_new = new**2 / (new**2 + tau**2)
print(f"\n(d) {new**2:g} / {new**2 + tau**2:g} = {B_new:.3f} "
      f"(printed {printed['ex1.d.B'].printed}); averaged over the posterior of tau "
      f"{arithmetic.mean_shrinkage(truth, new):.3f}")
print(f"    The least of the eight is {B.min():.3f}. A precise study speaks for itself: 1 - B = "
      f"{1 - B_new:.0%} of its own.")
Path("figures").mkdir(exist_ok=True)
plots.save(arithmetic.shrinkage_figure(truth, mu, tau), "figures/shrinkage_factors.png")

# %% What should have been seen
more = truth["shrinkage"].mean - B
weaker = arithmetic.printed_shrinkage(Ledger("Exercise 5.8.1"), model, B)
print(f"\nSeen: {right} of 8 factors and ranks are right; of the eight estimates those of "
      f"{', '.join(wrong)} are not what the formula gives.")
print(f"Formula and exact mean differ by up to {terms['gap'].abs().max():.2f}, mostly because "
      f"{mu:g} and {tau:g} are not the posterior means: that of tau makes {rms['tau']:.2f}, that "
      f"of mu {rms['mu']:.2f} (root mean square). Averaging over tau, the section's first reason, "
      f"makes {rms['averaging B']:.2f}, and in the other direction for "
      f"{int((terms['averaging B'] * terms['tau'] < 0).sum())} of the 8 schools.")
print(f"Its second reason, stronger shrinkage than at tau = {tau:g}, holds for the exact posterior "
      f"({(more > 0).sum()} of 8 schools), but not for the means that it prints: "
      f"{weaker.removeprefix('and ')}.")
print(f"School A is number {rank} in standard error, not the second; the other seven average "
      f"{others.mean():.0f}, not {mu:g} or so.")
print("Saved: figures/shrinkage_factors.png")
