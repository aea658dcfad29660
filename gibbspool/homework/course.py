"""What a lecturer may set in a course.ini: which exercises, their points, how points are shared.

    [homework]
    set = core
    points = 100
    timeout = 5

    [shares]
    runs = 0.1
    values = 0.7
    edges = 0.2
    named = 0.3

    [points]
    theta_given = 20
"""
import configparser
import math
from dataclasses import dataclass, field, fields, replace

from .exercises import EXERCISES
from .judge import Shares
from .scaffold import chosen_names, named

KNOWN = {"homework": ("set", "points", "timeout")}


@dataclass(frozen=True)
class Course:
    """Attributes are those of the file; `own_points` has the points of single exercises."""

    names: tuple
    points: float = 100.0
    timeout: float = 5.0
    shares: Shares = field(default_factory=Shares)
    own_points: dict = field(default_factory=dict)

    def exercises(self, registry=EXERCISES):
        """The registry with the course's points."""
        return {name: replace(exercise, points=self.own_points.get(name, exercise.points))
                for name, exercise in registry.items()}


def course_of(path=None):
    """The `Course` of a file; the usual one without a file.

    Raises
    ------
    ValueError
        A section, name or value that is not known, with what is.
    """
    config = configparser.ConfigParser(interpolation=None)
    if path is not None:
        try:
            with open(path, encoding="utf-8-sig") as file:
                config.read_file(file)
        except (configparser.Error, UnicodeDecodeError) as problem:
            raise ValueError(f"{path}: {' '.join(str(problem).split())}") from problem
    for section in config.sections():
        if section not in ("homework", "shares", "points"):
            raise ValueError(f"{path}: there is no section [{section}]: there are [homework], "
                             "[shares] and [points]")
    read = Reader(path, config)
    for name in read.section("homework"):
        if name not in KNOWN["homework"]:
            raise ValueError(f"{path}, [homework]: {name} is not known: set, points, timeout are")
    own = {named(name).name: read.number("points", name, 0, 1000)
           for name in read.section("points")}
    shares = {}
    for name in read.section("shares"):
        if name not in [one.name for one in fields(Shares)]:
            raise ValueError(f"{path}, [shares]: {name} is not known: runs, values, edges and "
                             "named are")
        shares[name] = read.number("shares", name, 0, 1)
    shares = Shares(**shares)
    if not math.isclose(shares.runs + shares.values + shares.edges, 1.0, abs_tol=1e-6):
        raise ValueError(f"{path}, [shares]: runs, values and edges must add up to 1, not "
                         f"{shares.runs + shares.values + shares.edges:g}")
    homework = read.section("homework")
    return Course(tuple(chosen_names(homework.get("set", "core"))),
                  read.number("homework", "points", 0, 1e6) if "points" in homework else 100.0,
                  read.number("homework", "timeout", 0.1, 3600) if "timeout" in homework else 5.0,
                  shares, own)


@dataclass(frozen=True)
class Reader:
    """Reads sections and numbers, and names the place where something is wrong."""

    path: object
    config: configparser.ConfigParser

    def section(self, name):
        """As a dictionary; an empty one where it is not there."""
        return dict(self.config[name]) if self.config.has_section(name) else {}

    def number(self, section, name, least, most):
        """A number between two."""
        word = self.section(section)[name]
        try:
            number = float(word)
        except ValueError:
            number = math.nan
        if not least <= number <= most:
            raise ValueError(f"{self.path}, [{section}]: {name} = {word} must be a number from "
                             f"{least:g} to {most:g}")
        return number
