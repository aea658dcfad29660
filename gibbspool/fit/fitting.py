"""A person's own table, pooled: from the columns of a CSV file to a model, and from the model to
tables and plots.
"""
from pathlib import Path

import numpy as np

from .. import plots
from ..distributions.standard import HalfNormal, Normal, Uniform
from ..distributions.writing import parse
from ..guide.advice import advise
from ..models.binomial.model import BetaBinomial
from ..models.card import family_of
from ..models.multinomial.model import DirichletMultinomial
from ..models.normal.model import NormalNormal
from ..models.one_way.model import OneWayNormal
from ..models.poisson.model import PoissonLognormal
from ..models.twins import exact
from ..optional import need
from ..sampling.gibbs import sample

# --- from a table to a model ----------------------------------------------------------------------------------------


def _priors(given):
    """Parsed priors of those that were given, by name."""
    return {name: parse(text) for name, text in given.items() if text}


def _groups(table, column):
    """Labels, one row each; None where no column was named."""
    if len(table) < 2:
        raise ValueError(f"{table.path} has {len(table)} row; pooling needs at least 2 groups")
    return table.distinct(column) if column else None


def normal(table, estimate, se, group=None, covariates=(), form=None, **priors):
    """A NormalNormal: a row for each group, with an estimate, its standard error and perhaps
    covariates.
    """
    groups = _groups(table, group)
    x = np.column_stack([table.numbers(name) for name in covariates]) if covariates else None
    more = {"x": x, "covariates": list(covariates)} if covariates else {}
    return NormalNormal(table.numbers(estimate), table.numbers(se, positive=True), groups=groups,
                        form=form, **more,
                        **_priors(priors))


def one_way(table, value=None, group=None, wide=(), form=None, **priors):
    """A OneWayNormal: long (a row for each observation, with its group) or wide (a column for each
    group).
    """
    if wide:
        columns = [table.numbers(name, missing=True) for name in wide]
        y = np.concatenate([column[~np.isnan(column)] for column in columns])
        label = np.repeat(list(wide), [np.sum(~np.isnan(column)) for column in columns])
        for name, column in zip(wide, columns):
            if np.isnan(column).all():
                raise ValueError(f"{table.path}: column {name!r} has no observation at all")
    else:
        y, label = table.numbers(value), np.array(table.text(group))
    return OneWayNormal(y, label, form=form, **_priors(priors))


def multinomial(table, categories=(), category=None, count=None, group=None, form=None, **priors):
    """A DirichletMultinomial: wide (a column of counts for each category) or long (a row for each
    group and category).
    """
    if categories:
        groups = _groups(table, group)
        counts = np.column_stack([table.numbers(name, nonnegative=True, whole=True)
                                  for name in categories])
    else:
        groups, categories, counts = table.crossed(group, category, count)
    if not np.any(counts):
        raise ValueError(f"{table.path} holds no answer at all: every count is 0")
    return DirichletMultinomial(counts, groups=groups, categories=list(categories), form=form,
                                **_priors(priors))


def poisson(table, count, exposure, group=None, form=None, **priors):
    """A PoissonLognormal: a row for each group, with its count of events and its exposure."""
    groups = _groups(table, group)
    return PoissonLognormal(table.numbers(count, nonnegative=True, whole=True),
                            table.numbers(exposure, positive=True),
                            groups=groups, form=form, **_priors(priors))


def binomial(table, successes, trials, group=None, form=None, **priors):
    """A BetaBinomial: a row for each group, with its number of successes and of trials."""
    groups = _groups(table, group)
    y = table.numbers(successes, nonnegative=True, whole=True)
    n = table.numbers(trials, positive=True, whole=True)
    for i in np.flatnonzero(y > n):
        raise table.complaint(i, successes, f"{y[i]:g} successes out of {n[i]:g} trials")
    return BetaBinomial(y, n, groups=groups, form=form, **_priors(priors))


# --- from a model to tables and plots ---------------------------------------------------------------------------------

def fit(model, out, draws=2000, seed=42, say=print):
    """Exact answer, Gibbs check, shrinkage table and plots of a model, written to a folder and
    printed.

    Parameters
    ----------
    model : a model of one of the five families
    out : str
        The folder; made if there is none. Written: summary.csv, shrinkage.csv, forest.png,
        shrinkage.png.
    draws, seed : int
        Of the Gibbs check, four chains.
    say : callable
        Receives the lines printed.

    Returns
    -------
    pandas.DataFrame
        The shrinkage table.
    """
    need("pandas"), need("matplotlib"), need("arviz")
    family = family_of(model)
    truth = exact(model)
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    gibbs = sample(model, draws=draws, seed=seed)
    if gibbs.n < draws:
        raise KeyboardInterrupt
    hyper = [name for name in family.hyper if name in truth]
    names = [*hyper, model.parameter]
    checked = truth.summary(names).join(gibbs.summary(names)[["mean",
                                                              "ess_bulk"]].add_prefix("gibbs_"))
    table = shrinkage_table(model, truth, checked)

    checked.to_csv(out / "summary.csv", index_label="parameter")
    table.to_csv(out / "shrinkage.csv", index_label="group")
    plots.save(plots.forest(gibbs, model.parameter), out / "forest.png")
    plots.save(plots.shrinkage(table.index, table["estimate"], table["pooled"],
                               xlabel=model.parameter),
               out / "shrinkage.png")

    for remark in prior_remarks(model):
        say(f"note: {remark}")
    say(f"{model!r}\n")
    say("Exact posterior (quadrature), 89% intervals:")
    shared = checked.index[~checked.index.isin(_rows(model))]
    say(checked.loc[shared].drop(columns=["gibbs_ess_bulk"]).to_string(float_format="{:.4g}".format))
    if not np.isfinite(checked[["mean", "sd"]]).all(axis=None):
        say("inf or nan: that moment does not exist under these priors, whose tails are too heavy "
            "for it, and its Gibbs mean settles nowhere; the intervals stand.")
    say("\nWhat pooling does to each group:")
    say(table.to_string(float_format="{:.4g}".format))
    say(f"\nThe guide of Section 5.8.6 on these data:\n{advise(model, truth)}")
    worst = worst_z(checked)
    say(f"\nGibbs check: the means of {gibbs.chains * gibbs.n} draws lie within {worst:.1f} Monte Carlo standard errors "
        f"of the exact ones{'' if worst < 4.5 else ' - more than chance allows: draw more'}.")
    say(f"Written to {out.resolve()}: {', '.join(sorted(path.name for path in out.iterdir()))}")
    return table


def _rows(model):
    """Row labels of the groups' parameters in a summary."""
    if model.parameter == "pi":
        return [f"pi[{g}, {c}]" for g in model.groups for c in model.categories]
    return [f"{model.parameter}[{g}]" for g in model.groups]


def shrinkage_table(model, truth, summary):
    """Each group's own estimate, how far it is pulled (where that is a number), and its exact
    posterior.
    """
    family = family_of(model)
    rows = _rows(model)
    found = summary.loc[rows]
    low, high = (c for c in summary.columns if c.startswith("hdi"))
    columns = {"estimate": np.ravel(family.raw(model)),
               **{name: np.ravel(values) for name, values in family.data(model).items()},
               **({"shrinkage": np.repeat(truth["shrinkage"].mean, len(rows) // model.J)}
                  if "shrinkage" in truth else {}),
               "pooled": found["mean"], "sd": found["sd"], low: found[low], high: found[high]}
    labels = [row[len(model.parameter) + 1:-1] for row in rows]
    return need("pandas").DataFrame({name: np.asarray(values) for name, values in columns.items()},
                                    index=labels)


def worst_z(summary):
    """Largest distance of a Gibbs mean from the exact one, in Monte Carlo standard errors."""
    error = summary["sd"] / np.sqrt(summary["gibbs_ess_bulk"])
    z = (summary["gibbs_mean"] - summary["mean"]).abs() / error
    return float(z[np.isfinite(z)].max())


def prior_remarks(model):
    """A sentence for each prior of a NormalNormal that is far too narrow: the defaults are meant
    for SAT points.
    """
    if not isinstance(model, NormalNormal) or hasattr(model, "x"):
        return []
    said = []
    centre, spread = np.mean(model.y), np.std(model.y)
    if isinstance(model.mu, Normal) and abs(centre - model.mu.mean) > 2 * model.mu.sd:
        said.append(f"the estimates average {centre:.3g}, more than two standard deviations from "
                    f"the prior mu ~ {model.mu!r}: it will hold the population mean back. State "
                    f"your own, such as --mu-prior 'Normal({_round(centre)}, "
                    f"{_round(4 * max(spread, model.sigma.max()))})' or Flat.")
    reach = 2 * model.tau.scale if isinstance(model.tau, HalfNormal) else np.inf
    limit = model.tau.high if isinstance(model.tau, Uniform) else reach
    excess = np.sqrt(max(spread**2 - np.mean(model.sigma**2), 0))
    if excess > limit:
        said.append(f"the estimates differ by about {excess:.3g} beyond their standard errors, "
                    f"more than the prior tau ~ {model.tau!r} allows: it will shrink them too "
                    f"much. State your own, such as --tau-prior 'HalfCauchy({_round(excess)})'.")
    return said


def _round(x):
    return f"{float(f'{x:.1g}'):g}"
