"""Comparing pooling strategies: exact leave-one-group-out beside ArviZ's PSIS-LOO."""
import warnings

import numpy as np

from ..distributions.standard import Normal
from ..models.twins import exact
from ..optional import need
from ..progress import Progress
from ..sampling.arviz_bridge import psis_loo, stacking_weights
from ..sampling.model import refuse_no_model
from ..spelling import refuse_unknown
from ..validate import array, generator, whole_number
from .many import evidence

UNRELIABLE = 0.7  # Pareto k above which PSIS-LOO is
MOST_NAMED = 5    # groups of a model where it is
FEWEST = 100      # draws, whose largest fifth gets a Pareto distribution


def compare(models, draws=2000, chains=4, seed=1, progress=None, **misspelt):
    """Rank models by how well they predict a group from the others.

    It needs pandas and ArviZ, pip install 'gibbspool[all]'; the exact part alone does not:
    ``gp.exact(model).elpd_loo()``.

    Parameters
    ----------
    models : dict of str to model
        All of the same data.
    draws, chains, seed : int
        Independent posterior draws that PSIS-LOO is computed from: 100 at least, in all chains.
    progress : bool, optional
        Whether to show on standard error how far it has got; by default where that is a terminal.
    **misspelt
        Refused: arguments by names that there are not, with the name that was meant.

    Returns
    -------
    pandas.DataFrame
        Best first. elpd (see `help(gibbspool)`): exact log predictive density of each group given
        the others, summed (higher is better); se: its standard error; elpd_diff and dse: distance
        to the best one, exact, and its standard error; psis_loo and psis_se: ArviZ's approximation
        from draws; pareto_k: its largest k; weight: ArviZ's stacking weight.

    Raises
    ------
    TypeError
        Not a dict.
    ValueError
        Fewer than two models, models of different data, or too few draws.
    ImportError
        pandas or ArviZ is not installed.

    Warns
    -----
    UserWarning
        Where a Pareto k above 0.7 makes PSIS-LOO unreliable: all such groups in one sentence.
    """
    refuse_unknown(compare, misspelt)
    pd = need("pandas")
    refuse_what_cannot_be_compared(models)
    draws, chains = whole_number("draws", draws, 1), whole_number("chains", chains, 1)
    if draws * chains < FEWEST:
        raise ValueError(f"draws is {draws} in {chains} chains; PSIS-LOO needs at least {FEWEST} "
                         "draws in all")
    sampled, elpd, psis = {}, {}, {}
    with Progress(len(models) + 1, "models", progress) as bar:
        for name, model in models.items():
            truth = exact(model)
            elpd[name] = truth.elpd_loo()
            sampled[name] = truth.sample(draws, chains, seed)
            psis[name] = psis_loo(sampled[name])
            bar.count()
        weight = stacking_weights(sampled)
        bar.count()
    names = sorted(models, key=lambda name: -elpd[name].elpd)
    best = elpd[names[0]]
    rows = []
    for rank, name in enumerate(names):
        apart = elpd[name].pointwise - best.pointwise
        rows.append({"rank": rank, "elpd": elpd[name].elpd, "se": elpd[name].se,
                     "elpd_diff": apart.sum(), "dse": np.sqrt(len(apart) * apart.var()),
                     "psis_loo": psis[name].elpd, "psis_se": psis[name].se,
                     "pareto_k": psis[name].pareto_k.max(), "weight": weight[name]})
    unreliable = where_unreliable({name: models[name].groups for name in names}, psis)
    if unreliable:
        warnings.warn(f"PSIS-LOO is unreliable where Pareto k exceeds {UNRELIABLE}, for leaving "
                      f"that group out changes the posterior too much: {unreliable}. Rely on the "
                      "exact elpd.", stacklevel=2)
    return pd.DataFrame(rows, index=names)


def where_unreliable(groups, psis):
    """The groups with a high Pareto k, model by model, such as "partial: A 0.85, B 0.92"; or "".

    Parameters
    ----------
    groups : dict of str to list of str
        Labels, by the name of the model.
    psis : dict of str to PSIS
    """
    said = []
    for name, labels in groups.items():
        high = [(k, label) for label, k in zip(labels, psis[name].pareto_k) if k > UNRELIABLE]
        named = [f"{label} {k:.2f}" for k, label in sorted(high, reverse=True)[:MOST_NAMED]]
        more = [f"{len(high) - MOST_NAMED} more"] if len(high) > MOST_NAMED else []
        if high:
            said.append(f"{name}: {', '.join(named + more)}")
    return "; ".join(said)


def refuse_what_cannot_be_compared(models):
    """Raise unless `models` are at least two models of the same data."""
    if not isinstance(models, dict):
        raise TypeError(f"models is a {type(models).__name__}; it must be a dict of names to "
                        "models")
    if len(models) < 2:
        raise ValueError(f"models has {len(models)} entry; comparing needs at least two")
    for model in models.values():
        refuse_no_model(model)
    sizes = {name: model.J for name, model in models.items()}
    if len(set(sizes.values())) > 1:
        raise ValueError(f"the models have different numbers of groups: {sizes}; compare models of "
                         "the same data")
    first, *others = models
    for name in others:
        for what, values in models[first].observed().items():
            if not np.array_equal(models[name].observed().get(what), values):
                raise ValueError(f"models[{name!r}] has another {what} than models[{first!r}]; "
                                 "compare models of the same data")


def how_often_first(sigma, tau, runs=200, mu=8.0, seed=1):
    """How often exact leave-one-out ranks each pooling strategy first, on data of a known tau.

    Parameters
    ----------
    sigma : array (J,)
        Standard errors.
    tau, mu : float
        theta_j ~ Normal(mu, tau), y_j ~ Normal(theta_j, sigma_j).
    runs, seed : int
        Data sets made.

    Returns
    -------
    dict of str to float
        "partial pooling", "no pooling", "complete pooling" (priors of Section 5.8.5): shares of the
        data sets.
    """
    sigma = array("sigma", sigma, positive=True)
    if len(sigma) < 2:
        raise ValueError("sigma has a single entry; a group can only be predicted from others")
    theta, noise = np.moveaxis(generator(seed).standard_normal((runs, 2, len(sigma))), 1, 0)
    y = mu + tau * theta + sigma * noise
    elpd = elpd_of_strategies(y, sigma)
    best = np.argmax(list(elpd.values()), axis=0)
    return {name: float(np.mean(best == k)) for k, name in enumerate(elpd)}


def elpd_of_strategies(y, sigma, mu=Normal(0, 20), theta=Normal(0, 20)):
    """Exact leave-one-out of the three pooling strategies for many data sets at once.

    Parameters
    ----------
    y : array (sets, J)
    sigma : array (J,)
    mu, theta : Normal
        Priors: of mu under partial and complete pooling, of each theta under none.

    Returns
    -------
    dict of str to array (sets,)
        elpd by "partial pooling", "no pooling", "complete pooling".
    """
    return {name: each.sum(axis=1)
            for name, each in pointwise_of_strategies(y, sigma, mu, theta).items()}


def pointwise_of_strategies(y, sigma, mu=Normal(0, 20), theta=Normal(0, 20)):
    """The same group by group: arrays (sets, J).

    ::

        partial pooling   log p(y_j | y_-j) = log p(y) - log p(y_-j)
        no pooling        y_j ~ Normal(m_0, sqrt(s_0^2 + sigma_j^2)), whatever the others are
        complete pooling  y_j ~ Normal(m, sqrt(v + sigma_j^2)), with m and v of mu given y_-j
    """
    J, precision = len(sigma), 1 / sigma**2
    others = [np.arange(J) != j for j in range(J)]
    log_p = evidence(y, sigma, mu=mu)
    partial = np.column_stack([log_p - evidence(y[:, rest], sigma[rest], mu=mu)
                               for rest in others])
    none = Normal(theta.mean, np.hypot(theta.sd, sigma)).logpdf(y)
    v = 1 / (mu.precision + precision.sum() - precision)
    total = mu.precision * mu.mean + y @ precision
    m = v * (total[:, None] - precision * y)
    complete = Normal(m, np.sqrt(v + sigma**2)).logpdf(y)
    return {"partial pooling": partial, "no pooling": none, "complete pooling": complete}
