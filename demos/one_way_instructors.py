"""The pooling problem (Section 5.8.1): five instructors, then radon in 85 counties.

The pooling strategies in numbers. Run it as it is, or cell by cell (# %%) in VS Code or Spyder, or
step through it in a debugger.

Rests on lessons 1 and 12.
"""
# %% The exam scores of 68 students of five instructors
from pathlib import Path

import numpy as np

import gibbspool as gp

print("Exam scores of five instructors, and radon, by every pooling strategy. "
      "Takes about 4 seconds.\n")
scores = gp.data.instructors()
model = gp.OneWayNormal(scores.y, scores.group, groups=scores.groups)
print(model)

# %% The strategies, each without Monte Carlo
# No pooling comes twice: with one sigma for all, and with a sigma for each instructor.
strategies = {"complete": gp.exact(model.complete_pooling()),
              "no, own sigma": gp.exact(model.no_pooling(sigma="own")),
              "no": gp.exact(model.no_pooling()), "partial": gp.exact(model)}
partial = strategies["partial"]


def cell(marginal):
    return f"{marginal.mean:.1f} ({marginal.sd:.1f})"


print("\nPosterior mean (sd) of each instructor's true mean, by pooling")
print(f"{'':<8}{'n':>4}{'own mean':>10}" + "".join(f"{name:>15}" for name in strategies))
for i, name in enumerate(scores.groups):
    print(f"{name:<8}{model.n[i]:>4}{model.mean[i]:>10.1f}"
          + "".join(f"{cell(truth['theta'][i]):>15}" for truth in strategies.values()))
for name in ("mu", "tau", "sigma"):
    print(f"  {partial[name]}")

# %% How much of the way to mu
# B_i = (sigma^2 / n_i) / (sigma^2 / n_i + tau^2), averaged over the posterior.
B = partial["shrinkage"].mean
print("\nPulled towards mu, and the interval beside those of no pooling")
for i in np.argsort(model.n):
    narrower = [1 - partial["theta"][i].sd / strategies[name]["theta"][i].sd
                for name in ("no, own sigma", "no")]
    print(f"  {scores.groups[i]:<6} {model.n[i]:>3} students: {B[i]:4.0%} of the way; "
          f"{narrower[0]:+.0%} narrower than with a sigma of its own, {narrower[1]:+.1%} than with "
          "the common one")

# %% A sixth instructor, and how well each strategy predicts an instructor who was left out
print(f"\nA new instructor's mean: {partial.new_group}")
print("No pooling says nothing of a new instructor; complete pooling says "
      f"{strategies['complete'].new_group.mean:.1f}, give or take "
      f"{strategies['complete'].new_group.sd:.1f}.")
print("Log density of each instructor's scores given those of the others, summed, by pooling:")
elpd = {name: truth.elpd_loo() for name, truth in strategies.items()}
for name, found in elpd.items():
    print(f"  {name:<14} {found.elpd:8.2f}")

# %% The same by Gibbs sampling, in three forms: how much a sweep remembers of tau
memory, furthest = {}, {}
for form in ("collapsed", "centred", "noncentred"):
    in_form = gp.OneWayNormal(scores.y, scores.group, form=form)
    tau = gp.sample(in_form, draws=60, tune=60, chains=60, seed=1)["tau"]
    away = tau - partial["tau"].mean
    memory[form] = (away[:, 1:] * away[:, :-1]).mean() / (away**2).mean()
    furthest[form] = away.mean() / (tau.mean(axis=1).std(ddof=1) / np.sqrt(60))
    print(f"{form:<11} E[tau] is {furthest[form]:+.1f} Monte Carlo standard errors from the exact "
          f"one; successive tau correlate by {memory[form]:.2f}")

# %% Radon: log concentrations in 919 homes of 85 counties, some with a single home
radon = gp.data.radon()
homes = gp.OneWayNormal(radon.y, radon.group, mu=gp.Normal(0, 5), tau=gp.HalfNormal(1),
                        sigma=gp.HalfNormal(2), groups=radon.groups)
county = gp.exact(homes)
print()
for name in ("mu", "tau", "sigma"):
    print(f"  {county[name]}")
pooled = county["theta"].mean
share = (pooled - homes.mean) / (county["mu"].mean - homes.mean)
print(f"\n{'homes':>8} {'counties':>9} {'pulled to mu':>13} {'sd alone':>9} {'sd pooled':>10}")
for low, high in ((1, 1), (2, 3), (4, 7), (8, 20), (21, 200)):
    here = (homes.n >= low) & (homes.n <= high)
    alone = county["sigma"].mean / np.sqrt(homes.n[here])
    print(f"{f'{low}-{high}' if high > low else low:>8} {here.sum():>9} "
          f"{np.median(share[here]):>13.0%} {alone.mean():>9.2f} "
          f"{county['theta'].sd[here].mean():>10.2f}")
radon_elpd = {"partial": county.elpd_loo().elpd,
              "complete": gp.exact(homes.complete_pooling()).elpd_loo().elpd,
              "no": gp.exact(homes.no_pooling()).elpd_loo().elpd}

# %% Figures, where matplotlib is installed
try:
    from gibbspool import plots
    figure, ax = plots.axes()
    looks = zip(strategies.items(), (-0.2, -0.07, 0.07, 0.2),
                (plots.GREY, plots.RED, plots.ORANGE, plots.BLUE), "sv^o")
    for (name, truth), shift, colour, marker in looks:
        ends = truth["theta"].hdi(0.89)
        ax.errorbar(np.arange(5) + shift, truth["theta"].mean, np.abs(ends.T - truth["theta"].mean),
                    fmt=marker, color=colour, label=f"pooling: {name}")
    ax.set_xticks(range(5), [f"{name}\nn = {n}" for name, n in zip(scores.groups, model.n)])
    ax.set_ylabel("mean exam score, 89% HDI")
    ax.legend()
    Path("figures").mkdir(exist_ok=True)
    figure.savefig("figures/one_way_instructors.png", dpi=150)
    figure, ax = plots.axes()
    ax.scatter(homes.n, homes.mean, color=plots.ORANGE, marker="^", s=18, label="county's own mean")
    ax.scatter(homes.n, pooled, color=plots.BLUE, s=18, label="partial pooling")
    ax.vlines(homes.n, homes.mean, pooled, color=plots.GREY, linewidth=0.6)
    ax.axhline(county["mu"].mean, color=plots.GREY, linestyle="--", linewidth=1)
    ax.set_xscale("log")
    ax.set_xlabel("homes measured in the county")
    ax.set_ylabel("mean log radon")
    ax.legend()
    figure.savefig("figures/one_way_radon.png", dpi=150)
    print("\nSaved: figures/one_way_instructors.png, figures/one_way_radon.png")
except ImportError as problem:
    print(f"\nNo figures: {problem}")

# %% What should have been seen
most, least = int(np.argmax(B)), int(np.argmin(B))
best = max(elpd, key=lambda name: elpd[name].elpd)
print(f"\nSeen: {best} pooling predicts a left-out instructor best; complete pooling, which gives "
      f"everyone {strategies['complete']['mu'].mean:.1f},\nstands "
      f"{elpd['complete'].elpd - elpd['partial'].elpd:+.1f} to partial pooling, no pooling "
      f"{elpd['no'].elpd - elpd['partial'].elpd:+.1f}.")
print(f"{scores.groups[most]}, with {model.n[most]} students, is pulled furthest ({B[most]:.0%} of "
      f"the way), {scores.groups[least]}, with {model.n[least]}, least ({B[least]:.0%}).")
gain = 1 - partial["theta"].sd / strategies["no"]["theta"].sd
error = partial["sigma"].mean / np.sqrt(model.n)
print(f"These instructors differ so much (tau is about {partial['tau'].mean:.0f}, a mean's "
      f"standard error {error.min():.1f} to {error.max():.1f}) that pooling the means narrows an "
      f"interval by {gain.max():.0%} at most, and that of {scores.groups[most]} by "
      f"{gain[most]:.1%}: little is gained where groups differ more than they are uncertain.")
slowest, fastest = max(memory, key=memory.get), min(memory, key=memory.get)
print(f"The {fastest} form forgets tau fastest ({memory[fastest]:.2f}), the {slowest} one most "
      f"slowly ({memory[slowest]:.2f}): with sections of this size the data hold each theta_i "
      "fast.")
single, large = (np.median(share[mask]) for mask in (homes.n == 1, homes.n > 20))
best = max(radon_elpd, key=radon_elpd.get)
print(f"Radon: a county with one home is pulled {single:.0%} of the way to the state's mean, one "
      f"with more than 20 homes {large:.0%}. {best.capitalize()} pooling predicts a county left "
      f"out best; complete pooling stands {radon_elpd['complete'] - radon_elpd['partial']:+.1f} to "
      f"partial pooling, no pooling {radon_elpd['no'] - radon_elpd['partial']:+.1f}.")
