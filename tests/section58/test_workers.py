"""Work that several processes share."""
import os
import signal
import time
from contextlib import closing
from multiprocessing import active_children

import pytest

from gibbspool.section58.workers import shared


def squared(task):
    return task, task**2


def killed(task):
    os.kill(os.getpid(), signal.SIGKILL)


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
