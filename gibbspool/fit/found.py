"""What `gibbspool fit` computes: tables of the exact posterior, and of what pooling does."""
from functools import cached_property

import numpy as np

from ..distributions.writing import written
from ..guide.sensitivity import groups, new_group
from ..models.card import card_of, priors_of
from ..models.normal import NormalNormal
from ..optional import need
from ..progress import watched
from ..rows import Rows
from ..sampling.arviz_bridge import labelled
from .heterogeneity import heterogeneity

PROB = 0.89
CHANCE = 4.5   # Monte Carlo standard errors; the largest of a few dozen hardly ever exceeds it
NO_MASS = 1e-12  # of a node, over that of the heaviest: what lies there does not count
BATCHES = 20   # of each chain, where ArviZ is not there to tell the Monte Carlo error
LOW, HIGH = "hdi_low", "hdi_high"
IN_SDS = 3.2  # width of that interval of a normal, in standard deviations


class Found:
    """The numbers of a fit.

    Parameters
    ----------
    truth : gibbspool.exact of a model of a family that has a card
    gibbs : Draws
        Of the same model.

    Attributes
    ----------
    summary : Rows
        What the groups share, each group's parameter and a new group's: mean, median, sd, interval,
        and the Gibbs means beside.
    table : Rows
        Each group's own estimate, its data, how far it is pulled, its weight, and its posterior.
    heterogeneity : Rows
        Cochran's Q and its kin; None where the data are not estimates with standard errors.
    priors : Rows
    """

    def __init__(self, truth, gibbs):
        self.truth, self.gibbs = truth, gibbs
        self.model, self.card = truth.model, card_of(truth.model)

    @cached_property
    def shared(self):
        """Pairs (label, marginal) of what the groups share."""
        names = [name for name in self.card.hyper if name in self.truth]
        return [pair for name in names for pair in labelled(name, self.truth[name])]

    @cached_property
    def of_groups(self):
        """Pairs (label, marginal) of the groups' parameters, such as ("theta[A]", ...)."""
        return groups(self.truth)

    @cached_property
    def of_new_group(self):
        """Likewise of a new group: where there are covariates, of one that has their means."""
        if self.card.exchangeable(self.model):
            return new_group(self.truth)
        at = self.truth.new_group_at(np.mean(self.model.x, axis=0))
        return [(f"{self.model.parameter}_new", at)]

    @cached_property
    def summary(self):
        pairs = [*self.shared, *self.of_groups, *self.of_new_group]
        hdi = np.array([marginal.hdi(PROB) for _, marginal in watched(pairs, "intervals")])
        columns = {"mean": [marginal.mean for _, marginal in pairs],
                   "median": [float(marginal.quantile(0.5)) for _, marginal in pairs],
                   "sd": [marginal.sd for _, marginal in pairs],
                   LOW: hdi[:, 0], HIGH: hdi[:, 1]}
        columns |= self.gibbs_columns(columns["mean"], columns["sd"])
        remarks = [remark(mean, sd) for mean, sd in zip(columns["mean"], columns["sd"])]
        if any(remarks):
            columns["remark"] = remarks
        errors = dict.fromkeys(("mean", "median", LOW, HIGH, "gibbs_mean"),
                               (hdi[:, 1] - hdi[:, 0]) / IN_SDS)
        return Rows("parameter", [label for label, _ in pairs], columns, errors)

    def gibbs_columns(self, mean, sd):
        """The Gibbs means and their Monte Carlo errors; nothing for a new group.

        The errors are sd / sqrt(ESS) where ArviZ is installed, else those of batch means.
        """
        names = [*(name for name in self.card.hyper if name in self.truth), self.model.parameter]
        draws = np.concatenate([self.gibbs[name].reshape(*self.gibbs[name].shape[:2], -1)
                                for name in names], axis=2)
        exists = np.isfinite(mean[:draws.shape[2]]) & np.isfinite(sd[:draws.shape[2]])
        found = {"gibbs_mean": draws.mean(axis=(0, 1)), "gibbs_error": batch_error(draws)}
        if is_there("arviz") and is_there("pandas"):
            ess = self.gibbs.summary(names)["ess_bulk"].to_numpy()
            found |= {"gibbs_error": np.asarray(sd[:len(ess)]) / np.sqrt(ess),
                      "gibbs_ess_bulk": ess}
        for name in ("gibbs_mean", "gibbs_error"):
            found[name] = np.where(exists, found[name], np.nan)
        nothing = [None] * len(self.of_new_group)
        return {name: [*(x if np.isfinite(x) else None for x in values.tolist()), *nothing]
                for name, values in found.items()}

    @property
    def worst_z(self):
        """Largest distance of a Gibbs mean from the exact one, in Monte Carlo standard errors."""
        return worst_z(self.summary)

    @cached_property
    def table(self):
        truth, model, card = self.truth, self.model, self.card
        labels = [label[len(model.parameter) + 1:-1] for label, _ in self.of_groups]
        times = len(labels) // model.J
        columns = {"estimate": own_estimates(truth), **card.data(model)}
        if "shrinkage" in truth:
            columns["shrinkage"] = np.repeat(shrinkage_of_groups(truth), times)
        columns["weight"] = np.repeat(weights(truth), times)
        first = len(self.shared)
        for name, column in {"pooled": "mean", "median": "median", "sd": "sd", LOW: LOW,
                             HIGH: HIGH}.items():
            columns[name] = np.array(self.summary[column][first:first + len(labels)])
        columns = {name: np.ravel(x).tolist() for name, x in columns.items()}
        columns["estimate"] = [x if np.isfinite(x) else None for x in columns["estimate"]]
        own = self.summary.errors["mean"][first:first + len(labels)]
        return Rows("group", labels, columns,
                    dict.fromkeys(("estimate", "pooled", "median", LOW, HIGH), own))

    @cached_property
    def heterogeneity(self):
        return heterogeneity(self.truth) if isinstance(self.model, NormalNormal) else None

    @cached_property
    def priors(self):
        found = priors_used(self.model)
        return Rows("parameter", list(found), {"prior": list(found.values())})


def priors_used(model):
    """The priors of a model as one types them, by the names of its parameters."""
    found = {}
    for name, prior in priors_of(model).items():
        every = model.arguments()[name]
        if isinstance(every, tuple) and len({written(one) for one in every}) > 1:
            labels = getattr(model, "covariates", range(len(every)))
            found |= {f"{name}[{label}]": written(one) for label, one in zip(labels, every)}
        else:
            found[name] = written(prior)
    return found


def own_estimates(truth):
    """Each group's own estimate, (J,) or (J, K); nan for a group without data of its own."""
    model, card = truth.model, card_of(truth.model)
    estimate = np.array(card.estimate(model), dtype=float)
    estimate[np.asarray(card.information(model)) == 0] = np.nan
    return estimate


def weights(truth):
    """Each group's share in the posterior mean of the population's mean, (J,).

    For estimates E[w_j / sum(w)] with w_j = 1 / (sigma_j^2 + tau^2), over the posterior of tau:
    with a flat prior of mu, sum(weight y) is mu's posterior mean. w_j is B_j / sigma_j^2, and the
    other families have it likewise: how far a group is pulled times what it knows, such as n_j /
    (n_j + kappa). What the prior of the mean weighs is left out.
    """
    model, card = truth.model, card_of(truth.model)
    at, mass = nodes_of(truth[model.spread])
    w = np.array([card.pull(truth, spread) for spread in at]) * card.information(model)
    return mass @ (w / w.sum(axis=1, keepdims=True))


def nodes_of(marginal):
    """Where a marginal was integrated, and the probability of each node."""
    at, mass = marginal.x(marginal.integral.u), np.exp(marginal.integral.log_mass)
    counts = mass > NO_MASS * mass.max()
    return at[counts], mass[counts] / mass[counts].sum()


def shrinkage_of_groups(truth):
    """Posterior means of the shrinkage factors, (J,): 1 for a group without data of its own."""
    shrinkage = truth["shrinkage"]
    found = dict(zip(shrinkage.labels, shrinkage.mean))
    return np.array([found.get(label, 1.0) for label in truth.model.groups])


def batch_error(draws):
    """Monte Carlo error of means by batch means, from an array (chain, draw, k).

    The chains are cut into batches; where these are longer than the draws remember, their means are
    independent, and tell by how much the overall mean is uncertain.
    """
    chains, n, k = draws.shape
    batches = min(BATCHES, n)
    each = n // batches
    means = draws[:, :each * batches].reshape(chains * batches, each, k).mean(axis=1)
    if len(means) < 2:
        return np.full(k, np.nan)
    return means.std(axis=0, ddof=1) / np.sqrt(len(means))


def worst_z(summary):
    """Largest distance of a Gibbs mean from the exact one, in Monte Carlo standard errors."""
    z = [abs(mean - exact) / error for mean, exact, error in
         zip(summary["gibbs_mean"], summary["mean"], summary["gibbs_error"])
         if mean is not None and error]
    return max(z, default=np.nan)


def verdict(z):
    """How far apart the Gibbs means and the exact ones are, in words."""
    more = "" if z < CHANCE else " - more than chance allows: draw more"
    return f"{z:.1f} Monte Carlo standard errors of the exact ones{more}"


def remark(mean, sd):
    """Which moments do not exist, in words; nothing where both do."""
    if not np.isfinite(mean):
        return "mean and sd do not exist"
    return "" if np.isfinite(sd) else "sd does not exist"


def is_there(name):
    """Whether an extra is installed."""
    try:
        return bool(need(name))
    except ImportError:
        return False
