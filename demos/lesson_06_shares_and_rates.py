"""Lesson 6: Conjugate shares and rates.

A prior is conjugate when its posterior has the same form: the data only add to its numbers. For
shares of categories that is the Dirichlet, for rates of events the Gamma. Both can be read as data
seen beforehand, imaginary people and imaginary events; and both give back the shrinkage formula.

Needs: lesson 1
"""
# %% The data: answers of people in regions, and adverse events in hospitals
from textwrap import fill

import numpy as np

import gibbspool as gp
from gibbspool.plots.lesson_figure import lesson_figure

print("Lesson 6: conjugate shares and rates. Takes about 1 second.\n")
survey, hospitals = gp.data.survey_regions(), gp.data.hospitals()
r, h = 4, 5  # the places of region 5, the smallest one, and of hospital 6
counts = survey.counts[r]
n = counts.sum()
events, exposure = hospitals.y[h], hospitals.exposure[h]  # the exposure in 1000 patient-days
print(f"Region {survey.groups[r]}: {n:.0f} people, of whom "
      + ", ".join(f"{many:.0f} {answer}" for answer, many in zip(survey.categories, counts)))
print(f"Hospital {hospitals.groups[h]}: {events:.0f} events in {exposure:g} x 1000 patient-days\n")

# %% Shares: exponents add
# Prior      Dirichlet:     p(pi)          proportional to  prod_k pi_k^(alpha pi0_k - 1)
# Data       Multinomial:   p(counts | pi) proportional to  prod_k pi_k^(counts_k)
# Posterior  their product: p(pi | counts) proportional to  prod_k pi_k^(alpha pi0_k + counts_k - 1)
# which is a Dirichlet again: as if alpha more people had answered, in the proportions pi0. (The -1
# is there before the data and after them. The mean of a Dirichlet is each of its numbers over their
# sum, (alpha pi0_k + counts_k) / (alpha + n), without the -1: alpha people beside n.)
alpha, pi0 = 15.0, np.array([0.2, 0.4, 0.2, 0.2])
concentration = alpha * pi0 + counts
pi_mean = concentration / concentration.sum()

# Written as in lesson 1, it is a weighted mean of the region's own shares and the baseline pi0.
B_shares = alpha / (alpha + n)
pi_shrunk = (1 - B_shares) * counts / n + B_shares * pi0
print(f"{alpha:g} imaginary people: Dirichlet({', '.join(f'{c:g}' for c in concentration)}); "
      f"B = {alpha:g} / ({alpha:g} + {n:g}) = {B_shares:.3f}")
for answer, own, base, mean in zip(survey.categories, counts / n, pi0, pi_mean):
    print(f"  {answer:>17}: own share {own:.3f}, baseline {base:.3f}, posterior mean {mean:.3f}")

# The library's: pi_given in gibbspool/models/multinomial/model.py, the Dirichlet itself in
# gibbspool/distributions/vectors.py
regions = gp.DirichletMultinomial(survey.counts, groups=survey.groups)
library_concentration = regions.pi_given(alpha=alpha, pi0=pi0).concentration[r]
print(f"The largest difference from the library: "
      f"{np.abs(library_concentration - concentration).max():g}\n")

# %% Rates: exponents add, and what stands in the exponential adds as well
# Prior      Gamma(a, b):         p(lam)     proportional to  lam^(a - 1) exp(-b lam)
# Data       Poisson(lam e):      p(y | lam) proportional to  lam^y exp(-e lam)
# Posterior  Gamma(a + y, b + e): p(lam | y) proportional to  lam^(a + y - 1) exp(-(b + e) lam)
# as if a events had been seen before, in an exposure of b: the mean is (a + y) / (b + e).
a, b = 3.0, 2.0
shape, rate = a + events, b + exposure
lam_mean, lam_sd = shape / rate, np.sqrt(shape) / rate
B_rate = b / (b + exposure)
lam_shrunk = (1 - B_rate) * events / exposure + B_rate * a / b
print(f"{a:g} imaginary events in an exposure of {b:g}: Gamma({shape:g}, {rate:g}); B = {b:g} / "
      f"({b:g} + {exposure:g}) = {B_rate:.3f}")
print(f"  own rate {events / exposure:.2f}, prior mean {a / b:.2f}, posterior mean {lam_mean:.2f}, "
      f"sd {lam_sd:.2f} events per 1000 patient-days")

# The library's: lam_given in gibbspool/models/poisson/pooling.py
alone = gp.PoissonLognormal(hospitals.y, hospitals.exposure).no_pooling(lam=gp.Gamma(a, b))
library_lam = alone.lam_given()
print(f"In the library: shape {library_lam.shape[h]:g}, rate {library_lam.rate[h]:g}\n")

# %% No trust in algebra? Multiply prior and likelihood on a fine grid, and add up
lam = np.arange(0.0005, 20, 0.001)
prior = lam**(a - 1) * np.exp(-b * lam)
likelihood = (lam * exposure)**events * np.exp(-lam * exposure)
weight = prior * likelihood / (prior * likelihood).sum()
grid_mean = (weight * lam).sum()
grid_sd = np.sqrt((weight * (lam - grid_mean)**2).sum())
print(f"By adding up {len(lam)} products: mean {grid_mean:.6f}, sd {grid_sd:.6f}; by the formulas "
      f"{lam_mean:.6f}, {lam_sd:.6f}")

# %% The figure: left the shares, right the rate
width = lam[1] - lam[0]


def picture(axes):
    left, right = axes
    place = np.arange(len(counts))
    left.bar(place - 0.27, counts / n, 0.26, label=f"own ({n:.0f} people)", color="C1")
    left.bar(place, pi_mean, 0.26, label="posterior mean", color="C2")
    left.bar(place + 0.27, pi0, 0.26, label=f"baseline ({alpha:g} imaginary)", color="C0")
    left.set_xticks(place, [answer.replace(" ", "\n") for answer in survey.categories])
    left.set(ylabel="share", title=f"Region {survey.groups[r]}", ylim=(0, 0.55))
    left.legend(fontsize="small")
    for label, curve, style in (("prior", prior, "C0--"), ("likelihood", likelihood, "C1-."),
                                ("posterior", weight, "C2-")):
        right.plot(lam, curve / curve.sum() / width, style, label=label)
    right.set(xlim=(0, 6), xlabel="rate (events per 1000 patient-days)",
              ylabel="density, or likelihood of area 1", title=f"Hospital {hospitals.groups[h]}")
    right.legend(fontsize="small")


lesson_figure(picture, "lesson_06_shares_and_rates.png", width=9, columns=2)

# %% What should have been seen
print("\n" + fill(
    f"Seen: a region keeps n / (alpha + n) = {1 - B_shares:.3f} of its own shares, a hospital "
    f"e / (b + e) = {1 - B_rate:.3f} of its own rate. It is the same formula as for a normal mean, "
    "B = prior / (prior + data), counted in people, in exposure, or in lesson 1 in precision, "
    "(1 / tau^2) / (1 / tau^2 + 1 / sigma^2).", 100))
print("Try: ten times the prior's weight with the same means, alpha = 150, a = 30 and b = 20. "
      "Where do\nthe posterior means go?")
