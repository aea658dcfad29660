"""Lesson 8: Centred, non-centred, collapsed: the next tau against this one.

One posterior can be drawn from in several forms, which differ in what each variable is drawn given.
Where tau is drawn given theta, small tau follows small tau, and the sampler creeps: the cause is
seen in a single draw, the effect in a scatter of each tau against the next.

Needs: lessons 1 and 2
"""
# %% Three forms of one model, in gibbspool/models/normal/model.py: what is each tau drawn given?
import numpy as np

import gibbspool as gp
from gibbspool.plots.lesson_figure import lesson_figure

print("Lesson 8: centred, non-centred, collapsed. Takes about 3 seconds.\n")
forms = ("centred", "noncentred", "collapsed")
schools = gp.data.eight_schools()
J = len(schools.y)
models = {form: gp.NormalNormal(schools.y, schools.sigma, form=form) for form in forms}
for form in forms:
    given = ", ".join(models[form].takes("tau_given")) or "nothing but the data"
    print(f"{form:>10}: one sweep draws {', '.join(models[form].order)}; tau given {given}")

# %% The same posterior: theta_raw = (theta - mu) / tau is theta in other units
# Where lengths are divided by tau, densities are multiplied by it, once for each of the J schools.
# (The collapsed form has the joint density of the centred one; its steps are drawn given less.)
mu, tau, theta_raw = 8.0, 3.0, np.linspace(-1, 1, J)
log_joint_centred = models["centred"].log_joint(mu=mu, tau=tau, theta=mu + tau * theta_raw)
log_joint_noncentred = models["noncentred"].log_joint(mu=mu, tau=tau, theta_raw=theta_raw)
log_of_stretch = float(log_joint_noncentred - log_joint_centred)
print(f"\nlog joint, non-centred less centred: {log_of_stretch:.6f}; J log tau: "
      f"{J * np.log(tau):.6f}")

# %% The cause, in a single draw: let tau be 1; draw theta, or theta_raw; and then the next tau
# 2000 times over at once, with mu = 8. The spread is that of log tau: 0.7 is a factor of two.
rng = np.random.default_rng(1)
mu, tau = np.full(2000, 8.0), np.full(2000, 1.0)
theta = models["centred"].theta_given(mu, tau).draw(rng)
theta_raw = models["noncentred"].theta_raw_given(mu, tau).draw(rng)
next_tau = {"centred": models["centred"].tau_given(theta, mu).draw(rng),
            "noncentred": models["noncentred"].tau_given(theta_raw, mu).draw(rng),
            "collapsed": models["collapsed"].tau_given().draw(rng, tau)}
truth = gp.exact(models["collapsed"])
posterior_median = float(truth["tau"].quantile(0.5))
medians = {form: float(np.median(next_tau[form])) for form in forms}
spreads = {form: float(np.log(next_tau[form]).std()) for form in forms}
print(f"\nThe next tau after tau = 1, where the posterior has the median {posterior_median:.1f}:")
for form in forms:
    print(f"{form:>10}: median {medians[form]:.2f}, sd of log tau {spreads[form]:.2f}")
# Centred: theta was drawn within 1 of mu; such theta say that tau is about 1, whatever the schools
# say. Non-centred: theta_raw is about Normal(0, 1) whatever tau was, so tau is free.

# %% The effect: 20 chains of 200 sweeps each
drawn = {form: gp.sample(models[form], draws=200, tune=60, chains=20, seed=2)["tau"]
         for form in forms}


def autocorrelation(tau, lag):
    """Correlation of log tau with itself `lag` sweeps later, over all chains."""
    log_tau = np.log(tau)
    return float(np.corrcoef(log_tau[:, :-lag].ravel(), log_tau[:, lag:].ravel())[0, 1])


lags = range(1, 31)
correlations = {form: [autocorrelation(drawn[form], lag) for lag in lags] for form in forms}
print(f"\nExact mean of tau {truth['tau'].mean:.2f}. Drawn:")
for form in forms:
    print(f"{form:>10}: mean {drawn[form].mean():.2f}; correlation with the next log tau "
          f"{correlations[form][0]:.2f}, with that ten sweeps later {correlations[form][9]:.2f}")

# %% Not always: with standard errors ten times smaller the data, not tau, say where theta is
precise = {}
for form in forms:
    model = gp.NormalNormal(schools.y, schools.sigma / 10, form=form)
    tau_drawn = gp.sample(model, draws=100, tune=60, chains=20, seed=3)["tau"]
    precise[form] = autocorrelation(tau_drawn, 1)
print("\nWith standard errors ten times smaller, correlation with the next log tau:\n"
      + ", ".join(f"{form} {precise[form]:.2f}" for form in forms))

# %% The figure: a cloud along the diagonal is a sampler that creeps
def picture(axes):
    for panel, form in zip(axes.flat, forms):
        panel.loglog(drawn[form][:, :-1].ravel(), drawn[form][:, 1:].ravel(), "C0.", ms=2)
        panel.set(xlabel="this tau (SAT points)", ylabel="the next tau", title=form,
                  xlim=(0.05, 50), ylim=(0.05, 50))
    for form, style in zip(forms, ("C0-", "C1--", "C2:")):
        axes[1, 1].plot(lags, correlations[form], style, label=form)
    axes[1, 1].set(xlabel="sweeps between", ylabel="autocorrelation of log tau", ylim=(-0.1, 1))
    axes[1, 1].legend()


lesson_figure(picture, "lesson_08.png", width=8, height=7, rows=2, columns=2)

# %% What should have been seen
one_on = {form: correlations[form][0] for form in forms}
print(f"\nSeen: after tau = 1 the centred form draws {medians['centred']:.1f} or so, and the "
      f"correlation of log tau with the next is {one_on['centred']:.2f};\nnon-centred it is "
      f"{one_on['noncentred']:.2f}, collapsed {one_on['collapsed']:.2f}, for there every tau is "
      "drawn afresh. With precise data the first two\nchange places, "
      f"{precise['centred']:.2f} and {precise['noncentred']:.2f}. "
      "All three have the same posterior; how fast they walk through it differs.")
print("Try: tau = 0.1 in place of 1 in the single draw. Where will the centred form go next?")
