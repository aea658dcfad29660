"""From a model to tables and plots: the exact answer, the Gibbs check, what pooling does.

What is computed is in `found`, what is printed in `printed`, the pictures in `pictures`.
"""
import warnings
from pathlib import Path

from ..files import write_together
from ..models.card import card_of
from ..models.twins import exact
from ..rows import for_terminal
from ..sampling.gibbs import sample
from .found import Found, is_there
from .pictures import of_pages, pictures
from .printed import lines_of

NO_PICTURES = ("No pictures: matplotlib is not installed. For forest.png and shrinkage.png: pip "
               "install 'gibbspool[all]'")


def fit(model, out, draws=2000, seed=42, say=print, notes=(), columns=None):
    """Exact answer, Gibbs check, shrinkage table and plots of a model: printed, and in a folder.

    Parameters
    ----------
    model : a model of a family that has a card
    out : str
        The folder; made if there is none. Written: summary.csv, shrinkage.csv, priors.csv, for
        estimates heterogeneity.csv, and, where matplotlib is installed, forest.png and
        shrinkage.png (forest_1.png, ... where one picture would hold too many groups). They are
        written when all is computed, and each of them as a whole or not at all.
    draws, seed : int
        Of the Gibbs check, four chains.
    say : callable
        Receives the lines printed.
    notes : list of str
        Lines to print beside the model, such as where its priors come from.
    columns : dict of str to str, optional
        What the columns of the table are called, for the axes of the pictures: such as
        ``{"estimate": "effect", "group": "school"}``.

    Returns
    -------
    Found
        The tables, ``.summary`` and ``.table`` among them.

    Raises
    ------
    KeyboardInterrupt
        It was interrupted; nothing was written.
    OSError
        A file could not be written; what was found is printed nevertheless.
    """
    card_of(model)  # refuses what has none, before the posterior is computed
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    found = Found(exact(model), sampled(model, draws, seed))
    files = tables(found)
    if is_there("matplotlib"):
        files |= pictures(found, columns or {})
    lines = list(lines_of(found, notes))
    try:
        write_together(out, {name: content if isinstance(content, bytes) else content.encode()
                             for name, content in files.items()})
    except OSError:
        say_all(lines, say)
        raise
    say_all(lines, say)
    about_pictures = of_pages(len(found.table)) if is_there("matplotlib") else NO_PICTURES
    old = left_over(out, files)
    say_all([*([about_pictures] if about_pictures else []),
             f"Written to {out.resolve()}: {', '.join(sorted(files))}",
             *([f"Left over there from an earlier run: {', '.join(old)}"] if old else [])], say)
    return found


def sampled(model, draws, seed):
    """All of the draws; an interrupt ends it, for a part of them is no check."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "interrupted: ")
        gibbs = sample(model, draws=draws, seed=seed)
    if gibbs.n < draws:
        raise KeyboardInterrupt
    return gibbs


def tables(found):
    """The contents of the CSV files, by name."""
    files = {"summary.csv": found.summary.csv(), "shrinkage.csv": found.table.csv(),
             "priors.csv": found.priors.csv()}
    if found.heterogeneity is not None:
        files["heterogeneity.csv"] = found.heterogeneity.csv()
    return files


def say_all(lines, say):
    for line in lines:
        say(for_terminal(line))


def left_over(out, files):
    """Names of what looks like this program's and was not written now."""
    kinds = ("summary*.csv", "shrinkage*.csv", "priors.csv", "heterogeneity.csv", "forest*.png",
             "shrinkage*.png")
    return sorted({path.name for kind in kinds for path in out.glob(kind)} - set(files))
