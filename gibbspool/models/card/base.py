"""What is known of a family: the class that every card derives from."""
import inspect
from abc import ABC, abstractmethod

import numpy as np

from ...distributions.base import Distribution


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
