"""Lesson 9: Collapsed steps in a wrong order.

A variable that was integrated out has to be drawn anew before anything uses it: in another order
every mean may look right, and what belongs together does not. The record then pairs a theta with
the mu and the tau of another sweep.

Needs: lessons 2 and 8
"""
# %% Three collapsed steps for eight schools: what each depends on, and what it has integrated out
from textwrap import fill

import numpy as np

import gibbspool as gp
from gibbspool.homework.exercises import EXERCISES
from gibbspool.homework.planted import planted
from gibbspool.plots.lesson_figure import lesson_figure
from gibbspool.sampling.conditionals import Conditionals
from gibbspool.sampling.gibbs import sweep

print("Lesson 9: collapsed steps in a wrong order. Takes about 2 seconds.\n")
schools = gp.data.eight_schools()
model = gp.NormalNormal(schools.y, schools.sigma, form="collapsed")
given = Conditionals(model)  # gibbspool/sampling/conditionals.py
for name in model.order:
    print(f"{name:5s} depends on {', '.join([*given.blankets[name], 'the data']):18s}  "
          f"integrated out: {', '.join(given.integrated[name]) or 'nothing'}")
print()

# %% The right order is the product rule, read from left to right
#    p(tau, mu, theta | y) = p(tau | y) p(mu | tau, y) p(theta | mu, tau, y)
# When tau is drawn, mu and theta at hand belong to the old tau; both are drawn anew before the
# sweep ends. The order theta, mu, tau is right for the centred form. Here it is wrong:
wrong_order = gp.NormalNormal(schools.y, schools.sigma, form="collapsed")
wrong_order.order = ("theta", "mu", "tau")
try:
    gp.sample(wrong_order)
    refusal = ""
except ValueError as problem:
    refusal = str(problem)
print(fill(f"The library refuses: {refusal}.", 100) + "\n")

# %% The check switched off, on purpose: 2000 chains, each of 62 sweeps, the last 60 kept
class Unchecked(Conditionals):
    def refuse_stale(self):
        """Any order will do."""


def draws_in_order(model, rng, chains=2000, sweeps=62):
    unchecked = Unchecked(model)
    state = unchecked.start(rng, (chains,))
    record = {"tau": [], "mu": [], "theta_A": []}
    for _ in range(sweeps):
        for _ in sweep(unchecked, rng, state):  # the loop of gibbspool/sampling/gibbs.py
            pass
        for name, value in (("tau", state["tau"]), ("mu", state["mu"]),
                            ("theta_A", state["theta"][:, 0])):
            record[name].append(value)
    return {name: np.concatenate(values[2:]) for name, values in record.items()}


rng = np.random.default_rng(9)
right, wrong = draws_in_order(model, rng), draws_in_order(wrong_order, rng)

# %% Each variable alone looks right
exact = gp.exact(model)
exact_mean = {"tau": exact["tau"].mean, "mu": exact["mu"].mean, "theta_A": exact["theta"].mean[0]}
for name in right:
    print(f"mean of {name:8s} exact {exact_mean[name]:.2f}, right order {right[name].mean():.2f}, "
          f"wrong order {wrong[name].mean():.2f}")
print("tau depends on the data alone, mu on a tau that is right: both are exact in any order.\n"
      "In the wrong one theta_A is given a mu and a tau that are no pair: that hardly moves its "
      "mean.\n")

# %% Together they do not fit: a small tau means that all theta_j lie close to mu
# In the order theta, mu, tau the theta_A at hand was drawn with mu and tau of the sweep before.
right_small, wrong_small = right["tau"] < 1, wrong["tau"] < 1
right_sd = (right["theta_A"] - right["mu"])[right_small].std()
wrong_sd = (wrong["theta_A"] - wrong["mu"])[wrong_small].std()
any_sd = (right["theta_A"] - right["mu"]).std()
print(f"Where tau < 1, the sd of theta_A - mu is {right_sd:.2f} in the right order, "
      f"{wrong_sd:.1f} in the wrong one.\nWere tau alone of another sweep, theta_A - mu would "
      f"not depend on it: sd {any_sd:.1f}, as over all tau.\n")

# %% The same mistake in a homework: one collapsed step in a sweep of the centred form
# A mistake made on purpose, S2 of the bank in gibbspool/homework/exercises/sweep.py, draws theta,
# then mu with theta integrated out, then tau from that old theta and the new mu. Here tau^2 ~
# InverseGamma(2, 50).
stale_sweep = planted("sweep", "S2")
print(fill(f"The judge on S2: {stale_sweep.__doc__}.", 100))
data = {"y": schools.y, "sigma": schools.sigma, "m0": 0.0, "s0": 20.0, "a0": 2.0, "b0": 50.0}
bank_tau = {}
for label, one_sweep in (("right", EXERCISES["sweep"].right), ("S2", stale_sweep)):
    state, taus = {"theta": schools.y, "mu": 8.0, "tau": 8.0}, []
    for _ in range(5000):
        state = one_sweep(rng=rng, state=state, **data)
        taus.append(state["tau"])
    bank_tau[label] = np.array(taus)
print(f"Mean of tau: {bank_tau['right'].mean():.1f} by the right sweep, "
      f"{bank_tau['S2'].mean():.1f} by S2. Now even a mean is wrong,\nfor the next tau is drawn "
      "from the stale theta: what is given to a step must belong together.")

# %% The figure: the funnel of lesson 8, and what the wrong order makes of it
def picture(axes):
    for panel, draws, title in zip(axes, (right, wrong), (model.order, wrong_order.order)):
        panel.plot(draws["tau"][:3000], (draws["theta_A"] - draws["mu"])[:3000], ".", markersize=2)
        panel.set(xscale="log", xlim=(0.05, 40), ylim=(-35, 50), xlabel="tau (points of the test)",
                  ylabel="theta_A - mu (points)", title=f"The order {', '.join(title)}")
        panel.axvline(1, color="black", linestyle=":")

lesson_figure(picture, "lesson_09_wrong_order.png", width=9, columns=2)

# %% What should have been seen
after_theta = wrong_order.order[wrong_order.order.index("theta") + 1:]
print(f"\nSeen: the means hardly move, {wrong['theta_A'].mean():.1f} for theta_A where "
      f"{exact_mean['theta_A']:.1f} is right. But where tau < 1,\nthe sd of theta_A - mu is "
      f"{wrong_sd:.1f} and not {right_sd:.1f}: {' and '.join(after_theta)} "
      f"{'was' if len(after_theta) == 1 else 'were'} drawn anew after theta_A.")
print("Try: the order tau, theta, mu. Then theta has the tau of its sweep, but the mu of the one "
      "before.\nIs the sd of theta_A - mu right?")
