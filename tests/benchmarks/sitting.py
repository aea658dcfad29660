"""One sitting: the machine it is on, the versions, and which other programs can be measured."""
import datetime
import os
import platform
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import gibbspool

VERSIONS = """
from importlib import metadata
for name in ("pymc", "numpyro"):
    try:
        print(name, metadata.version(name))
    except metadata.PackageNotFoundError:
        pass
"""


class Sitting:
    """What the tables are measured with.

    Parameters
    ----------
    tiny : bool
        Sizes that take no time: they try the benchmarks, and tell nothing.
    alone : bool
        Leave the peers out.

    Attributes
    ----------
    runs : int
        How often each thing is run.
    peers_python : str
        The Python interpreter that has PyMC and NumPyro, if any has.
    peers : dict of str to str
        The other programs that are there, with their versions.
    facts : dict
        Machine, versions, date and load, as they are saved.
    found : dict
        Runs that two tables need, by program and data set: seconds and draws of each.
    """

    def __init__(self, tiny=False, alone=False):
        self.tiny, self.runs = tiny, 1 if tiny else 5
        self.peers_python = os.environ.get("PEERS_PYTHON", sys.executable)
        self.peers = {} if alone else {**jags(), **python_peers(self.peers_python)}
        self.found = {}
        self.facts = {**machine(), "versions": {**versions(), **self.peers}}


def said(command, **options):
    """What a command prints; "" where there is no such command, or it fails."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120,
                              **options).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def jags():
    """JAGS, where Rscript has rjags."""
    if not shutil.which("Rscript"):
        return {}
    version = said(["Rscript", "-e", "cat(as.character(rjags::jags.version()))"])
    return {"JAGS": version} if version else {}


def python_peers(python):
    """PyMC and NumPyro, where an interpreter has them."""
    names = {"pymc": "PyMC", "numpyro": "NumPyro"}
    found = dict(line.split() for line in said([python, "-c", VERSIONS]).splitlines())
    return {names[name]: version for name, version in found.items()}


def versions():
    """Of Python and of the packages that take part."""
    found = {"Python": platform.python_version(), "gibbspool": gibbspool.__version__}
    for name in ("numpy", "scipy", "arviz"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            pass
    return found


def machine():
    """Processor model, cores, memory, system, date, and how busy the machine was at the start."""
    facts = {"date": datetime.date.today().isoformat(), "processor": processor(),
             "cores": os.cpu_count(), "system": f"{platform.system()} {platform.machine()}"}
    if hasattr(os, "getloadavg"):
        facts["load"] = round(os.getloadavg()[0], 2)
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        bytes_there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        facts["memory"] = f"{bytes_there / 1e9:.0f} GB"
    return facts


def processor():
    """The model's name, as the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return (said(["sysctl", "-n", "machdep.cpu.brand_string"]) or platform.processor()
            or platform.machine())
