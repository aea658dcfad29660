"""`gibbspool report`: the section computed, drawn and judged, as one page, a CSV ledger and figures."""
import io
import time
import traceback
from pathlib import Path

import numpy as np

from .. import data, plots
from ..arviz_bridge import ess
from ..exact_posterior import exact
from ..gibbs import sample
from ..models import NormalNormal
from ..optional import need
from . import ledger
from .page import Part, render

TITLE = "Hierarchical models and partial pooling: Section 5.8, audited"
LEAD = (
    "Every number that the section prints stands here beside the exact posterior (by quadrature, no Monte Carlo) and "
    "beside our own sampler. The exact value is the truth; the verdict says whether the printed one agrees with it "
    "within rounding and the Monte Carlo error that the section's own effective sample size implies.",
)


def report(out="report", quick=False, say=print):
    """Compute everything and write it to a folder.

    Parameters
    ----------
    out : str
        The folder; made if there is none.
    quick : bool
        Fewer draws: a fast pass.
    say : callable
        Receives the progress lines.

    Returns
    -------
    int
        0, or 1 if a part failed (it is shown as failed on the page, with its error).
    """
    need("matplotlib"), need("pandas"), need("arviz")
    out = Path(out)
    (out / "figures").mkdir(parents=True, exist_ok=True)
    parts, rows, texts = [], [], []
    started = time.perf_counter()
    for number, (title, demo, make) in enumerate(PARTS, start=1):
        say(f"[{number}/{len(PARTS)}] {title} ...")
        part = Part(title, demo)
        try:
            found = make(part, Figures(part, out / "figures"), quick)
            if found is not None:
                rows.append(found)
                texts.append(in_short(found))
        except Exception:  # one failed part must not lose the rest; it is shown, and the exit status says so
            part.error(traceback.format_exc())
            say(f"    failed: {traceback.format_exc().strip().splitlines()[-1]}")
        parts.append(part)
    if rows:
        need("pandas").concat(rows).to_csv(out / "ledger.csv", index=False)
    page = out / "index.html"
    page.write_text(render(TITLE, LEAD, parts), encoding="utf-8")
    for text in texts:
        say("\n" + text)
    say(f"\nDone in {time.perf_counter() - started:.0f} s. Open {page.resolve()}")
    return int(any(part.failed for part in parts))


class Figures:
    """Puts a figure on the page and into the folder."""

    def __init__(self, part, folder):
        self.part, self.folder = part, folder

    def add(self, figure, name, caption):
        buffer = io.BytesIO()
        plots.save(figure, buffer)
        (self.folder / f"{name}.png").write_bytes(buffer.getvalue())
        self.part.figure(buffer.getvalue(), caption)


def eight_schools(part, figures, quick):
    """The summary table of Section 5.8.3, three ways, with its forest and shrinkage plots."""
    schools = data.eight_schools()
    model = NormalNormal(schools.y, schools.sigma, groups=schools.groups)
    truth = exact(model)
    forms = {form: sample(NormalNormal(schools.y, schools.sigma, groups=schools.groups, form=form),
                          draws=500 if quick else 2000, tune=200 if quick else 500)
             for form in ("collapsed", "noncentred", "centred")}
    draws = forms["collapsed"]
    rows, distances = ledger.eight_schools(truth, draws)
    verdicts = rows["verdict"].value_counts()
    stated = distances.loc[[name for name in distances.index if name.endswith("(stated)")], "distance"].iloc[0]
    left = rows["reason"].str.contains(ledger.UNEXPLAINED).sum()
    part.text(
        f"Eight coaching programmes, solved three ways: by quadrature (exact), by Gibbs sampling, and as the section "
        f"prints it. Of the {verdicts.get(ledger.AGREES, 0) + verdicts.get(ledger.DIFFERS, 0)} printed posterior "
        f"numbers {verdicts.get(ledger.AGREES, 0)} agree with the exact posterior and "
        f"{verdicts.get(ledger.DIFFERS, 0)} do not. Our sampled values lie at most {rows['z'].abs().max():.1f} of their "
        f"Monte Carlo standard errors from the exact ones.",
        f"Why: of {len(distances)} pairs of priors tried, the printed means and sds are closest to the exact posterior "
        f"under {distances.index[0]} (distance {distances['distance'].iloc[0]:.1f}, where about 1 is what a correct "
        f"sampler would give), not under the stated ones (distance {stated:.1f}). That explains all but {left} of the "
        f"numbers that differ.")
    figures.add(plots.forest(draws, unit="effect (SAT points)"), "forest",
                "Figure 5.35, recomputed: the eight effects after partial pooling. All are drawn towards the mean.")
    figures.add(plots.shrinkage(model.groups, model.y, truth["theta"].mean, 1 / model.sigma, truth["mu"].mean,
                                "effect (SAT points)"), "shrinkage",
                "Shrinkage: each school's raw estimate and its exact posterior mean. The size of a point shows its "
                "precision.")
    part.table(distances, "Candidate priors: distance of the printed means and sds from the exact posterior under each",
               {"distance": ".1f", "mean of tau": ".2f"})
    pd = need("pandas")
    sizes = {form: ess(d["tau"]) for form, d in forms.items()}
    part.text("The same posterior by three Gibbs forms. Centred, tau is drawn given theta: when tau is small, theta "
              "lies close to mu, which keeps tau small, so the chain walks slowly through the neck of the funnel. "
              "Non-centred, tau is drawn from the data; collapsed, with everything else integrated out, each draw is "
              "all but independent.")
    part.table(pd.DataFrame({"ESS of tau": sizes, "per draw": {f: s / draws.chains / draws.n for f, s in sizes.items()},
                             "mean of tau": {f: d["tau"].mean() for f, d in forms.items()}}),
               f"Effective sample size of tau from {draws.chains * draws.n} draws (exact mean "
               f"{truth['tau'].mean:.3f})", {"ESS of tau": ".0f", "per draw": ".2f", "mean of tau": ".3f"})
    posterior = rows[rows["verdict"] != ledger.OWN]
    part.table(_indexed(posterior).drop(columns=["where", "variable", "statistic"]),
               "The printed table, judged. mcse: Monte Carlo error of our value; z: our value against the exact one, in "
               "mcse (for an interval's ends: against what exact draws give); noise: Monte Carlo error of the printed "
               "value; s.e. off: its distance in that noise",
               {"exact": ".3f", "sampled": ".3f", "mcse": ".2g", "z": "+.1f", "noise": ".2g"})
    own = rows[rows["verdict"] == ledger.OWN]
    part.table(_indexed(own)[["printed", "sampled"]], "Diagnostics: a sampler's own, shown side by side",
               {"sampled": ".5g"}, fold=True)
    return rows


PARTS = (("Worked Example 1: Eight Schools", "worked_example_1_eight_schools.py", eight_schools),)


def _indexed(rows):
    """Rows labelled by what they are, such as 'tau mean'."""
    names = {"hdi_low": "HDI low", "hdi_high": "HDI high"}
    return rows.set_index(rows["variable"] + " " + rows["statistic"].replace(names))


def in_short(rows):
    """The ledger in the terminal: a line for each variable, printed / exact / Gibbs."""
    lines = [f"{'':10s}{'mean':^27s}{'sd':^27s}   verdicts",
             f"{'':10s}" + 2 * f"{'printed':>9s}{'exact':>9s}{'Gibbs':>9s}" + "   mean, sd, interval"]
    for variable in rows["variable"].unique():
        of = rows[rows["variable"] == variable].set_index("statistic")
        cells = "".join(f"{float(of.loc[s, 'printed']):9.2f}{of.loc[s, 'exact']:9.2f}{of.loc[s, 'sampled']:9.2f}"
                        for s in ("mean", "sd"))
        verdicts = [of.loc[s, "verdict"] for s in ledger.STATISTICS]
        ends = ledger.AGREES if set(verdicts[2:]) == {ledger.AGREES} else ledger.DIFFERS
        lines.append(f"{variable:10s}{cells}   {verdicts[0]}, {verdicts[1]}, {ends}")
    counts = rows["verdict"].value_counts()
    lines.append("verdicts: " + ", ".join(f"{n} {verdict}" for verdict, n in counts.items()))
    worst = np.nanmax(np.abs(rows["z"]))
    lines.append(f"our Gibbs values lie within {worst:.1f} Monte Carlo standard errors of the exact ones")
    return "\n".join(lines)
