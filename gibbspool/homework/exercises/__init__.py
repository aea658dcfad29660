"""The registry of exercises, in order, and the sets that are handed out."""
from . import (
    diagnostics,
    families,
    griddy,
    hamiltonian,
    hospitals,
    metropolis,
    ninth_school,
    normal,
    reparameterisation,
    shrinkage_arithmetic,
    slices,
    spread,
    sweeps,
)

GROUPS = (normal, spread, sweeps, griddy, metropolis, slices, families, hamiltonian, diagnostics,
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
