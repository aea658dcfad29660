"""Lesson 2: One sweep, and why the posterior stays put.

A state that comes from the posterior comes from it still after a Gibbs sweep, however far it moved.
It draws one variable after another, each given the others. Why that leaves the posterior alone is
worked out on a table of four numbers, said in general, and seen on the eight schools.

Needs: lesson 1
"""
# %% A joint table of two binary variables, in exact fractions
from fractions import Fraction
from textwrap import fill

import numpy as np

import gibbspool as gp
from gibbspool.plots.lesson_figure import lesson_figure
from gibbspool.sampling.conditionals import Conditionals
from gibbspool.sampling.gibbs import sweep

print("Lesson 2: one sweep, and why the posterior stays put. Takes about 2 seconds.\n")
p = np.array([[Fraction(4, 10), Fraction(2, 10)],    # p[x, y]: a row for each x,
              [Fraction(1, 10), Fraction(3, 10)]])   # a column for each y
x_given_y = p / p.sum(axis=0)                        # each column divided by its sum, p(y)
y_given_x = p / p.sum(axis=1)[:, None]               # each row divided by its sum, p(x)
print(f"p(x=0 | y=0) = {x_given_y[0, 0]}, p(x=0 | y=1) = {x_given_y[0, 1]}; "
      f"p(y=0 | x=0) = {y_given_x[0, 0]}, p(y=0 | x=1) = {y_given_x[1, 0]}")

# %% One draw, seen as what it does to a whole table of probabilities
# Drawing x given y forgets the old x, which leaves the sum of each column, and divides each column
# anew as p(x | y) says. Drawing y given x does the same to the rows.
after_x = p.sum(axis=0) * x_given_y
after_y = after_x.sum(axis=1)[:, None] * y_given_x
stays_put = bool((after_x == p).all() and (after_y == p).all())
print(f"Begun with p itself, both draws give back p, to the last fraction: {stays_put}.")

# %% Begun anywhere else, the table comes nearer to p with every sweep: here from x = 0, y = 0
table = np.array([[Fraction(1), Fraction(0)], [Fraction(0), Fraction(0)]])
distances = [abs(table - p).sum() / 2]  # how much probability stands in the wrong place
for _ in range(4):
    table = table.sum(axis=0) * x_given_y
    table = table.sum(axis=1)[:, None] * y_given_x
    distances.append(abs(table - p).sum() / 2)
shrinks_by = distances[2] / distances[1]
covariance = p[1, 1] - p[1].sum() * p[:, 1].sum()
correlation_squared = covariance**2 / (p[0].sum() * p[1].sum() * p[:, 0].sum() * p[:, 1].sum())
print("In the wrong place after 0, 1, 2, ... sweeps: " + ", ".join(map(str, distances)) + ".")
print(f"From the first on, each sweep leaves {shrinks_by} of it; the squared correlation of x and "
      f"y is {correlation_squared}.")

# %% A slip: both at once, the new y given the OLD x
# p(new x, new y) is then the sum over the old x, y of p(x, y) p(new x | y) p(new y | x).
at_once = x_given_y @ p.T @ y_given_x
astray = abs(at_once - p).sum() / 2
each_alone_is_right = bool((at_once.sum(axis=0) == p.sum(axis=0)).all()
                           and (at_once.sum(axis=1) == p.sum(axis=1)).all())
print(f"Both at once: x alone and y alone stay right ({each_alone_is_right}),\nbut as a pair "
      f"{astray} of the probability goes astray.\n")

# %% In general, for variables of any kind
# Suppose (x, y) has the density p(x, y). Forget x: what is left, y, has the density p(y). Draw x
# from p(x | y): now (x, y) has the density p(y) p(x | y) = p(x, y). With more variables y stands
# for all the others; so each draw, and hence the sweep, leaves p as it is.
print("Staying is not arriving: if p has islands that no move along an axis connects, as a table "
      "with\n1/2 at x = y = 0 and x = y = 1, a sweep never leaves its island. Else it arrives.\n")
# Here 4000 independent draws from the eight schools' exact posterior go at once through one sweep
# of theta, mu and tau. `sweep`, in gibbspool/sampling/gibbs.py, is the loop
#     for name in order:
#         conditional = given(name, state)
#         state[name] = conditional.draw(rng, state[name])
schools = gp.data.eight_schools()
model = gp.NormalNormal(schools.y, schools.sigma, form="centred")
before = gp.exact(model).sample(draws=1000, chains=4, seed=1)
state = {name: before[name].copy() for name in model.order}
for step in sweep(Conditionals(model), np.random.default_rng(2), state):
    pass  # each step has put what it drew into the state
(mean_before, sd_before), (mean_after, sd_after) = [(mu.mean(), mu.std())
                                                    for mu in (before["mu"], state["mu"])]
mean_error = sd_before / np.sqrt(before["mu"].size)
moved = np.abs(state["mu"] - before["mu"]).mean()
print(f"mu before the sweep: mean {mean_before:.2f}, sd {sd_before:.2f}; after it: mean "
      f"{mean_after:.2f}, sd {sd_after:.2f}\n(means of 4000 are off by {mean_error:.2f} or so by "
      f"chance); yet each mu has moved, by {moved:.2f} on average.\n")

# %% A sweep as a zigzag: two normal variables, each Normal(0, 1), with correlation rho
rho = 0.9
sd = np.sqrt(1 - rho**2)  # of one given the other, whose mean is then rho times the other
rng = np.random.default_rng(3)
x, y = -2.5, 2.5
path = [(x, y)]
for _ in range(10):
    x = gp.Normal(rho * y, sd).draw(rng)
    path.append((x, y))
    y = gp.Normal(rho * x, sd).draw(rng)
    path.append((x, y))
# How much of an old y is left? Begin 10000 times with a y from its own density, Normal(0, 1).
y_before = gp.Normal(0, 1).draw(rng, np.empty(10_000))
x_between = gp.Normal(rho * y_before, sd).draw(rng)
y_after = gp.Normal(rho * x_between, sd).draw(rng)
left_after_a_sweep = np.corrcoef(y_before, y_after)[0, 1]
print(f"Correlation of y with the next y: {left_after_a_sweep:.2f}; rho^2 = {rho**2:.2f}.")

# %% The figure: each draw moves along one axis
grid = np.linspace(-3.3, 3.3, 121)
across, up = np.meshgrid(grid, grid)
density = np.exp(-(across**2 - 2 * rho * across * up + up**2) / (2 * (1 - rho**2)))
def picture(axes):
    axes.contour(grid, grid, density, [0.02, 0.1, 0.3, 0.6, 0.9], colors="C7")
    axes.plot(*zip(*path), "C0.-")
    axes.plot(*path[0], "C1o", label="start")
    axes.set(xlabel="x (sd)", ylabel="y (sd)", title="Ten sweeps: x given y, y given x, ...")
    axes.legend(loc="lower right")
lesson_figure(picture, "lesson_02_one_sweep.png", width=5.5, height=5)

# %% What should have been seen
print("\n" + fill(
    "Seen: begun with the posterior, a sweep gives back the posterior. Begun elsewhere, from the "
    f"second on it leaves {shrinks_by} of the error in the table, {left_after_a_sweep:.2f} of an "
    "old y among the normals: the squared correlation. The more two variables hang together, the "
    "shorter the steps of the zigzag.", 100))
print("Try: rho = 0.99. How many sweeps leave as little of an old y as a single one leaves now?")
