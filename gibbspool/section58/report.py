"""`gibbspool report`: the section computed, drawn and judged, as one page, a CSV ledger and
figures.
"""
import time
import traceback
import warnings
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from ..optional import need
from .ledger import in_the_terminal, places, reported
from .page import Part, render
from .parts import PARTS

TITLE = "Hierarchical models and partial pooling: Section 5.8, audited"
LEAD = (
    "Every number that the section prints stands here beside the exact posterior (by quadrature, "
    "no Monte Carlo) and, where one draws, beside our own sampler. The exact value is the truth.",
    "The verdict says whether the printed value agrees with it, within rounding and three times "
    "the Monte Carlo error that the section's own effective sample size implies (noise). mcse is "
    "the Monte Carlo error of our sampled value, z its distance from the exact one in such errors. "
    "A sampler's own diagnostics (R-hat, effective sample sizes, divergences) are shown side by "
    "side, without a verdict. Statements in words are judged by what the numbers show.",
)


def report(out="report", quick=False, say=print, jobs=1):
    """Compute everything and write it to a folder.

    Parameters
    ----------
    out : str
        The folder; made if there is none.
    quick : bool
        Fewer draws: a fast pass.
    say : callable
        Receives the progress lines, and the ledger.
    jobs : int
        How many processes share the parts; with 1, the default, everything runs in this one.

    Returns
    -------
    int
        0, or 1 if a part failed (it is shown as failed on the page, with its error).
    """
    need("matplotlib"), need("pandas"), need("arviz")
    out = Path(out).resolve()
    (out / "figures").mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    parts = list(_made(out, quick, say, jobs))
    rows = [frame for part in parts for frame in part.rows]
    if rows:
        rows = need("pandas").concat(rows, ignore_index=True)
        rows = rows.sort_values("where", key=lambda where: where.map(places().index), kind="stable")
        rows.to_csv(out / "ledger.csv", index=False)
        say(in_the_terminal(rows))
    page = out / "index.html"
    page.write_text(render(TITLE, LEAD, parts), encoding="utf-8")
    broken = [part.title for part in parts if part.error]
    if broken:
        missing = len(reported()) - len(rows)
        say(f"\n{len(broken)} of {len(parts)} parts failed, {missing} rows of the ledger are "
            f"missing: {'; '.join(broken)}")
    say(f"\nDone in {time.perf_counter() - started:.0f} s. Open {page}")
    return int(bool(broken))


def _made(out, quick, say, jobs):
    """The parts, in the order of the page."""
    if jobs == 1:
        for k, (title, *_) in enumerate(PARTS):
            say(f"[{k + 1}/{len(PARTS)}] {title} ...")
            yield _noted(make(k, out, quick), say)
        return
    say("\n".join([f"computing {len(PARTS)} parts, {jobs} at a time:",
                   *(f"  {title}" for title, *_ in PARTS)]))
    with ProcessPoolExecutor(jobs) as pool:
        parts = [pool.submit(make, k, out, quick) for k in range(len(PARTS))]
        for done, future in enumerate(as_completed(parts), start=1):
            say(f"[{done}/{len(PARTS)}] {_noted(future.result(), say).title}")
        yield from (future.result() for future in parts)


def _noted(part, say):
    if part.error:
        say(f"    failed: {part.title}: {part.error}")
    return part


def make(k, out, quick):
    """Part number k. A failed part must not lose the rest: it is shown, and the exit status says
    so.
    """
    title, demos, fill = PARTS[k]
    part = Part(title, demos, out, quick)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what they would say is on the page, in its place
            fill(part)
    except Exception:
        part.failed(traceback.format_exc())
    return part
