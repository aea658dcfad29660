"""A person's own table, pooled: what `gibbspool fit` does once the model is made."""
from pathlib import Path

import numpy as np

from . import plots
from .arviz_bridge import ess
from .distributions import HalfNormal, Normal, Uniform, parse
from .exact_posterior import exact
from .gibbs import sample
from .models import NormalNormal
from .optional import need


def normal_from(table, estimate, se, group=None, mu=None, tau=None, form=None):
    """A NormalNormal from the columns of a table; the priors as text, such as 'HalfCauchy(25)'.

    Raises
    ------
    ValueError
        Naming the row and column at fault.
    """
    y = table.numbers(estimate)
    sigma = table.numbers(se, positive=True)
    groups = table.distinct(group) if group else None
    if len(y) < 2:
        raise ValueError(f"{table.path} has {len(y)} row; pooling needs at least 2 groups")
    priors = {"mu": parse(mu) if mu else Normal(0, 20), "tau": parse(tau) if tau else HalfNormal(10)}
    return NormalNormal(y, sigma, groups=groups, form=form, **priors)


def prior_remarks(model):
    """A sentence for each prior that is far too narrow for the data: the defaults are meant for SAT points."""
    said = []
    centre, spread = np.mean(model.y), np.std(model.y)
    if isinstance(model.mu, Normal) and abs(centre - model.mu.mean) > 2 * model.mu.sd:
        said.append(f"the estimates average {centre:.3g}, more than two standard deviations from the prior "
                    f"mu ~ {model.mu!r}: it will hold the population mean back. State your own, such as "
                    f"--mu-prior 'Normal({_round(centre)}, {_round(4 * max(spread, model.sigma.max()))})' or Flat.")
    reach = {HalfNormal: 2.0}.get(type(model.tau), np.inf)
    limit = model.tau.high if isinstance(model.tau, Uniform) else reach * getattr(model.tau, "scale", np.inf)
    excess = np.sqrt(max(spread**2 - np.mean(model.sigma**2), 0))
    if excess > limit:
        said.append(f"the estimates differ by about {excess:.3g} beyond their standard errors, more than the prior "
                    f"tau ~ {model.tau!r} allows: it will shrink them too much. State your own, such as "
                    f"--tau-prior 'HalfCauchy({_round(excess)})'.")
    return said


def _round(x):
    return f"{float(f'{x:.1g}'):g}"


def fit(model, out, draws=2000, seed=42, say=print):
    """Exact answer, Gibbs check, shrinkage table and plots of a model, written to a folder and printed.

    Parameters
    ----------
    model : NormalNormal
    out : str
        The folder; made if there is none. Written: summary.csv, shrinkage.csv, forest.png, shrinkage.png.
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
    truth = exact(model)
    gibbs = sample(model, draws=draws, seed=seed)
    names = ["mu", "tau", "theta"]
    summary = truth.summary(names)
    checked = summary.join(gibbs.summary(names)[["mean", "ess_bulk"]].add_prefix("gibbs_"))
    table = shrinkage_table(model, truth)

    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    checked.to_csv(out / "summary.csv", index_label="parameter")
    table.to_csv(out / "shrinkage.csv", index_label="group")
    plots.save(plots.forest(gibbs), out / "forest.png")
    plots.save(plots.shrinkage(model, truth), out / "shrinkage.png")

    for remark in prior_remarks(model):
        say(f"note: {remark}")
    say(f"{model.J} groups; mu ~ {model.mu!r}, tau ~ {model.tau!r}\n")
    say("Exact posterior (quadrature), 89% intervals:")
    say(checked.loc[["mu", "tau"]].drop(columns=["gibbs_ess_bulk"]).to_string(float_format="{:.4g}".format))
    say("\nWhat pooling does to each group:")
    say(table.to_string(float_format="{:.4g}".format))
    worst = worst_z(truth, gibbs)
    say(f"\nGibbs check: the means of {gibbs.chains * gibbs.n} draws lie within {worst:.1f} Monte Carlo standard errors "
        f"of the exact ones{'' if worst < 4 else ' - more than chance allows: draw more'}.")
    say(f"Written to {out.resolve()}: {', '.join(sorted(path.name for path in out.iterdir()))}")
    return table


def shrinkage_table(model, truth):
    """Each group's own estimate, how far it is pulled, and where to."""
    low, high = truth["theta"].hdi(0.89).T
    return need("pandas").DataFrame({
        "estimate": model.y, "se": model.sigma, "shrinkage": truth["shrinkage"].mean, "pooled": truth["theta"].mean,
        "sd": truth["theta"].sd, "hdi_5.5%": low, "hdi_94.5%": high}, index=list(model.groups))


def worst_z(truth, gibbs):
    """Largest distance of a Gibbs mean from the exact one, in Monte Carlo standard errors."""
    worst = 0.0
    for name in ("mu", "tau", "theta"):
        draws = gibbs[name].reshape(gibbs.chains, gibbs.n, -1)
        for k, marginal in enumerate(truth[name] if draws.shape[-1] > 1 else [truth[name]]):
            if np.isfinite(marginal.sd):
                error = marginal.sd / np.sqrt(ess(draws[..., k]))
                worst = max(worst, abs(draws[..., k].mean() - marginal.mean) / error)
    return worst
