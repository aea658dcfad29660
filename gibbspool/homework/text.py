"""Verdicts as a terminal shows them: ASCII, at most 100 columns, colour only where it is wanted."""
import os
import sys
import textwrap

from ..terminal import width

WORDS = {"right": "right", "named": "WRONG", "property": "WRONG", "wrong": "WRONG",
         "shape": "WRONG SHAPE", "error": "ERROR", "timeout": "NO END", "missing": "not started"}
COLOURS = {"right": "32", "missing": "2"}  # green, dim; all else red
RED = "31"
WIDEST = 100
LINES_PRINTED = 4  # of what the student's code printed


def room():
    """Columns to write in."""
    return min(width(), WIDEST)


def coloured(text, colour, stream=None):
    """In a colour, on a terminal whose owner has nothing against it (NO_COLOR)."""
    stream = stream or sys.stdout
    wanted = (stream.isatty() and not os.environ.get("NO_COLOR")
              and os.environ.get("TERM") != "dumb" and os.name == "posix")
    return f"\033[{colour}m{text}\033[0m" if wanted else text


def say(sentence):
    """Print a sentence, wrapped to the terminal."""
    print("\n".join(paragraphs(sentence, "")), flush=True)


def points(score):
    """3.1, 10, 0."""
    return f"{round(score, 2):g}"


def headline(verdict):
    """One line: number, name, verdict, points."""
    word = WORDS[verdict.verdict]
    if verdict.verdict == "right" and verdict.score < verdict.max_score:
        word = "right, but"
    if verdict.verdict == "right" and not verdict.max_score:
        word = "received"  # an answer in words
    shown = coloured(f"{word:<12}", COLOURS.get(verdict.verdict, RED))
    marks = f"{points(verdict.score)}/{points(verdict.max_score)}" if verdict.max_score else ""
    return f"{short(verdict.number):>7}  {verdict.name:<40} {shown} {marks:>9}".rstrip()


def short(number):
    """5.8.1b of "5.8.1b (words)": the name says the rest."""
    return number.split()[0]


def paragraphs(text, indent="        "):
    """A text wrapped, line by line."""
    found = []
    for line in text.split("\n"):
        found += textwrap.wrap(plain(line), room(), initial_indent=indent,
                               subsequent_indent=indent, break_on_hyphens=False)
    return found


def plain(text):
    """Without what a terminal would act upon, and in ASCII."""
    return "".join(c if c.isprintable() else "?" for c in text).encode(
        "ascii", "backslashreplace").decode("ascii")


def sentences(judged, show=False):
    """What is to be said on one exercise, line by line, not yet wrapped.

    Parameters
    ----------
    judged : checking.Judged
    show : bool
        Also the right value of the probe, and what was printed although all was right.
    """
    verdict = judged.verdict
    right, begun = verdict.verdict == "right", verdict.verdict != "missing"
    lines = verdict.remark.split("\n") if begun and verdict.remark else []
    if verdict.probe and begun and (show or not right):
        lines.append(f"Probe: {verdict.probe.get('arguments')}: you return "
                     f"{verdict.probe.get('returned')}.")
        if show and verdict.expected:
            lines.append(f"Right: {verdict.expected}.")
    if not right or show:
        lines += printed(judged.printed)
    if judged.problem and verdict.verdict not in ("error", "missing"):
        problem = judged.problem
        lines.append(f"Note: line {problem.get('line')} of the file, outside the functions, fails: "
                     f"{problem.get('type')}: {problem.get('message')}")
    return lines


def told(judged, show=False):
    """All lines on one exercise, for a terminal."""
    return [headline(judged.verdict),
            *(line for one in sentences(judged, show) for line in paragraphs(one))]


def printed(text):
    """The first lines that the student's code printed."""
    lines = text.splitlines()
    if not lines:
        return []
    more = ["| ..."] if len(lines) > LINES_PRINTED else []
    return ["Your code printed, or Python warned:", *(f"| {line}"
                                    for line in lines[:LINES_PRINTED]), *more]


def total(verdicts):
    """The line under all exercises."""
    score, most = sum(v.score for v in verdicts), sum(v.max_score for v in verdicts)
    right = sum(v.verdict == "right" for v in verdicts)
    return f"{right} of {len(verdicts)} right, {points(score)} of {points(most)} points"
