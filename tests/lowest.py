"""The lowest versions that setup.cfg promises, as constraints for pip: each >= becomes ==."""
import configparser
from pathlib import Path


def constraints(path=Path(__file__).resolve().parents[1] / "setup.cfg"):
    """Such as "numpy==1.23", for the base installation, the extras and the tests."""
    config = configparser.RawConfigParser()
    config.read(path, encoding="utf-8")
    extras = config["options.extras_require"]
    lines = "\n".join([config["options"]["install_requires"], extras["all"], extras["test"]])
    return [line.replace(">=", "==") for line in lines.split() if ">=" in line]


if __name__ == "__main__":
    print(*constraints(), sep="\n")
