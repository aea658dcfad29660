"""One record a family: what tables, advice and the command line need to know of it.

`CARDS` is the only list of the families. The command line, `fit`, `advise`, `prior_sensitivity` and
`step` loop over it, so a family of your own is served by all of them once its card is in the list::

    CARDS.append(WaitingCard())
"""
import inspect
from abc import ABC, abstractmethod

import numpy as np

from ..distributions.base import Distribution
from ..numerics.coordinates import Line, Log, Logit
from . import examples
from .binomial import BetaBinomial
from .multinomial import DirichletMultinomial
from .normal import NormalNormal, NormalNormalCovariates
from .one_way import OneWayNormal
from .poisson import PoissonLognormal
from .standard_errors import combined, standard_errors


class Card(ABC):
    """What is known of a family. Derive a class of your own, and put one object of it into `CARDS`.

    Attributes
    ----------
    name : str
        On the command line, as in ``gibbspool fit --model normal``.
    model : class
        It tells the names of the groups' parameter and of their spread, the forms, and the default
        priors.
    story : str
        How the data come about, in one line.
    hyper : tuple of str
        What the groups share, in the order of a summary.
    noun : str
        What `size` counts or measures, in the plural, such as "answers".
    link : coordinate
        The scale on which groups differ: `Line`, `Log` for rates, `Logit` for shares.
    concentration : bool
        Whether the spread is a concentration: the larger it is, the more alike the groups are.
    ways : dict of tuple of str to str
        The ways to name the columns of a table, of which one must be complete, and what each means,
        in half a sentence or "".
    optional : dict of str to str
        Other columns, likewise.
    several : dict of str to str
        Those that are more than one column, with an example such as "a,b,c".
    axis : str
        What stands along the axis of its pictures, with the names of the table's columns in braces.
    gaps : tuple of str
        Those whose cells may be empty.
    settings : dict of str to str
        Numbers that tell how columns are to be read, and what each means.
    typed : str
        An example of what to type after ``gibbspool fit``.
    examples : dict of str to function
        Models on known data, by name; each function takes the form. The first one stands for the
        family.
    """

    name = story = noun = typed = axis = ""
    model = link = None
    concentration = False
    hyper = ()
    ways, optional, several, examples = {}, {"group": ""}, {}, {}
    gaps, settings = (), {}

    @property
    def parameter(self):
        """The name of what each group has, such as theta."""
        return self.model.parameter

    @property
    def spread(self):
        """The name of what says how far the groups lie apart, such as tau."""
        return self.model.spread

    @property
    def forms(self):
        """Names of the forms, the default one first."""
        default = self.model.default_form
        return (default, *(form for form in self.model.forms if form != default))

    @property
    def columns(self):
        """Names of all columns that a table may be asked for."""
        return tuple(dict.fromkeys([*(name for way in self.ways for name in way), *self.optional]))

    def example(self, form=None):
        """The family's own example: a model on known data."""
        return next(iter(self.examples.values()))(form)

    def priors(self):
        """The default priors by name, as the constructor states them.

        Those that it states as None depend on the data, and are read off the examples.
        """
        found = {}
        for make in self.examples.values():
            for name, prior in priors_of(make()).items():
                stated = inspect.signature(self.model).parameters[name].default
                found[name] = stated if isinstance(stated, Distribution) else prior
        return found

    def section_priors(self):
        """The priors of the section as arguments, so that the model takes them for stated.

        Those that the constructor states as None are the section's too: it makes them of the data.
        """
        parameters = inspect.signature(self.model).parameters
        return {name: parameters[name].default for name in self.priors()}

    @abstractmethod
    def read(self, table, **given):
        """The model of a table.

        Parameters
        ----------
        table : fit.tables.Table
        **given
            By the names of `ways`, `optional` and `settings`, the columns and numbers; and by those
            of the constructor, the form and priors that were stated.
        """

    @abstractmethod
    def data(self, model):
        """The data of each group by name, as the shrinkage table shows them."""

    @abstractmethod
    def estimate(self, model):
        """Each group's own estimate of its parameter, from its own data alone; nan without any."""

    @abstractmethod
    def error(self, truth, pooled):
        """Standard error of each own estimate, if the pooled ones were the truth.

        It is inf for a group without data.
        """

    def pull(self, truth, spread):
        """How far each group is pulled at a value of the spread, (J,): 0 not at all, 1 all the way.

        By default the model's own shrinkage factors.
        """
        return truth.model.shrinkage(spread)

    @abstractmethod
    def size(self, model):
        """What tells how much each group knows by itself, (J,), in the words of `noun`."""

    def information(self, model):
        """How well informed each group is, (J,): more is more. By default its size."""
        return self.size(model)

    def exchangeable(self, model):
        """Whether nothing in the model tells one group from another beforehand: no covariates."""
        return True


class NormalCard(Card):
    """Estimates with known standard errors."""

    name, model = "normal", NormalNormal
    story = ("an estimate ~ Normal(theta, se) for each group, its standard error known; "
             "theta ~ Normal(mu, tau)")
    hyper = ("mu", "beta", "tau")
    noun, link = "standard errors", Line()
    axis = "{estimate}"
    ways = {("estimate", "se"): "",
            ("estimate", "variance"): "se = sqrt(variance)",
            ("estimate", "ci_low", "ci_high"): "se = (high - low) / (2 z), of 95% intervals",
            ("estimate", "sd", "n"): "se = sd / sqrt(n)"}
    optional = {"group": "", "covariates": "for the groups' own: theta ~ Normal(mu + beta x, tau)"}
    several = {"covariates": "x1,x2"}
    settings = {"ci_level": "level of the intervals (default: 0.95)"}
    typed = ('schools.csv --model normal --estimate effect --se se --group school '
             '--tau-prior "HalfCauchy(25)"')
    examples = {"eight-schools": examples.eight_schools,
                "private-schools": examples.private_schools}

    def read(self, table, estimate, se=None, variance=None, ci_low=None, ci_high=None,
             ci_level=None, sd=None, n=None, group=None, covariates=(), **given):
        """A row for each group: an estimate, its standard error and perhaps covariates.

        Rows of one group are combined.
        """
        groups, y = table.groups(group), table.numbers(estimate)
        sigma = standard_errors(table, estimate, se, variance, ci_low, ci_high, ci_level, sd, n)
        y, sigma = combined(table, y, sigma, groups)
        if covariates:
            names, x = table.covariates(covariates, groups)
            given = {"x": x, "covariates": names, **given}
        return NormalNormal(y, sigma, groups=groups.labels, **given)

    def data(self, model):
        return {"se": model.sigma}

    def estimate(self, model):
        return model.y

    def error(self, truth, pooled):
        return truth.model.sigma

    def size(self, model):
        return model.sigma

    def information(self, model):
        """1 / sigma_j^2: the precision of an estimate."""
        return 1 / model.sigma**2

    def exchangeable(self, model):
        return not isinstance(model, NormalNormalCovariates)


class OneWayCard(Card):
    """Observations in groups."""

    name, model = "oneway", OneWayNormal
    story = "values ~ Normal(theta, sigma) in each group, sigma unknown; theta ~ Normal(mu, tau)"
    hyper = ("mu", "tau", "sigma")
    noun, link = "observations", Line()
    axis = "{value}"
    ways = {("value", "group"): "a row for each observation",
            ("wide",): "a column for each group, cells may be empty"}
    optional = {}
    several = {"wide": "A,B,C"}
    gaps = ("wide",)
    typed = "scores.csv --model oneway --value score --group instructor"
    examples = {"instructors": examples.instructors}

    def read(self, table, value=None, group=None, wide=(), **given):
        """Long (a row for each observation, with its group) or wide (a column for each group)."""
        if not wide:
            return OneWayNormal(table.numbers(value), np.array(table.labels(group)), **given)
        table.note_total_columns(wide, "group")
        columns = [table.numbers(name, missing=True) for name in wide]
        for name, column in zip(wide, columns):
            if np.isnan(column).all():
                raise ValueError(f"{table.path}: column {name!r} has no observation at all")
        columns = [column[~np.isnan(column)] for column in columns]
        label = np.repeat(list(wide), [len(column) for column in columns])
        return OneWayNormal(np.concatenate(columns), label, **given)

    def data(self, model):
        return {"n": model.n}

    def estimate(self, model):
        return model.mean

    def error(self, truth, pooled):
        """sigma / sqrt(n_i), at the median of sigma."""
        return truth["sigma"].quantile(0.5) / np.sqrt(truth.model.n)

    def pull(self, truth, spread):
        """B_i at the median of sigma."""
        return truth.model.shrinkage(spread, truth["sigma"].quantile(0.5))

    def size(self, model):
        return model.n


class MultinomialCard(Card):
    """Counts of answers in several categories."""

    name, model = "multinomial", DirichletMultinomial
    story = "counts of answers ~ Multinomial(pi) in each group; pi ~ Dirichlet(alpha pi0)"
    hyper = ("alpha", "pi0")
    noun, link, concentration = "answers", Logit(), True
    axis = "share of answers"
    ways = {("categories",): "a column of counts for each",
            ("group", "category", "count"): "a row for each pair"}
    several = {"categories": "a,b,c"}
    typed = "survey.csv --model multinomial --categories yes,no,unsure --group region"
    examples = {"survey": examples.survey}

    def read(self, table, categories=(), category=None, count=None, group=None, **given):
        """Wide (a column of counts for each category) or long (a row for each pair)."""
        if categories:
            rows = table.groups(group)
            table.note_total_columns(categories, "category")
            table.note_several_rows(rows, "their counts are summed")
            groups, counts = rows.labels, rows.sums(np.column_stack(
                [table.numbers(name, nonnegative=True, whole=True) for name in categories]))
        else:
            groups, categories, counts = table.crossed(group, category, count)
        if not np.any(counts):
            raise ValueError(f"{table.path} holds no answer at all: every count is 0")
        return DirichletMultinomial(counts, groups=groups, categories=list(categories), **given)

    def data(self, model):
        return {"count": model.counts, "n": np.repeat(model.n[:, None], model.K, axis=1)}

    def estimate(self, model):
        return share_of(model.counts, np.broadcast_to(model.n[:, None], model.counts.shape))

    def error(self, truth, pooled):
        return error_of_share(pooled, truth.model.n[:, None])

    def size(self, model):
        return model.n


class PoissonCard(Card):
    """Counts of events, in known exposures."""

    name, model = "poisson", PoissonLognormal
    story = ("a count ~ Poisson(lam exposure) for each group; "
             "log lam ~ Normal(mu_log, sigma_log)")
    hyper = ("mu_log", "sigma_log")
    noun, link = "exposures", Log()
    axis = "{count} / {exposure}"
    ways = {("count", "exposure"): "events, and the time or number in which they could have "
                                   "happened"}
    typed = "events.csv --model poisson --count events --exposure days --group hospital"
    examples = {"hospitals": examples.hospitals}

    def read(self, table, count, exposure, group=None, **given):
        """A row for each group: its count of events and its exposure. Rows of one are summed."""
        groups = table.groups(group)
        y = table.numbers(count, nonnegative=True, whole=True)
        e = table.numbers(exposure, nonnegative=True)
        for i in np.flatnonzero((y > 0) & (e == 0)):
            raise table.complaint(i, count, f"{y[i]:g} events in an exposure of 0")
        if not e.any():
            raise ValueError(f"{table.path} holds no data: every exposure is 0")
        table.note_several_rows(groups, "their counts and exposures are summed")
        return PoissonLognormal(groups.sums(y), groups.sums(e), groups=groups.labels, **given)

    def data(self, model):
        return {"count": model.y, "exposure": model.exposure}

    def estimate(self, model):
        return share_of(model.y, model.exposure)

    def error(self, truth, pooled):
        """sqrt(lam_j / e_j); inf for a group without exposure."""
        with np.errstate(divide="ignore"):
            return np.sqrt(pooled / truth.model.exposure)

    def pull(self, truth, spread):
        """About 1 / (1 + sigma_log^2 E_j), on the log scale, with E_j the expected count.

        The variance of the log of a count is about 1 / E_j.
        """
        lam = np.exp(truth["mu_log"].quantile(0.5))
        return 1 / (1 + spread**2 * lam * truth.model.exposure)

    def size(self, model):
        return model.exposure


class BinomialCard(Card):
    """Successes out of trials."""

    name, model = "binomial", BetaBinomial
    story = ("successes ~ Binomial(trials, theta) in each group; "
             "theta ~ Beta(phi kappa, (1 - phi) kappa)")
    hyper = ("phi", "kappa")
    noun, link, concentration = "trials", Logit(), True
    axis = "{successes} / {trials}"
    ways = {("successes", "trials"): ""}
    typed = "batting.csv --model binomial --successes hits --trials at_bats --group player"
    examples = {"baseball": examples.baseball}

    def read(self, table, successes, trials, group=None, **given):
        """A row for each group: its number of successes and of trials. Rows of one are summed."""
        groups = table.groups(group)
        y = table.numbers(successes, nonnegative=True, whole=True)
        n = table.numbers(trials, nonnegative=True, whole=True)
        for i in np.flatnonzero(y > n):
            raise table.complaint(i, successes, f"{y[i]:g} successes out of {n[i]:g} trials")
        if not n.any():
            raise ValueError(f"{table.path} holds no data: every number of trials is 0")
        table.note_several_rows(groups, "their successes and trials are summed")
        return BetaBinomial(groups.sums(y), groups.sums(n), groups=groups.labels, **given)

    def data(self, model):
        return {"successes": model.successes, "trials": model.trials}

    def estimate(self, model):
        return share_of(model.successes, model.trials)

    def error(self, truth, pooled):
        return error_of_share(pooled, truth.model.trials)

    def size(self, model):
        return model.trials


CARDS = [NormalCard(), OneWayCard(), MultinomialCard(), PoissonCard(), BinomialCard()]


def card_of(model):
    """The card of a model's family.

    Raises
    ------
    TypeError
        It belongs to no family that has a card.
    """
    for card in CARDS:
        if isinstance(model, card.model):
            return card
    raise TypeError(f"model is {model!r}; it must be one of "
                    f"{', '.join(card.model.__name__ for card in CARDS)}")


def priors_of(model):
    """The priors of a model by name: those of its arguments that are densities.

    Where an argument is a list of priors, the first one.
    """
    arguments = {name: value[0] if isinstance(value, tuple) else value
                 for name, value in model.arguments().items()}
    return {name: value for name, value in arguments.items() if isinstance(value, Distribution)}


def share_of(count, size):
    """A group's own rate or share, count / size; nan where it has no data."""
    return np.divide(count, size, out=np.full(np.shape(count), np.nan), where=size > 0)


def error_of_share(share, n):
    """Standard error of a share among n, sqrt(share (1 - share) / n); inf where n is 0."""
    with np.errstate(divide="ignore"):
        return np.sqrt(share * (1 - share) / n)
