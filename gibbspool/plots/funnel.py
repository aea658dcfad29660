"""Pictures of the funnel: Figure 5.34, trajectories, where the two forms cross. Each returns a
matplotlib figure.
"""
import numpy as np

from ..distributions.standard import Normal
from ..funnel.runs import crossing_size
from ..sampling.transition import BROKEN, MAX_ERROR
from .base import BLUE, GREEN, GREY, ORANGE, RED, axes

HELD = (0.99, 0.9, 0.5)  # probability inside each contour
LOG_TAU = (-5, 4)        # the axis: wide enough for all of them

# What a triangle means, in every picture.
BROKE = "where a divergent trajectory broke"


def density(truth, j, form, log_tau, height):
    """The exact density of (log tau, theta_j), or of (log tau, theta_raw_j) for the non-centred
    form.

    Given tau both are normal (with mu ~ Normal(m, sqrt(V)), v_j = sigma_j^2 + tau^2 and B_j =
    sigma_j^2 / v_j)::

        theta_j     | tau, y ~ Normal((1 - B_j) y_j + B_j m, sqrt((1 - B_j) sigma_j^2 + B_j^2 V))
        theta_raw_j | tau, y ~ Normal(tau (y_j - m) / v_j, sqrt(B_j + tau^2 V / v_j^2))

    Parameters
    ----------
    truth : gibbspool.exact of a NormalNormal model
    j : int
    form : {"centred", "noncentred"}
    log_tau, height : array
        Of one shape.
    """
    model, tau = truth.model, np.exp(log_tau)
    y, sigma = model.y[j], model.sigma[j]
    m, V = truth.mu_given(tau)
    v = sigma**2 + tau**2
    B = sigma**2 / v
    if form == "centred":
        given_tau = Normal((1 - B) * y + B * m, np.sqrt((1 - B) * sigma**2 + B**2 * V))
    else:
        given_tau = Normal(tau * (y - m) / v, np.sqrt(B + tau**2 * V / v**2))
    return np.exp(truth["tau"].logpdf(tau) + log_tau + given_tau.logpdf(height))


def figure_5_34(centred, noncentred, truth, j=0, sampler="HMC"):
    """The two panels of Figure 5.34: draws of (log tau, theta_j) and of (log tau, theta_raw_j),
    with divergences.

    Parameters
    ----------
    centred, noncentred : HamiltonianDraws
        Of `gibbspool.hmc` on `funnel.normal_normal` targets.
    truth : gibbspool.exact of the model
    j : int
        Which group.
    sampler : str
        What drew, for the titles.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (left, right) = axes(10, 5.2, ncols=2, sharex=True)
    group = truth.model.groups[j]
    panel(left, centred, truth, j, "centred", (-40, 60))
    panel(right, noncentred, truth, j, "noncentred", (-4.5, 4.5))
    left.set(title=f"centred ({sampler}): {counted(centred)}", ylabel=f"theta[{group}]")
    right.set(title=f"non-centred ({sampler}): {counted(noncentred)}",
              ylabel=f"theta_raw[{group}]")
    legend_of(figure, left, 3)
    return figure


def counted(draws):
    """How many trajectories diverged, of how many."""
    n = len(draws.divergences.chain)
    return f"{n} divergence{'' if n == 1 else 's'} in {draws['tau'].size} draws"


def panel(ax, draws, truth, j, form, heights):
    """Draws, divergences where they broke, and contours of the exact density."""
    name = {"centred": "theta", "noncentred": "theta_raw"}[form]
    contours(ax, truth, j, form, heights)
    ax.plot(np.log(draws["tau"]).ravel(), draws[name][..., j].ravel(), ".", color=BLUE,
            markersize=2, alpha=0.25,
            label="draws", rasterized=True)
    broke = draws.divergences.broke
    mark_divergences(ax, np.log(broke["tau"]), broke[name][..., j])
    ax.set(xlabel="log tau", xlim=LOG_TAU, ylim=heights)


def mark_divergences(ax, x, y, size=5):
    """A triangle for each divergent trajectory, at its last point that might have been accepted."""
    ax.plot(x, y, "^", color=RED, markeredgecolor="black", markeredgewidth=0.5, markersize=size,
            label=BROKE, zorder=3)


def legend_of(figure, ax, columns):
    """What the marks of one of the panels mean, below all; the small dots large enough to see."""
    legend = figure.legend(*ax.get_legend_handles_labels(), loc="outside lower center",
                           ncols=columns, fontsize=10, frameon=False)
    for handle in legend.legend_handles:
        if handle.get_marker() == ".":
            handle.set(markersize=8, alpha=1)


def contours(ax, truth, j, form, heights):
    """Lines around the smallest regions that hold 50, 90 and 99 per cent of the exact density."""
    log_tau, height = np.meshgrid(np.linspace(-6, 4.5, 300), np.linspace(*heights, 300))
    p = density(truth, j, form, log_tau, height)
    highest_first = np.sort(p.ravel())[::-1]
    held = np.cumsum(highest_first) / p.sum()
    levels = [highest_first[np.searchsorted(held, share)] for share in HELD]
    ax.contour(log_tau, height, p, levels=levels, colors="black", linewidths=1,
               linestyles=(":", "--", "-"))
    for share, style in zip(HELD[::-1], ("-", "--", ":")):
        ax.plot([], [], color="black", linestyle=style, linewidth=1,
                label=f"exact: {share:.0%} inside")


def pairs(centred, noncentred, j=0, sampler="HMC"):
    """The scatter plots of Exercise 5.8.2: (tau, theta_j) in both forms, and where divergent
    trajectories broke.

    It is ArviZ's plot_pair for one pair of variables, which ArviZ 1.x can only draw as one corner
    of a matrix; but that marks the draws that followed a divergence.

    Parameters
    ----------
    centred, noncentred : HamiltonianDraws
    j : int
        Which group.
    sampler : str
        What drew, for the titles.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, panels = axes(10, 4.9, ncols=2, sharex=True, sharey=True)
    group = centred.model.groups[j]
    for ax, draws, form in zip(panels, (centred, noncentred), ("centred", "non-centred")):
        ax.plot(draws["tau"].ravel(), draws["theta"][..., j].ravel(), ".", color=BLUE, markersize=2,
                alpha=0.3, label="draws", rasterized=True)
        broke = draws.divergences.broke
        mark_divergences(ax, broke["tau"], broke["theta"][..., j])
        ax.set(title=f"{form} ({sampler}): {counted(draws)}", xlabel="tau", xlim=(0, None))
    panels[0].set_ylabel(f"theta[{group}]")
    legend_of(figure, panels[0], 2)
    return figure


def trajectories(paths, truth, j=0):
    """Trajectories of the centred form through the neck, and their energy errors step by step.

    Parameters
    ----------
    paths : dict of str to list of Point
        By label; a path of a Normal-Normal target, such as ``draws.replay(k)``.
    truth : gibbspool.exact of the model
    j : int
        Which group.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (left, right) = axes(10, 5.2, ncols=2)
    contours(left, truth, j, "centred", (-40, 60))
    looks = [(BLUE, "-", "o"), (GREY, "-.", "D"), (GREEN, "-", "v"), (ORANGE, "--", "s")]
    broke = [point.position for point in map(last_acceptable, paths.values()) if point is not None]
    for (label, path), (colour, line, marker) in zip(paths.items(), looks):
        q = np.array([point.position for point in path])
        left.plot(q[:, 1], q[:, 2 + j], color=colour, linestyle=line, marker=marker, markersize=3,
                  linewidth=1.2,
                  label=label)
        left.plot(q[0, 1], q[0, 2 + j], "o", color=colour, markeredgecolor="black", markersize=9)
        errors = [abs(point.error) for point in path[1:]]
        right.plot(range(1, len(path)), errors, color=colour, linestyle=line, marker=marker,
                   markersize=3,
                   linewidth=1.2, label=label)
    if broke:
        q = np.array(broke)
        mark_divergences(left, q[:, 1], q[:, 2 + j], size=9)
    right.axhline(MAX_ERROR, color="black", linestyle=":", linewidth=1)
    right.text(1, 1.3 * MAX_ERROR, "divergent above", fontsize=9)
    left.set(xlabel="log tau", ylabel=f"theta[{truth.model.groups[j]}]", xlim=LOG_TAU,
             ylim=(-40, 60),
             title="paths; the large dots are their starts")
    right.set(xlabel="leapfrog step", ylabel="size of the energy error", yscale="log",
              ylim=(1e-4, 1e7),
              title="error of the energy")
    right.xaxis.get_major_locator().set_params(integer=True)
    legend_of(figure, left, 4)
    return figure


def last_acceptable(path):
    """Of a path that diverged, its last point that might have been accepted; None of another."""
    if path[-1].error <= MAX_ERROR:
        return None
    return [point for point in path if point.error <= BROKEN][-1]


def bars_of(value, runs):
    """Two standard errors down and up: of log value se / value, so that no bar ends below 0."""
    se = np.array([np.std(one) / np.sqrt(max(len(one) - 1, 1)) for one in runs])
    factor = np.exp(2 * se / value)
    return np.array([value - value / factor, value * factor - value])


def crossing(rows):
    """ESS of tau per evaluation of both forms, against how much data each group has; from
    `funnel.crossing`.

    Bars of two standard errors, of the logarithm as the axis is, where the rows have
    ``per_evaluation``: the same from several runs.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, panels = axes(10, 4.4, ncols=2, sharex=True, sharey=True)
    for ax, (sampler, unit) in zip(panels, [("HMC", "gradient"), ("Gibbs", "sweep")]):
        for form, words, colour, style in [("centred", "centred", ORANGE, "s--"),
                                           ("noncentred", "non-centred", BLUE, "o-")]:
            chosen = [row for row in rows if row["sampler"] == sampler and row["form"] == form]
            runs = [row["per_evaluation"] for row in chosen if "per_evaluation" in row]
            value = np.array([row["ess_tau"] / row["evaluations"] for row in chosen])
            ax.errorbar([row["size"] for row in chosen], value,
                        bars_of(value, runs) if len(runs) == len(chosen) else None,
                        fmt=style, color=colour, capsize=3, label=words)
        meet, title = crossing_size(rows, sampler), sampler
        if np.isfinite(meet):
            ax.axvline(meet, color=GREY, linestyle=":", linewidth=1)
            title = f"{sampler}: the forms cross at {meet:.1f}"
        ax.set(xscale="log", yscale="log", title=title,
               xlabel="data per group (1 = Eight Schools)",
               ylabel=f"ESS of tau per {unit}")
        sizes = sorted({row["size"] for row in rows})
        ax.set_xticks(sizes, [f"{size:g}" for size in sizes])
        ax.set_xticks([], minor=True)
        ax.yaxis.set_tick_params(labelleft=True)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2,
                  fontsize=10, frameon=False)
    return figure
