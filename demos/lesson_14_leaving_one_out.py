"""Lesson 14: Leaving one out, without fitting anew.

Draws of the posterior given all groups tell how well the others predict one of them, if each draw
is given a weight. How well do seven schools predict the eighth? What the weights are, and how
Pareto's k says whether they can be trusted.

Needs: lessons 1, 11 and 12
"""
# %% One school is to be left out; three ways to pool
import numpy as np
from scipy.stats import genpareto

import gibbspool as gp
from gibbspool.plots.lesson_figure import lesson_figure
from gibbspool.sampling import arviz_bridge

print("Lesson 14: a group that is left out, by a posterior's draws. Takes about 2 seconds.\n")
schools = gp.data.eight_schools()
school = "E"
j = schools.groups.index(school)
y_j, sigma_j = schools.y[j], schools.sigma[j]
partial = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
models = {"complete pooling": partial.complete_pooling(), "partial pooling": partial,
          "no pooling": partial.no_pooling()}
posterior = {name: gp.exact(model) for name, model in models.items()}

# %% The identity behind it, in two lines
# Bayes' theorem, with y_j as the last to arrive; given theta_j it does not depend on the others:
#     p(theta_j | all) = p(y_j | theta_j) p(theta_j | others) / p(y_j | others)
# Divide by p(y_j | theta_j), and integrate over theta_j; p(theta_j | others) integrates to 1:
#     posterior mean of 1 / p(y_j | theta_j) = 1 / p(y_j | others)
# (The sum of log p over all schools is elpd_loo; gibbspool/models/normal/exact.py needs no draws.)
theta_j, inverse, log_density, exact_log_density = {}, {}, {}, {}
for name, truth in posterior.items():
    theta_j[name] = truth.sample(draws=10_000, chains=1, seed=1)["theta", school].ravel()
    inverse[name] = 1 / gp.Normal(theta_j[name], sigma_j).pdf(y_j)
    log_density[name] = -np.log(inverse[name].mean())
    exact_elpd = truth.elpd_loo()
    exact_log_density[name] = exact_elpd.pointwise[j]
    print(f"{name:16s}: log p(y_j | others) is {log_density[name]:.3f} by draws, "
          f"{exact_log_density[name]:.3f} exactly; all schools {exact_elpd.elpd:.2f}")
by_hand = gp.Normal(0, np.hypot(20, sigma_j)).logpdf(y_j)
print(f"No pooling: by the prior alone, Normal(0, sqrt(20^2 + {sigma_j:.0f}^2)), {by_hand:.3f}.")

# %% The same as weights: each draw counts in proportion to 1 / p(y_j | theta_j)
# Draws that fit y_j badly are rare in the posterior given all, and common in the one without y_j:
# the weights turn the first into the second (importance sampling).
weight = {name: one / one.sum() for name, one in inverse.items()}
without_j = gp.exact(gp.NormalNormal(np.delete(schools.y, j), np.delete(schools.sigma, j)))
weighted_mean = (weight["partial pooling"] * theta_j["partial pooling"]).sum()
mean_given_all = posterior["partial pooling"]["theta", school].mean
print(f"\nThe mean of theta_j is {mean_given_all:.2f} given all; {weighted_mean:.2f} by weights "
      f"without y_j; exactly {without_j.new_group.mean:.2f}.")
# How many draws do the work? n weights have the effective size 1 / sum of squares: n if all alike.
effective = {name: 1 / (one**2).sum() for name, one in weight.items()}
for name, one in weight.items():
    print(f"{name:16s}: {len(one)} draws, worth {effective[name]:.0f}; largest: {one.max():.1%}")

# %% Pareto's k: how heavy is the tail of the weights?
# Over a high threshold weights w follow a generalised Pareto distribution of shape k, whose tail
# falls like w^(-1/k). Its mean is infinite from k = 1 on, its variance from 1/2: then the average
# settles slowly, and the effective size above is a matter of luck. Yet with thousands of draws an
# average steadied by PSIS, see below, is of use up to 0.7 or so: hence this limit.
def pareto_k(weights):
    largest = int(3 * np.sqrt(len(weights)))
    ordered = np.sort(weights / weights.max())
    above = ordered[-largest:] - ordered[-largest - 1]
    return genpareto.fit(above, floc=0, scale=above.mean())[0]

k = {name: pareto_k(one) for name, one in weight.items()}
k_error = (1 + k["no pooling"]) / np.sqrt(3 * np.sqrt(10_000))  # roughly, its standard error

# %% Where theta_j is normal with sd v, k has a closed form: v^2 / sigma_j^2
# The weight is exp((theta_j - y_j)^2 / 2 sigma_j^2): it passes w as often as |theta_j - y_j| passes
# sigma_j sqrt(2 log w), about w^(-sigma_j^2 / v^2). Without pooling that is 1 less the shrinkage.
closed = {name: (posterior[name]["theta", school].sd / sigma_j) ** 2
          for name in ("complete pooling", "no pooling")}
print("\nPareto's k, fitted: " + ", ".join(f"{name} {one:.2f}" for name, one in k.items()),
      f"(+- {k_error:.1f})")
print("In closed form:     " + ", ".join(f"{name} {one:.2f}" for name, one in closed.items())
      + " (partial:\n  none, for theta_j is a mixture of normals, one for each tau)")
# Is that luck? Eight sets of 10,000 draws, without pooling:
off, fits, worth = [], [], []
for seed in range(1, 9):
    draws = posterior["no pooling"].sample(draws=10_000, chains=1, seed=seed)["theta", school]
    one = 1 / gp.Normal(draws.ravel(), sigma_j).pdf(y_j)
    off.append(-np.log(one.mean()) - by_hand), fits.append(pareto_k(one))
    worth.append(one.sum()**2 / (one**2).sum())
too_high, passed = np.sum(np.array(off) > 0), np.sum(np.array(fits) <= 0.7)
print(f"Eight sets: log p off by {min(off):+.2f} to {max(off):+.2f}, too high in {too_high} "
      "(without the rare draws of huge 1 / p,\np seems "
      f"larger); worth {min(worth):.0f} to {max(worth):.0f}; fitted k {min(fits):.2f} to "
      f"{max(fits):.2f}, at most 0.7 in {passed}.")

# %% PSIS, Pareto-smoothed importance sampling: ArviZ replaces the largest weights by quantiles of
# the fitted Pareto. That steadies the average, but cannot invent draws that are missing.
try:
    psis = arviz_bridge.psis_loo(posterior["no pooling"].sample(draws=10_000, chains=1, seed=1))
    print(f"ArviZ, no pooling: k {psis.pareto_k[j]:.2f}, log p {psis.pointwise[j]:.3f}")
except ImportError as missing:
    print(f"ArviZ's own numbers are left out:\n  {missing}")

# %% The figure: the largest weights by rank; on these axes a Pareto tail is a line of slope -k
def picture(axes):
    for name, marker in zip(models, "osx"):
        axes.loglog(np.arange(1, 201), np.sort(weight[name])[::-1][:200], marker, markersize=4,
                    label=f"{name}, fitted k = {k[name]:.2f}")
    axes.axhline(1 / 10_000, color="grey", linewidth=1, label="all alike")
    axes.set(xlabel="rank of the draw", ylabel="weight", title=f"School {school}: largest weights")
    axes.legend()
lesson_figure(picture, "lesson_14_leaving_one_out.png")

# %% What should have been seen
print("\nSeen: the more a school's estimate rests on its own datum, the heavier the weights' tail: "
      f"k itself\nis {closed['complete pooling']:.2f} with complete pooling, "
      f"{closed['no pooling']:.2f} with none, where 10,000 draws miss log p by up to "
      f"{np.abs(off).max():.2f}.\nMore draws "
      + ("would hardly help: use" if closed["no pooling"] > 0.7 else "help slowly: better use")
      + " the exact value. A fitted k decides only far from 0.7.")
print("Try: school H, with the largest sigma of all; then G. What do k and the eight errors say?")
