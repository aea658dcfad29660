"""The bar: when it is shown, what it says, and that it ends at 100 %."""
import io
import re
import sys

import numpy as np
import pytest

import gibbspool as gp
from gibbspool import progress
from gibbspool.funnel import eight_schools
from gibbspool.numerics.pieces import pieces
from gibbspool.progress import Progress, watched


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Clock:
    """Seconds that pass only when they are told to."""

    now = 100.0

    def __call__(self):
        return self.now


def run(total, seconds_each, stream, wanted=None, stop_at=None):
    """What is written by a run whose every step takes `seconds_each`; the bars, one by one."""
    clock = Clock()
    with Progress(total, "steps", wanted, stream, clock) as bar:
        for _ in range(total if stop_at is None else stop_at):
            clock.now += seconds_each
            bar.count()
    return stream.getvalue().split("\r")[1:]


def test_a_long_run_on_a_terminal_says_rate_and_time_left_and_ends_at_100_per_cent():
    bars = run(40, 0.25, Terminal())
    assert bars[0].rstrip() == "steps  10% |##                  | 4/40  4/s  0:09 left"
    assert len(bars) == 40 - 3 + 1
    assert bars[-1].rstrip(" ") == "steps 100% |####################| 40/40  4/s  took 0:10".ljust(
        79) + "\n"
    assert all(len(line.rstrip("\n")) == 79 for line in bars)
    assert [line for line in bars if "\n" in line] == bars[-1:]


def test_many_short_steps_write_little():
    """Ten thousand in ten seconds: five lines a second after the first, and the last."""
    assert 40 <= len(run(10_000, 0.001, Terminal())) <= 47


@pytest.mark.parametrize("total, each, stream, wanted", [
    (9, 0.1, Terminal(), None), (40, 0.25, io.StringIO(), None), (40, 0.25, Terminal(), False)],
    ids=["short", "in a pipe", "unwanted"])
def test_nothing_is_written(total, each, stream, wanted):
    assert run(total, each, stream, wanted) == []


def test_it_can_be_forced():
    assert "100%" in run(3, 0.001, io.StringIO(), wanted=True)[-1]


def test_without_a_standard_error_nothing_is_shown(monkeypatch):
    monkeypatch.setattr("sys.stderr", None)
    assert not Progress(3).shown


def test_after_ctrl_c_the_bar_goes():
    stream, clock = Terminal(), Clock()
    with pytest.raises(KeyboardInterrupt):
        with Progress(100, "steps", None, stream, clock) as bar:
            clock.now += 5
            bar.count(25)
            raise KeyboardInterrupt
    assert re.search(r"steps  25% .* 25/100 [^\n]*\r {79}\r$", stream.getvalue())
    assert Progress.running == 0


def test_of_runs_inside_a_run_the_outermost_speaks():
    stream = Terminal()
    with Progress(2, "models", None, stream, Clock()):
        assert run(40, 0.25, stream) == []
    assert run(40, 0.25, stream) != []


def test_a_narrow_terminal_gets_one_line(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    assert {len(line.rstrip("\n")) for line in run(40, 0.25, Terminal())} == {39}


@pytest.mark.parametrize("rate, written", [(0.125, "0.12"), (3.04, "3"), (1234.5, "1,234")])
def test_rates_have_two_digits_or_all(rate, written):
    assert progress.in_digits(rate) == written


@pytest.mark.parametrize("seconds, written", [(0.4, "0:00"), (59.6, "1:00"), (3725, "1:02:05")])
def test_times_are_read_at_a_glance(seconds, written):
    assert progress.in_minutes(seconds) == written


@pytest.mark.extras
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("what, total, long_one", [
    ("sweeps", 50, lambda model, **more: gp.sample(model, draws=20, tune=30, **more)),
    ("transitions", 50, lambda model, **more: gp.hmc(eight_schools("noncentred"), draws=20,
                                                     tune=30, **more)),
    ("priors", 2, lambda model, **more: gp.prior_sensitivity(model, [gp.HalfNormal(2)], **more)),
    ("models", 3, lambda model, **more: gp.compare({"a": model, "b": model}, draws=25, **more))])
def test_what_may_take_long_shows_a_bar_on_a_terminal(monkeypatch, truth, what, total, long_one):
    """With no quiet second at first."""
    monkeypatch.setattr(progress, "QUIET", 0.0)
    monkeypatch.setattr("sys.stderr", Terminal())
    long_one(truth.model, progress=False)
    assert sys.stderr.getvalue() == ""
    long_one(truth.model)
    assert f"{what} 100% |####################| {total}/{total}" in sys.stderr.getvalue()
    assert sys.stderr.getvalue().endswith("\n")


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("what, long_one", [
    ("panels", lambda model: gp.exact(model)),
    ("theta", lambda model: gp.exact(model)["theta"].hdi())])
def test_exact_answers_show_a_bar_on_a_terminal_too(monkeypatch, truth, what, long_one):
    monkeypatch.setattr(progress, "QUIET", 0.0)
    monkeypatch.setattr("sys.stderr", Terminal())
    long_one(truth.model)
    last_bars = [line.split("\r")[-1].split("|")[0].rstrip()
                 for line in sys.stderr.getvalue().split("\n")[:-1]]
    assert f"{what} 100%" in last_bars and all(line.endswith("100%") for line in last_bars)
    monkeypatch.setattr("sys.stderr", io.StringIO())
    long_one(truth.model)
    assert sys.stderr.getvalue() == ""


def test_a_table_that_is_walked_in_pieces_shows_a_bar(monkeypatch):
    monkeypatch.setattr(progress, "QUIET", 0.0)
    monkeypatch.setattr("sys.stderr", Terminal())
    assert [len(x) for (x,) in pieces(np.arange(10), cells=2, largest=8)] == [4, 4, 2]
    assert sys.stderr.getvalue().split("\n")[0].split("\r")[-1].startswith("points 100%")


def test_a_run_that_finds_more_on_its_way_ends_at_100_per_cent_too():
    stream, clock = Terminal(), Clock()
    with Progress(2, "panels", None, stream, clock) as bar:
        for more in (1, 0, 0):
            clock.now += 2
            bar.total += more
            bar.count()
    assert [line.split("|")[0] for line in stream.getvalue().split("\r")[1:]] == [
        "panels  33% ", "panels  66% ", "panels 100% ", "panels 100% "]


def test_what_is_counted_inside_keeps_the_bar_alive():
    """Before anything of its own is done it tells no time left."""
    stream, clock = Terminal(), Clock()
    with Progress(2, "models", None, stream, clock):
        for _ in watched(range(3), "groups"):
            clock.now += 2
    assert stream.getvalue().count("models   0%") == 3 + 1
    assert stream.getvalue().split("\n")[0].split("\r")[1].rstrip().endswith("0/2  0/s")


def test_a_loop_that_is_zipped_with_another_ends_at_100_per_cent(monkeypatch):
    monkeypatch.setattr(progress, "QUIET", 0.0)
    monkeypatch.setattr("sys.stderr", Terminal())
    assert [*zip("AB", watched("ab", "groups"))] == [("A", "a"), ("B", "b")]
    assert sys.stderr.getvalue().split("\r")[-1].startswith("groups 100%")


def test_a_loop_that_is_left_early_leaves_no_bar_running():
    for _ in watched(range(3), "groups"):
        break
    with pytest.raises(ZeroDivisionError):
        for k in watched(range(3), "groups"):
            1 / k
    assert Progress.running == 0
