"""A model of your own: pupils in schools in districts, in some thirty lines.

The recipe is always the same: write the generative story, then its joint density, then one
conditional for each variable, and check these against the joint density *before* sampling. Here the
story has one level more than the models of the library: y_i of a pupil, theta_s of a school, eta_d
of a district. You will see the check pass, see it name a mistake that was planted on purpose, and
see the sampler find the values that the data were made with. It takes about four seconds.

Rests on lessons 1, 2 and 3.
"""
# %% The model: the story in the docstring, then log_joint, then a conditional for each variable
import numpy as np

import gibbspool as gp
from gibbspool.distributions.base import per_group  # x[..., None]: one value a chain meets groups
from gibbspool.sampling.griddy import Griddy

print("A nested model of one's own: written, checked, sampled. Takes about 4 seconds.\n")


class PupilsInSchoolsInDistricts(gp.Model):
    """Test scores, schools and districts each drawn from a population of their own::

        mu      ~ Normal(50, 20)                       the mean of all districts
        eta_d   ~ Normal(mu, omega)                    the mean of district d
        theta_s ~ Normal(eta_district[s], tau)         the mean of school s
        y_i     ~ Normal(theta_school[i], sigma)       the score of pupil i
        omega ~ HalfNormal(10), tau ~ HalfNormal(10), sigma ~ HalfNormal(20)
    """

    order = ("theta", "eta", "mu", "omega", "tau", "sigma")

    def __init__(self, y, school, district):
        self.y, self.school, self.district = y, school, district
        self.mu, self.omega = gp.Normal(50, 20), gp.HalfNormal(10)
        self.tau, self.sigma = gp.HalfNormal(10), gp.HalfNormal(20)
        self.in_school = np.eye(school.max() + 1)[school]            # (pupils, schools), 0 or 1
        self.in_district = np.eye(district.max() + 1)[district]      # (schools, districts)

    def log_joint(self, theta, eta, mu, omega, tau, sigma):
        return (self.mu.logpdf(mu) + self.omega.logpdf(omega) + self.tau.logpdf(tau)
                + self.sigma.logpdf(sigma)
                + gp.Normal(per_group(mu), per_group(omega)).logpdf(eta).sum(axis=-1)
                + gp.Normal(eta[..., self.district], per_group(tau)).logpdf(theta).sum(axis=-1)
                + gp.Normal(theta[..., self.school], per_group(sigma)).logpdf(self.y).sum(axis=-1))

    def theta_given(self, eta, tau, sigma):
        """A school's pupils and its district each say where theta_s is; precisions add up."""
        return normal_mean(self.y @ self.in_school, self.in_school.sum(axis=0), per_group(sigma),
                           eta[..., self.district], per_group(tau))

    def eta_given(self, theta, mu, omega, tau):
        """Likewise: the schools of a district, and the mean of all districts."""
        return normal_mean(theta @ self.in_district, self.in_district.sum(axis=0), per_group(tau),
                           per_group(mu), per_group(omega))

    def mu_given(self, eta, omega):
        """And the districts, with the prior of mu."""
        return normal_mean(eta.sum(axis=-1), eta.shape[-1], omega, self.mu.mean, self.mu.sd)

    def omega_given(self, eta, mu):
        return spread_of(eta - per_group(mu), self.omega)

    def tau_given(self, theta, eta):
        return spread_of(theta - eta[..., self.district], self.tau)

    def sigma_given(self, theta):
        return spread_of(self.y - theta[..., self.school], self.sigma)

    def initial(self, rng, shape=()):
        """Starting values, more spread out than the posterior: arrays (*shape, ...)."""
        schools, districts = self.in_district.shape
        return {"theta": rng.normal(50, 20, (*shape, schools)),
                "eta": rng.normal(50, 20, (*shape, districts)), "mu": rng.normal(50, 20, shape),
                **{name: rng.uniform(1, 20, shape) for name in ("omega", "tau", "sigma")}}


def normal_mean(total, n, sd, prior_mean, prior_sd):
    """m | x_1, ..., x_n, where x_i ~ Normal(m, sd), m ~ Normal(prior_mean, prior_sd)."""
    precision = n / sd**2 + 1 / prior_sd**2
    return gp.Normal((total / sd**2 + prior_mean / prior_sd**2) / precision, 1 / np.sqrt(precision))


def spread_of(residuals, prior):
    """p(s | r_1, ..., r_n) proportional to p(s) s^-n exp(-sum r_i^2 / (2 s^2)): on a grid."""
    n, S = residuals.shape[-1], (residuals**2).sum(axis=-1)

    def log_density(s):
        return prior.logpdf(s) - n * np.log(s) - S / (2 * s**2)

    return Griddy(log_density)


# %% Data made by the story itself, so that the truth is known: 8 districts, 5 schools each
def simulate(rng, districts=8, schools=5, pupils=(4, 25), mu=52.0, omega=6.0, tau=4.0, sigma=10.0):
    """Scores, the school of each pupil, the district of each school, and the true values."""
    district = np.repeat(np.arange(districts), schools)
    school = np.repeat(np.arange(len(district)), rng.integers(*pupils, len(district)))
    eta = rng.normal(mu, omega, districts)
    theta = rng.normal(eta[district], tau)
    true = dict(theta=theta, eta=eta, mu=mu, omega=omega, tau=tau, sigma=sigma)
    return rng.normal(theta[school], sigma), school, district, true


# %% A mistake, planted: the number of districts less one, as in the estimate of a variance
class OneDistrictTooFew(PupilsInSchoolsInDistricts):
    __doc__ = PupilsInSchoolsInDistricts.__doc__

    def omega_given(self, eta, mu):
        right = super().omega_given(eta, mu)
        return Griddy(lambda omega: right.log_density(omega) + np.log(omega))


# %% Check it before you sample it: the right one, and the one with the mistake
y, school, district, true = simulate(np.random.default_rng(1))
model = PupilsInSchoolsInDistricts(y, school, district)
report = gp.check_conditionals(model)
print(f"{len(y)} pupils in {len(district)} schools in {district.max() + 1} districts\n")
print(*report, sep="\n")
verdict = gp.check_conditionals(OneDistrictTooFew(y, school, district))["omega_given"]
print(f"\nand with the mistake:\n{verdict}")

# %% One sweep, a conditional at a time: set a breakpoint in theta_given to see its formula at work
print()
for name, conditional, old, new in gp.steps(model, seed=1, sweeps=1):
    print(f"{name} ~ {conditional!r}")

# %% Sample it: four chains at once
draws = gp.sample(model, draws=1000, tune=200, chains=4, seed=1)
spreads = ("omega", "tau", "sigma")
inside = {}
for name in ("mu", *spreads):
    low, high = np.quantile(draws[name], [0.055, 0.945])
    inside[name] = low < true[name] < high
    print(f"{name:<6} true {true[name]:5.1f}   89% in [{low:5.1f}, {high:5.1f}]")

# %% The table, with its diagnostics, where pandas and ArviZ are installed
try:
    table = draws.summary(["mu", *spreads, "eta"])
    table.insert(0, "true", [true["mu"], *(true[name] for name in spreads), *true["eta"]])
    print(f"\n{table[['true', 'mean', 'sd', 'ess_bulk', 'r_hat']].round(2).to_string()}")
except ImportError as problem:
    print(f"\nNo table: {problem}")

# %% What pooling is good for: the error of each school's own mean, and of its posterior mean
pupils = model.in_school.sum(axis=0)
own = y @ model.in_school / pupils
pooled = draws["theta"].mean(axis=(0, 1))
error = {}
for label, some in (("fewer than 10 pupils", pupils < 10), ("10 or more", pupils >= 10)):
    error[label] = [np.sqrt(((found - true["theta"])[some] ** 2).mean()) for found in (own, pooled)]
    print(f"{some.sum()} schools with {label}: root mean squared error of the own means "
          f"{error[label][0]:.2f}, of the pooled ones {error[label][1]:.2f}")

# %% What should have been seen
small, large = error.values()
print(f"\nSeen: {'every' if report.ok else 'not every'} conditional agrees with the joint density, "
      f"to {max(verdict.error for verdict in report):.0e}; the planted mistake is named: "
      f"{verdict.remark}")
print(f"The posterior finds the truth: of mu, omega, tau and sigma, {sum(inside.values())} of 4 "
      "true values lie in their 89% intervals. omega, known from 8 districts, is least certain.")
print(f"Pooling pays where there is little to go by: the error of a small school's mean falls from "
      f"{small[0]:.1f} to {small[1]:.1f}, that of the others goes from {large[0]:.1f} to "
      f"{large[1]:.1f}.")
