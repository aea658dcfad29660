"""An autograder as a zip: this library, what installs it, and what runs it at Gradescope."""
import zipfile
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
EPOCH = (2020, 1, 1, 0, 0, 0)  # of every member: the same zip twice is the same file
KEPT = (".py", ".csv", ".css", ".js", ".html")

SETUP = """#!/usr/bin/env bash
set -e
apt-get update -qq || true
apt-get install -y -qq python3 python3-pip || true
python3 -m pip install -q "numpy>=1.23" "scipy>=1.12" \\
    || python3 -m pip install -q --break-system-packages "numpy>=1.23" "scipy>=1.12"
"""

RUN = """#!/usr/bin/env bash
# The students' code runs with limits, inside the container of the autograder.
cd /autograder/source
PYTHONPATH=/autograder/source python3 -m gibbspool homework grade /autograder/submission \\
    --format gradescope --out /autograder/results --config course.ini {options}
if [ ! -f /autograder/results/results.json ]; then
    echo '{{"score": 0, "output": "Hand in one file, called answers.py."}}' \\
        > /autograder/results/results.json
fi
"""

COURSE = """[homework]
set = {set}
points = {points:g}
timeout = 5
"""


def pack(out, chosen, points, config=None, seed=None):
    """Write the zip.

    Parameters
    ----------
    out : path
    chosen : str
        The set of exercises, where no config is given.
    points : float
    config : path, optional
        A course.ini to be packed.
    seed : int, optional
        The same for every student and every try; by default each run draws its own.

    Returns
    -------
    list of str
        The members.

    Raises
    ------
    OSError
        It cannot be written.
    """
    course = (Path(config).read_text(encoding="utf-8-sig") if config
              else COURSE.format(set=chosen, points=points))
    options = "" if seed is None else f"--seed {seed}"
    files = {"setup.sh": SETUP, "run_autograder": RUN.format(options=options).replace(" \n", "\n"),
             "course.ini": course}
    aside = Path(f"{out}.unfinished")
    try:
        with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files.items():
                add(archive, name, text.encode("utf-8"), executable=name != "course.ini")
            for path in sorted(PACKAGE.rglob("*")):
                if path.is_file() and path.suffix in KEPT and "__pycache__" not in path.parts:
                    add(archive, f"gibbspool/{path.relative_to(PACKAGE).as_posix()}",
                        path.read_bytes())
            members = archive.namelist()
        aside.replace(out)
    finally:
        aside.unlink(missing_ok=True)
    return members


def add(archive, name, content, executable=False):
    """One member, with a fixed date and the rights of an ordinary file."""
    member = zipfile.ZipInfo(name, EPOCH)
    member.create_system = 3  # so that the rights count
    member.external_attr = (0o755 if executable else 0o644) << 16
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, content)
