"""Try it yourself (Section 5.8.4): one region of 10 people and one of 500.

How does the imbalance affect the shrinkage? Run it as it is, or cell by cell (# %%) in VS Code or
Spyder.

Rests on lessons 6 and 7.
"""
# %% The printed counts, but with 10 people in region 5 and 500 in region 2
import os

import numpy as np

import gibbspool as gp

print("Two survey regions resized, exact and by Gibbs. Takes about 2 seconds.\n")
regions = gp.data.survey_regions()
FEW, MANY = "5", "2"
few, many = (regions.groups.index(g) for g in (FEW, MANY))


def resized(counts, n):
    """About the same shares among n people: whole numbers by largest remainders."""
    x = counts / counts.sum() * n
    whole = np.floor(x).astype(int)
    whole[np.argsort(whole - x)[:n - whole.sum()]] += 1
    return whole


counts = regions.counts.copy()
counts[few], counts[many] = resized(counts[few], 10), resized(counts[many], 500)
print(counts)


def model_of(counts):
    return gp.DirichletMultinomial(counts, groups=regions.groups, categories=regions.categories)


before, model = model_of(regions.counts), model_of(counts)

# %% Exactly, with partial pooling and without, and by Gibbs sampling beside it
truth_before, truth, separate = gp.exact(before), gp.exact(model), gp.exact(model.no_pooling())
draws = gp.sample(model, draws=1000, tune=200, chains=4, seed=42)


def widths(found, g):
    """Of the middle 89% of each share."""
    return np.ptp(found["pi", g].quantile([0.055, 0.945]), axis=0)


for g in (FEW, MANY):
    r = regions.groups.index(g)
    sampled = np.ptp(np.quantile(draws["pi", g], [0.055, 0.945], axis=(0, 1)), axis=0)
    print(f"\nregion {g}, {model.n[r]:.0f} people: widths of the middle 89% of "
          f"{', '.join(regions.categories)}")
    for name, width in (("no pooling", widths(separate, g)), ("partial pooling", widths(truth, g)),
                        ("  by Gibbs", sampled)):
        print(f"  {name:<16}" + " ".join(f"{w:7.3f}" for w in width))

# %% The pull towards the baseline
# E[pi_r] = (1 - B_r) observed + B_r pi0 with B_r = alpha / (alpha + n_r).
B, B_before = truth["shrinkage"], truth_before["shrinkage"].mean
low, high = B.quantile([0.055, 0.945])
print(f"\n{'region':<8}{'people':>7}{'pull':>8}{'89% interval':>16}{'before':>9}")
for r in np.argsort(model.n):
    print(f"{regions.groups[r]:<8}{model.n[r]:7.0f}{B.mean[r]:8.1%}{low[r]:9.1%} to "
          f"{high[r]:.1%}{B_before[r]:8.1%}")

# %% And the other way round: how much does each region say of the baseline?
# Given alpha, an observed share varies about pi0_k with variance pi0_k (1 - pi0_k) / (1 + alpha) *
# (alpha + n_r) / n_r: its weight in the baseline goes with n_r / (alpha + n_r) = 1 - B_r, and no
# region can have more than a weight of 1.
weight = (1 - B.mean) / (1 - B.mean).sum()
people = model.n / model.n.sum()
other = counts.copy()
other[many] = resized(other[many][::-1], 500)  # the 500 change their minds: their shares in reverse
moved = gp.exact(model_of(other))["pi0"].mean - truth["pi0"].mean
difference = (other[many] - counts[many]) / model.n[many]
print(f"\nshares of region {MANY} change by   " + " ".join(f"{x:+7.3f}" for x in difference))
print("the baseline changes by       " + " ".join(f"{x:+7.3f}" for x in moved))
response = (moved @ difference) / (difference @ difference)

# %% Figures, if matplotlib is there
try:
    from gibbspool import plots
    from gibbspool.plots import exact as plots_exact
    os.makedirs("figures", exist_ok=True)
    titles = [f"region {regions.groups[r]}: {model.n[r]:.0f} people" for r in (few, many)]
    plots.save(plots_exact.shares(truth, separate, [FEW, MANY], titles),
               "figures/try_it_yourself.png")
    plots.save(plots_exact.pull(truth), "figures/try_it_yourself_pull.png")
    print("\nfigures/try_it_yourself.png, figures/try_it_yourself_pull.png")
except ImportError:
    print("\nmatplotlib is not installed: no figures")

# %% What should have been seen
ratio = np.mean(widths(truth, FEW) / widths(truth, MANY))
gain = {g: np.mean(1 - widths(truth, g) / widths(separate, g)) for g in (FEW, MANY)}
rest = np.delete(B.mean - B_before, [few, many])
unpooled = {g: 1 / (1 - gain[g]) - 1 for g in (FEW, MANY)}
n_few, n_many = round(model.n[few]), round(model.n[many])
print(f"\nSeen: the intervals of the region of {n_few} are {ratio:.1f} times as wide as those of "
      f"the region of {n_many}.\nWithout pooling they would be wider still, by "
      f"{unpooled[FEW]:.0%} on average, those of the large one by {unpooled[MANY]:.1%}.")
print(f"The small region is pulled {B.mean[few]:.0%} of the way to the baseline (it was "
      f"{B_before[few]:.0%}), the large one {B.mean[many]:.1%} (it was {B_before[many]:.1%}):\n"
      "each by its own size, alpha / (alpha + n); the other four change by at most "
      f"{np.abs(rest).max():.1%}.")
print(f"The {n_many} are {people[many]:.0%} of all people, but when they change their minds the "
      f"baseline follows by {response:.0%}:\ntheir region's weight among the regions is "
      f"{weight[many]:.0%} (that of the {n_few} is {weight[few]:.0%}), and the prior of pi0 has a "
      "say as well.")
