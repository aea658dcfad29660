"""The registry of exercises, in order, and the sets that are handed out."""
from . import (
    density,
    diagnostics,
    families,
    gibbs,
    griddy,
    group_means,
    hmc,
    hospitals,
    leapfrog,
    metropolis,
    metropolis_positive,
    ninth_school,
    probabilities,
    reparameterisation,
    shrinkage_arithmetic,
    slices,
    sweep,
    tau_density,
    tau_squared,
)

GROUPS = (density, group_means, tau_squared, tau_density, sweep, gibbs, griddy, metropolis,
          metropolis_positive, slices, families, leapfrog, hmc, diagnostics, probabilities,
          shrinkage_arithmetic, reparameterisation, hospitals, ninth_school)


def by_number(exercise):
    """1, 2, ..., 19a, 19b, 20a, 20b, then those of the section, 5.8.1a, ..."""
    number = exercise.number
    if number.startswith("5.8."):
        return (1, int(number[4]), number)
    return (0, int(number.rstrip("ab")), number)


EXERCISES = {exercise.name: exercise for exercise in
             sorted((one for group in GROUPS for one in group.EXERCISES), key=by_number)}
SETS = {name: tuple(key for key, exercise in EXERCISES.items() if name in exercise.sets)
        for name in ("core", "section")}
SETS["all"] = tuple(EXERCISES)
