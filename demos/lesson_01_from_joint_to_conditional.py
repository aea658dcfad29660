"""Lesson 1: From a joint density to a conditional.

The conditional of a variable is what is left of the joint density, a product, when every factor
without it is struck; the other names in what is left are its Markov blanket. Completing the square
turns what is left for a normal mean into the shrinkage formula.

Needs: nothing but the normal density
"""
# %% The data: eight schools, the effect y_j of a course and its standard error sigma_j
import numpy as np

import gibbspool as gp
from gibbspool.plots.lesson_figure import lesson_figure

print("Lesson 1: from a joint density to a conditional. Takes about 1 second.\n")
schools = gp.data.eight_schools()
y, sigma, J = schools.y, schools.sigma, len(schools.y)

# %% The joint density is a product of four factors; its logarithm is their sum
# mu ~ Normal(0, 20), tau ~ HalfNormal(10), theta_j ~ Normal(mu, tau),
# y_j ~ Normal(theta_j, sigma_j). Constants such as 1 / sqrt(2 pi) are left out.
factors = {
    "p(mu)": lambda mu, tau, theta: -mu**2 / (2 * 20**2),
    "p(tau)": lambda mu, tau, theta: -tau**2 / (2 * 10**2),
    "p(theta | mu, tau)": lambda mu, tau, theta: (-J * np.log(tau)
                                                  - ((theta - mu)**2).sum() / (2 * tau**2)),
    "p(y | theta)": lambda mu, tau, theta: -((y - theta)**2 / (2 * sigma**2)).sum(),
}
contains = {"p(mu)": {"mu"}, "p(tau)": {"tau"}, "p(theta | mu, tau)": {"theta", "mu", "tau"},
            "p(y | theta)": {"theta"}}
here = {"mu": 8.0, "tau": 6.0, "theta": y.copy()}  # some state; any other would do

# The library's log_joint (gibbspool/models/normal/model.py) has the constants too: compare changes
model = gp.NormalNormal(y, sigma, groups=schools.groups, form="centred")
elsewhere = {"mu": 3.0, "tau": 2.0, "theta": y / 2}
ours = [sum(factor(**state) for factor in factors.values()) for state in (here, elsewhere)]
theirs = [float(model.log_joint(**state)) for state in (here, elsewhere)]
change_ours, change_theirs = ours[1] - ours[0], theirs[1] - theirs[0]
print(f"From here to elsewhere the log joint changes by {change_ours:.6f} as written here,\nby "
      f"{change_theirs:.6f} in model.log_joint.")

# %% Strike every factor without theta; then without mu; then without tau
# As a function of theta, all without theta is a constant. What else stands in the factors that are
# left is all that the conditional can depend on: the Markov blanket of theta.
kept, blankets = {}, {}
for variable in ("theta", "mu", "tau"):
    kept[variable] = [name for name in factors if variable in contains[name]]
    blankets[variable] = set.union(*[contains[name] for name in kept[variable]]) - {variable}
    struck = [name for name in factors if name not in kept[variable]]
    print(f"{variable:>5}: strike {' '.join(struck)}; left over {' '.join(kept[variable])}; "
          f"depends on {', '.join(sorted(blankets[variable]))}"
          + ", the data" * ("p(y | theta)" in kept[variable]))
with_data = [variable for variable in kept if "p(y | theta)" in kept[variable]]
print(f"The data belong to the blanket of {', '.join(with_data)}, though to no signature, as they "
      "never change.\nIn this form, the centred one, they say no more of mu and tau, given theta.")
asked = {variable: set(model.takes(f"{variable}_given")) for variable in blankets}
print(f"model.mu_given asks for {', '.join(sorted(asked['mu']))}, model.theta_given for "
      f"{', '.join(sorted(asked['theta']))}.\n")

# %% Complete the square for school A: two factors are left, both squares in theta_A
#    (theta - mu)^2 / tau^2 + (theta - y)^2 / sigma^2
#        = (1 / tau^2 + 1 / sigma^2) (theta - mean)^2 + a constant
# Compare what stands before theta^2: precisions (1 / sd^2) add up. Compare what stands before
# theta: the mean is the average of mu and y, weighted with their precisions.
A, mu, tau = 0, here["mu"], here["tau"]
precision = 1 / tau**2 + 1 / sigma[A]**2
mean = (mu / tau**2 + y[A] / sigma[A]**2) / precision
sd = 1 / np.sqrt(precision)
B = (1 / tau**2) / precision  # the weight of mu: the shrinkage factor
print(f"Precisions: 1/{tau:g}^2 + 1/{sigma[A]:g}^2 = {1 / tau**2:.5f} + {1 / sigma[A]**2:.5f} = "
      f"{precision:.5f}, so that the sd is {sd:.2f}.")
print(f"Mean: {1 - B:.3f} x {y[A]:g} + {B:.3f} x {mu:g} = {mean:.2f}; sigma^2 / (sigma^2 + tau^2) "
      f"is {sigma[A]**2 / (sigma[A]**2 + tau**2):.3f}, too: B.")

# %% The same in the library: a conditional is an object to look at before anything is drawn from it
theta_given = model.theta_given(mu=mu, tau=tau)
library_mean, library_sd = float(theta_given.mean[A]), float(theta_given.sd[A])
print(f"model.theta_given(mu={mu:g}, tau={tau:g}), school A: mean {library_mean:.2f}, sd "
      f"{library_sd:.2f}.")

# %% Likewise mu: it has J + 1 squares, one for each theta_j and one from its prior; tau has none
mu_precision = J / tau**2 + 1 / 20**2
mu_mean = (here["theta"].sum() / tau**2 + 0 / 20**2) / mu_precision
mu_given = model.mu_given(theta=here["theta"], tau=tau)
print(f"mu given theta = y and tau = {tau:g}: mean {mu_mean:.3f}, and {mu_given.mean:.3f} in the "
      "library.\nThe factors left over for tau make no density with a name: lesson 3 draws it.\n")

# %% The check: log joint less log conditional is what was struck, and does not move with theta
differences = []
for theta_A in (-10.0, 10.0, 40.0):
    theta = np.append(theta_A, y[1:])
    log_joint = model.log_joint(mu=mu, tau=tau, theta=theta)
    differences.append(float(log_joint - theta_given.logpdf(theta).sum()))
print("log joint - log conditional at theta_A = -10, 10, 40: "
      + ", ".join(f"{difference:.6f}" for difference in differences))
report = gp.check_conditionals(model)  # the same for every variable: sampling/check.py
print(report, "\n")

# %% The figure: what the population says of theta_A, what the data say, and both together
grid = np.linspace(-25, 70, 400)
def picture(axes):
    for label, m, s, style in (("population", mu, tau, "C0--"),
                               ("estimate", y[A], sigma[A], "C1-."), ("both", mean, sd, "C2-")):
        axes.plot(grid, gp.Normal(m, s).pdf(grid), style,
                  label=f"{label}: Normal({m:.4g}, {s:.3g})")
    axes.set(xlabel="true effect of school A, theta_A (SAT points)",
             ylabel="density (per SAT point)", title="The two factors left over, and their product")
    axes.legend()
lesson_figure(picture, "lesson_01_from_joint_to_conditional.png")

# %% What should have been seen
truth = gp.exact(model)
averaged, usual_mu, usual_tau = (truth[one].mean for one in (("theta", "A"), "mu", "tau"))
print(f"\nSeen: two of four factors contain theta, and so theta depends on mu, tau and its data.\n"
      f"Precisions add, {1 / tau**2:.4f} + {1 / sigma[A]**2:.4f}; given mu = {mu:g} and tau = "
      f"{tau:g} school A's estimate of {y[A]:g} is pulled\nto {mean:.2f}, and keeps {1 - B:.1%} of "
      f"its own. Averaged over the posterior it is {averaged:.2f}:\nthere mu is {usual_mu:.1f} on "
      f"average, and tau {usual_tau:.1f}.")
print("Try: a standard error of 6 for school A, as large as tau (write sigma[0] = 6 in the first "
      "cell).\nWhich mean do you expect, given mu and tau? Change it and see.")
