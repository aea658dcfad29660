"""The options of `gibbspool fit`, made from the cards: each column and each prior is one."""
import argparse
import contextlib
import csv
import re
import textwrap
import warnings
from pathlib import Path

from .. import validate
from ..distributions.writing import parse, written
from ..models.card import CARDS
from ..models.hierarchy import prior_option
from .fitting import fit
from .preparing import prepared
from .printed import for_the_command_line
from .suspicious import note_what_looks_odd
from .tables import Table

HEAD = """\
models, their columns (a row for each group, unless said otherwise), the
section's priors and forms:"""

INDENT = " " * 15
HELP_WIDTH = 78
TO_GO_ON = " \\"  # at the end of a line that goes on in the next

TAIL = """\
  --group names the column of labels; without it the groups are numbered.
  Several rows of a group are combined: counts are summed, estimates weighted
  by inverse variance. A covariate of text becomes an indicator column for
  each level but the first in alphabetical order. Decimal commas, thousands
  separators, percent signs, a title line and other encodings than UTF-8 are
  read where they can mean one thing only, and noted.

Priors that you do not state are scaled to your data, and printed in their
unit: a flat or wide one of the location, one of the spread on the scale of
the standard errors. --section-priors takes the section's, which suit its own
data. State what you know, as in
  --tau-prior "HalfNormal(2)"
Covariates are centred: mu is the mean of groups with average covariates.
priors: Normal(mean, sd), HalfNormal(scale), HalfCauchy(scale), HalfT(df,
  scale), Exponential(rate), Gamma(shape, rate), InverseGamma(shape, scale)
  (of a standard deviation: on its square), Uniform(low, high), Beta(a, b),
  Dirichlet([1, 1, 1]), Flat.

Written to the folder: summary.csv (every parameter, exact and by Gibbs),
shrinkage.csv (every group: its own estimate, how far it is pulled, its
weight, the pooled one and its 89% interval), priors.csv, for estimates
heterogeneity.csv (Q, I-squared, tau-squared); with matplotlib forest.png and
shrinkage.png, on pages of at most 60 rows (forest_1.png, ...). A table that
cannot be read is refused in one line that names the row and the column, with
exit status 2.

examples:"""


def add_options(parser):
    """Add the options of the command `fit` to its parser."""
    parser.description = ("Pool the groups of a CSV file with a header line; comma, semicolon or\n"
                          "tab separate its cells.")
    parser.epilog, parser.formatter_class = fit_help(), argparse.RawDescriptionHelpFormatter
    parser.add_argument("file", metavar="FILE.csv")
    add_table(parser, required=True)
    parser.add_argument("--draws", type=int, default=2000,
                        help="Gibbs draws per chain (default: 2000)")
    parser.add_argument("--seed", type=int, default=42, help="(default: 42)")
    parser.add_argument("--out", default="fit", metavar="DIR",
                        help="folder to write to (default: fit)")
    parser.set_defaults(run=run)


def add_table(parser, required):
    """Add what tells how a table becomes a model: the family, columns, priors and the form."""
    parser.add_argument("--model", required=required, choices=[card.name for card in CARDS])
    columns = parser.add_argument_group("columns, by name")
    several = {name for card in CARDS for name in card.several}
    for name in every_column():
        if name in several:
            columns.add_argument(option(name), metavar="COL,COL,...", type=listed, dest=name)
        else:
            columns.add_argument(option(name), metavar="COL", dest=name)
    settings = parser.add_argument_group("how columns are read")
    for name, meaning in every_setting().items():
        settings.add_argument(option(name), metavar="NUMBER", type=float, dest=name,
                              help=meaning.replace("%", "%%"))
    settings.add_argument("--na", choices=["refuse", "drop"], default="refuse",
                          help="rows with missing cells (empty, NA, NaN, n/a, a dot, a dash): "
                               "refuse the table, or drop them and list which (default: refuse)")
    priors = parser.add_argument_group("priors")
    for name in every_prior():
        priors.add_argument(prior_option(name), metavar="PRIOR", dest=f"{name}_prior")
    priors.add_argument("--section-priors", action="store_true",
                        help="take the section's priors where none are stated, not priors scaled "
                             "to the data")
    parser.add_argument("--form", help="form of the Gibbs sampler, such as centred or noncentred")


def every_column():
    """Names of the columns of all families, each once."""
    return list(dict.fromkeys(name for card in CARDS for name in card.columns))


def every_setting():
    """The numbers that tell how columns are read, of all families, and their meanings."""
    return {name: meaning for card in CARDS for name, meaning in card.settings.items()}


def every_prior():
    """Names of the priors of all families, each once."""
    return list(dict.fromkeys(name for card in CARDS for name in card.priors()))


def option(name):
    return f"--{name.replace('_', '-')}"


def listed(text):
    """The names in a text such as "a,b,c"; one that has a comma itself stands in quotes."""
    names = next(csv.reader([" ".join(text.split())], skipinitialspace=True), [])
    return [name.strip() for name in names if name.strip()]


def fit_help():
    """What `gibbspool fit --help` tells of the families, from their cards."""
    return "\n".join([HEAD, *map(told, CARDS), TAIL, *map(example, CARDS)])


def example(card):
    """What to type, to be copied: a line that goes on below ends in a backslash."""
    first, *options = re.split(" (?=--)", f"gibbspool fit {card.typed}")
    lines = [first]
    for one in options:
        if len(f"  {lines[-1]} {one}") <= HELP_WIDTH - len(TO_GO_ON):
            lines[-1] += f" {one}"
        else:
            lines.append(f"    {one}")
    return "  " + f"{TO_GO_ON}\n  ".join(lines)


def told(card):
    """A family: its story; its columns; its default priors and its forms."""
    ways = [with_meaning(way, meaning, card) for way, meaning in card.ways.items()]
    more = [f"{option(name)} {card.several.get(name, 'COL')} {meaning}"
            for name, meaning in card.optional.items() if meaning]
    priors = ", ".join(f"{name} ~ {in_short(prior)}" for name, prior in card.priors().items())
    columns = "; ".join(["; or ".join(ways), *more])
    lines = [line for text in (card.story, columns, f"{priors}; {', '.join(card.forms)}")
             for line in textwrap.wrap(text, HELP_WIDTH - len(INDENT), break_on_hyphens=False)]
    return "\n".join([f"  {card.name:<12} {lines[0]}", *(INDENT + line for line in lines[1:])])


def with_meaning(way, meaning, card):
    """The options of one way to name the columns, as in "--wide A,B,C: a column for each group"."""
    options = ", ".join(" ".join([option(name), card.several.get(name, "")]).strip()
                        for name in way)
    return f"{options}: {meaning}" if meaning else options


def in_short(prior):
    """A prior as it is typed; of a vector the first numbers alone, for its length varies."""
    if not prior.event_ndim:
        return written(prior)
    first, second, *_ = prior.concentration
    return f"{type(prior).__name__}([{first:g}, {second:g}, ...])"


def run(arguments):
    """Fit the model that was asked for to the table that was named."""
    validate.whole_number("--draws", arguments.draws, 1)
    validate.whole_number("--seed", arguments.seed, 0)
    with the_model(arguments) as (model, lines, columns):
        fit(model, arguments.out, arguments.draws, arguments.seed, notes=lines, columns=columns)


@contextlib.contextmanager
def the_model(arguments):
    """The model of the table that was named, lines on its priors, and the columns by name.

    Within, warnings speak of options.
    """
    Path(arguments.file).stat()  # where there is no file, that is said before all else
    card = next(card for card in CARDS if card.name == arguments.model)
    columns, priors = given_columns(arguments, card), given_priors(arguments, card)
    form = {"form": arguments.form} if arguments.form else {}
    settings = given_settings(arguments, card)
    table = Table(arguments.file)
    table.require(without_gaps(columns, card), drop=arguments.na == "drop")
    section = card.section_priors() if arguments.section_priors else {}
    model = card.read(table, **columns, **settings, **form, **{**section, **priors})
    note_what_looks_odd(table, columns)
    for note in table.notes.values():
        warnings.warn(note, stacklevel=1)  # the caller is contextlib, whose warnings are not shown
    with options_in_warnings(card):
        model, lines = prepared(model, tuple(priors), arguments.section_priors)
        yield model, lines, columns


@contextlib.contextmanager
def options_in_warnings(card):
    """Warnings speak of options where they would name functions of the package."""
    with warnings.catch_warnings():
        show = warnings.showwarning

        def show_options(message, *where, **more):
            show(for_the_command_line(str(message), card), *where, **more)

        warnings.showwarning = show_options
        yield


def given_columns(arguments, card):
    """The columns that were named, if they are one of the family's ways to name them."""
    given = {name: getattr(arguments, name) for name in every_column() if getattr(arguments, name)}
    for name in given:
        if name not in card.columns:
            raise not_for(option(name), card)
    if not any(set(way) <= set(given) <= {*way, *card.optional} for way in card.ways):
        ways = ", or ".join(" and ".join(map(option, way)) for way in card.ways)
        one = " (one of these ways alone)" if len(card.ways) > 1 else ""
        named = ", ".join(map(option, given)) or "no column"
        raise ValueError(f"--model {card.name} needs {ways}{one}; you gave {named} (see gibbspool "
                         "fit --help)")
    return given


def without_gaps(columns, card):
    """The names of the columns in which every cell must be filled, in the order of the options."""
    listed_or_one = [[value] if isinstance(value, str) else value
                     for name, value in columns.items() if name not in card.gaps]
    return [name for names in listed_or_one for name in names]


def given_settings(arguments, card):
    """The numbers that were given for how to read the columns."""
    given = {name: getattr(arguments, name) for name in every_setting()}
    given = {name: value for name, value in given.items() if value is not None}
    for name in given:
        if name not in card.settings:
            raise not_for(option(name), card)
    return given


def given_priors(arguments, card):
    """The priors that were stated, by the names of the model's parameters."""
    given = {name: getattr(arguments, f"{name}_prior") for name in every_prior()}
    given = {name: text for name, text in given.items() if text}
    for name in given:
        if name not in card.priors():
            raise not_for(prior_option(name), card)
    return {name: parse(text) for name, text in given.items()}


def not_for(name, card):
    return ValueError(f"{name} is not for --model {card.name} (see gibbspool fit --help)")
