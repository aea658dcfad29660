"""Lesson 16: Exchangeability: when groups may be pooled, and when not.

Groups are exchangeable where their order, or which label belongs to which, tells nothing. An urn
shows that this is not independence: what is exchangeable without end behaves as draws from a
population that nobody knows. That is all a hierarchical model says.

Needs: lesson 1
"""
# %% Polya's urn: a red ball and a blue one; draw a ball, put it back with another of its colour
from fractions import Fraction
from itertools import permutations

import numpy as np

import gibbspool as gp
from gibbspool.plots.lesson_figure import lesson_figure

print("Lesson 16: an urn, other labels, two kinds of schools. Takes about 1 second.\n")
OTHER = False  # whether the ball that is added has the other colour


def probability(colours):
    """Of drawing these colours, R or B, in this order."""
    red, p = Fraction(1), Fraction(1)
    for balls, colour in enumerate(colours, start=2):
        p *= red / balls if colour == "R" else 1 - red / balls
        red += (colour == "R") != OTHER
    return p


orders = sorted({"".join(order) for order in permutations("RRB")})
of_order = {order: probability(order) for order in orders}
exchangeable = len(set(of_order.values())) == 1
print("Exchangeable: every order of two red balls and a blue one is equally probable,\n  "
      if exchangeable else "Not exchangeable: the orders have different probabilities,\n  ",
      ", ".join(f"{order} {p}" for order, p in of_order.items()))

# %% Exchangeable is not independent: the first ball tells of the second
second_red = probability("RR") + probability("BR")
second_red_given_red = probability("RR") / probability("R")
print(f"The second ball is red with probability {second_red}, but {second_red_given_red} after a "
      "red one.")

# %% The same as a hierarchy: a share pi that nobody knows, and given pi independent balls
# De Finetti's theorem: whatever goes on exchangeably without end is of this kind. Here pi is
# Uniform(0, 1): RRB gets the integral of pi^2 (1 - pi), which is 1/3 - 1/4. Each urn settles on a
# share of its own, and all of them together are spread as pi is.
hat = ["".join(order) for order in permutations("RB")]     # one red ball, one blue, none put back
RB, BR, RR = (Fraction(hat.count(order), len(hat)) for order in ("RB", "BR", "RR"))
print("Exchangeable without end: as if a share pi came first, and each ball by it alone. Not if it "
      f"ends:\ntwo balls in a hat give RB {RB}, BR {BR}, RR {RR}; if a pi of mean {RB} "
      f"came first,\nRR would have the mean of pi^2 as its probability, which is {RB**2} or more.")
by_integral = Fraction(1, 3) - Fraction(1, 4)
rng = np.random.default_rng(1)
red, urns = np.ones(4000), []
for balls in range(2, 402):
    red += (rng.random(len(red)) < red / balls) != OTHER
    urns.append(red / (balls + 1))
share = np.array(urns)                                     # (draw, urn)
print(f"With pi from Uniform(0, 1) RRB has probability {by_integral}, here {of_order['RRB']}.\n"
      f"After 400 draws the shares of {len(red)} urns have mean {share[-1].mean():.3f} and sd "
      f"{share[-1].std():.3f};\nUniform(0, 1) has 0.500 and {np.sqrt(1 / 12):.3f}.")

# %% Eight schools: theta_j ~ Normal(mu, tau), where mu and tau take the part of pi
# No school is marked: in another order, each with its own y and sigma, the joint density is the
# same. And yet school A's effect tells of school B's, through mu and tau. The joint density stands
# in gibbspool/models/normal/model.py.
schools = gp.data.eight_schools()
model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
order = rng.permutation(8)
other = gp.NormalNormal(schools.y[order], schools.sigma[order])
at = {"mu": np.array(6.0), "tau": np.array(5.0)}
theta = rng.normal(6, 5, 8)
log_joint = model.log_joint(**at, theta=theta)
log_joint_relabelled = other.log_joint(**at, theta=theta[order])
print(f"\nlog p(y, theta, mu, tau) is {log_joint:.6f}; with the schools in another order "
      f"{log_joint_relabelled:.6f}.")
higher = gp.NormalNormal(schools.y + 10 * (np.arange(8) == 0), schools.sigma)
theta_B = gp.exact(model)["theta"][1].mean
theta_B_after = gp.exact(higher)["theta"][1].mean
print(f"Had school A reported 10 points more, the mean of theta_B would be {theta_B_after:.2f} and "
      f"not {theta_B:.2f}.")

# %% Not exchangeable: two kinds of schools, and it is known which is which
# Made up: four schools coach in one way, four in another, whose effects are some 40 points higher.
# A label now tells something. Pooled as one population all are drawn to a middle that no school
# has; with the kind as a covariate x, schools of the same x are exchangeable again.
x = np.repeat([0.0, 1.0], 4)
sigma = np.repeat([5.0, 20.0], 4)
y = np.array([3.0, 8, 4, 7, 62, 31, 50, 39])
weak = {"mu": gp.Flat(), "tau": gp.HalfCauchy(25)}
as_one = gp.exact(gp.NormalNormal(y, sigma, **weak))
by_kind = gp.exact(gp.NormalNormal(y, sigma, x=x, beta=gp.Flat(), **weak))
mean_of_kind = y[4:].mean()
print(f"\nThe second kind reported 62, 31, 50 and 39, {mean_of_kind:.1f} on average.\nPooled with "
      "the first: " + ", ".join(f"{m:.0f}" for m in as_one["theta"].mean[4:]) + "; by kind: "
      + ", ".join(f"{m:.0f}" for m in by_kind["theta"].mean[4:]) + ".")
print(f"tau is {as_one['tau'].mean:.0f} between all schools, {by_kind['tau'].mean:.0f} within a "
      "kind.")

# %% The figure: some urns, and the shares that all of them settle on
def picture(axes):
    axes[0].plot(np.arange(1, 401), share[:, :12], linewidth=1)
    axes[0].set(xlabel="draw", ylabel="share of red balls", ylim=(0, 1), title="Twelve urns")
    axes[1].hist(share[-1], bins=20, range=(0, 1), density=True, color="lightgrey")
    axes[1].axhline(1, color="black", linewidth=1, label="Uniform(0, 1)")
    axes[1].set(xlabel="share after 400 draws", title="All urns"), axes[1].margins(y=0.3)
    axes[1].legend(loc="upper right")

lesson_figure(picture, "lesson_16_exchangeability.png", width=10, height=4, columns=2)

# %% What should have been seen
print(f"\nSeen: every order has probability {of_order['RRB']}, and one ball tells of the next:\n"
      "as if there were a population to learn of." if exchangeable else
      "\nSeen: the order tells, and no population stands behind these balls.")
print("Groups that are known to differ in kind have a label that tells, and need it in the model:\n"
      "without it the second kind's estimates are drawn down by "
      f"{mean_of_kind - as_one['theta'].mean[4:].mean():.0f} on average.")
print("Try: OTHER = True, an urn that gets a ball of the *other* colour after each draw.\n"
      "Are RRB and RBR still alike?")
