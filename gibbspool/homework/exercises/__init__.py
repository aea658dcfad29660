"""The registry of exercises, in order, and the sets that are handed out."""
from . import normal, spread, sweeps

GROUPS = (normal, spread, sweeps)
EXERCISES = {exercise.name: exercise for group in GROUPS for exercise in group.EXERCISES}
SETS = {name: tuple(key for key, exercise in EXERCISES.items() if name in exercise.sets)
        for name in ("core", "section")}
SETS["all"] = tuple(EXERCISES)
