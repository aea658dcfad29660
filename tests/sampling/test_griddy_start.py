"""A chain that starts where the grid of a Griddy does not reach."""
import numpy as np

import gibbspool as gp
from gibbspool.sampling.griddy import Griddy


def test_griddy_moves_inside_from_outside_its_grid():
    kernel = Griddy(gp.HalfNormal(1).logpdf)
    x = kernel.draw(np.random.default_rng(0), np.full(100, 1e30))
    assert (x < 10).all()
