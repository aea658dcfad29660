"""Pictures of Sections 5.8.1 and 5.8.2: pooling strategies, the plate diagram, dependence,
shrinkage factors.
"""
import numpy as np

from ..optional import need
from .base import BLUE, GREY, ORANGE, RED, axes

# colour, marker, its face: the first and the second set of a panel
LOOKS = ((BLUE, "o", BLUE), (RED, "^", "white"))


def pooling_strategies(groups, n, raw, panels, centre, ylabel="mean exam score"):
    """Estimates with their intervals against group size, a panel for each strategy (Figure 5.33).

    Parameters
    ----------
    groups : list of str
    n, raw : array (J,)
        Group sizes and the groups' own means.
    panels : dict of str to dict of str to array (3, J)
        Panel title to label to (estimate, low end, high end); up to two sets in a panel.
    centre : float
        The population mean, a dashed line.
    ylabel : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, row = axes(11, 4.6, ncols=len(panels), sharex=True, sharey=True)
    n = np.asarray(n)
    for ax, (title, sets) in zip(row, panels.items()):
        ax.axhline(centre, color=GREY, linestyle="--", linewidth=1, zorder=0,
                   label=f"population mean {centre:.1f}")
        ax.plot(n, raw, "x", color="black", markersize=6, zorder=3, label="the group's own mean")
        shifts = (0.0,) if len(sets) == 1 else (-0.22, 0.22)
        for (label, (estimate, low, high)), shift, (colour, marker, face) in zip(sets.items(),
                                                                                 shifts, LOOKS):
            ax.errorbar(n + shift, estimate, [estimate - low, high - estimate], fmt=marker,
                        color=colour,
                        markerfacecolor=face, markersize=6, linewidth=1.6, label=label)
        top = np.max([high for _, _, high in sets.values()], axis=0)
        for name, size, y in zip(groups, n, top):
            ax.annotate(name, (size, y), xytext=(0, 4), textcoords="offset points", rotation=90,
                        ha="center",
                        va="bottom", fontsize=9)
        ax.set_title(title, fontsize=11)
        ax.set_xticks(sorted(set(n)))
        ax.set_xlabel("students in the section")
        ax.legend(fontsize=8, loc="lower left")
    low, high = row[0].get_ylim()
    row[0].set(ylabel=ylabel, xlim=(n.min() - 1.5, n.max() + 1.5),
               ylim=(low - 0.22 * (high - low), high + 0.15 * (high - low)))
    return figure


def plate():
    """The hierarchical model as a graph with nested plates (Figure 5.34a).

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, ax = axes(8.4, 6.4)
    patches = need("matplotlib.patches")
    radius = 0.42
    at = {"mu": (2.6, 6.6), "tau": (5.0, 6.6), "theta": (3.8, 4.5), "y": (3.8, 2.1),
          "sigma": (7.3, 2.1)}
    symbol = {"mu": r"$\mu$", "tau": r"$\tau$", "theta": r"$\theta_i$", "y": r"$y_{ij}$",
              "sigma": r"$\sigma$"}
    words = {"mu": ("population\nmean", -1), "tau": ("spread between\ngroups", 1),
             "theta": ("true value of\ngroup i", -1),
             "y": ("observation j\nof group "
                   "i", -1), "sigma": ("spread within\na group\n(known in\nEight Schools)", 1)}
    for low, high, text in [((1.0, 0.4), (6.0, 5.5), r"groups $i = 1, \ldots, J$"),
                            ((1.5, 1.1), (5.5, 3.0), r"observations $j = 1, \ldots, n_i$")]:
        ax.add_patch(patches.FancyBboxPatch(low, high[0] - low[0], high[1] - low[1],
                                            boxstyle="round,pad=0.1",
                                            facecolor="none", edgecolor=BLUE, linewidth=1.6))
        ax.text(high[0], low[1], text, ha="right", va="bottom", fontsize=12, color=BLUE)
    for start, end in [("mu", "theta"), ("tau", "theta"), ("theta", "y"), ("sigma", "y")]:
        along = np.subtract(at[end], at[start]) / np.hypot(*np.subtract(at[end], at[start]))
        ax.annotate("", np.subtract(at[end], radius * along), np.add(at[start], radius * along),
                    arrowprops={"arrowstyle": "-|>", "color": "black", "linewidth": 1.4,
                                "shrinkA": 0, "shrinkB": 0})
    for name, (x, y) in at.items():
        ax.add_patch(patches.Circle((x, y), radius, facecolor="#c4c9ce" if name == "y" else "white",
                                    edgecolor="black",
                                    linewidth=1.6, zorder=2))
        ax.text(x, y, symbol[name], ha="center", va="center", fontsize=17, zorder=3)
        text, side = words[name]
        ax.text(x + side * (radius + 0.15), y, text, ha="right" if side < 0 else "left",
                va="center", fontsize=11)
    for y, colour, text in [(5.3, "white", "latent: to be learnt"),
                            (4.5, "#c4c9ce", "observed: the data")]:
        ax.add_patch(patches.Circle((7.3, y), 0.22, facecolor=colour, edgecolor="black",
                                    linewidth=1.2))
        ax.text(7.65, y, text, va="center", fontsize=11)
    ax.set(xlim=(0.5, 10.0), ylim=(0.1, 7.3), aspect="equal")
    ax.axis("off")
    return figure


def dependence(conditional, marginal, correlations, names=("theta_1", "theta_2")):
    """Pairs of group parameters from the prior: with the hyperparameters held fixed, and with all
    of them drawn.

    Parameters
    ----------
    conditional, marginal : array (draws, 2)
    correlations : pair of float
        The exact ones, for the titles.
    names : pair of str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, row = axes(9, 4.6, ncols=2, sharex=True, sharey=True)
    for ax, pairs, r, colour, marker, title in [
            (row[0], conditional, correlations[0], BLUE, "o", "mu and tau known"),
            (row[1], marginal, correlations[1], ORANGE, "^", "mu and tau drawn from their priors")]:
        ax.plot(*pairs.T, marker, color=colour, markersize=3, alpha=0.6, markeredgewidth=0)
        ax.set_title(f"{title}: correlation {r:.2f}", fontsize=11)
        ax.set(xlabel=names[0], aspect="equal")
    row[0].set_ylabel(names[1])
    return figure


def shrinkage_factors(sigma, curves, points, labels, band=None):
    """Shrinkage factors against standard errors.

    Parameters
    ----------
    sigma : array (n,)
        Along the horizontal axis.
    curves : dict of str to array (n,)
        Shrinkage factor at each sigma; the first is solid, the second dashed.
    points : list of array (J,)
        Standard errors of the groups, and their factors on each curve.
    labels : list of str
    band : pair of array (n,), optional
        Shaded, around the last curve.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, ax = axes(7.6, 4.8)
    where, *on_curve = points
    looks = ((ORANGE, "-", "s"), (BLUE, "--", "o"))
    for (label, B), at, (colour, line, marker) in zip(curves.items(), on_curve, looks):
        ax.plot(sigma, B, line, color=colour, linewidth=1.8, label=label)
        ax.plot(where, at, marker, color=colour, markeredgecolor="black", markersize=7)
    if band is not None:
        ax.fill_between(sigma, *band, color=BLUE, alpha=0.15, linewidth=0,
                        label="89% interval of B", zorder=0)
    top, bottom = np.max(on_curve, axis=0), np.min(on_curve, axis=0)
    for x in sorted(set(where)):
        here = np.flatnonzero(np.asarray(where) == x)
        ax.plot([x, x], [bottom[here[0]], top[here[0]]], color=GREY, linewidth=0.8, zorder=1)
        ax.annotate(", ".join(labels[j] for j in here), (x, top[here[0]]), xytext=(-2, 6),
                    textcoords="offset points",
                    ha="right", va="bottom", fontsize=10)
    ax.set(xlabel="standard error of a school's effect, sigma (SAT points)",
           ylabel="shrinkage factor B", ylim=(0, 1.02),
           xlim=(sigma[0], sigma[-1]))
    ax.legend(loc="lower right", fontsize=10)
    return figure
