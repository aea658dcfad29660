"""`gibbspool homework check`: the verdicts, and what to do next."""
import json
import sys
from time import sleep, strftime

from . import record, text
from .checking import File
from .exercises import EXERCISES
from .folder import folder_of, in_file

RIGHT, NOT_RIGHT = 0, 1
LOOK_EVERY = 0.5  # seconds between two looks at a file that is watched


def run_check(arguments):
    """Judge the next unfinished exercise, those named, or all."""
    folder, names = folder_of(arguments.words)
    if arguments.watch:
        return watch(arguments, folder, names)
    return check(arguments, folder, names)


def check(arguments, folder, names):
    """The exit status."""
    if arguments.json:
        return check_json(folder, names)
    file = folder.file()
    if names:
        judged = told(file.all_judged(names), folder, arguments.show)
    else:
        judged = told(to_first_fault(file, unfinished(file, folder)), folder, arguments.show)
    if len(judged) > 1:
        print(text.total([one.verdict for one in judged]))
    for line, sentence in file.look.advice if judged else ():
        text.say(f"Advice, not a matter of points: line {line}: {sentence}.")
    text.say(what_next(judged, folder, file))
    return RIGHT if all(one.verdict.verdict == "right" for one in judged) else NOT_RIGHT


def told(judged, folder, show):
    """Print each as it comes, and remember which were right."""
    found = []
    for one in judged:
        print("\n".join(text.told(one, show)), flush=True)
        folder.progress.record(one.verdict.name, one.verdict.verdict == "right")
        found.append(one)
    folder.progress.save()
    return found


def unfinished(file, folder):
    """Of this homework, what was not right yet: what is begun, or else the first that is not."""
    names = [name for name in folder.names or in_file(file) if name not in folder.progress.done]
    begun = [name for name in names if file.status(name) not in ("stub", "missing")]
    return begun or names[:1]


def to_first_fault(file, names):
    """Judge one after the other, to the first that is not right."""
    for name in names:
        one = file.judged(name)
        yield one
        if one.verdict.verdict != "right":
            break


def what_next(judged, folder, file):
    """The last line: what to do."""
    wrong = [one.verdict for one in judged if one.verdict.verdict not in ("right", "missing")]
    if wrong:
        name = wrong[0].name
        return f"Next: mend {name}. A nudge: gibbspool homework hint {name}"
    still = [name for name in folder.names or in_file(file) if name not in folder.progress.done]
    if not still:
        again = "" if judged else " To check everything again: gibbspool homework check all"
        return f"All done. Hand in {folder.path}.{again}"
    begun = [name for name in still if file.status(name) not in ("stub", "missing")]
    if begun:
        return f"Next: gibbspool homework check {begun[0]}"
    lost = file.status(still[0]) == "missing"
    how = f" (gibbspool homework reset {still[0]} puts its stub there)" if lost else ""
    return f"Next: write {still[0]} ({EXERCISES[still[0]].number}) in {folder.path}{how}."


def check_json(folder, names):
    """Print the verdicts as JSON: on those named, or on every exercise there is.

    It depends on the file alone. Exercises that the file does not have are listed as missing; where
    none was named, they do not count for the exit status.
    """
    source = folder.path.read_bytes()
    judged = list(File(source, names or list(EXERCISES)).all_judged())
    print(json.dumps(record.of_file(str(folder.path), source, judged, "practice"), indent=1))
    counted = judged if names else [one for one in judged if one.in_file]
    right = counted and all(one.verdict.verdict == "right" for one in counted)
    return RIGHT if right else NOT_RIGHT


def watch(arguments, folder, names):
    """Check again whenever the file changes; Ctrl-C ends it."""
    text.say(f"Watching {folder.path}: it is checked whenever you save it. Ctrl-C ends this.")
    seen, status = None, NOT_RIGHT
    while True:
        try:
            now = folder.path.stat()
            now = now.st_mtime_ns, now.st_size
        except OSError:
            now = seen  # an editor is just replacing it
        if now != seen:
            seen = now
            print(f"\n---- {strftime('%H:%M:%S')}", flush=True)
            try:
                status = check(arguments, folder, names)
            except ValueError as problem:
                text.say(str(problem))
            sys.stdout.flush()
        try:
            sleep(LOOK_EVERY)
        except KeyboardInterrupt:
            return status
