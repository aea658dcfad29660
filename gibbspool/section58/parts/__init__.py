"""The parts of the page, in the order of the section: title, demos, and the function that fills the part."""
from . import comparison, eight_schools, geometry

PARTS = (
    ("Worked Example 1: Eight Schools", ("worked_example_1_eight_schools.py",), eight_schools.summary_table),
    ("Forest plot", ("worked_example_1_eight_schools.py",), eight_schools.forest),
    ("Posterior predictive check", ("worked_example_1_eight_schools.py",), eight_schools.predictive_check),
    ("Neal's funnel and divergences", ("fig_5_34_funnel.py", "pitfall_target_accept.py", "hmc_one_trajectory.py"),
     geometry.divergences),
    ("Centred or non-centred: which to use", ("centred_or_noncentred.py", "gibbs_three_forms.py"), geometry.crossing),
    ("Comparing pooling strategies by leave-one-out", ("loo_pooling_strategies.py",), comparison.loo),
    ("Exercise 5.8.2: non-centred reparameterisation", ("exercise_5_8_2_noncentred.py",), geometry.exercise),
)
