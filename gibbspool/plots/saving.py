"""How a picture becomes a file."""
import re
import warnings

MISSING = re.compile("Glyph .* missing")


def save(figure, path):
    """Write a figure as PNG, to a path or an open file; letters that no font has are told once."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        figure.savefig(path, dpi=150, bbox_inches="tight")
    missing = [one for one in said if MISSING.match(str(one.message))]
    for one in said:
        if one not in missing:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    if missing:
        warnings.warn("no installed font has some letters of the labels, so that the pictures show "
                      "boxes in their place; install one that has, such as Noto Sans CJK for "
                      "Chinese, Japanese and Korean", stacklevel=2)
