"""Pooling strategies compared: leave-one-group-out predictive densities side by side."""
import numpy as np

from .base import BLUE, GREEN, GREY, ORANGE, axes, plain


@plain
def comparison(table, printed=None, errors=None):
    """Leave-one-group-out predictive densities, and how far each is behind the best: exact, by
    PSIS-LOO, and as printed.

    How sure a difference is its own standard error tells, not those of the two densities: the
    groups that are hard to predict are so for every model.

    ArviZ's own plot_compare shows neither exact values nor, in ArviZ 1.x, the densities themselves.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `gibbspool.compare`.
    printed : dict of str to float, optional
        Values to be compared, by model.
    errors : dict of str to float, optional
        Monte Carlo standard errors of PSIS-LOO, by model; bars of two of them are drawn.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (left, right) = axes(11, 2.1 + 0.6 * len(table), ncols=2, sharey=True)
    row = np.arange(len(table))[::-1]
    first = table["elpd"].argmax()
    looks = {"fmt": "o", "color": BLUE, "markersize": 8, "capsize": 4,
             "label": "exact, with two standard errors"}
    left.errorbar(table["elpd"], row, xerr=2 * table["se"], **looks)
    right.errorbar(table["elpd_diff"], row, xerr=2 * table["dse"], **looks)
    values = [(table["psis_loo"].to_numpy(), 0.2, "D", GREEN, "PSIS-LOO from draws")]
    if printed:
        as_printed = np.array([printed[name] for name in table.index])
        values.append((as_printed, -0.2, "s", ORANGE, "as the section prints it"))
    for elpd, up, marker, colour, label in values:
        for ax, from_where in ((left, 0.0), (right, elpd[first])):
            ax.plot(elpd - from_where, row + up, marker, color=colour, markeredgecolor="black",
                    label=label)
    left.set_xlabel("log predictive density of a group left out,\nsummed over the groups (higher "
                    "is better)")
    if errors:
        bars = 2 * np.array([errors[name] for name in table.index])
        behind = np.where(np.arange(len(table)) == first, 0, np.hypot(bars, bars[first]))
        elpd = table["psis_loo"].to_numpy()
        for ax, at, half in ((left, elpd, bars), (right, elpd - elpd[first], behind)):
            ax.errorbar(at, row + 0.2, xerr=half, fmt="none", color="black", capsize=3,
                        elinewidth=1)
    right.axvline(0, color=GREY, linestyle="--", linewidth=1, zorder=0)
    right.set_xlabel(f"difference from {table.index[first]},\nwith two standard errors of the "
                     "difference")
    left.set_yticks(row, table.index)
    left.set_ylim(-0.6, len(table) - 0.4)
    figure.legend(*left.get_legend_handles_labels(), fontsize=10, loc="outside upper center",
                  ncols=3, frameon=False)
    return figure
