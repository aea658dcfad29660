"""Lesson 14: Leaving one out, without fitting anew.

Draws of the posterior given all groups, each with a weight, tell how well the others predict one of
them. What the weights are, and how Pareto's k says whether they can be trusted.

Needs: lessons 1, 11 and 12
"""
# %% One school is to be left out; three ways to pool
import numpy as np
from scipy.stats import genpareto

import gibbspool as gp
from gibbspool.plots.lesson_figure import lesson_figure
from gibbspool.sampling import arviz_bridge

print("Lesson 14: a group that is left out, by a posterior's draws. Takes about 3 seconds.\n")
schools = gp.data.eight_schools()
school = "E"
j = schools.groups.index(school)
y_j, sigma_j = schools.y[j], schools.sigma[j]
partial = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
posterior = {"complete pooling": gp.exact(partial.complete_pooling()),
             "partial pooling": gp.exact(partial), "no pooling": gp.exact(partial.no_pooling())}

# %% The identity behind it (without draws: elpd_loo, gibbspool/models/normal/exact.py)
print(f"School {school} is j. Bayes' theorem, where y_j depends on theta_j, and on nothing else:\n"
      "  p(theta_j | all) = p(y_j | theta_j) p(theta_j | others) / p(y_j | others)\n"
      "Divided by p(y_j | theta_j) and integrated, where p(theta_j | others) integrates to 1:\n"
      "  posterior mean of 1 / p(y_j | theta_j) = 1 / p(y_j | others)")
def inverse_of(draws):
    return 1 / gp.Normal(draws["theta", school].ravel(), sigma_j).pdf(y_j)
def log_p(draws):
    return -np.log(inverse_of(draws).mean())
drawn, log_density, exact_log_density = {}, {}, {}
for name, truth in posterior.items():
    drawn[name] = truth.sample(draws=10_000, chains=1, seed=1)
    log_density[name], exact_elpd = log_p(drawn[name]), truth.elpd_loo()
    exact_log_density[name] = exact_elpd.pointwise[j]
    print(f"{name:16s}: log p(y_j | others) is {log_density[name]:.3f} by draws, "
          f"{exact_log_density[name]:.3f} exactly; all schools {exact_elpd.elpd:.2f}")

# %% The same as weights: each draw counts in proportion to 1 / p(y_j | theta_j)
# Draws that fit y_j badly are rare given all, commoner without y_j: importance sampling.
weight = {name: inverse_of(one) / inverse_of(one).sum() for name, one in drawn.items()}
without_j = gp.exact(gp.NormalNormal(np.delete(schools.y, j), np.delete(schools.sigma, j)))
weighted_mean = weight["partial pooling"] @ drawn["partial pooling"]["theta", school].ravel()
print(f"\nMean of theta_j given all {posterior['partial pooling']['theta', school].mean:.2f}; "
      f"without y_j {weighted_mean:.2f} by weights, {without_j.new_group.mean:.2f} exactly.")
effective = {name: 1 / (one**2).sum() for name, one in weight.items()}  # n where all are alike
for name, one in weight.items():
    print(f"{name:16s}: {len(one)} draws, worth {effective[name]:.0f}; largest: {one.max():.1%}")

# %% Pareto's k: how heavy is the tail of the weights?
# Far out they follow a generalised Pareto distribution. Its mean is infinite from k = 1 on, its
# variance from 1/2: then the average settles slowly, and the effective size is a matter of luck.
def pareto_k(weights):
    largest = int(3 * np.sqrt(len(weights)))
    ordered = np.sort(weights / weights.max())
    above = ordered[-largest:] - ordered[-largest - 1]
    return genpareto.fit(above, floc=0, scale=above.mean())[0]
k = {name: pareto_k(one) for name, one in weight.items()}

# %% Where theta_j is normal with sd v, k has a closed form: v^2 / sigma_j^2
# The weight is exp((theta_j - y_j)^2 / 2 sigma_j^2): it passes w as often as |theta_j - y_j| passes
# sigma_j sqrt(2 log w), about w^(-sigma_j^2 / v^2).
closed = {name: (posterior[name]["theta", school].sd / sigma_j) ** 2
          for name in ("complete pooling", "no pooling")}
k_full, k_none = closed.values()
sets = {name: [posterior[name].sample(draws=10_000, chains=1, seed=seed) for seed in range(1, 25)]
        for name in closed}
fits = {name: [pareto_k(inverse_of(draws)) for draws in sets[name]] for name in closed}
print(f"\nPareto's k, fitted: partial pooling {k['partial pooling']:.2f}")
for name in closed:
    print(f"  {name} {k[name]:.2f}; 24 sets {np.mean(fits[name]):.2f} +- {np.std(fits[name]):.2f}; "
          f"in closed form {closed[name]:.2f}")
print("Far out the tail falls like w^(-1/k), w a weight. The 300 largest of 10,000, those fitted,"
      "\nlie nearer. (Partial pooling mixes normals, one a tau: k is 1 far out, its mean finite.)"
      "\nPSIS, Pareto-smoothed importance sampling, needs some 10^(1 / (1 - k)) draws for an error"
      f"\nto rely on (Vehtari and others 2024): {10**(1 / (1 - 0.7)):,.0f} where k = 0.7, the "
      f"limit; here, without\npooling, {10**(1 / (1 - k_none)):,.0f}: beyond 0.7 it soars.")

# %% How far off, without pooling? 24 sets, and 24 of ten times as many draws
more = (posterior["no pooling"].sample(draws=100_000, chains=1, seed=seed) for seed in range(1, 25))
off = {n: [log_p(draws) - exact_log_density["no pooling"] for draws in some]
       for n, some in ((10_000, sets["no pooling"]), (100_000, more))}
typical = {n: np.median(np.abs(errors)) for n, errors in off.items()}
for n, errors in off.items():
    print(f"24 sets of {n:7,}: log p off by {min(errors):+.2f} to {max(errors):+.2f}, too high in "
          f"{sum(np.array(errors) > 0)}; half by {typical[n]:.3f} or more")
print("Too high without the rare draws of huge 1 / p, too low with one. In the long run ten times "
      f"the\ndraws make errors {10**min(1 - k_none, 0.5):.1f} times less: 10^(1 - k), or sqrt(10) "
      "if k is below 1/2.")

# %% PSIS (ArviZ): quantiles of the Pareto distribution that was fitted replace the largest weights
try:
    psis = np.array([arviz_bridge.psis_loo(draws).pointwise[j] for draws in sets["no pooling"]])
    psis, raw = psis - exact_log_density["no pooling"], np.array(off[10_000])
    steady = "steadier" if psis.std() < 0.8 * raw.std() else "hardly steadier"
    high = psis.mean() > 4 * psis.std() / np.sqrt(24)
    print(f"By PSIS off by {psis.mean():+.3f} on average, sd {psis.std():.3f}; by the weights as "
          f"they are {raw.mean():+.3f} and {raw.std():.3f}.\nPSIS is {steady}"
          f"{'. Its mean is too high: it cannot invent missing draws' if high else ''}.")
except ImportError as missing:
    print(f"ArviZ's own numbers are left out:\n  {missing}")

# %% The figure: the largest weights by rank; on these axes a Pareto tail is a line of slope -k
def picture(axes):
    for name, marker in zip(posterior, "osx"):
        axes.loglog(np.arange(1, 201), np.sort(weight[name])[::-1][:200], marker, markersize=4,
                    label=f"{name}, fitted k = {k[name]:.2f}")
    axes.axhline(1 / 10_000, color="grey", linewidth=1, label="all alike")
    axes.legend(), axes.set(xlabel="rank", ylabel="weight", title=f"School {school}: large weights")
lesson_figure(picture, "lesson_14_leaving_one_out.png")

# %% What should have been seen
print(f"\nSeen: k is {k_full:.2f} with complete pooling, {k_none:.2f} with none: then a school has "
      f"its datum alone.\nThere 10,000 draws miss log p by {typical[10_000]:.3f} or so, 100,000 by "
      f"{typical[100_000]:.3f}: {'use the exact value' if typical[10_000] > 0.05 else 'fine'}."
      "\nA fitted k decides only far from 0.7.")
print("Try: school H, with the largest sigma of all; then G. What do k and the 24 errors say?")
