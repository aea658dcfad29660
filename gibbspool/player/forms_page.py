"""The page on the forms of a model, side by side: same data, same seed, another order of draws."""
import numpy as np

from ..sampling.conditionals import Conditionals
from ..sampling.gibbs import steps
from . import curves, formulas, series
from .formulas import markup
from .packing import unpacked
from .page import Page
from .record import shortened

SWEEPS = 400   # of each form
CLOUD = 300    # independent draws, behind the sampler's
LAGS = 20
EVERY = 20     # sweeps from one conditional to the next whose width is looked at
SCRIPTS = ("scales.js", "diagnostics.js", "gibbs_state.js", "forms_words.js", "forms.css",
           "forms.js")
NAMES = {"noncentred": "non-centred"}


def page(subject):
    """A `page.Page` for a model of a family with several forms; None for others."""
    model = subject.model
    if subject.card is None or subject.truth is None or len(type(model).forms) < 2:
        return None
    return Page("forms", f"{in_words(len(type(model).forms))} forms", data_of(subject), SCRIPTS)


def in_words(count):
    return {2: "Two", 3: "Three", 4: "Four"}.get(count, str(count))


def data_of(subject):
    """The walks of all forms, the exact answer, and a table by which the page checks itself."""
    model, card = subject.model, subject.card
    truth, spread, parameter = subject.truth, card.spread, shown_parameter(subject)
    forms = [walk(subject, form, spread, parameter) for form in card.forms]
    cloud = truth.sample(draws=CLOUD, chains=1, seed=subject.seed)
    pairs = (first_of(cloud[parameter][0], 1), cloud[spread][0])
    kept = model.own_part({name: cloud[name] for name in card.hyper if name in cloud})
    return {
        "forms": forms, "spread": spread, "parameter": parameter, "seed": subject.seed,
        "spreadSymbol": markup.symbol(spread), "spreadText": markup.text_symbol(spread),
        "parameterText": label(model, parameter), "lags": LAGS,
        "concentration": card.concentration, "kept": shortened(kept),
        "width": shortened(np.std(np.log(cloud[spread][0]))),
        "cloud": shortened(np.stack(pairs)),
        "marginals": {"spread": series.each(truth[spread]),
                      "parameter": series.each(first_marginal(truth[parameter]))},
        "checks": [{"rho": series.autocorrelation(np.log(form["spread"]), LAGS),
                    "ess": series.effective_sample_size(np.log(form["spread"]))}
                   for form in forms]}


def shown_parameter(subject):
    """The groups' parameter: of log rates the log rate."""
    name = subject.card.parameter
    return f"log_{name}" if f"log_{name}" in subject.truth else name


def first_marginal(marginals):
    """That of the first group, and of shares the first category's."""
    first = marginals[0]
    return first[0] if hasattr(first, "labels") else first


def first_of(values, batch_ndim):
    """The first group's number, and of shares the first category's."""
    while np.ndim(values) > batch_ndim:
        values = values[..., 0] if np.ndim(values) == batch_ndim + 1 else values[:, 0]
    return values


def label(model, parameter):
    names = [str(model.groups[0])]
    if hasattr(model, "categories"):
        names.append(str(model.categories[0]))
    return f"{markup.text_symbol(parameter)} [{', '.join(names)}]"


def walk(subject, form, spread, parameter):
    """The spread and the first group's parameter after every sweep of a form.

    Beside them ``width``, the sd of the log of the spread in its conditional (median over sweeps;
    None of a closed form), and of a random walk ``refused``, "1" for each sweep that refused.
    """
    model = subject.card.model(**{**subject.model.arguments(), "form": form})
    state, found, widths, refused = {}, {"spread": [], "parameter": []}, [], []
    for number, step in enumerate(steps(model, seed=subject.seed, sweeps=SWEEPS), 1):
        state[model.interweaves.get(step.name, step.name)] = step.new
        state.update({name: new for name, (_, new) in step.moved.items()})
        if step.name == spread and step.record.kind == "metropolis":
            refused.append(str(int(not step.record.accepted)))
        if step.name == spread and (number - 1) // len(model.order) % EVERY == 0:
            widths.append(width(step))
        if number % len(model.order) == 0:
            found["spread"].append(shortened(state[spread]))
            found["parameter"].append(shortened(value_of(model, state, parameter)))
    return {"name": form, "title": NAMES.get(form, form), "own": form == subject.model.form,
            "order": [order(model, name) for name in model.order], **found,
            "width": None if None in widths else shortened(np.median(widths)),
            "refused": "".join(refused)}


def width(step):
    """The sd of log x, x being what a step draws, in its conditional; None of a closed form."""
    kernel = getattr(step.conditional, "conditional", step.conditional)  # of an interweaving
    if not hasattr(kernel, "coordinate") or np.ndim(step.old):
        return None
    if step.record.kind == "griddy":
        u, log_p = step.record.grid.u, step.record.grid.log_q
    else:
        low, high, _, text = curves.curves(kernel, step.old)[0]
        log_p = unpacked(text, -curves.DEPTH, 0.0)
        u = np.linspace(low, high, len(log_p))
    weight = np.exp(log_p) * np.gradient(u)
    log_x = np.log(np.maximum(kernel.coordinate.x(u), 1e-300))
    mean = np.average(log_x, weights=weight)
    return float(np.sqrt(np.average((log_x - mean)**2, weights=weight)))


def value_of(model, state, name):
    """A group's parameter, from the state or computed from it."""
    if name not in state:
        computed = model.derived(**{one: state[one] for one in model.takes("derived")})
        if name not in computed and name.startswith("log_"):
            return np.log(first_of(computed[name[4:]], 0))
        return first_of(computed[name], 0)
    return first_of(state[name], 0)


def order(model, name):
    """One step of the order, as in "tau | theta, mu"; with "y" where it depends on the data."""
    drawn = model.interweaves.get(name, name)
    given = [markup.symbol(other) for other in model.takes(f"{name}_given") if other != drawn]
    if name != drawn:  # it holds the raw deviations still
        given = [markup.symbol("lam_raw") if one == markup.symbol("log_lam") else one
                 for one in given]
    if formulas.needs_data(model, name, Conditionals(model).integrated[name]):
        given.append("<i>y</i>")
    return f"{markup.symbol(drawn)} | {', '.join(given)}"
