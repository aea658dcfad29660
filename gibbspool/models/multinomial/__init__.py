"""Answers in categories, such as a survey by region: the Dirichlet-Multinomial hierarchy."""
from .exact import ExactDirichletMultinomial
from .exact_pooling import ExactCompletePooling, ExactNoPooling
from .model import Augmented, DirichletMultinomial, Plain
from .pooling import CompletePooling, NoPooling

__all__ = [
    "Augmented", "CompletePooling", "DirichletMultinomial", "ExactCompletePooling",
    "ExactDirichletMultinomial", "ExactNoPooling", "NoPooling", "Plain",
]
