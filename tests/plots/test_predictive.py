"""The posterior predictive check as a picture: the observed among the replicates."""
import numpy as np
import pytest

pytestmark = pytest.mark.extras
from gibbspool.plots import predictive  # noqa: E402


def test_observed_values_stand_beside_the_middle_of_their_replicates():
    drawn = np.random.default_rng(1).normal([0, 5], [1, 2], (2, 500, 2))
    ax = predictive.replicates(drawn, [1.0, 4.0], ["a", "b"], "effect", prob=0.5).axes[0]
    observed = next(line for line in ax.lines if line.get_marker() == "s")
    median = next(line for line in ax.lines if line.get_marker() == "o")
    assert list(observed.get_xdata()) == [1, 4]
    assert median.get_xdata() == pytest.approx(np.median(drawn, axis=(0, 1)))
    bars = np.array(ax.collections[0].get_segments())[:, :, 0]
    assert bars == pytest.approx(np.quantile(drawn, [0.25, 0.75], axis=(0, 1)).T)
    assert np.all(np.abs(observed.get_ydata() - median.get_ydata()) > 0.2), "neither covers another"
    top_first = sorted(zip(ax.get_yticks(), ax.get_yticklabels()), key=lambda pair: -pair[0])
    assert [label.get_text() for _, label in top_first] == ["a", "b"]
