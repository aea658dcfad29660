"""What must hold of every exact posterior, whatever the data: on random tables of every family.

`FAMILIES` is the one table: a family is a function that makes a random model, and the changes of a
model whose effect on the posterior is known (another unit, another origin, another order, one more
group that says nothing). A new family is one more entry.
"""
import dataclasses
import functools
import warnings
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from scipy import special

import gibbspool as gp
from gibbspool.distributions.marginals import leaves_of

QUICK = {"binomial": [3]}  # seeds; a table on which little has to be computed
SLOW = ("binomial-order-3", "binomial-idle-3")  # which are among the long tests as well
LONG = range(13)
PROBABILITIES = np.array([0.02, 0.5, 0.9])
CLOSE = 1e-6  # of a posterior sd: what `exact` promises


@dataclasses.dataclass
class Changed:
    """A changed model, and how its posterior follows from the first: x becomes shift + scale x.

    Parameters
    ----------
    model : the changed model
    scale, shift : dict of str to float
        By the name of the variable; 1 and 0 where nothing is said.
    places : dict of str to array of int
        By the name of a variable with an entry for each group (or the like): where in the changed
        model each entry of the first is found. The same places where nothing is said.
    """

    model: object
    scale: Mapping = dataclasses.field(default_factory=dict)
    shift: Mapping = dataclasses.field(default_factory=dict)
    places: Mapping = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Family:
    """How to make a random model of a family, and what may be changed about it.

    Parameters
    ----------
    random : callable
        Of a numpy Generator to a model.
    changes : dict of str to callable
        Of a model and a Generator to a `Changed`.
    """

    random: Callable
    changes: Mapping


def made_again(model, **arguments):
    """The same model with some of the arguments of its constructor changed."""
    return type(model)(**{**model.arguments(), **arguments})


def rescaled(prior, c):
    """The prior of c x, where x has the prior."""
    if isinstance(prior, gp.Flat):
        return prior
    if isinstance(prior, gp.Exponential):
        return gp.Exponential(prior.rate / c)
    if isinstance(prior, gp.HalfT):
        return gp.HalfT(prior.df, c * prior.scale)
    return type(prior)(*(c * getattr(prior, field.name) for field in dataclasses.fields(prior)))


def moved(prior, d):
    """The prior of x + d, where x has this prior of a location."""
    return prior if isinstance(prior, gp.Flat) else gp.Normal(prior.mean + d, prior.sd)


def moved_priors(model, d):
    """The model's priors of locations, by name, d higher."""
    return {name: moved(prior, d) for name, prior in model.arguments().items()
            if name in ("mu", "theta")}


def unit(rng):
    """A change of unit, of up to a million up or down."""
    return float(10 ** rng.uniform(-6, 6))


def one_of(rng, values):
    """One of a few, by chance."""
    return values[rng.integers(len(values))]


# Estimates with standard errors, with covariates and without.

LOCATIONS = ["theta", "mu", "theta_new", "mu_new"]


def random_normal(rng):
    """2 to 9 groups; standard errors and spread of any size beside the priors', now and then 0."""
    J = int(rng.integers(2, 10))
    size = 10 ** rng.uniform(-2, 2)
    sigma = size * np.exp(rng.normal(0, 1, J))
    y = rng.normal(one_of(rng, [0.0, 5.0, 1e3]), size * one_of(rng, [0.0, 1.0, 30.0]), J) + (
        rng.normal(0, sigma))
    mu = one_of(rng, [gp.Normal(0, 20), gp.Normal(5, 1000), gp.Flat()])
    tau = one_of(rng, [gp.HalfNormal(10), gp.HalfCauchy(size), gp.HalfT(4, 1), gp.Uniform(0, 50),
                       gp.Exponential(0.1)])
    return gp.NormalNormal(y, sigma, mu=mu, tau=tau)


def random_covariates(rng):
    """The same with one covariate and a few more groups."""
    plain = random_normal(rng)
    J = plain.J + 3
    sigma = np.resize(plain.sigma, J)
    return gp.NormalNormal(rng.normal(np.resize(plain.y, J), sigma), sigma, mu=plain.mu,
                           tau=plain.tau, x=rng.normal(0, 1, J),
                           beta=one_of(rng, [gp.Normal(0, 10), gp.Flat()]))


def normal_in_another_unit(model, rng):
    c = unit(rng)
    priors = {name: rescaled(prior, c) for name, prior in model.arguments().items()
              if name in ("mu", "tau", "theta", "beta")}
    changed = made_again(model, y=c * model.y, sigma=c * model.sigma, **priors)
    return Changed(changed, dict.fromkeys([*LOCATIONS, "tau", "beta"], c))


def normal_elsewhere(model, rng):
    d = 10 ** rng.uniform(0, 5) * float(model.sigma.mean())
    return Changed(made_again(model, y=model.y + d, **moved_priors(model, d)),
                   shift=dict.fromkeys(LOCATIONS, d))


def normal_in_another_order(model, rng):
    order = rng.permutation(model.J)
    arguments = {name: getattr(model, name)[order] for name in ("y", "sigma", "x")
                 if hasattr(model, name)}
    groups = [model.groups[j] for j in order]
    places = np.argsort(order)
    return Changed(made_again(model, groups=groups, **arguments),
                   places={"theta": places, "shrinkage": places})


def normal_and_one_that_says_nothing(model, rng):
    """Its standard error is 1e9 of everything else: what it adds to any precision is 1e-18."""
    scale = max(np.abs(model.y).max(), model.sigma.max(), 1.0)
    arguments = {"y": np.append(model.y, model.y[0]), "sigma": np.append(model.sigma, 1e9 * scale),
                 "groups": [*model.groups, "idle"]}
    if hasattr(model, "x"):
        arguments["x"] = np.append(model.x, model.x[0])
    return Changed(made_again(model, **arguments))


NORMAL_CHANGES = {"unit": normal_in_another_unit, "origin": normal_elsewhere,
                  "order": normal_in_another_order, "idle": normal_and_one_that_says_nothing}


# Observations in groups.


def random_one_way(rng):
    """2 to 5 groups of 1 to 6 observations, with a spread far from the priors' or near."""
    J, size = int(rng.integers(2, 6)), 10 ** rng.uniform(-3, 2)
    n = rng.integers(1, 7, J)
    n[0] += 2
    group = np.repeat(np.arange(J), n)
    theta = rng.normal(one_of(rng, [0.0, 50.0]), size * one_of(rng, [0.0, 1.0, 10.0]), J)
    mu = one_of(rng, [gp.Normal(50, 25), gp.Normal(0, 1000)])
    tau = one_of(rng, [gp.HalfNormal(10), gp.HalfT(4, 5), gp.Exponential(0.1)])
    return gp.OneWayNormal(rng.normal(theta[group], size), group, mu=mu, tau=tau,
                           sigma=one_of(rng, [gp.HalfNormal(15), gp.HalfT(4, 5)]))


def one_way_in_another_unit(model, rng):
    c = unit(rng)
    priors = {name: rescaled(prior, c) for name, prior in model.arguments().items()
              if name in ("mu", "tau", "sigma", "theta")}
    return Changed(made_again(model, y=c * model.y, **priors),
                   dict.fromkeys([*LOCATIONS, "tau", "sigma"], c))


def one_way_elsewhere(model, rng):
    d = 10 ** rng.uniform(0, 5)
    return Changed(made_again(model, y=model.y + d, **moved_priors(model, d)),
                   shift=dict.fromkeys(LOCATIONS, d))


def one_way_in_another_order(model, rng):
    order = rng.permutation(model.J)
    places = np.argsort(order)
    return Changed(made_again(model, groups=[model.groups[j] for j in order]),
                   places=dict.fromkeys(["theta", "shrinkage"], places))


ONE_WAY_CHANGES = {"unit": one_way_in_another_unit, "origin": one_way_elsewhere,
                   "order": one_way_in_another_order}


# Counts with exposure.


def random_poisson(rng):
    """2 to 6 groups; rates and exposures of any size, now and then all counts but one zero."""
    J = int(rng.integers(2, 7))
    exposure = 10 ** rng.uniform(-3, 3) * np.exp(rng.normal(0, 1, J))
    typical = one_of(rng, [0.5, 5.0, 1e5])
    log_rate = rng.normal(np.log(typical / exposure.mean()), one_of(rng, [0.1, 1.0, 3.0]), J)
    y = rng.poisson(np.exp(log_rate) * exposure)
    y[:2] += 1
    mu_log = one_of(rng, [gp.Normal(0, 1), gp.Normal(log_rate[0], 5), gp.Normal(0, 1000),
                          gp.Flat()])
    sigma_log = one_of(rng, [gp.HalfNormal(1), gp.HalfNormal(0.01), gp.HalfCauchy(1),
                             gp.HalfT(4, 1), gp.Uniform(0, 3), gp.Exponential(1)])
    return gp.PoissonLognormal(y, exposure, mu_log=mu_log, sigma_log=sigma_log)


def poisson_in_another_unit(model, rng):
    """Exposure in another unit: rates are the other way round, their logs shifted."""
    c = unit(rng)
    d = -float(np.log(c))
    return Changed(made_again(model, exposure=c * model.exposure, mu_log=moved(model.mu_log, d)),
                   scale={"lam": 1 / c, "lam_new": 1 / c}, shift={"mu_log": d, "log_lam": d})


def poisson_in_another_order(model, rng):
    order = rng.permutation(model.J)
    places = np.argsort(order)
    return Changed(made_again(model, y=model.y[order], exposure=model.exposure[order],
                              groups=[model.groups[j] for j in order]),
                   places={"lam": places, "log_lam": places})


def poisson_and_one_that_says_nothing(model, rng):
    """It was not watched at all; or so little that only rates above 1e90 would show.

    That is left to priors of sigma_log without a tail, for others have a say there.
    """
    light = model.sigma_log in (gp.Uniform(0, 3), gp.HalfNormal(0.01))
    exposure = 1e-90 if light else 0.0
    return Changed(made_again(model, y=np.append(model.y, 0),
                              exposure=np.append(model.exposure, exposure),
                              groups=[*model.groups, "idle"]))


POISSON_CHANGES = {"unit": poisson_in_another_unit, "order": poisson_in_another_order,
                   "idle": poisson_and_one_that_says_nothing}


# Successes out of trials.


def random_binomial(rng):
    """2 to 6 groups of 0 to a million trials, rates of any size, one now and then without data."""
    J = int(rng.integers(2, 7))
    n = rng.integers(0, one_of(rng, [3, 50, 10**6]), J)
    phi, kappa = rng.uniform(), 10 ** rng.uniform(-1, 3)
    y = rng.binomial(n, rng.beta(phi * kappa + 0.01, (1 - phi) * kappa + 0.01, J))
    prior = one_of(rng, [gp.HalfCauchy(50), gp.HalfNormal(20), gp.Gamma(2, 0.1), gp.HalfT(4, 10),
                         gp.Exponential(0.02), gp.Uniform(1, 300)])
    return gp.BetaBinomial(y, n, phi=one_of(rng, [gp.Beta(1, 1), gp.Beta(2, 5), gp.Beta(300, 20)]),
                           kappa=prior)


def binomial_in_another_order(model, rng):
    order = rng.permutation(model.J)
    places = np.argsort(order)
    tried = np.cumsum(model.trials[order] > 0) - 1  # places among the groups with trials
    return Changed(made_again(model, successes=model.successes[order], trials=model.trials[order],
                              groups=[model.groups[j] for j in order]),
                   places={"theta": places, "shrinkage": tried[places[model.trials > 0]]})


def failures_for_successes(model, rng):
    """phi becomes 1 - phi, and every theta 1 - theta."""
    rates = ["phi", "theta", "theta_new"]
    return Changed(made_again(model, successes=model.trials - model.successes,
                              phi=gp.Beta(model.phi.b, model.phi.a)),
                   dict.fromkeys(rates, -1.0), dict.fromkeys(rates, 1.0))


def binomial_and_one_without_data(model, rng):
    return Changed(made_again(model, successes=np.append(model.successes, 0),
                              trials=np.append(model.trials, 0), groups=[*model.groups, "idle"]))


BINOMIAL_CHANGES = {"order": binomial_in_another_order, "mirror": failures_for_successes,
                    "idle": binomial_and_one_without_data}


# Answers in categories.


def random_survey(rng):
    """2 to 5 groups, 2 to 4 categories, 0 to a thousand people; a category may be empty."""
    J, K = int(rng.integers(2, 6)), int(rng.integers(2, 5))
    n = rng.integers(0, one_of(rng, [4, 50, 1000]), J)
    shares = rng.dirichlet(rng.gamma(0.5, 10 ** rng.uniform(-1, 2), K) + 0.01, J)
    counts = np.stack([rng.multinomial(*each) for each in zip(n, shares)])
    alpha = one_of(rng, [gp.Exponential(1), gp.Exponential(0.05), gp.Gamma(2, 0.1)])
    return gp.DirichletMultinomial(counts, alpha=alpha,
                                   pi0=gp.Dirichlet(rng.choice([0.5, 1.0, 3.0], K)))


def survey_in_another_order(model, rng):
    """Of the groups; entries of pi are counted group by group, category by category."""
    order = rng.permutation(model.J)
    places = np.argsort(order)
    asked = np.cumsum(model.n[order] > 0) - 1  # places among the groups where anybody answered
    cells = (places[:, None] * model.K + np.arange(model.K)).ravel()
    return Changed(made_again(model, counts=model.counts[order],
                              groups=[model.groups[r] for r in order]),
                   places={"pi": cells, "shrinkage": asked[places[model.n > 0]]})


def categories_in_another_order(model, rng):
    order = rng.permutation(model.K)
    places = np.argsort(order)
    cells = (np.arange(model.J)[:, None] * model.K + places).ravel()
    return Changed(made_again(model, counts=model.counts[:, order],
                              pi0=gp.Dirichlet(model.pi0.concentration[order]),
                              categories=[model.categories[k] for k in order]),
                   places={"pi0": places, "pi": cells, "pi_new": places})


def survey_and_one_without_data(model, rng):
    return Changed(made_again(model, counts=np.vstack([model.counts, np.zeros(model.K)]),
                              groups=[*model.groups, "idle"]))


SURVEY_CHANGES = {"order": survey_in_another_order, "categories": categories_in_another_order,
                  "idle": survey_and_one_without_data}


# One line for each family.

FAMILIES = {
    "normal": Family(random_normal, NORMAL_CHANGES),
    "covariates": Family(random_covariates, NORMAL_CHANGES),
    "oneway": Family(random_one_way, ONE_WAY_CHANGES),
    "poisson": Family(random_poisson, POISSON_CHANGES),
    "normalcomplete": Family(lambda rng: random_normal(rng).complete_pooling(), NORMAL_CHANGES),
    "normalnone": Family(lambda rng: random_normal(rng).no_pooling(), NORMAL_CHANGES),
    "onewaycomplete": Family(lambda rng: random_one_way(rng).complete_pooling(), ONE_WAY_CHANGES),
    "onewaynone": Family(lambda rng: random_one_way(rng).no_pooling(), ONE_WAY_CHANGES),
    "binomial": Family(random_binomial, BINOMIAL_CHANGES),
    "survey": Family(random_survey, SURVEY_CHANGES),
}


def model_of(family, seed):
    """The random model of a family and a seed, and the generator that made it."""
    rng = np.random.default_rng([seed, *family.encode()])
    return FAMILIES[family].random(rng), rng


def truth_of(model):
    """Its exact posterior, without the warnings about few groups."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return gp.exact(model)


@functools.lru_cache(maxsize=2 * len(LONG))
def first_truth(family, seed):
    """The exact posterior of a random model, worked out once for several of its changes."""
    return truth_of(model_of(family, seed)[0])


def each_marginal(truth):
    """Triples (name, place or None, Marginal) of a posterior, the new group's among them."""
    every = {name: truth[name] for name in truth}
    apart = "NoPooling" in type(truth.model).__name__  # such groups tell nothing of a new one
    if not apart and not hasattr(truth, "new_group_at"):
        every[f"{truth.model.parameter or 'theta'}_new"] = truth.new_group
    for name, one in every.items():
        if hasattr(one, "labels"):
            yield from ((name, j, marginal) for j, marginal in enumerate(leaves_of(one)))
        else:
            yield name, None, one


def width_of(marginal):
    """Its sd; where there is none, the width of its middle."""
    if np.isfinite(marginal.sd):
        return marginal.sd
    return np.ptp(marginal.quantile([0.16, 0.84])) / 2


def assert_follows(truth, changed):
    """Means, sds and quantiles of the changed model's posterior are those of the first, moved."""
    found = truth_of(changed.model)
    others = {(name, j): marginal for name, j, marginal in each_marginal(found)}
    for name, j, first in each_marginal(truth):
        scale, shift = changed.scale.get(name, 1.0), changed.shift.get(name, 0.0)
        place = j if j is None or name not in changed.places else changed.places[name][j]
        second = others[name, place]
        allowed = CLOSE * abs(scale) * width_of(first)
        if np.isfinite(first.mean):
            assert second.mean == pytest.approx(shift + scale * first.mean, rel=1e-12, abs=allowed)
        assert second.sd == pytest.approx(abs(scale) * first.sd, rel=CLOSE), (name, j)
        x = first.quantile(PROBABILITIES)
        q = PROBABILITIES[told_apart(first, x)]
        below = second.cdf(shift + scale * x[told_apart(first, x)])
        assert below == pytest.approx(q if scale > 0 else 1 - q, abs=CLOSE), (name, j)


def quick_seeds(family):
    """The seeds of a family's tables in the quick tests."""
    return QUICK.get(family, [0])


def cases(seeds_of):
    """Pairs of a family and one of its changes, each with a seed, as parameters of a test."""
    return [pytest.param(family, change, seed, id=f"{family}-{change}-{seed}")
            for family in FAMILIES for change in FAMILIES[family].changes
            for seed in seeds_of(family)]


@pytest.mark.parametrize("family, change, seed",
                         [case for case in cases(quick_seeds) if case.id not in SLOW])
def test_the_posterior_follows_the_data(family, change, seed):
    model, rng = model_of(family, seed)
    assert_follows(first_truth(family, seed), FAMILIES[family].changes[change](model, rng))


@pytest.mark.long
@pytest.mark.parametrize("family, change, seed", cases(lambda family: LONG))
def test_the_posterior_follows_many_data(family, change, seed):
    model, rng = model_of(family, seed)
    assert_follows(first_truth(family, seed), FAMILIES[family].changes[change](model, rng))


def told_apart(marginal, x):
    """Where floating point tells values near x apart, and from the ends: shares near 0 and 1."""
    low, high = marginal.support
    gap = np.spacing(np.maximum(np.abs(x), high if np.isfinite(high) else 0.0))
    jumps = np.abs(marginal.cdf(x + gap) - marginal.cdf(x - gap)) > 1e-10
    return ~jumps & (x > low + 1e-290)


def assert_consistent(marginal):
    """cdf, quantile, hdi, pdf, mean and sd of one marginal agree with each other."""
    q = PROBABILITIES
    x = marginal.quantile(q)
    if not told_apart(marginal, x).all():
        return
    assert marginal.cdf(x) == pytest.approx(q, abs=1e-9)
    assert marginal.sf(x) == pytest.approx(1 - q, abs=1e-9)
    assert np.isnan(marginal.pdf(np.nan)) and np.isnan(marginal.cdf(np.nan))
    assert np.isnan(marginal.sf(np.nan)) and np.isnan(marginal.logpdf([np.nan])).all()
    for prob in (0.5, 0.89):
        low, high = marginal.hdi(prob)
        assert marginal.cdf(high) - marginal.cdf(low) == pytest.approx(prob, abs=1e-8)
        starts = np.linspace(0, 1 - prob, 102)[1:-1]
        others = marginal.quantile(starts + prob) - marginal.quantile(starts)
        assert high - low <= others.min() * (1 + 1e-7)
    assert_the_pdf_is_that_of_the_cdf(marginal)


def assert_the_pdf_is_that_of_the_cdf(marginal):
    """The pdf integrates to what the cdf says; without heavy tails its moments are mean and sd.

    A tail that crowds against an end of the support, such as that of a shrinkage factor near 1 or
    of a share near 0, is left out from where floating point no longer tells its values apart.
    """
    tail = np.logspace(-11, -2, 10)
    q = np.concatenate([tail, np.linspace(0.05, 0.95, 19), 1 - tail[::-1]])
    x = marginal.quantile(q)
    told_apart = np.abs(marginal.sf(np.nextafter(x, np.inf)) - (1 - q)) < 1e-6 * (1 - q)
    crowded, half = np.flatnonzero(~told_apart), len(q) // 2
    last = min([len(q), *crowded[crowded > half]])
    first = max([0, *crowded[crowded <= half] + 1])
    if marginal.support[0] == 0:
        first = max(first, np.argmax(x > 1e-290))
    q, ends = q[first:last], x[first:last]
    x, weight, middle = between_points(ends, marginal.support)
    mass = marginal.pdf(middle + x) * weight
    assert mass.sum(axis=1) == pytest.approx(np.diff(q), rel=1e-6, abs=1e-9)
    if q[0] < 1e-10 and q[-1] > 1 - 1e-10 and ends[-2] - ends[1] < 30 * marginal.sd < np.inf:
        assert mass.sum() == pytest.approx(1, abs=1e-8)
        mean = (mass * x).sum()
        assert middle + mean == pytest.approx(marginal.mean, abs=1e-6 * marginal.sd)
        sd = np.sqrt((mass * (x - mean) ** 2).sum())
        assert sd == pytest.approx(marginal.sd, rel=1e-6)


def between_points(ends, support):
    """Gauss-Legendre nodes between points, the weight of each, and what they are counted from.

    Where the support is 0 to 1 they are nodes of the logit: a density may be infinite at 0. Where
    it begins at 0 and the points go over many powers of ten, they are nodes of the logarithm.
    """
    nodes, weights = np.polynomial.legendre.leggauss(40)
    logits = support == (0.0, 1.0) and ends[-1] < 1
    logs = support[0] == 0 and not logits and ends[-1] > 1e3 * ends[0]
    u = special.logit(ends) if logits else np.log(ends) if logs else ends
    middle = 0.0 if logits or logs else np.median(ends)
    half = np.diff(u)[:, None] / 2
    at = half * (1 + nodes) + (u[:-1] - middle)[:, None]
    if logs:
        return np.exp(at), weights * half * np.exp(at), middle
    if not logits:
        return at, weights * half, middle
    x = special.expit(at)
    return x, weights * half * x * special.expit(-at), middle


@pytest.mark.parametrize("family, seed", [(family, seed) for family in FAMILIES
                                          for seed in quick_seeds(family)])
def test_marginals_agree_with_themselves(family, seed):
    truth = first_truth(family, seed)
    marginals = {name: marginal for name, _, marginal in each_marginal(truth)}
    for name, marginal in marginals.items():  # of the groups, the last
        assert_consistent(marginal)


@pytest.mark.long
@pytest.mark.parametrize("seed", LONG)
@pytest.mark.parametrize("family", FAMILIES)
def test_many_marginals_agree_with_themselves(family, seed):
    for _, _, marginal in each_marginal(first_truth(family, seed)):
        assert_consistent(marginal)


def merged(model):
    """The same answers with the last two categories taken together: pi0 is Dirichlet, and pi given
    it, with the two concentrations added.
    """
    counts, c = model.counts, model.pi0.concentration
    return gp.DirichletMultinomial(
        np.column_stack([counts[:, :-2], counts[:, -2:].sum(axis=1)]), alpha=model.alpha,
        pi0=gp.Dirichlet([*c[:-2], c[-2:].sum()]), groups=model.groups)


def assert_merging_agrees(seed):
    """Where nobody chose the last category but one, in any group, p(counts) of the merged model
    needs no other factor; the mean of the sum is the sum of the means in any case with no data in
    the two.
    """
    rng = np.random.default_rng([seed, 77])
    counts = np.column_stack([rng.integers(0, 30, (4, 2)), np.zeros((4, 2))])
    model = gp.DirichletMultinomial(counts, alpha=gp.Gamma(2, 0.2),
                                    pi0=gp.Dirichlet(rng.choice([0.5, 1.0, 2.0], 4)))
    whole, less = truth_of(model), truth_of(merged(model))
    assert whole.log_evidence == pytest.approx(less.log_evidence, abs=1e-8)
    assert whole["alpha"].mean == pytest.approx(less["alpha"].mean, rel=1e-8)
    for name in ("pi0", "pi"):
        first, second = whole[name].mean, less[name].mean
        assert first[..., :2] == pytest.approx(second[..., :2], abs=1e-8)
        assert first[..., 2:].sum(axis=-1) == pytest.approx(second[..., 2], abs=1e-8)


def test_merging_categories_that_nobody_chose():
    assert_merging_agrees(0)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 10))
def test_merging_categories_that_nobody_chose_on_many_data(seed):
    assert_merging_agrees(seed)


def two_categories(model):
    """The same model as a survey of two answers, where kappa has a Gamma prior."""
    counts = np.stack([model.successes, model.trials - model.successes], axis=1)
    return gp.DirichletMultinomial(counts, alpha=model.kappa,
                                   pi0=gp.Dirichlet([model.phi.a, model.phi.b]))


def assert_both_twins_agree(seed):
    """Successes and failures are a survey of two categories: two ways to the same integrals."""
    model, _ = model_of("binomial", seed)
    model = made_again(model, kappa=gp.Gamma(2, 0.1))
    rates, shares = truth_of(model), truth_of(two_categories(model))
    assert rates.log_evidence == pytest.approx(shares.log_evidence, abs=1e-7)
    for one, other in ((rates["kappa"], shares["alpha"]), (rates["phi"], shares["pi0"][0]),
                       (rates["theta"][0], shares["pi"][0][0]),
                       (rates.new_group, shares.new_group[0])):
        assert one.mean == pytest.approx(other.mean, abs=CLOSE * other.sd)
        assert one.sd == pytest.approx(other.sd, rel=CLOSE)
        assert one.cdf(other.quantile(0.3)) == pytest.approx(0.3, abs=CLOSE)
    left_out = rates.elpd_loo().pointwise
    assert left_out == pytest.approx(shares.elpd_loo().pointwise, abs=1e-6)


def test_two_categories_are_successes_and_failures():
    assert_both_twins_agree(0)


@pytest.mark.long
@pytest.mark.parametrize("seed", LONG)
def test_two_categories_are_successes_and_failures_on_many_data(seed):
    assert_both_twins_agree(seed)
