"""The three lines of README.rst that say how fast it is, from the results that were saved."""
import textwrap
from pathlib import Path

README = Path(__file__).parents[2] / "README.rst"
BEGIN, END = ".. measured by make bench", ".. end of what was measured"
NAMES = {"Eight Schools, exact, 80,000 draws": "Eight Schools, exact",
         "Eight Schools, Gibbs": "Eight Schools, Gibbs", "survey, Gibbs": "survey",
         "hospitals, Gibbs": "hospitals"}


def lines(tables):
    """Effective draws, the cost of a sweep, exact posteriors: as far as they have been measured."""
    parts = {"effective": effective, "sweeps": sweep, "exact": exact}
    return [part(tables[name]["rows"]) for name, part in parts.items() if name in tables]


def effective(rows):
    by_name = {row["what"]: row for row in rows}
    said = [f"{short} {in_short(by_name[name]['rate']['median'])}{beside(by_name[name])}"
            for name, short in NAMES.items() if name in by_name]
    return f"- Effective draws a second: {'; '.join(said)}."


def beside(row):
    """How many times what others do."""
    times = [f"{two_digits(row[program])} x {program}" for program in ("JAGS", "PyMC")
             if program in row]
    return f" ({', '.join(times)})" if times else ""


def sweep(rows):
    """Of each family the milliseconds at 10,000 groups, and the power of J."""
    said = []
    for row in rows:
        if row["J"] == 10**4 and "ms" in row:
            steep = [one["slope"] for one in rows if one["what"] == row["what"]
                     and one.get("slope")]
            power = f" (J^{steep[0]:.2f})" if steep else ""
            said.append(f"{row['what']} {row['ms']['median']:.2g}{power}")
    return f"- A sweep of four chains over 10,000 groups, in ms: {', '.join(said)}."


def exact(rows):
    """The largest size that each family managed."""
    largest = {}
    for row in rows:
        if row.get("loo") and row["J"] >= largest.get(row["what"], row)["J"]:
            largest[row["what"]] = row
    said = [f"{name} {row['total']:.2g} ({row['J']:,} groups)" for name, row in largest.items()]
    return ("- Exact posteriors with the moments of all groups and leave-one-out, in seconds: "
            f"{', '.join(said)}.")


def two_digits(ratio):
    """Of a ratio large or small."""
    return in_short(ratio) if ratio >= 10 else f"{ratio:.2g}"


def in_short(rate):
    """Two digits, thousands apart."""
    return f"{float(f'{rate:.2g}'):,.0f}"


def update(tables, file=README):
    """Put the lines in place of those between the two comments."""
    text = file.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN + "\n")
    after = rest.split(END)[1]
    between = "".join(f"{line}\n" for line in ["", *map(wrapped, lines(tables)), ""])
    file.write_text(f"{before}{BEGIN}\n{between}{END}{after}", encoding="utf-8")


def wrapped(line):
    """An item of a list in lines of README's width."""
    return textwrap.fill(line, 100, subsequent_indent="  ", break_on_hyphens=False)
