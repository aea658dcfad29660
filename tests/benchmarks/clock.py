"""Several runs, and what is said of their times."""
import statistics
import time

ENOUGH = 20.0  # seconds, after which a slow thing is not run again


def timed(run, runs):
    """Seconds and results of run(0), run(1), ...: as many as asked for, fewer of slow ones."""
    seconds, results = [], []
    while len(seconds) < runs and sum(seconds) < ENOUGH:
        started = time.perf_counter()
        results.append(run(len(seconds)))
        seconds.append(time.perf_counter() - started)
    return seconds, results


def spread(values):
    """The least, the middle and the largest of several values, and how many there were."""
    values = [float(value) for value in values]
    return {"min": min(values), "median": statistics.median(values), "max": max(values),
            "runs": len(values)}
