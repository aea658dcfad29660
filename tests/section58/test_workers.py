"""Work that several processes share."""
import os
import signal
import subprocess
import time
from contextlib import closing
from multiprocessing import Process, active_children

import pytest

from gibbspool.section58.workers import shared


def squared(task):
    return task, task**2


def killed(task):
    os.kill(os.getpid(), signal.SIGKILL)


def begin_and_be_killed(names):
    """What the middle process of the test below does: its two workers note that they are there."""
    for _ in shared(noted, names, 2):
        os.kill(os.getpid(), signal.SIGKILL)


def noted(name):
    with open(name, "w") as file:
        file.write(str(os.getpid()))
    time.sleep(0.5)


def alive(pid):
    """Whether a process is there, and not only its entry in a table that nobody reads."""
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return found.stdout.strip()[:1] not in ("", "Z")


def test_they_end_when_the_process_that_began_them_is_killed(tmp_path):
    """After the task they are at. 20 seconds bound a hang."""
    names = [str(tmp_path / f"{k}") for k in range(2)]
    middle = Process(target=begin_and_be_killed, args=(names,))
    middle.start()
    middle.join(20)
    assert middle.exitcode == -signal.SIGKILL
    pids = [int(open(name).read()) for name in names]
    begun = time.monotonic()
    while any(map(alive, pids)) and time.monotonic() < begun + 20:
        time.sleep(0.05)
    left = [pid for pid in pids if alive(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []


def endless(task):
    if task:
        time.sleep(600)
    return task


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_every_task_is_done_once(jobs):
    assert sorted(shared(squared, range(4), jobs)) == [(0, 0), (1, 1), (2, 4), (3, 9)]
    assert active_children() == []


def test_a_process_that_is_killed_is_no_hang():
    with pytest.raises(ChildProcessError, match="too little memory"):
        list(shared(killed, range(4), 2))
    assert active_children() == []


def test_the_processes_end_when_the_results_are_no_longer_wanted():
    with closing(shared(endless, range(3), 2)) as results:
        assert next(results) == 0
        assert len(active_children()) == 2
    assert active_children() == []
