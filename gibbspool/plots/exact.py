"""Pictures of exact marginals: their densities with intervals, and the shares of groups. Each
returns a matplotlib figure.
"""
import numpy as np

from .base import BLUE, GREEN, GREY, ORANGE, RED, axes, ticks_of

STYLES = ((BLUE, "-"), (ORANGE, "--"), (GREEN, ":"), (RED, "-."))

REACH = 0.001  # probability beyond each end of a curve


def densities(curves, xlabel, prob=0.89, drawn=None, marks=None, limits=None, ax=None):
    """Densities, each with its middle interval as a bar below the axis.

    Parameters
    ----------
    curves : dict of str to Marginal
        Up to four, by their labels; or priors, of which only the density is drawn.
    xlabel : str
    prob : float
        Probability of the intervals.
    drawn : dict of str to array, optional
        Draws, shown as histograms behind, in steps.
    marks : dict of str to float, optional
        Dashed vertical lines.
    limits : pair of float, optional
        Of the horizontal axis; by default what holds all but a little of every Marginal.
    ax : matplotlib axes, optional

    Returns
    -------
    matplotlib.figure.Figure
    """
    if ax is None:
        _, ax = axes(7.0, 4.0)
    known = [curve for curve in curves.values() if hasattr(curve, "quantile")]
    low, high = limits or (min(float(c.quantile(REACH)) for c in known),
                           max(float(c.quantile(1 - REACH)) for c in known))
    x = np.linspace(low, high, 600)[1:-1]
    for label, draws in (drawn or {}).items():
        edges = np.linspace(low, high, 61)
        height = np.histogram(np.ravel(draws), edges)[0] / np.size(draws) / (edges[1] - edges[0])
        ax.stairs(height, edges, fill=True, color=GREY, alpha=0.25)
        ax.stairs(height, edges, color="black", linewidth=0.8, label=label)
    top = 0.0
    for (label, curve), (colour, line) in zip(curves.items(), STYLES):
        height = np.exp(curve.logpdf(x))
        ax.plot(x, height, color=colour, linestyle=line, linewidth=1.8, label=label)
        top = max(top, height.max())
    for row, (curve, (colour, _)) in enumerate(zip(curves.values(), STYLES)):
        if hasattr(curve, "quantile"):
            ends, y = curve.quantile(np.array([1 - prob, 1 + prob]) / 2), -0.055 * top * (row + 1)
            ax.plot(ends, [y, y], "-|", color=colour, linewidth=2.2, markersize=8,
                    markeredgewidth=1.8)
    for label, value in (marks or {}).items():
        ax.axvline(value, color="black", linestyle=(0, (1, 1.5)), linewidth=1.4, label=label)
    ax.axhline(0, color="black", linewidth=0.6)
    ax.set(xlabel=xlabel, ylabel="density", xlim=(low, high))
    ticks_of(ax, top)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.legend(frameon=False, fontsize=9, title=f"bars: middle {prob:.0%}", title_fontsize=9)
    return ax.figure


def shares(truth, separate, groups, titles=None, categories=None, prob=0.89):
    """The shares of some groups of a Dirichlet-Multinomial model: densities with partial pooling
    and without, all on one scale, so that a wide one is low.

    Parameters
    ----------
    truth, separate : gibbspool.exact of a DirichletMultinomial model and of its no_pooling()
    groups : list of str
        A panel for each.
    titles, categories : list of str, optional
        In words, of the panels and of the rows.
    prob : float
        Probability of the bars.

    Returns
    -------
    matplotlib.figure.Figure
    """
    model = truth.model
    baseline = truth["pi0"].mean
    high = max(float(truth["pi", g].quantile(1 - REACH).max()) for g in groups)
    high = max(high, *(float(separate["pi", g].quantile(1 - REACH).max()) for g in groups))
    x = np.linspace(0, high, 500)[1:-1]
    tops = [np.exp(found["pi", g][k].logpdf(x)).max() for found in (truth, separate)
            for g in groups for k in range(model.K)]
    inches = 0.95 if max(tops) < 3 * min(tops) else 1.5
    figure, panels = axes(5.0 * len(groups), 1.2 + inches * model.K, ncols=len(groups),
                          sharey=True, sharex=True, squeeze=False)
    for ax, g, title in zip(panels[0], groups, titles or [f"group {g}" for g in groups]):
        r = model.groups.index(g)
        observed = model.counts[r] / model.n[r]
        for k in range(model.K):
            _ridge(ax, k, x, truth["pi", g][k], separate["pi", g][k], prob, max(tops))
            ax.plot(observed[k], k - 0.05, marker="v", color="black", markersize=6,
                    linestyle="none", label=None if k else "observed share")
            ax.plot([baseline[k]] * 2, [k + 0.1, k - 0.75], color=GREY, linestyle=":",
                    linewidth=1.6, label=None if k else "baseline pi0")
        ax.set(title=title, xlabel="share", yticks=range(model.K), xlim=(0, high),
               ylim=(model.K - 0.55, -1.0))
        ax.set_yticklabels(categories or model.categories)
        for side in ("top", "right", "left"):
            ax.spines[side].set_visible(False)
        ax.tick_params(axis="y", length=0)
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=4,
                  frameon=False, fontsize=9)
    return figure


def _ridge(ax, k, x, partial, none, prob, top):
    """One category's two densities, standing on the line y = k, with bars below; `top` is the
    highest of all.
    """
    heights = [np.exp(one.logpdf(x)) for one in (partial, none)]
    scale = 0.72 / top
    ax.fill_between(x, k, k - scale * heights[0], color=BLUE, alpha=0.25, linewidth=0)
    ends = np.array([1 - prob, 1 + prob]) / 2
    for one, height, colour, line, y, label in (
            (partial, heights[0], BLUE, "-", k + 0.10, "partial pooling"),
            (none, heights[1], ORANGE, "--", k + 0.22, "no pooling")):
        ax.plot(x, k - scale * height, color=colour, linestyle=line, linewidth=1.6,
                label=None if k else label)
        ax.plot(one.quantile(ends), [y, y], "-|", color=colour, linewidth=2, markersize=6,
                markeredgewidth=1.6)


def pull(truth, prob=0.89):
    """How far each group of a Dirichlet-Multinomial model is pulled towards the baseline, by its
    size.

    B_r = alpha / (alpha + n_r): its exact mean and interval, over the curve at the mean of alpha.

    Parameters
    ----------
    truth : gibbspool.exact of a DirichletMultinomial model
    prob : float
        Probability of the intervals.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, ax = axes(6.5, 3.8)
    model, B = truth.model, truth["shrinkage"]
    low, high = B.quantile(np.array([1 - prob, 1 + prob]) / 2)
    ax.vlines(model.n, low, high, color=BLUE, linewidth=2, label=f"{prob:.0%} interval")
    ax.plot(model.n, B.mean, "o", color=BLUE, markeredgecolor="black", label="exact mean")
    for g, x, y in zip(model.groups, model.n, high):
        ax.annotate(g, (x, y), xytext=(0, 4), textcoords="offset points", ha="center", fontsize=11,
                    weight="bold")
    n = np.geomspace(0.8 * model.n.min(), 1.25 * model.n.max(), 200)
    alpha = truth["alpha"].mean
    ax.plot(n, alpha / (alpha + n), color=GREY, linestyle="--", linewidth=1, zorder=0,
            label=f"alpha / (alpha + n), alpha = {alpha:.1f}")
    ax.set(xscale="log", xlabel="people asked, log scale", ylabel="pull towards the baseline",
           ylim=(0, 1.12 * high.max()))
    ax.set_xticks(model.n, [f"{x:.0f}" for x in model.n])
    ax.minorticks_off()
    ax.legend(frameon=False, fontsize=9)
    return figure
