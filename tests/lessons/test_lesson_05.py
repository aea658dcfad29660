"""Lesson 5 against the mixture's own cdf, and against the library's kernel for many walkers."""
import numpy as np
import pytest
from scipy.stats import kstest, norm

from gibbspool.sampling.slice import Slice

RIGHT = 0.8 * norm.sf(3) + 0.2 * norm.sf(3, 5, 0.5)


class NoReturnTest(Slice):
    """The library's slice with its return test switched off."""

    def could_return(self, elements, proposal, low, high, log_height, i):
        return np.full(len(i), True)


class LongerAndLonger(NoReturnTest):
    """Each end moves out by 1, 2, 4, ... widths until it lies outside the slice."""

    def widen(self, rng, elements, log_height):
        first, ends = elements.here - self.width * rng.random(len(elements.here)), []
        for end, step in ((first, -self.width), (first + self.width, self.width)):
            i = np.arange(len(end))
            while (inside := self.inside(elements, end, log_height, i)).any():
                end, step = end + step * inside, 2 * step
            ends.append(end)
        return ends


def share_and_error(kernel, walkers=600):
    """The share beyond 3 of many walkers, begun where the density says, and its standard error."""
    rng = np.random.default_rng(1)
    x, beyond = np.where(rng.random(walkers) < 0.2, rng.normal(5, 0.5, walkers),
                         rng.normal(0, 1, walkers)), []
    for _ in range(70):
        x = kernel.draw(rng, x)
        beyond.append(x > 3)
    own = np.mean(beyond[30:], axis=0)  # thirty sweeps to get from RIGHT to its own share
    return own.mean(), own.std() / np.sqrt(walkers)


def of_one_walk(share, changes):
    """Standard error of a share in 10,000 draws of two states that change that often."""
    stay = 1 - changes / (2 * share * (1 - share))  # autocorrelation at lag 1
    return np.sqrt(share * (1 - share) * (1 + stay) / (1 - stay) / 10_000)


def test_the_density(lesson):
    x = np.array([-1.0, 0.5, 3.0, 5.2])
    log_p = np.log(0.8 * norm.pdf(x) + 0.2 * norm.pdf(x, 5, 0.5))
    np.testing.assert_allclose(np.diff(lesson.log_p(x)), np.diff(log_p), rtol=1e-9)
    assert lesson.exact_share == pytest.approx(RIGHT, rel=1e-3)


def test_one_draw_has_all_that_may_happen(lesson):
    low, high = lesson.low, lesson.high
    assert high - low == pytest.approx(lesson.WIDTH * 2**lesson.doublings)
    assert lesson.doublings == 4 and lesson.log_p(low) < lesson.height > lesson.log_p(high)
    assert [verdict for _, verdict in lesson.tried] == ["outside", "no way back", "the draw"]
    places = [place for place, _ in lesson.tried]
    assert [lesson.log_p(place) > lesson.height for place in places] == [False, True, True]
    assert places[-1] == lesson.one_draw


def test_by_hand_as_by_the_library(lesson):
    """The same random numbers give the same draw, from wherever it starts."""
    for seed in range(150):
        x = (0.5, 5.1, -1.2)[seed % 3]
        rng = np.random.default_rng(seed)
        height = lesson.log_p(x) - rng.exponential()
        by_hand, _ = lesson.cut(rng, x, *lesson.double(rng, x, height), height)
        rng = np.random.default_rng(seed)
        assert lesson.library.draw(rng, x) == pytest.approx(by_hand, abs=1e-12)
    assert lesson.record.x == pytest.approx(lesson.one_draw, abs=1e-12)
    assert f"interval [{lesson.low:.4g}, {lesson.high:.4g}] after 4 doublings" in lesson.printed


def doublings_lead_there(lesson, new, low, high, height):
    """Whether each smaller interval around `new` has an end inside the slice, and so is doubled."""
    intervals = []
    while high - low > 1.1 * lesson.WIDTH:
        middle = (low + high) / 2
        low, high = (low, middle) if new < middle else (middle, high)
        intervals.append((low, high))
    return all(max(lesson.log_p(one), lesson.log_p(other)) > height for one, other in intervals)


def test_the_return_test(lesson):
    """As by trying all intervals, those around x included, which had an end inside on the way."""
    rng, found = np.random.default_rng(2), []
    for k in range(600):
        x, new = (0.5, rng.normal(5, 0.5)) if k % 2 else (5.1, rng.normal(0, 1))
        height = lesson.log_p(x) - rng.exponential()
        low, high = lesson.double(rng, x, height)
        if low < new < high and lesson.log_p(new) > height:
            found.append(lesson.could_return(x, new, low, high, height))
            assert found[-1] == doublings_lead_there(lesson, new, low, high, height)
    assert min(found.count(True), found.count(False)) > 10


def test_what_has_no_way_back_is_refused_from_the_draw_as_well(lesson):
    """From draws that begin in either peak; those whose first interval held only a peak, too."""
    rng, found = np.random.default_rng(4), 0
    for k in range(2000):
        x = (0.5, 5.1)[k % 2]
        height = lesson.log_p(x) - rng.exponential()
        low, high = lesson.double(rng, x, height)
        draw, tried = lesson.cut(rng, x, low, high, height)
        assert lesson.could_return(draw, x, low, high, height)
        for place, verdict in tried:
            if verdict == "no way back":
                assert not lesson.could_return(draw, place, low, high, height)
                found += 1
    assert found > 20
    assert "Nor does it hold the draw, or the draw had been refused" in lesson.said


def test_the_draw_lies_on_the_side_of_x_of_every_cut(lesson):
    """So cuts from there leave the same interval: a place refused is never between the two."""
    rng = np.random.default_rng(5)
    for k in range(500):
        x = (0.5, 5.1)[k % 2]
        height = lesson.log_p(x) - rng.exponential()
        draw, tried = lesson.cut(rng, x, *lesson.double(rng, x, height), height)
        assert all((place < x) == (place < draw) for place, _ in tried[:-1])
    assert "the draw lies on x's side of every cut, so that the cuts are the same" in lesson.said


@pytest.mark.parametrize("return_test", [True, False])
def test_what_is_uniform_on_the_slice_stays_so(lesson, return_test):
    """At the first height: from 4000 uniform places, their ranks among the slice's; level 1e-4."""
    rng, height = np.random.default_rng(6), lesson.height
    x = np.linspace(-6, 9, 150_001)
    x = x[lesson.log_p(x) > height]
    new = np.array([lesson.cut(rng, start, *lesson.double(rng, start, height), height,
                               return_test)[0] for start in rng.choice(x, 4000)])
    assert (kstest(np.searchsorted(x, new) / len(x), "uniform").pvalue > 1e-4) == return_test
    assert "where x is uniform on the slice, so is the new place" in lesson.said


def test_with_the_test_the_share_is_right(lesson):
    """Four standard errors; one draw in ten changes the peak, as the library's walkers show."""
    assert abs(lesson.right_share - RIGHT) < 4 * of_one_walk(RIGHT, 0.1)


@pytest.mark.parametrize("name, kernel, changes", [("no_test_share", NoReturnTest, 0.13),
                                                   ("bank_share", LongerAndLonger, 0.046)])
def test_without_it_the_share_is_wrong(lesson, name, kernel, changes):
    """As wrong as with the library's kernel, made to make the same mistake, within four standard
    errors of both; `changes` is how many of its draws change the peak.
    """
    share, error = share_and_error(kernel(lesson.log_p, (-np.inf, np.inf), lesson.WIDTH))
    found = getattr(lesson, name)
    assert abs(found - share) < 4 * np.hypot(of_one_walk(share, changes), error)
    assert share - RIGHT > 6 * error and found - RIGHT > 4 * of_one_walk(RIGHT, changes)


def test_the_planted_mistake(lesson):
    """Each end of its interval is further out by 1 + 2 + 4 + ... widths."""
    low, high = lesson.interval_L4(np.random.default_rng(0), 0.5, lesson.height)
    first = 0.5 - lesson.WIDTH * np.random.default_rng(0).random()
    doubled = np.log2(np.array([first - low, high - first - lesson.WIDTH]) / lesson.WIDTH + 1)
    np.testing.assert_allclose(doubled, np.round(doubled), atol=1e-9)
    assert f"planted mistake: each end out by 1, 2, 4, ... {lesson.bank_share:.3f}" in lesson.said


def test_what_it_says(lesson):
    assert (f"{lesson.no_test_share:.2f} of the draws lie in the smaller peak, with it "
            f"{lesson.right_share:.2f}; {RIGHT:.2f} is right") in lesson.printed
    no_way_back = lesson.tried[1][0]
    assert (f"doublings 4, places tried 3; {no_way_back:.2f} is in the slice, but has no way back"
            in lesson.printed)
    assert lesson.refused == [f"; {no_way_back:.2f} is in the slice, but has no way back"]


def test_with_what_is_to_try_it_ends_as_well(changed_lesson):
    """A first interval of 20 is seldom doubled, and of this first draw nothing is refused."""
    tried = changed_lesson({"WIDTH = 1.0": "WIDTH = 20.0",
                            "range(10_000)": "range(100)"})
    assert tried.refused == [] and "doublings 0, places tried 1.\n" in tried.printed
