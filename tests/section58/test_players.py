"""The players of the report are recorded once and kept."""
import re

import pytest

from gibbspool.player import page as shell
from gibbspool.section58 import page, players

pytestmark = pytest.mark.extras


@pytest.fixture
def recorded(monkeypatch):
    """How often the funnel was recorded, instead of recording it."""
    times = []

    def record():
        times.append(1)
        return f"<p>recorded {len(times)}</p>"
    monkeypatch.setitem(players.PLAYERS, "funnel", record)
    return times


def keep(folder, text):
    (folder / "players").mkdir(exist_ok=True)
    (folder / "players" / "funnel.html").write_bytes(text)


def test_it_is_kept_while_the_package_is_the_same(tmp_path, recorded, monkeypatch):
    first = players.player("funnel", tmp_path)
    assert first.startswith(b"<p>recorded 1</p>")
    keep(tmp_path, first)
    assert players.player("funnel", tmp_path) == first and len(recorded) == 1
    monkeypatch.setattr(players, "fingerprint", lambda: "another")
    assert players.player("funnel", tmp_path).startswith(b"<p>recorded 2</p>")


def test_only_a_player_in_the_report_s_folder_leads_back_to_it(monkeypatch):
    alone = shell.document("One", [shell.Page("one", "One", {}, ())], "seed 1")
    monkeypatch.setitem(players.PLAYERS, "funnel", lambda: alone)
    beside = players.player("funnel").decode()
    lead = beside.partition('<p class="lead">')[2].partition("</p>")[0]
    assert re.sub("<[^>]*>", "", lead) == "seed 1 Back to the report"
    assert re.findall('href="(.*?)"', lead) == ["../index.html"]
    assert "href" not in alone and beside.count("href") == 1


def test_a_file_that_is_not_whole_is_recorded_anew(tmp_path, recorded):
    keep(tmp_path, players.player("funnel")[:-5])
    assert players.player("funnel", tmp_path).startswith(b"<p>recorded 2</p>")


def test_the_fingerprint_is_of_what_is_in_the_files(tmp_path, monkeypatch):
    (tmp_path / "one.py").write_text("1")
    (tmp_path / "two.js").write_text("2")
    monkeypatch.setattr(players, "PACKAGE", tmp_path)
    of = players.fingerprint.__wrapped__
    first = of()
    (tmp_path / "three.pyc").write_text("3")
    assert of() == first
    (tmp_path / "two.js").write_text("3")
    assert of() != first


def test_a_part_links_its_player(tmp_path, recorded):
    part = page.Part("One", folder=tmp_path)
    part.player("funnel", "Follow it & see")
    assert part.players["funnel"].startswith(b"<p>recorded 1</p>")
    (block,) = part.blocks
    assert 'href="players/funnel.html"' in block and "Follow it &amp; see" in block


@pytest.mark.long
@pytest.mark.parametrize("name", players.PLAYERS)
def test_each_player_of_the_report(name):
    text = players.player(name).decode()
    assert len(text) < 600_000 and text == players.player(name).decode()
    links = re.findall(r"(?:src|href)=[\"'](?!data:|#)([^\"']*)", text)
    assert links == ["../index.html"], "back to the report, and nowhere else"
