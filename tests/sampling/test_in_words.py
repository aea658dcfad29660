"""The record of a draw in words, and in short."""
import re

import numpy as np
import pytest

import gibbspool as gp
from gibbspool.sampling import records
from gibbspool.sampling.augmentation import Augmentation
from gibbspool.sampling.concave_slice import ConcaveSlice, ConcaveSliceOfLog
from gibbspool.sampling.griddy import Griddy
from gibbspool.sampling.in_words import SENTENCES, coordinate_name, in_words
from gibbspool.sampling.interweaving import Interweaving
from gibbspool.sampling.ladder import Ladder
from gibbspool.sampling.metropolis import Metropolis, SimplexWalk
from gibbspool.sampling.showing import show
from gibbspool.sampling.slice import Slice

REAL = (-np.inf, np.inf)


def bell(x):
    return -0.5 * x**2


def told(conditional, current, seed=0, name="mu"):
    record = show(conditional, np.random.default_rng(seed), current)
    return record, "\n".join(in_words(record, name))


def test_every_kind_of_record_but_a_batch_has_words():
    kinds = {one.kind for one in vars(records).values() if hasattr(one, "kind")}
    assert kinds == {*SENTENCES, "batch"}


@pytest.mark.parametrize("kernel, name", [
    (Slice(bell, REAL), "mu"), (Metropolis(bell, REAL), "arcsinh mu"), (Slice(bell), "log mu"),
    (Slice(bell, (0.0, 1.0)), "logit mu"), (Griddy(bell, (2.0, np.inf)), "log(mu - 2)"),
    (Griddy(bell, (2.0, 5.0)), "log((mu - 2) / (5 - mu))"), (ConcaveSlice(bell), "mu"),
    (ConcaveSliceOfLog(bell), "log mu")])
def test_the_coordinate_has_a_name(kernel, name):
    start = 3.0 if "2" in name else 0.5
    record, words = told(kernel, start)
    assert coordinate_name(record.curve, "mu") == name and name in words


@pytest.mark.parametrize("seed", range(6))
def test_a_slice_in_words(seed):
    record, words = told(Slice(bell, REAL, 0.5), 0.8, seed)
    assert words.startswith(f"level: log density of mu above {record.log_height:.4g}; at 0.8 it is "
                            "-0.32\ninterval [")
    sides = re.findall("left|right", words)
    assert sides == [one.side for one in record.doublings]
    assert words.count("outside, cut; ") == len(record.tries) - 1
    assert words.endswith(f"{record.x:.4g} inside: the draw")


def test_a_griddy_in_words():
    record, words = told(Griddy(lambda x: np.log(x) - x), 3.0, name="tau")
    assert "grid: 128 points in log tau" in words and f"number {record.share:.4g} is" in words
    assert words.endswith("accepted" if record.accepted else "3 stays")
    change = record.log_weight - record.log_weight_before
    assert f"changes by {change:+.3g} (how much q understates p at the proposal, minus" in words
    assert "lies beyond the grid: accepted" in told(Griddy(lambda x: -x), 1e9)[1]
    assert len(told(Griddy(lambda x: -x), None)[1].splitlines()) == 2


def test_walks_in_words_say_why():
    seen = set()
    for seed in range(20):
        record, words = told(Metropolis(bell, REAL), 2.0, seed)
        seen.add(record.accepted)
        assert (f"log ratio {record.log_ratio:.4g}, from the log densities of arcsinh mu: "
                f"{record.log_p_proposal:.4g} there and") in words
        assert words.endswith("accepted" if record.accepted else "refused, 2 stays")
    assert seen == {True, False}
    _, words = told(SimplexWalk(lambda x: np.log(x).sum(axis=-1)), np.array([0.2, 0.8]))
    assert words.startswith("proposal [0.") and "divided by their sum" in words
    assert "log densities of the log ratios of the shares: " in words
    assert "log densities of log mu: " in told(Metropolis(bell), 2.0)[1]
    assert "straight lines of the log density of log mu: q" in told(Griddy(bell), 2.0)[1]


def test_a_ladder_in_words_lists_what_is_likely():
    record, words = told(Ladder(bell, REAL), 0.5)
    likely = (record.probabilities >= 0.01).sum()
    assert len(re.findall(r"\d%\)", words)) == likely < 8
    assert f"the other {8 - likely} have less than 1%" in words
    assert f"drawn: number {record.rung + 1}," in words


def test_a_ladder_in_words_counts_one_and_several():
    """As many have less than 1% as have no word of their own: one has, several have."""
    seen = set()
    for seed in range(60):
        record, words = told(Ladder(bell, REAL), 0.5, seed)
        unlikely = (record.probabilities < 0.01).sum()
        seen.add(int(unlikely))
        if unlikely == 1:
            assert "; the other one has less than 1%\n" in words
        elif unlikely:
            assert f"; the other {unlikely} have less than 1% each\n" in words
    assert {1, 2} <= seen


def test_augmentation_interweaving_and_closed_forms_in_words():
    def half(x):
        return gp.Normal(0.5 * x, 1.0)

    record, words = told(Augmentation(bell, half, half), 1.0)
    assert words.count("invented") == 2 and f"{record.x:.4g} from Normal(mean=" in words
    woven = Interweaving(Slice(bell, REAL), lambda mu: {"theta": mu}, {"theta_raw": 1.0})
    assert "held fixed: theta_raw; moved along: theta" in told(woven, 0.3)[1]
    assert told(gp.Normal(0, 1), 0.3)[1] == "drawn at once: the closed form is known"


@pytest.mark.parametrize("conditional, current, words", [
    (gp.Normal(0, 1), 0.3, "DirectRecord(0.3 -> "),
    (Slice(bell, REAL), 0.3, "SliceRecord(0.3 -> "),
    (ConcaveSlice(bell, REAL), 0.3, "2 tries)"),
    (Slice(bell, REAL), np.zeros(3), "BatchRecord(3 slice draws)"),
    (Slice(bell, REAL), np.zeros(0), "BatchRecord(0 draws)"),
    (SimplexWalk(lambda x: 0.0), np.full(5, 0.2), "SimplexRecord([0.2, 0.2, 0.2, ...] -> "),
    (Interweaving(gp.Normal(0, 1), lambda x: {"t": x}), 0.3, "t moved along, the rest held"),
    (Augmentation(bell, lambda x: gp.Normal(x, 1), lambda z: gp.Normal(z, 1), 1), 0.3, "1 pass)"),
    (Griddy(lambda x: -x), None, "GriddyRecord(nothing -> ")])
def test_records_in_short(conditional, current, words):
    assert words in repr(show(conditional, np.random.default_rng(1), current))
