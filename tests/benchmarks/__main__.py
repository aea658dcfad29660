"""The command line of the benchmarks: measure, print, save, and tell README."""
import argparse
import sys
import warnings
from pathlib import Path

from . import (
    effective,
    exact,
    gradients,
    importing,
    labelling,
    picture,
    readme,
    saved,
    show,
    sweeps,
)
from .sitting import Sitting

TABLES = {"importing": importing, "labelling": labelling, "effective": effective,
          "gradients": gradients, "sweeps": sweeps, "exact": exact}
SAVED = Path(__file__).parent / "results"


def main(argv=None):
    parser = argparse.ArgumentParser(prog="benchmarks", description="Time the library.")
    parser.add_argument("tables", nargs="*", metavar="TABLE",
                        help=f"which to measure: {', '.join(TABLES)} (default: all)")
    parser.add_argument("--out", type=Path, default=SAVED, metavar="DIR",
                        help="where to save (default: tests/benchmarks/results)")
    parser.add_argument("--alone", action="store_true", help="without JAGS, PyMC and NumPyro")
    parser.add_argument("--tiny", action="store_true", help="a trial of the benchmarks themselves")
    options = parser.parse_args(argv)
    if options.tiny and options.out == SAVED:
        parser.error("--tiny tells nothing worth saving there: give it a folder with --out")
    for name in options.tables:
        if name not in TABLES:
            parser.error(f"there is no table {name!r}; there are {', '.join(TABLES)}")
    warnings.simplefilter("ignore")  # what is said of the data has been said elsewhere
    sitting = Sitting(tiny=options.tiny, alone=options.alone)
    print(show.header(sitting.facts))
    for name, table in TABLES.items():
        if options.tables and name not in options.tables:
            continue
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        rows = table.measure(sitting)
        print("\n" + show.table(table, rows), flush=True)
        saved.add(options.out, name, rows, sitting.facts)
    everything = saved.read(options.out)
    saved.write_text(options.out, show.everything(TABLES, everything))
    if "sweeps" in everything:
        picture.save(everything["sweeps"]["rows"], options.out / "cost_against_groups.svg")
    if options.out == SAVED:
        readme.update(everything)
    print(f"\nsaved in {options.out}")


if __name__ == "__main__":
    main()
