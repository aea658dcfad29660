"""The Gibbs sampler of the survey of six regions as a page to step through in a browser.

Rests on lesson 7.
"""
# %%
from pathlib import Path

import gibbspool as gp

print("A page to step through the sampler of the survey. Takes about 2 seconds.")
Path("players").mkdir(exist_ok=True)

# %% Shares pi of each region, the baseline pi0 and the concentration alpha
survey = gp.data.survey_regions()
model = gp.DirichletMultinomial(survey.counts, groups=survey.groups, categories=survey.categories)
path = gp.play(model, "players/survey.html", sweeps=100, title="Answers in six regions")

# %% What should have been seen
print(f"\nSeen: one sweep draws {', '.join(model.order)}, in the {model.form} form.")
print(f"Step through it in a browser: {path} ({path.stat().st_size / 1000:.0f} kB).")
