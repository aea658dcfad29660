"""Draws by way of an invented variable."""
import numpy as np
import pytest
from kernel_harness import LIMIT, z_scores
from scipy import stats

import gibbspool as gp
from gibbspool.sampling.augmentation import Augmentation

STUDENT = stats.t(5)


def student(passes=2, df=5):
    """Student's t as a normal of unknown precision: z ~ Gamma(5/2, 5/2), x | z ~ Normal."""
    return Augmentation(STUDENT.logpdf,
                        invent=lambda x: gp.Gamma((df + 1) / 2, (df + x**2) / 2),
                        given=lambda z: gp.Normal(0, 1 / np.sqrt(z)), passes=passes)


@pytest.mark.parametrize("passes", [1, 2, 5])
def test_leaves_its_density_invariant(passes):
    assert np.abs(z_scores(student(passes), STUDENT)).max() < LIMIT


def test_the_harness_sees_a_wrong_conditional():
    assert np.abs(z_scores(student(df=2), STUDENT)).max() > LIMIT


def test_every_pass_forgets_more():
    """The correlation of |x| after one pass and after three; 20,000 pairs each: standard error
    0.007.
    """
    rng = np.random.default_rng(1)
    x = STUDENT.rvs(size=20_000, random_state=rng)
    first, third = (np.corrcoef(np.abs(x), np.abs(student(passes).draw(rng, x)))[0, 1]
                    for passes in (1, 3))
    assert third < first - 0.1 and abs(third) < 0.05


def test_what_it_says_of_itself():
    assert repr(student()) == "Augmentation(2 passes)"
    assert student().logpdf(0.3) == pytest.approx(STUDENT.logpdf(0.3))
