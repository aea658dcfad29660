"""What labels cost where there are 20,000 groups."""
import numpy as np

import gibbspool as gp
from gibbspool.names import shortened

from .clock import spread, timed

TITLE = "Labels of 20,000 groups (milliseconds)"
COLUMNS = (("what", "", "s"), ("milliseconds", "ms", "spread:.1f"))


def measure(sitting):
    J = 20 if sitting.tiny else 20_000
    rng = np.random.default_rng(0)
    labels = [f"Department of Public Health, district {j}" for j in range(J)]
    twice = [label for label in labels for _ in range(2)]
    y, counts = rng.normal(size=2 * J), rng.integers(0, 9, (J, 4))
    model = gp.NormalNormal(y[:J], np.ones(J), groups=labels)
    last = labels[-1]
    things = {
        "NormalNormal with labels": lambda _: gp.NormalNormal(y[:J], np.ones(J), groups=labels),
        "OneWayNormal of labelled scores": lambda _: gp.OneWayNormal(y, twice),
        "DirichletMultinomial with labels": lambda _: gp.DirichletMultinomial(counts,
                                                                              groups=labels),
        "looking one up among the draws": lambda _: gp.Draws({"theta": y[None, None, :J]},
                                                             model)["theta", last],
        "names shortened to 40 characters": lambda _: shortened(labels, 40),
        "to 12, where many are alike": lambda _: shortened(labels, 12),
    }
    return [{"what": what, "milliseconds": spread(1000 * s for s in timed(run, sitting.runs)[0])}
            for what, run in things.items()]
