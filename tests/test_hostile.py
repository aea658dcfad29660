"""Some hundreds of calls that nobody should make: each refused in words of our own, by name.

Warnings are errors here, so that none of NumPy's or ArviZ's reaches anybody; a message holds what
the call got wrong, and nothing of what happens inside NumPy, SciPy or Python's own arithmetic.
"""
import datetime
import re
import warnings

import numpy as np
import pytest

import gibbspool as gp
from gibbspool.distributions.writing import parse

Y, SIGMA, N = [28.0, 8, -3, 7, -1, 1], [15.0, 10, 16, 11, 9, 11], [30, 10, 20, 40, 30, 20]
COUNTS, GROUP = [3, 5, 2, 8, 1, 0], list("aabbcc")
TABLE = [[3, 1], [2, 2], [0, 4], [1, 1], [5, 2], [2, 3]]
INSIDE = re.compile(r"ufunc|dtype|setting an array|could not convert|broadcast|ambiguous|array\(|"
                    r"inhomogeneous|Cannot convert|object is not|has no attribute|unhashable|"
                    r"Unable to allocate|too large to convert|invalid literal")


def masked(values):
    return np.ma.array(values, mask=[False, True, *[False] * (len(values) - 2)])


# What stands in the place of numbers, made from numbers that would do.
NO_NUMBERS = {
    "masked": masked,
    "complex": lambda values: np.array(values) + 1j,
    "complex in a list": lambda values: [*values[:-1], 1j],
    "dates": lambda values: np.array(["2020-01-01"] * len(values), dtype="M8[D]"),
    "not a time": lambda values: [*values[:-1], np.datetime64("NaT", "D")],
    "durations": lambda values: np.array(range(1, len(values) + 1), dtype="m8[D]"),
    "a date in a list": lambda values: [datetime.date(2020, 1, 1), *values[1:]],
    "bools": lambda values: np.ones(len(values), dtype=bool),
    "a bool in a list": lambda values: [True, *values[1:]],
    "text": lambda values: [str(value) for value in values],
    "an array of text": lambda values: np.array(values).astype(str),
    "bytes": lambda values: np.array(values).astype("S8"),
    "a single text": lambda values: "1234567"[:len(values)],
    "None": lambda values: None,
    "a None in it": lambda values: [*values[:-1], None],
    "nan": lambda values: [*values[:-1], np.nan],
    "inf": lambda values: [*values[:-1], np.inf],
    "huge": lambda values: [*values[:-1], 10**400],
    "beyond doubles": lambda values: [*values[:-1], 1e300],
    "a dict": lambda values: dict(enumerate(values)),
    "a set": lambda values: set(values),
    "a generator": lambda values: (value for value in values),
    "a class": lambda values: float,
    "a table": lambda values: [values, values],
    "ragged": lambda values: [*values[:-1], [1, 2]],
    "empty": lambda values: [],
    "a number": lambda values: 3,
    "one too few": lambda values: values[:-1],
    "records": lambda values: np.zeros(len(values), dtype=[("a", float)]),
}
# A call for each place where a list of numbers is asked for.
LISTS = {
    "y": (Y, lambda y: gp.NormalNormal(y, SIGMA)),
    "sigma": (SIGMA, lambda sigma: gp.NormalNormal(Y, sigma)),
    "x": (Y, lambda x: gp.NormalNormal(Y, SIGMA, x=x)),
    "exposure": (SIGMA, lambda exposure: gp.PoissonLognormal(COUNTS, exposure)),
    "successes": (COUNTS, lambda successes: gp.BetaBinomial(successes, N)),
    "trials": (N, lambda trials: gp.BetaBinomial(COUNTS, trials)),
    "y of events": (COUNTS, lambda y: gp.PoissonLognormal(y, SIGMA)),
    "y of observations": (Y, lambda y: gp.OneWayNormal(y, GROUP)),
}


def refused(call, *words):
    """The call must raise a TypeError or ValueError of our own that holds these words."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises((TypeError, ValueError, KeyError)) as found:
            call()
    message = str(found.value)
    for word in words:
        assert word in message, message
    assert not INSIDE.search(message), message


@pytest.mark.parametrize("kind", NO_NUMBERS)
@pytest.mark.parametrize("place", LISTS)
def test_lists_of_numbers(place, kind):
    values, call = LISTS[place]
    if (place, kind) == ("x", "None"):
        return
    refused(lambda: call(NO_NUMBERS[kind](values)), place.split()[0])


@pytest.mark.parametrize("kind", set(NO_NUMBERS) - {"a table", "one too few", "ragged"})
def test_tables_of_counts(kind):
    rows = [[2, 1] for _ in range(6)]
    made = NO_NUMBERS[kind]([3, 4, 5, 6, 7, 8])
    if isinstance(made, list) and len(made) == 6:
        made = [*rows[:5], [1, made[-1] if not isinstance(made[-1], int) else made[0]]]
        if made[-1][1] in (3, 4):
            return
    refused(lambda: gp.DirichletMultinomial(made), "counts")


SINGLE = {
    "complex": 1j, "bool": True, "text": "1", "bytes": b"1", "nan": np.nan, "inf": np.inf,
    "huge": 10**400, "None": None, "date": datetime.date(2020, 1, 1),
    "NaT": np.datetime64("NaT", "D"), "masked": np.ma.masked, "object": object(),
    "a duration": np.timedelta64(3, "D"), "a prior": gp.HalfNormal(1), "a dict": {},
}
PRIORS = {
    "mean": lambda v: gp.Normal(v, 1), "sd": lambda v: gp.Normal(0, v),
    "scale": lambda v: gp.HalfNormal(v), "rate": lambda v: gp.Exponential(v),
    "shape": lambda v: gp.Gamma(v, 1), "df": lambda v: gp.HalfT(v, 1),
    "high": lambda v: gp.Uniform(0, v), "a": lambda v: gp.Beta(v, 1),
    "concentration": lambda v: gp.Dirichlet([1, v]),
    "HalfCauchy: scale": lambda v: gp.HalfCauchy(v),
    "InverseGamma: shape": lambda v: gp.InverseGamma(v, 1),
}


@pytest.mark.parametrize("kind", SINGLE)
@pytest.mark.parametrize("place", PRIORS)
def test_parameters_of_priors(place, kind):
    refused(lambda: PRIORS[place](SINGLE[kind]), place)


@pytest.fixture(scope="module")
def made():
    model = gp.NormalNormal(Y, SIGMA)
    truth = gp.exact(model)
    return {"model": model, "truth": truth, "draws": truth.sample(10, 2)}


NUMBERS = {
    "draws": lambda m, v: gp.sample(m["model"], draws=v),
    "tune": lambda m, v: gp.sample(m["model"], tune=v),
    "chains": lambda m, v: gp.sample(m["model"], chains=v),
    "seed": lambda m, v: gp.sample(m["model"], seed=v),
    "rtol": lambda m, v: gp.check_conditionals(m["model"], rtol=v),
    "states": lambda m, v: gp.check_conditionals(m["model"], states=v),
    "sweeps": lambda m, v: gp.steps(m["model"], sweeps=v),
    "target_accept": lambda m, v: gp.hmc(gp.funnel.neal("centred"), target_accept=v),
    "prob": lambda m, v: m["truth"]["tau"].hdi(v),
    "q": lambda m, v: m["truth"]["tau"].quantile(v),
    "rtol of exact": lambda m, v: gp.exact(m["model"], rtol=v),
    "draws of exact": lambda m, v: m["truth"].sample(draws=v),
    "seed of exact": lambda m, v: m["truth"].sample(10, 2, seed=v),
    "seed of a new group": lambda m, v: m["draws"].new_group(seed=v),
}
ALLOWED = {("seed", "huge"), ("seed", "None"), ("seed of exact", "huge"), ("seed of exact", "None"),
           ("seed of a new group", "huge"), ("seed of a new group", "None"),
           ("rtol of exact", "None"), ("sweeps", "None"), ("sweeps", "huge"), ("tune", "huge")}


@pytest.mark.parametrize("kind", SINGLE)
@pytest.mark.parametrize("place", NUMBERS)
def test_single_numbers(made, place, kind):
    if (place, kind) not in ALLOWED:
        refused(lambda: NUMBERS[place](made, SINGLE[kind]), place.split()[0])


@pytest.mark.parametrize("place, value", [
    ("rtol", 0), ("rtol", 1), ("rtol", -1e-9), ("rtol of exact", 0), ("rtol of exact", 2),
    ("draws", 0), ("draws", 10**12), ("draws", 2.0), ("chains", 0), ("chains", 10**12),
    ("tune", -1), ("seed", -1), ("seed", 1.5), ("states", 1), ("states", 10**12), ("sweeps", 0),
    ("target_accept", 0), ("target_accept", 1), ("prob", 0), ("prob", 89), ("q", -0.1), ("q", 1.1),
    ("draws of exact", 10**12), ("draws of exact", 0),
])
def test_numbers_out_of_range(made, place, value):
    refused(lambda: NUMBERS[place](made, value), place.split()[0])


LABELS = {
    "too few": list("ABCDE"), "twice": list("ABCDEA"), "a text": "ABCDEF", "a set": set("ABCDEF"),
    "None": [*"ABCDE", None], "nan": [*"ABCDE", np.nan],
    "NaT": [*"ABCDE", np.datetime64("NaT", "D")],
    "masked": masked(list("ABCDEF")), "lists": [*"ABCDE", ["F"]], "a number": 6,
    "a table": np.array([list("ABCDEF")]),
}


@pytest.mark.parametrize("kind", LABELS)
def test_labels(kind):
    refused(lambda: gp.NormalNormal(Y, SIGMA, groups=LABELS[kind]), "groups")
    refused(lambda: gp.DirichletMultinomial(TABLE, groups=LABELS[kind]), "groups")
    if kind not in ("twice", "too few"):
        refused(lambda: gp.OneWayNormal(Y, LABELS[kind]), "group")


@pytest.mark.parametrize("call, words", [
    (lambda m: gp.exact(gp.NormalNormal), "model is the class NormalNormal"),
    (lambda m: gp.exact(m["draws"]), "model is of the kind Draws"),
    (lambda m: gp.exact(m["truth"]), "give its .model"),
    (lambda m: gp.exact(m["model"], tol=1e-8), "'tol'; did you mean rtol?"),
    (lambda m: gp.exact(gp.funnel.neal("centred")), "give it to gibbspool.hmc"),
    (lambda m: gp.advise(m["model"], m["draws"]), "truth is not the exact posterior"),
    (lambda m: gp.advise(m["draws"]), "model is of the kind Draws"),
    (lambda m: gp.advise(m["model"], posterior=m["truth"]), "did you mean truth?"),
    (lambda m: gp.check_conditionals(m["draws"]), "model is of the kind Draws"),
    (lambda m: gp.check_conditionals(m["model"], tol=1), "did you mean rtol?"),
    (lambda m: gp.sample(m["model"], random_seed=1), "'random_seed'; did you mean seed?"),
    (lambda m: gp.sample(m["model"], warmup=1), "did you mean tune?"),
    (lambda m: gp.sample(m["model"], n_chains=1), "did you mean chains?"),
    (lambda m: gp.sample(m["model"], drawz=1), "did you mean draws?"),
    (lambda m: gp.sample(m["draws"]), "model is of the kind Draws"),
    (lambda m: gp.sample(gp.NormalNormal), "NormalNormal(y, sigma)"),
    (lambda m: gp.sample(m["model"], keep=["thet"]), "did you mean theta?"),
    (lambda m: gp.sample(m["model"], keep=[3]), "keep is 3"),
    (lambda m: gp.steps(m["model"], random_state=1), "did you mean seed?"),
    (lambda m: gp.hmc(gp.funnel.neal("centred"), adapt_delta=0.9), "did you mean target_accept?"),
    (lambda m: gp.hmc(gp.funnel.neal("centred"), draws=10**12), "GB of memory"),
    (lambda m: gp.hmc(m["model"]), "target is NormalNormal"),
    (lambda m: gp.funnel.neal("centered"), "did you mean centred?"),
    (lambda m: gp.reml(m["draws"]), "model is of the kind Draws"),
    (lambda m: gp.compare({"a": m["model"], "b": m["draws"]}, chain=3), "did you mean chains?"),
    (lambda m: m["draws"].new_group(x=3), "new_group: there is no argument 'x'"),
    (lambda m: m["draws"][["tau"]], "['tau']; there are draws of"),
    (lambda m: m["truth"][["tau"]], "['tau']; there are mu"),
    (lambda m: m["truth"]["tau"].cdf("a"), "x is 'a'"),
    (lambda m: m["truth"]["tau"].sf([1, 1j]), "x[1] is 1j"),
    (lambda m: m["truth"]["tau"].pdf(None), "x is None"),
    (lambda m: gp.NormalNormal(Y, se=SIGMA), "NormalNormal: there is no argument 'se'; did you "
                                             "mean sigma? It takes y, sigma"),
    (lambda m: gp.NormalNormal(Y, SIGMA, sd=3), "there is no argument 'sd'"),
    (lambda m: gp.NormalNormal(Y), "'sigma'"),
    (lambda m: gp.NormalNormal(Y, SIGMA, form="centered"), "did you mean centred?"),
    (lambda m: gp.NormalNormal(Y, SIGMA, form="non-centered"), "did you mean noncentred?"),
    (lambda m: gp.NormalNormal(Y, SIGMA, form=["centred"]), "form is ['centred']"),
    (lambda m: gp.NormalNormal(Y, SIGMA, tau=gp.HalfNormal), "tau is the class HalfNormal"),
    (lambda m: gp.NormalNormal(Y, SIGMA, tau=10), "tau prior is 10"),
    (lambda m: gp.NormalNormal(Y, SIGMA, mu="Normal(0, 20)"), "mu prior is"),
    (lambda m: gp.BetaBinomial(COUNTS, n=N), "did you mean trials?"),
    (lambda m: gp.PoissonLognormal(COUNTS, offset=SIGMA), "did you mean exposure?"),
    (lambda m: gp.OneWayNormal(Y, labels=GROUP), "did you mean groups?"),
    (lambda m: gp.HalfNormal(sigma=1), "HalfNormal: there is no argument 'sigma'; did you mean "
                                       "scale? It takes scale"),
    (lambda m: gp.Normal(mu=0, sigma=1), "'mu'; did you mean mean?"),
    (lambda m: gp.Normal(0, sigma=1), "'sigma'; did you mean sd?"),
    (lambda m: gp.Normal(mean=0, sigma=1), "'sigma'; did you mean sd?"),
    (lambda m: gp.Exponential(lam=1), "did you mean rate?"),
    (lambda m: gp.Gamma(alpha=1, beta=2), "did you mean shape?"),
    (lambda m: gp.HalfT(nu=3, scale=1), "did you mean df?"),
    (lambda m: gp.Uniform(lower=0, upper=1), "did you mean low?"),
    (lambda m: gp.Dirichlet(alpha=[1, 1]), "did you mean concentration?"),
    (lambda m: gp.Beta(alpha=1, beta=2), "did you mean a?"),
    (lambda m: m["model"].with_priors(taus=gp.HalfNormal(1)), "did you mean tau?"),
    (lambda m: parse("Halfnormal(1)"), "did you mean HalfNormal?"),
    (lambda m: parse("HalfCauch(1)"), "did you mean HalfCauchy?"),
    (lambda m: parse("Gaussian(0, 1)"), "did you mean Normal?"),
    (lambda m: parse("HalfNormal(sigma=1)"), "did you mean scale?"),
    (lambda m: parse("HalfNormal(True)"), "'True' is not a number"),
    (lambda m: m["draws"]["thta"], "did you mean theta?"),
    (lambda m: m["truth"]["Tau"], "did you mean tau?"),
    (lambda m: m["truth"]["theta", 0], "a number is a label here"),
    (lambda m: m["draws"]["theta", 7], "a number is a label here"),
    (lambda m: m["truth"]["theta", True], "True; the labels are"),
    (lambda m: m["truth"]["theta"][6], "the places 0 to 5"),
])
def test_wrong_objects_and_words(made, call, words):
    refused(lambda: call(made), words)


@pytest.mark.extras
def test_few_draws_make_no_warning_or_error_of_arviz(made):
    models = {"a": made["model"], "b": made["model"].no_pooling()}
    refused(lambda: gp.compare(models, draws=3, chains=1), "draws is 3", "PSIS-LOO needs")
    few = made["truth"].sample(1, 4)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        few.to_arviz()
        with pytest.raises(UserWarning, match="R-hat or ESS of mu cannot be computed"):
            few.summary()


@pytest.mark.extras
def test_series_and_tables_keep_their_labels():
    pd = pytest.importorskip("pandas")
    names = list("ABCDEF")
    y, sigma = pd.Series(Y, index=names), pd.Series(SIGMA, index=names)
    for model in (gp.NormalNormal(y, sigma), gp.NormalNormal(y, SIGMA), gp.NormalNormal(Y, sigma),
                  gp.NormalNormal(y, sigma, groups=names),
                  gp.NormalNormal(y, sigma, groups=y.index),
                  gp.PoissonLognormal(pd.Series(COUNTS, index=names), SIGMA),
                  gp.BetaBinomial(pd.Series(COUNTS, index=names), N)):
        assert model.groups == tuple(names)
    assert gp.NormalNormal(pd.Series(Y), pd.Series(SIGMA)).groups == tuple("123456")
    table = pd.DataFrame({"y": Y, "sigma": SIGMA, "name": names, "x": COUNTS, "z": N})
    rows = table[table.y > 0]  # rows 0, 1, 3, 5
    assert gp.NormalNormal(rows.y, rows.sigma, groups=rows.name).groups == tuple("ABDF")
    assert gp.NormalNormal(rows.y, rows.sigma).groups == ("0", "1", "3", "5")
    with_x = gp.NormalNormal(table.y, table.sigma, x=table[["x", "z"]])
    assert with_x.covariates == ("x", "z") and with_x.groups == tuple("123456")
    people = pd.DataFrame({"region": list("NNSSSW"), "answer": list("abbabb")})
    crossed = gp.DirichletMultinomial(pd.crosstab(people.region, people.answer))
    assert crossed.groups == ("N", "S", "W") and crossed.categories == ("a", "b")
    refused(lambda: gp.DirichletMultinomial(pd.crosstab(people.region, people.answer,
                                                        margins=True)),
            "groups[3] is 'All', the sum of the others")
    assert gp.OneWayNormal(table.y, pd.Series(GROUP)).groups == ("a", "b", "c")


@pytest.mark.extras
def test_series_that_disagree_are_refused():
    pd = pytest.importorskip("pandas")
    y, sigma = pd.Series(Y, index=list("ABCDEF")), pd.Series(SIGMA, index=list("BACDEF"))
    both = "y and sigma are Series with different indexes: label 0 is 'A' in y and 'B' in sigma"
    refused(lambda: gp.NormalNormal(y, sigma), both, "write sigma.reindex(y.index)")
    refused(lambda: gp.NormalNormal(y, pd.Series(SIGMA)), "y and sigma are Series with different")
    refused(lambda: gp.NormalNormal(y, SIGMA, groups=list("BACDEF")), "groups[0] is 'B' but "
            "'A' in the index of y")
    refused(lambda: gp.NormalNormal(y, SIGMA, x=pd.DataFrame({"x": N})),
            "y and x have different indexes")
    refused(lambda: gp.NormalNormal(pd.Series(Y), pd.Series(SIGMA), groups=pd.Series(
        list("ABCDEF"), index=range(1, 7))), "y and groups are Series with different indexes")
    counts = pd.DataFrame(TABLE, index=list("ABCDEF"), columns=["yes", "no"])
    refused(lambda: gp.DirichletMultinomial(counts, categories=["no", "yes"]), "categories[0] is "
            "'no' but 'yes' in the columns of counts")
    refused(lambda: gp.OneWayNormal(y, pd.Series(GROUP)), "y and group are Series with different")
    refused(lambda: gp.PoissonLognormal(pd.Series(COUNTS, index=list("ABCDEF")), sigma),
            "y and exposure are Series")
    refused(lambda: gp.BetaBinomial(pd.Series(COUNTS, index=list("ABCDEF")), sigma),
            "successes and trials are Series")
    refused(lambda: gp.NormalNormal(Y, SIGMA, groups=[*"ABCDE", pd.NA]), "groups[5] is missing")
    refused(lambda: gp.OneWayNormal(Y, [*"aabbc", pd.NA]), "group[5] is missing")
    refused(lambda: gp.NormalNormal(pd.Series([*Y[:5], pd.NA]), SIGMA), "y[5] is missing")
    refused(lambda: gp.NormalNormal(pd.to_datetime(pd.Series(["2020-01-01"] * 6)), SIGMA),
            "y[0] is", "not dates")
    refused(lambda: gp.NormalNormal(pd.Series([True] * 6, dtype="boolean"), SIGMA), "y[0] is True")
