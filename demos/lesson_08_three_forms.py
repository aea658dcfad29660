"""Lesson 8: Centred, non-centred, collapsed: the next tau against this one.

One posterior can be drawn from in several forms, which differ in what each variable is drawn given.
Where tau is drawn given theta, small tau follows small tau, and the sampler creeps: the cause is
seen in a single draw, the effect in a scatter of each tau against the next.

Needs: lessons 1, 2 and 4
"""
# %% Three forms of one model, in gibbspool/models/normal/model.py: what is each tau drawn given?
from textwrap import fill

import numpy as np

import gibbspool as gp
from gibbspool.plots.lesson_figure import lesson_figure
from gibbspool.sampling.conditionals import Conditionals

print("Lesson 8: centred, non-centred, collapsed. Takes about 3 seconds.\n")
forms = ("centred", "noncentred", "collapsed")
schools = gp.data.eight_schools()
J = len(schools.y)
models = {form: gp.NormalNormal(schools.y, schools.sigma, form=form) for form in forms}
for form, model in models.items():
    given = model.takes("tau_given") + ["y"] * ("tau" in Conditionals(model).with_data)
    print(f"{form:>10}: a sweep draws {', '.join(model.order)}; tau given {', '.join(given)}")
print("Non-centred, y_j must be mu + tau theta_raw_j, within its error sigma_j: that tells of tau.")

# %% The same posterior: lengths divided by tau, densities times tau for each school (lesson 4)
mu, tau, theta_raw = 8.0, 3.0, np.linspace(-1, 1, J)
log_joint_centred = models["centred"].log_joint(mu=mu, tau=tau, theta=mu + tau * theta_raw)
log_joint_noncentred = models["noncentred"].log_joint(mu=mu, tau=tau, theta_raw=theta_raw)
log_of_stretch = float(log_joint_noncentred - log_joint_centred)
print(f"\nlog joint, non-centred less centred: {log_of_stretch:.6f}; J log tau: "
      f"{J * np.log(tau):.6f}")

# %% The cause, in a single draw, 2000 times over: from one tau, theta or theta_raw; the next tau
rng = np.random.default_rng(1)
old_tau = 1.0
mu, tau = np.full(2000, 8.0), np.full(2000, old_tau)
theta = models["centred"].theta_given(mu, tau).draw(rng)
theta_raw = models["noncentred"].theta_raw_given(mu, tau).draw(rng)
next_tau = {"centred": models["centred"].tau_given(theta, mu).draw(rng),
            "noncentred": models["noncentred"].tau_given(theta_raw, mu).draw(rng),
            "collapsed": models["collapsed"].tau_given().draw(rng, tau)}
truth = gp.exact(models["collapsed"])
posterior_median = float(truth["tau"].quantile(0.5))
medians = {form: float(np.median(next_tau[form])) for form in forms}
spreads = {form: float(np.log(next_tau[form]).std()) for form in forms}
print(f"\nThe next tau after tau = {old_tau:g}, where the posterior has the median "
      f"{posterior_median:.1f}:")
for form in forms:
    print(f"{form:>10}: median {medians[form]:.2f}, sd of log tau {spreads[form]:.2f}")
print("Centred: theta was drawn within a tau or two of mu; such theta say: tau is what it was.\n"
      "Non-centred: theta_raw is here near Normal(0, 1), as these data say little of theta: so it "
      "tells\nlittle of the old tau, and of the next one the data decide.")

# %% The funnel: how far theta_A is from mu, against tau, in 3000 draws from the exact posterior
# No step length suits both ends. In units of tau, theta_raw, it is gone (`gibbspool play funnel`).
funnel = truth.sample(draws=3000, chains=1, seed=4)
funnel_tau, from_mu = funnel["tau"].ravel(), (funnel["theta"][..., 0] - funnel["mu"]).ravel()
in_the_neck, at_the_mouth = from_mu[funnel_tau < 1].std(), from_mu[funnel_tau > 10].std()
print(f"\nThe sd of theta_A - mu: {in_the_neck:.1f} if tau < 1, {at_the_mouth:.1f} if tau > 10.")

# %% The effect: 20 chains of 200 sweeps each
drawn = {form: gp.sample(models[form], draws=200, tune=60, chains=20, seed=2)["tau"]
         for form in forms}

def autocorrelation(tau, lag):
    log_tau = np.log(tau)
    return float(np.corrcoef(log_tau[:, :-lag].ravel(), log_tau[:, lag:].ravel())[0, 1])

lags = range(1, 31)
correlations = {form: [autocorrelation(drawn[form], lag) for lag in lags] for form in forms}
print(f"\nExact mean of tau {truth['tau'].mean:.2f}. Drawn:")
for form in forms:
    print(f"{form:>10}: mean {drawn[form].mean():.2f}; correlation with the next log tau "
          f"{correlations[form][0]:.2f}, with that ten sweeps later {correlations[form][9]:.2f}")

# %% Not always: with standard errors ten times smaller the data, not tau, say where theta is
model = gp.NormalNormal(schools.y, schools.sigma / 10, form="noncentred")
theta_raw = model.theta_raw_given(mu, np.full(2000, 8.0)).draw(rng)
next_after_8 = model.tau_given(theta_raw, mu).draw(rng)
precise, precise_sd = {}, gp.exact(model)["tau"].sd
for form in forms:
    model = gp.NormalNormal(schools.y, schools.sigma / 10, form=form)
    tau_drawn = gp.sample(model, draws=100, tune=60, chains=20, seed=3)["tau"]
    precise[form] = autocorrelation(tau_drawn, 1)
print("\nWith standard errors ten times smaller, correlation with the next log tau:\n"
      + ", ".join(f"{form} {precise[form]:.2f}" for form in forms) + ".\nNon-centred, the next tau "
      "is the slope of y - mu on theta_raw. Such data fix theta near y: so\ntheta_raw, drawn given "
      "the old tau, is nearly (y - mu) / old tau, with the slope old tau.\nThe next tau after 8 "
      "has the sd "
      f"{next_after_8.std():.1f}, where the posterior of tau has {precise_sd:.1f}.")

# %% The figure: a cloud along the diagonal is a sampler that creeps
def picture(axes):
    for panel, form in zip(axes[0], forms):
        panel.loglog(drawn[form][:, :-1].ravel(), drawn[form][:, 1:].ravel(), "C0.", ms=2)
        panel.set(xlabel="this tau (SAT points)", ylabel="the next tau", title=form,
                  xlim=(0.05, 50), ylim=(0.05, 50))
    for form, style in zip(forms, ("C0-", "C1--", "C2:")):
        axes[1, 0].plot(lags, correlations[form], style, label=form)
    axes[1, 0].set(xlabel="sweeps between", ylabel="autocorrelation of log tau", ylim=(-0.1, 1))
    axes[1, 0].legend()
    for panel, value, title in ((axes[1, 1], from_mu, "theta_A - mu: the funnel"),
                                (axes[1, 2], from_mu / funnel_tau, "theta_raw_A: no funnel")):
        panel.semilogx(funnel_tau, value, "C0.", ms=2)
        panel.set(xlabel="tau (SAT points)", title=title, xlim=(0.05, 50))
lesson_figure(picture, "lesson_08_three_forms.png", width=11, height=7, rows=2, columns=3)

# %% What should have been seen
one_on = {form: correlations[form][0] for form in forms}
print("\n" + fill(
    f"Seen: after tau = {old_tau:g} the centred form draws {medians['centred']:.1g} or so; the "
    f"correlation of log tau with the next is {one_on['centred']:.2f}, non-centred "
    f"{one_on['noncentred']:.2f}, collapsed {one_on['collapsed']:.2f}: there every tau is new. "
    f"With precise data the first two change places, {precise['centred']:.2f} and "
    f"{precise['noncentred']:.2f}. Narrow where tau is small, wide where it is large: this is the "
    "funnel.", 100))
print("Try: old_tau = 0.1 in place of 1. Where will the centred form go next?")
