"""`gibbspool play`: which pages suit a model, and the file that holds them.

Each page has a module with a function ``page(subject)``, which returns a `page.Page`, or None where
it does not suit the model: see `subject.Subject`.
"""
import inspect
import re
import warnings
from html import escape
from pathlib import Path

from .. import validate
from ..files import write_together
from ..models.hierarchy import in_short, is_prior
from ..sampling.model import refuse_no_model
from . import contents, forms_page, gibbs_page, mistakes, shrinkage, trajectories
from .formulas import prior_text
from .formulas.markup import symbol
from .page import as_json, document
from .subject import Subject

PAGES = (gibbs_page, forms_page, shrinkage, trajectories, mistakes)
MOST_SWEEPS = 2000
LARGEST = 600_000   # bytes of a file: one that is larger is slow to open and to mail
FIRST, FEWEST = 200, 50   # sweeps: that a file's size is judged by, and that it always has


def play(model, path="player.html", *, sweeps=200, seed=1, mistake=None, title=None):
    """Write the sampler of a model as a page to step through in a browser.

    One file holds everything, data and scripts; it opens without a network. What it shows is
    recorded from `gibbspool.steps`, beside the exact posterior where the model has one.

    Parameters
    ----------
    model : a model
        Of any family and form, or of your own (`gibbspool.Model`).
    path : str or Path
        The file to write; its folder is made if there is none.
    sweeps : int
        How many sweeps to record, at most 2000; of these the first that keep the file below
        600,000 bytes, and a warning says how many.
    seed : int
    mistake : str, optional
        A mistake of the homework's bank, for the page that asks what went wrong.
    title : str, optional
        What stands at the top; by default what kind of data the model is of.

    Returns
    -------
    Path
        Of the file.

    Raises
    ------
    TypeError, ValueError
        What was given is no model, or an argument is impossible.
    OSError
        The file cannot be written.

    Examples
    --------
    ::

        schools = gp.data.eight_schools()
        model = gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups, form="centred")
        gp.play(model, "schools.html")
    """
    path = Path(path)
    text = page_of(model, sweeps=sweeps, seed=seed, mistake=mistake, title=title)
    write_together(path.parent, {path.name: text.encode()})
    return path


def page_of(model, *, sweeps=200, seed=1, mistake=None, title=None):
    """The same as a text."""
    return file_of(model, sweeps=sweeps, seed=seed, mistake=mistake, title=title)[0]


def file_of(model, *, sweeps=200, seed=1, mistake=None, title=None):
    """The same as a text, and what its tabs say."""
    refuse_no_model(model)
    sweeps = validate.whole_number("sweeps", sweeps, 1)
    if sweeps > MOST_SWEEPS:
        raise ValueError(f"sweeps is {sweeps}; a page holds at most {MOST_SWEEPS}")
    seed = validate.whole_number("seed", seed, 0)
    for caution in getattr(model, "cautions", list)():
        warnings.warn(caution, stacklevel=3)
    subject = Subject(model, min(sweeps, FIRST), seed, mistake)
    # the last one first: it refuses a mistake that there is not
    found = {module: module.page(subject) for module in reversed(PAGES)}
    text = text_of(subject, found, title)
    room = LARGEST - len(text.encode())
    if room < 0 or subject.sweeps < sweeps:
        subject.sweeps = fitting(sweeps, subject.sweeps, found[gibbs_page].data, room)
        if subject.sweeps < sweeps:
            warnings.warn(f"sweeps is {sweeps}: the page holds the first {subject.sweeps}, for a "
                          f"file beyond {LARGEST:,} bytes is slow to open", stacklevel=3)
        found[gibbs_page] = gibbs_page.page(subject)
        text = text_of(subject, found, title)
    return text, [one.title for one in pages_of(found)]


def pages_of(found):
    """The pages in the order of their tabs."""
    return [found[module] for module in PAGES if found[module] is not None]


def left_out(model):
    """Why there is no tab for some of the pages, a sentence for each."""
    return [reason for module in PAGES if hasattr(module, "unsuited")
            and (reason := module.unsuited(model))]


def text_of(subject, found, title):
    """The file of the pages that were found."""
    return document(title or kind_of(subject), pages_of(found), lead(subject))


def kind_of(subject):
    """What a model is of, such as "Counts of events, in known exposures"."""
    if subject.card is None:
        return type(subject.model).__name__
    kind = inspect.getdoc(subject.card).rstrip(".")
    return kind if subject.card.exchangeable(subject.model) else f"{kind}, and covariates"


def fitting(sweeps, recorded, data, room):
    """How many sweeps a file holds, that has room for so many bytes beside those recorded."""
    walk = {name: data[name] for name in ("draws", "grids", "derived")}
    each = len(as_json(walk)) / recorded
    fit = int((recorded + room / each) * 0.97)  # later ones may be a little longer
    return min(sweeps, max(fit, FEWEST))


def lead(subject):
    """A line on the model, HTML: how many groups, its priors, its form, the seed."""
    model = subject.model
    arguments = model.arguments() if hasattr(model, "arguments") else {}
    parts = [f"{symbol(name)} ~ {escape(prior_text(in_short(value)))}"
             for name, value in arguments.items() if is_prior(value)]
    groups = [f"{model.J} groups"] if hasattr(model, "J") else []
    form = getattr(model, "form", None)
    forms = [f"{forms_page.NAMES.get(form, form)} form"] if form else []
    return ", ".join([*groups, *parts, *forms, f"seed {subject.seed}"])


def play_funnel(path="player.html"):
    """The file on Neal's funnel and Hamiltonian Monte Carlo: its `Path`."""
    path = Path(path)
    write_together(path.parent, {path.name: funnel_page().encode()})
    return path


def funnel_page():
    """The same as a text."""
    return document("The funnel", [trajectories.funnel_page()],
                    "Neal's funnel, and that of Eight Schools")


def play_all(models, folder, *, sweeps=200, seed=1):
    """One file for each model, and an index.html with links to them.

    Parameters
    ----------
    models : dict of str to model
        By name, such as {"eight-schools": model}.
    folder : str or Path
        Made if there is none.

    Returns
    -------
    list of Path
    """
    folder = Path(folder)
    files, listed = {}, []
    for name, model in models.items():
        files[f"{name}.html"], tabs = file_of(model, sweeps=sweeps, seed=seed, title=titled(name))
        listed.append(contents.Entry(f"{name}.html", titled(name), kind_of(Subject(model)), tabs))
    files["funnel.html"] = funnel_page()
    listed.append(contents.Entry("funnel.html", "The funnel", "Hamiltonian Monte Carlo",
                                 [trajectories.TITLE]))
    files = {name: text.encode() for name, text in files.items()}
    files["index.html"] = contents.document(listed, files).encode()
    write_together(folder, files)
    return [folder / name for name in files]


def titled(name):
    """A name of the command line as a title: "Eight schools"."""
    return re.sub("-", " ", name).capitalize()
