"""The cost of a sweep against the number of groups, both on a logarithmic scale."""
from gibbspool import plots
from gibbspool.optional import need

COLOURS = (plots.BLUE, plots.ORANGE, plots.GREEN, plots.RED, plots.GREY)


def save(rows, file):
    """Draw it from the rows of the table of sweeps: a line a family, JAGS dashed beside it."""
    plt = need("matplotlib.pyplot")
    figure, axes = plt.subplots(figsize=(7, 5), constrained_layout=True)
    families = list(dict.fromkeys(row["what"] for row in rows if "," not in row["what"]))
    for family, colour in zip(families, COLOURS):
        of_family = [row for row in rows if row["what"] == family and "ms" in row]
        if not of_family:
            continue
        steep = next((row["slope"] for row in of_family if row.get("slope")), None)
        label = family if steep is None else f"{family}: J^{steep:.2f}"
        axes.loglog([row["J"] for row in of_family], [row["ms"]["median"] for row in of_family],
                    "o-", color=colour, label=label)
        theirs = [row for row in of_family if "jags" in row]
        axes.loglog([row["J"] for row in theirs], [row["jags"] for row in theirs], "x--",
                    color=colour, label=f"{family}, JAGS" if theirs else None)
    axes.set(xlabel="groups J", ylabel="milliseconds a sweep of 4 chains",
             title="Cost of a Gibbs sweep, and its power of J from 1,000 groups on")
    axes.legend(fontsize=8)
    with plt.rc_context({"svg.hashsalt": "gibbspool"}):  # the same rows, the same file
        figure.savefig(file, metadata={"Date": None})
    plt.close(figure)
