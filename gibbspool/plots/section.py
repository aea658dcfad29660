"""Pictures of Sections 5.8.1 and 5.8.2: pooling strategies, the plate diagram, dependence,
shrinkage factors.
"""
import numpy as np

from ..optional import need
from .base import BLUE, GREY, ORANGE, RED, arrow, axes

# colour, marker, its face: the first and the second set of a panel
LOOKS = ((BLUE, "o", BLUE), (RED, "^", "white"))

DATA = "#c4c9ce"  # what is observed
RADIUS = 0.42     # of a node


def pooling_strategies(groups, n, raw, panels, centre, ylabel="mean exam score"):
    """Estimates with their intervals, groups from the smallest to the largest, a panel for each
    strategy (Figure 5.33). Arrows lead from a group's own mean to the height of its estimate.

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
    figure, row = axes(11, 4.8, ncols=len(panels), sharex=True, sharey=True)
    order = np.argsort(n, kind="stable")
    place, raw = np.arange(len(order)), np.asarray(raw)[order]
    legend = {}
    for ax, (title, sets) in zip(row, panels.items()):
        ax.axhline(centre, color=GREY, linestyle="--", linewidth=1, zorder=0,
                   label=f"population mean {centre:.1f}")
        ax.plot(place - 0.22, raw, "x", color="black", markersize=7, zorder=3,
                label="the section's own mean")
        for (label, values), shift, (colour, marker, face) in zip(sets.items(), (0.05, 0.28),
                                                                  LOOKS):
            estimate, low, high = np.asarray(values)[:, order]
            ax.errorbar(place + shift, estimate, [estimate - low, high - estimate], fmt=marker,
                        color=colour, markerfacecolor=face, markersize=6, linewidth=1.6,
                        label=label)
        ax.set_title(title, fontsize=12)
        ax.set_xticks(place, [f"{groups[j]}\n{n[j]}" for j in order], fontsize=10)
        ax.set_xlabel("section, and how many students", fontsize=10)
        legend |= {label: handle for handle, label in zip(*ax.get_legend_handles_labels())}
    row[0].set(ylabel=ylabel, xlim=(-0.6, len(place) - 0.4))
    row[0].set_ylim(row[0].get_ylim())
    for ax, sets in zip(row, panels.values()):
        estimate = next(iter(sets.values()))[0][order]
        for x, start, end in zip(place - 0.22, raw, estimate):
            arrow(ax, (x, start), (x, end), clear=(4, 0))
    figure.legend(legend.values(), legend.keys(), loc="outside lower center", ncols=3, fontsize=10,
                  frameon=False)
    return figure


def plate():
    """The hierarchical model as a graph with plates (Figure 5.34a): with several observations a
    group, and as in Eight Schools.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (left, right) = axes(11, 6.2, ncols=2, width_ratios=(7.6, 6.0))
    hyperparameters = {"mu": (2.2, 6.6, r"$\mu$", "population\nmean", -1),
                       "tau": (4.2, 6.6, r"$\tau$", "spread\nbetween\ngroups", 1),
                       "theta": (3.2, 4.5, r"$\theta_i$", "true value\nof group i", -1)}
    nodes = hyperparameters | {
        "y": (3.2, 2.2, r"$y_{ij}$", "observation j\nof group i", -1),
        "sigma": (6.4, 2.2, r"$\sigma$", "spread\nwithin\na group", 0)}
    draw_plate(left, (0.7, 0.4), (5.2, 5.5), r"groups $i = 1, \ldots, J$")
    draw_plate(left, (1.0, 1.15), (4.9, 3.0), r"observations $j = 1, \ldots, n_i$")
    draw_graph(left, nodes, observed=["y"])
    left.set(xlim=(0.1, 7.7), ylim=(-0.5, 7.3))
    left.set_title("several observations in each group,\none spread for all (the instructors)",
                   fontsize=12)
    nodes = hyperparameters | {
        "y": (3.2, 2.2, r"$y_i$", "effect\nin school i", -1),
        "sigma": (4.8, 2.2, r"$\sigma_i$", "its standard\nerror, known", 0)}
    draw_plate(right, (0.9, 0.4), (5.6, 5.5), r"schools $i = 1, \ldots, 8$")
    draw_graph(right, nodes, observed=["y", "sigma"])
    right.set(xlim=(0.3, 6.3), ylim=(-0.5, 7.3))
    right.set_title("one effect in each group, its standard\nerror known (Eight Schools)",
                    fontsize=12)
    circle = need("matplotlib.lines").Line2D
    handles = [circle([], [], linestyle="none", marker="o", markersize=15, markeredgecolor="black",
                      markerfacecolor=colour, label=label)
               for colour, label in (("white", "latent: to be learnt"),
                                     (DATA, "observed, or known"))]
    figure.legend(handles=handles, loc="outside lower center", ncols=2, fontsize=12, frameon=False)
    return figure


def draw_plate(ax, low, high, words):
    """A frame around what is repeated, and how often."""
    patches = need("matplotlib.patches")
    ax.add_patch(patches.FancyBboxPatch(low, high[0] - low[0], high[1] - low[1],
                                        boxstyle="round,pad=0.1", facecolor="none", edgecolor=BLUE,
                                        linewidth=1.6))
    ax.text(high[0], low[1], words, ha="right", va="bottom", fontsize=12, color=BLUE)


def draw_graph(ax, nodes, observed):
    """Circles and arrows.

    Parameters
    ----------
    ax : matplotlib axes
    nodes : dict of str to tuple
        Where (x, y), the symbol, words, and on which side these stand: left of the node (-1), right
        (1) or below (0).
    observed : list of str
        The shaded ones.
    """
    patches = need("matplotlib.patches")
    for start, end in [("mu", "theta"), ("tau", "theta"), ("theta", "y"), ("sigma", "y")]:
        at, to = np.array(nodes[start][:2]), np.array(nodes[end][:2])
        along = (to - at) / np.hypot(*(to - at))
        ax.annotate("", to - RADIUS * along, at + RADIUS * along,
                    arrowprops={"arrowstyle": "-|>", "color": "black", "linewidth": 1.4,
                                "shrinkA": 0, "shrinkB": 0})
    for name, (x, y, symbol, words, side) in nodes.items():
        ax.add_patch(patches.Circle((x, y), RADIUS, facecolor=DATA if name in observed else "white",
                                    edgecolor="black", linewidth=1.6, zorder=2))
        ax.text(x, y, symbol, ha="center", va="center", fontsize=17, zorder=3)
        ax.text(x + side * (RADIUS + 0.12), y if side else y - RADIUS - 0.1, words, fontsize=11,
                ha={-1: "right", 0: "center", 1: "left"}[side], va="center" if side else "top")
    ax.set_aspect("equal")
    ax.axis("off")


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
        ax.plot(*pairs.T, marker, color=colour, markersize=3, alpha=0.6, markeredgewidth=0,
                rasterized=True)
        ax.set_title(f"{title}: correlation {r:.2f}", fontsize=11)
        ax.set(xlabel=names[0], aspect="equal")
        ax.locator_params(nbins=5)
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
