"""The commands `gibbspool homework ...` and their options; the work is imported when it is done."""
import argparse
import os
from importlib import import_module

HARM = """Runs the students' code on this machine with limits, not in a prison.

Bounded: time and output; but for Windows also memory, processes and the size of files. What a
hand-in prints or claims changes no points: only the numbers that it returns count, and right
answers are computed after its process is dead.

Not prevented: it runs as you. It may read, change and delete what you may, other hand-ins and this
library among it; use the network; end processes of yours, this one among them; and leave one
behind. Grade copies. On a shared machine grade as another user or in a container, or give --strict
(Linux, not as root: no network); `pack` runs inside the autograder's own container."""


def add_homework(commands):
    """Add `homework` and what stands below it."""
    top = commands.add_parser("homework", help="exercises to fill in; checks that name the mistake",
                              description="Small functions to fill in, each one idea of the "
                                          "samplers; the check names the mistake.")
    below = top.add_subparsers(required=True, metavar="COMMAND", title="commands")
    add_new(below)
    add_check(below)
    runs(below.add_parser("list", help="all exercises, and which are done"), "commands", "run_list")
    for name, about in (("hint", "a nudge for one exercise"),
                        ("reset", "the stub again; what you wrote is kept beside the file"),
                        ("solution", "a model answer, once yours was right")):
        one = below.add_parser(name, help=about)
        one.add_argument("name", metavar="NAME", help="an exercise, by name or number")
        one.add_argument("--file", metavar="FILE", help="the answers (default: answers.py here, "
                                                        "or in homework/)")
        if name == "solution":
            one.add_argument("--give-up", action="store_true",
                             help="show it although yours was never right; this is noted")
        runs(one, "commands", f"run_{name}")
    add_grade(below)
    add_pack(below)
    add_selftest(below)


def runs(parser, file, function):
    """What a command does: a function of a file of this room."""
    parser.set_defaults(run=lambda arguments: getattr(
        import_module(f".{file}", __package__), function)(arguments))


def add_new(below):
    new = below.add_parser("new", help="make a folder with the exercises as stubs")
    new.add_argument("folder", metavar="DIR")
    new.add_argument("--set", default="core", metavar="SET",
                     help="core, section, all, or NAME,NAME (default: core)")
    new.add_argument("--points", type=positive, default=100.0, help="of all together "
                                                                    "(default: 100)")
    runs(new, "commands", "run_new")


def add_check(below):
    check = below.add_parser(
        "check", help="judge your answers",
        usage="%(prog)s [-h] [--show] [--watch] [--json] [FILE] [NAME ...]",
        description="Judge the next exercise that is not yet right, or those named, or all. With "
                    "--json and no name: every exercise; those that the file does not have are "
                    "listed as missing. Exit status: 0 all right, 1 something not right, 2 a "
                    "complaint.")
    check.add_argument("words", nargs="*", metavar="FILE, NAME",
                       help="the answers (default: answers.py here, or in homework/), and "
                            "exercises by name or number, or all")
    check.add_argument("--show", action="store_true", help="show the right value beside yours")
    check.add_argument("--watch", action="store_true",
                       help="check again whenever you save the file")
    check.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    runs(check, "check_command", "run_check")


def add_grade(below):
    grade = below.add_parser("grade", help="grade a folder of hand-ins", description=HARM,
                             formatter_class=argparse.RawDescriptionHelpFormatter)
    grade.add_argument("paths", nargs="+", metavar="PATH",
                       help="files, folders (one student each, or one folder of many), or a zip of "
                            "them")
    grade.add_argument("--out", default="grades", metavar="DIR", help="(default: grades)")
    grade.add_argument("--seed", type=int, metavar="N",
                       help="of the inputs, to repeat a grading (default: a new, secret one)")
    grade.add_argument("--jobs", type=int, default=min(os.cpu_count() or 1, 4), metavar="N",
                       help="processes at once (default: the processors, at most 4)")
    grade.add_argument("--format", default="csv,json", metavar="F,F",
                       help="of csv, json, gradescope, prairielearn (default: csv,json)")
    grade.add_argument("--timeout", type=tenths, metavar="SECONDS",
                       help="of the processor for each exercise, at least 0.1 (default: 5); four "
                            "times as many by the clock")
    grade.add_argument("--strict", action="store_true",
                       help="refuse to run unless the students' code has no network")
    grade.add_argument("--config", metavar="course.ini", help="set, points and shares of points")
    grade.add_argument("--set", metavar="SET", help="core, section, all, or NAME,NAME "
                                                    "(default: core)")
    grade.add_argument("--points", type=positive, help="of all together (default: 100)")
    runs(grade, "class_commands", "run_grade")


def add_pack(below):
    pack = below.add_parser("pack", help="an autograder for Gradescope as a zip")
    pack.add_argument("--out", default="autograder.zip", metavar="FILE")
    pack.add_argument("--set", default="core", metavar="SET", help="(default: core)")
    pack.add_argument("--points", type=positive, default=100.0, help="(default: 100)")
    pack.add_argument("--config", metavar="course.ini")
    pack.add_argument("--seed", type=int, metavar="N", help="the same for every try")
    runs(pack, "class_commands", "run_pack")


def add_selftest(below):
    selftest = below.add_parser(
        "selftest", help="the exercises tested: stubs fail, solutions pass, mistakes are named, "
                         "attacks are bounded")
    selftest.add_argument("--seeds", type=seeds, default=20, metavar="N",
                          help="inputs that solutions are tried on (default: 20)")
    selftest.add_argument("--pairs", action="store_true",
                          help="also every two mistakes made at once: some minutes more")
    runs(selftest, "selftest_command", "run_selftest")


def positive(word):
    """A number from 1 to a million."""
    return between(word, 1, 1e6)


def tenths(word):
    """A number from 0.1 to 3600."""
    return between(word, 0.1, 3600)


def between(word, least, most):
    number = float(word)
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{word}: a number from {least:g} to {most:,.0f} is "
                                         "wanted")
    return number


positive.__name__ = tenths.__name__ = "number"  # as argparse names them


def seeds(word):
    """A whole number from 1."""
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{word}: at least 1")
    return number


seeds.__name__ = "whole number"
