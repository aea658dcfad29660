"""Lesson 15: REML's zero: why a mixed model may say that all groups are alike.

Where an estimate of exactly tau = 0 comes from, how Cochran's Q foretells it, how often it happens,
and why it is hardly any evidence that tau is zero. For eight schools the likelihood of tau is
highest at zero; nobody would say that all eight are the same.

Needs: lessons 1 and 12
"""
# %% Eight schools
import numpy as np
from scipy.special import gammainc

import gibbspool as gp
from gibbspool.plots.lesson_figure import lesson_figure

print("Lesson 15: how the likelihood of tau may be highest at zero. Takes about 1 second.\n")
schools = gp.data.eight_schools()
y, sigma, J = schools.y, schools.sigma, len(schools.y)

# %% The restricted likelihood: what the data say of tau, whatever mu is
# Given mu and tau, y_j ~ Normal(mu, sqrt(sigma_j^2 + tau^2)), the effect theta_j integrated out.
# Integrate mu out too, under a flat prior; with weights w_j = 1 / (sigma_j^2 + tau^2) and the
# weighted mean m = sum w_j y_j / sum w_j what is left is
#     l(tau) = 1/2 sum log w_j - 1/2 log sum w_j - 1/2 sum w_j (y_j - m)^2 + constant.
# REML (restricted maximum likelihood) takes the tau where it is highest.


def restricted(tau):
    w = 1 / (sigma**2 + tau**2)
    m = (w * y).sum() / w.sum()
    return (np.log(w).sum() - np.log(w.sum()) - (w * (y - m) ** 2).sum()) / 2


taus = np.linspace(0, 30, 601)
log_likelihood = np.array([restricted(tau) for tau in taus]) - restricted(0)
highest_at = taus[np.argmax(log_likelihood)]
fit = gp.reml(gp.NormalNormal(y, sigma))      # gibbspool/guide/restricted.py
print(f"On a grid the likelihood of tau is highest at {highest_at:g}; gp.reml says {fit.tau:g}.")
relative = {tau: np.exp(restricted(tau) - restricted(0)) for tau in (5, 10, 20)}
for tau, times in relative.items():
    print(f"  tau = {tau:2d} is {times:.2f} times as likely as tau = 0")

# %% Its slope at zero: is the scatter of y more than the standard errors explain, or less?
# tau enters as tau^2, and by tau itself the slope at zero is always 0; by tau^2 it is
#     1/2 (sum w_j^2 (y_j - m)^2 - sum w_j (1 - w_j / sum w)).
# The first sum is the scatter that is seen; the second is its mean if tau were 0, for then the
# variance of y_j - m is 1 / w_j - 1 / sum w. Where less is seen than expected, the likelihood falls
# as tau leaves zero: zero is a peak, for the eight schools the only one.
w = 1 / sigma**2
m = (w * y).sum() / w.sum()
seen, expected = (w**2 * (y - m) ** 2).sum(), (w * (1 - w / w.sum())).sum()
slope = (seen - expected) / 2
by_difference = (restricted(0.1) - restricted(0)) / 0.1**2
print(f"\nScatter seen {seen:.4f}, expected if tau is 0: {expected:.4f}. By tau^2 the slope is "
      f"{slope:.4f}\n(by a small step {by_difference:.4f}); by tau itself it is 0 at 0.")

# %% Cochran's Q: the same comparison in a number that everybody reports
# Q = sum (y_j - m)^2 / sigma_j^2 has the mean J - 1 if tau is 0. With equal standard errors the
# slope is (Q - (J - 1)) / (2 sigma^2): REML is 0 exactly where Q is below J - 1. With unequal ones
# the sum for the slope has other weights, and Q is a good guess; it decides alone for another
# estimate of tau, by moments (DerSimonian and Laird), which is 0 exactly where Q is below J - 1.
Q = (w * (y - m) ** 2).sum()
side = "below" if Q < J - 1 else "not below"
print(f"Q is {Q:.2f}, {side} J - 1 = {J - 1}.")

# %% How often? Schools that do differ, with tau = 5 and equal standard errors of 10
# Q / (1 + tau^2 / sigma^2) is chi-squared on J - 1: the chance of Q < J - 1 has a closed form.
true_tau, error, sets = 5.0, 10.0, 4000
chance, chance_if_0 = (gammainc((J - 1) / 2, (J - 1) / (1 + tau**2 / error**2) / 2)
                       for tau in (true_tau, 0.0))
rng = np.random.default_rng(1)
effects = rng.normal(8, true_tau, (sets, J))
reported = rng.normal(effects, error)
Q_made_up = ((reported - reported.mean(axis=1, keepdims=True)) ** 2).sum(axis=1) / error**2
share_zero = np.mean(Q_made_up < J - 1)
print(f"\nWith a true tau of {true_tau:g} and standard errors of {error:g} REML says 0 in "
      f"{chance:.1%} of data sets; in\n{share_zero:.1%} of {sets} made up here. With a true tau of "
      f"0 it does in {chance_if_0:.1%}: so a zero speaks\nfor 0 and against {true_tau:g} by "
      f"{chance_if_0 / chance:.1f} to 1: hardly at all.")
again = rng.normal(effects, sigma)            # with the schools' own, unequal standard errors
squares = (again - (again @ w)[:, None] / w.sum()) ** 2
share_foretold = np.mean((squares @ w < J - 1) == (squares @ w**2 < expected))
print(f"With the schools' own standard errors Q foretells the sign of the slope in "
      f"{share_foretold:.0%}.")

# %% A peak is one point; the posterior weighs all of them
# For the eight schools the likelihood falls slowly: tau = 5 is nearly as likely as 0. Its average
# over the prior keeps that in view; a single number at the peak forgets it: all schools are alike.
truth = gp.exact(gp.NormalNormal(y, sigma, groups=schools.groups))
alike = ", like all others" if np.ptp(fit.theta) < 1e-6 else ""
print(f"\nThe posterior of tau: mean {truth['tau'].mean:.1f}, and {truth['tau'].cdf(1):.0%} that "
      f"it is below 1.\nSchool A: REML says {fit.theta[0]:.1f} +- {fit.theta_se[0]:.1f}{alike}; "
      f"the posterior {truth['theta', 'A'].mean:.1f} +- {truth['theta', 'A'].sd:.1f}.")

# %% The figure: likelihood and posterior density of tau


def picture(axes):
    axes.plot(taus, np.exp(log_likelihood), label="restricted likelihood, relative to tau = 0")
    axes.plot(taus, truth["tau"].pdf(taus) / truth["tau"].pdf(0.0), "--",
              label="posterior density, likewise")
    axes.axvline(truth["tau"].mean, color="grey", linewidth=1, label="posterior mean")
    axes.set(xlabel="tau (SAT points)", ylabel="relative to tau = 0",
             title=f"The likelihood is highest at {highest_at:g}")
    axes.legend()


lesson_figure(picture, "lesson_15_reml_zero.png")

# %% What should have been seen
sign = "negative" if slope < 0 else "positive"
print(f"\nSeen: Q = {Q:.2f}, {side} {J - 1}; the slope is {sign}, and REML's tau "
      f"{fit.tau:.3g}.\nEight schools that differ with a tau of {true_tau:g}, all with standard "
      f"errors of {error:g}, give 0 in {chance:.0%}\nof data sets; if all were alike, in "
      f"{chance_if_0:.0%}: zero says that the data are noisy, hardly that\nschools are alike.")
print("Try: y = y * 1.5 in the first cell. What are Q, the slope and REML's tau now?")
