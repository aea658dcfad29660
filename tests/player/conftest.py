import warnings

import pytest

import gibbspool as gp
from gibbspool.player import mistakes, page, shrinkage, trajectories
from gibbspool.player.subject import Subject


@pytest.fixture(scope="session")
def eight():
    schools = gp.data.eight_schools()
    return gp.NormalNormal(schools.y, schools.sigma, groups=schools.groups)


# What is recorded is less than what people get, and of the same kind.
SHORT_RUN = dict(draws=40, tune=60, chains=2, seed=7)


@pytest.fixture(scope="session")
def pages(eight):
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("error")  # nothing is said while a page is recorded
        patch.setattr(trajectories, "RUN", SHORT_RUN)
        subject = Subject(eight, mistake="C20")
        return [one.page(subject) for one in (shrinkage, trajectories, mistakes)]


@pytest.fixture(scope="session")
def file(pages, tmp_path_factory):
    path = tmp_path_factory.mktemp("player") / "player.html"
    path.write_text(page.document("Eight schools", pages), encoding="utf-8")
    return path
