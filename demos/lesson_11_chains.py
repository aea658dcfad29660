"""Lesson 11: Chains: how far draws can be trusted.

What trace, autocorrelation, effective sample size, Monte Carlo error and R-hat say of a sampler.
Its draws resemble the draws before them, so a thousand of them tell less than a thousand
independent ones would. Each of the five is worked out here in a few lines, beside ArviZ's numbers.

Needs: lessons 2 and 8
"""
# %% Two samplers of one posterior: four chains each, from starts far apart, no warm-up dropped yet
from itertools import groupby

import numpy as np

import gibbspool as gp
from gibbspool.plots.lesson_figure import lesson_figure
from gibbspool.sampling import arviz_bridge

print("Lesson 11: chains, how far draws can be trusted. Takes about 4 seconds.\n")
schools = gp.data.eight_schools()
start, later = {}, {}
for form in ("centred", "noncentred"):
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups, form=form)
    tau = gp.sample(model, draws=1000, tune=0, chains=4, seed=1)["tau"]  # (chain, draw)
    start[form], later[form] = tau[:, :50], tau[:, 200:]
exact_tau = gp.exact(model)["tau"]

# %% Trace: the draws in their order (figure, left); good chains are noise around one level for all
longest = {form: max(len(list(run)) for chain in x < 1 for low, run in groupby(chain) if low)
           for form, x in later.items()}
print("A chain's longest stay below tau = 1, in sweeps: "
      + ", ".join(f"{form} {sweeps}" for form, sweeps in longest.items()))

# %% Autocorrelation: how much a draw resembles the one k sweeps before it
# rho_k is the mean product of two deviations, k sweeps apart, in units of the variance; deviations
# from the mean of all chains: those that stay apart count as autocorrelated, rightly.
def autocorrelation(x, lags):
    deviation, n = x - x.mean(), x.shape[1]
    covariance = [(deviation[:, :n - k] * deviation[:, k:]).sum() / x.size for k in range(lags)]
    return np.array(covariance) / covariance[0]
rho = {form: autocorrelation(x, 60) for form, x in later.items()}
rho_of_log = {form: autocorrelation(np.log(x), 2)[1] for form, x in later.items()}
for form, one in rho.items():
    print(f"{form:10s}: a tau and the next correlate by {one[1]:.2f}, ten apart by {one[10]:.2f}; "
          f"their logs by {rho_of_log[form]:.2f}")

# %% Effective sample size: how many independent draws would tell as much about the mean
# The variance of a mean of N draws is (variance / N) (1 + 2 rho_1 + 2 rho_2 + ...). In the sum far
# lags are all noise: it ends where two neighbours together are no longer positive (Geyer 1992).
def effective_size(x):
    halves = x.reshape(2 * len(x), -1)      # each chain split in two: a drift makes them differ
    pairs = autocorrelation(halves, halves.shape[1]).reshape(-1, 2).sum(axis=1)
    positive = pairs[:np.argmax(np.append(pairs, -1) < 0)]
    return x.size / (2 * positive.sum() - 1)    # rho_0 = 1 counts once, not twice
ess = {form: effective_size(x) for form, x in later.items()}

# %% Monte Carlo standard error: one sd of the mean of these draws about the posterior's; two: 95%
mcse = {form: x.std() / np.sqrt(ess[form]) for form, x in later.items()}
naive = later["centred"].std() / np.sqrt(later["centred"].size)
for form, x in later.items():
    print(f"{form:10s}: {x.size} draws are worth {ess[form]:.0f}; mean {x.mean():.2f} +- "
          f"{mcse[form]:.2f}, exact {exact_tau.mean:.2f}")
model = gp.NormalNormal(schools.y, schools.sigma, form="centred")
more = gp.sample(model, draws=800, tune=200, chains=40, seed=2)["tau"]
by_one = [effective_size(chain[None]) for chain in more]
by_four = [effective_size(four) for four in np.split(more, 10)]
print(f"If its draws were independent, the centred form could claim +- {naive:.2f}. Effective sizes "
      f"are\nestimates: 40 more centred chains say {min(by_one):.0f} to {max(by_one):.0f}, each by "
      f"itself; by fours {min(by_four):.0f} to {max(by_four):.0f}.")

# %% R-hat: do the chains agree?
# Within: the variance in each half chain. Total: that of all, their means' variance included.
def r_hat(x):
    halves = x.reshape(2 * len(x), -1)
    n = halves.shape[1]
    within = halves.var(axis=1, ddof=1).mean()
    total = (n - 1) / n * within + halves.mean(axis=1).var(ddof=1)
    return np.sqrt(total / within)
r_hat_start = {form: r_hat(x) for form, x in start.items()}
r_hat_later = {form: r_hat(x) for form, x in later.items()}
for form in start:
    print(f"{form:10s}: R-hat {r_hat_start[form]:.3f} over the first 50 sweeps, "
          f"{r_hat_later[form]:.3f} over the last 800")
of_halves = np.sqrt(1.01**2 - 1)  # the sd of their means, in sds, where R-hat is 1.01
pieces = np.split(later["noncentred"], 16, axis=1)
by_chance = np.median(list(map(r_hat, pieces)))
print(f"1.01, the usual limit: means of 8 halves differ by {of_halves:.2f} sd. If chance alone parts "
      f"them, all\ntogether are worth {8 / of_halves**2:.0f} draws. 4 x 50 are worth fewer: pieces of "
      f"the good chains have\nR-hat {by_chance:.2f} (median of {len(pieces)}), by chance, which may "
      "also bring it just below 1.")

# %% Good numbers are no proof: all chains may miss one of two peaks (four Metropolis walks each time)
def log_p(x):
    return np.logaddexp(np.log(0.8) - x**2 / 2, np.log(0.2) - (x - 12)**2 / 2)
rng, of_walks = np.random.default_rng(1), {}
for starts in ((-1, 0, 0, 1), (0, 0, 12, 12)):
    x = [np.array(starts, dtype=float)]
    for _ in range(1999):
        new = x[-1] + 2 * rng.standard_normal(4)
        x.append(np.where(np.log(rng.random(4)) < log_p(new) - log_p(x[-1]), new, x[-1]))
    of_walks[starts] = r_hat(np.transpose(x)), np.mean(x)
(near_0, mean_near_0), (apart, mean_apart) = of_walks.values()
print("Good numbers are no proof. Random walks (lesson 4) in two peaks, 80 % at 0, 20 % at 12, mean "
      f"2.4.\nAll four begun near 0, none finds 12: R-hat {near_0:.3f}, but mean {mean_near_0:.2f}. Two "
      f"begun at 0, two at 12,\nall stay: R-hat {apart:.3f} tells, and the mean is {mean_apart:.2f}.")

# %% The same from ArviZ, by gibbspool/sampling/arviz_bridge.py; its R-hat is that of ranks
try:
    for form, x in later.items():
        print(f"{form:10s}: ArviZ says ESS {arviz_bridge.ess(x, 'mean'):.0f}, error "
              f"{arviz_bridge.mcse(x):.2f}, R-hat {arviz_bridge.rhat(x):.3f}")
except ImportError as missing:
    print(f"ArviZ's own numbers are left out:\n  {missing}")

# %% The figure: traces on the left, autocorrelations on the right
def picture(axes):
    axes[0].plot(np.arange(200, 600), later["centred"][:, :400].T, linewidth=0.7)
    axes[0].set(title="Trace of four centred chains", xlabel="sweep", ylabel="tau (SAT points)")
    for form, style in zip(rho, ("C0-", "C1--", "C2:")):
        axes[1].plot(rho[form], style, label=form)
    axes[1].legend(), axes[1].set(title="Autocorrelation", xlabel="sweeps apart", ylabel="rho")
lesson_figure(picture, "lesson_11_chains.png", width=10, height=4, columns=2)

# %% What should have been seen
print(f"\nSeen: the centred form's {later['centred'].size} draws of tau tell as much as "
      f"{ess['centred']:.0f} independent ones,\nso the mean is only known to "
      f"{mcse['centred']:.2f}. R-hat {r_hat_later['centred']:.3f} asks for more draws, or another "
      f"form:\nthe non-centred form's are worth {ess['noncentred']:.0f}.")
print('Try: add "collapsed" to the forms in the first cell. What are its rho_1, ESS and R-hat?')
