"""A made-up class: one is right, one has a mistake, one has not begun, one hands in no Python."""
from gibbspool.homework import scaffold
from gibbspool.homework.exercises import EXERCISES

NAMES = ["shrinkage", "theta_given"]
RIGHT = scaffold.HEAD + "\n\n".join(EXERCISES[name].solution for name in NAMES)
SOURCES = {
    "ann": RIGHT,
    "=bob": RIGHT.replace("np.sqrt(", "("),
    "cy": scaffold.answers_file(NAMES),
    "dan": "def shrinkage(:\n",
    "eve": RIGHT.replace("def theta_given", "def theta_gven"),
}
assert SOURCES["=bob"] != RIGHT


def written(folder):
    """A folder with a folder for each, and one that is empty."""
    for student, source in SOURCES.items():
        (folder / student).mkdir(parents=True)
        (folder / student / "answers.py").write_text(source, encoding="utf-8")
    (folder / "fay").mkdir()
    return folder
