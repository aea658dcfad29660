"""Lesson 4: Metropolis, and why a change of variable needs its Jacobian.

A random walk that is sometimes refused draws from any density. For a positive variable it walks on
the log; and the density of log x is not that of x. Forget the factor between them, the Jacobian,
and the sampler runs as well as before and draws from another density.

Needs: lesson 2
"""
# %% The density: x ~ Gamma(2, 1), p(x) = x exp(-x) for x > 0, with the mean 2
from textwrap import fill

import numpy as np

from gibbspool.homework.planted import planted
from gibbspool.plots.lesson_figure import lesson_figure
from gibbspool.sampling.in_words import in_words
from gibbspool.sampling.metropolis import Metropolis, StepSize

print("Lesson 4: Metropolis, and the Jacobian. Takes about 2 seconds.\n")

def log_p(x):
    """Log density of x: log x - x."""
    return np.log(x) - x

# %% The change of variable, u = log x: a histogram of u is not the histogram of x, bent
# A bar from x to x + dx holds p(x) dx. On the axis of u = log x it has the width du = dx / x: the
# same probability over a smaller width is a larger density. So p(u) = p(x) dx/du = p(x) x.
x_fine = np.linspace(0.0005, 60, 120_000)  # sums over it stand for integrals
p_x = np.exp(log_p(x_fine))
right_mean = (x_fine * p_x).sum() / p_x.sum()
log_x_mean = (np.log(x_fine) * p_x).sum() / p_x.sum()
log_x_sd = np.sqrt(((np.log(x_fine) - log_x_mean)**2 * p_x).sum() / p_x.sum())
# Without the factor x, p(x) itself is taken for the density of u. Seen from x, that is the density
# p(x) du/dx = p(x) / x = exp(-x).
forgotten = p_x / x_fine
wrong_mean = (x_fine * forgotten).sum() / forgotten.sum()
print(f"Mean of x: {right_mean:.3f} under p(x), {wrong_mean:.3f} under p(x) / x.")

# %% One step: propose from where you are, and accept with probability min(1, ratio)
def step(x, scale, z, u):
    """The next x, from a standard normal number z and a uniform number u."""
    proposal = x * np.exp(scale * z)  # log x moves by scale * z
    jacobian = np.log(proposal) - np.log(x)  # dx/du there, over dx/du here
    log_ratio = log_p(proposal) - log_p(x) + jacobian
    return proposal if np.log(u) < log_ratio else x  # a refusal is a draw, too: x once more

print("Why refusals keep p: with u = log x, u' is proposed from u as often as u from u' (a normal\n"
      "step is symmetric). Of walkers spread as p(u), p(u) min(1, p(u') / p(u)) = min(p(u), p(u'))"
      "\ngo from u to u', and as many come back: u and u' are alike in it. So p(u) stays.")
x_here, x_there = 1.0, np.exp(1.0)  # from 1 by scale * z = 1 up to 2.718
ratio_right = np.exp(log_p(x_there) - log_p(x_here)) * x_there / x_here
ratio_wrong = np.exp(log_p(x_there) - log_p(x_here))
print(f"From {x_here:g} to {x_there:.3f}: the densities' ratio is {ratio_wrong:.3f}, with the "
      f"Jacobian {ratio_right:.3f}.\nSo the step up is accepted with probability "
      f"{min(1, ratio_right):.3f}, or {min(1, ratio_wrong):.3f} where the Jacobian is forgotten.\n")

# %% The same walk twice: right, and with a mistake planted on purpose, M5 of the homework's bank
# (gibbspool/homework/exercises/metropolis_positive.py)
forgetful_step = planted("metropolis_positive", "M5")
print(fill(f"What the homework's judge says of M5: {forgetful_step.__doc__}.", 100))
DRAWS = 20_000
SCALE = 2.0  # of a step of log x
rng = np.random.default_rng(4)
normal, uniform = rng.standard_normal(DRAWS), rng.random(DRAWS)
right, wrong = np.ones(DRAWS + 1), np.ones(DRAWS + 1)  # both start at 1
for i in range(DRAWS):
    right[i + 1] = step(right[i], SCALE, normal[i], uniform[i])
    wrong[i + 1] = forgetful_step(log_p=log_p, x=wrong[i], scale=SCALE, z=normal[i], u=uniform[i])
right_walk_mean, wrong_walk_mean = right.mean(), wrong.mean()
accepted_right, accepted_wrong = (np.mean(walk[1:] != walk[:-1]) for walk in (right, wrong))
log_x_moved = np.abs(np.diff(np.log(right))).mean()
print(f"{DRAWS} steps, the same random numbers: mean {right_walk_mean:.2f} with the Jacobian, "
      f"{wrong_walk_mean:.2f} without.\nAccepted {accepted_right:.0%} and {accepted_wrong:.0%}: "
      "another SCALE has another share, and it does not say which walk is right.")
print(f"With the Jacobian a step moves log x by {log_x_moved:.2f} on average (a refused one by 0); "
      f"its sd is {log_x_sd:.2f}.\nWhere steps are much shorter than the sd, many tell little: how "
      "little, says lesson 11.\n")

# %% The library: many walkers at once, the Jacobian built in (gibbspool/sampling/metropolis.py)
# It is in log_density_u, in gibbspool/sampling/kernels.py, so that a model states log p(x) alone.
# (A Ladder, which `gibbspool step` shows, is a walk that looks at several equally spaced values
# at once, the current one among them, and draws one of them in proportion to p.)
walk = Metropolis(log_p, support=(0, np.inf), step=StepSize(scale=SCALE))
jacobian_at_3 = walk.log_density_u(np.log(3.0)) - log_p(3.0)
record = walk.show(rng, 1.0)  # draws, and keeps a record of it
words = [fill(line, 96, subsequent_indent="        ") for line in in_words(record)]
print(f"One step of the library, with the scale {SCALE:g}:", *words, sep="\n    ")
x, draws = np.ones(1000), []
for i in range(120):
    x = walk.draw(rng, x)
    if i >= 20:  # the first twenty are warm-up
        draws.append(x)
library_mean = np.mean(draws)
print(f"walk.log_density_u(log 3) - log p(3) = {jacobian_at_3:.4f}, which is log 3.\n"
      f"1000 walkers, their steps 21 to 120 from x = 1: mean {library_mean:.3f}.")

# %% The figure: what both walks have drawn
def picture(axes):
    bins = np.linspace(0, 8, 41)
    for draws, label, colour in ((right, "with", "C0"), (wrong, "without", "C1")):
        axes.hist(draws, bins, density=True, histtype="step", color=colour,
                  label=f"{label} the Jacobian: mean {draws.mean():.2f}")
    shown = np.linspace(0.001, 8, 200)
    axes.plot(shown, shown * np.exp(-shown), "C0--", label="x exp(-x): mean 2")
    axes.plot(shown, np.exp(-shown), "C1:", label="exp(-x): mean 1")
    axes.set(xlabel="x (a number without a unit)", ylabel="density",
             title="One line of code apart")
    axes.legend()
lesson_figure(picture, "lesson_04_metropolis_and_jacobian.png")

# %% What should have been seen
print(f"\nSeen: without the Jacobian the walk's density is exp(-x), with the mean {wrong_mean:.0f} "
      f"where {right_mean:.0f} is right.\nIts draws have the mean {wrong_walk_mean:.2f}, those "
      f"with the Jacobian {right_walk_mean:.2f}. Only a check against p\ngives the mistake away.")
print("Try: SCALE = 0.1, and then 20. In the long run the densities are the same as before.\nWhy do"
      " 20,000 steps tell so much less then? Look at how far a step moves log x.")
