"""PyMC and NumPyro on the section's data, run by the Python that has them."""
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np

import gibbspool.data

HERE = Path(__file__).parent
DATA = Path(gibbspool.data.__file__).parent
PROGRAMS = {"PyMC": "pymc_models.py", "NumPyro": "numpyro_models.py"}
LABELS = {"eight": "Eight Schools, NUTS non-centred", "survey": "survey, NUTS",
          "hospitals": "hospitals, NUTS non-centred"}
RUNS = 3  # compiling counts in each


def runs(sitting, only=None):
    """For each model: program, what, data set, seconds and draws of each run."""
    wanted = [only] if only else list(LABELS)
    for program, script in PROGRAMS.items():
        if program not in sitting.peers:
            continue
        for name in wanted:
            if (program, name) not in sitting.found:
                with tempfile.TemporaryDirectory() as folder:
                    sitting.found[program, name] = run(sitting, script, name, folder)
            yield (program, LABELS[name], name, *sitting.found[program, name])


def run(sitting, script, name, folder):
    """Seconds and draws of several runs of one model."""
    times = 1 if sitting.tiny else RUNS
    draws, tune = (50, 50) if sitting.tiny else (2000, 1000)
    done = subprocess.run([sitting.peers_python, str(HERE / script), name, str(DATA), folder,
                           str(times), str(draws), str(tune)], check=True, capture_output=True,
                          text=True)
    seconds = json.loads(done.stdout.splitlines()[-1])
    return seconds, [dict(np.load(Path(folder) / f"{k}.npz")) for k in range(times)]
