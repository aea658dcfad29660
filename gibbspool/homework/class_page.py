"""The class on one page: which mistakes were made and how often; no names."""
from html import escape

from ..html import document, element, table
from . import tables
from .exercises import EXERCISES

STYLE = """
:root { --ink: #1d2329; --soft: #5b6670; --line: #d9dee3; --paper: #fff; --bar: #00558f;
  --right: #00664b; color-scheme: light dark; }
@media screen and (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --soft: #9aa5af;
  --line: #3a434b; --paper: #14181b; --bar: #6db6e8; --right: #58c9a4; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1rem 1rem 3rem; color: var(--ink);
  background: var(--paper); font: 16px/1.5 system-ui, sans-serif; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line);
  vertical-align: top; }
td.n, th.n { text-align: right; white-space: nowrap; }
td.bar { width: 30%; min-width: 6rem; }
.soft { color: var(--soft); }
.track { background: var(--line); height: .8rem; margin-top: .35rem; }
.track div { background: var(--bar); height: 100%; }
.track div.right { background: var(--right); }
@media print { tr { break-inside: avoid; } .track, .track div { print-color-adjust: exact;
  -webkit-print-color-adjust: exact; } }
"""


def page(graded, exercises=EXERCISES):
    """HTML in one file.

    Parameters
    ----------
    graded : list of grading.Graded
    exercises : dict
        The registry they come from.
    """
    students = len(graded)
    handed_in = sum(one.handin.source is not None for one in graded)
    most = graded[0].record["max_score"]
    mean = sum(one.record["score"] for one in graded) / students
    body = (element("h1", "What the class made of the homework")
            + element("p", f"{number(handed_in, 'hand-in')} graded, {students - handed_in} could "
                           f"not be read. Mean {mean:.1f} of {most:g} points. Seed "
                           f"{graded[0].record['seed']}.", "soft")
            + element("h2", "Exercises") + verdicts(graded)
            + element("h2", "Mistakes") + mistakes(graded, exercises))
    return document("The class", body, STYLE)


def number(n, what):
    return f"{n} {what}{'' if n == 1 else 's'}"


def bar(share, kind=""):
    """A bar of a share of its track."""
    return (f'<div class="track"><div class="{kind}" style="width:{100 * share:.1f}%"></div>'
            "</div>")


def verdicts(graded):
    """How many had each exercise right, and how the others ended."""
    rows = []
    for k, name in enumerate(tables.names_of(graded)):
        verdicts = [one.record["exercises"][k]["verdict"] for one in graded]
        right = verdicts.count("right")
        other = {kind: verdicts.count(kind) for kind in dict.fromkeys(verdicts) if kind != "right"}
        words = {"missing": "not started", "named": "mistake named", "property": "wrong",
                 "wrong": "cause not recognised", "shape": "wrong shape", "error": "error",
                 "timeout": "no end"}
        rows.append([cell(f"{graded[0].record['exercises'][k]['number']} {name}"),
                     cell(f"{right} of {len(graded)}", "n"),
                     f'<td class="bar">{bar(right / len(graded), "right")}</td>',
                     cell(", ".join(f"{n} {words[kind]}" for kind, n in other.items()))])
    return scrolled(table(["Exercise", "Right", "", "The others"], rows))


def mistakes(graded, exercises):
    """Bars of mistakes, the most frequent first, each with what students are told of it."""
    found = tables.counted(graded)
    if not found:
        return element("p", "None was recognised.")
    rows = []
    for (exercise, id), who in found.items():
        rows.append([cell(exercise), cell(id), cell(str(len(who)), "n"),
                     f'<td class="bar">{bar(len(who) / len(graded))}</td>',
                     cell(told(exercises, exercise, id))])
    return scrolled(table(["Exercise", "Mistake", "Students", "", "What it is"], rows))


def told(exercises, exercise, id):
    """What the bank says of a mistake; nothing where it is known by other means. No student's own
    words stand on the page.
    """
    known = exercises[exercise]
    for one in (*known.mistakes, *known.edges):
        if one.id == id:
            return one.say
    return ""


def cell(text, kind=""):
    return f'<td class="{kind}">{escape(text)}</td>' if kind else element("td", text)


def scrolled(content):
    return f'<div class="scroll">{content}</div>'
