"""Worked Example 2: survey answers in six regions, by the Dirichlet-Multinomial hierarchy.

Four possible answers, six regions of 35 to 120 people. The same pattern as Eight Schools with
another likelihood: what does a small region learn from the others? Fitted exactly and by two Gibbs
samplers, beside what the section prints.

Rests on lessons 6, 7, 11 and 12.
"""
# %% The data and the model
import os

import numpy as np

import gibbspool as gp
from gibbspool.section58.ledger import reported

print("Survey answers in six regions: exact, by two Gibbs samplers, and the section's numbers. "
      "Takes about 3 seconds.\n")
regions = gp.data.survey_regions()  # the counts as the section prints them
model = gp.DirichletMultinomial(regions.counts, alpha=gp.Exponential(1), groups=regions.groups,
                                categories=regions.categories)
print(model)

# %% The exact posterior
# alpha and pi0 by a chain of one-dimensional integrals, pi as mixtures of Betas over them.
truth = gp.exact(model)
print(truth["alpha"])
print(truth["pi0"])
print(f"log evidence {truth.log_evidence:.4f}, relative error of the quadrature {truth.error:.0e}")

# %% One sweep of the augmented sampler: set a breakpoint in model.tables_given and step in
# pi0 is drawn by way of tables: tables | alpha, pi0, then pi0 | tables, twice over.
for name, conditional, old, new in gp.steps(model, seed=1, sweeps=1):
    print(f"{name} ~ {str(conditional)[:150]}")
print("tables opened, by category (people in brackets):")
last = gp.sample(model, draws=1, tune=50, chains=1, seed=1)
tables = model.tables_given(last["alpha"][0, 0], last["pi0"][0, 0]).draw(np.random.default_rng(1))
print("   ", "  ".join(f"{m:2.0f} ({n:2d})" for m, n in zip(tables, regions.counts.sum(axis=0))))

# %% Is every conditional right? No sampler is needed to tell
print(gp.check_conditionals(model))

# %% Both forms by Gibbs sampling
# 100 chains at once, so that the chain means give the Monte Carlo error.
DRAWS, CHAINS = 100, 100
models = {form: gp.DirichletMultinomial(regions.counts, groups=regions.groups,
                                        categories=regions.categories, form=form)
          for form in ("augmented", "plain")}
draws = {form: gp.sample(one, draws=DRAWS, tune=200, chains=CHAINS, seed=42)
         for form, one in models.items()}


def mean_and_ess(x, sd):
    """Mean of draws (chain, draw), its standard error, and the independent draws it is worth."""
    per_chain = x.mean(axis=1)
    error = per_chain.std(ddof=1) / np.sqrt(len(per_chain))
    return per_chain.mean(), error, (sd / error) ** 2


furthest, ess = {}, {}
print(f"\n{'':28} {'exact':>8}" + "".join(f"{form:>12} {'ESS':>6}" for form in draws))
numbers = [("alpha", (), truth["alpha"]),
           *(("pi0", (label,), truth["pi0", label]) for label in regions.categories)]
for name, label, marginal in numbers:
    line = f"{marginal.name:<28} {marginal.mean:8.3f}"
    for form, found in draws.items():
        mean, error, worth = mean_and_ess(found[(name, *label)] if label else found[name],
                                          marginal.sd)
        furthest[form] = max(furthest.get(form, 0), abs(mean - marginal.mean) / error)
        ess.setdefault(form, []).append(worth)
        line += f"{mean:12.3f} {worth:6.0f}"
    print(line)
print(f"ESS out of {DRAWS * CHAINS} draws")

# %% The section's counts: not what its code makes, and all but equal in every region
printed = {p.id: p.value for p in reported() if p.kind != "statement"}
made = gp.data.survey_regions("seed")
print(f"\nprinted counts\n{regions.counts}\nwhat the printed code makes with its "
      f"seed\n{made.counts}")


def unevenness(counts):
    """Pearson's chi-square against equal shares in all regions: about (R - 1)(K - 1) if equal."""
    people, answers = counts.sum(axis=-1, keepdims=True), counts.sum(axis=-2, keepdims=True)
    expected = people * answers / people.sum(axis=-2, keepdims=True)
    return ((counts - expected) ** 2 / np.maximum(expected, 1e-9)).sum(axis=(-1, -2))


rng = np.random.default_rng(0)
shares = rng.dirichlet(8.0 * np.array([0.25, 0.35, 0.25, 0.15]), size=(4000, model.J))
by_the_recipe = unevenness(rng.multinomial(regions.counts.sum(axis=1), shares))
as_even = (by_the_recipe <= unevenness(regions.counts)).mean()

# %% The section's table beside the exact posterior: mean, sd, and the ends of the 89% interval
STATISTICS = ("mean", "sd", "hdi_low", "hdi_high")
print(f"\n{'':8} {'printed: mean, sd, 89% HDI':>34} {'exact':>34}")
for name, (_, _, marginal) in zip(("alpha", "pi0[SA]", "pi0[A]", "pi0[D]", "pi0[SD]"), numbers):
    exact = (marginal.mean, marginal.sd, *marginal.hdi(0.89))
    print(f"{name:<8} " + " ".join(f"{printed[f'survey.{name}.{s}']:8.2f}" for s in STATISTICS)
          + "   " + " ".join(f"{x:8.2f}" for x in exact))
error = truth["alpha"].sd / np.sqrt(printed["survey.alpha.ess_bulk"])
off = (printed["survey.alpha.mean"] - truth["alpha"].mean) / error
print("alpha, and sd of the first pi0, under other priors and with the counts that the printed "
      "code makes:")
others = {}
for which in ("printed", "seed"):
    for prior in (gp.Exponential(1), gp.Exponential(0.5), gp.Exponential(0.2), gp.Exponential(0.1),
                  gp.Gamma(2, 0.1)):
        found = gp.exact(gp.DirichletMultinomial(gp.data.survey_regions(which).counts, alpha=prior))
        alpha = (found["alpha"].mean, found["alpha"].sd, *found["alpha"].hdi(0.89))
        others[which, repr(prior)] = alpha, found["pi0"].mean, found["pi0"].sd
        print(f"    {which:<8} {prior!r:<24}" + " ".join(f"{x:8.2f}" for x in alpha)
              + f"{found['pi0'].sd[0]:12.3f}")


def distances(alpha, mean, sd):
    """Furthest of the printed mean and sd of alpha, and of those of pi0."""
    of_alpha = [abs(x - printed[f"survey.alpha.{s}"]) for x, s in zip(alpha, ("mean", "sd"))]
    of_pi0 = [abs(x - printed[f"survey.pi0[{c}].{s}"]) for s, xs in (("mean", mean), ("sd", sd))
              for x, c in zip(xs, ("SA", "A", "D", "SD"))]
    return max(of_alpha), max(of_pi0)


distance = {key: distances(*found) for key, found in others.items()}
closest = [min(distance, key=lambda key: distance[key][k]) for k in (0, 1)]

# %% The smallest region: widths of the 89% intervals with and without pooling
separate = gp.exact(model.no_pooling())
smallest = regions.groups[int(np.argmin(model.n))]
WIDTHS = {strategy: [printed[f"widths.{name}.{c}"] for c in ("SA", "A", "D", "SD")]
          for strategy, name in (("no pooling", "none"), ("hierarchical", "partial"))}


def widths(posterior, region):
    low, high = posterior["pi"][region].quantile([0.055, 0.945])
    return high - low


exact_widths = {"no pooling": widths(separate, smallest), "hierarchical": widths(truth, smallest)}
print(f"\nregion {smallest}, {min(model.n):.0f} people: widths by category")
for strategy in WIDTHS:
    print(f"{strategy:<13} printed " + " ".join(f"{w:.3f}" for w in WIDTHS[strategy])
          + "   exact " + " ".join(f"{w:.3f}" for w in exact_widths[strategy]))
narrower = 1 - exact_widths["hierarchical"] / exact_widths["no pooling"]
printed_narrower = 1 - np.divide(WIDTHS["hierarchical"], WIDTHS["no pooling"])

# %% Shrinkage by region size
observed, pi, baseline = regions.counts / model.n[:, None], truth["pi"].mean, truth["pi0"].mean
pull = truth["shrinkage"].mean
print(f"\n{'region':<7} {'people':>6} {'pull':>6}   observed shares, and (posterior means)")
for r in np.argsort(model.n):
    cells = "  ".join(f"{a:.3f} ({b:.3f})" for a, b in zip(observed[r], pi[r]))
    print(f"{regions.groups[r]:<7} {model.n[r]:6.0f} {pull[r]:6.1%}   {cells}")
print(f"{'baseline':<22}   " + "  ".join(f"{b:13.3f}" for b in baseline))

# %% A region that is left out: which strategy predicts it best?
left_out = {"partial": truth.elpd_loo(), "no": separate.elpd_loo(),
            "complete": gp.exact(model.complete_pooling()).elpd_loo()}
for name, found in left_out.items():
    print(f"{name:<9} pooling: exact leave-one-region-out log score {found.elpd:.1f} (se "
          f"{found.se:.1f})")

# %% Figures, if matplotlib is there
try:
    from gibbspool import plots
    from gibbspool.plots import exact as plots_exact
    os.makedirs("figures", exist_ok=True)
    plots.save(plots_exact.shares(truth, separate, ["5", "2"],
                                  ["region 5, the smallest", "region 2, the largest"]),
               "figures/survey_shares.png")
    plots.save(plots_exact.pull(truth), "figures/survey_pull.png")
    print("\nfigures/survey_shares.png, figures/survey_pull.png")
except ImportError:
    print("\nmatplotlib is not installed: no figures")

# %% What should have been seen
gain_alpha = ess["augmented"][0] / ess["plain"][0]
gain_pi0 = np.mean(ess["augmented"][1:]) / np.mean(ess["plain"][1:])
wide = np.divide(WIDTHS["no pooling"], exact_widths["no pooling"])
falls = (np.diff(pull[np.argsort(model.n)]) < 0).all()
best = max(left_out, key=lambda name: left_out[name].elpd)
print("\nSeen: both forms agree with the quadrature (the furthest of ten means lies "
      f"{max(furthest.values()):.1f} Monte Carlo standard errors away).\nA draw of pi0 is worth "
      f"{gain_pi0:.1f} times as much in the augmented form as in the plain one, a draw of alpha "
      f"{gain_alpha:.1f} times.")
print(f"Of the 24 printed counts {(regions.counts == made.counts).sum()} are those that the "
      f"printed code makes. Of 4000 data sets made by its recipe {as_even:.1%} are as even as the "
      "printed one.")
print(f"The section's alpha, {printed['survey.alpha.mean']} (sd {printed['survey.alpha.sd']}), is "
      f"not the posterior of the counts and priors it states, {truth['alpha'].mean:.2f} (sd "
      f"{truth['alpha'].sd:.2f}): with its ESS of {printed['survey.alpha.ess_bulk']:.0f} that is "
      f"{off:.0f} Monte Carlo standard errors. Of the alternatives above, "
      f"{' with the counts '.join(reversed(closest[1]))} comes closest to its pi0 (none of the "
      f"means and sds is off by more than {distance[closest[1]][1]:.3f}), but would have an alpha "
      f"of {others[closest[1]][0][0]:.0f}; the one closest to its alpha, "
      f"{' with the counts '.join(reversed(closest[0]))}, still misses its sd or mean by "
      f"{distance[closest[0]][0]:.1f}.")
print(f"Partial pooling narrows the intervals of region {smallest} by {narrower.min():.0%} to "
      f"{narrower.max():.0%}; by the section's numbers it would be {printed_narrower.min():.0%} to "
      f"{printed_narrower.max():.0%}. Its no-pooling widths are {wide.min():.2f} to "
      f"{wide.max():.2f} times those of Dirichlet(1 + counts), which need no sampler.")
print(f"The pull towards the baseline falls from {pull.max():.0%} in the smallest region to "
      f"{pull.min():.0%} in the largest; {'every' if falls else 'not every'} step up in size "
      "lowers it.")
ahead = left_out[best].elpd - left_out["partial"].elpd
print(f"A region left out is predicted best by {best} pooling, {ahead:.1f} above partial pooling"
      + (": the prior Exponential(1) expects regions that differ far more (alpha near 1) than "
         "these do."
         if best == "complete" else "."))
