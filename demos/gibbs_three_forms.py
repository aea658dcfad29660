"""Three Gibbs samplers for one posterior: why the funnel exists for Gibbs as well.

Centred: tau is drawn given theta. When tau is small, theta lies close to mu; theta close to mu
makes the next tau small. Non-centred: tau is drawn from what the data say of it. Collapsed: tau is
drawn with mu and theta integrated out.

Rests on lessons 2, 8 and 11.
"""
# %% The data
import numpy as np

import gibbspool as gp
from gibbspool.sampling.arviz_bridge import ess

schools = gp.data.eight_schools()
forms = ("centred", "noncentred", "collapsed")
print("Three Gibbs samplers on Eight Schools, as they are and with smaller standard errors. "
      "Takes about 4 seconds.")

# %% The same model in three forms, with standard errors as they are, three and ten times smaller
efficiency = {}
for shrink in (1, 3, 10):
    truth = gp.exact(gp.NormalNormal(schools.y, schools.sigma / shrink))
    print(f"\nstandard errors / {shrink}: exact mean of tau {truth['tau'].mean:.3f}, "
          f"average shrinkage {truth['shrinkage'].mean.mean():.2f}")
    for form in forms:
        model = gp.NormalNormal(schools.y, schools.sigma / shrink, form=form)
        draws = gp.sample(model, draws=700, tune=200, chains=4, seed=1)
        tau = draws["tau"]
        lag = np.corrcoef(tau[:, :-1].ravel(), tau[:, 1:].ravel())[0, 1]
        size = ess(tau)
        efficiency[shrink, form] = size / tau.size
        error = truth["tau"].sd / np.sqrt(size)
        print(f"  {form:11s} ESS of tau {size:6.0f} of {tau.size}, lag-1 autocorrelation "
              f"{lag:.2f}, mean {tau.mean():.3f} (z "
              f"{(tau.mean() - truth['tau'].mean) / error:+.1f})")

# %% The mechanism: one draw of tau, given the theta of a small tau, against the whole posterior
model = gp.NormalNormal(schools.y, schools.sigma, form="centred")
truth = gp.exact(model)
rng = np.random.default_rng(0)
print(f"\nsd of log tau in the posterior: {np.log(truth['tau'].draw(rng, 20_000)).std():.2f}")
for tau in (0.1, 1.0, 10.0):
    theta = model.theta_given(mu=8.0, tau=tau).draw(rng)
    ahead = [model.tau_given(theta=theta, mu=8.0).draw(rng) for _ in range(300)]
    print(f"  centred, theta drawn at tau = {tau:4.1f}: the next tau has median "
          f"{np.median(ahead):6.3f} and sd of log {np.std(np.log(ahead)):.2f}")

# %% What should have been seen
as_is, precise = ({form: efficiency[shrink, form] for form in forms} for shrink in (1, 10))
print(f"\nSeen: on the data as they are, a centred draw is worth {as_is['centred']:.2f} of an "
      f"independent one,\na non-centred one {as_is['noncentred']:.2f}, a collapsed one "
      f"{as_is['collapsed']:.2f}. The next tau of the centred form stays close to the last one:\n"
      "small steps in log tau, the neck of the funnel.")
print(f"With standard errors ten times smaller: centred {precise['centred']:.2f}, non-centred "
      f"{precise['noncentred']:.2f}, collapsed {precise['collapsed']:.2f}.\n"
      "Informative data fix theta, and then tau | theta is nearly all there is to know, while the\n"
      "non-centred theta_raw and tau are tied together by the data. Best both times: "
      f"{' and '.join(sorted({max(as_is, key=as_is.get), max(precise, key=precise.get)}))}.")
