"""A figure that a notebook shows, without pyplot keeping it open."""
import io

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .saving import save


class Picture(Figure):
    """A matplotlib figure that needs no display; as the last line of a cell it is shown, once."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        FigureCanvasAgg(self)

    def _repr_png_(self):
        buffer = io.BytesIO()
        save(self, buffer)
        return buffer.getvalue()
