"""Lesson 11: Chains: how far draws can be trusted.

Draws of a sampler resemble those before them, so a thousand tell less than a thousand independent
ones. Trace, autocorrelation, effective size, Monte Carlo error, R-hat: each in a few lines.

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
models, start, later = {}, {}, {}
for form in ("centred", "noncentred"):
    models[form] = gp.NormalNormal(schools.y, schools.sigma, form=form)
    tau = gp.sample(models[form], draws=1000, tune=0, chains=4, seed=1)["tau"]  # (chain, draw)
    start[form], later[form] = tau[:, :50], tau[:, 200:]
exact_tau = gp.exact(models["centred"])["tau"]

# %% Trace: the draws in their order (figure, left); good chains are noise around one level for all
longest = {form: max(len(list(run)) for chain in x < 1 for low, run in groupby(chain) if low)
           for form, x in later.items()}
print("A chain's longest stay below tau = 1, in sweeps: "
      + ", ".join(f"{form} {sweeps}" for form, sweeps in longest.items()))

# %% Autocorrelation: how much a draw resembles the one k sweeps before it
# rho_k is the mean product of two deviations from the mean of all, k sweeps apart, by the variance.
def autocorrelation(x, lags):
    deviation, n = x - x.mean(), x.shape[1]
    covariance = [(deviation[:, :n - k] * deviation[:, k:]).sum() / x.size for k in range(lags)]
    return np.array(covariance) / covariance[0]
rho = {form: autocorrelation(x, 60) for form, x in later.items()}
rho_of_log = {form: autocorrelation(np.log(x), 2)[1] for form, x in later.items()}
for form, one in rho.items():
    print(f"{form:10s}: a tau and the next correlate by {one[1]:.2f}, their logs by "
          f"{rho_of_log[form]:.2f}; tau ten apart by {one[10]:.2f}")

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
more = gp.sample(models["centred"], draws=800, tune=200, chains=40, seed=2)["tau"]
by_one, by_four = ([effective_size(x) for x in np.split(more, n)] for n in (40, 10))
print(f"Were its draws independent, the centred form could claim +- {naive:.2f}. Effective sizes "
      f"are\nestimates: 40 more centred chains say {min(by_one):.0f} to {max(by_one):.0f}, each by "
      f"itself; by fours {min(by_four):.0f} to {max(by_four):.0f}.")

# %% R-hat: do the chains agree? The variance in each half chain, and that of all, means included
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
by_chance = np.median([r_hat(piece) for piece in np.split(later["noncentred"], 16, axis=1)])
print(f"1.01, the usual limit: means of 8 halves differ by {of_halves:.2f} sd. If chance alone "
      f"parts those\nof long chains, all are worth {8 / of_halves**2:.0f} draws. Short pieces of "
      f"good chains, 4 x 50\ncorrelated draws, have R-hat {by_chance:.2f} (median of 16) by chance,"
      " which may also bring it just below 1.")

# %% Good numbers are no proof: all chains may miss a peak. Two sets of four random walks (lesson 4)
def log_p(x):
    return np.logaddexp(np.log(0.8) - x**2 / 2, np.log(0.2) - (x - 15)**2 / 2)
rng, x = np.random.default_rng(1), [np.array([-1.0, 0, 0, 1, 0, 0, 15, 15])]
for _ in range(1999):
    new = x[-1] + 2 * rng.standard_normal(8)
    x.append(np.where(np.log(rng.random(8)) < log_p(new) - log_p(x[-1]), new, x[-1]))
near_0, at_both = np.split(np.transpose(x), 2)
print("Good numbers are no proof. A density has two peaks, 80 % at 0 and 20 % at 15: its mean is 3."
      f"\nFour random walks that began near 0 never found 15: R-hat {r_hat(near_0):.3f}, mean "
      f"{near_0.mean():.2f}.\nOf four more two began at 0, two at 15, and stayed: R-hat "
      f"{r_hat(at_both):.1f}, mean {at_both.mean():.2f}.")

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
print(f"\nSeen: {later['centred'].size} draws of tau by the centred form are worth "
      f"{ess['centred']:.0f}, its mean is known to {mcse['centred']:.2f}.\nR-hat "
      f"{r_hat_later['centred']:.3f} asks for more draws, or another form: the non-centred form's "
      f"are worth {ess['noncentred']:.0f}.")
print('Try: add "collapsed" to the forms in the first cell. What are its rho_1, ESS and R-hat?')
