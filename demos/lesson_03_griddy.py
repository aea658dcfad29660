"""Lesson 3: A draw from any density: the grid.

A density that is only a formula can be drawn from by way of its values on a grid: join them by
straight lines of log density, and find where the cdf, the probability below, is a uniform number.
Here it is the conditional of tau. A Metropolis step corrects what the lines are off.

Needs: lessons 1 and 2
"""
# %% The density: the spread tau of eight schools, given their effects theta and the mean mu
from textwrap import fill

import numpy as np

import gibbspool as gp
from gibbspool.plots.lesson_figure import lesson_figure
from gibbspool.sampling.grid import Grid
from gibbspool.sampling.in_words import in_words

print("Lesson 3: a draw from any density. Takes about 1 second.\n")
schools = gp.data.eight_schools()
theta, mu, J = schools.y, 8.0, 8  # some state of the sampler; any other would do
S = ((theta - mu)**2).sum()  # in points^2

# Log density of u = log tau: tau ~ HalfNormal(10), and what lesson 1 left over for tau. As tau =
# exp(u) stretches a step du to a step tau du, p(u) = p(tau) tau: hence the term + u.
def log_p(u):
    tau = np.exp(u)
    return -tau**2 / (2 * 10**2) - J * np.log(tau) - S / (2 * tau**2) + u
# %% The truth to compare with: a sum over 20,001 points of log tau
fine = np.linspace(np.log(1), np.log(100), 20_001)
p_fine = np.exp(log_p(fine)) / np.exp(log_p(fine)).sum()  # the probability of each small step
exact_mean = (np.exp(fine) * p_fine).sum()
print(f"S = sum (theta - mu)^2 = {S:.0f}; the exact mean of tau is {exact_mean:.3f} points.\n")

# %% The grid: a few values of log tau. So few on purpose: we want to see the error
u = np.linspace(np.log(3), np.log(40), 7)
height = log_p(u) - log_p(u).max()  # only differences count: the highest becomes 0

# %% Straight lines of log density: between two points q is an exponential, with a known integral
# From a to b over the width w: the integral of exp(straight line) is w (exp(b) - exp(a)) / (b - a).
a, b, w = height[:-1], height[1:], np.diff(u)
mass = w * (np.exp(b) - np.exp(a)) / (b - a)
cdf = np.append(0, np.cumsum(mass)) / mass.sum()
library_cdf = Grid.through(u, log_p(u)).cdf[:, 0]  # gibbspool/sampling/grid.py
print("    tau  log density  cdf by hand  in the library")
for row in zip(np.exp(u), height, cdf, library_cdf):
    print("{:7.3f} {:12.4f} {:12.4f} {:15.4f}".format(*row))

# %% One uniform number, one draw: where the cdf is that number
def place(share):
    """u below which q has the given share: first the piece, then the place within it."""
    k = np.searchsorted(cdf, share) - 1
    fraction = (share - cdf[k]) / (cdf[k + 1] - cdf[k])
    along = np.log1p(fraction * np.expm1(b[k] - a[k])) / (b[k] - a[k])  # the cdf's inverse there
    return u[k] + w[k] * along

uniform = 0.8
one_draw = np.exp(place(uniform))
piece = np.searchsorted(cdf, uniform)
print(f"{uniform} lies between {cdf[piece - 1]:.4f} and {cdf[piece]:.4f}; the cdf reaches it at "
      f"tau = {one_draw:.3f}.\n")

# %% How wrong is it? The lines are chords: below the curve between the points, most where it bends
# most, on the left. Divided by its total, q gives too little to small tau, too much to large.
shares = (np.arange(20_000) + 0.5) / 20_000
grid_mean = np.exp(place(shares)).mean()
print(f"Mean by the lines: {grid_mean:.3f}, {grid_mean / exact_mean - 1:+.1%} off.")

# %% The correction: take a draw as a proposal, and accept it by p and q at the old and new value
# (Lesson 4 does the same with a step from where you are, and says why + u.)
print("Correction: accept a draw of q with probability min(1, p' q / (p q')), where ' is for the\n"
      "new value. Of many values spread as p, p q' min(1, p' q / (p q')) = min(p q', p' q) go;"
      "\nas many come back, for old and new are alike in it. So they stay spread as p.")
rng = np.random.default_rng(3)
proposals = place(rng.random(40_000))
log_weight = log_p(proposals) - np.interp(proposals, u, log_p(u))  # log p - log q
log_uniform = np.log(rng.random(40_000))
kept = np.zeros(40_000, dtype=int)  # which of the proposals is the current value
for i in range(1, 40_000):
    accept = log_uniform[i] < log_weight[i] - log_weight[kept[i - 1]]
    kept[i] = i if accept else kept[i - 1]
corrected = np.exp(proposals[kept])
corrected_mean, acceptance = corrected.mean(), np.mean(kept[1:] != kept[:-1])
print(f"{len(kept)} draws: mean {np.exp(proposals).mean():.3f} as they are, {corrected_mean:.3f} "
      f"corrected; {acceptance:.1%} were accepted.\nRefused are most of all those where q is too "
      "high beside p, both divided by their totals; the\nold value counts once more.")
beyond = p_fine[(fine < u[0]) | (fine > u[-1])].sum()
print(f"No proposal goes beyond the grid's ends, where {beyond:.0e} of the probability lies.\n")

# %% The library, gibbspool/sampling/griddy.py: 128 points, out to exp(-40) of the highest density
model = gp.NormalNormal(schools.y, schools.sigma, form="centred")
griddy = model.tau_given(theta=theta, mu=mu)
library_points = len(griddy.grid.u)
library_mean = np.exp(griddy.grid.quantile(shares, griddy.grid.columns(shares.shape))).mean()
print(f"Mean of the library's lines {library_mean:.4f}, {library_mean / exact_mean - 1:+.2%} off.")
record = griddy.show(rng, one_draw)  # draws, and keeps a record of it
words = [fill(line, 96, subsequent_indent="        ") for line in in_words(record, "tau")]
print("One of its draws:", *words, sep="\n    ")

# %% The figure: the curve and its chords, and the way from one uniform number to one draw
def picture(axes):
    left, right = axes
    left.plot(fine, log_p(fine) - log_p(u).max(), "C0-", label="log p")
    left.plot(u, height, "C1o--", label=f"log q, through {len(u)} points, not normalised")
    left.set(ylabel="log density, up to a constant", title="A density and its chords",
             ylim=(-9, log_p(fine).max() - log_p(u).max() + 1))
    right.plot(fine, np.cumsum(p_fine), "C0-", label="cdf of p")
    right.plot(place(shares), shares, "C1--", label="cdf of q")
    right.plot([1, np.log(one_draw), np.log(one_draw)], [uniform, uniform, 0], "k:",
               label=f"{uniform} gives tau = {one_draw:.1f}")
    right.set(ylabel="probability", title="One uniform number, one draw")
    for panel in axes:
        panel.legend(), panel.set(xlabel="log tau (tau in points of the test)", xlim=(1.5, 3.3))
lesson_figure(picture, "lesson_03_griddy.png", width=9, columns=2)

# %% What should have been seen
print(f"\nSeen: a uniform number, {uniform}, became a draw, {one_draw:.2f}. With {len(u)} "
      f"points the mean of tau is {grid_mean:.2f}\nwhere {exact_mean:.2f} is right; corrected it "
      f"is {corrected_mean:.2f}. {library_points} points leave next to nothing to correct.")
print("Try: 5 points in place of 7, then 30. What share of the proposals is accepted, and why?")
