"""The scripted generator, the numbers implied by a sweep, and the last resort."""
import numpy as np
import pytest
from scipy import stats

from gibbspool.homework import implied, long_run, scripted
from gibbspool.homework.exercises import EXERCISES
from gibbspool.homework.judge import calls_for


def test_the_same_script_gives_the_same_numbers_whatever_the_kinds_order():
    one, other = scripted.ScriptedRng(5), scripted.ScriptedRng(5)
    z, u, g = one.normal(size=3), one.random(2), one.gamma(2.5)
    assert other.gamma(2.5) == g and (other.random(2) == u).all()
    assert [other.standard_normal() for _ in range(3)] == z.tolist()
    assert scripted.ScriptedRng(6).normal() != z[0]


def test_arguments_enter():
    rngs = [scripted.ScriptedRng(5) for _ in range(8)]
    z = rngs[0].standard_normal(2)
    assert np.allclose(rngs[1].normal([1.0, 2.0], [3.0, 4.0]), [1 + 3 * z[0], 2 + 4 * z[1]])
    assert np.allclose(rngs[2].lognormal(0.5, 0.3), np.exp(0.5 + 0.3 * z[0]))
    g = rngs[3].standard_gamma(2.5)
    assert rngs[4].gamma(2.5, 3.0) == 3 * g and rngs[5].chisquare(5) == 2 * g
    assert rngs[6].standard_gamma(2.6) != g
    found = rngs[7].multivariate_normal([0.0, 1.0], [[4.0, 0.0], [0.0, 9.0]])
    assert np.allclose(found, [2 * z[0], 1 + 3 * z[1]])
    with pytest.raises(ValueError, match="scale < 0"):
        rngs[0].normal(0, -1)


def test_what_has_no_script_is_noted_and_random():
    rng = scripted.ScriptedRng(5)
    rng.beta(2, 3)
    rng.normal()
    report = rng.report()
    assert report["unscripted"] == ["beta"] and report["taken"]["normal"] == 1
    assert isinstance(rng, np.random.Generator)
    assert stats.norm.rvs(1, 2, random_state=scripted.ScriptedRng(5)) == 1 + 2 * scripted.\
        normal_number(5, 0)


def test_the_numbers_are_spread_like_their_distribution():
    z = [scripted.normal_number(3, k) for k in range(400)]
    g = [scripted.gamma_number(3.5, 3, k) for k in range(400)]
    assert stats.kstest(z, "norm").statistic < 0.02
    assert stats.kstest(g, stats.gamma(3.5).cdf).statistic < 0.03


def test_implied_numbers():
    sweep = EXERCISES["sweep"]
    call = calls_for(sweep, 1)[1]
    given = {**call.arguments, "rng": scripted.ScriptedRng(call.arguments["rng"].seed)}
    new = sweep.right(**given)
    parts = [new["theta"], new["mu"], new["tau"]]
    assert implied.same_numbers(call.arguments, parts, ("theta", "mu", "tau"))
    assert not implied.same_numbers(call.arguments, parts, ("mu", "theta", "tau"))
    assert not implied.same_numbers(call.arguments, [parts[0] + 1e-5, *parts[1:]],
                                    ("theta", "mu", "tau"))
    z = scripted.normal_number(7, 0)
    assert implied.places([z, scripted.normal_number(7, 4)], 7) == [0, 4]
    assert implied.places([z, z], 7) is None and implied.places([z + 1e-3], 7) is None


def test_the_distance_of_the_last_resort():
    """Right draws stay below the bound, a mean off by half a standard deviation does not; and
    the bound is exceeded by right ones with a probability of 3e-12.
    """
    z = np.random.default_rng(1).standard_normal(600)
    assert long_run.distance(z) < 1.6 < long_run.MOST < long_run.distance(z + 0.5)
    assert long_run.distance(np.full(5, np.nan)) == np.inf
    assert stats.kstwobign.sf(long_run.MOST) < 1e-9 / 20
