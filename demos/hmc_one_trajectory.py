"""One trajectory of Hamiltonian Monte Carlo, step by step.

It starts in the mouth of Neal's funnel, and then in its neck.

Rests on lesson 13.
"""
# %%
from pathlib import Path

import numpy as np

import gibbspool as gp
from gibbspool.plots.base import BLUE, RED, axes
from gibbspool.sampling import nuts
from gibbspool.sampling.leapfrog import draw_momentum, trajectory

print("Leapfrog steps in the mouth and in the neck of a funnel. Takes about 1 second.")
Path("figures").mkdir(exist_ok=True)
funnel = gp.funnel.neal("centred")
STEP_SIZE, STEPS = 0.25, 20


# %% The same step size, started at v = 3, where x has the scale exp(1.5) = 4.5, and at v = -5, 0.08
def walk(v, seed=1):
    """Position, momentum, energy and its error, from a typical x at this v up to a divergence."""
    rng = np.random.default_rng(seed)
    position = np.concatenate([[v], np.exp(v / 2) * rng.standard_normal(9)])
    mass = np.ones(10)
    path = trajectory(funnel, position, draw_momentum(rng, mass), STEP_SIZE, mass)
    points = [next(path)]
    while len(points) <= STEPS and points[-1].error <= 1000:
        points.append(next(path))
    return points


def show(path):
    """Print a trajectory; the first coordinates stand for the rest."""
    print(f"{'step':>4} {'v':>9} {'x_1':>9} {'p_v':>9} {'p_x1':>9} {'energy':>12} {'error':>12}")
    for step, point in enumerate(path):
        (v, x, *_), (p_v, p_x, *_) = point.position, point.momentum
        print(f"{step:4d} {v:9.3f} {x:9.3f} {p_v:9.3f} {p_x:9.3f} {point.energy:12.5g} "
              f"{point.error:12.5g}")
    if path[-1].error > 1000:
        print("     the energy error exceeds 1000: a divergence")


paths = {"mouth, v = 3": walk(3.0), "neck, v = -5": walk(-5.0)}
for place, path in paths.items():
    print(f"\nNeal's funnel, {place}: leapfrog steps of {STEP_SIZE}")
    show(path)

# %% The errors side by side
figure, ax = axes()
for (place, path), colour, style in zip(paths.items(), (BLUE, RED), ("o-", "^--")):
    ax.plot(range(1, len(path)), [abs(point.error) for point in path[1:]], style, color=colour,
            label=place)
ax.axhline(1000, color="black", linestyle=":", linewidth=1)
ax.set(xlabel="leapfrog step", ylabel="size of the energy error", yscale="log",
       title="One step size, two places")
ax.xaxis.get_major_locator().set_params(integer=True)
ax.legend()
figure.savefig("figures/hmc_one_trajectory.png", dpi=150)

# %% The order of the method: the step size through ten, the error through a hundred
def largest_error(step_size):
    mouth = paths["mouth, v = 3"][0]
    path = trajectory(funnel, mouth.position, mouth.momentum, step_size, np.ones(10))
    return max(abs(point.error) for _, point in zip(range(round(2 / step_size)), path))


ratio = largest_error(0.1) / largest_error(0.01)

# %% How many steps? NUTS doubles the path until it begins to turn back, from the same two places
print("\nThe No-U-Turn Sampler with the same steps, 20 transitions from each place:")
rng = np.random.default_rng(2)
for place, path in paths.items():
    start = np.tile(path[0].position, (20, 1))
    found = nuts.transition(funnel, rng, start, np.full(20, STEP_SIZE), np.ones((20, 10)))
    print(f"{place}: {found.n_steps.min()} to {found.n_steps.max()} steps a transition, half of "
          f"them at most {np.median(found.n_steps):.0f}; {found.diverging.sum()} of 20 diverged")

# %% What should have been seen
mouth, neck = (max(abs(point.error) for point in path[1:3]) for path in paths.values())
print(f"\nSeen: after two steps the energy is off by {mouth:.2g} in the mouth and by {neck:.2g} in "
      "the neck:")
print("the same step size, right for a scale of 4.5 and far too long for one of 0.08.")
print(f"In the mouth, steps of a tenth the size over the same time make the error {ratio:.0f} "
      "times smaller.")
print("NUTS takes as many steps as it needs in the mouth. In the neck the first throws the ball "
      "back, and NUTS stops.")
print("Saved: figures/hmc_one_trajectory.png")
