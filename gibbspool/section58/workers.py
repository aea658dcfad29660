"""Several processes that share the work, and that end when the one that began them says so."""
import signal
from contextlib import contextmanager
from multiprocessing import Pipe, Process
from multiprocessing.connection import wait


def shared(work, tasks, jobs):
    """Yield ``work(task)`` for each task, as it is done, from `jobs` processes.

    They end with the generator: with its last result, an exception, or its ``close()``.

    Parameters
    ----------
    work : callable
        Of the top level of a module, or a functools.partial of one.
    tasks : iterable
    jobs : int
        With 1 this process does it all.

    Raises
    ------
    ChildProcessError
        A process was killed, for want of memory perhaps.
    """
    if jobs == 1:
        yield from map(work, tasks)
        return
    tasks = list(tasks)
    with workers(work, min(jobs, len(tasks))) as busy:
        for worker in busy:
            worker.send(tasks.pop(0))
        while busy:
            for worker in wait(busy):
                try:
                    done = worker.recv()
                except EOFError:
                    raise ChildProcessError("a process that shared the work was killed: is there "
                                            "too little memory?") from None
                if tasks:
                    worker.send(tasks.pop(0))
                else:
                    busy.remove(worker)
                yield done


@contextmanager
def workers(work, number):
    """Connections to processes that do `work`; however the block ends, they end with it."""
    processes, connections = [], []
    try:
        for _ in range(number):
            ours, theirs = Pipe()
            # a daemon ends with this process, should a second Ctrl-C break off what is below
            connections.append(ours)
            processes.append(Process(target=serve, args=(work, theirs, connections), daemon=True))
            processes[-1].start()
            theirs.close()  # now the process alone holds it: when it ends, ours says so
        yield list(connections)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()


def serve(work, connection, inherited):
    """Answer each task with its result. Ctrl-C is for the process that began this one.

    The ends that it inherits are closed: when the first process is killed, nobody holds them.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for end in inherited:
        end.close()
    try:
        while True:
            connection.send(work(connection.recv()))
    except (EOFError, BrokenPipeError):  # the other end is gone
        return
