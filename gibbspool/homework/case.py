"""One function's answers on their way down the ladder of verdicts."""
from itertools import permutations

import numpy as np

from . import conduct, extremes, harness, long_run, remarks
from .bank import Bank, mistakes_of, numbers_of, run
from .exercise import Verdict
from .parts import NotAsAsked, is_close
from .residues import factor_or_term, unlike_moves
from .scripted_steps import same_threshold, threshold_of, threshold_shown
from .showing import arguments_shown, parts_shown

RTOL = 1e-9
FEWEST_WORDS = 12
PROBES = ("smallest", "probe")
ELSEWHERE = ("For the u that were tried your results are right, but they change at another u than "
             "they should: the proposal is taken with another probability.")


class Case:
    """One function's answers, and what was found out about them on the way down the ladder."""

    def __init__(self, exercise, calls, answers, shares):
        self.exercise, self.calls, self.answers, self.shares = exercise, calls, answers, shares
        self.way, self.other_numbers = exercise.right, False  # of being right
        self.generic = [k for k, call in enumerate(calls) if call.purpose in PROBES]

    # ---- 1 and 2: nothing to judge

    def not_begun(self, found):
        status = found.get("status", "defined")
        if status in ("missing", "stub"):
            return self.verdict("missing", 0, remarks.not_started(self.exercise, status))
        if status == "file":
            return self.verdict("error", 0, remarks.no_file(found.get("error") or {}))
        names = found.get("arguments")
        if names is not None and list(names) != list(self.exercise.arguments):
            return self.verdict("error", 0, remarks.wrong_arguments(self.exercise, names),
                                ids=("P11",) if sorted(names) == sorted(self.exercise.arguments)
                                else ())
        return None

    def in_words(self):
        exercise = self.exercise
        if exercise.returns != "words":
            return None
        answer = self.answers[0] or {}
        text = answer.get("value", {}).get("w", "")
        if len(str(text).split()) < FEWEST_WORDS:
            return self.verdict("wrong", 0, f"Return your answer as a text, in a sentence or two "
                                            f"(at least {FEWEST_WORDS} words).")
        return self.verdict("right", 1, "Compare with a model answer: " + exercise.words)

    def no_answer(self, ending):
        for k in self.needed(ending):
            answer = self.answers[k]
            if answer is None:
                what = (ending or {}).get("what", "exit")
                return self.verdict("timeout" if what == "timeout" else "error", 0,
                                    remarks.ended(ending or {}), probe=k)
            if "value" not in answer:
                ids = self.ids_of_error()
                return self.verdict("error", 0, remarks.error(answer.get("error") or {}, ids),
                                    probe=k, ids=ids)
        return None

    def needed(self, ending):
        """The calls without which nothing can be said."""
        yield from self.generic
        yield from (k for k, call in enumerate(self.calls) if call.do == "threshold")
        if ending and long_run.asked_for_others(self):
            yield from (k for k, call in enumerate(self.calls) if call.do == "repeat"
                        and self.answers[k] is None)

    def ids_of_error(self):
        """Whether it fails wherever there are not eight groups."""
        eight = [self.groups(k) == 8 for k in self.generic]
        fails = ["value" not in (self.answers[k] or {}) for k in self.generic]
        return ("C23",) if any(eight) and all(f != e for f, e in zip(fails, eight)) else ()

    def groups(self, k):
        lengths = [len(value) for value in self.calls[k].arguments.values()
                   if isinstance(value, np.ndarray)]
        return lengths[0] if lengths else None

    # ---- 3: shapes

    def shape(self):
        """Also reads the numbers, here and in all other calls."""
        self.bank = Bank(self.exercise, [self.calls[k] for k in self.generic])
        self.wanted = [self.bank.value(self.bank.right, n) for n in range(len(self.generic))]
        self.given = []
        for k, wanted in zip(self.generic, self.wanted):
            try:
                self.given.append(numbers_of(self.exercise, self.answers[k], wanted,
                                             self.calls[k].arguments))
            except NotAsAsked as problem:
                ids, sentence = (problem.id,), str(problem)
                if self.returns_nothing(k) and not all(map(self.returns_nothing, self.generic)):
                    ids, sentence = self.exercise.nothing[:1], self.exercise.nothing[1] or sentence
                return self.verdict("shape", 0, remarks.sentence(sentence), probe=k,
                                    ids=tuple(filter(None, ids)))
        return None

    def returns_nothing(self, k):
        return self.answers[k]["value"].get("o") == "None"

    # ---- 4: right, and extreme inputs

    def right(self):
        note = self.right_in_its_way()
        if note is None:
            return None
        for place, id, sentence in conduct.unsteady(self):
            return self.verdict("property", self.shares.runs, sentence, probe=place, ids=(id,))
        failed = list(extremes.failed(self))
        faults = [*((id, sentence) for _, id, sentence in failed), *conduct.writes(self)]
        out_of = len(self.exercise.edges) + 1
        share = self.shares.runs + self.shares.values + self.shares.edges * max(
            0, 1 - len(faults) / out_of)
        return self.verdict("right", share, "\n".join(filter(None, [
            note, *(sentence for _, sentence in faults)])), probe=failed[0][0] if failed else None,
            ids=tuple(dict.fromkeys(id for id, _ in faults if id)))

    def right_in_its_way(self):
        """A note where the values are right ("" for the usual way), None where they are not."""
        if (self.bank.explains_all(self.bank.right, self.given)
                and self.implies_the_same(self.exercise.right)):
            return ""
        for way in self.exercise.valid:
            if (all(self.agrees_with(way.function, n) for n in range(len(self.generic)))
                    and self.implies_the_same(way.function)):
                self.way = way.function
                return way.note
        self.other_numbers = True
        note = self.exercise.accepts(self) if self.exercise.accepts else None
        if (note is None and self.exercise.scores and long_run.asked_for_others(self)
                and not self.explained() and long_run.draws_fit(self)):
            return long_run.NOTE
        return note

    def explained(self):
        """Whether the bank explains all numbers."""
        return all(None not in combination for combination in self.named())

    def implies_the_same(self, function):
        """Whether the implied acceptance is that of a function, at each "threshold" call."""
        return all(same_threshold(self.answers[k], function, call)
                   for k, call in enumerate(self.calls) if call.do == "threshold")

    def named(self):
        """Explanations of the answers by the bank: see `Bank.named`."""
        found = self.bank.named(self.given)
        if not any(call.do == "threshold" for call in self.calls):
            return found
        return self.bank.by_what_they_imply(
            found, self.given, lambda candidate: self.implies_the_same(candidate.function))

    def agrees_with(self, function, n):
        value = run(self.exercise, function, self.bank.calls[n].arguments)
        return value is not None and all(is_close(self.exercise, self.given[n], value, RTOL))

    def plain(self, value):
        """A single number that came back, or None."""
        try:
            value = np.asarray(harness.decode(value), dtype=float)
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
            return None
        return float(value) if value.ndim == 0 else None

    def function(self, k, name):
        """An argument of a call that is a function, made anew."""
        return harness.argument(harness.tagged(self.calls[k].arguments[name]))

    def of(self, kind):
        """The calls of a kind: (place, numbers or None where there are none)."""
        for k, call in enumerate(self.calls):
            if call.purpose.split(" ")[0] == kind:
                yield k, self.numbers(k)

    def numbers(self, k):
        """The parts of any answer in the shapes of the right one, or None."""
        right = run(self.exercise, self.exercise.right, self.calls[k].arguments)
        if right is None:
            return None
        try:
            return numbers_of(self.exercise, self.answers[k] or {}, right,
                              self.calls[k].arguments)
        except NotAsAsked:
            return None

    # ---- 5 to 8: wrong, and why

    def wrong(self):
        probe = self.smallest_wrong()
        combinations = self.named()
        seen = [*self.in_another_order(), *(self.exercise.explain(self) if self.exercise.explain
                                            else ()), *conduct.generator_misused(self)]
        mistakes = [mistakes_of(combination) for combination in combinations]
        whole = all(None not in combination for combination in combinations)
        if any(mistakes) and (whole or not seen):
            ids = tuple(dict.fromkeys(m.id for some in mistakes for m in some))
            count = min(map(len, mistakes))
            remark = remarks.named(combinations, self.right_parts())
            if not whole:
                remark += "\n" + self.unexplained(combinations[0])
                ids += tuple(self.kind_of_residue(place) for place, candidate
                             in enumerate(combinations[0])
                             if candidate is None and self.residue(place))
            left = self.shares.named / (count if whole else 2)
        elif seen:
            ids = tuple(dict.fromkeys(id for id, _ in seen if id))
            remark = "\n".join(dict.fromkeys(sentence for _, sentence in seen))
            left = self.shares.named if long_run.draws_fit(self) else 0
        else:
            return self.not_named(probe)
        changed = list(conduct.writes(self))
        ids = tuple(dict.fromkeys([*ids, *(id for id, _ in changed)]))
        remark = "\n".join([remark, *(sentence for _, sentence in changed)])
        return self.verdict("named" if ids else "property",
                            self.shares.runs + self.shares.values * left, remark, probe=probe,
                            ids=ids)

    def right_parts(self):
        """Names of the parts that are right throughout."""
        return [part.name for place, part in enumerate(self.exercise.parts)
                if self.bank.agrees(self.bank.right, place, self.given)]

    def in_another_order(self):
        """(id, sentence) where all parts are right and only their order is not."""
        names = [part.name for part in self.exercise.parts]
        for order in permutations(range(len(names))) if self.exercise.returns == "tuple" else ():
            if all(all(is_close(self.exercise, [given[n] for n in order], right, RTOL))
                   for given, right in zip(self.given, self.wanted)):
                yield "P11", remarks.order(names)

    def unexplained(self, combination):
        """On the parts that no formula explains."""
        return "\n".join(remarks.sentence(self.residue(place) or f"your {part.name} is wrong too, "
                                          "and its cause was not recognised")
                         for place, (part, candidate)
                         in enumerate(zip(self.exercise.parts, combination)) if candidate is None)

    def residue(self, place):
        return factor_or_term(self.exercise, self.bank.calls, place, self.given, self.wanted)

    def kind_of_residue(self, place):
        """An id of our own."""
        return "term" if self.exercise.parts[place].up_to_constant else "factor"

    def not_named(self, probe):
        changed = list(conduct.writes(self))
        ids = [id for id, _ in changed]
        sentences = [sentence for _, sentence in changed]
        good = self.right_parts()
        places = [place for place, part in enumerate(self.exercise.parts) if part.name not in good]
        residues = [(place, self.residue(place)) for place in places]
        found = [remarks.sentence(one) for _, one in residues if one]
        ids += [self.kind_of_residue(place) for place, one in residues if one]
        if not places:
            good, found = [], [ELSEWHERE]
        elif not found:
            found = self.no_property(ids)
        if any(not np.isfinite(part).all() for parts, right in zip(self.given, self.wanted)
               for part, at in zip(parts, right) if np.isfinite(at).all()):
            sentences.append("It returns nan or infinity where a finite number is wanted.")
            kind = "shape"
        else:
            kind = "property" if found or changed else "wrong"
        if good:
            sentences.insert(0, remarks.good(good))
        sentences += found or [remarks.unrecognised()]
        return self.verdict(kind, self.shares.runs, "\n".join(sentences), probe=probe,
                            ids=tuple(dict.fromkeys(ids)))

    def no_property(self, ids):
        """The first property that fails, as a list of one sentence; or none."""
        for n, one in enumerate(self.exercise.properties):
            given = [numbers for k, numbers in self.of("property")
                     if self.calls[k].purpose == f"property {n}"]
            if all(numbers is not None for numbers in given):
                names = [part.name for part in self.exercise.parts]
                sentence = one.check([dict(zip(names, numbers)) for numbers in given])
                if sentence:
                    ids.append(one.id or one.name.replace(" ", "_"))
                    return [remarks.sentence(sentence)]
        sentence = unlike_moves(self.exercise, *self.moves())
        if sentence:
            ids.append("moves")
        return [remarks.sentence(sentence)] if sentence else []

    def moves(self):
        """For each argument, which parts move with it: the student's and the right ones."""
        does, must = {}, {}
        for k, given in self.of("moves"):
            name = self.calls[k].purpose.split(" ", 1)[1]
            right = run(self.exercise, self.exercise.right, self.calls[k].arguments)
            if right is None:  # nothing to be compared with: a share above 1, for instance
                continue
            must[name] = self.differ(right, self.wanted[1])
            does[name] = self.differ(given, self.given[1]) if given else must[name]
        return does, must

    def differ(self, one, other):
        return [not same for same in is_close(self.exercise, one, other, RTOL)]

    def smallest_wrong(self):
        """The place of the call with the fewest numbers whose answer is wrong; where all are right,
        of the first whose result changes at another u.
        """
        wrong = [n for n in range(len(self.generic))
                 if not all(is_close(self.exercise, self.given[n], self.wanted[n], RTOL))]
        if not wrong:
            return next((k for k, call in enumerate(self.calls) if call.do == "threshold"
                         and not same_threshold(self.answers[k], self.exercise.right, call)),
                        self.generic[0])
        sizes = [sum(np.size(x) for x in self.bank.calls[n].arguments.values()) for n in wrong]
        at = wrong[0] if 0 in wrong[:1] else wrong[int(np.argmin(sizes))]
        return self.generic[at]

    # ---- the verdict

    def verdict(self, kind, share, remark, probe=None, ids=()):
        exercise = self.exercise
        shown, expected = None, ""
        if probe is not None:
            call, answer = self.calls[probe], self.answers[probe]
            shown = {"arguments": arguments_shown(call.arguments),
                     "returned": remarks.returned(exercise, answer)}
            right = run(exercise, exercise.right, call.arguments)
            if call.do == "threshold" and "value" in (answer or {}):
                shown = {"arguments": arguments_shown({name: value for name, value
                                                       in call.arguments.items() if name != "u"}),
                         "returned": threshold_shown(answer)}
                expected = threshold_shown(threshold_of(exercise.right, call))
            elif right is not None and not (kind == "right" and self.other_numbers):
                expected = parts_shown([part.name for part in exercise.parts], right)
        return Verdict(exercise.name, exercise.number, kind,
                       round(share * exercise.points, 6), exercise.points, tuple(ids), remark,
                       shown, expected)
