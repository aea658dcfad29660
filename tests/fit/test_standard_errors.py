"""What people have in place of a standard error gives the same model as the standard error."""
import numpy as np
import pytest

from gibbspool.models.card import NormalCard

Y, SE = [28.0, 8.0, -3.0, 7.0], [15.0, 10.0, 16.0, 11.0]
Z = 1.959963984540054           # the 0.975 quantile of the standard normal distribution
Z_90 = 1.6448536269514722
MODEL = ["--model", "normal", "--estimate", "y"]
INTERVAL = [*MODEL, "--ci-low", "low", "--ci-high", "high"]


def table(**columns):
    rows = zip(*columns.values())
    return "\n".join([",".join(columns), *(",".join(map(repr, row)) for row in rows)]) + "\n"


def interval(y, se, z=Z):
    return table(y=y, low=[a - z * s for a, s in zip(y, se)],
                 high=[a + z * s for a, s in zip(y, se)])


@pytest.mark.parametrize("text, options, note", [
    (table(y=Y, v=[s**2 for s in SE]), [*MODEL, "--variance", "v"], "square roots of column 'v'"),
    (interval(Y, SE), INTERVAL, "95% intervals' widths over 3.920"),
    (interval(Y, SE, Z_90), [*INTERVAL, "--ci-level", "0.9"], "90% intervals' widths over 3.290"),
    (table(y=Y, sd=[2 * s for s in SE], n=[4] * 4), [*MODEL, "--sd", "sd", "--n", "n"],
     "column 'sd' over the square root of column 'n'")])
def test_each_way_gives_the_standard_error(fitted, text, options, note):
    model, notes = fitted(text, options)
    assert model.y.tolist() == Y and model.sigma == pytest.approx(SE, rel=1e-12)
    assert len(notes) == 1 and note in notes[0]


@pytest.mark.parametrize("options, words", [
    (MODEL, "you gave --estimate"),
    ([*MODEL, "--se", "y", "--variance", "y"], "you gave --estimate, --se, --variance"),
    ([*MODEL, "--ci-low", "y"], "--estimate and --ci-low and --ci-high"),
    ([*MODEL, "--ci-low", "y", "--ci-high", "y", "--se", "y"], "(one of these ways alone)"),
    ([*MODEL, "--sd", "y"], "--estimate and --sd and --n"),
    ([*MODEL, "--se", "y", "--n", "y"], "needs --estimate and --se, or --estimate and --variance"),
    ([*MODEL, "--se", "y", "--ci-level", "0.9"], "--ci-level is the level of the interval"),
    ([*INTERVAL, "--ci-level", "95"], "--ci-level is 95; it must lie between 0 and 1"),
    ([*INTERVAL, "--ci-level", "nan"], "--ci-level is nan"),
    (["--model", "poisson", "--count", "y", "--exposure", "y", "--ci-level", "0.9"],
     "--ci-level is not for --model poisson"),
    (["--model", "poisson", "--count", "y", "--exposure", "y", "--sd", "y"],
     "--sd is not for --model poisson")])
def test_exactly_one_way_is_taken(fitted, options, words):
    model, said = fitted("y,low,high\n1,0.5,1.5\n2,1,3\n", options)
    assert model is None and words in said, said


@pytest.mark.parametrize("text, options, words", [
    ("y,low,high\n1,0,2\n5,1,3\n", INTERVAL,
     "row 2 (line 3), column 'y': 5 lies outside its interval, 1 to 3"),
    ("y,low,high\n1,0,2\n2,3,1\n", INTERVAL,
     "row 2 (line 3), column 'high': 1 must be above the lower end, 3"),
    ("y,low,high\n1,0,2\n2,2,2\n", INTERVAL, "column 'high': 2 must be above"),
    ("y,low,high\n1,0,2\n1.5,1.1,2.05\n", INTERVAL,
     "row 2 (line 3), column 'y': 1.5 is not in the middle of its interval, 1.1 to 2.05: the "
     "interval is not symmetric, as those of odds ratios and other ratios are not; take logs"),
    ("y,v\n1,4\n2,0\n", [*MODEL, "--variance", "v"], "row 2 (line 3), column 'v': 0 must be > 0"),
    ("y,v\n1%,4%\n2%,1%\n", [*MODEL, "--variance", "v"], "whether the square is meant"),
    ("y,v\n1%,4\n2%,1\n", [*MODEL, "--variance", "v"], "write both in the same unit"),
    ("y,low,high\n1%,0,2\n2%,1,3\n", INTERVAL, "write both in the same unit"),
    ("y,sd,n\n1%,2,3\n2%,2,3\n", [*MODEL, "--sd", "sd", "--n", "n"], "write both in the same"),
    ("y,sd,n\n1,2,3\n2,-2,3\n", [*MODEL, "--sd", "sd", "--n", "n"], "'sd': -2 must be > 0"),
    ("y,sd,n\n1,2,0\n2,2,3\n", [*MODEL, "--sd", "sd", "--n", "n"], "'n': 0 must be > 0"),
    ("y,sd,n\n1,2,3\n2,2,2.5\n", [*MODEL, "--sd", "sd", "--n", "n"], "must be a whole number")])
def test_what_gives_no_standard_error_is_refused(fitted, text, options, words):
    model, said = fitted(text, options)
    assert model is None and words in said, said


def test_rounded_intervals_are_taken_and_ratios_are_not(fitted):
    """Rounding moves an estimate from the middle, but not always to the same side of it."""
    rng = np.random.default_rng(3)
    taken = 0
    for _ in range(40):
        y, se = rng.normal(0.3, 0.2, 8), rng.uniform(0.01, 0.1, 8)
        columns = {"y": y, "low": y - Z * se, "high": y + Z * se}
        text = table(**{name: [round(float(v), 2) for v in x] for name, x in columns.items()})
        taken += fitted(text, INTERVAL)[0] is not None
    assert taken == 40
    refused = 0
    for _ in range(40):
        y, se = rng.normal(0.3, 0.2, 8), rng.uniform(0.05, 0.3, 8)
        columns = {"y": np.exp(y), "low": np.exp(y - Z * se), "high": np.exp(y + Z * se)}
        text = table(**{name: [round(float(v), 2) for v in x] for name, x in columns.items()})
        refused += fitted(text, INTERVAL)[0] is None
    assert refused == 40


def test_narrow_intervals_of_ratios_are_known_by_all_of_them(fitted):
    """Each lies within a tenth of the middle; together they lie at sqrt(low high)."""
    y, se = np.array([1.1, 0.9, 1.4, 1.2, 0.8]), np.full(5, 0.08)
    text = table(y=y.tolist(), low=(y * np.exp(-Z * se)).tolist(),
                 high=(y * np.exp(Z * se)).tolist())
    model, said = fitted(text, INTERVAL)
    assert model is None and "square root of the product of its interval's ends" in said


def test_the_ways_live_on_the_card():
    assert [way[1:] for way in NormalCard.ways] == [("se",), ("variance",), ("ci_low", "ci_high"),
                                                    ("sd", "n")]


def test_an_sd_of_one_observation_does_not_exist(fitted):
    _, refusal = fitted("y,sd,n\n1,1,4\n2,1,1\n3,1,5\n", [*MODEL, "--sd", "sd", "--n", "n"])
    assert "row 2 (line 3), column 'n'" in refusal and "one observation has no sd" in refusal


def test_values_in_complaints_have_all_their_digits(fitted):
    text = "y,low,high\n2451545.3,2451545.1,2451545.2\n"
    assert "2451545.3 lies outside its interval, 2451545.1 to" in fitted(text, INTERVAL)[1]
