"""Draws: what a sampler returns, a dictionary of arrays (chain, draw, *shape).

Tables and ArviZ's containers are views of it, see `arviz_bridge`.
"""
import inspect

import numpy as np

from .. import html, validate
from ..labels import as_labels, place, position
from ..spelling import did_you_mean, refuse_unknown

# What a model of one's own may leave out, and what the sentence says that asks for it.
OPTIONAL = {
    "log_likelihood": "log_likelihood(self, theta): the log density of each observation, (..., J), "
                      "given the variables it names",
    "replicate": 'replicate(self, rng, theta): new data by name, such as {"y": ...}, given the '
                 "variables it names",
    "new_group": "new_group(self, rng, mu, tau): the parameter of a group that is not in the data, "
                 "given the variables it names",
}


class Draws:
    """Posterior draws of a model.

    ``draws["tau"]`` is an array (chain, draw); ``draws["theta"]`` is (chain, draw, J);
    ``draws["theta", "A"]`` is the (chain, draw) array of the group labelled A. Where the labels are
    numbers, as "1", "2", ... are that groups have by default, a whole number is a label too:
    ``draws["theta", 1]`` is the group "1". Where none of them is a number it is a place, counted
    from 0: ``draws["theta", 0]`` is the first group, A. Axes without labels have places alone.

    Parameters
    ----------
    values : dict of str to array (chain, draw, ...)
    model : the model that was sampled
    seed : int or Generator, optional
    sample_stats, summaries : dict, optional

    Attributes
    ----------
    model : the model that was sampled
    seed : what the draws came from
    sample_stats : dict of str to array (chain, draw)
        What the sampler noted: acceptance rates, energies, divergences.
    summaries : dict of str to Running
        What is known of variables that were drawn but not kept, where ``sample(...,
        keep="summaries")`` was asked for: ``draws.summaries["theta"].mean``, ``.sd`` and
        ``.r_hat``, arrays (J,), and with ``points=True`` also ``.low`` and ``.high``.
    """

    def __init__(self, values, model, seed=None, sample_stats=None, summaries=None):
        self._values = dict(values)
        self.model, self.seed = model, seed
        self.sample_stats = dict(sample_stats or {})
        self.summaries = dict(summaries or {})

    def __getitem__(self, key):
        name, *labels = key if isinstance(key, tuple) else (key,)
        if isinstance(name, str) and name in self.summaries:
            raise KeyError(f"the draws of {name} were not kept: draws.summaries[{name!r}] has "
                           "their mean, sd and r_hat; sample with keep='all' for the draws")
        if not isinstance(name, str) or name not in self._values:
            raise KeyError(f"{name!r}; there are draws of {', '.join(self._values)}"
                           f"{did_you_mean(name, self._values)}")
        values = self._values[name]
        if not labels:
            return values
        axes = self.labels(name)
        if len(labels) > len(axes):
            raise KeyError(f"{key!r}; {name} has {len(axes)} label(s)")
        places = [position(axis, label) if dim in self.model.coords else place(axis, label)
                  for dim, axis, label in zip(self.dims(name), axes, labels)]
        return values[(slice(None), slice(None), *places)]

    def labels(self, name):
        """The labels along each axis of a variable, after chain and draw; "0", "1", ... without."""
        return [as_labels(self.model.coords.get(dim, map(str, range(size))))
                for dim, size in zip(self.dims(name), self.shape(name))]

    def dims(self, name):
        """The names of the axes of a variable, after chain and draw; None where they have none."""
        return self.model.dims.get(name, (None,) * len(self.shape(name)))

    def shape(self, name):
        """The shape of one draw of a variable, kept or summarised."""
        if name in self.summaries:
            return np.shape(self.summaries[name].mean)
        return self._values[name].shape[2:]

    def __contains__(self, name):
        return name in self._values

    def __iter__(self):
        return iter(self._values)

    def keys(self):
        """Names of the variables."""
        return self._values.keys()

    def items(self):
        """Pairs of a name and its array."""
        return self._values.items()

    @property
    def chains(self):
        """Number of chains."""
        return self.chains_and_draws()[0]

    @property
    def n(self):
        """Draws in each chain."""
        return self.chains_and_draws()[1]

    def chains_and_draws(self):
        """How many chains, and how many draws in each."""
        for values in self._values.values():
            return values.shape[:2]
        summary = next(iter(self.summaries.values()))
        return len(summary.chain_mean), summary.n

    def __repr__(self):
        kept, known = (", ".join(f"{name}{list(self.shape(name)) or ''}" for name in names)
                       for names in (self._values, self.summaries))
        parts = [f"{self.chains} chains x {self.n} draws" + (f" of {kept}" if kept else ""),
                 *([f"summaries of {known}"] if known else [])]
        return f"Draws({'; '.join(parts)})"

    def _repr_html_(self):
        """In a notebook: the shape of each variable."""
        rows = [[name, " x ".join(map(str, x.shape)) + f" ({', '.join(self.axes(name))})"]
                for name, x in self._values.items()]
        rows += [[name, f"mean and sd of {' x '.join(map(str, self.shape(name)))} "
                        f"({', '.join(self.axes(name)[2:])})"] for name in self.summaries]
        caption = f"Draws of {self.model!r}: {self.chains} chains x {self.n} draws"
        return html.small_table(["variable", "shape"], rows, caption)

    def axes(self, name):
        """The names of a variable's axes: chain, draw, and those of the model."""
        more = len(self.shape(name))
        return ("chain", "draw", *self.model.dims.get(name, [f"axis {k + 1}" for k in range(more)]))

    def to_arviz(self, seed=0):
        """As ArviZ holds it: InferenceData (ArviZ 0.x) or DataTree (1.x).

        Groups posterior, sample_stats, log_likelihood, posterior_predictive, observed_data and
        constant_data, as far as the model defines them and the draws for them were kept; the
        coordinates carry the labels of the groups. Where ``keep="summaries"`` was asked for there
        is a group summaries as well, with theta_mean, theta_sd and so on.

        Parameters
        ----------
        seed : int
            That of the posterior predictive draws.
        """
        from . import arviz_bridge
        return arviz_bridge.to_arviz(self, seed)

    def summary(self, names=None, prob=0.89):
        """Table of mean, sd, highest-density interval, Monte Carlo errors, ESS and R-hat.

        For the interval (HDI) see `help(gibbspool)`; for errors, ESS and R-hat see lesson 11.

        Rows are labelled by group, as in theta[A]; the diagnostics are ArviZ's. Warns when they are
        poor. Of variables that were summarised and not kept, the mean, sd and R-hat stand in the
        table and, if asked for, their 5.5 % and 94.5 % points; what only draws can tell is NaN.

        Parameters
        ----------
        names : list of str, optional
            Which variables; all by default.
        prob : float
            Probability of the interval.

        Returns
        -------
        pandas.DataFrame
        """
        from . import arviz_bridge
        names = [names] if isinstance(names, str) else names
        return arviz_bridge.summary(self, names, validate.probability("prob", prob))

    def new_group(self, seed=1, **at):
        """Draws (chain, draw) of the parameter of a group that is not in the data.

        They come from the population distribution.

        Parameters
        ----------
        seed : int
        **at
            What the model needs to know of the new group, such as its covariates x.

        Raises
        ------
        TypeError
            The model does not define it.
        ValueError
            Variables that it needs were not kept.
        """
        needed = self.needed("new_group", at)
        takes = inspect.signature(self.model.new_group).parameters
        refuse_unknown(self.model.new_group, [name for name in at if name not in takes])
        return self.model.new_group(validate.generator(seed), **needed, **at)

    def log_likelihood(self):
        """Pointwise log likelihood, (chain, draw, J); raises as `new_group`."""
        needed = self.needed("log_likelihood")
        return self.model.log_likelihood(**needed)

    def replicates(self, seed=0):
        """Data sets from the posterior predictive distribution, one a draw; raises as `new_group`.
        """
        needed = self.needed("replicate")
        return self.model.replicate(validate.generator(seed), **needed)

    def has_for(self, method):
        """Whether the model has a method and the draws that it asks for were kept."""
        return hasattr(self.model, method) and set(self.model.takes(method)) <= set(self._values)

    def needed(self, method, given=()):
        """The draws that a method of the model asks for, by name."""
        if not hasattr(self.model, method):
            raise TypeError(f"{type(self.model).__name__} has no {method}; it would have to define "
                            f"{OPTIONAL[method]}")
        names = [name for name in self.model.takes(method) if name not in given]
        missing = [name for name in names if name not in self._values]
        if missing:
            raise ValueError(f"draws of {', '.join(missing)} were not kept; sample with keep='all'")
        return {name: self._values[name] for name in names}
