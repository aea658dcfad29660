"""Pictures; each function returns a matplotlib figure. The general ones are named here, the others
by their files.
"""
from .base import BLUE, GREEN, GREY, ORANGE, RED, axes
from .comparison_plot import comparison
from .draw_plot import draw
from .forest_plot import Intervals, forest, forest_of
from .layout import page_of, pages
from .predictive import replicates
from .saving import as_files, save
from .shrinkage_plot import shrinkage

__all__ = ["BLUE", "GREEN", "GREY", "ORANGE", "RED", "Intervals", "as_files", "axes",
           "comparison", "draw", "forest", "forest_of", "page_of", "pages", "replicates", "save",
           "shrinkage"]
