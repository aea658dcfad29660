"""Pooling strategies compared: leave-one-group-out predictive densities side by side."""
import numpy as np

from .base import BLUE, GREEN, GREY, ORANGE, axes, halo, plain


@plain
def comparison(table, printed=None, errors=None, printed_se=None, printed_dse=None):
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
        Values to be compared, by model; their differences are from the best of them.
    errors : dict of str to float, optional
        Monte Carlo standard errors of PSIS-LOO, by model; bars of two of them are drawn.
    printed_se, printed_dse : dict of str to float, optional
        The standard errors printed with the values, and with their differences.

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
    elpd = table["psis_loo"].to_numpy()
    for ax, from_where in ((left, 0.0), (right, elpd[first])):
        ax.plot(elpd - from_where, row + 0.2, "D", color=GREEN, markeredgecolor="black",
                label="PSIS-LOO from draws")
    left.set_xlabel("log predictive density of a group left out,\nsummed over the groups (higher "
                    "is better)")
    if errors:
        bars = 2 * np.array([errors[name] for name in table.index])
        behind = np.where(np.arange(len(table)) == first, 0, np.hypot(bars, bars[first]))
        for ax, at, half in ((left, elpd, bars), (right, elpd - elpd[first], behind)):
            ax.errorbar(at, row + 0.2, xerr=half, fmt="none", color="black", capsize=3,
                        elinewidth=1)
    measured = f"difference from {table.index[first]}"
    if printed:
        best = draw_printed((left, right), table.index, row - 0.2, printed,
                            (printed_se, printed_dse))
        if best != table.index[first]:
            measured += f" (printed: from {best})"
    right.axvline(0, color=GREY, linestyle="--", linewidth=1, zorder=0)
    right.set_xlabel(f"{measured},\nwith two standard errors of the difference")
    left.set_yticks(row, table.index)
    left.set_ylim(-0.6, len(table) - 0.4)
    figure.legend(*left.get_legend_handles_labels(), fontsize=10, loc="outside upper center",
                  ncols=3, frameon=False)
    return figure


def draw_printed(panels, names, row, printed, errors):
    """Printed values, and their differences from the best of them, each with two of its printed
    standard errors; open squares and dashed bars, under the word "printed". The best is returned.
    """
    elpd = np.array([printed[name] for name in names])
    first = elpd.argmax()
    for ax, at, error in zip(panels, (elpd, elpd - elpd[first]), errors):
        bars = np.zeros(len(at)) if error is None else 2 * np.array([error[name] for name in names])
        _, _, [lines] = ax.errorbar(at, row, xerr=bars, fmt="s", color=ORANGE, markersize=7,
                                    markerfacecolor="white", markeredgewidth=1.8,
                                    label="as the section prints it"
                                          + (", with two standard errors" if bars.any() else ""))
        lines.set_linestyle("--")
        for x, y in zip(at, row):
            ax.annotate("printed", (x, y), xytext=(0, -6), textcoords="offset points", ha="center",
                        va="top", fontsize=9, path_effects=halo())
    return names[first]
