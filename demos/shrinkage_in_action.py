"""Shrinkage in Action (Section 5.8.2): the formula by hand, its limits, and the exact posterior.

Rests on lessons 1 and 12.
"""
# %%
import warnings

import numpy as np

import gibbspool as gp
from gibbspool.section58.ledger import reported

print("The shrinkage formula for schools E and H, and its limits. Takes about 1 second.\n")
schools = gp.data.eight_schools()
model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)
truth = gp.exact(model)
printed = {p.id: p for p in reported("5.8.2 shrinkage")}
mu_hat, tau_hat = printed["shrinkage.mu"].value, printed["shrinkage.tau"].value

# %% The example: B_j = sigma_j^2 / (sigma_j^2 + tau^2), theta_j = (1 - B_j) y_j + B_j mu
print(f"mu = {mu_hat:g} and tau = {tau_hat:g}, as the section rounds them")
agree = []
for g in "EH":
    j = model.groups.index(g)
    y, sigma = model.y[j], model.sigma[j]
    B = sigma**2 / (sigma**2 + tau_hat**2)
    theta = (1 - B) * y + B * mu_hat
    said_B = printed[f"shrinkage.B.{g}"].printed
    said_theta = printed[f"shrinkage.theta.{g}"].printed
    agree += [f"{B:.2f}" == said_B, f"{theta:.1f}" == said_theta]
    print(f"School {g}: B = {B:.2f} (printed {said_B}), shrunk estimate = {theta:.1f} (printed "
          f"{said_theta}; raw {y:g}); exactly:\n  mean of B {truth['shrinkage', g].mean:.2f}, "
          f"of theta {truth['theta', g].mean:.1f}")

# %% The formula is the mean of a conditional that one can look at
conditional = model.theta_given(mu_hat, tau_hat)
print("\ntheta | mu, tau, y ~ Normal, mean " + np.array2string(conditional.mean, precision=2)
      + ", sd " + np.array2string(conditional.sd, precision=2))

# %% Three limits
print("\nsigma far above tau, sigma far below tau:")
for ratio in (0.001, 0.1, 1.0, 10.0, 1000.0):
    B = gp.NormalNormal(model.y, np.full(model.J, ratio * tau_hat)).shrinkage(tau_hat)[0]
    print(f"  sigma = {ratio:<6g} tau: B = {B:.6f}")
print("tau to 0: every B goes to 1, and the posterior to that of complete pooling")
pooled = gp.exact(model.complete_pooling())["mu"]
print(f"{'tau ~ HalfNormal':>20} {'smallest mean of B':>20} {'means of theta':>20} "
      f"{'sd of theta[A]':>16}")
for scale in (10.0, 1.0, 0.1, 0.01):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        near = gp.exact(model.with_priors(tau=gp.HalfNormal(scale)))
    theta = near["theta"].mean
    print(f"{scale:>20g} {near['shrinkage'].mean.min():>20.6f} "
          f"{f'{theta.min():.3f} to {theta.max():.3f}':>20} {near['theta', 'A'].sd:>16.4f}")
print(f"{'complete pooling':>20} {'':>20} {pooled.mean:>20.3f} {pooled.sd:>16.4f}")
for one in said:
    print(f"Of the last prior gibbspool warns, as it should: {one.message}")
apart = np.abs(theta - pooled.mean).max()

# %% What should have been seen
E = model.groups.index("E")
print(f"\nSeen: {sum(agree)} of the example's {len(agree)} printed results are the formula's. "
      "Its mu and tau are called posterior means;\nexactly these are "
      f"{truth['mu'].mean:.2f} and {truth['tau'].mean:.2f}.")
print(f"The section says: {printed['shrinkage.E_own_data'].printed}. But B is "
      f"{model.shrinkage(tau_hat)[E]:.2f}: that much of the estimate comes from mu, and "
      f"{truth['shrinkage', 'E'].mean:.2f} exactly.")
print(f"In the limits B goes to 0 and 1, and with tau ~ HalfNormal({scale:g}) no mean is more than "
      f"{apart:.5f} from complete pooling's.")
