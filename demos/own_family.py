"""A family of your own: waiting times, whose rates are drawn from one population.

The section's likelihoods are not the only ones. Here is another, exponential waiting times, with
all that belongs to a family: a model, its exact posterior, a line in the table of exact posteriors
and a card. Then sampling, advice, other priors, plots and `gibbspool fit` work on it as they do on
the five families of the package.

Rests on lessons 1, 2, 6 and 12.
"""
# %%
import tempfile
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy.special import gammaln, logsumexp

import gibbspool as gp
from gibbspool import plots, validate
from gibbspool.cli import main
from gibbspool.distributions.base import per_group
from gibbspool.distributions.marginals import Marginals, Transformed
from gibbspool.distributions.priors import prior_of
from gibbspool.distributions.standard import Gamma
from gibbspool.models.card import CARDS, Card
from gibbspool.models.hierarchy import Hierarchy
from gibbspool.models.posterior import ExactPosterior
from gibbspool.models.twins import TWINS
from gibbspool.numerics.coordinates import Log
from gibbspool.numerics.plane import integrate_plane, trapezoid
from gibbspool.numerics.quadrature import integrate
from gibbspool.sampling.griddy import Griddy

print("A family of your own in one file: waiting times at six counters. Takes about 15 seconds.")


# %% The model: its story, its joint density, its conditionals
class WaitingTimes(Hierarchy, form="centred"):
    """Waiting times in several groups, with rates drawn from one population.

    The generative story, from the top::

        typical ~ Gamma(2, 0.2)                  the typical wait, in the unit of the data
        kappa   ~ Exponential(0.1)               how alike the groups are
        lam_j   ~ Gamma(kappa, kappa typical)    the rate of group j; the mean rate is 1 / typical
        y_ij    ~ Exponential(lam_j)             wait i of the n_j in group j

    The population is worth kappa waits that took kappa typical in all: both are added to the n_j
    waits of a group and to their total t_j::

        lam_j | typical, kappa, y ~ Gamma(kappa + n_j, kappa typical + t_j)

    So the wait to expect is pulled from the group's own mean t_j / n_j towards the typical one::

        1 / E[lam_j | typical, kappa, y] = (1 - B_j) t_j / n_j + B_j typical
        B_j = kappa / (kappa + n_j)

    Parameters
    ----------
    wait : array (N,)
        Waiting times, > 0.
    group : list of N labels
    typical : Gamma
    kappa : Exponential or Gamma
    """

    default_form = "centred"
    parameter, spread = "lam", "kappa"
    dims = {"lam": ("group",), "total": ("group",), "n": ("group",)}
    order = ("lam", "typical", "kappa")

    def __init__(self, wait, group, typical=gp.Gamma(2, 0.2), kappa=gp.Exponential(0.1), form=None):
        self.wait = validate.array("wait", wait, positive=True)
        self.group = tuple(group)
        validate.same_length(wait=self.wait, group=self.group)
        self.groups = tuple(dict.fromkeys(self.group))
        validate.at_least_two_groups(self.J)
        rows = [[label == group for label in self.group] for group in self.groups]
        self.n, self.total = np.sum(rows, axis=1), rows @ self.wait
        self.typical = prior_of("typical", typical, ("Gamma",))
        self.kappa = prior_of("kappa", kappa, ("Exponential", "Gamma"))

    def __repr__(self):
        return f"WaitingTimes(J={self.J}, typical ~ {self.typical!r}, kappa ~ {self.kappa!r})"

    def shrinkage(self, kappa):
        """B_j = kappa / (kappa + n_j), (..., J)."""
        return per_group(kappa) / (per_group(kappa) + self.n)

    def population(self, typical, kappa):
        """The density of the lam_j."""
        return Gamma(per_group(kappa), per_group(kappa * typical))

    def log_joint(self, typical, kappa, lam):
        """log p(typical) + log p(kappa) + sum_j log Gamma(lam_j; ...) + sum_ij log p(y_ij)."""
        return (self.typical.logpdf(typical) + self.kappa.logpdf(kappa)
                + self.population(typical, kappa).logpdf(lam).sum(axis=-1)
                + self.log_likelihood(lam).sum(axis=-1))

    def lam_given(self, typical, kappa):
        """lam_j | typical, kappa, y ~ Gamma(kappa + n_j, kappa typical + t_j)."""
        return Gamma(per_group(kappa) + self.n, per_group(kappa * typical) + self.total)

    def typical_given(self, lam, kappa):
        """typical | lam, kappa ~ Gamma(a + J kappa, b + kappa sum_j lam_j)."""
        return Gamma(self.typical.shape + self.J * kappa,
                     self.typical.rate + kappa * lam.sum(axis=-1))

    def kappa_given(self, lam, typical):
        """p(kappa | lam, typical) ~ p(kappa) prod_j Gamma(lam_j; kappa, kappa typical)."""
        def log_density(kappa):
            return (self.kappa.logpdf(kappa)
                    + self.population(typical, kappa).logpdf(lam).sum(axis=-1))

        return Griddy(log_density, self.kappa.support)

    def initial(self, rng, shape=()):
        """Starting values, more spread out than the posterior can be."""
        mean = self.total.sum() / self.n.sum()
        return {"typical": mean * rng.gamma(2, 1 / 2, shape), "kappa": rng.gamma(2, 2, shape),
                "lam": rng.gamma(2, 1 / 2, (*shape, self.J)) / mean}

    def log_likelihood(self, lam):
        """n_j log lam_j - lam_j t_j: log of the density of a group's waits, (..., J)."""
        return self.n * np.log(lam) - lam * self.total

    def observed(self):
        return {"total": self.total}

    def constants(self):
        return {"n": self.n}

    def new_group(self, rng, typical, kappa):
        """lam_new ~ Gamma(kappa, kappa typical)."""
        return Gamma(kappa, kappa * typical).draw(rng)


# %% Six counters of a town hall: the true mean wait of each, and how many waits were timed
COUNTERS = {"Passports": (12, 25), "Permits": (20, 14), "Taxes": (8, 30), "Parking": (9, 6),
            "Dogs": (6, 4), "Weddings": (15, 3)}


def town_hall(form=None):
    """The model of waits, in minutes, that were made with these means."""
    rng = np.random.default_rng(3)
    wait = [rng.exponential(mean, n).round(1) + 0.1 for mean, n in COUNTERS.values()]
    counter = np.repeat(list(COUNTERS), [n for _, n in COUNTERS.values()])
    return WaitingTimes(np.concatenate(wait), counter, form=form)


# %% The exact posterior: a grid of (kappa, typical), with every lam_j integrated out
class ExactWaitingTimes(ExactPosterior):
    """The lam_j integrate out in closed form, so two numbers are left to integrate over::

        p(y | typical, kappa) = prod_j (kappa typical)^kappa Gamma(kappa + n_j)
                                       / [Gamma(kappa) (kappa typical + t_j)^(kappa + n_j)]

    Given the two each lam_j is a Gamma: its posterior is a mixture of Gammas over the grid.
    """

    def __init__(self, model, rtol=1e-9):
        super().__init__(model)
        mean = np.log(model.total.sum() / model.n.sum())
        plane = integrate_plane(self.log_density, (-20, 20), (mean - 20, mean + 20), rtol)
        self.log_evidence, self.error = plane.log_total, plane.error
        self.log_kappa, self.log_typical = extent(plane.u), extent(plane.v)
        matters = plane.log_mass > -25  # the rest is 1e-9 together
        self.log_mass = plane.log_mass[matters]
        self.kappa, self.typical = np.exp(plane.u[matters]), np.exp(plane.v[matters])
        self.marginals = {"kappa": marginal(self.log_density_of_kappa, self.log_kappa, "kappa"),
                          "typical": marginal(self.log_density_of_typical, self.log_typical,
                                              "typical"),
                          "lam": Marginals(self.rate, model.groups, "lam")}

    def log_density(self, u, v):
        """log p(u, v, y), with u = log kappa and v = log typical."""
        model, kappa, typical = self.model, np.exp(u), np.exp(v)
        worth, total = per_group(kappa), per_group(kappa * typical)
        log_p = (worth * np.log(total) + gammaln(worth + model.n) - gammaln(worth)
                 - (worth + model.n) * np.log(total + model.total)).sum(axis=-1)
        return log_p + model.kappa.logpdf(kappa) + u + model.typical.logpdf(typical) + v

    def log_density_of_kappa(self, u):
        """log p(u, y), with typical integrated out."""
        low, high = (np.full(np.shape(u), end) for end in self.log_typical)
        return trapezoid(lambda v: self.log_density(u + 0 * v, v), low, high)[2]

    def log_density_of_typical(self, v):
        """log p(v, y), with kappa integrated out."""
        low, high = (np.full(np.shape(v), end) for end in self.log_kappa)
        return trapezoid(lambda u: self.log_density(u, v + 0 * u), low, high)[2]

    def mixture(self, n, total, name):
        """The rate of a group with n waits that took `total`: a mixture of Gammas."""
        rate = Gamma(self.kappa + n, self.kappa * self.typical + total)

        def log_density(w):
            lam = np.exp(w)[..., None]
            return logsumexp(self.log_mass + rate.logpdf(lam), axis=-1) + w

        return marginal(log_density, (-60.0, 30.0), name)

    def rate(self, j):
        model = self.model
        return self.mixture(model.n[j], model.total[j], f"lam[{model.groups[j]}]")

    @cached_property
    def new_group(self):
        return self.mixture(0, 0.0, "lam_new")


def extent(u):
    return u.min(), u.max()


def marginal(log_density, log_range, name):
    """The distribution of x > 0, from a log density of log x."""
    integral = integrate(log_density, *log_range, rtol=1e-8, drop=45, points=100, panels=8)

    def logpdf(x):
        u = np.log(np.clip(x, *np.exp(log_range)))
        return np.where(x > 0, log_density(u) - integral.log_total - u, -np.inf)

    return Transformed(integral, np.exp, np.log, logpdf, (0.0, np.inf), name)


TWINS[WaitingTimes] = ExactWaitingTimes


# %% The card: how it is read from a table, and what a group's own estimate is
class WaitingCard(Card):
    """Waiting times in groups."""

    name, model = "waiting", WaitingTimes
    story = "waiting times ~ Exponential(lam) in each group; lam ~ Gamma(kappa, kappa typical)"
    hyper = ("typical", "kappa")
    noun, link, concentration = "waits", Log(), True
    ways = {("wait", "group"): "a row for each waiting time"}
    typed = "waiting.csv --model waiting --wait minutes --group counter"
    examples = {"town-hall": town_hall}

    def read(self, table, wait, group, **given):
        return WaitingTimes(table.numbers(wait, positive=True), table.text(group), **given)

    def data(self, model):
        return {"n": model.n, "total": model.total}

    def estimate(self, model):
        """One over the mean wait."""
        return model.n / model.total

    def error(self, truth, pooled):
        """lam_j / sqrt(n_j)."""
        return pooled / np.sqrt(truth.model.n)

    def size(self, model):
        return model.n


CARDS.append(WaitingCard())

# %% All the rest follows. Is every conditional right? No sampler is needed to tell
model = town_hall()
checked = gp.check_conditionals(model)
print(f"\n{checked}")

# %% The exact posterior, and the same by Gibbs sampling
truth = gp.exact(model)
draws = gp.sample(model, draws=1000, tune=300, seed=1)
table = truth.summary().join(draws.summary()[["mean", "mcse_mean"]].add_prefix("gibbs_"))
print(f"\n{table.round(4).to_string()}")
z = ((table["gibbs_mean"] - table["mean"]) / table["gibbs_mcse_mean"]).abs().max()
print(f"A new counter: {truth.new_group}")

# %% The guide of Section 5.8.6, and the answers under other priors of kappa
print(f"\n{gp.advise(model, truth)}")
table = gp.prior_sensitivity(model, [gp.Exponential(0.15), gp.Gamma(2, 0.2)])
print(f"\n{table.T.to_string(float_format='{:.3g}'.format)}")

# %% Plots: each counter's interval, and how far pooling has moved it
folder = Path("figures")
folder.mkdir(exist_ok=True)
plots.save(plots.forest(draws, unit="people served per minute"), folder / "own_family_forest.png")
plots.save(plots.shrinkage(model.groups, WaitingCard().estimate(model), truth["lam"].mean,
                           precision=model.n, xlabel="people served per minute"),
           folder / "own_family_shrinkage.png")
print(f"\nSaved: {folder}/own_family_forest.png, {folder}/own_family_shrinkage.png")

# %% The command line: gibbspool fit waiting.csv --model waiting --wait minutes --group counter
with tempfile.TemporaryDirectory() as place:
    path = Path(place) / "waiting.csv"
    rows = [f"{minutes:.1f},{counter}" for minutes, counter in zip(model.wait, model.group)]
    path.write_text("\n".join(["minutes,counter", *rows]))
    print("\n$ gibbspool fit waiting.csv --model waiting --wait minutes --group counter "
          "--kappa-prior 'Gamma(2, 0.2)'")
    status = main(["fit", str(path), "--model", "waiting", "--wait", "minutes", "--group",
                   "counter", "--kappa-prior", "Gamma(2, 0.2)", "--draws", "500", "--out",
                   str(Path(place) / "fit")])

# %% What should have been seen
own, pooled = model.total / model.n, 1 / truth["lam"].mean
B = 1 - gp.advise(model, truth).facts["own"]
most, least = np.argmax(B), np.argmin(B)
print(f"\nSeen: {'every conditional is' if checked.ok else 'not every conditional is'} that of the "
      f"joint density, and the furthest Gibbs mean lies {z:.1f} Monte Carlo standard errors from "
      "the exact one.")
for j, pulled in ((most, "furthest"), (least, "least")):
    print(f"{model.groups[j]}, with {model.n[j]} waits, is pulled {pulled} ({B[j]:.0%} of the way "
          f"to the typical wait): from a mean of {own[j]:.1f} minutes to {pooled[j]:.1f}, where "
          f"{COUNTERS[model.groups[j]][0]} is the truth.")
print(f"`gibbspool fit` read the same waits from a table and ended with status {status}: one card "
      "and one line told the package all that it needs of waiting times.")
