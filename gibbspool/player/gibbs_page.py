"""The page on Gibbs sampling, one conditional at a time."""
import inspect
from html import escape

import numpy as np

from .. import html
from ..sampling.gibbs import steps
from . import formulas, plate, reasons, series
from .formulas import formula, markup
from .page import Page, as_text
from .record import shortened, walk

SCRIPTS = ("scales.js", "densities.js", "diagnostics.js", "diagram.js", "curves.js", "kernels.js",
           "tracks.js", "gibbs_state.js", "gibbs_words.js", "gibbs_parts.js", "gibbs.css",
           "gibbs.js")
TITLES = {"noncentred": "non-centred"}
MOST_GROUPS = 24      # in the pictures
FEWER_GROUPS = 8      # where each group's draw is a kernel's, with a curve of its own


def page(subject):
    """A `page.Page` for any model that `gibbspool.steps` can walk through."""
    data = data_of(subject)
    return Page("gibbs", "Gibbs, step by step", data, SCRIPTS, first_sweep(data))


def data_of(subject):
    """All that the page shows: the walk, the formulas, the diagram and the exact marginals."""
    model = subject.model
    rows = rows_of(subject)
    written = {name: formulas.formula_of(model, name) for name in model.order}
    computed = computed_names(subject)

    def numbers(name, given, old):
        one = written[name]
        if one is None:
            return {}, []
        known = formulas.known_at(model, name, given, old)
        found = formula.numbers(one, known)
        # what is shown in the lines and is neither in the state nor in the data
        found |= {key: value for key, value in formulas.derived_in(model, given).items()
                  if key in formula.shown(one) and key.removesuffix("_j") not in given}
        return ({key: value for key, value in found.items() if not with_the_draw(one, key)},
                formula.logs(one, known))

    data = {"form": getattr(model, "form", None), "sweeps": subject.sweeps, "seed": subject.seed,
            "groups": len(getattr(model, "groups", ())), "shown": len(rows),
            "labels": labels(model, rows),
            "constants": {name: kept(value, rows, model) for name, value in
                          formulas.data_of(model).items()},
            "priors": formulas.priors_of(model), "others": other_forms(subject),
            "order": [told(model, name, written[name]) for name in model.order],
            "variables": {name: variable(model, name, rows)
                          for name in [*dict.fromkeys(drawn(model, name) for name in model.order),
                                       *computed]},
            "diagrams": diagrams(model),
            "marginals": series.marginals(subject, rows, computed),
            **walk(model, subject.seed, subject.sweeps, rows, numbers, computed)}
    data["numbers"] = {name: names_once(draws) for name, draws in data["draws"].items()}
    data["why"] = {name: reasons.reasons_for(draws[0].get("of", draws[0]["kind"]),
                                             data["scales"][name]["kind"])
                   for name, draws in data["draws"].items()}
    data["checks"] = series.checks(data)
    for draws in data["draws"].values():
        kind_once(draws)
    return data


# How a step draws where it has no closed form, by what `record` calls it.
WAYS = {"griddy": "a grid", "slice": "slice sampling, with doublings and cuts",
        "concave slice": "slice sampling", "metropolis": "a Metropolis step",
        "ladder": "a ladder", "simplex walk": "a Metropolis step", "augmentation": "tables"}


def other_forms(subject):
    """The other forms of the model: the name, the title, and what is drawn how, HTML."""
    card, own = subject.card, getattr(subject.model, "form", None)
    found = []
    for form in card.forms if card else ():
        if form == own:
            continue
        model = card.model(**{**subject.model.arguments(), "form": form})
        ways = {}
        for step in steps(model, seed=subject.seed, sweeps=1):
            way = WAYS.get(kind_of(step.record))
            if way and drawn(model, step.name) not in ways.get(way, ()):
                ways.setdefault(way, []).append(drawn(model, step.name))
        found.append({"name": form, "title": TITLES.get(form, form), "how": ", ".join(
            f"{' and '.join(map(markup.symbol, names))} by {way}" for way, names in ways.items())})
    return found


def kind_of(record):
    """The kind of a record, of a batch that of each draw."""
    inner = getattr(record, "inner", record)
    return inner.records[0].kind if inner.kind == "batch" else inner.kind


def names_once(draws):
    """The names of the numbers of all draws of a step, whose numbers become lists in that order."""
    names = list(draws[0]["n"])
    for draw in draws:
        draw["n"] = [draw["n"][name] for name in names]
    return names


def kind_once(draws):
    """Of draws of the kind of the first one, leave the kind out: the page puts it back."""
    kind = {key: draws[0][key] for key in ("kind", "of") if key in draws[0]}
    for draw in draws[1:]:
        if kind.items() == {key: draw[key] for key in ("kind", "of") if key in draw}.items():
            for key in kind:
                del draw[key]


def with_the_draw(one, name):
    """Whether a number of a formula is in the record of the draw already, as its parameter."""
    if one.right.startswith("Dirichlet("):
        return name == "a_j"
    return (name.partition("_")[0] in ("mean", "sd")
            and (one.right.startswith("Normal(mean") or one.drawn == "coefficients"))


def drawn(model, step):
    return model.interweaves.get(step, step)


def kept(value, rows, model):
    value = np.asarray(value)
    return shortened(value[rows] if value.ndim and len(value) == len(model.groups) else value)


def labels(model, rows):
    groups = getattr(model, "groups", None)
    return [str(groups[j]) for j in rows] if groups is not None else []


def rows_of(subject):
    """The groups that are shown: all, or of many some, from the lowest to the highest."""
    model = subject.model
    total = len(getattr(model, "groups", ()))
    most = FEWER_GROUPS if hasattr(model, "log_lam_given") or hasattr(model, "lam_raw_given") \
        else MOST_GROUPS
    if total <= most:
        return np.arange(total)
    estimate = subject.card.estimate(model) if subject.card else np.arange(total)
    estimate = np.asarray(estimate, dtype=float)
    if estimate.ndim > 1:
        estimate = estimate[:, 0]
    in_order = np.argsort(np.nan_to_num(estimate), kind="stable")
    return np.sort(in_order[np.linspace(0, total - 1, most).round().astype(int)])


def computed_names(subject):
    """What is computed from the state and has an exact marginal that no variable itself has."""
    model = subject.model
    if not hasattr(model, "derived") or not model.takes("derived"):
        return ()
    rng = np.random.default_rng(0)
    state = model.initial(rng, ())
    names = model.derived(**{one: state[one] for one in model.takes("derived")})
    if subject.truth is None:
        return tuple(names)
    per_group = [name for name in model.order if name in subject.truth
                 and model.dims.get(name) == ("group",)]
    alone = {"mu", "beta"} if "coefficients" in model.order else ()  # elements of a variable
    return tuple(name for name in names if name in subject.truth and name not in alone
                 and not (per_group and model.dims.get(name) == ("group",)))


def told(model, name, written):
    """What is said of one step of the order."""
    given = [other for other in model.takes(f"{name}_given")]
    found = {"name": name, "drawn": drawn(model, name),
             "given": [markup.text_symbol(other) for other in given],
             "symbol": markup.symbol(drawn(model, name)),
             "text": markup.text_symbol(drawn(model, name)),
             "again": name != drawn(model, name), "shown": shown_given(model, name),
             "data": formulas.needs_data(model, name, integrated(model, name)),
             "integrated": integrated(model, name), "lines": [], "words": ""}
    if written is None:  # of a model of one's own: what its docstring says
        story = inspect.getdoc(getattr(model, f"{name}_given")) or ""
        found["words"] = escape(story.split("\n\n")[0], quote=False)
    else:
        known = {*formulas.data_of(model), *formulas.priors_of(model),
                 *(f"{one}_j" for one in given), *given}
        known |= {"line_j"} if "coefficients" in given else set()
        known |= {"lam_raw_j"} if found["again"] else set()
        found["lines"] = formula.as_html(written, known)
        found["words"] = " ".join(filter(None, [formula.words_as_html(written),
                                                formula.letters_as_html(written, model)]))
    return found


def shown_given(model, name):
    """What a step is given, as symbols: of a second draw what it holds still."""
    given = [other for other in model.takes(f"{name}_given") if other != drawn(model, name)]
    if name != drawn(model, name):
        given = ["lam_raw" if other == "log_lam" else other for other in given]
    return [markup.symbol(other) for other in given]


def integrated(model, name):
    from ..sampling.conditionals import Conditionals
    return list(Conditionals(model).integrated[name])


def variable(model, name, rows):
    """The name, the axes and the labels of a variable."""
    axes = model.dims.get(name, ())
    coords = {axis: [str(one) for one in labels] for axis, labels in model.coords.items()
              if axis in axes}
    if "coefficient" in coords:
        coords["coefficient"] = [markup.text_symbol(one) for one in coords["coefficient"]]
    if "group" in coords:
        coords["group"] = [coords["group"][j] for j in rows]
    return {"symbol": markup.symbol(name), "text": markup.text_symbol(name), "axes": list(axes),
            "labels": [coords.get(axis, []) for axis in axes]}


def diagrams(model):
    """The diagram of each step, with the blanket that is lit."""
    found = {}
    for name in model.order:
        nodes = formulas.nodes_of(model, name)
        if not nodes:
            return {}
        gone = integrated(model, name)
        found[name] = {
            "nodes": [{**node._asdict(), "symbol": markup.symbol(node.name),
                       "text": markup.text_symbol(node.name)} for node in nodes],
            "lit": drawn(model, name), "gone": gone,
            "blanket": sorted(plate.blanket(nodes, drawn(model, name), gone))}
    return found


def first_sweep(data):
    """The first sweep as a table, for where there are no scripts."""
    rows = []
    for step in data["order"]:
        value = data["draws"][step["name"]][0]["x"]
        before = data["start"][step["drawn"]]
        again = " once more" if step["again"] else ""
        rows.append([f"<td>{step['symbol']}{again}</td>",
                     f"<td>{given_what(step)}</td>",
                     html.element("td", in_words(before)), html.element("td", in_words(value))])
    return (html.element("h2", "The first sweep")
            + html.table(["drawn", "given", "before", "after"], rows))


def given_what(step):
    """What a step is given, and the data, where they stand in its conditional themselves."""
    if not step["shown"]:
        return "the data alone"
    return ", ".join(step["shown"]) + (" and the data" if step["data"] else "")


def in_words(value):
    flat = np.ravel(value)
    return ", ".join(as_text(x) for x in flat[:24]) + (", ..." if len(flat) > 24 else "")
