"""The decision guide of Section 5.8.6, applied to three data sets.

Is pooling worth it, and what should one beware of?

Rests on lessons 1 and 16.
"""
# %%
import gibbspool as gp

print("Advice on Eight Schools, exam scores and survey answers. Takes about 1 second.")
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
print()
for name in ("J", "balance", "least_own", "narrower"):
    print(f"{name}: {facts[name]:.3g}")

# %% What should have been seen
own = {name: found.facts["own"].mean() for name, found in advice.items()}
print("\nSeen: the three sit at different places. Of its own estimate a school keeps "
      f"{own['Eight Schools']:.0%}, an instructor {own['exam scores by instructor']:.0%}, "
      f"a region {own['survey answers by region']:.0%}:\nthe less a group keeps, the more pooling "
      "decides.")
below, above = advice["survey answers by region"].facts["prior_beyond"]
print(f"Of the prior Exponential(1) of the survey's alpha {above:.1e} lies above the posterior "
      f"median:\nprior and data {'disagree' if above < 0.01 else 'go together'} there.")
