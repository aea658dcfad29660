"""The Gibbs sampler of the eight hospitals as a page to step through in a browser.

Rests on lesson 10.
"""
# %%
from pathlib import Path

import gibbspool as gp

print("A page to step through the sampler of the hospitals. Takes about 3 seconds.")
Path("players").mkdir(exist_ok=True)

# %% Rates lam of each hospital, and the population of their logarithms
hospitals = gp.data.hospitals()
model = gp.PoissonLognormal(hospitals.y, hospitals.exposure, groups=hospitals.groups)
path = gp.play(model, "players/hospitals.html", sweeps=100, title="Eight hospitals")

# %% What should have been seen
print(f"\nSeen: one sweep draws {', '.join(model.order)}, in the {model.form} form.")
print(f"Step through it in a browser: {path} ({path.stat().st_size / 1000:.0f} kB).")
