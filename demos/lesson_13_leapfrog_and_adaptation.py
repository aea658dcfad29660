"""Lesson 13: Leapfrog, energy, divergence, and how the step size is learnt.

Hamiltonian Monte Carlo lets a ball roll over the landscape -log p(q), and follows it in leapfrog
steps. Their error of the energy decides on acceptance, and explodes where a step is too long, which
is a divergence. The warm-up looks for the step size with the acceptance asked for.

Needs: lessons 4 and 8
"""
# %% A landscape: q ~ Normal(0, 1), -log p(q) = q^2 / 2, a bowl. The ball's momentum is called p
from types import SimpleNamespace

import numpy as np

from gibbspool.plots.lesson_figure import lesson_figure
from gibbspool.sampling.adaptation import DualAveraging
from gibbspool.sampling.leapfrog import leapfrog
from gibbspool.sampling.transition import MAX_ERROR, transition

print("Lesson 13: leapfrog and adaptation. Takes about 2 seconds.\n")

def gradient(q):
    return -q  # the slope of log p(q): the force on the ball, towards the middle


def energy(q, p):
    return q**2 / 2 + p**2 / 2  # potential, -log p(q), and kinetic

# %% One leapfrog step: half a step of the momentum, a whole one of the position, the other half
def step(q, p, h):
    p = p + h / 2 * gradient(q)
    q = q + h * p
    p = p + h / 2 * gradient(q)  # the force where the ball is now
    return q, p


q, p = step(1.0, 0.0, h=0.5)
library_q, library_p, _ = leapfrog(gradient, np.array([1.0]), np.array([0.0]), np.array([-1.0]),
                                   0.5, np.ones(1))  # gibbspool/sampling/leapfrog.py
print(f"One step of 0.5 from q = 1, p = 0: q = {q}, p = {p}; the library: {library_q[0]}, "
      f"{library_p[0]}.\nEnergy {energy(1.0, 0.0)} before and {energy(q, p):.6f} after.")

# %% The error of the energy: half the step, a quarter of the error
def errors(h, steps):
    """Energy less that of the start, after each step from q = 1 with p = 0."""
    q, p, found = 1.0, 0.0, []
    for _ in range(steps):
        q, p = step(q, p, h)
        found.append(energy(q, p) - energy(1.0, 0.0))
    return np.array(found)


largest = {h: np.abs(errors(h, steps=round(10 / h))).max() for h in (0.5, 0.25)}
print(f"Largest error on the way: {largest[0.5]:.5f} with steps of 0.5, {largest[0.25]:.5f} with "
      f"0.25: {largest[0.5] / largest[0.25]:.1f} times less.")

# %% Too long a step: beyond twice the sd of the density the error grows without end
largest[1.9] = np.abs(errors(1.9, steps=1000)).max()
steps_to_divergence = int(np.argmax(errors(2.1, steps=50) > MAX_ERROR)) + 1
print(f"In 1000 steps of 1.9 the error is at most {largest[1.9]:.2f}. With 2.1 it passes "
      f"{MAX_ERROR:.0f} in {steps_to_divergence} steps:\na divergence. In a funnel the sd shrinks, "
      "and the step does not.\n")

# %% The decision: the end of some steps is accepted with probability min(1, exp(-error))
# That is Metropolis' rule (lesson 4) for the density exp(-energy) of q and p together. No Jacobian:
# each line of the leapfrog shifts q or p by an amount that depends on the other alone. The library
# has it in gibbspool/sampling/transition.py.
bowl = SimpleNamespace(log_density=lambda q: -(q**2).sum(axis=-1) / 2, gradient=gradient)
rng, first_step = np.random.default_rng(13), np.full(4, 0.1)
position, masses = rng.standard_normal((4, 20)), np.ones((4, 20))  # 4 chains, 20 dimensions
decided = transition(bowl, rng, position, 10 * first_step, masses)
by_hand = np.minimum(1, np.exp(-decided.end.error))
print(f"Four chains, steps of 1: errors {decided.end.error.round(3)},\naccepted with probability "
      f"{by_hand.round(3)}.\n")

# %% The warm-up: dual averaging looks for the step size at which 80 % are accepted
# Accepted more often than asked: the deficit is negative, and the next step longer; and the other
# way round. The average of the deficits makes the search calm down; `smooth` is kept in the end.
TARGET, deficit, step_size, smooth = 0.8, 0.0, first_step, first_step
library = DualAveraging(first_step, TARGET)  # gibbspool/sampling/adaptation.py
record = []
for t in range(1, 301):
    one = transition(bowl, rng, position, step_size, masses)
    position = one.kept.position
    deficit = deficit + (TARGET - one.acceptance_rate - deficit) / (t + 10)
    step_size = 10 * first_step * np.exp(-np.sqrt(t) / 0.05 * deficit)
    smooth = step_size**(t**-0.75) * smooth**(1 - t**-0.75)
    library.update(one.acceptance_rate)
    record.append((step_size[0], smooth[0], one.acceptance_rate[0]))
tried, kept, accepted = np.transpose(record)  # of the first chain
print(f"Step sizes kept: {smooth.round(3)}, by the library {library.smooth.round(3)}.")

# %% The draws: the step size is frozen. Is the acceptance what was asked for?
later, lengths = [], []
for _ in range(300):
    one = transition(bowl, rng, position, smooth, masses)
    position = one.kept.position
    later.append(one.acceptance_rate)
    lengths.append(one.n_steps)
acceptance_later, length_later = np.mean(later), np.mean(lengths)
print(f"Mean acceptance rate afterwards: {acceptance_later:.2f}, in transitions of "
      f"{length_later:.1f} steps on average.")

# %% The figure: what was tried, what was kept, and how often the end was accepted, by one chain
def picture(axes):
    above, below = axes
    above.plot(tried, "C1-", linewidth=1, label="tried")
    above.plot(kept, "C0-", label="smooth: kept in the end")
    above.set(ylabel="step size (in sds)", yscale="log", title="The warm-up of one chain")
    below.plot(accepted, "C1.", markersize=3, label="acceptance")
    below.plot(np.cumsum(accepted) / np.arange(1, 301), "C0-", label=f"mean: {TARGET} is wanted")
    below.set(xlabel="transition of the warm-up", ylabel="probability of acceptance")
    above.legend(), below.legend()

lesson_figure(picture, "lesson_13_leapfrog_and_adaptation.png", rows=2, height=6)

# %% What should have been seen
print(f"\nSeen: half the step makes the error {largest[0.5] / largest[0.25]:.1f} times smaller; "
      f"steps of 1.9 stay in the bowl, steps of 2.1\ndiverge. From 0.1 the warm-up "
      f"found {smooth[0]:.2f}, where {acceptance_later:.2f} are accepted; {TARGET} was asked for.")
print("Try: TARGET = 0.99. How long are the steps then, and how many does a transition take?")
