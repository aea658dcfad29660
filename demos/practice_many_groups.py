"""Scaling to many groups (Section 5.8.6): two thousand, with nothing kept but summaries.

Rests on lessons 2 and 11.
"""
# %%
import numpy as np
from scipy.special import ndtri

import gibbspool as gp
from gibbspool.guide import experiments

print("Two thousand groups by Gibbs, with summaries alone, beside the exact posterior. "
      "Takes about 2 seconds.")

# %% sample(..., keep="summaries") keeps mu and tau, and the mean and sd of every theta: its
# conditional's, averaged over the draws of mu and tau (Rao-Blackwell)
found = experiments.many_groups(J=2000, draws=500)
draws, truth = found["draws"], found["truth"]
print(draws)
theta = draws.summaries["theta"]
print(f"theta: {theta.n} draws in each of {draws.chains} chains, none kept; largest R-hat "
      f"{theta.r_hat.max():.3f}")
print(truth["tau"])

# %% The summaries beside the exact posterior
for j in (0, 1, 2):
    print(f"theta[{j + 1}]: mean {theta.mean[j]:7.3f} sd {theta.sd[j]:.3f}, "
          f"exact {truth['theta'][j].mean:7.3f} sd {truth['theta'][j].sd:.3f}")
print("errors of the means, in the standard errors that means of the draws would have: "
      f"sd {found['mean_z'].std():.2f}, largest {np.abs(found['mean_z']).max():.1f}")

# %% An interval from a mean and an sd: good here, where tau is known well
schools = gp.data.eight_schools()
few = gp.exact(gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups))
low, high = few["theta", "A"].hdi(0.89)
guess = few["theta", "A"].mean + ndtri([0.055, 0.945]) * few["theta", "A"].sd
off = np.abs(guess - [low, high]).max() / few["theta", "A"].sd

# %% What should have been seen
print(f"\nSeen: {found['numbers_kept']} numbers are held where all draws of theta would be "
      f"{found['numbers_all']}; those of theta do not grow with the number of draws.\n"
      f"The sds agree with the exact ones within {np.abs(found['sd_ratio'] - 1).max():.1%}.")
print("Given this many groups the marginals are normal: mean +- 1.6 sd misses the ends of the "
      f"exact 89% interval by at most {found['interval_error']:.3f} sd. With the eight schools, "
      f"where tau is uncertain, it misses by {off:.2f} sd.")
