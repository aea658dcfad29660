"""Lesson 12: Exact without magic.

An exact posterior is a sum over points: 200 values of tau give that of the eight schools, without a
single random number. All but tau is integrated out on paper; what is left is a density of one
number, which you will add up to find what gp.exact gives.

Needs: lesson 1
"""
# %% Given tau, all is normal: theta and mu are integrated out on paper
import numpy as np

import gibbspool as gp
from gibbspool.plots.lesson_figure import lesson_figure

print("Lesson 12: exact without magic. Takes about 1 second.\n")
schools = gp.data.eight_schools()
y, sigma = schools.y, schools.sigma
# theta_j is mu plus a Normal(0, tau), y_j is theta_j plus a Normal(0, sigma_j), and variances add:
#     y_j | mu, tau ~ Normal(mu, sqrt(sigma_j^2 + tau^2)),    mu ~ Normal(0, 20)
# So y_j measures mu with the precision 1 / (sigma_j^2 + tau^2); precisions add, as in lesson 1.
def mu_given_tau(tau):
    """Mean and sd of mu | tau, y."""
    precisions = 1 / (sigma**2 + tau**2)
    precision = precisions.sum() + 1 / 20**2
    return (precisions * y).sum() / precision, 1 / np.sqrt(precision)

# %% And p(tau | y) is proportional to p(tau) p(y | tau), by Bayes' theorem read backwards
#     p(mu | y, tau) = p(y | mu, tau) p(mu) / p(y | tau)
# holds at every mu; so solve it for p(y | tau), at the mean of mu, say:
def joint_of_tau(tau, scale=10):
    """p(tau) p(y | tau), mu and theta integrated out; tau ~ HalfNormal(scale)."""
    m, s = mu_given_tau(tau)
    given_mu = gp.Normal(m, np.sqrt(sigma**2 + tau**2)).logpdf(y).sum()
    log_p_y = given_mu + gp.Normal(0, 20).logpdf(m) - gp.Normal(m, s).logpdf(m)
    return np.exp(gp.HalfNormal(scale).logpdf(tau) + log_p_y)

# The same in the library: tau_given of the collapsed form, in gibbspool/models/normal/model.py
model = gp.NormalNormal(y, sigma, groups=schools.groups)
log_ratio = np.log(joint_of_tau(9.0) / joint_of_tau(3.0))
library_log_ratio = float(model.tau_given().logpdf(9.0) - model.tau_given().logpdf(3.0))
print(f"log [p(9 | y) / p(3 | y)] is {log_ratio:.6f}, in the library {library_log_ratio:.6f}.\n")

# %% 200 points: each stands for a strip of tau, and has the strip's probability
HIGHEST = 60.0  # to be chosen so that what lies beyond is of no account

def posterior(points, scale=10):
    """The answers by a sum over so many points, a dict; the points; their weights."""
    step = HIGHEST / points
    taus = step * (np.arange(points) + 0.5)              # in the middle of each strip
    joint = np.array([joint_of_tau(tau, scale) for tau in taus])
    weight = joint / joint.sum()                         # adds up to 1
    m, s = np.array([mu_given_tau(tau) for tau in taus]).T
    B = sigma[0]**2 / (sigma[0]**2 + taus**2)            # of school A
    mu_mean = (weight * m).sum()
    return {"mean of tau": (weight * taus).sum(),
            "mean of mu": mu_mean,
            "sd of mu": np.sqrt((weight * (s**2 + (m - mu_mean)**2)).sum()),
            "mean of theta_A": (weight * ((1 - B) * y[0] + B * m)).sum(),
            "log p(y)": np.log(joint.sum() * step)}, taus, weight  # the area is p(y)

found, taus, weight = posterior(200)

# %% Beside it gp.exact, which chooses its points, and tells its error: numerics/quadrature.py
truth = gp.exact(model)
exact = {"mean of tau": truth["tau"].mean, "mean of mu": truth["mu"].mean,
         "sd of mu": truth["mu"].sd, "mean of theta_A": truth["theta", "A"].mean,
         "log p(y)": truth.log_evidence}
print(f"{'':>16}{'200 points':>14}{'gp.exact':>14}")
for name, value in exact.items():
    print(f"{name:>16}{found[name]:>14.8f}{value:>14.8f}")
largest_error = max(abs(found[name] - value) for name, value in exact.items())
print(f"gp.exact puts its own relative error at {truth.error:.0e}.")
beyond = truth["tau"].pdf(np.linspace(HIGHEST, 2 * HIGHEST, 2000)).mean() * HIGHEST
print(f"Beyond {HIGHEST:g} lies {beyond:.0e} of tau's posterior, however many points there are.")

# %% How many points are enough?
# In the middle of a strip a curve that bends down is too high, one that bends up too low. The bends
# up and down add up to the change of slope from end to end: none, and errors cancel, where a curve
# is flat at both ends, as p(tau | y) is at 0 and far out. tau p(tau | y) rises from 0 with a slope:
# that much stays, and half the width leaves a quarter of it.
numbers = [10, 20, 40, 80, 160, 320]
answers = [posterior(points)[0] for points in numbers]
errors = {name: [abs(answer[name] - exact[name]) for answer in answers]
          for name in ("mean of tau", "mean of mu")}
print(f"\n{'error, by points':>16}" + "".join(f"{points:>9}" for points in numbers))
for name, sizes in errors.items():
    print(f"{name:>16}" + "".join(f"{size:>9.0e}" for size in sizes))
quartered = errors["mean of tau"][-2] / errors["mean of tau"][-1]
if quartered < 2:
    print(f"More points hardly help: what is missing lies beyond {HIGHEST:g}.")
draws_needed = (truth["tau"].sd / largest_error)**2
print(f"200 points miss by {largest_error:.1e} at most; for a standard error of that size it takes "
      f"{round(draws_needed, 1 - int(np.log10(draws_needed))):,.0f} draws.")

# %% Prior sensitivity: eight schools say little of tau, so its prior is heard. The same sum
# with tau ~ HalfNormal(5) and HalfNormal(20); gp.prior_sensitivity makes a table of such sums
by_scale = {scale: posterior(200, scale)[0] for scale in (5, 10, 20)}
print("Means of tau and theta_A by the scale of tau's prior: " + "; ".join(
    f"{s}: {a['mean of tau']:.2f}, {a['mean of theta_A']:.2f}" for s, a in by_scale.items()))

# %% The figure: left the strips, 40 of them; right the error by the number of points
def picture(axes):
    left, right = axes
    _, few_taus, few_weight = posterior(40)
    step = few_taus[1] - few_taus[0]
    left.bar(few_taus, few_weight / step, step, color="C0", ec="white", label="40 strips")
    left.plot(taus, truth["tau"].pdf(taus), "C1", label="gp.exact")
    left.legend(), left.set(xlim=(0, 30), xlabel="tau (SAT points)", ylabel="density")
    for name, style in (("mean of tau", "C0o-"), ("mean of mu", "C2s--")):
        right.loglog(numbers, np.maximum(errors[name], 1e-16), style, label=name)
    right.legend(), right.set(xlabel="points", ylabel="error (SAT points)")
lesson_figure(picture, "lesson_12_exact_without_magic.png", width=9, columns=2)

# %% What should have been seen
print(f"\nSeen: 200 points to {HIGHEST:g} give tau a mean of {found['mean of tau']:.4f}, gp.exact "
      f"{exact['mean of tau']:.4f}. 320\nin place of 160 divide its error by {quartered:.1f}. "
      "'Exact' is a sum, fine enough and far enough, over what\ncannot be integrated out on paper, "
      "and for its prior alone: by the same sum the scales 5 and 20\ngive tau the means "
      f"{by_scale[5]['mean of tau']:.1f} and {by_scale[20]['mean of tau']:.1f}.")
print("Try: HIGHEST = 15. The sum cannot know what it leaves out: which answers suffer most?")
