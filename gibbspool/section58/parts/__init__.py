"""The parts of the page, in the order of the section: title, demos, and the function that fills the part."""
from . import eight_schools

PARTS = (
    ("Worked Example 1: Eight Schools", ("worked_example_1_eight_schools.py",), eight_schools.summary_table),
    ("Forest plot", ("worked_example_1_eight_schools.py",), eight_schools.forest),
    ("Posterior predictive check", ("worked_example_1_eight_schools.py",), eight_schools.predictive_check),
)
