"""The scalar twins: the same draw from the same random numbers, and the record of it."""
import numpy as np
import pytest
from kernel_harness import LIMIT, TARGETS, Counted, z_scores
from scipy import stats

from gibbspool.distributions.standard import Normal
from gibbspool.sampling.augmentation import Augmentation
from gibbspool.sampling.concave_slice import ConcaveSlice, ConcaveSliceOfLog
from gibbspool.sampling.griddy import Griddy
from gibbspool.sampling.interweaving import Interweaving
from gibbspool.sampling.ladder import Ladder
from gibbspool.sampling.metropolis import Metropolis, SimplexWalk, StepSize
from gibbspool.sampling.records import BatchRecord
from gibbspool.sampling.slice import Slice

REAL = (-np.inf, np.inf)
DRAWS = 12  # of each kernel on each density, one from the other


class Peaks:
    """Two peaks of weights 1/5 and 4/5 with nothing between them, where doubling has to look out
    for its return.
    """

    support = (0.0, 7.5)

    @staticmethod
    def logpdf(x):
        with np.errstate(divide="ignore"):
            return np.log(0.2 * ((x > 0) & (x < 1)) + 0.8 / 3 * ((x > 4) & (x < 7)))


def densities(*names):
    return [(TARGETS[name][0].logpdf, TARGETS[name][1], float(TARGETS[name][0].rvs(
        size=1, random_state=np.random.default_rng(5))[0])) for name in names]


ALL = densities("skewed", "piled up at zero", "bounded", "shifted and bounded",
                "heavy-tailed, both sides", "bimodal", "tiny scale")
ISLANDS = (Peaks.logpdf, REAL, 0.4)
CONCAVE = densities("skewed", "half-normal", "bounded", "shifted and bounded", "normal")
OF_LOG = densities("skewed", "piled up at zero", "heavy-tailed", "tiny scale")
CASES = [
    *[(lambda d, s: Griddy(d, s), case) for case in ALL],
    *[(lambda d, s, w=width: Slice(d, s, w), case) for case in [*ALL, ISLANDS]
      for width in (0.3, 3.0, 40.0)],
    *[(lambda d, s, w=width: ConcaveSlice(d, s, w), case) for case in CONCAVE
      for width in (0.05, 1.0, 40.0)],
    *[(lambda d, s, w=width: ConcaveSliceOfLog(d, s, w), case) for case in OF_LOG
      for width in (0.05, 1.0, 40.0)],
    *[(lambda d, s, w=scale: Metropolis(d, s, StepSize(w)), case) for case in [*ALL, ISLANDS]
      for scale in (0.2, 2.0)],
    *[(lambda d, s, w=scale: Ladder(d, s, StepSize(w)), case) for case in [*ALL, ISLANDS]
      for scale in (0.2, 2.0)],
]


@pytest.mark.parametrize("number", [
    number if number % 4 == 0 else pytest.param(number, marks=pytest.mark.long)
    for number in range(len(CASES))])
def test_the_same_value_from_the_same_random_numbers(number):
    """Number by number, and as a batch of one; draw after draw, the generators in step."""
    make, (density, support, x) = CASES[number]
    for shape in ((), (1,))[:1 + (number % 3 == 0)]:
        lock, step = np.full(shape, x)[()], np.full(shape, x)[()]
        one, other = np.random.default_rng(number), np.random.default_rng(number)
        for _ in range(DRAWS):
            a, b = make(density, support), make(density, support)
            lock, record = a.draw(one, lock), b.show(other, step)
            step = record.x
            assert np.shape(step) == shape
            assert step == pytest.approx(lock, rel=1e-12, abs=0)
            step = lock
        assert one.random() == other.random()


def test_slices_agree_to_the_last_digit_and_have_met_every_verdict():
    """The return test refuses, on two peaks; the ends of the doublings go both ways."""
    seen, sides = set(), set()
    kernel = Slice(*ISLANDS[:2], 2.0)
    for seed in range(300):
        x = np.random.default_rng(seed).choice([0.4, 5.0])
        record = kernel.show(np.random.default_rng(seed), x)
        assert record.x == kernel.draw(np.random.default_rng(seed), x)
        seen |= {one.verdict for one in record.tries}
        sides |= {one.side for one in record.doublings}
    assert seen == {"inside", "outside", "no return"} and sides == {"left", "right"}


def test_rows_of_parameters_go_with_their_element():
    """Opaque or not, the density of each element is its own, and its neighbours' are not asked."""
    scale, x = np.array([0.1, 1.0, 10.0]), np.array([0.05, -2.0, 3.0])
    alone = Counted(lambda x, scale: -0.5 * (x / scale) ** 2)
    known = Slice(alone, REAL, 1.0, parameters=(scale,))
    opaque = Slice(lambda x: -0.5 * (x / scale) ** 2, REAL, 1.0)
    a, b = (kernel.show(np.random.default_rng(2), x) for kernel in (known, opaque))
    assert np.array_equal(a.x, b.x) and alone.largest == 1
    rng = np.random.default_rng(2)
    for i in range(3):
        one = Slice(lambda x: -0.5 * (x / scale[i]) ** 2, REAL, 1.0).draw(rng, x[i])
        assert a.records[i].x == one == a.x[i]


def test_shares_as_in_lock_step():
    alpha = np.array([1.5, 2.5, 4.0])

    def log_density(x):
        return ((alpha - 1) * np.log(x)).sum(axis=-1)

    for shape in ((), (1,)):
        x = np.broadcast_to([0.2, 0.3, 0.5], (*shape, 3))
        a, b = (SimplexWalk(log_density, step=StepSize(0.6, 0.3)) for _ in range(2))
        one, other = np.random.default_rng(1), np.random.default_rng(1)
        refused = 0
        for _ in range(50):
            lock, record = a.draw(one, x), b.show(other, x)
            assert record.x == pytest.approx(lock, rel=1e-12)
            refused += np.array_equal(lock, x)
            x = lock
        assert 0 < refused < 50 and a.step.acceptance == pytest.approx(b.step.acceptance)


def test_step_sizes_learn_as_in_lock_step():
    for cls in (Metropolis, Ladder):
        steps = [StepSize(0.5), StepSize(0.5)]
        a, b = (cls(stats.gamma(2).logpdf, step=step) for step in steps)
        one, other, x = np.random.default_rng(1), np.random.default_rng(1), 1.0
        for adapting in (True, False):
            for step in steps:
                step.adapting = adapting
            for _ in range(20):
                moved, record = a.draw(one, x), b.show(other, x)
                assert record.x == pytest.approx(moved, rel=1e-12)
                x = moved
        assert steps[0].scale == pytest.approx(steps[1].scale, rel=1e-12) != 0.5
        assert 0 < steps[0].acceptance == steps[1].acceptance < 1


def test_a_griddy_without_a_current_value_and_one_of_several_densities():
    kernel = Griddy(stats.gamma(2).logpdf)
    assert kernel.show(np.random.default_rng(3)).x == pytest.approx(
        kernel.draw(np.random.default_rng(3)), rel=1e-12)
    scale = np.array([1.0, 10.0])
    both = Griddy(lambda x: stats.gamma(2, scale=scale).logpdf(x))
    record = both.show(np.random.default_rng(3), np.array([1.0, 10.0]))
    assert record.x.shape == (2,)
    same = np.random.default_rng(3)
    for i, one in enumerate(record.records):
        share, log_uniform = same.random(), -same.standard_exponential()
        assert one.share == share and one.log_uniform == log_uniform
        u = both.grid.quantile(np.full(2, share), both.grid.columns((2,)))[i]
        assert one.proposal == pytest.approx(np.exp(u), rel=1e-12)
        assert one.grid.cdf == pytest.approx(both.grid.cdf[:, i], rel=1e-12)


class Coarse(Griddy):
    """So few points that q is visibly wrong, and the correction has something to do."""

    points = 7


def test_the_correction_of_a_griddy_refuses_as_in_lock_step():
    target, support = TARGETS["bimodal"]
    one, other, x, refused = np.random.default_rng(1), np.random.default_rng(1), 2.0, 0
    for _ in range(60):
        lock = Coarse(target.logpdf, support).draw(one, x)
        record = Coarse(target.logpdf, support).show(other, x)
        assert record.x == pytest.approx(lock, rel=1e-12)
        assert record.accepted == (record.x != x)
        refused, x = refused + (not record.accepted), lock
    assert 5 < refused < 55


class Twin:
    """A kernel whose draw is its twin's, for the harness."""

    def __init__(self, kernel):
        self.kernel = kernel

    def draw(self, rng, x):
        return self.kernel.show(rng, x).x


KERNELS = {
    "griddy": Griddy, "slice": lambda d, s: Slice(d, s, 1.0), "ladder": Ladder,
    "metropolis": Metropolis, "concave slice": lambda d, s: ConcaveSlice(d, s, 2.0),
    "concave slice of log": lambda d, s: ConcaveSliceOfLog(d, s, 2.0)}


@pytest.mark.parametrize("name", KERNELS)
def test_an_array_is_drawn_one_element_after_the_other(name):
    density, support, _ = ALL[0]
    one, other = np.random.default_rng(4), np.random.default_rng(4)
    x = np.array([[0.5, 1.0, 2.0], [0.1, 1.5, 6.0]])
    record = KERNELS[name](density, support).show(one, x)
    assert record.x.shape == (2, 3) and np.array_equal(record.before, x)
    singly = [KERNELS[name](density, support).show(other, value).x for value in x.ravel()]
    assert record.x.ravel() == pytest.approx(singly, rel=1e-12)
    assert [each.x for each in record.records] == list(record.x.ravel())


CONCAVE_TARGETS = {"concave slice": ("skewed", "half-normal", "normal"),
                   "concave slice of log": ("skewed", "piled up at zero", "heavy-tailed")}


@pytest.mark.parametrize("name, target", [
    ("slice", "skewed"), *[pytest.param(name, target, marks=pytest.mark.long) for name in KERNELS
                           for target in CONCAVE_TARGETS.get(name, TARGETS)]])
def test_twins_leave_their_density_invariant(name, target):
    """From exact draws, shares of 300 chains below five quantiles stay: |z| < 4.5, 55 times."""
    exact, support = TARGETS[target]
    kernel = Twin(KERNELS[name](exact.logpdf, support))
    chains = 100 if (name, target) == ("slice", "skewed") else 300
    assert np.abs(z_scores(kernel, exact, steps=2, chains=chains)).max() < LIMIT


@pytest.mark.parametrize("kernel, x, words", [
    (Slice(lambda x: np.nan * x), 1.0, "current value 1 is zero, infinite or NaN"),
    (Slice(lambda x: 0 * x, REAL), 1.0, "no end of the slice"),
    (Slice(lambda x: -x, width=np.nan), 1.0, "width is nan"),
    (Slice(lambda x: np.where(x > 1.0, np.nan, 0.0)), 1.0, "log density is NaN"),
    (ConcaveSlice(lambda x: 0 * x, REAL), 1.0, "no end of the slice"),
    (ConcaveSlice(lambda x: -np.sqrt(np.abs(x)), REAL), 5.0, "not concave"),
    (ConcaveSlice(lambda x: -x, width=0.0), 1.0, "width is 0.0"),
    (ConcaveSlice(lambda x: -x), -1.0, "current value -1 is zero"),
    (Ladder(lambda x: np.nan * x), 1.0, "Ladder: the density"),
])
def test_twins_refuse_what_the_kernels_refuse(kernel, x, words):
    for draw in (kernel.draw, kernel.show):
        with pytest.raises(ValueError, match=words):
            draw(np.random.default_rng(0), x)


def test_a_record_of_a_slice_is_consistent():
    """Ends outside the level, cuts on the side of what was refused, the draw inside."""
    kernel = Slice(*ALL[5][:2], 0.5)
    for seed in range(40):
        r = kernel.show(np.random.default_rng(seed), 2.0)
        assert r.kind == "slice" and r.before == 2.0 and r.log_height < r.log_p_before
        last = (r.start, *r.doublings)[-1]
        assert max(last.log_p_low, last.log_p_high) < r.log_height
        assert (last.high - last.low) == pytest.approx(0.5 * 2 ** len(r.doublings))
        low, high = r.interval
        for one in r.tries:
            assert low <= one.u <= high and one.log_p == r.curve.log_p(one.u)
            assert (one.verdict == "outside") == (one.log_p < r.log_height)
            if one.verdict != "inside":
                assert (one.low, one.high) == ((one.u, high) if one.u < r.u_before else
                                               (low, one.u))
            low, high = one.low, one.high
        assert r.tries[-1].verdict == "inside" and r.tries[-1].x == r.x


def test_the_halvings_of_a_refused_return_end_outside():
    kernel, seen = Slice(*ISLANDS[:2], 2.0), 0
    for seed in range(300):
        r = kernel.show(np.random.default_rng(seed), 5.0)
        for one in r.tries:
            if one.verdict == "no return":
                last, seen = one.halvings[-1], seen + 1
                assert max(last.log_p_low, last.log_p_high) < r.log_height <= one.log_p
                assert last.low <= one.u <= last.high
                assert not last.low <= r.u_before <= last.high
    assert seen > 3


def test_records_of_the_other_kinds():
    rng = np.random.default_rng(0)
    density = stats.gamma(2).logpdf
    g = Griddy(density).show(rng, 1.5)
    assert g.grid.cdf[g.piece] <= g.share <= g.grid.cdf[g.piece + 1] and g.grid.cdf[-1] == 1
    assert g.accepted == (g.log_uniform < g.log_weight - g.log_weight_before)
    assert g.x == (g.proposal if g.accepted else 1.5)
    m = Metropolis(density).show(rng, 1.5)
    assert m.log_ratio == pytest.approx(density(m.proposal) + np.log(m.proposal)
                                        - density(1.5) - np.log(1.5))
    ladder = Ladder(density).show(rng, 1.5)
    assert ladder.rungs[ladder.place] == pytest.approx(np.log(1.5))
    assert np.diff(ladder.rungs) == pytest.approx(np.full(7, ladder.spacing))
    below = ladder.probabilities.cumsum()
    assert below[-1] == pytest.approx(1)
    assert below[ladder.rung] - ladder.probabilities[ladder.rung] < ladder.share
    assert ladder.share <= below[ladder.rung] + 1e-12
    c = ConcaveSlice(density).show(rng, 1.5)
    for end in (c.left, c.right):
        assert all(log_p < c.log_height for _, log_p in end.points[-2:])
        assert c.curve.log_p_inside(end.end) <= c.log_height or end.end in (c.curve.low,
                                                                            c.curve.high)
    assert c.interval[0] < c.x < c.interval[1]
    for record in (g, m, ladder, c):
        assert record.before == 1.5 and record.curve.log_p(0.3) == pytest.approx(
            density(record.curve.x(0.3)) + np.log(record.curve.x(0.3)) * (record is not c))
        assert len(repr(record)) < 100 and record.kind.split()[0] in repr(record).lower()


def test_augmentation_and_interweaving_show_what_is_inside():
    def invent(x):
        return Normal(0.5 * x, 1.0)

    kernel = Augmentation(lambda x: -0.5 * x**2, invent, invent)
    record = kernel.show(np.random.default_rng(0), 1.0)
    assert record.x == kernel.draw(np.random.default_rng(0), 1.0) and len(record.passes) == 2
    first, second = record.passes
    assert first.before == 1.0 and second.before == first.x and second.x == record.x
    assert first.invention.mean == 0.5 and first.conditional.mean == 0.5 * first.z

    raw = np.array([1.0, -1.0])
    woven = Interweaving(Slice(lambda x: -0.5 * x**2, REAL), lambda mu: {"theta": mu + raw},
                         held={"theta_raw": raw})
    record = woven.show(np.random.default_rng(0), 0.3)
    assert record.x == woven.draw(np.random.default_rng(0), 0.3) == record.inner.x
    assert record.inner.kind == "slice" and record.held == {"theta_raw": raw}
    old, new = record.moved["theta"]
    assert np.array_equal(old, 0.3 + raw) and np.array_equal(new, record.x + raw)


def test_a_batch_of_vectors_keeps_its_shape():
    walk = SimplexWalk(lambda x: np.log(x).sum(axis=-1))
    record = walk.show(np.random.default_rng(0), np.full((2, 3), 1 / 3))
    assert isinstance(record, BatchRecord) and record.x.shape == (2, 3)
    assert walk.step.proposed == 1 and np.shape(walk.step.accepted) == (2, 3)
