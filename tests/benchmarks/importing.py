"""How long `import gibbspool` and `gibbspool --help` take, each in processes of their own."""
import subprocess
import sys
import time

from .clock import spread
from .fresh import environment

TITLE = "Importing (seconds of wall time, each in a new process)"
COLUMNS = (("what", "", "s"), ("seconds", "s", "spread:.3f"))

IMPORT = """
import time
began = time.perf_counter()
import numpy, scipy.special
ground = time.perf_counter()
import gibbspool
there = time.perf_counter()
gibbspool.sample
print(ground - began, there - ground, time.perf_counter() - ground)
"""


def python(*arguments):
    return subprocess.run([sys.executable, *arguments], env=environment(), check=True,
                          capture_output=True, text=True).stdout


def seconds_of_help():
    began = time.perf_counter()
    python("-m", "gibbspool", "--help")
    return time.perf_counter() - began


def measure(sitting):
    runs = sitting.runs + 1  # the first one compiles the modules, and warms the disk
    ground, ours, core = zip(*[map(float, python("-c", IMPORT).split()) for _ in range(runs)][1:])
    helps = [seconds_of_help() for _ in range(runs)][1:]
    return [{"what": "import numpy, scipy.special", "seconds": spread(ground)},
            {"what": "import gibbspool, after them", "seconds": spread(ours)},
            {"what": "and what it imports for gibbspool.sample", "seconds": spread(core)},
            {"what": "gibbspool --help", "seconds": spread(helps)}]
