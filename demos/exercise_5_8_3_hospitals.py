"""Exercise 5.8.3: adverse events in eight hospitals, counts with exposure.

Hospital 5 had one event in 700 patient-days. What is its rate, how much do the other seven
hospitals help to tell, and what is to be expected of a ninth? All exact, with three Gibbs samplers
beside it.

Rests on lessons 6, 10 and 12.
"""
# %% The data as the section prints them, and the model
import numpy as np

import gibbspool as gp

print("Rates of eight hospitals: exact, by three Gibbs samplers, and for a ninth hospital. "
      "Takes about 8 seconds.")
data = gp.data.hospitals()
model = gp.PoissonLognormal(data.y, data.exposure, groups=data.groups)
print(model)
print(gp.check_conditionals(model))

# %% One sweep of the interwoven form, a conditional at a time
for name, conditional, old, new in gp.steps(model, seed=1, sweeps=1):
    print(f"{name:16s} ~ {conditional!r}")

# %% The exact posterior
truth = gp.exact(model)
print(truth["mu_log"], truth["sigma_log"], truth["lam"], sep="\n")
print(f"log evidence {truth.log_evidence:.6f}, relative error of the quadrature {truth.error:.0e}")

# %% The three forms beside it
# 60 chains at once, so that the chain means give the Monte Carlo error.
FORMS = ("centred", "noncentred", "interwoven")


def chains_of(data, form, draws=60, tune=60):
    model = gp.PoissonLognormal(data.y, data.exposure, form=form)
    return gp.sample(model, draws=draws, tune=tune, chains=60, seed=1)


def z_score(x, mean):
    """Distance of the mean of draws (chain, draw) from the exact one, in Monte Carlo errors."""
    per_chain = x.mean(axis=1)
    return (per_chain.mean() - mean) / (per_chain.std(ddof=1) / np.sqrt(len(per_chain)))


def effective(x):
    """Effective draws per sweep.

    With independent draws the variance of a chain's mean would be 1 / n of that of a draw.
    """
    return x.var() / (x.shape[1] * x.mean(axis=1).var(ddof=1))


furthest = {}
for form in FORMS:
    draws = chains_of(data, form)
    z = [z_score(draws[name], truth[name].mean) for name in ("mu_log", "sigma_log")]
    z += [z_score(draws["lam"][..., j], truth["lam"][j].mean) for j in range(model.J)]
    furthest[form] = np.abs(z).max()
    print(f"{form:10s} furthest of {len(z)} means from the exact one: {furthest[form]:.1f} Monte "
          "Carlo standard errors; effective draws of sigma_log per sweep: "
          f"{effective(draws['sigma_log']):.2f}")

# %% Which form mixes depends on the data: counts 100 times larger, and counts that are mostly zero
large, sparse = gp.data.hospitals("seed"), gp.data.hospitals("seed")
large.y, large.exposure = np.round(100 * large.y), 100 * large.exposure
sparse.y, sparse.exposure = np.array([0, 0, 1, 0, 0, 2, 0, 1]), np.full(8, 0.5)
mixing = {(kind, form): effective(chains_of(some, form, draws=40, tune=30)["sigma_log"])
          for kind, some in (("large", large), ("sparse", sparse)) for form in FORMS}
for (kind, form), share in mixing.items():
    print(f"{kind:6s} counts, {form:10s}: {share:.3f} effective draws of sigma_log per sweep")


# %% Hospital 5 against no pooling, and a ninth hospital
# For the counts as printed, and for those that the section's code really generates.
def percentiles(marginal):
    """The central 89%, which part (d) of the section's code computes (and calls an HDI)."""
    return marginal.quantile(np.array([0.055, 0.945]))


def change(narrower):
    return f"{abs(narrower):.1%} {'narrower' if narrower > 0 else 'wider'}"


def compare(which, partial):
    """Print what is known of hospital 5 and a ninth one; by how much it is narrower, and wider."""
    model = partial.model
    none = gp.exact(model.no_pooling())
    new = partial.new_group
    pooled, alone = partial["lam", "5"].hdi(0.89), none["lam", "5"].hdi(0.89)
    narrower = 1 - np.ptp(pooled) / np.ptp(alone)
    wider = np.ptp(percentiles(new)) / np.ptp(percentiles(partial["lam", "5"]))
    print(f"\n{which}: hospital 5, {model.y[4]:.0f} events in exposure {model.exposure[4]}")
    print("  partial pooling, 89% HDI [{:.3f}, {:.3f}]".format(*pooled))
    print("  no pooling, 89% HDI      [{:.3f}, {:.3f}]".format(*alone),
          f": pooling makes it {change(narrower)}")
    print("  central 89%              [{:.3f}, {:.3f}]".format(*percentiles(partial["lam", "5"])))
    print("  a new hospital's rate    [{:.3f}, {:.3f}]".format(*percentiles(new)),
          f": {wider:.2f} times as wide")
    print(f"  mean of a new rate {new.mean:.3f}, standard deviation {new.sd}")
    rate = new.quantile((np.arange(4000) + 0.5) / 4000)
    count = np.arange(60)
    below = np.cumsum(np.exp(count * np.log(3 * rate[:, None]) - 3 * rate[:, None]
                             - np.cumsum(np.log(np.maximum(count, 1)))).mean(axis=0))
    print(f"  its count in exposure 3: median {np.searchsorted(below, 0.5)}, central 89% from "
          f"{np.searchsorted(below, 0.055)} to {np.searchsorted(below, 0.945)}")
    return narrower, wider


generated = gp.data.hospitals("seed")
truths = {"printed": truth,
          "seed": gp.exact(gp.PoissonLognormal(generated.y, generated.exposure,
                                               groups=generated.groups))}
found = {which: compare(which, partial) for which, partial in truths.items()}

# %% What should have been seen
print(f"\nSeen: of {len(FORMS) * len(z)} means that the three forms give, the furthest is "
      f"{max(furthest.values()):.1f} Monte Carlo standard errors off the exact one: up to about 3 "
      "is chance.")
for kind in ("large", "sparse"):
    worst = min(FORMS, key=lambda form: mixing[kind, form])
    print(f"With {kind} counts the {worst} form walks slowest, at {mixing[kind, worst]:.3f} "
          f"effective draws per sweep; the interwoven one makes {mixing[kind, 'interwoven']:.2f}.")
narrower, wider = found["printed"]
print("The section says that pooling makes the interval of hospital 5 'approximately 30% "
      f"narrower': for the counts it prints it is {change(narrower)}, for those its code generates "
      f"{change(found['seed'][0])}.")
print("It says that a new hospital's interval is wider than that of hospital 5: for the printed "
      f"counts it is {wider:.2f} times as wide, for the generated ones {found['seed'][1]:.2f} "
      "times.")
