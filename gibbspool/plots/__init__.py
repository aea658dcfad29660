"""Pictures; each function returns a matplotlib figure. The general ones are named here, the others
by their files.
"""
from .base import BLUE, GREEN, GREY, ORANGE, RED, axes, comparison, forest, save, shrinkage

__all__ = ["BLUE", "GREEN", "GREY", "ORANGE", "RED", "axes", "comparison", "forest", "save",
           "shrinkage"]
