"""The section's words, measured: ranks, trends and tenths."""
import pytest

from gibbspool.section58 import yardsticks
from gibbspool.section58.yardsticks import about, monotone, rank_correlation


class Book:
    """A ledger that keeps the verdict alone."""

    def statement(self, id, holds, found):
        self.verdict = "agrees" if holds else "differs"

    def in_part(self, id, holds, fails):
        self.verdict = "in part"


@pytest.mark.parametrize("y, verdict", [
    ([1, 2, 3, 4], "agrees"), ([1, 2, 4, 3], "in part"), ([4, 3, 2, 1], "differs"),
    ([3, 1, 4, 2], "differs")])
def test_one_line_for_the_larger_the_more(y, verdict):
    """Rank correlations 1, 0.8, -1 and 0."""
    book = Book()
    monotone(book, "id", [9, 10, 11, 18], y, "")
    assert book.verdict == verdict


def test_equal_groups_are_compared_as_one():
    assert rank_correlation([9, 10, 10, 11], [1.0, 3.0, 2.0, 4.0]) == 1.0
    assert rank_correlation([9, 10, 10, 11], [1.0, 5.0, 4.0, 4.0]) == pytest.approx(0.5)
    # two levels that share a value are no strict order
    assert rank_correlation([1, 2, 3], [1.0, 1.0, 2.0]) < 1


def test_about_is_within_a_tenth():
    assert about(19.6, 20) and about(-22, -20) and not about(22.1, 20)
    assert yardsticks.BARELY == yardsticks.ABOUT == 0.1 and yardsticks.MUCH == 1.5
