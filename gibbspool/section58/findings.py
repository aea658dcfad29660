"""What was found, in ten lines: each made from the rows of the ledger, and linked to its part."""
from types import SimpleNamespace

from .ledger import AGREES, DIFFERS, FITS, OWN, PARTLY

LIKELIER = "flat"  # how a row's reason names the flat priors that explain it


class Judged:
    """The rows of the ledger by their ids.

    Parameters
    ----------
    rows : pandas.DataFrame
    """

    def __init__(self, rows):
        self.rows = rows
        self.by_id = {row.id: row for row in rows.itertuples()}

    def __getitem__(self, id):
        return self.by_id[id]

    def of(self, beginning, kind=None):
        """The rows whose ids begin so: how many, and how many agree, differ, ..."""
        rows = self.rows[self.rows["id"].str.startswith(beginning)]
        rows = rows if kind is None else rows[rows["kind"] == kind]
        if not len(rows):
            raise KeyError(beginning)
        n = rows["verdict"].value_counts()
        return SimpleNamespace(rows=rows, judged=len(rows) - n.get(OWN, 0),
                               agree=n.get(AGREES, 0), partly=n.get(PARTLY, 0),
                               differ=n.get(DIFFERS, 0))


def overall(judged):
    found, sums = judged.of(""), judged.of("", "arithmetic")
    partly = f"{found.partly} agree in part, " if found.partly else ""
    return (f"Of {found.judged} numbers and statements judged, {found.agree} agree, {partly}"
            f"{found.differ} differ. Of {sums.judged} calculations, {sums.agree} are right.")


def tau(judged):
    mean, table = judged["eight.tau.mean"], judged.of("eight.", "posterior")
    wrong = table.rows[table.rows["verdict"] == DIFFERS]
    flat = wrong["reason"].str.contains(LIKELIER, regex=False) & \
        wrong["reason"].str.contains(f", {FITS}", regex=False)
    return (f"The summary table gives tau the mean {mean.printed}; under the stated priors it is "
            f"{mean.exact:.2f}. {table.differ} of the table's {table.judged} posterior numbers "
            f"differ; {flat.sum()} of these are what flat priors would give.")


def own_data(judged):
    kept = 1 - judged["shrinkage.B.E"].exact
    return (f"School E is said to be determined mainly by its own data. At the section's mu and "
            f"tau these have {kept:.0%} of the weight.")


def bias(judged):
    row = judged["funnel.underestimates"]
    return f"“{row.printed}” {verdict(row)}: {row.reason.rstrip('.')}."


def counts(judged):
    survey, hospitals = judged.of("survey.count."), judged.of("ex3.y.")
    return (f"Printed data are not what the printed code makes: {survey.differ} of the "
            f"survey’s {survey.judged} counts and {hospitals.differ} of the hospitals’ "
            f"{hospitals.judged} differ from it.")


def alpha(judged):
    mean, sd = judged["survey.alpha.mean"], judged["survey.alpha.sd"]
    return (f"The survey’s alpha is printed with mean {mean.printed} and sd {sd.printed}; for the "
            f"printed counts and priors they are {mean.exact:.2f} and {sd.exact:.2f}.")


def widths(judged):
    rows = judged.rows.set_index("id")["exact"]
    ratios = [rows[id.replace(".none.", ".partial.")] / rows[id] for id in rows.index
              if id.startswith("widths.none.")]
    printed = judged["widths.twenty"].printed
    return (f"“{printed}”: exactly by {1 - sum(ratios) / len(ratios):.1%} on average, for the "
            "printed counts.")


def loo(judged):
    elpd = {name: judged[f"loo.{name}.elpd"] for name in ("partial", "no", "complete")}

    def ranked(value, digits):
        order = sorted(elpd, key=lambda name: -value(elpd[name]))
        return ", ".join(f"{name} {value(elpd[name]):.{digits}f}" for name in order)

    return (f"Leave-one-out is printed with the order {ranked(lambda row: float(row.printed), 1)}; "
            f"exactly it is {ranked(lambda row: row.exact, 2)} (elpd of each kind of pooling).")


def new_school(judged):
    sd, ratio = judged["ex4.a.sd"], judged["ex4.b.ratio"]
    return (f"A ninth school’s effect has the exact sd {sd.exact:.2f} (printed {sd.printed}), and "
            f"its interval is {ratio.exact - 1:.0%} wider than School E’s (printed "
            f"{float(ratio.printed) - 1:.0%}).")


def private(judged):
    mean, sd = judged["ex4.beta.mean"], judged["ex4.beta.sd"]
    return (f"The effect of being private is printed as {mean.printed} with sd {sd.printed}; the "
            f"data that the code makes give {mean.exact:.2f} with sd {sd.exact:.2f}.")


def verdict(row):
    return {AGREES: "holds", PARTLY: "holds in part"}.get(row.verdict, "does not hold")


# Each with the part that shows it; the first is shown by the contents.
FINDINGS = (
    (None, overall),
    ("Worked Example 1: Eight Schools", tau),
    ("Comparing pooling strategies by leave-one-out", loo),
    ("Neal's funnel and divergences", bias),
    ("The mathematical structure and shrinkage", own_data),
    ("Worked Example 2: answers in six regions", counts),
    ("Worked Example 2: answers in six regions", alpha),
    ("Interval widths and the pull of each region", widths),
    ("Exercise 5.8.4: a new group, and exchangeability", new_school),
    ("Exercise 5.8.4: a new group, and exchangeability", private),
)


def findings(rows):
    """[(title of the part or None, sentence)]; those whose rows are not there are left out."""
    found, judged = [], Judged(rows)
    for title, sentence in FINDINGS:
        try:
            found.append((title, sentence(judged)))
        except KeyError:
            continue
    return found
