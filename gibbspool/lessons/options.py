"""The command `gibbspool lessons` and its options; the work is imported when it is done."""
from importlib import import_module

ABOUT = """Without a number: the list, with what each teaches and which ones to know before.
With one: run it, from its first line to its last. What it prints is meant to be read beside its
text: `--copy` puts a copy of it in this folder, to open in an editor that runs it cell by cell
(VS Code, Spyder), to change, and to try what it proposes at its end."""


def add_lessons(commands):
    """Add `lessons`."""
    parser = commands.add_parser("lessons", help="the numbered lessons: list them, run one",
                                 description=ABOUT)
    parser.add_argument("number", metavar="N", nargs="?", type=int, help="the lesson to run")
    parser.add_argument("--out", metavar="DIR", default="figures",
                        help="folder for its figure (default: figures)")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--show", action="store_true",
                         help="do not run it: print where its file is")
    instead.add_argument("--copy", action="store_true",
                         help="do not run it: put a copy of its file in this folder")
    parser.set_defaults(run=lambda arguments: import_module(
        ".commands", __package__).run_lessons(arguments))
