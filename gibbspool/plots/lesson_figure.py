"""The one figure of a lesson; a lesson works without it, where matplotlib is not installed."""
from pathlib import Path

from ..optional import need
from .base import axes
from .saving import save

FOLDER = Path("figures")  # beside where the lesson is run; `gibbspool lessons N --out DIR` sets it


def lesson_figure(draw, name, width=7.0, height=4.5, rows=1, columns=1):
    """Draw the figure of a lesson, save it, and say where; without matplotlib, say what is missing.

        def picture(axes):
            axes.plot(tau, density)
            axes.set_xlabel("tau")

        lesson_figure(picture, "lesson_03_griddy.png")

    Parameters
    ----------
    draw : function of matplotlib axes
        Draws into them. With several rows or columns it is handed an array of axes.
    name : str
        The file, in the folder figures/.
    width, height : float
        In inches.
    rows, columns : int
        How many panels.

    Returns
    -------
    Picture or None
        As the last line of a `# %%` cell it is shown.
    """
    try:
        need("matplotlib")
    except ImportError:
        print(f"No figure {name}: it needs matplotlib.\n"
              "(pip install 'gibbspool[all]'; all else works without.)")
        return None
    figure, panels = axes(width, height, nrows=rows, ncols=columns)
    draw(panels)
    FOLDER.mkdir(parents=True, exist_ok=True)
    save(figure, FOLDER / name)
    print(f"Saved: {(FOLDER / name).as_posix()}")
    return figure
