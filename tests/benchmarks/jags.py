"""JAGS, by Rscript: the section's models with their draws, and its cost per sweep."""
import csv
import subprocess
import tempfile
from pathlib import Path

import numpy as np

import gibbspool.data

HERE = Path(__file__).parent
DATA = Path(gibbspool.data.__file__).parent
LABELS = {"eight_centred": "Eight Schools, centred", "eight_noncentred": "Eight Schools, "
          "non-centred"}


def script(name, *arguments):
    """What an R script of this folder prints after "result", in lists of words."""
    done = subprocess.run(["Rscript", str(HERE / name), *map(str, arguments)], check=True,
                          capture_output=True, text=True)
    return [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("result ")]


def runs(sitting):
    """For each model: program, what, data set, seconds and draws of each run."""
    if "JAGS" not in sitting.peers:
        return
    draws, tune = (50, 20) if sitting.tiny else (2000, 1000)
    with tempfile.TemporaryDirectory() as folder:
        found = {}
        for model, run, seconds in script("jags_models.R", DATA, folder, min(sitting.runs, 3),
                                          draws, tune):
            chains = read(Path(folder) / f"{model}_{run}.csv", draws)
            found.setdefault(model, []).append((float(seconds), chains))
        for model, both in found.items():
            seconds, all_draws = zip(*both)
            yield ("JAGS", LABELS.get(model, model), model.split("_")[0], seconds, all_draws)


def read(file, draws):
    """Draws by the name of the variable, (chain, draw, ...), from one column for each number."""
    with open(file, encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        header = next(rows)
        table = np.array([[float(value) for value in row] for row in rows])
    columns = {}
    for name, column in zip(header, table.T):
        columns.setdefault(name.split("[")[0], []).append(column.reshape(-1, draws))
    return {name: np.stack(numbers, axis=-1) for name, numbers in columns.items()}


def sweeps(sitting):
    """Milliseconds a sweep of four chains, by family and number of groups."""
    if "JAGS" not in sitting.peers:
        return {}
    sizes = (10, 20) if sitting.tiny else (100, 1000, 10_000)
    return {(family, int(J)): float(ms) for family, J, ms in script("jags_sweeps.R", *sizes)}
