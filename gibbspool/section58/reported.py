"""What the section prints: each number and testable statement, a row of reported.csv."""
import csv
from dataclasses import dataclass
from importlib import resources

IN_WORDS = {"hdi_low": "HDI from", "hdi_high": "HDI to", "low": "5.5% point", "high": "94.5% point",
            "elpd_loo": "elpd", "r_hat": "R-hat", "ess_bulk": "ESS bulk", "ess_tail": "ESS tail",
            "se": "s.e.", "dse": "s.e. of the difference"}


@dataclass(frozen=True)
class Printed:
    """One number or statement of the section; see the columns of reported.csv."""

    id: str
    where: str
    model: str
    priors: str
    variable: str
    statistic: str
    printed: str
    decimals: str
    kind: str
    criterion: str

    @property
    def value(self):
        return float(self.printed)

    @property
    def rounding(self):
        """Half a unit of the last printed decimal, and a little for the binary digits."""
        return 0.5 * 10.0**-int(self.decimals) + 1e-9

    @property
    def quantity(self):
        """What it is, in a few words."""
        return " ".join(filter(None, (self.variable, self.label)))

    @property
    def label(self):
        """Its statistic in words."""
        return IN_WORDS.get(self.statistic, self.statistic.replace("_", " "))


def reported(where=None):
    """The printed numbers and statements, all of them or those of one place, in the order of the
    section.
    """
    text = resources.files(__package__).joinpath("reported.csv").read_text(encoding="utf-8")
    found = [Printed(**row) for row in csv.DictReader(text.splitlines()[1:])]
    return [row for row in found if where is None or row.where == where]


def printed_values(where, statistic):
    """What a place prints of one statistic: variable -> value."""
    return {p.variable: p.value for p in reported(where) if p.statistic == statistic}


def places():
    """Where numbers are printed, in the order of the section."""
    return tuple(dict.fromkeys(p.where for p in reported()))
