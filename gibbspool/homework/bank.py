"""The bank of mistakes: wrong formulas that can be run, alone and two at a time.

A mistake is a switch in the exercise's formula, so that two of them can be made at once wherever
they touch different switches. Each part of an answer is looked up on its own: the mean may be right
and the standard deviation not.
"""
import warnings
from dataclasses import dataclass
from itertools import combinations, islice, product

import numpy as np

from . import harness
from .exercise import Mistake
from .parts import NotAsAsked, as_numbers, is_close, part_is_close, split

MOST_EXPLANATIONS = 24  # of one part


class Switches(dict):
    """What is different in a formula: ``s.sd == "variance"``; None where nothing is."""

    def __getattr__(self, name):
        return self.get(name)


@dataclass(frozen=True)
class Candidate:
    """Some mistakes at once; none of them: the right function."""

    exercise: object
    mistakes: tuple = ()

    @property
    def ids(self):
        return tuple(dict.fromkeys(mistake.id for mistake in self.mistakes))

    @property
    def function(self):
        """A function that makes these mistakes."""
        exercise = self.exercise
        if not self.mistakes:
            return exercise.right
        if self.mistakes[0].wrong is not None:
            return self.mistakes[0].wrong
        switches = Switches()
        for mistake in self.mistakes:
            switches.update(mistake.switches)
        return lambda **given: exercise.formula(switches, **given)

    def __call__(self, arguments):
        """The parts of its value; None where it has none."""
        return run(self.exercise, self.function, arguments)


def run(exercise, function, arguments):
    """The parts that a function of our own returns; None where it has no answer."""
    given = {name: made(value) for name, value in arguments.items()}
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = function(**given)
            if exercise.returns == "value":
                return [np.asarray(value, dtype=float)]
            return [np.asarray(part, dtype=float)
                    for part in split(exercise, tuple(value) if exercise.returns == "tuple"
                                      else value)]
    except (ArithmeticError, ValueError, IndexError, RecursionError, TypeError):
        return None


def made(value):
    """An argument as the student gets it: a copy; a function or generator anew."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, (float, int)):
        return value
    return harness.argument(harness.tagged(value))


def mistakes_anywhere(exercise):
    """What may go wrong in any exercise that returns numbers with decimals."""
    def cut_off(**given):
        value = exercise.right(**given)
        return tuple(map(np.trunc, value)) if isinstance(value, tuple) else np.trunc(value)

    if exercise.returns not in ("value", "tuple"):
        return ()
    return (Mistake("N7", "every number that you return has lost its decimals: is the result "
                    "stored in an array of integers, which keeps whole numbers only?",
                    wrong=cut_off),)


class Bank:
    """All candidates of an exercise on the same calls; values are computed once."""

    def __init__(self, exercise, calls):
        self.exercise, self.calls = exercise, calls
        self.right = Candidate(exercise)
        self.anywhere = mistakes_anywhere(exercise)
        self._values = {}

    def value(self, candidate, k):
        """Parts of a candidate's value on the k-th call; None where it has none."""
        key = (tuple(map(id, candidate.mistakes)), k)
        if key not in self._values:
            self._values[key] = candidate(self.calls[k].arguments)
        return self._values[key]

    def singles(self):
        return [Candidate(self.exercise, (mistake,))
                for mistake in (*self.exercise.mistakes, *self.anywhere)]

    def pairs(self):
        """Two mistakes of different names on different switches."""
        for one, other in combinations(self.exercise.mistakes, 2):
            if (one.wrong is None and other.wrong is None and one.id != other.id
                    and not set(one.switches) & set(other.switches)):
                yield Candidate(self.exercise, (one, other))

    def agrees(self, candidate, place, given, rtol=1e-9):
        """Whether the part at `place` of all answers is that of the candidate."""
        part = self.exercise.parts[place]
        for k, answer in enumerate(given):
            value = self.value(candidate, k)
            if value is None or not part_is_close(part, answer[place], value[place], rtol):
                return False
        return True

    def explanations(self, place, given):
        """All candidates that explain one part: right, else single mistakes, else pairs."""
        for candidates in ([self.right], self.singles(), self.pairs()):
            found = []
            for candidate in candidates:
                if self.agrees(candidate, place, given):
                    found.append(candidate)
                    if len(found) == MOST_EXPLANATIONS:
                        break
            if found:
                return found
        return []

    def explains_all(self, candidate, given):
        """Whether a candidate explains every part at once, on one call after another."""
        for k, answer in enumerate(given):
            value = self.value(candidate, k)
            if value is None or not all(is_close(self.exercise, answer, value, 1e-9)):
                return False
        return True

    def named(self, given):
        """The smallest explanations of all parts together.

        Returns
        -------
        list of tuple
            Each a candidate for each part (None where nothing explains the part), all of them with
            the fewest mistakes in total; of these, the ones that explain all parts at once, if
            there are any.
        """
        parts = len(self.exercise.parts)
        whole = [(one,) * parts for one in self.singles() if self.explains_all(one, given)]
        if whole:
            return whole
        each = [self.explanations(place, given) or [None] for place in range(parts)]
        pairs = {id(one): one for found in each for one in found if one and len(one.mistakes) == 2}
        whole = [(pair,) * parts for pair in pairs.values() if self.explains_all(pair, given)]
        if whole:
            return self.without_repeats(whole)
        best = self.part_by_part(each)
        best = [one for one in best if self.fits_elsewhere(one, given)] or best
        at_once = [(pair,) * parts for pair in map(self.together, best)
                   if pair and self.explains_all(pair, given)]
        return at_once or best

    def by_what_they_imply(self, combinations, given, implies):
        """The combinations whose candidates also imply the same acceptance; else pairs that do."""
        agreeing = [one for one in combinations if None not in one
                    and implies(one[0] if len(set(map(id, one))) == 1 else self.together(one))]
        if not agreeing:
            pairs = (pair for pair in self.pairs()
                     if self.explains_all(pair, given) and implies(pair))
            agreeing = [(pair,) * len(self.exercise.parts)
                        for pair in islice(pairs, MOST_EXPLANATIONS)]
        return agreeing or [(None,) * len(self.exercise.parts)]

    def fits_elsewhere(self, combination, given):
        """Whether each candidate gives the right or the given numbers in the other parts, too: a
        mistake that shows in all parts does not explain a single one.
        """
        right = [self.value(self.right, k) for k in range(len(given))]
        return all(self.agrees(one, place, given) or self.agrees(one, place, right)
                   for place, chosen in enumerate(combination)
                   for one in combination if one and one is not chosen)

    @staticmethod
    def without_repeats(combinations):
        """Each set of mistakes once."""
        return list({frozenset(map(id, mistakes_of(one))): one for one in combinations}.values())

    def part_by_part(self, each):
        """The combinations of explanations of single parts with the fewest mistakes."""
        combinations = list(product(*each))
        fewest = min(map(cost, combinations))
        return self.without_repeats([one for one in combinations if cost(one) == fewest])

    def together(self, combination):
        """All mistakes of a combination made at once, where they can be."""
        mistakes = mistakes_of(combination)
        switches = [key for mistake in mistakes for key in mistake.switches]
        if None in combination or len(mistakes) < 2 or any(m.wrong for m in mistakes):
            return None
        return Candidate(self.exercise, mistakes) if len(switches) == len(set(switches)) else None


def mistakes_of(combination):
    """The mistakes in it, each once, in order."""
    found = {id(mistake): mistake for candidate in combination if candidate
             for mistake in candidate.mistakes}
    return tuple(found.values())


def cost(combination):
    """Fewer mistakes in all first, then fewer in the parts."""
    return (len(mistakes_of(combination)),
            sum(len(candidate.mistakes) for candidate in combination if candidate))


def numbers_of(exercise, answer, wanted, arguments):
    """The parts of an answer that came back as JSON, in the wanted shapes; NotAsAsked otherwise."""
    try:
        value = harness.decode(answer["value"])
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
        raise NotAsAsked("what it returned could not be read") from None
    if exercise.returns == "tuple" and isinstance(value, np.ndarray) and value.ndim \
            and value.shape == wanted[0].shape:
        names = [part.name for part in exercise.parts]
        raise NotAsAsked(f"it returns one array of shape {value.shape} where {len(names)} things "
                         f"are wanted: return {', '.join(names)}")
    parts = split(exercise, value)
    if exercise.misshapen:
        for part, x, y in zip(exercise.parts, parts, wanted):
            said = np.shape(x) != y.shape and exercise.misshapen(arguments, part.name, np.shape(x))
            if said:
                raise NotAsAsked(said[1], said[0])
    return [as_numbers(f"your {part.name}" if len(exercise.parts) > 1 else "what it returns",
                       x, y.shape)
            for part, x, y in zip(exercise.parts, parts, wanted)]
