"""Batting averages: 18 players, 45 at-bats each, and the rest of the season to be predicted.

Efron and Morris's players of 1970 show that the hierarchical pattern does not depend on the
likelihood, and that pooling can be put to the test: the rest of the season was held back.

Rests on lessons 1, 6 and 12.
"""
# %% The data and the model
import numpy as np

import gibbspool as gp

print("Batting averages: the exact posterior, Gibbs beside it, and predictions put to the test. "
      "Takes about 4 seconds.")
data = gp.data.baseball()
model = gp.BetaBinomial(data.successes, data.trials, groups=data.groups)
print(model)

# %% The exact posterior: theta analytically, phi and kappa by quadrature
truth = gp.exact(model)
low, middle, high = truth["kappa"].quantile([0.055, 0.5, 0.945])
print(truth["phi"])
print(f"kappa: median {middle:.0f}, 89% between {low:.0f} and {high:.0f} at-bats (its mean is "
      f"{truth['kappa'].mean})")
print(f"log evidence {truth.log_evidence:.4f}, relative error of the quadrature {truth.error:.0e}")

# %% The same by Gibbs sampling, in two forms
# 60 chains at once, so that the chain means give the Monte Carlo error.
draws = {form: gp.sample(gp.BetaBinomial(data.successes, data.trials, groups=data.groups,
                                         form=form),
                         draws=60, tune=60, chains=60, seed=1)
         for form in ("collapsed", "centred")}


def z_score(x, mean):
    """Distance of the mean of draws (chain, draw) from the exact one, in Monte Carlo errors."""
    per_chain = x.mean(axis=1)
    return (per_chain.mean() - mean) / (per_chain.std(ddof=1) / np.sqrt(len(per_chain)))


def lag_one(x):
    """Correlation of successive draws (chain, draw), around the common mean."""
    x = x - x.mean()
    return (x[:, 1:] * x[:, :-1]).mean() / (x**2).mean()


furthest, memory = {}, {}
for form, found in draws.items():
    # kappa has no mean to compare, but the probability below each draw has mean 1/2
    z = [z_score(found["phi"], truth["phi"].mean), z_score(truth["kappa"].cdf(found["kappa"]), 0.5),
         *(z_score(found["theta", name], truth["theta", name].mean) for name in data.groups)]
    furthest[form], memory[form] = np.abs(z).max(), lag_one(np.log(found["kappa"]))
    print(f"{form}: of {len(z)} numbers the furthest lies {furthest[form]:.1f} Monte Carlo "
          "standard errors from the exact one; correlation of successive log kappa: "
          f"{memory[form]:.2f}")

# %% One sweep, a conditional at a time: set a breakpoint in model.kappa_given and step in
for name, conditional, old, new in gp.steps(model, seed=1, sweeps=1):
    print(f"{name} ~ {conditional!r}")

# %% Shrinkage: how far each average is pulled towards the mean of all
raw, mean = data.successes / data.trials, truth["theta"].mean
ends = truth["theta"].quantile([0.055, 0.945])
pull = truth["shrinkage"].mean
print(f"\n{'player':<12} {'first 45':>8} {'pooled':>7} {'89% interval':>16} {'rest':>6}")
for name, *row in zip(data.groups, raw, mean, *ends, data.rest_of_season):
    print("{:<12} {:8.3f} {:7.3f}   [{:.3f}, {:.3f}] {:6.3f}".format(name, *row))
print(f"on average {pull[0]:.0%} of the way from the player's own average to the mean of all, "
      f"{truth['phi'].mean:.3f}")

# %% The rest of the season, predicted by partial, no and complete pooling
# Squared error: of the posterior mean of each theta_j. Log score: the predictive density of what
# was held back. The at-bats of the rest of the season are not in the data, so its average is first
# taken for the true rate itself, whose posterior density is evaluated there; then for an average
# over m at-bats, with the noise that these bring.
rest = data.rest_of_season
strategies = {"partial": truth, "no": gp.exact(model.no_pooling()),
              "complete": gp.exact(model.complete_pooling())}
AT_BATS = (100, 200, 400, 800)


def log_scores(rate, averages, at_bats):
    """Log density of averages over so many at-bats, itself averaged over the true rate."""
    return np.log(gp.Normal(rate, np.sqrt(rate * (1 - rate) / at_bats)).pdf(averages).mean(axis=0))


squared, score, noisy, left_out = {}, {}, {}, {}
print(f"\n{'pooling':<9} {'squared error':>13} {'log score':>9}"
      + "".join(f"{f'm = {m}':>9}" for m in AT_BATS)
      + f"{'leave-one-out':>15}")
for name, posterior in strategies.items():
    theta = posterior["theta"]
    squared[name] = ((theta.mean - rest) ** 2).sum()
    score[name] = sum(one.logpdf(x) for one, x in zip(theta, rest))
    rate = theta.quantile((np.arange(500) + 0.5) / 500)
    noisy[name] = [log_scores(rate, rest, m).sum() for m in AT_BATS]
    left_out[name] = posterior.elpd_loo().elpd
    row = "".join(f"{x:9.1f}" for x in noisy[name])
    print(f"{name:<9} {squared[name]:13.4f} {score[name]:9.1f}{row}{left_out[name]:15.2f}")

# %% What should have been seen
best_squared, best_score = min(squared, key=squared.get), max(score, key=score.get)
fastest, slowest = min(memory, key=memory.get), max(memory, key=memory.get)
print("\nSeen: of all numbers of both forms the furthest from the quadrature lies "
      f"{max(furthest.values()):.1f} Monte Carlo standard errors away.\nThe {fastest} form forgets "
      f"faster than the {slowest} one: {memory[fastest]:.2f} against {memory[slowest]:.2f}.")
print(f"Squared error: {best_squared} pooling predicts best. No pooling has "
      f"{squared['no'] / squared['partial']:.1f} times the error of partial pooling, complete "
      f"pooling {squared['complete'] / squared['partial']:.2f} times.")
print(f"Log score, the average taken for the true rate: {best_score} pooling predicts best, "
      f"{score['partial'] - score['no']:.1f} above no pooling and "
      f"{score['partial'] - score['complete']:.1f} above complete pooling, which allows no "
      "differences at all.")
for m, *scores in zip(AT_BATS, *(noisy[name] for name in strategies)):
    by_name = dict(zip(strategies, scores))
    ahead = by_name["partial"] - by_name["complete"]
    print(f"Log score, for an average over {m} at-bats: {max(by_name, key=by_name.get)} pooling "
          f"predicts best; partial pooling stands {ahead:+.1f} to complete, "
          f"{by_name['partial'] - by_name['no']:+.1f} to no pooling.")
gap = left_out["partial"] - left_out["complete"]
print("Not everything speaks for partial pooling: for a player left out altogether it stands "
      f"{gap:+.2f} to complete pooling, since 45 at-bats each hardly tell the players apart.")
