"""The decision guide of Section 5.8.6, applied to three data sets: is pooling worth it, and what
should one beware of?
"""
# %%
import gibbspool as gp

schools, scores, survey = gp.data.eight_schools(), gp.data.instructors(), gp.data.survey_regions()
models = {
    "Eight Schools": gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups),
    "exam scores by instructor": gp.OneWayNormal(scores.y, scores.group),
    "survey answers by region": gp.DirichletMultinomial(survey.counts, groups=survey.groups,
                                                        categories=survey.categories),
}

# %% A few plain sentences each, with the numbers behind them
advice = {name: gp.advise(model) for name, model in models.items()}
for name, found in advice.items():
    print(f"\n{name}\n{found}")

# %% The numbers themselves
facts = advice["Eight Schools"].facts
for name in ("J", "balance", "least_own", "narrower", "prior_beyond"):
    print(f"{name}: {facts[name]:.3g}")

# %% What should have been seen
own = {name: found.facts["own"].mean() for name, found in advice.items()}
print(f"\nSeen: the three sit at different places. A school keeps {own['Eight Schools']:.0%} of its own estimate, an "
      f"instructor {own['exam scores by instructor']:.0%}, a region {own['survey answers by region']:.0%}: pooling decides the "
      "first, and is a detail in the others.")
print("In the survey prior and data disagree: "
      f"{advice['survey answers by region'].facts['prior_beyond']:.1e} of the prior Exponential(1) "
      "of alpha lies beyond the posterior median.")
