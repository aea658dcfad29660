"""Pictures of the practical advice of Section 5.8.6. Each returns a matplotlib figure."""
import numpy as np

from ..guide.sensitivity import against_prior, groups
from ..models.card import card_of
from .base import BLUE, GREEN, GREY, ORANGE, RED, axes, plain, ticks_of

# Which look each strategy has, whatever the picture: colour, line and marker all differ.
LOOKS = {
    "none": (ORANGE, "--", "s", "no pooling"),
    "complete": (GREY, ":", "D", "complete pooling"),
    "partial": (BLUE, "-", "o", "partial pooling"),
    "covariate": (GREEN, "-.", "^", "partial pooling with the covariate"),
}


HIGHEST = 3  # times the lowest panel's height, that of all panels


@plain
def sensitivity(truths, of=None, shown=None):
    """The spread's prior and posterior under each prior, and below them the groups' posterior means
    across the priors.

    Parameters
    ----------
    truths : dict of str to ExactPosterior
        From `sensitivity.posteriors`, the model's own first; they are drawn in order of the
        posterior mean of the spread (its median, where a mean is infinite). A concentration (alpha,
        kappa) is drawn on a log scale. All panels have one scale of heights; what is more than
        three times as high as the lowest panel is cut, and its height written there.
    of : str, optional
        Which parameter's prior was changed; by default the spread.
    shown : list of str, optional
        Labels of the groups whose names are written, such as theta[A]; by default all, or of more
        than 12 the three highest and the three lowest.

    Returns
    -------
    matplotlib.figure.Figure
    """
    own, model = next(iter(truths)), next(iter(truths.values())).model
    of = of or model.spread
    finite = all(np.isfinite(truth[of].mean) for truth in truths.values())
    names = sorted(truths,
                   key=lambda name: float(truths[name][of].mean if finite
                                          else truths[name][of].quantile(0.5)))
    columns = min(len(names), 4)
    rows = -(-len(names) // columns)
    figure, ax = axes(10, 3.6 + 2.0 * rows)
    ax.remove()
    grid = figure.add_gridspec(rows + 1, columns, height_ratios=[1] * rows + [1.8])
    log = of == model.spread and card_of(model).concentration
    low, high = (pick(float(truth[of].quantile(q)) for truth in truths.values()) for pick,
                 q in ((min, 0.005), (max, 0.985)))
    x = np.geomspace(low, high, 400) if log else np.linspace(0, high, 401)[1:]
    panels = [figure.add_subplot(grid[k // columns, k % columns]) for k in range(len(names))]
    tops = [_prior_and_posterior(panel, truths[name], of, x, log)
            for panel, name in zip(panels, names)]
    height = min(max(tops), HIGHEST * min(tops))
    for k, (name, panel) in enumerate(zip(names, panels)):
        panel.set_ylim(0, 1.05 * height)
        ticks_of(panel, height)
        panel.tick_params(labelleft=k % columns == 0)
        if tops[k] > 1.05 * height:
            panel.annotate(f"highest {tops[k]:.2g}", (0.97, 0.97), xycoords="axes fraction",
                           ha="right", va="top", fontsize=9)
        panel.set_title(name + (" (own)" if name == own else ""), fontsize=10,
                        fontweight="bold" if name == own else "normal")
        if k + columns >= len(names):
            panel.set_xlabel(f"{of}, log scale" if log else of)
        if k % columns == 0:
            panel.set_ylabel("density")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=2,
                  fontsize=9, frameon=False)
    _across_priors(figure.add_subplot(grid[rows, :]), [truths[name] for name in names], names, own,
                   shown)
    return figure


def _prior_and_posterior(ax, truth, of, x, log=False):
    """Prior (filled) and posterior (line) of one parameter, or of its logarithm; how high the
    higher one is.
    """
    scale = x if log else 1.0
    prior, posterior = np.exp(getattr(truth.model, of).logpdf(x)) * scale, truth[of].pdf(x) * scale
    top = np.max(posterior)
    if getattr(truth.model, of).proper:
        ax.fill_between(x, prior, color=GREY, alpha=0.35, linewidth=0, label="prior")
        top = max(top, np.max(prior))
    ax.plot(x, posterior, color=BLUE, linewidth=1.8, label="posterior")
    ax.set(xlim=(x[0] if log else 0, x[-1]), xscale="log" if log else "linear")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    return float(top)


def _across_priors(ax, truths, names, own, shown):
    """A line for each group's posterior mean, from prior to prior, labelled at its right end."""
    labels = [label for label, _ in groups(truths[0])]
    means = np.array([[marginal.mean for _, marginal in groups(truth)] for truth in truths])
    at = np.arange(len(names))
    for k in range(len(labels)):
        ax.plot(at, means[:, k], color=(BLUE, ORANGE, GREEN, RED)[k % 4],
                linestyle=("-", "--", "-.", ":")[k // 4 % 4],
                marker="o", markersize=3.5, linewidth=1.4)
    ax.axvline(names.index(own), color=GREY, linewidth=6, alpha=0.25, zorder=0)
    rising = np.argsort(means[-1])
    chosen = [labels.index(one) for one in shown] if shown is not None else \
        rising if len(labels) <= 12 else np.concatenate([rising[:3], rising[-3:]])
    _end_labels(ax, len(names) - 1, means[-1], labels, chosen)
    ax.set_xticks(at, [name.replace("(", "\n(") for name in names], fontsize=9)
    ax.set(xlim=(-0.2, len(names) - 1 + (0.7 if len(chosen) else 0.2)),
           ylabel="posterior mean of each group")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def _end_labels(ax, x, heights, labels, chosen):
    """Labels to the right of the last points, pushed apart so that none covers another."""
    low, high = ax.get_ylim()
    order = sorted(chosen, key=lambda k: heights[k])
    gap, placed = 0.065 * (high - low), []
    for k in order:
        placed.append(max(heights[k], placed[-1] + gap) if placed else heights[k])
    placed = np.array(placed) - np.mean(np.array(placed) - heights[order]) if order else []
    for k, height in zip(order, placed):
        ax.annotate(labels[k], (x, heights[k]), xytext=(x + 0.12, height), va="center", fontsize=9,
                    annotation_clip=False,
                    arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.6})
    ax.set_ylim(min([low, *placed]), max([high, *placed]))


def few_groups(truths):
    """The posterior of tau against its prior, a panel for each number of groups; from
    `experiments.first_schools`.

    Parameters
    ----------
    truths : dict of int to ExactPosterior

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, panels = axes(2.5 * len(truths) + 0.5, 3.0, ncols=len(truths), sharey=True,
                          squeeze=False)
    of = next(iter(truths.values())).model.spread
    x = np.linspace(0, max(float(truth[of].quantile(0.995)) for truth in truths.values()), 400)[1:]
    tops = []
    for ax, (J, truth) in zip(panels[0], truths.items()):
        tops.append(_prior_and_posterior(ax, truth, of, x))
        ax.set(xlabel=of, title=f"J = {J}", ylim=(0, 1.3 * max(tops)))
        ticks_of(ax, max(tops))
        ax.text(0.97, 0.93, f"{against_prior(truth).overlap:.0%} of the area shared",
                transform=ax.transAxes, ha="right",
                va="top", fontsize=9)
    panels[0, 0].set_ylabel("density")
    panels[0, -1].legend(fontsize=9, frameon=False, loc="center right")
    return figure


def tau_near_zero(rows):
    """Mean squared errors of the three strategies against the true tau; from
    `experiments.tau_near_zero`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, ax = axes(6.5, 4.2)
    _errors(ax, rows, "spread", ("none", "complete", "partial"))
    ax.set_xticks([row["spread"] for row in rows], [f"{row['spread']:g}" for row in rows])
    ax.set(xlabel="true tau (SAT points)", ylabel="mean squared error, log scale", yscale="log",
           ylim=(10, 500))
    ax.set_yticks([10, 20, 50, 100, 200, 500], ["10", "20", "50", "100", "200", "500"])
    ax.minorticks_off()
    ax.legend(fontsize=10, frameon=False)
    return figure


def not_exchangeable(rows):
    """Mean squared errors against the gap between two kinds of groups, a panel for each design.

    Parameters
    ----------
    rows : list of dict
        From `experiments.not_exchangeable`, those of several designs one after the other.

    Returns
    -------
    matplotlib.figure.Figure
    """
    titles = {"equal": "equal standard errors",
              "noise unrelated": "unequal, the same in both kinds",
              "noisy kind": "one kind measured worse"}
    designs = list(dict.fromkeys(row["design"] for row in rows))
    figure, panels = axes(3.6 * len(designs) + 0.6, 4.4, ncols=len(designs), squeeze=False)
    for ax, design in zip(panels[0], designs):
        chosen = [row for row in rows if row["design"] == design]
        _errors(ax, chosen, "gap", ("none", "complete", "partial", "covariate"))
        ax.set(title=titles[design], xlabel="difference between the kinds",
               ylim=(0, 1.4 * max(max(row["none"], row["partial"]) for row in chosen)))
    panels[0, 0].set_ylabel("mean squared error")
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=10, frameon=False)
    return figure


def _errors(ax, rows, across, names):
    """Mean squared errors with bars of two Monte Carlo standard errors."""
    for name in names:
        colour, line, marker, label = LOOKS[name]
        ax.errorbar([row[across] for row in rows], [row[name] for row in rows],
                    [2 * row[f"{name}_se"] for row in rows],
                    color=colour, linestyle=line, marker=marker, markersize=5, linewidth=1.5,
                    elinewidth=1, label=label)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def stein_risk(rows, exact=None):
    """Risk of James-Stein against how far the true means lie apart: simulated points on the exact
    curves.

    Parameters
    ----------
    rows : list of dict
        From `experiments.stein_risk`.
    exact : list of dict, optional
        Rows at more distances, for smooth curves; by default `rows`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, ax = axes(7.0, 4.4)
    at = [row["distance"] for row in rows]
    for name, colour, line, marker, label in (("zero", BLUE, "-", "o", "James-Stein towards 0"),
                                              ("mean", ORANGE, "--", "s",
                                               "James-Stein towards the mean")):
        curve = exact or rows
        ax.plot([row["distance"] for row in curve], [row[f"{name}_exact"] for row in curve],
                color=colour, linestyle=line,
                linewidth=1.5, label=f"{label}, exact")
        ax.errorbar(at, [row[name] for row in rows], [2 * row[f"{name}_se"] for row in rows],
                    color=colour, marker=marker,
                    markeredgecolor="black", markersize=6, linestyle="none",
                    label=f"{label}, simulated")
    ax.errorbar(at, [row["bayes"] for row in rows], [2 * row["bayes_se"] for row in rows],
                color=GREEN, marker="^", linestyle=":", linewidth=1.2, zorder=1,
                label="hierarchical model, simulated")
    ax.axhline(rows[0]["raw"], color=GREY, linewidth=1.5)
    ax.annotate("the raw means", (at[-1], rows[0]["raw"]), xytext=(0, 4),
                textcoords="offset points", ha="right",
                color=GREY, fontsize=10)
    ax.set(xlabel="distance of the true means from their target, in standard errors",
           ylabel="expected total squared error",
           ylim=(0, 1.12 * rows[0]["raw"]))
    ax.legend(fontsize=9, frameon=False, loc="lower right")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    return figure


@plain
def reml_intervals(table, unit=""):
    """Intervals of REML and of the exact posterior, row by row; from ``gp.reml(model).table()``.

    Parameters
    ----------
    table : pandas.DataFrame
    unit : str
        Written along the axis.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, ax = axes(7.0, 1.4 + 0.4 * len(table))
    at = np.arange(len(table))[::-1]
    for (name, estimate), shift, colour, marker, label in (
            (("", "reml"), 0.16, ORANGE, "s", "REML, tau plugged in"),
            (("exact_", "exact_mean"), -0.16, BLUE, "o", "exact posterior")):
        ax.hlines(at + shift, table[f"{name}low"], table[f"{name}high"], color=colour,
                  linewidth=2.2)
        ax.plot(table[estimate], at + shift, marker, color=colour, markeredgecolor="black",
                label=label)
    ax.set_yticks(at, table.index, fontsize=10)
    ax.set(xlabel=unit, ylim=(-0.7, len(table) - 0.3))
    ax.axvline(0, color=GREY, linewidth=0.8, zorder=0)
    figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=2,
                  frameon=False, fontsize=10)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    return figure
