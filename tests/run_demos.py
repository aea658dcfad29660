"""`make demos`: every script of demos/ by itself, two at a time; or those that are named.

    python tests/run_demos.py [NAME ...]

Each must run to its last line, from another folder than its own, without a RuntimeWarning, and
within 20 seconds of one core. Their output is printed, and a list of those that failed.
"""
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
AT_ONCE = 2
LONGEST = 20.0  # seconds of one core


class Run:
    """One demo, run to its end: what it printed, how long it took, and what is wrong with it.

    Attributes
    ----------
    output : str
        Of both streams.
    seconds : float
        Of one core; by the clock where the system does not tell (Windows).
    fault : str
        Empty where all is well.
    """

    def __init__(self, demo):
        self.demo = Path(demo)
        environment = {**os.environ, "MPLBACKEND": "Agg", "PYTHONIOENCODING": "utf-8",
                       "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-W", "error::RuntimeWarning", str(self.demo.resolve())]
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as output:
            process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output,
                                       stderr=subprocess.STDOUT)
            self.seconds = wait(process)
            output.seek(0)
            self.output = output.read().decode(errors="replace")
        self.fault = self.find_fault(process.returncode)

    def find_fault(self, status):
        """The first thing that is wrong, in a few words."""
        if status != 0:
            return f"exit status {status}"
        if "RuntimeWarning" in self.output:
            return "a RuntimeWarning"
        if self.seconds > LONGEST:
            return f"takes {self.seconds:.0f} s of one core, {LONGEST:.0f} are allowed"
        return ""


def wait(process):
    """Wait for a process; the seconds that it used."""
    started = time.perf_counter()
    if not hasattr(os, "wait4"):
        process.wait()
        return time.perf_counter() - started
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime


def main(names):
    demos = sorted((ROOT / "demos").glob("*.py"))
    if names:
        demos = [demo for demo in demos if demo.stem in {Path(name).stem for name in names}]
    if not demos:
        print(f"No such demo: {' '.join(names)}", file=sys.stderr)
        return 1
    runs = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for run in pool.map(Run, demos):
            print(f"== {run.demo.name} ({run.seconds:.1f} s)\n{run.output}", flush=True)
            runs.append(run)
    failed = [run for run in runs if run.fault]
    slowest = max(runs, key=lambda run: run.seconds)
    print(f"{len(runs) - len(failed)} of {len(runs)} demos ran, the slowest, {slowest.demo.name}, "
          f"in {slowest.seconds:.1f} s of one core.")
    for run in failed:
        print(f"Failed: {run.demo.name}: {run.fault}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
