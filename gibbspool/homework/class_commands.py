"""`gibbspool homework grade` and `pack`, for a lecturer."""
import os
from dataclasses import replace
from pathlib import Path

from ..files import aside, write_together
from . import grading, packing, text
from .course import course_of
from .sandbox import cut_off
from .scaffold import chosen_names


def run_grade(arguments):
    """Judge all hand-ins, and write what was asked for."""
    formats = [word.strip() for word in arguments.format.split(",") if word.strip()]
    for word in formats:
        if word not in grading.FORMATS:
            raise ValueError(f"--format {word}: there are {', '.join(grading.FORMATS)}")
    if not formats:
        raise ValueError(f"--format names none of {', '.join(grading.FORMATS)}")
    most = 2 * (os.cpu_count() or 1)
    if not 1 <= arguments.jobs <= most:
        raise ValueError(f"--jobs {arguments.jobs}: from 1 to {most}, two for each processor; more "
                         "would only make each other wait")
    out = grading.same_folder(arguments.out)
    with aside(out):
        pass  # it can be written: better known now than after the whole class
    if arguments.strict:
        cut_off()
    graded = grading.grade(arguments.paths, course_from(arguments), arguments.seed, arguments.jobs,
                           arguments.strict, say=say)
    if len(graded) == 1:
        for one in graded[0].judged:
            print("\n".join(text.told(one)))
    files = grading.files_of(graded, formats)
    write_together(out, files)
    print(f"Seed {graded[0].record['seed']}: with --seed, the same files get the same points.")
    print("Written: " + ", ".join(str(out / name) for name in list(files)[:6])
          + (f" and {len(files) - 6} more" if len(files) > 6 else ""))


def course_from(arguments):
    """The course.ini, and over it what was typed."""
    course = course_of(arguments.config)
    typed = {}
    if arguments.set:
        typed["names"] = tuple(chosen_names(arguments.set))
    if arguments.points:
        typed["points"] = arguments.points
    if arguments.timeout:
        typed["timeout"] = arguments.timeout
    return replace(course, **typed)


def say(graded):
    """One line for a student."""
    record = graded.record
    ids = " ".join(dict.fromkeys(id for found in record["exercises"] for id in found["mistakes"]))
    line = (f"{text.plain(graded.handin.student)[:30]:<30} "
            f"{text.points(record['score']):>7} of {text.points(record['max_score'])}  "
            f"{graded.problem or ids}")
    print(text.plain(line)[:text.room()].rstrip(), flush=True)


def run_pack(arguments):
    """Write the autograder."""
    names = chosen_names(arguments.set)
    if arguments.config:
        names = course_of(arguments.config).names
    out = Path(arguments.out)
    if out.is_dir():
        raise ValueError(f"--out {out} is a folder: name a file, such as autograder.zip")
    members = packing.pack(out, arguments.set, arguments.points, arguments.config, arguments.seed)
    print(f"{out}: setup.sh, run_autograder, course.ini and the library ({len(members)} files), "
          f"for {len(names)} exercises. At Gradescope: Configure Autograder, Zip file upload.")
