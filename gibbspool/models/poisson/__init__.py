"""Counts over exposures, such as adverse events in hospitals: the Poisson-lognormal hierarchy.

Start with `model` (the story, two of its forms and their conditionals), `interwoven` (the third)
and `observations` (data and likelihood); `pooling` has the two alternatives, `exact` and
`exact_pooling` the posteriors without Monte Carlo. `count` is one group of the exact posterior,
`propriety` says what is finite.
"""
from .interwoven import InterwovenPoissonLognormal
from .model import CentredPoissonLognormal, NoncentredPoissonLognormal, PoissonLognormal
from .observations import Events
from .pooling import PoissonCompletePooling, PoissonNoPooling

# Short names, for those who work inside this family alone.
Centred, Noncentred = CentredPoissonLognormal, NoncentredPoissonLognormal
Interwoven = InterwovenPoissonLognormal
CompletePooling, NoPooling = PoissonCompletePooling, PoissonNoPooling

__all__ = [
    "Centred", "CentredPoissonLognormal", "CompletePooling", "Events", "Interwoven",
    "InterwovenPoissonLognormal", "NoPooling", "Noncentred", "NoncentredPoissonLognormal",
    "PoissonCompletePooling", "PoissonLognormal", "PoissonNoPooling",
]
