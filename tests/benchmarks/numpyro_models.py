"""NumPyro on one of the section's models.

    python numpyro_models.py MODEL DATA OUT RUNS DRAWS TUNE

As pymc_models.py.
"""
import json
import sys
import time
import warnings

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.infer import MCMC, NUTS
from peers_data import counts, numbers

warnings.simplefilter("ignore")
jax.config.update("jax_enable_x64", True)


def eight(folder):
    y, sigma = numbers(folder, "eight_schools", "y", "sigma")

    def model():
        mu = numpyro.sample("mu", dist.Normal(0, 20))
        tau = numpyro.sample("tau", dist.HalfNormal(10))
        theta_raw = numpyro.sample("theta_raw", dist.Normal(0, 1).expand([len(y)]))
        theta = numpyro.deterministic("theta", mu + tau * theta_raw)
        numpyro.sample("y", dist.Normal(theta, sigma), obs=y)

    return model, ("mu", "tau", "theta")


def survey(folder):
    answers = counts(folder)
    J, K = answers.shape

    def model():
        alpha = numpyro.sample("alpha", dist.Exponential(1.0))
        pi0 = numpyro.sample("pi0", dist.Dirichlet(jnp.ones(K)))
        pi = numpyro.sample("pi", dist.Dirichlet(alpha * pi0).expand([J]))
        numpyro.sample("counts", dist.Multinomial(answers.sum(axis=1), pi), obs=answers)

    return model, ("alpha", "pi0", "pi")


def hospitals(folder):
    y, exposure = numbers(folder, "hospitals_printed", "y", "exposure")

    def model():
        mu_log = numpyro.sample("mu_log", dist.Normal(0, 1))
        sigma_log = numpyro.sample("sigma_log", dist.HalfNormal(1))
        lam_raw = numpyro.sample("lam_raw", dist.Normal(0, 1).expand([len(y)]))
        lam = numpyro.deterministic("lam", jnp.exp(mu_log + sigma_log * lam_raw))
        numpyro.sample("y", dist.Poisson(lam * exposure), obs=y)

    return model, ("mu_log", "sigma_log", "lam")


def main(name, folder, out, runs, draws, tune):
    seconds = []
    for run in range(int(runs)):
        began = time.perf_counter()
        model, names = globals()[name](folder)
        sampler = MCMC(NUTS(model, target_accept_prob=0.9), num_warmup=int(tune),
                       num_samples=int(draws), num_chains=4, chain_method="vectorized",
                       progress_bar=False)
        sampler.run(jax.random.PRNGKey(run), extra_fields=("num_steps",))
        found = {one: np.asarray(sampler.get_samples(group_by_chain=True)[one]) for one in names}
        seconds.append(time.perf_counter() - began)
        steps = np.asarray(sampler.get_extra_fields(group_by_chain=True)["num_steps"])
        np.savez(f"{out}/{run}.npz", n_steps=steps, **found)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
