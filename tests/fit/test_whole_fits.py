"""`gibbspool fit` from the file to shrinkage.csv: an odd table gives what the plain one gives."""
import csv

import pytest
from fit_tables import ODD

from gibbspool.cli import main

QUICK = {"a German table", "several rows, estimates"}


def shrinkage(folder, content, arguments):
    """The cells of shrinkage.csv, numbers as such."""
    folder.mkdir()
    path = folder / "own.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert main(["fit", str(path), *arguments, "--draws", "50", "--out", str(folder / "out")]) == 0
    with open(folder / "out" / "shrinkage.csv", encoding="utf-8", newline="") as file:
        return [[value(cell) for cell in row] for row in csv.reader(file)]


def value(cell):
    try:
        return pytest.approx(float(cell), rel=1e-6, abs=1e-9)
    except ValueError:
        return cell


@pytest.mark.extras
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", [pytest.param(kind, marks=() if kind in QUICK else
                                               pytest.mark.long) for kind in ODD])
def test_the_exact_answer_is_that_of_the_plain_table(tmp_path, capsys, no_pictures, kind):
    odd, options, plain, plain_options, words = ODD[kind]
    expected = shrinkage(tmp_path / "plain", plain, plain_options)
    notes_of_plain = capsys.readouterr().err
    found = shrinkage(tmp_path / "odd", odd, options)
    notes = capsys.readouterr().err
    assert len(expected) > 2 and found == expected
    for word in words:
        assert word in notes and word not in notes_of_plain
