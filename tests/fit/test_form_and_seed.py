"""`gibbspool fit` samples with the form and the seed given, and names a bad cell by its line."""
import pytest

from gibbspool.cli import main

NORMAL = ["--model", "normal", "--estimate", "y", "--se", "s"]


@pytest.mark.extras
def test_fit_uses_form_and_seed(tmp_path, no_pictures):
    path, out = tmp_path / "own.csv", tmp_path / "o"
    path.write_text("y,s\n1,1\n\n2,1\n4,2\n0,1\n3,1\n")
    summaries = set()
    for options in (("--seed", "1"), ("--seed", "2"), ("--seed", "1", "--form", "centred")):
        assert main(["fit", str(path), *NORMAL, "--draws", "50", "--out", str(out), *options]) == 0
        summaries.add((out / "summary.csv").read_text())
    assert len(summaries) == 3


@pytest.mark.extras
def test_fit_counts_the_lines_of_the_file(tmp_path, capsys):
    path = tmp_path / "own.csv"
    path.write_text("y,s\n1,1\n\n2,1_0\n")
    assert main(["fit", str(path), *NORMAL]) == 2
    assert "row 2 (line 4), column 's': '1_0' is not a number" in capsys.readouterr().err
