"""From a model to tables and plots: the exact answer, the Gibbs check, what pooling does."""
from pathlib import Path

import numpy as np

from .. import plots
from ..guide.advice import advise
from ..guide.sensitivity import groups
from ..models.card import card_of
from ..models.twins import exact
from ..optional import need
from ..sampling.gibbs import sample

CHANCE = 4.5  # Monte Carlo standard errors; the largest of a few dozen hardly ever exceeds it


def fit(model, out, draws=2000, seed=42, say=print, notes=()):
    """Exact answer, Gibbs check, shrinkage table and plots of a model: printed, and in a folder.

    Parameters
    ----------
    model : a model of a family that has a card
    out : str
        The folder; made if there is none. Written: summary.csv, shrinkage.csv, forest.png,
        shrinkage.png.
    draws, seed : int
        Of the Gibbs check, four chains.
    say : callable
        Receives the lines printed.
    notes : list of str
        Lines to print beside the model, such as what `preparing.prepared` did to it.

    Returns
    -------
    pandas.DataFrame
        The shrinkage table.

    Raises
    ------
    KeyboardInterrupt
        The sampler was interrupted.
    """
    need("pandas"), need("matplotlib"), need("arviz")
    truth, out = exact(model), Path(out)
    out.mkdir(parents=True, exist_ok=True)
    gibbs = sample(model, draws=draws, seed=seed)
    if gibbs.n < draws:
        raise KeyboardInterrupt
    summary = summary_table(truth, gibbs)
    table = shrinkage_table(truth, summary)

    summary.to_csv(out / "summary.csv", index_label="parameter")
    table.to_csv(out / "shrinkage.csv", index_label="group")
    plots.save(plots.forest(gibbs, model.parameter), out / "forest.png")
    plots.save(plots.shrinkage(table.index, table["estimate"], table["pooled"],
                               xlabel=model.parameter), out / "shrinkage.png")

    say(f"{model!r}")
    for line in notes:
        say(line)
    say("")
    say("Exact posterior (quadrature), 89% intervals:")
    shared = summary.drop(index=rows_of_groups(truth), columns="gibbs_ess_bulk")
    say(shared.to_string(float_format="{:.4g}".format))
    if not np.isfinite(summary[["mean", "sd"]]).all(axis=None):
        say("inf or nan: that moment does not exist under these priors, whose tails are too heavy "
            "for it, and its Gibbs mean settles nowhere; the intervals stand.")
    say("\nWhat pooling does to each group:")
    say(table.to_string(float_format="{:.4g}".format))
    say(f"\nThe guide of Section 5.8.6 on these data:\n{advise(model, truth)}")
    say(f"\nGibbs check: the means of {gibbs.chains * gibbs.n} draws lie within "
        f"{verdict(worst_z(summary))}.")
    say(f"Written to {out.resolve()}: {', '.join(sorted(path.name for path in out.iterdir()))}")
    return table


def summary_table(truth, gibbs):
    """What the groups share and each group's parameter: exact, with the Gibbs means beside."""
    hyper = [name for name in card_of(truth.model).hyper if name in truth]
    names = [*hyper, truth.model.parameter]
    checked = gibbs.summary(names)[["mean", "ess_bulk"]]
    return truth.summary(names).join(checked.add_prefix("gibbs_"))


def rows_of_groups(truth):
    """Row labels of the groups' parameters in a summary, such as theta[A]."""
    return [label for label, _ in groups(truth)]


def shrinkage_table(truth, summary):
    """Each group's own estimate, its data, how far it is pulled, and its exact posterior.

    How far it is pulled is left out where that is not one number.
    """
    model, card, rows = truth.model, card_of(truth.model), rows_of_groups(truth)
    found = summary.loc[rows]
    low, high = (column for column in summary.columns if column.startswith("hdi"))
    columns = {"estimate": card.estimate(model), **card.data(model)}
    if "shrinkage" in truth:
        columns["shrinkage"] = np.repeat(shrinkage_of_groups(truth), len(rows) // model.J)
    columns |= {"pooled": found["mean"], "sd": found["sd"], low: found[low], high: found[high]}
    labels = [row[len(model.parameter) + 1:-1] for row in rows]
    return need("pandas").DataFrame({name: np.ravel(x) for name, x in columns.items()},
                                    index=labels)


def shrinkage_of_groups(truth):
    """Posterior means of the shrinkage factors, (J,): 1 for a group without data of its own."""
    shrinkage = truth["shrinkage"]
    found = dict(zip(shrinkage.labels, shrinkage.mean))
    return np.array([found.get(label, 1.0) for label in truth.model.groups])


def worst_z(summary):
    """Largest distance of a Gibbs mean from the exact one, in Monte Carlo standard errors."""
    error = summary["sd"] / np.sqrt(summary["gibbs_ess_bulk"])
    z = (summary["gibbs_mean"] - summary["mean"]).abs() / error
    return float(z[np.isfinite(z)].max())


def verdict(z):
    """How far apart the Gibbs means and the exact ones are, in words."""
    more = "" if z < CHANCE else " - more than chance allows: draw more"
    return f"{z:.1f} Monte Carlo standard errors of the exact ones{more}"
