"""What an exact posterior is to its users, whatever the model."""
from collections import namedtuple
from functools import partial

import numpy as np

from .. import html, validate
from ..distributions.marginals import table_of
from ..sampling.draws import Draws
from ..sampling.memory import refuse_too_large
from ..spelling import did_you_mean

LARGEST_ERROR = 1e-6  # of a posterior sd

ELPD = namedtuple("ELPD", "elpd se pointwise")

ELPD.__doc__ = """Exact leave-one-group-out predictive density; for the words see `help(gibbspool)`.

elpd : float, the sum over groups of log p(y_j | the other groups).
se : float, its standard error, sqrt(J var(pointwise)).
pointwise : array (J,), the log p(y_j | the other groups).
"""


class ExactPosterior:
    """A posterior without Monte Carlo: quadrature with a stated error, or a closed form.

    What *exact*, *HDI* and *elpd* mean, `help(gibbspool)` says.

    ``truth["tau"]`` is a marginal with mean, sd, pdf, cdf, quantile, hdi; ``truth["theta"]`` has
    one entry for each group, ``truth["theta", "A"]`` is that of the group labelled A. Where the
    labels are numbers, as "1", "2", ... are that groups have by default, a whole number is a label
    too: ``truth["theta", 1]`` is the group "1". Where none of them is a number it is a place,
    counted from 0. ``truth["theta"]`` itself is a sequence, ``truth["theta"][0]`` its first entry.

    A twin of a model derives from this class. Its constructor takes ``(model, rtol=...)``, closed
    forms included, and fills ``marginals``; it defines ``log_evidence``, ``new_group``,
    ``_log_left_out()``, an array (J,), and ``_draw(rng, shape)``, a dict of arrays (*shape, ...).

    Attributes
    ----------
    model : the model
    marginals : dict of str to Marginal or Marginals
    error : float
        Estimated relative error of the integrals, and so of the moments in units of a posterior
        sd (0 for a closed form): the quadrature's, that of rounding in the log density, and what
        was cut off. What the rounding of the data themselves does is not in it.
    log_evidence : float
        log p(y). Raises ValueError where a prior is improper.
    new_group : Marginal
        The parameter of a group that is not in the data.
    """

    error = 0.0

    def __init__(self, model):
        self.model = model
        self.marginals = {}

    def take_errors(self, rtol, errors):
        """Add up what can have gone wrong as `error`, and refuse where it is too much.

        Parameters
        ----------
        rtol : float
            What was asked for: who asks for less than 1e-8 gets it.
        errors : dict of str to float
            Relative errors, by their causes in words, the most telling one first.

        Raises
        ------
        ValueError
            Together they are more than 1e-6, or 100 rtol where that is more; names the first that
            is large.
        """
        self.error = float(sum(errors.values()))
        if not self.error <= max(LARGEST_ERROR, 100 * rtol):
            cause = next(one for one, size in errors.items()
                         if not size <= max(LARGEST_ERROR, 100 * rtol) / len(errors))
            size = f"{self.error:.0e} of a" if self.error < 1 else "more than a"
            raise ValueError(f"no exact posterior: it would be off by {size} posterior sd "
                             f"({LARGEST_ERROR:.0e} is the most allowed), because {cause}")

    def __getitem__(self, key):
        name, *labels = key if isinstance(key, tuple) else (key,)
        if not isinstance(name, str) or name not in self.marginals:
            raise KeyError(f"{name!r}; there are {', '.join(self.marginals)}"
                           f"{did_you_mean(name, self.marginals)}")
        found = self.marginals[name]
        for label in labels:
            if not hasattr(found, "labels"):
                raise KeyError(f"{key!r}; {name} has no label there")
            found = found.labelled(label)
        return found

    def __contains__(self, name):
        return name in self.marginals

    def __iter__(self):
        return iter(self.marginals)

    def _proper(self, *priors):
        """Refuse the evidence, which improper priors do not define."""
        for prior in priors:
            if not prior.proper:
                raise ValueError("log_evidence is not defined: a Flat prior is improper, so p(y) "
                                 "has no scale; give every parameter a proper prior")

    def elpd_loo(self):
        """Exact leave-one-group-out log predictive density, as an ELPD (elpd, se, pointwise).

        Examples
        --------
        Without pooling a school's prediction is that of its prior, whatever the others say: for
        school E, -1 with standard error 9, log Normal(-1; 0, sqrt(20^2 + 9^2)).

        >>> import gibbspool as gp
        >>> schools = gp.data.eight_schools()
        >>> alone = gp.NormalNormal(schools.y, schools.sigma).no_pooling()
        >>> by_hand = gp.Normal(0, (20**2 + 9**2) ** 0.5).logpdf(-1)
        >>> print(f"{gp.exact(alone).elpd_loo().pointwise[4]:.4f} {by_hand:.4f}")
        -4.0079 -4.0079
        """
        pointwise = self._log_left_out()
        return ELPD(float(pointwise.sum()), float(np.sqrt(len(pointwise) * pointwise.var())),
                    pointwise)

    def sample(self, draws=2000, chains=4, seed=1):
        """Independent draws from the posterior: what a perfect sampler would return.

        Returns
        -------
        Draws

        Raises
        ------
        TypeError, ValueError
            For impossible arguments, or draws that would not fit into memory.
        """
        chains, draws = shape = (validate.whole_number("chains", chains, 1),
                 validate.whole_number("draws", draws, 1))
        refuse_too_large({"draws": draws, "chains": chains},
                         partial(self._draw, np.random.default_rng(0), (1, 1)), draws * chains)
        return Draws(self._draw(validate.generator(seed), shape), self.model, seed)

    def summary(self, names=None, prob=0.89):
        """Table of mean, sd and HDI (see `help(gibbspool)`), rows as in ``Draws.summary``.

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
        from ..sampling import arviz_bridge
        validate.probability("prob", prob)
        names = [names] if isinstance(names, str) else names
        return arviz_bridge.exact_table(self, list(names or self.marginals), prob)

    def shared(self):
        """Pairs (label, marginal) of what the groups share: all that has no entry for each group.
        """
        found = []
        for name, marginal in self.marginals.items():
            labels = getattr(marginal, "labels", None)
            if labels is None:
                found.append((name, marginal))
            elif not set(labels) <= set(self.model.groups):
                found += [(f"{name}[{label}]", one) for label, one in zip(labels, marginal)]
        return found

    def _repr_html_(self):
        """In a notebook: what the groups share; the groups' own are named alone."""
        pairs = self.shared()
        names = [name for name in self.marginals if name not in {one for one, _ in pairs}
                 and not any(one.startswith(f"{name}[") for one, _ in pairs)]
        error = f"relative error {self.error:.0e}"
        lines = [error, *([f"for each group: {', '.join(names)}"] if names else [])]
        table = table_of(pairs)._repr_html_() if pairs else ""
        return html.element("p", f"{type(self).__name__} of {self.model!r}") + table + html.items(
            lines)

    def __repr__(self):
        return (f"{type(self).__name__} of {self.model!r}: {', '.join(self.marginals)}; "
                f"relative error {self.error:.0e}")
