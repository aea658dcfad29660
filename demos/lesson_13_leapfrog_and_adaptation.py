"""Lesson 13: Leapfrog, energy, divergence, how the step size is learnt, and NUTS.

Hamiltonian Monte Carlo lets a ball roll over the landscape -log p(q), in leapfrog steps whose size
a warm-up learns. The error of the energy decides on acceptance, and explodes if steps are too long.

Needs: lessons 4 and 8
"""
# %% A landscape: q ~ Normal(0, 1), -log p(q) = q^2 / 2, a bowl. The ball's momentum is called p
from types import SimpleNamespace

import numpy as np

from gibbspool.plots.lesson_figure import lesson_figure
from gibbspool.sampling import nuts
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
library_q, library_p, _ = leapfrog(gradient, *np.array([[1.0], [0.0], [-1.0]]), 0.5, np.ones(1))
back_q, back_p = step(q, -p, h=0.5)
print(f"One step of 0.5 from q = 1, p = 0: q = {q}, p = {p}; the library: {library_q[0]}, "
      f"{library_p[0]}.\nEnergy {energy(1.0, 0.0)} before and {energy(q, p):.6f} after. With -p it "
      f"goes back to q = {back_q}, p = {back_p}.")

# %% The error of the energy begins with h^2: a step that going back undoes has no odd powers of h
def errors(h, steps):  # energy less that of the start, after each step from q = 1 with p = 0
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

# %% A path, its end: a time uniform on (0, pi) leads from q = 1, p = 0 to cos(time), 0 on average
print("""A path begins with a new momentum, a Gibbs draw (lesson 2): steps hardly change the energy,
so with the old one the ball would stay on one level. The path lasts a random time, in the fewest
equal steps below a ceiling. Its end is accepted by the rule of lesson 4 for exp(-energy).
With -p, as probable as p, steps lead back as probably: time and number do not depend on q or p.
No Jacobian is needed: each line of a step shifts q by what p says, or p by what q says.""")
bowl = SimpleNamespace(log_density=lambda q: -(q**2).sum(axis=-1) / 2, gradient=gradient)
rng, first_step, masses = np.random.default_rng(13), np.full(4, 0.1), np.ones((4, 20))
position = rng.standard_normal((4, 20))  # 4 chains, 20 dimensions
decided = transition(bowl, rng, position, 10 * first_step, masses)
by_hand = np.minimum(1, np.exp(-decided.end.error))
print(f"Four new momenta, ceiling 1: {decided.n_steps[0]} steps of {decided.step_size[0]:.3f}; "
      f"errors {decided.end.error.round(3)},\naccepted with probability {by_hand.round(3)}.\n")

# %% The warm-up looks for the ceiling at which 80 % are accepted (gibbspool/sampling/adaptation.py)
TARGET = 0.8
deficit, step_size, smooth = 0.0, first_step, first_step
tried, kept, accepted, diverged = [0.1], [0.1], [], 0  # of the first chain, but for the last
for t in range(1, 301):
    one = transition(bowl, rng, position, step_size, masses)
    position, diverged = one.kept.position, diverged + one.diverging.sum()
    deficit = deficit + (TARGET - one.acceptance_rate - deficit) / (t + 10)
    step_size = 10 * first_step * np.exp(-np.sqrt(t) / 0.05 * deficit)
    smooth = step_size**(t**-0.75) * smooth**(1 - t**-0.75)
    tried.append(step_size[0]), kept.append(smooth[0]), accepted.append(one.acceptance_rate[0])
print(f"""The more were accepted, the higher the next ceiling; a deficit moves it ever further, so
that in the long run {TARGET} are. Its average, of logs, late ones with more weight, is kept:
{smooth.round(3)} for the four chains. Divergent so far: {diverged}.""")

# %% The draws. A ceiling tuned on past draws need not leave the density alone: it is frozen
later, lengths, sizes = [], [], []
for _ in range(300):
    one = transition(bowl, rng, position, smooth, masses)
    position = one.kept.position
    later.append(one.acceptance_rate), lengths.append(one.n_steps), sizes.append(one.step_size)
acceptance_later, length_later, size_later = np.mean(later), np.mean(lengths), np.mean(sizes)
print(f"Mean acceptance: {np.mean(accepted):.2f} in one warm-up, {acceptance_later:.2f} later, by "
      f"{length_later:.1f} steps of {size_later:.2f} on average."
      + ("\nMore than asked: too high by a factor a ceiling loses more than too low it gains."
         if acceptance_later > TARGET + 0.02 else ""))

# %% NUTS (gibbspool/sampling/nuts.py; there, too, why the newer half may be preferred)
by_nuts = [nuts.transition(bowl, rng, position, smooth, masses) for _ in range(30)]
nuts_length = np.mean([one.n_steps for one in by_nuts])
print(f"""NUTS, gp.hmc's trajectory='nuts', doubles a path, forwards or backwards by chance, till it
turns back: an end's momentum is against the sum of all momenta. It took {nuts_length:.1f} steps.
A new half that turns back within itself is dropped: begun in it the path would have ended. From
each point of what is kept as many coins lead to this path: exp(-energy) alone tells them apart.""")

# %% The figure: what was tried, what was kept, and how often the end was accepted, by one chain
def picture(axes):
    above, below = axes
    above.plot(tried, "C1-", linewidth=1, label="tried"), above.plot(kept, label="smooth: kept")
    above.axhline(2, color="k", linestyle=":", label="2: beyond, long paths diverge")
    above.set(ylabel="ceiling of the steps (sds)", yscale="log", title="The warm-up of one chain")
    below.plot(accepted, "C1.", markersize=3, label="acceptance")
    below.plot(np.cumsum(accepted) / np.arange(1, 301), "C0-", label=f"mean: {TARGET} is wanted")
    below.set(xlabel="transition of the warm-up", ylabel="probability", ylim=(-0.05, 1.5))
    above.legend(loc="best"), below.legend(loc="upper center", ncol=2)
lesson_figure(picture, "lesson_13_leapfrog_and_adaptation.png", rows=2, height=6)

# %% What should have been seen
print(f"\nSeen: half the step makes the error {largest[0.5] / largest[0.25]:.1f} times smaller; "
      f"steps of 1.9 stay in the bowl, steps of 2.1\ndiverge. Asked for {TARGET}, one chain found "
      f"the ceiling {smooth[0]:.2f}; all four then accept {acceptance_later:.2f}.")
print("Try: TARGET = 0.99. How long are the steps then, and how many does a transition take?")
