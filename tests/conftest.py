import os

import pytest

import gibbspool as gp


@pytest.fixture(scope="session")
def schools():
    return gp.data.eight_schools()


@pytest.fixture(scope="session")
def truth(schools):
    return gp.exact(gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups))


@pytest.fixture(scope="session")
def browser():
    """A Chromium, one for all tests; without any, each test that needs it skips and says why."""
    if os.name == "nt":
        pytest.skip("needs Chromium driven through file descriptors 3 and 4: not on Windows")
    from player.browser import Browser, Complaint, find
    if find() is None:
        pytest.skip("needs Chromium: no chromium, chromium-browser or google-chrome is installed")
    with Browser() as one:
        try:
            one.send("Browser.getVersion")
        except Complaint as problem:
            pytest.skip(f"needs Chromium, and {find()} does not work: {problem}")
        yield one


@pytest.fixture
def no_pictures(monkeypatch):
    """`gibbspool fit` without its pictures, which take most of its time."""
    monkeypatch.setattr("gibbspool.fit.fitting.pictures", lambda found, columns: {})
