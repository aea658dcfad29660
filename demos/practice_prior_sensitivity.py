"""Prior sensitivity (Section 5.8.6): how far do the answers depend on the prior of tau?

The prior of tau decides how much is pooled. Eight Schools, exact, under seven priors; then data
that contradict a narrow one.

Rests on lesson 12.
"""
# %%
import warnings
from pathlib import Path

import gibbspool as gp
from gibbspool import plots
from gibbspool.guide import sensitivity
from gibbspool.plots import practice as plots_practice

print("Eight Schools, exact, under seven priors of tau. Takes about 2 seconds.\n")
schools = gp.data.eight_schools()
model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)

# %% The table, and the warning where the key quantities change substantially
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    table = gp.prior_sensitivity(model)
columns = ["tau mean", "tau hdi_low", "tau hdi_high", "shrinkage", "theta_new mean",
           "theta_new sd", "theta[A]", "theta[E]", "change", "moves most"]
print(table[columns].round(2).to_string(line_width=100))
print("change: the largest of all from the first row, and moves most says of what. How far a mean "
      "moves is told\nas a share of its posterior sd; how much wider or narrower an sd or an "
      "interval becomes, of its width.")
for one in said:
    print(f"\nwarning: {one.message}")

# %% Priors of your own, by name
own = {"section": gp.HalfNormal(11), "Gelman (2006)": gp.HalfCauchy(25)}
print(gp.prior_sensitivity(model, own)["change"])

# %% The prior and the posterior of tau under each, and the schools across them
Path("figures").mkdir(exist_ok=True)
plots.save(plots_practice.sensitivity(sensitivity.posteriors(model)),
           Path("figures/practice_prior_sensitivity.png"))

# %% Groups that are genuinely different, under a prior that is too concentrated near zero
apart = gp.NormalNormal(4 * schools.y, schools.sigma, groups=schools.groups)
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    narrow, wide = (gp.exact(apart.with_priors(tau=prior))
                    for prior in (gp.HalfNormal(2), gp.HalfCauchy(25)))
print(f"\nfour times the effects, y from {apart.y.min():.0f} to {apart.y.max():.0f}: the mean of "
      f"school A (its own estimate is {apart.y[0]:.0f}) is\n"
      f"{narrow['theta', 'A'].mean:.1f} under HalfNormal(2), {wide['theta', 'A'].mean:.1f} under "
      "HalfCauchy(25)")
for one in said:
    print(f"\nwarning, provoked on purpose: {one.message}")

# %% What should have been seen
means, sds = table.filter(like="theta["), gp.exact(model)["theta"].sd
tau, new = table["tau mean"], table["theta_new sd"]
print(f"\nSeen: from prior to prior the mean of tau runs from {tau.min():.1f} to {tau.max():.1f} "
      f"and the sd of a new school from {new.min():.1f} to {new.max():.1f}:\n"
      "eight schools say little of tau.")
print("The schools themselves move less: none by more than "
      f"{(means - means.iloc[0]).abs().max().max():.1f} points, where their posterior sds are "
      f"{sds.min():.1f} to {sds.max():.1f}. {sum(table['change'] > sensitivity.SUBSTANTIAL)} of "
      f"{len(table) - 1} priors change something substantially.")
print("A prior that is too concentrated forces shrinkage although the data contradict it: on "
      f"average {narrow['shrinkage'].mean.mean():.2f} in place of "
      f"{wide['shrinkage'].mean.mean():.2f} in the last example.")
