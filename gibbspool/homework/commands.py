"""`gibbspool homework` new, list, hint, reset and solution, for a student."""
import re
import textwrap

from . import rewriting, scaffold, text
from .exercises import EXERCISES
from .folder import folder_of, found_folder


def run_new(arguments):
    """Make the student's folder."""
    names = scaffold.chosen_names(arguments.set)
    folder = scaffold.make(arguments.folder, names, arguments.set, arguments.points)
    answers = folder / scaffold.ANSWERS
    text.say(f"{folder}: {len(names)} exercises in {scaffold.ANSWERS}; read {scaffold.README} "
             "first.")
    text.say(f"Next: write {names[0]} in {answers}, then type gibbspool homework check {answers}")


def run_list(arguments):
    """The exercises of this folder, or all, with what is done."""
    folder = found_folder()
    names = (folder.names if folder else None) or list(EXERCISES)
    done = folder.progress.done if folder else []
    for name in names:
        exercise = EXERCISES[name]
        mark = "x" if name in done else " "
        start = f"[{mark}] {text.short(exercise.number):>7}  "
        indent = " " * len(start)
        print(text.plain(start + name))
        for line in textwrap.wrap(first_sentence(exercise.task), max(text.room(), 40),
                                  initial_indent=indent, subsequent_indent=indent):
            print(text.plain(line))
    text.say("Sets for gibbspool homework new DIR --set: "
             + ", ".join(f"{name} ({len(chosen)})" for name, chosen in scaffold.SETS.items()))


def first_sentence(task):
    """What an exercise asks for, without its details."""
    return re.match(r".+?[.?](?= |$)|.+", " ".join(task.split()))[0]


def run_hint(arguments):
    """A nudge."""
    exercise = scaffold.named(arguments.name)
    folder = folder_of([arguments.file])[0] if arguments.file else found_folder()
    text.say(exercise.hint or "There is no hint: read the docstring again.")
    if folder:
        hints = folder.progress.hints
        hints[exercise.name] = hints.get(exercise.name, 0) + 1
        folder.progress.save()


def run_reset(arguments):
    """The stub again; what was written is kept beside it."""
    exercise = scaffold.named(arguments.name)
    folder, _ = folder_of([arguments.file] if arguments.file else [])
    kept, was_there = rewriting.reset(folder.path, exercise.name, scaffold.stub(exercise))
    folder.progress.record(exercise.name, False)
    folder.progress.save()
    what = "is a stub again in" if was_there else "was not there: its stub is now at the end of"
    text.say(f"{exercise.name} {what} {folder.path}; the file as it was: {kept}")


def run_solution(arguments):
    """A model answer: once the exercise was right, or when giving up."""
    exercise = scaffold.named(arguments.name)
    folder = folder_of([arguments.file])[0] if arguments.file else found_folder()
    done = folder.progress.done if folder else []
    if exercise.name not in done and not arguments.give_up:
        raise ValueError(f"{exercise.name} has not been right yet: gibbspool homework check "
                         f"{exercise.name}; or, to see it all the same (this is noted): "
                         f"gibbspool homework solution {exercise.name} --give-up")
    if exercise.name not in done and folder:
        if exercise.name not in folder.progress.given_up:
            folder.progress.given_up.append(exercise.name)
        folder.progress.save()
    print(exercise.words or exercise.solution.rstrip())
