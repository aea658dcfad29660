"""The Gibbs sampler of Eight Schools as a page to step through in a browser.

One file, which needs no network: every conditional of the sampler, its three forms side by side,
shrinkage with tau on a slider, Hamiltonian Monte Carlo in the funnel, and a sampler with a mistake.

Rests on lessons 2 and 8.
"""
# %%
from pathlib import Path

import gibbspool as gp

print("A page to step through the sampler of Eight Schools. Takes about 5 seconds.")
Path("players").mkdir(exist_ok=True)

# %% The centred form: theta given mu and tau; mu given theta and tau; tau given theta and mu
schools = gp.data.eight_schools()
model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups, form="centred")
path = gp.play(model, "players/eight-schools.html", sweeps=100, title="Eight schools")

# %% What should have been seen
name, conditional, old, new = next(gp.steps(model, seed=1))
print(f"\nSeen: the first step draws {name} from {conditional}.")
print(f"Step through it, and through 99 more sweeps, in a browser: {path} "
      f"({path.stat().st_size / 1000:.0f} kB).")
