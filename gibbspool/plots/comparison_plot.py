"""Pooling strategies compared: leave-one-group-out predictive densities side by side."""
import numpy as np

from .base import BLUE, GREEN, GREY, ORANGE, axes, plain


@plain
def comparison(table, printed=None):
    """Leave-one-group-out predictive densities: exact, by PSIS-LOO, and as printed.

    ArviZ's own plot_compare shows neither exact values nor, in ArviZ 1.x, the densities themselves.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `gibbspool.compare`.
    printed : dict of str to float, optional
        Values to be compared, by model.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, ax = axes(7.0, 1.4 + 0.6 * len(table))
    row = np.arange(len(table))[::-1]
    ax.errorbar(table["elpd"], row, xerr=2 * table["se"], fmt="o", color=BLUE, markersize=8,
                capsize=4, label="exact, with two standard errors")
    ax.plot(table["psis_loo"], row + 0.18, "D", color="white", markeredgecolor=GREEN,
            markeredgewidth=1.5, label="PSIS-LOO from draws")
    if printed:
        ax.plot([printed[name] for name in table.index], row - 0.18, "s", color=ORANGE,
                markeredgecolor="black", label="as the section prints it")
    ax.axvline(table["elpd"].max(), color=GREY, linestyle="--", linewidth=1, zorder=0)
    ax.set_yticks(row, table.index)
    ax.set_ylim(-0.6, len(table) - 0.4)
    ax.set_xlabel("log predictive density of a group left out, summed over the groups (higher is "
                  "better)")
    ax.legend(fontsize=9, loc="lower center", bbox_to_anchor=(0.45, 1.0), ncols=3, frameon=False)
    return figure
