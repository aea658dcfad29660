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


def written(folder, students=SOURCES):
    """A folder with a folder for each, and one that is empty."""
    for student in students:
        (folder / student).mkdir(parents=True)
        (folder / student / "answers.py").write_text(SOURCES[student], encoding="utf-8")
    (folder / "fay").mkdir()
    return folder
