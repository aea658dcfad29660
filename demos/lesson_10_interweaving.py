"""Lesson 10: Interweaving: one variable drawn twice in a sweep.

A sweep may draw mu given theta, and then the same mu again given theta_raw, while theta moves
along: a step of the same joint density in other coordinates. The centred form walks slowly where
data are weak, the non-centred one where they are strong; together they are quick in both.

Needs: lessons 4 and 8
"""
# %% Eight schools, made simple: all standard errors 10, tau = 5 known, mu ~ Flat
import numpy as np

import gibbspool as gp
from gibbspool.plots.lesson_figure import lesson_figure
from gibbspool.sampling.conditionals import Conditionals

print("Lesson 10: interweaving. Takes about 3 seconds.\n")
y, sigma, tau, J = gp.data.eight_schools().y, 10.0, 5.0, 8
B = sigma**2 / (sigma**2 + tau**2)  # the shrinkage factor of every school
rng = np.random.default_rng(10)

# %% The three draws from which all sweeps below are made
def draw_theta(mu):
    """theta_j | mu, y: the shrinkage formula of lesson 1."""
    return rng.normal((1 - B) * y + B * mu, np.sqrt(1 - B) * sigma)
def draw_mu_given_theta(theta):
    """Each theta_j measures mu, with the error tau."""
    return rng.normal(theta.mean(), tau / np.sqrt(J))
def draw_mu_given_raw(theta_raw):
    """Each y_j - tau theta_raw_j measures mu, with the error sigma."""
    return rng.normal((y - tau * theta_raw).mean(), sigma / np.sqrt(J))

# %% One interwoven sweep, step by step
mu = 0.0
theta = draw_theta(mu)
mu = draw_mu_given_theta(theta)         # first time: theta stays fixed
theta_raw = (theta - mu) / tau          # from here on theta_raw stays fixed ...
new_mu = draw_mu_given_raw(theta_raw)   # ... while the same mu is drawn again,
new_theta = new_mu + tau * theta_raw    # ... and theta moves along
moved, theta_A_moved = new_mu - mu, new_theta[0] - theta[0]
print(f"First draw of mu {mu:.3f}, second {new_mu:.3f}: moved by {moved:+.3f}. theta_A went from "
      f"{theta[0]:.3f} to {new_theta[0]:.3f},\nby {theta_A_moved:+.3f} as well, and its theta_raw "
      f"is still {theta_raw[0]:.3f}.\n")

# %% Why that is allowed: mu and theta_raw have a joint density, too, and this is a draw from it
# p(mu, theta_raw) = p(mu, theta) tau^J with theta = mu + tau theta_raw. The Jacobian tau^J (lesson
# 4) does not depend on mu. So log p(mu, theta), followed along the line on which theta moves with
# mu, must be the log of the normal density that was drawn from, but for a constant.
along, across = [], []
for value in (-5.0, 5.0, 15.0):
    conditional = gp.Normal((y - tau * theta_raw).mean(), sigma / np.sqrt(J)).logpdf(value)
    for differences, at in ((along, value + tau * theta_raw), (across, theta)):
        log_joint = (gp.Normal(value, tau).logpdf(at) + gp.Normal(at, sigma).logpdf(y)).sum()
        differences.append(log_joint - conditional)
print("log joint - log conditional at mu = -5, 5, 15\n    where theta moves along:  "
      + ", ".join(f"{one:.4f}" for one in along) + " (a constant, as it must be)\n"
      "    where theta stays behind: " + ", ".join(f"{one:.4f}" for one in across) + "\n")

# %% The three samplers: how much of one mu is left in the next?
def centred(mu):
    return draw_mu_given_theta(draw_theta(mu))
def noncentred(mu):
    return draw_mu_given_raw((draw_theta(mu) - mu) / tau)
def interwoven(mu):
    theta = draw_theta(mu)
    mu = draw_mu_given_theta(theta)
    return draw_mu_given_raw((theta - mu) / tau)

# One might expect that of both together B (1 - B) is left. But the first and the second draw are
#     mu' = mean(theta) + noise,    mu'' = mean(y) - mean(theta) + mu' + noise.
autocorrelation, mean, sd = {}, {}, {}
for sampler in (centred, noncentred, interwoven):
    name, mus = sampler.__name__, [y.mean()]
    for _ in range(10_000):
        mus.append(sampler(mus[-1]))
    mean[name], sd[name] = np.mean(mus), np.std(mus)
    z = (mus - mean[name]) / sd[name]
    autocorrelation[name] = [1] + [np.mean(z[lag:] * z[:-lag]) for lag in range(1, 13)]
    print(f"{name:11s} mean {mean[name]:.2f}, sd {sd[name]:.2f}; correlation of one mu with the "
          f"next {autocorrelation[name][1]:+.2f}")
print("Interwoven: mean(theta), the only trace of the old mu, is in the second draw twice, with\n"
      "opposite signs: it cancels. With tau known and all sigma equal 0 is left.")

# %% The library: the hospitals' rates, interwoven, in gibbspool/models/poisson/model.py
# There log_lam = mu_log + sigma_log lam_raw. The step is a gibbspool/sampling/interweaving.py.
hospitals = gp.data.hospitals()
model = gp.PoissonLognormal(hospitals.y, hospitals.exposure, form="interwoven")
given = Conditionals(model)
state = given.start(rng, ())
step = given("mu_log_ancillary", state)
new_mu_log = step.draw(rng, state["mu_log"])
mu_log_moved = new_mu_log - state["mu_log"]
log_lam_moved = step.moves(new_mu_log)["log_lam"] - state["log_lam"]
print(f"\nmu_log moved by {mu_log_moved:+.3f}, and log_lam by {log_lam_moved.round(3)}.")
report = gp.check_conditionals(model)  # its two interwoven steps are checked along the line, too
print(f"Conditionals that do not agree with the joint density: {report.wrong or 'none'}.")
hospital_rho = {}
for form in ("centred", "noncentred", "interwoven"):
    one = gp.PoissonLognormal(hospitals.y, hospitals.exposure, form=form)
    mus = gp.sample(one, draws=300, tune=100, chains=20, seed=1)["mu_log"]
    hospital_rho[form] = np.corrcoef(mus[:, :-1].ravel(), mus[:, 1:].ravel())[0, 1]
print("One mu_log and the next: " + ", ".join(
    f"{rho:.2f} {form}" for form, rho in hospital_rho.items()) + ". Here it cancels in part.")

# %% The figure: how fast the three samplers forget
def picture(axes):
    for (name, values), style in zip(autocorrelation.items(), ("C1s-", "C0^-", "C2o-")):
        axes.plot(values, style, label=name)
    for r, style in ((B, "k:"), (1 - B, "k--")):
        axes.plot(np.arange(13), r**np.arange(13), style, label=f"{r:.1f} to the power of the lag")
    axes.set(xlabel="lag (sweeps)", ylabel="autocorrelation of mu", title=f"B = {B:.1f}")
    axes.legend()
lesson_figure(picture, "lesson_10_interweaving.png")

# %% What should have been seen
kept = {name: f"{values[1]:+.2f}" for name, values in autocorrelation.items()}
print(f"\nSeen: one mu and the next correlate by {kept['centred']} in the centred form, where B = "
      f"{B:.2f}; by {kept['noncentred']} in the\nnon-centred one, where 1 - B = {1 - B:.2f}; by "
      f"{kept['interwoven']} interwoven, not by B (1 - B) = {B * (1 - B):.2f}.\nThe second draw "
      "fixes theta_raw, and moves theta with mu.")
print("Try: tau = 20 in the first cell. Which form is slow now, and what of the interwoven one?")
