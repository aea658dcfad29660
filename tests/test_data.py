"""The data sets: as the section prints them, and as its code makes them."""
import numpy as np
import pytest

import gibbspool as gp


def test_eight_schools_is_the_section_table(schools):
    assert schools.y.tolist() == [28, 8, -3, 7, -1, 1, 18, 12]
    assert schools.sigma.tolist() == [15, 10, 16, 11, 9, 11, 10, 18]
    assert "".join(schools.groups) == "ABCDEFGH" and "Rubin" in schools.provenance


def test_survey_counts_as_printed_and_as_the_printed_code_makes_them():
    printed, made = gp.data.survey_regions(), gp.data.survey_regions("seed")
    sizes = [45, 120, 60, 80, 35, 95]
    assert printed.counts.sum(axis=1).tolist() == made.counts.sum(axis=1).tolist() == sizes
    assert printed.counts[0].tolist() == [8, 19, 10, 8] and len(printed.categories) == 4
    rng = np.random.default_rng(2025)
    for counts, n in zip(made.counts, sizes):
        pi = rng.dirichlet(8.0 * np.array([0.25, 0.35, 0.25, 0.15]))
        assert counts.tolist() == rng.multinomial(n, pi).tolist()
    assert not np.array_equal(printed.counts, made.counts)


def test_hospitals_as_printed_and_as_the_printed_code_makes_them():
    printed, made = gp.data.hospitals(), gp.data.hospitals("seed")
    assert printed.y.tolist() == [3, 10, 3, 8, 1, 11, 10, 8]
    assert printed.exposure.tolist() == made.exposure.tolist()
    rng = np.random.default_rng(42)
    rates = rng.lognormal(0.5, 0.6, size=8)
    assert made.true_rate == pytest.approx(rates)
    assert made.y.tolist() == rng.poisson(rates * printed.exposure).tolist()


def test_private_schools_follow_the_printed_recipe():
    found, rng = gp.data.private_schools(), np.random.default_rng(42)
    theta = 8.0 + 5.0 * found.x + rng.normal(0, 4.0, 12)
    sigma = rng.uniform(8, 16, 12)
    assert found.sigma == pytest.approx(sigma) and found.true_theta == pytest.approx(theta)
    assert found.y == pytest.approx(rng.normal(theta, sigma))
    assert found.x.tolist() == [0] * 8 + [1] * 4


def test_instructors_are_as_the_section_describes_them():
    found = gp.data.instructors()
    sizes = [np.sum(found.group == g) for g in found.groups]
    means = [found.y[found.group == g].mean() for g in found.groups]
    assert len(found.groups) == 5 and min(sizes) == 8 and max(sizes) == 20
    assert len(found.y) == 68 and found.y.max() <= 100
    assert 65 < min(means) < 68 and 82 < max(means) < 85
    rng = np.random.default_rng(42)
    scores = np.concatenate([rng.normal(mean, 8, n)
                             for mean, n in zip([67, 71, 75, 79, 83], [20, 13, 15, 12, 8])])
    assert found.y == pytest.approx(np.minimum(scores, 100), abs=0.0501)


def test_real_data_are_whole():
    radon, baseball = gp.data.radon(), gp.data.baseball()
    assert len(radon.y) == 919 and len(radon.groups) == 85 and set(radon.floor) == {0, 1}
    assert all(len(set(radon.uranium[radon.group == g])) == 1 for g in radon.groups)
    assert len(baseball.groups) == 18 and set(baseball.trials) == {45}
    assert baseball.successes.sum() == 215 and baseball.rest_of_season[0] == 0.346


def test_every_data_set_says_where_it_comes_from_and_has_columns_of_one_length():
    for name in gp.data.__all__:
        found = getattr(gp.data, name)()
        assert len(found.provenance) > 20 and not found.provenance.startswith("#")
        columns = {k: v for k, v in vars(found).items() if k not in ("provenance", "groups",
                                                                     "categories")}
        assert len({len(column) for column in columns.values()}) == 1, name
        assert repr(found).startswith("Dataset(") and "provenance" not in repr(found)


def test_an_unknown_version_is_refused():
    with pytest.raises(ValueError, match="which is 'real'; it must be one of 'printed', 'seed'"):
        gp.data.hospitals("real")
