"""The parts of the page, in the order of the section: title, demos, and the function that fills the part."""
from . import arithmetic, comparison, eight_schools, geometry, pooling_problem, structure

PARTS = (
    ("The pooling problem", ("fig_5_33_pooling_strategies.py", "one_way_instructors.py"), pooling_problem.pooling),
    ("The mathematical structure and shrinkage", ("fig_5_34a_plate.py", "shrinkage_in_action.py"), structure.structure),
    ("Worked Example 1: Eight Schools", ("worked_example_1_eight_schools.py",), eight_schools.summary_table),
    ("Forest plot", ("worked_example_1_eight_schools.py",), eight_schools.forest),
    ("Posterior predictive check", ("worked_example_1_eight_schools.py",), eight_schools.predictive_check),
    ("Neal's funnel and divergences", ("fig_5_34_funnel.py", "pitfall_target_accept.py", "hmc_one_trajectory.py"),
     geometry.divergences),
    ("Centred or non-centred: which to use", ("centred_or_noncentred.py", "gibbs_three_forms.py"), geometry.crossing),
    ("Comparing pooling strategies by leave-one-out", ("loo_pooling_strategies.py",), comparison.loo),
    ("Exercise 5.8.1: shrinkage arithmetic", ("exercise_5_8_1_shrinkage_arithmetic.py",), arithmetic.exercise),
    ("Exercise 5.8.2: non-centred reparameterisation", ("exercise_5_8_2_noncentred.py",), geometry.exercise),
)
