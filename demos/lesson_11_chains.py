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

print("Lesson 11: chains, how far draws can be trusted. Takes about 2 seconds.\n")
schools = gp.data.eight_schools()
start, later = {}, {}
for form in ("centred", "noncentred"):
    model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups, form=form)
    tau = gp.sample(model, draws=1000, tune=0, chains=4, seed=1)["tau"]  # (chain, draw)
    start[form], later[form] = tau[:, :50], tau[:, 200:]
exact_tau = gp.exact(model)["tau"]

# %% Trace: the draws in their order, the first thing to look at (the figure, on the left)
# Good chains look like noise around one level, the same for all. One that wanders, or sits still
# where it is, has draws that resemble those before them, and has seen little in many sweeps.
longest = {form: max(len(list(run)) for chain in x < 1 for low, run in groupby(chain) if low)
           for form, x in later.items()}
print("A chain's longest stay below tau = 1, in sweeps: "
      + ", ".join(f"{form} {sweeps}" for form, sweeps in longest.items()))

# %% Autocorrelation: how much a draw resembles the one k sweeps before it
# rho_k is the mean product of two deviations, k sweeps apart, in units of the variance. Deviations
# are from the mean of all chains: chains that stay apart count as autocorrelated, rightly.
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
    ends = np.flatnonzero(pairs < 0)        # none, perhaps, where chains stay apart
    positive = pairs[:ends[0]] if len(ends) else pairs
    return x.size / (2 * positive.sum() - 1)    # rho_0 = 1 counts once, not twice

ess = {form: effective_size(x) for form, x in later.items()}

# %% Monte Carlo standard error: how far the mean of these draws may be from the posterior's
# It is one standard deviation of that error; two cover 95%. It falls with the draws; the
# posterior's sd does not. The exact mean says whether it is honest.
mcse = {form: x.std() / np.sqrt(ess[form]) for form, x in later.items()}
naive = later["centred"].std() / np.sqrt(later["centred"].size)
for form, x in later.items():
    print(f"{form:10s}: {x.size} draws are worth {ess[form]:.0f}; mean {x.mean():.2f} +- "
          f"{mcse[form]:.2f}, exact {exact_tau.mean:.2f}")
print(f"As if its draws were independent, the centred form would claim +- {naive:.2f}.")

# %% R-hat: do the chains agree?
# W: variance within the half chains. Total: what all halves show together, the variance of their
# means included. R-hat = sqrt(total / W) is 1 where they agree; above 1.01 they do not: draw on.
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
print("Good numbers are no proof: where all chains miss the same place, R-hat, effective size and\n"
      "error miss it, too. Hence starts far apart. They are of the mean; quantiles have others.")

# %% The same from ArviZ, which gibbspool/sampling/arviz_bridge.py asks
# Its R-hat first replaces draws by their ranks, so that a few huge ones cannot hide the rest.
try:
    for form, x in later.items():
        size, error = arviz_bridge.ess(x, "mean"), arviz_bridge.mcse(x)
        print(f"{form:10s}: ArviZ says ESS {size:.0f}, error {error:.2f}, R-hat "
              f"{arviz_bridge.rhat(x):.3f}")
except ImportError as missing:
    print(f"ArviZ's own numbers are left out:\n  {missing}")

# %% The figure: traces on the left, autocorrelations on the right
def picture(axes):
    axes[0].plot(np.arange(200, 600), later["centred"][:, :400].T, linewidth=0.7)
    axes[0].set(title="Trace of four centred chains", xlabel="sweep", ylabel="tau (SAT points)")
    for (form, one), style in zip(rho.items(), ("C0-", "C1--", "C2:")):
        axes[1].plot(one, style, label=form)
    axes[1].set(title="Autocorrelation", xlabel="sweeps apart", ylabel="rho")
    axes[1].legend()

lesson_figure(picture, "lesson_11_chains.png", width=10, height=4, columns=2)

# %% What should have been seen
print(f"\nSeen: the centred form's {later['centred'].size} draws of tau tell as much as "
      f"{ess['centred']:.0f} independent ones,\nso the mean is only known to "
      f"{mcse['centred']:.2f}. R-hat {r_hat_later['centred']:.3f} asks for more draws, or another "
      f"form:\nthe non-centred form's are worth {ess['noncentred']:.0f}.")
print('Try: add "collapsed" to the forms in the first cell. What are its rho_1, ESS and R-hat?')
