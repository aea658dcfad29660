"""`gibbspool play`: a sampler as a page to step through, of an example or a person's own table."""
import argparse
import textwrap
from pathlib import Path

from .. import validate
from ..rows import for_terminal
from ..spelling import did_you_mean
from .options import add_table, every_column, every_prior, the_model

HELP = """\
One HTML file, which any browser opens without a network: each conditional of
the Gibbs sampler with its formula and its curve, the draw from it, and what
the sampler has so far beside the exact posterior; the forms of the model side
by side; for estimates with standard errors also shrinkage, Hamiltonian Monte
Carlo, and a sampler with a mistake to be found; for observations in groups
shrinkage, with the spread within the groups held.
"""

EXAMPLES = """\
examples:
  gibbspool play eight-schools --form centred
  gibbspool play funnel
  gibbspool play all --out players
  gibbspool play schools.csv --model normal --estimate effect --se se \\
    --group school
How columns and priors are named: gibbspool fit --help
"""


def add_options(parser, examples):
    """What `gibbspool play` takes; `examples` are models by name."""
    parser.description, parser.epilog = HELP, EXAMPLES
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    names = ", ".join([*examples, "funnel"])
    parser.add_argument("what", metavar="MODEL | FILE.csv | all", nargs="?",
                        default="eight-schools", help=f"{textwrap.fill(names)}; a table of your "
                        "own; or all (default: eight-schools)")
    add_table(parser, required=False)
    parser.add_argument("--sweeps", type=int, default=200, help="to record (default: 200)")
    parser.add_argument("--seed", type=int, default=1, help="(default: 1)")
    parser.add_argument("--mistake", metavar="ID", help="a mistake of the homework, such as C20, "
                        "for the page that asks what went wrong")
    parser.add_argument("--out", metavar="FILE.html", help="(default: player.html; for all the "
                        "folder players)")
    parser.set_defaults(run=lambda arguments: run(arguments, examples))


def run(arguments, examples):
    """Write the player that was asked for, and say where it is."""
    from ..player import play
    validate.whole_number("--sweeps", arguments.sweeps, 1)
    validate.whole_number("--seed", arguments.seed, 0)
    settings = {"sweeps": arguments.sweeps, "seed": arguments.seed}
    what = arguments.what
    if what in ("all", "funnel") or what in examples:
        refuse_options_of_tables(arguments)
    if what == "all":
        refuse("--form", arguments.form, what)
        refuse("--mistake", arguments.mistake, what)
        models = {name: make(None) for name, make in examples.items()}
        written = play.play_all(models, arguments.out or "players", **settings)[-1]
    elif what == "funnel":
        refuse("--form", arguments.form, what)
        refuse("--mistake", arguments.mistake, what)
        written = play.play_funnel(arguments.out or "player.html")
    elif what in examples:
        model = examples[what](arguments.form)
        written = play.play(model, arguments.out or "player.html", title=play.titled(what),
                            mistake=arguments.mistake, **settings)
        say_what_is_left_out(play, model)
    else:
        written = play_table(arguments, examples, play, settings)
    print(for_terminal(f"Written: {written} (open it in a browser)"))


def play_table(arguments, examples, play, settings):
    """The player of a person's own table."""
    if not arguments.model:
        if Path(arguments.what).suffix:
            Path(arguments.what).stat()  # where there is no file, that is said before all else
        if Path(arguments.what).exists():
            raise ValueError(f"{arguments.what}: --model says which model the table is for (see "
                             "gibbspool fit --help)")
        names = [*examples, "funnel", "all"]
        raise ValueError(f"{arguments.what!r} is neither a table nor one of {', '.join(names)}"
                         f"{did_you_mean(arguments.what, names)}")
    arguments.file = arguments.what
    with the_model(arguments) as (model, lines, _):
        for line in lines:
            print(for_terminal(line))
        written = play.play(model, arguments.out or "player.html", mistake=arguments.mistake,
                            title=Path(arguments.what).stem, **settings)
        say_what_is_left_out(play, model)
        return written


def say_what_is_left_out(play, model):
    """Why some pages have no tab in the file."""
    for reason in play.left_out(model):
        print(for_terminal(f"Left out: {reason}"))


def refuse_options_of_tables(arguments):
    """Columns and priors are for tables alone."""
    for name in ["model", *every_column(), *(f"{prior}_prior" for prior in every_prior())]:
        refuse(f"--{name.replace('_', '-')}", getattr(arguments, name), arguments.what)


def refuse(option, value, what):
    if value:
        raise ValueError(f"{option} is not for {what!r}")
