import pytest

import gibbspool as gp


@pytest.fixture(scope="session")
def schools():
    return gp.data.eight_schools()


@pytest.fixture(scope="session")
def truth(schools):
    return gp.exact(gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups))


@pytest.fixture
def no_pictures(monkeypatch):
    """`gibbspool fit` without its pictures, which take most of its time."""
    monkeypatch.setattr("gibbspool.fit.fitting.pictures", lambda found, columns: {})
