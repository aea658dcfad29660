"""The parts of the page, in the order of the section: title, demos, and the function that fills the
part; and the models that each is about.
"""
import re

from ..numbers import plain
from . import (
    arithmetic,
    common,
    comparison,
    eight_schools,
    geometry,
    hospitals,
    many_groups,
    mixed_models,
    new_group,
    not_exchangeable,
    pooling_problem,
    prior_sensitivity,
    structure,
    survey,
    survey_regions,
    survey_widths,
    takeaways,
    when_to_use,
)

PARTS = (
    ("The pooling problem", ("fig_5_33_pooling_strategies.py", "one_way_instructors.py"),
     pooling_problem.pooling),
    ("The mathematical structure and shrinkage", ("fig_5_34a_plate.py", "shrinkage_in_action.py"),
     structure.structure),
    ("Worked Example 1: Eight Schools",
     ("worked_example_1_eight_schools.py", "player_eight_schools.py"),
     eight_schools.summary_table),
    ("Neal's funnel and divergences",
     ("fig_5_34_funnel.py", "pitfall_target_accept.py", "hmc_one_trajectory.py",
      "player_funnel.py"),
     geometry.divergences),
    ("Forest plot", ("fig_5_35_forest.py",), eight_schools.forest),
    ("Posterior predictive check", ("predictive_check.py",),
     eight_schools.predictive_check),
    ("Worked Example 2: answers in six regions",
     ("worked_example_2_survey_regions.py", "player_survey.py"),
     survey.summary),
    ("Interval widths and the pull of each region", ("worked_example_2_survey_regions.py",),
     survey_widths.interval_widths),
    ("Comparing pooling strategies by leave-one-out",
     ("fig_5_36_loo.py", "loo_pooling_strategies.py"),
     comparison.loo),
    ("When to use hierarchical models",
     ("practice_advice.py", "practice_few_groups.py", "practice_tau_near_zero.py"),
     when_to_use.guide),
    ("Centred or non-centred: which to use", ("centred_or_noncentred.py", "gibbs_three_forms.py"),
     geometry.crossing),
    ("Scaling to many groups", ("practice_many_groups.py",), many_groups.many_groups),
    ("Prior sensitivity", ("practice_prior_sensitivity.py",), prior_sensitivity.sensitivity),
    ("REML and Bayes", ("practice_reml.py",), mixed_models.mixed_model),
    ("Critical warning: groups that are not exchangeable", ("practice_not_exchangeable.py",),
     not_exchangeable.exchangeability),
    ("Stein's paradox", ("steins_paradox.py", "binomial_baseball.py"), takeaways.stein),
    ("Key takeaways", (), takeaways.key_takeaways),
    ("Try it yourself: regions of 10 and of 500 people", ("try_it_yourself.py",),
     survey_widths.try_it),
    ("Exercise 5.8.1: shrinkage arithmetic", ("exercise_5_8_1_shrinkage_arithmetic.py",),
     arithmetic.exercise),
    ("Exercise 5.8.2: non-centred reparameterisation", ("exercise_5_8_2_noncentred.py",),
     geometry.exercise),
    ("Exercise 5.8.3: a hierarchical Poisson model",
     ("exercise_5_8_3_hospitals.py", "player_hospitals.py"),
     hospitals.exercise),
    ("Exercise 5.8.4: a new group, and exchangeability", ("exercise_5_8_4_new_group.py",),
     new_group.exercise),
    ("References", (), takeaways.references),
)

OF_EIGHT_SCHOOLS = (
    "The mathematical structure and shrinkage", "Worked Example 1: Eight Schools", "Forest plot",
    "Posterior predictive check", "Neal's funnel and divergences",
    "Comparing pooling strategies by leave-one-out", "When to use hierarchical models",
    "Centred or non-centred: which to use", "Scaling to many groups", "Prior sensitivity",
    "Critical warning: groups that are not exchangeable", "Stein's paradox",
    "Exercise 5.8.1: shrinkage arithmetic", "Exercise 5.8.2: non-centred reparameterisation",
    "Key takeaways", "References")

# The models on data of the section whose posteriors a part shows, by its title.
MODELS = {
    **dict.fromkeys(OF_EIGHT_SCHOOLS, lambda: [common.schools()]),
    "The pooling problem": lambda: [pooling_problem.model()],
    "Worked Example 2: answers in six regions": lambda: [survey_regions.posterior().model],
    "Interval widths and the pull of each region": lambda: [survey_regions.posterior().model],
    "Try it yourself: regions of 10 and of 500 people": lambda: [survey_widths.uneven()[0].model],
    "REML and Bayes": lambda: [common.schools(), mixed_models.classes(), mixed_models.counties()],
    "Exercise 5.8.3: a hierarchical Poisson model": lambda: [hospitals.model("printed"),
                                                             hospitals.model("seed")],
    "Exercise 5.8.4: a new group, and exchangeability": lambda: [common.schools(),
                                                                 new_group.private().model],
}


WARNS = "What gp.exact warns of:"
LONG_NUMBER = re.compile(r"\d+\.\d{5,}")
MANY = re.compile(r"\b\d{5,}(?= times)")
ON_THE_COMMAND_LINE = re.compile(r" \(--[\w-]+ '[^']*'\)")


def disagreements(title):
    """What `exact` warns of in the models that a part is about: priors that disagree with the data.
    """
    models = MODELS[title]() if title in MODELS else []
    return list(dict.fromkeys(f"{WARNS} {in_few_digits(said)}" for model in models
                              for said in model.on_disagreements()))


def in_few_digits(text):
    """A text whose long numbers, those of a prior to write instead, have three digits; without what
    to write on the command line.
    """
    text = ON_THE_COMMAND_LINE.sub("", text)
    text = LONG_NUMBER.sub(lambda found: plain(float(found[0]), 3), text)
    return MANY.sub(lambda found: f"some {float(f'{int(found[0]):.2g}'):,.0f}", text)
