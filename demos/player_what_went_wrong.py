"""Two samplers, one with a mistake: a page that asks which, and shows how a check finds it.

The mistakes are those that the homework knows. Of this one every formula is right by itself.

Rests on lesson 9.
"""
# %%
from pathlib import Path

import gibbspool as gp
from gibbspool.player import mistakes
from gibbspool.player.wrong_samplers import conditionals, invariance, samplers

MISTAKE = "C20"  # tau is drawn from the theta before this sweep

print("A page with a sampler that is wrong. Takes about 4 seconds.")
Path("players").mkdir(exist_ok=True)
schools = gp.data.eight_schools()
model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups, form="centred")
path = gp.play(model, "players/what-went-wrong.html", sweeps=50, mistake=MISTAKE,
               title="What went wrong?")

# %% The two checks that the page shows, on the same sampler
problem = mistakes.problem_of(model)
truth = gp.exact(problem.model(schools.groups))
sampler = samplers()[MISTAKE]
print("\nEach conditional against the joint density:")
print("\n".join(f"  {verdict}" for verdict in conditionals(sampler, problem)))
print("Do exact draws stay exact? How often a right sampler would be so far off:")
for found in invariance(sampler, problem, truth)[:3]:
    print(f"  {found['name']:10} {found['p']:.1g}")

# %% What should have been seen
print("\nSeen: no formula is wrong, and still tau leaves its posterior: it is drawn from old "
      "values.")
print(f"Guess for yourself in a browser: {path} ({path.stat().st_size / 1000:.0f} kB).")
