"""The posterior predictive check: the observed values among replicates of them."""
import numpy as np

from .base import BLUE, ORANGE, axes, plain


@plain
def replicates(drawn, observed, labels, xlabel="", prob=0.89):
    """A row for each group: the middle of its replicates, and what was observed.

    Parameters
    ----------
    drawn : array (chain, draw, J)
        Such as ``draws.replicates(seed=1)["y"]``.
    observed : array (J,)
    labels : list of str
    xlabel : str
    prob : float
        Probability of the lines.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, ax = axes(7.5, 1.4 + 0.38 * len(labels))
    low, middle, high = np.quantile(drawn, [0.5 - prob / 2, 0.5, 0.5 + prob / 2], axis=(0, 1))
    row = np.arange(len(labels))[::-1]
    ax.hlines(row - 0.13, low, high, color=BLUE, linewidth=2,
              label=f"middle {prob:.0%} of replicates")
    ax.plot(middle, row - 0.13, "o", color="white", markeredgecolor=BLUE, label="their median")
    ax.plot(observed, row + 0.13, "s", color=ORANGE, markeredgecolor="black", label="observed")
    ax.set_yticks(row, labels)
    ax.set(xlabel=xlabel, ylim=(-0.6, len(labels) - 0.4))
    figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=3,
                  frameon=False, fontsize=10)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    return figure
