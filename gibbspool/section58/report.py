"""`gibbspool report`: the section computed, drawn and judged, as one page, a CSV ledger and
figures.
"""
import time
import traceback
import warnings
from contextlib import closing
from functools import partial
from itertools import chain
from pathlib import Path

from .. import files
from ..optional import need
from ..progress import Interrupted, Progress
from .blocks import blocks
from .contents import chosen
from .errata import errata
from .formulas import formulas
from .ledger import EXPLAINED, as_csv, counts, in_the_terminal, reported
from .page import Part, own_file, render, scripts_beside
from .parts import PARTS, disagreements
from .workers import shared

TITLE = "Hierarchical models and partial pooling: Section 5.8, audited"
ERRATA = "Section 5.8, Hierarchical Models and Partial Pooling: errata"
# Seconds of computing, measured: parts that take long begin first, so that all processes end
# together. A part without a number takes less than these.
SECONDS = {
    "Neal's funnel and divergences": 16,
    "Centred or non-centred: which to use": 14,
    "Exercise 5.8.3: a hierarchical Poisson model": 9,
    "The pooling problem": 6,
    "Worked Example 1: Eight Schools": 6,
    "Comparing pooling strategies by leave-one-out": 5,
    "Worked Example 2: answers in six regions": 4,
    "Critical warning: groups that are not exchangeable": 4,
    "Exercise 5.8.4: a new group, and exchangeability": 4,
    "Exercise 5.8.2: non-centred reparameterisation": 3,
    "Stein's paradox": 3,
    "Scaling to many groups": 3,
    "REML and Bayes": 3,
    "Prior sensitivity": 3,
    "When to use hierarchical models": 2,
}
# Parts that share long computations: one process makes them, one after the other.
TOGETHER = (
    ("Neal's funnel and divergences", "Exercise 5.8.2: non-centred reparameterisation"),
    ("Worked Example 2: answers in six regions", "Interval widths and the pull of each region"),
    ("Stein's paradox", "Key takeaways", "References"),
)
LEAD = (
    "Every number of a posterior that the section prints stands here beside the exact posterior "
    "(by quadrature, no Monte Carlo) and, where we ran it, our own sampler. The exact value is "
    "the truth. Statements of the section are told in short and in our words, in quotation marks, "
    "too. In formulas and code Normal(m, s) has the standard deviation s. gp is this library: "
    "import gibbspool as gp.",
    "A number that a sampler printed agrees if it lies where a correct one of its effective "
    "sample size would have put it (mcse of the section), to within its rounding and three times "
    "the Monte Carlo error; else it differs. For a mean that is beside the exact value, for the "
    "ends of an interval, which are biased in a sample, beside what samples of that size give.",
    "A statement in words agrees, differs, or agrees in part, where it claims several things, or "
    "is said of several things that its criterion names (priors, designs, data sets), and some "
    "hold while others do not, or where it holds by one of two samplers: both are said, and below "
    "it by what it is judged. The same words are judged by the same line everywhere: "
    "\"approximately\", \"about\" or \"near\" a number is within a tenth of it. What is claimed "
    "of averages or shares of simulated data sets counts as true if it holds by five standard "
    "errors or more; a share of recorded runs needs no such margin. A difference is small if it "
    "is less than two of its own standard errors. Where squared errors are compared, no pooling "
    "has flat priors and complete pooling a flat mu, unless others are named; leave-one-out is of "
    "the section's own models. Some criteria were sharpened after readers' objections, when their "
    "numbers were known.",
    "What a run of NUTS says, a printed number or a claim, is asked of recorded runs of the "
    "section's model by PyMC, twenty with nutpie, to which PyMC hands the work where that is "
    "installed, and twenty with PyMC's own NUTS. Which of the two the section used cannot be "
    "known: it agrees if it holds by both samplers' runs, differs if by neither, and in part if "
    "by one. A printed number fits runs if it lies among them, or beyond the outermost by no more "
    "than that lies beyond the next. Divergences are judged in this way, and the R-hat and "
    "effective sample sizes that were recorded, and the HDI of tau in Exercise 5.8.2; other "
    "diagnostics stand beside ours without a verdict. The draws themselves are not recorded: "
    "where the divergences lie is asked of our own NUTS and HMC.",
    "In the bars a light piece stands for what agrees, a striped one for what agrees in part, a "
    "dark one for what differs, an empty one for a sampler's own diagnostics without a verdict. "
    "Of our own sampler the tables give the Monte Carlo error (mcse of ours) and how many such "
    "errors it is from the exact value; s.e. are standard errors, and \"which fits\" is within "
    "three of them. SA, A, D and SD are the answers from strongly agree to strongly disagree. "
    "Click a dotted word for its meaning.",
)


def report(out="report", quick=False, say=print, jobs=1, full=False, part=None):
    """Compute everything and write it to a folder.

    The files of an earlier report stay as they are until everything is computed.

    Parameters
    ----------
    out : str
        The folder; made if there is none.
    quick : bool
        Fewer draws: a fast pass.
    say : callable
        Receives the lines: how far it is where no bar shows that, the counts of verdicts, and
        what these mean.
    jobs : int
        How many processes share the parts; with 1, the default, everything runs in this one.
    full : bool
        Say every row of the ledger as well.
    part : str, optional
        One part alone, by its number or words of its title; it goes to a folder of its own below
        `out`, so that a whole report there stays as it is.

    Returns
    -------
    int
        0, or 1 if a part failed (it is shown as failed on the page, with its error).

    Raises
    ------
    OSError
        The folder, or a file in it, cannot be written.
    ValueError
        No part is called `part`, or several are.
    """
    need("matplotlib"), need("pandas"), need("arviz")
    out, wanted = Path(out).resolve(), range(len(PARTS))
    if part is not None:
        wanted = [chosen(part, [title for title, *_ in PARTS])]
        out = out / Part(PARTS[wanted[0]][0]).anchor
    with files.aside(out):  # an hour of computing may not end at a folder that cannot be written
        started = time.perf_counter()
        parts = computed(wanted, out, quick, say, jobs)
    rows = [frame for one in parts for frame in one.rows]
    contents = {f"figures/{name}": file for one in parts for name, file in one.figures.items()}
    contents |= {f"players/{name}.html": text for one in parts
                 for name, text in one.players.items()}
    contents |= scripts_beside(parts)
    if rows:
        rows = need("pandas").concat(rows, ignore_index=True)
        order = list(rows["where"].unique())  # a place may be spread over several parts
        rows = rows.sort_values("where", key=lambda where: where.map(order.index), kind="stable")
        contents["ledger.csv"] = as_csv(rows).encode()
        contents["errata.html"] = errata(rows, ERRATA, own_file("page.css")).encode()
    page = render(TITLE, LEAD, parts, rows if len(rows) else None)
    files.write_together(out, {**contents, "index.html": page.encode()})

    broken = [one for one in parts if one.error]
    for failed in broken:
        say(f"failed: {failed.title}: {failed.error}")
    if broken and part is None:
        say(f"{len(broken)} of {len(parts)} parts failed: {len(reported()) - len(rows)} rows of "
            "the ledger are missing")
    if full and len(rows):
        say(in_the_terminal(rows))
    if len(rows):
        say(f"\n{counts(rows).to_string()}")
    say(f"\nDone in {time.perf_counter() - started:.0f} s. Every row, with its reason, is in "
        f"the page and the ledger:\n  {out / 'index.html'}\n  {out / 'ledger.csv'}\n\n{EXPLAINED}")
    return int(bool(broken))


def computed(wanted, out, quick, say, jobs):
    """The parts with the wanted numbers, in the order of the page."""
    work, parts = partial(make_all, out=out, quick=quick), {}
    fifths = {len(wanted) * k // 5 for k in range(1, 6)}
    with (closing(shared(work, longest_first(wanted), jobs)) as finished,
          Progress(len(wanted), "parts") as bar):
        for part in chain.from_iterable(finished):
            parts[part.title] = part
            bar.count()
            if not bar.shown and len(parts) in fifths:
                say(f"{len(parts)} of {len(wanted)} parts are done")
    return [parts[PARTS[k][0]] for k in wanted]


def longest_first(wanted):
    """The numbers of the parts in groups, each for one process; the longest group first."""
    leader = {title: group[0] for group in TOGETHER for title in group}
    groups = {}
    for k in wanted:
        title = PARTS[k][0]
        groups.setdefault(leader.get(title, title), []).append(k)
    return sorted(groups.values(),
                  key=lambda group: -sum(SECONDS.get(PARTS[k][0], 1) for k in group))


def make_all(group, out, quick):
    return [make(k, out, quick) for k in group]


def make(k, out, quick):
    """Part number k. A failed part must not lose the rest: it is shown, and the exit status says
    so.
    """
    title, demos, fill = PARTS[k]
    part = Part(title, demos, out, quick)
    try:
        with warnings.catch_warnings(), Progress(1, title, wanted=False):
            warnings.simplefilter("ignore")  # what they would say is on the page, in its place
            warnings.simplefilter("error", Interrupted)
            part.text(*disagreements(title))
            fill(part)
            part.beside_the_text(formulas(title), blocks(title))
    except Interrupted:
        raise KeyboardInterrupt from None
    except Exception:
        part.failed(traceback.format_exc())
    return part
