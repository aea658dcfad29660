"""Hamiltonian Monte Carlo in the funnel, half step by half step, as a page for a browser.

A trajectory is followed in the centred form and in the non-centred one at once, from the same point
with the same push: in Neal's funnel, and in that of Eight Schools.

Rests on lessons 8 and 13.
"""
# %%
from pathlib import Path

from gibbspool.cli import main
from gibbspool.player.trajectories import of_neal

print("A page to follow trajectories through the funnel. Takes about 5 seconds.")
Path("players").mkdir(exist_ok=True)

# %% As one would type it in a terminal: gibbspool play funnel --out players/funnel.html
main(["play", "funnel", "--out", "players/funnel.html"])

# %% What should have been seen
forms = of_neal()["forms"]
centred, noncentred = (forms[form]["diverged"] for form in ("centred", "noncentred"))
print(f"\nSeen: of {forms['centred']['transitions']} transitions in Neal's funnel {centred} "
      f"diverged in the centred form and {noncentred} in the non-centred one.")
print("Follow them in a browser: players/funnel.html; \"start\" offers the divergences of the run.")
