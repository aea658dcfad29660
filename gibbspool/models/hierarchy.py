"""What the families share: labelled groups, priors that can be exchanged, forms of one model."""
import inspect
import re

import numpy as np

from .. import html, validate
from ..distributions.base import Distribution
from ..distributions.quantiles import quantile
from ..distributions.writing import written
from ..sampling.model import Model
from ..spelling import did_you_mean, refuse_unknown
from . import disagreement

LITTLE = 1 / 8  # own part of an estimate below which pooling is all but complete


class Grouped(Model):
    """A model of groups with labels, whatever way their parameters are pooled.

    Attributes
    ----------
    groups : tuple of str
        Labels of the groups.
    parameter : str
        The name of what each group has, such as theta.
    """

    groups = ()
    parameter = None

    @property
    def coords(self):
        """Labels along each named dimension."""
        return {"group": self.groups}

    @property
    def J(self):
        """Number of groups."""
        return len(self.groups)

    def arguments(self):
        """What the model was made of, by the names of its constructor."""
        names = inspect.signature(type(self)).parameters
        values = {name: getattr(self, name, None) for name in names}
        return {name: value for name, value in values.items() if value is not None}

    def with_priors(self, **priors):
        """The same data, labels and form under other priors.

        They are checked as they are when a model is made.

        Parameters
        ----------
        **priors
            By name, such as ``tau=HalfCauchy(25)``; those that are not named stay as they are.

        Returns
        -------
        Model

        Raises
        ------
        TypeError
            The model has no prior of that name, or the prior is of a kind that it has no use for.
        ValueError
            The posterior would be improper.
        """
        arguments = self.arguments()
        own = [name for name, value in arguments.items() if is_prior(value)]
        for name in priors:
            if name not in own:
                raise TypeError(f"{name!r} is not a prior of this model; it has {', '.join(own)}"
                                f"{did_you_mean(name, own)}")
        return type(self)(**{**arguments, **priors})

    def _repr_html_(self):
        """In a notebook: how much data, the priors, the form, and the story of the model."""
        form = getattr(self, "form", None)
        priors = {name: in_short(prior) for name, prior in self.arguments().items()
                  if is_prior(prior)}
        lines = [f"{self.J} groups: {listed(self.groups)}",
                 *(f"{name}: {np.size(x)} values" for name, x in self.observed().items()),
                 *(f"{name} ~ {prior}" for name, prior in priors.items()),
                 *([f"form: {form}"] if form else [])]
        story = with_priors_in(story_of(type(self)), priors)
        return (html.element("p", f"{type(self).__name__}") + html.items(lines)
                + (html.element("pre", story) if story else ""))


def listed(labels, most=8):
    """The first few labels."""
    return ", ".join(labels[:most]) + (", ..." if len(labels) > most else "")


def in_short(prior):
    """A prior, or each of a tuple of them where they differ, as one types it."""
    if isinstance(prior, tuple):
        return "; ".join(dict.fromkeys(map(written, prior)))
    return written(prior)


def with_priors_in(story, priors):
    """A story with these priors in place of the default ones, and no remarks on other choices."""
    story = re.sub(r"\s+\((?:or|see|likewise|any)\b[^)]*\)$", "", story, flags=re.MULTILINE)
    for name, prior in priors.items():
        line = rf"^({re.escape(name)}(?:_\w)?\s+~ ).*?(?=\s\s|$)"
        story = re.sub(line, rf"\g<1>{prior}", story, flags=re.MULTILINE)
    return story


def story_of(kind):
    """The generative story that stands in the docstring of a class, or of what it derives from."""
    for one in kind.__mro__:
        lines = inspect.cleandoc(one.__doc__ or "").splitlines()
        starts = [i for i, line in enumerate(lines) if line.endswith("::")]
        if one is not Model and starts:
            rest = lines[starts[0] + 1:]
            end = next((i for i, line in enumerate(rest) if line and not line.startswith(" ")),
                       len(rest))
            return inspect.cleandoc("\n".join(rest[:end]))
    return ""


class Hierarchy(Grouped):
    """A population of groups, in one or several forms: one posterior, drawn in different ways.

    A family is a class with the name that people use, such as NormalNormal. Each of its forms is a
    class of its own, which says in its header which one it is::

        class NormalNormal(Hierarchy):
            default_form = "collapsed"

        class CentredNormalNormal(NormalNormal, form="centred"):
            order = ("theta", "mu", "tau")

    Making a NormalNormal makes an object of one of its forms. A family may have a variant, which
    takes its place where a certain argument is given::

        class NormalNormalCovariates(NormalNormal, given="x"):
            ...

    Attributes
    ----------
    forms : dict of str to class
        The forms of the family.
    form : str
        Which of them this is; None for the family itself.
    default_form : str
        The one that is made if none is asked for.
    variants : dict of str to class
        What takes the family's place, by the argument that asks for it.
    spread : str
        The name of what says how far the groups lie apart, such as tau.
    stated : frozenset of str
        The arguments that it was made with, by name; the others have their defaults.
    """

    forms = {}
    form = default_form = None
    variants = {}
    spread = None
    stated = frozenset()

    def __init_subclass__(cls, form=None, given=None, **kwargs):
        """Note what the header of a class says: which form it is, or which argument asks for it."""
        super().__init_subclass__(**kwargs)
        # help() and inspect show the arguments of __init__, not the *args of __new__ below
        cls.__signature__ = signature_without_self(cls.__init__)
        if given is not None:
            cls.variants[given] = cls
        if given is not None or Hierarchy in cls.__bases__:
            cls.forms, cls.variants = {}, {}  # of a new family
        if form is not None:
            refuse_second(cls.forms.get(form), cls, form)
            cls.form = form
            cls.forms[form] = cls

    def __new__(cls, *args, **kwargs):
        """Of the right form: NormalNormal(y, sigma, form="centred") is a CentredNormalNormal.

        Python calls __new__ to make an empty object, and then its __init__ to fill it. This is the
        only __new__ of the package, and all it does is to choose the class, and to note which
        arguments were stated and not left to their defaults. Next comes the
        __init__ of that class, with the same arguments, which it checks.
        """
        names = list(cls.__signature__.parameters)
        refuse_unknown(cls, [name for name in kwargs if name not in names],
                       {*names[:len(args)], *kwargs})
        try:
            arguments = cls.__signature__.bind_partial(*args, **kwargs).arguments
        except TypeError as problem:  # too many arguments, or one given twice
            raise TypeError(f"{cls.__name__}: {problem}") from None
        made = object.__new__(cls.class_for(arguments))
        made.stated = frozenset(arguments)
        return made

    @classmethod
    def class_for(cls, arguments):
        """The class to make an object of, given the arguments by name."""
        form = arguments.get("form")
        if cls.form is not None:
            if form not in (None, cls.form):
                raise ValueError(f"form is {form!r}; {cls.__name__} is the {cls.form} form")
            return cls
        if "forms" not in vars(cls):
            names = [f"{one.__module__}.{one.__name__}" for one in cls.forms.values()]
            raise TypeError(f"{cls.__name__} has no conditionals of its own to start from; derive "
                            f"it from one of the forms: {', '.join(names)}")
        for name, variant in cls.variants.items():
            if arguments.get(name) is not None:
                return variant.class_for(arguments)
        if form is None:
            form = cls.default_form
        return cls.forms[validate.one_of("form", form, tuple(cls.forms))]

    def refuse_single_group(self):
        """Refuse a single group, unless all priors are stated and proper: they are all there is.

        Called by a family's constructor once its priors are in place.
        """
        priors = {name: value for name, value in self.arguments().items() if is_prior(value)}
        proper = all(one.proper for value in priors.values()
                     for one in (value if isinstance(value, tuple) else (value,)))
        if self.J > 1 or (proper and self.stated.issuperset(priors)):
            return
        raise ValueError(f"the data have {self.J} group; a hierarchical model needs at least 2 "
                         "groups, or, since one tells next to nothing of the spread between "
                         f"groups, proper priors stated for {' and '.join(priors)} "
                         f"({', '.join(map(prior_option, priors))}, or --section-priors)")

    def shared(self):
        """What the groups share and what the data by themselves say of it: a `disagreement.Shared`.

        None where a family does not say: then its priors are not held against its data.
        """
        return None

    def scaled(self):
        """Priors scaled to the data, by name: see `gibbspool.scaled_priors`."""
        return {}

    def comparisons(self):
        """Every proper prior against the data: a list of `disagreement.Disagreement`."""
        shared = self.shared()
        return [] if shared is None else disagreement.comparisons(shared)

    def disagreements(self):
        """The comparisons with priors that disagree with the data."""
        return disagreement.disagreeing(self.comparisons())

    def deciding(self, comparisons):
        """Those with priors that leave the data no say, where a scaled prior would leave one."""
        return [one for one in disagreement.deciding(comparisons)
                if (better := self.scaled_prior(one.name)) is not None
                and disagreement.times_narrower(one, better) < disagreement.FAR]

    def on_disagreements(self):
        """A sentence for each prior that disagrees with the data, or leaves them no say.

        With the prior to write instead.
        """
        found = self.comparisons()
        return ([disagreement.sentence(one, self.instead(one.name))
                 for one in disagreement.disagreeing(found)]
                + [disagreement.sentence_on_deciding(one, self.instead(one.name))
                   for one in self.deciding(found)])

    def scaled_prior(self, name):
        """That of a parameter, such as mu or beta[private]; None where the data have no scale."""
        argument, _, label = name.partition("[")
        try:
            prior = self.scaled().get(argument)
        except ValueError:
            return None
        return prior[self.covariates.index(label[:-1])] if isinstance(prior, tuple) else prior

    def instead(self, name):
        """What to write in place of the prior of a parameter, such as mu or beta[private]."""
        argument, _, label = name.partition("[")
        prior = self.scaled_prior(name)
        if prior is None:
            return f"they give {name} no scale of their own, so that its prior decides."
        if isinstance(getattr(self, argument), tuple):
            write = f"give {name} the prior {written(prior)}"
        else:
            write = (f"write {argument}={written(prior)} ({prior_option(argument)} "
                     f"'{written(prior)}')")
        return f"{write}, or take gp.scaled_priors(model), which scales all priors to the data."

    def cautions(self):
        """Too few groups to learn the spread between them from; priors that disagree with the data.
        """
        few = (f"only {self.J} groups: the spread between groups is learnt from {self.J} values"
               if self.J > 1 else
               "only 1 group: the spread between groups is learnt from a single value")
        said = [] if self.J >= 5 else [
            f"{few}, so its posterior will largely repeat its prior (Section 5.8.6 asks for "
            "J >= 5). Compare the posterior of the spread with its prior, and try other priors "
            "before you rely on it."
        ]
        return said + self.on_disagreements()

    def own_part(self, values):
        """The part of a group's own estimate that is kept, averaged over groups and draws."""
        raise NotImplementedError

    def on_all_but_pooled(self, values, sign, own):
        """A sentence where the draws amount to complete pooling, and whether that is harmless.

        It is not where the prior leaves no room for anything else, or disagrees with the data.

        Parameters
        ----------
        values : dict of str to array
        sign, own : str
            How the spread shows it, and what a group has of its own, in words.
        """
        kept = self.own_part(values)
        if kept > LITTLE:
            return []
        said = (f"{sign}: on average only {kept:.0%} of a group's own {own} kept, so the model is "
                "all but complete pooling.")
        reason = self.why_the_prior_pools(values)
        if reason:
            return [f"{said} That is the doing of the prior, not of the data: {reason}. Compare "
                    "others with gp.prior_sensitivity, or take gp.scaled_priors(model)."]
        return [f"{said} That does no harm, but it is not evidence of no differences: look at the "
                f"whole posterior of {self.spread}, and at how it changes with the prior."]

    def why_the_prior_pools(self, values):
        """The reason, as half a sentence, where the prior makes the groups alike; else ""."""
        prior, shared = getattr(self, self.spread), self.shared()
        comparisons = self.comparisons()
        for verb, found in (("disagrees with the data on", disagreement.disagreeing(comparisons)),
                            ("decides", self.deciding(comparisons))):
            if found:
                return f"{written(found[0].prior)} {verb} {found[0].name}"
        if prior.proper and shared is not None:
            apart = float(quantile(prior, 0.1 if shared.concentration else 0.9))
            if self.own_part({**values, self.spread: np.full_like(values[self.spread], apart)}
                         ) <= LITTLE:
                return f"{written(prior)} hardly allows a {self.spread} that would keep more"
        return ""


def prior_option(name):
    """The option of the command line that states the prior of a parameter."""
    return f"--{name.replace('_', '-')}-prior"


def is_prior(value):
    """Whether an argument is a prior, or a tuple of them."""
    one = value[0] if isinstance(value, tuple) else value
    return isinstance(one, Distribution)


def signature_without_self(method):
    """The signature of a method as its callers see it."""
    first, *parameters = inspect.signature(method).parameters.values()
    return inspect.Signature(parameters)


def refuse_second(old, new, form):
    """Two classes cannot be the same form; running the definition of one again replaces it."""
    if old is None or (old.__module__, old.__qualname__) == (new.__module__, new.__qualname__):
        return
    raise ValueError(f"{new.__name__}: {old.__name__} is the {form} form already; give yours a "
                     f"name of its own, or derive it from {old.__name__} without naming a form")
