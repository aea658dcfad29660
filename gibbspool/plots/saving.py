"""How a picture becomes a file."""
import warnings


def save(figure, path):
    """Write a figure as PNG, to a path or an open file."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # a box stands for it
        figure.savefig(path, dpi=150, bbox_inches="tight")
