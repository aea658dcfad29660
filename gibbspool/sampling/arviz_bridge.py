"""Everything that knows ArviZ, and the one place that knows its two lines: 0.x and 1.x."""
import itertools
import logging
import warnings
from collections import namedtuple
from contextlib import contextmanager

import numpy as np

from ..optional import need

PSIS = namedtuple("PSIS", "elpd se pointwise pareto_k")

POINTS = ["5.5%", "94.5%"]

PSIS.__doc__ = "ArviZ's PSIS-LOO: elpd, its standard error; of each group its share and Pareto k."


def arviz():
    """The module, or an ImportError that says what to install."""
    return need("arviz")


@contextmanager
def quiet():
    """What ArviZ and NumPy would say inside is not said; where it matters we do, see `diagnose`."""
    log = logging.getLogger("arviz")  # the line 0.x logs its complaints
    level = log.level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        log.setLevel(logging.ERROR)
        try:
            yield
        finally:
            log.setLevel(level)


def is_new(az):
    """Whether this is the line 1.x."""
    return int(az.__version__.split(".")[0]) >= 1


def to_arviz(draws, seed=0):
    """All that is known of the draws of a model, as ArviZ holds it."""
    model = draws.model
    groups = {"posterior": dict(draws.items())} if len(draws.keys()) else {}
    if draws.sample_stats:
        groups["sample_stats"] = dict(draws.sample_stats)
    observed = model.observed()
    if draws.has_for("log_likelihood"):
        groups["log_likelihood"] = {name_of_data(model): draws.log_likelihood()}
    if draws.has_for("replicate"):
        groups["posterior_predictive"] = draws.replicates(seed)
    if observed:
        groups["observed_data"] = observed
    if model.constants():
        groups["constant_data"] = model.constants()
    data = inference_data(groups, model)
    if draws.summaries:
        add_summaries(data, draws)
    return data


@quiet()
def add_summaries(data, draws):
    """A group of its own for what is known of variables whose draws were not kept."""
    xr, found = need("xarray"), {}
    for name, summary in draws.summaries.items():
        dims = [dim or f"{name}_dim_{k}" for k, dim in enumerate(draws.dims(name))]
        for what, values in known(summary).items():
            found[f"{name}_{what}"] = (dims, values)
    names = {dim for dims, _ in found.values() for dim in dims}
    coords = {dim: list(labels) for dim, labels in draws.model.coords.items() if dim in names}
    if is_new(arviz()):
        data["summaries"] = xr.DataTree(xr.Dataset(found, coords))
    else:
        data.add_groups({"summaries": xr.Dataset(found, coords)})


def known(summary):
    """What a summary tells, by name."""
    points = {"low": summary.low, "high": summary.high} if summary.points else {}
    return {"mean": summary.mean, "sd": summary.sd, "r_hat": summary.r_hat, **points}


def name_of_data(model):
    """What the model calls its data; "y" where it does not say."""
    return next(iter(model.observed()), "y")


@quiet()
def inference_data(groups, model):
    """Groups of arrays by name, in ArviZ's container, with the named axes and labels of the model.
    """
    az = arviz()
    names = {name for group in groups.values() for name in group}
    dims = {name: list(model.dims[name]) for name in names if name in model.dims}
    coords = {name: list(labels) for name, labels in model.coords.items()}
    with warnings.catch_warnings():
        # ArviZ takes more chains than draws for a mistake; the axes here are named rightly
        warnings.filterwarnings("ignore", message=".*chain.*draw.*")
        if is_new(az):
            return az.from_dict(groups, dims=dims, coords=coords)
        return az.from_dict(**groups, dims=dims, coords=coords)


def summary(draws, names, prob):
    """ArviZ's table under one set of column names, with a tutor's warnings."""
    az = arviz()
    names = list(names) if names is not None else [*draws.keys(), *draws.summaries]
    low, high = hdi_columns(prob)
    columns = ["mean", "sd", low, high, "mcse_mean", "mcse_sd", "ess_bulk", "ess_tail", "r_hat"]
    # One variable at a time: ArviZ 1.3 mixes up the labels of a variable whose dims first appeared
    # in another order.
    tables = [table_of_summary(draws, name) if name in draws.summaries else
              with_our_columns(summary_of(az, draws, name, prob), low, high) for name in names]
    if any(summary.points for summary in draws.summaries.values()):
        columns += POINTS
        for name, one in zip(names, tables):
            if name not in draws.summaries:
                ends = np.quantile(draws[name], (0.055, 0.945), axis=(0, 1))
                one[POINTS] = ends.reshape(2, -1).T
    table = need("pandas").concat([table.reindex(columns=columns) for table in tables])
    summarised = {label for name, one in zip(names, tables) if name in draws.summaries
                  for label in one.index}
    for sentence in diagnose(table, draws.sample_stats, summarised):
        warnings.warn(sentence, stacklevel=3)
    return table


def with_our_columns(table, low, high):
    """ArviZ's table with the ends of its interval under our names for them."""
    ends = [c for c in table.columns if c.startswith("hdi")]
    return table.rename(columns=dict(zip(ends, (low, high)))).astype(float)


def table_of_summary(draws, name):
    """Mean, sd, R-hat and, if they were asked for, the points of what was not kept."""
    found = known(draws.summaries[name])
    columns = {"low": POINTS[0], "high": POINTS[1]}
    labels = [f"{name}[{', '.join(place)}]" for place in itertools.product(*draws.labels(name))]
    return need("pandas").DataFrame(
        {columns.get(what, what): np.ravel(values) for what, values in found.items()}, index=labels)


@quiet()
def summary_of(az, draws, name, prob):
    """ArviZ's own table of one variable."""
    data = inference_data({"posterior": {name: draws[name]}}, draws.model)
    if is_new(az):
        return az.summary(data, ci_prob=prob, ci_kind="hdi", round_to="none")
    return az.summary(data, hdi_prob=prob, round_to="none")


def hdi_columns(prob):
    """Names of the ends of an interval, as the section writes them: hdi_5.5% and hdi_94.5%."""
    return f"hdi_{100 * (1 - prob) / 2:g}%", f"hdi_{100 * (1 + prob) / 2:g}%"


def diagnose(table, sample_stats, summarised=frozenset()):
    """What a tutor would say of the diagnostics: what each means and what to do.

    Of the rows that are summarised there is no ESS.
    """
    said = []
    kept = ~table.index.isin(list(summarised))
    unknown = table["r_hat"].isna() | (table["ess_bulk"].isna() & kept)
    if unknown.any():
        said.append(f"R-hat or ESS of {table.index[unknown][0]} cannot be "
                    "computed: there are too few draws or chains, or all are alike. Draw at least "
                    "4 chains of 100.")
    if table["r_hat"].max() > 1.01:
        worst = table["r_hat"].idxmax()
        said.append(f"R-hat of {worst} is {table['r_hat'].max():.4f} (> 1.01): the chains have not "
                    "yet met, so their means differ by more than chance. Draw more (draws, tune), "
                    "or use another form of the model.")
    ess = table[["ess_bulk", "ess_tail"]].min(axis=1)
    if ess.min() < 400:
        said.append(f"the effective sample size of {ess.idxmin()} is {ess.min():.0f} (< 400): its "
                    "draws are so alike that its mean and interval are uncertain. Draw more, or "
                    "use a form that mixes better.")
    divergences = int(np.sum(sample_stats.get("diverging", 0)))
    if divergences:
        said.append(f"{divergences} divergent transitions: the sampler met a region it cannot "
                    "enter, often the neck of a funnel at small tau, and the draws may be biased. "
                    "Use the non-centred form; a higher target_accept only hides the problem.")
    return said


def exact_table(truth, names, prob):
    """Mean, sd and interval of every marginal, labelled as ArviZ labels draws."""
    pd = need("pandas")
    rows = {}
    for name in names:
        for label, marginal in labelled(name, truth[name]):
            rows[label] = (marginal.mean, marginal.sd, *marginal.hdi(prob))
    return pd.DataFrame.from_dict(rows, orient="index", columns=["mean", "sd", *hdi_columns(prob)])


def labelled(name, marginal):
    """Pairs (label, marginal), through as many levels of labels as there are."""
    if not hasattr(marginal, "labels"):
        return [(name, marginal)]
    pairs = []
    for label, one in zip(marginal.labels, marginal):
        pairs += [(f"{name}[{label}{', ' + rest[len(name) + 1:-1] if rest != name else ''}]", leaf)
                  for rest, leaf in labelled(name, one)]
    return pairs


@quiet()
def ess(values, method="bulk"):
    """Effective sample size of an array (chain, draw)."""
    # the default of ArviZ 0.x; 1.x has none for arrays
    tails = {"prob": (0.05, 0.95)} if method == "tail" else {}
    return float(np.asarray(arviz().ess(np.asarray(values), method=method, **tails)))


@quiet()
def rhat(values):
    """Split R-hat, rank-normalised, of an array (chain, draw)."""
    return float(np.asarray(arviz().rhat(np.asarray(values))))


@quiet()
def mcse(values, method="mean"):
    """Monte Carlo standard error of the mean (or sd) of an array (chain, draw)."""
    return float(np.asarray(arviz().mcse(np.asarray(values), method=method)))


@quiet()
def bfmi(draws):
    """Bayesian fraction of missing information of each chain, from the energies of an HMC run."""
    az = arviz()
    if not is_new(az):
        return np.asarray(az.bfmi(np.asarray(draws.sample_stats["energy"])))
    data = az.from_dict({"posterior": dict(draws.items()),
                         "sample_stats": dict(draws.sample_stats)})
    return np.asarray(az.bfmi(data)["energy"])


@quiet()
def psis_loo(draws):
    """ArviZ's PSIS-LOO of the draws of a model; its standard error is sqrt(J var), as in
    `elpd_loo`, where ArviZ 1.x divides by J - 1.
    """
    az = arviz()
    # high Pareto k are reported by the caller, group by group
    found = az.loo(with_log_likelihood(draws), pointwise=True)
    elpd, pointwise = ((found.elpd, found.elpd_i) if is_new(az)
                       else (found.elpd_loo, found.loo_i))
    pointwise = np.asarray(pointwise)
    return PSIS(float(elpd), float(np.sqrt(len(pointwise) * pointwise.var())), pointwise,
                np.asarray(found.pareto_k))


@quiet()
def stacking_weights(all_draws):
    """ArviZ's stacking weights of several models, by name, from a dict of their draws."""
    az = arviz()
    table = az.compare({name: with_log_likelihood(draws) for name, draws in all_draws.items()})
    return {name: float(weight) for name, weight in table["weight"].items()}


def with_log_likelihood(draws):
    """What ArviZ's LOO asks for: the posterior and the pointwise log likelihood."""
    return inference_data({"posterior": dict(draws.items()),
                           "log_likelihood": {name_of_data(draws.model): draws.log_likelihood()}},
                          draws.model)
