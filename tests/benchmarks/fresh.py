"""A function called in a Python process of its own, which tells how much memory it took at most.

    python -m benchmarks.fresh MODULE FUNCTION '{"argument": value}'
"""
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import gibbspool

LIMIT = 90.0  # seconds
SHARE = 0.8   # of the machine's memory that a process may ask for
PATHS = [str(Path(__file__).parents[1]), str(Path(gibbspool.__file__).parents[1])]


def environment():
    """That of this process, in which the benchmarks and this very gibbspool can be imported.

    Modules are compiled once and kept, as everywhere but under PYTHONDONTWRITEBYTECODE.
    """
    path = os.pathsep.join([*PATHS, *filter(None, [os.environ.get("PYTHONPATH")])])
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": path}


def call(module, function, **arguments):
    """What the function returns, a dict, with the `peak` in MB; or the dict {"failed": why}."""
    command = [sys.executable, "-m", "benchmarks.fresh", module, function, json.dumps(arguments)]
    try:
        done = subprocess.run(command, env=environment(), timeout=LIMIT, capture_output=True,
                              text=True)
    except subprocess.TimeoutExpired:
        return {"failed": f"not done in {LIMIT:.0f} s"}
    if done.returncode:
        problem = (done.stderr.strip().splitlines() or ["ended without a word"])[-1]
        return {"failed": problem[:60]}
    return json.loads(done.stdout.splitlines()[-1])


def keep_within_memory():
    """Fail where there is too little memory, and do not slow down the whole machine."""
    import resource
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    resource.setrlimit(resource.RLIMIT_AS, (int(SHARE * there), resource.RLIM_INFINITY))


def peak():
    """The most memory that this process has held so far, in MB; None where nothing tells it."""
    status = Path("/proc/self/status")
    if status.exists():  # on Linux, where getrusage also counts what the parent held
        held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(held.split()[1]) / 1e3
    if os.name != "posix":
        return None
    import resource
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (1e6 if sys.platform == "darwin" else 1e3)


def main(module, function, arguments):
    if os.name == "posix":
        keep_within_memory()
    found = getattr(import_module(module), function)(**json.loads(arguments))
    print(json.dumps({**found, "peak": peak()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
