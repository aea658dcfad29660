"""`gibbspool homework ...` for a student: new, check, list, hint, reset, solution."""
import json
import sys
from pathlib import Path
from time import sleep, strftime

from . import record, rewriting, scaffold, text
from .checking import File
from .exercises import EXERCISES
from .progress import progress_of
from .sandbox import MOST_SOURCE

RIGHT, NOT_RIGHT = 0, 1
LOOK_EVERY = 0.5  # seconds between two looks at a file that is watched


def run_new(arguments):
    """Make the student's folder."""
    names = scaffold.chosen_names(arguments.set)
    folder = scaffold.make(arguments.folder, names, arguments.set, arguments.points)
    print(f"{folder}: {len(names)} exercises in {scaffold.ANSWERS}; read {scaffold.README} first.")
    print(f"Next: write {names[0]} in {folder / scaffold.ANSWERS}, then type "
          f"gibbspool homework check {folder / scaffold.ANSWERS}")


# ---- check

def run_check(arguments):
    """Judge the next unfinished exercise, those named, or all."""
    file, words = file_and_names(arguments.words)
    if arguments.watch:
        return watch(arguments, file, words)
    return check(arguments, file, words)


def file_and_names(words):
    """The file of answers, and the exercises; the file may be left out where it can be found.

    Raises
    ------
    ValueError, OSError
        No such file, no such exercise.
    """
    words = list(words)
    if words and (words[0].endswith(".py") or Path(words[0]).exists()):
        path = Path(words.pop(0))
        path = path / scaffold.ANSWERS if path.is_dir() else path
    else:
        near = [Path(scaffold.ANSWERS), Path("homework") / scaffold.ANSWERS]
        path = next((one for one in near if one.exists()), None)
        if path is None:
            raise ValueError("there is no answers.py here: name the file, or make one with "
                             "gibbspool homework new homework")
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file")
    if words == ["all"]:
        return path, list(EXERCISES)
    return path, [scaffold.named(word).name for word in words]


def read_source(path):
    """The bytes of a file of answers.

    Raises
    ------
    ValueError
        Far too long for one.
    """
    if path.stat().st_size > MOST_SOURCE:
        raise ValueError(f"{path} has {path.stat().st_size} bytes: a file of answers has at most "
                         f"{MOST_SOURCE}")
    return path.read_bytes()


def check(arguments, path, names):
    """The exit status."""
    source = read_source(path)
    if arguments.json:
        return check_json(path, source, names)
    progress = progress_of(path, EXERCISES)
    if names:
        judged = say_all(File(source, names).all_judged(), arguments.show)
    else:
        judged = say_next(File(source, list(EXERCISES)), progress, arguments.show)
    if judged is None:
        return RIGHT
    for one in judged:
        progress.record(one.verdict.name, one.verdict.verdict == "right")
    progress.save()
    if names and len(judged) > 1:
        print(text.total([one.verdict for one in judged]))
    print(what_next(judged, path, progress, source))
    return RIGHT if all(one.verdict.verdict == "right" for one in judged) else NOT_RIGHT


def say_all(judged, show):
    """Print each as it comes."""
    found = []
    for one in judged:
        print("\n".join(text.told(one, show)), flush=True)
        found.append(one)
    return found


def say_next(file, progress, show):
    """Judge those that were not yet right, in order, to the first that is not right now.

    None where all are right and were so before.
    """
    there = [name for name in file.names if file.status(name) != "missing"]
    if not there:
        raise ValueError("the file has none of the functions: gibbspool homework list names them")
    open_ones = [name for name in there if name not in progress.done]
    if not open_ones:
        print(f"All {len(there)} exercises of this file were right. To check them again: "
              "gibbspool homework check all")
        return None
    begun = [name for name in open_ones if file.status(name) != "stub"]
    found = []
    for name in begun or open_ones[:1]:
        one = file.judged(name)
        print("\n".join(text.told(one, show)), flush=True)
        found.append(one)
        if one.verdict.verdict != "right":
            break
    return found


def what_next(judged, path, progress, source):
    """The last line: what to do."""
    wrong = [one.verdict for one in judged if one.verdict.verdict not in ("right", "missing")]
    if wrong:
        name = wrong[0].name
        return f"Next: mend {name}. A nudge: gibbspool homework hint {name}"
    file = File(source, list(EXERCISES))
    still = [name for name in file.names
             if file.status(name) != "missing" and name not in progress.done]
    if not still:
        return f"All done. Hand in {path}."
    return f"Next: write {still[0]} ({EXERCISES[still[0]].number}) in {path}."


def check_json(path, source, names):
    """Print the verdicts as JSON: on those named, or on every exercise there is.

    Exercises that the file does not have are listed as missing; where none was named, they do not
    count for the exit status.
    """
    file = File(source, names or list(EXERCISES))
    judged = list(file.all_judged())
    print(json.dumps(record.of_file(str(path), source, judged, "practice"), indent=1))
    counted = judged if names else [one for one in judged if one.in_file]
    right = counted and all(one.verdict.verdict == "right" for one in counted)
    return RIGHT if right else NOT_RIGHT


def watch(arguments, path, names):
    """Check again whenever the file changes; Ctrl-C ends it."""
    print(f"Watching {path}: it is checked whenever you save it. Ctrl-C ends this.")
    seen, status = None, NOT_RIGHT
    while True:
        try:
            now = path.stat()
            now = now.st_mtime_ns, now.st_size
        except OSError:
            now = seen  # an editor is just replacing it
        if now != seen:
            seen = now
            print(f"\n---- {strftime('%H:%M:%S')}", flush=True)
            try:
                status = check(arguments, path, names)
            except ValueError as problem:
                print(problem, flush=True)
            sys.stdout.flush()
        try:
            sleep(LOOK_EVERY)
        except KeyboardInterrupt:
            return status


# ---- the rest

def run_list(arguments):
    """All exercises, with what is done."""
    near = [Path(scaffold.ANSWERS), Path("homework") / scaffold.ANSWERS]
    path = next((one for one in near if one.exists()), Path(scaffold.ANSWERS))
    progress = progress_of(path, EXERCISES)
    for name, exercise in EXERCISES.items():
        mark = "x" if name in progress.done else " "
        first = exercise.task.split("\n")[0]
        line = f"[{mark}] {exercise.number:>6}  {name:<21} {first}"
        print(text.plain(line if len(line) <= text.room() else line[:text.room() - 3] + "..."))
    print("Sets for `gibbspool homework new DIR --set`: "
          + ", ".join(f"{name} ({len(chosen)})" for name, chosen in scaffold.SETS.items()))


def run_hint(arguments):
    """A nudge."""
    exercise = scaffold.named(arguments.name)
    path, _ = found_file(arguments.file)
    print("\n".join(text.paragraphs(exercise.hint or "There is no hint: read the docstring again.",
                                    "")))
    if path:
        progress = progress_of(path, EXERCISES)
        progress.hints[exercise.name] = progress.hints.get(exercise.name, 0) + 1
        progress.save()


def run_reset(arguments):
    """The stub again; what was written is kept beside it."""
    exercise = scaffold.named(arguments.name)
    path, _ = file_and_names([arguments.file] if arguments.file else [])
    kept = rewriting.reset(path, exercise.name, scaffold.stub(exercise))
    progress = progress_of(path, EXERCISES)
    progress.record(exercise.name, False)
    progress.save()
    print(f"{exercise.name} is a stub again in {path}; the file as it was: {kept}")


def run_solution(arguments):
    """A model answer: once the exercise was right, or when giving up."""
    exercise = scaffold.named(arguments.name)
    path, progress = found_file(arguments.file)
    if exercise.name not in progress.done and not arguments.give_up:
        raise ValueError(f"{exercise.name} has not been right yet: gibbspool homework check "
                         f"{exercise.name}; or, to see it all the same (this is noted): "
                         f"gibbspool homework solution {exercise.name} --give-up")
    if exercise.name not in progress.done and path:
        if exercise.name not in progress.given_up:
            progress.given_up.append(exercise.name)
        progress.save()
    print(exercise.solution.rstrip() if exercise.returns != "words" else exercise.words)


def found_file(given):
    """The file of answers, if it can be found, and its progress."""
    try:
        path, _ = file_and_names([given] if given else [])
    except ValueError:
        if given:
            raise
        return None, progress_of(Path(scaffold.ANSWERS), EXERCISES)
    return path, progress_of(path, EXERCISES)
