"""What an exercise, a call of a student's function, a mistake and a verdict are: plain data.

A right function is written once: its signature and docstring are what the student gets, its source
is the model answer, and its values are what the judge compares with.
"""
import inspect
import textwrap
from dataclasses import dataclass, field

VERDICTS = ("right", "named", "property", "wrong", "shape", "error", "timeout", "missing")


@dataclass(frozen=True)
class Part:
    """One number or array of what a function returns.

    Attributes
    ----------
    name : str
        As the remarks call it; the key, where a dictionary is returned.
    up_to_constant : bool
        Whether only differences of its elements count, as for a log density without its constant.
    """

    name: str
    up_to_constant: bool = False


@dataclass(frozen=True)
class Mistake:
    """A mistake that people make, as a formula that can be run.

    Attributes
    ----------
    id : str
        Of the catalogue, such as "P1", or one of your own.
    say : str
        What the student reads: what was returned, why it cannot be, where to look; never the right
        formula.
    switches : dict
        What is different in the exercise's formula.
    wrong : callable or None
        Instead of switches: a function with the right one's arguments that makes the mistake.
    variant : str
        Tells two formulas of the same mistake apart.
    """

    id: str
    say: str
    switches: dict = field(default_factory=dict)
    wrong: object = None
    variant: str = ""


@dataclass(frozen=True)
class Valid:
    """Another right way: `function` gives other numbers, or the same; `note` says what it is."""

    name: str
    function: object
    note: str = ""


@dataclass(frozen=True)
class Edge:
    """An extreme input inside the stated shapes, on which a right answer must stay right.

    Attributes
    ----------
    name : str
    arguments : dict
    say : str
        The remark where it fails.
    id : str
        Of the mistake it shows, or "".
    rtol : float
        Of the right values.
    """

    name: str
    arguments: dict
    say: str
    id: str = ""
    rtol: float = 1e-6


@dataclass(frozen=True)
class Property:
    """What must hold of any right answer: shown where no mistake was recognised.

    ``check(outputs)`` gets what the function returned for each of the argument sets (dictionaries
    of parts) and gives a sentence where it does not hold, otherwise "".
    """

    name: str
    arguments: tuple
    check: object
    id: str = ""


@dataclass(frozen=True)
class Function:
    """An argument that is a function: one of the test densities, by name (see `densities`).

    `of` is "log_p", "gradient", or "values": its log density at the places `at`, an array that can
    be called as well.
    """

    density: str
    numbers: tuple
    of: str = "log_p"
    at: tuple = ()


@dataclass(frozen=True)
class Script:
    """An argument that is a random generator: one that hands out numbers known beforehand."""

    seed: int


@dataclass(frozen=True)
class Call:
    """One call of the student's function.

    Attributes
    ----------
    function : str
    arguments : dict
        By name: floats, whole numbers, arrays, dictionaries of these, Function, Script.
    do : str
        "call"; "threshold" (bisect the argument `u`: where does the result change?); "repeat"
        (call it `times` times with one true generator from `seed`).
    times, seed : int
    purpose : str
        For the judge only: "probe", "smallest", "edge NAME", "property NAME K", ...
    """

    function: str
    arguments: dict
    do: str = "call"
    times: int = 1
    seed: int = 0
    purpose: str = "probe"


@dataclass(frozen=True)
class Exercise:
    """One idea to be written as a function.

    Attributes
    ----------
    number : str
        "1", ..., "20b", "5.8.1a", ...
    right : callable
        Its name, signature and docstring are the stub's; its source is the model answer.
    parts : tuple of Part
        Of what is returned.
    returns : str
        "value", "tuple", "dict" or "words".
    probe : callable
        ``probe(rng)`` gives arguments in general position.
    smallest : dict
        Arguments of small whole numbers, for a debugger.
    formula : callable or None
        ``formula(switches, **arguments)``, where mistakes are switches.
    mistakes, valid, edges, properties : tuples
    accepts : callable or None
        ``accepts(calls, answers)``: a note where the numbers are those of another right way.
    explain : callable or None
        ``explain(calls, answers)``: [(id, sentence), ...] of mistakes seen otherwise than by a
        formula.
    extra : callable or None
        ``extra(rng)``: further calls, for `accepts` and `explain`.
    scores : callable or None
        ``scores(arguments, parts)``: what a right draw used as standard normal numbers, for the
        last resort of judging by many draws.
    misshapen : callable or None
        ``misshapen(arguments, name of the part, its shape)``: (id, sentence) or None.
    nothing : tuple of str
        (id, sentence) for a function that now and then returns None.
    hint : str
    sets : tuple of str
        Of "core", "section"; every exercise is in "all".
    points : float
    words : str
        The model answer of a question in words.
    """

    number: str
    right: object
    parts: tuple
    probe: object
    smallest: dict
    returns: str = "value"
    formula: object = None
    mistakes: tuple = ()
    valid: tuple = ()
    edges: tuple = ()
    properties: tuple = ()
    accepts: object = None
    explain: object = None
    extra: object = None
    scores: object = None
    misshapen: object = None
    nothing: tuple = ("", "")
    hint: str = ""
    sets: tuple = ()
    points: float = 10.0
    probes: int = 40
    words: str = ""

    @property
    def name(self):
        """Of the function."""
        return self.right.__name__

    @property
    def arguments(self):
        """Their names, in order."""
        return tuple(inspect.signature(self.right).parameters)

    @property
    def task(self):
        """The docstring of the stub."""
        return inspect.getdoc(self.right)

    @property
    def solution(self):
        """The source of the right function without its docstring: the model answer."""
        if self.words:
            text = textwrap.fill(self.words, 90, initial_indent="    ", subsequent_indent="    ")
            return f'def {self.name}():\n    return """\n{text}\n    """\n'
        source = textwrap.dedent(inspect.getsource(self.right))
        head, _, rest = source.partition('"""')
        body = rest.partition('"""')[2]
        return head.rstrip() + body.rstrip() + "\n"


@dataclass(frozen=True)
class Verdict:
    """On one exercise.

    Attributes
    ----------
    name, number : str
    verdict : str
        One of `VERDICTS`.
    score, max_score : float
    mistakes : tuple of str
        Ids of every recognised cause.
    remark : str
        For the student.
    probe : dict or None
        The arguments that show it, as text, and what was returned: {"arguments", "returned"}.
    expected : str
        The right value there: shown only when asked for.
    """

    name: str
    number: str
    verdict: str
    score: float
    max_score: float
    mistakes: tuple = ()
    remark: str = ""
    probe: dict | None = None
    expected: str = ""

    def as_json(self):
        """Without the expected value."""
        return {"name": self.name, "number": self.number, "verdict": self.verdict,
                "score": self.score, "max_score": self.max_score, "mistakes": list(self.mistakes),
                "remark": self.remark, "probe": self.probe}
