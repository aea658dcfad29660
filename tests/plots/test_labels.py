"""Labels that look like formulas, or do not fit, are text all the same."""
import pytest

import gibbspool as gp


@pytest.mark.extras
def test_dollars_and_long_names_in_labels_are_text(schools):
    from gibbspool import plots
    groups = ["$a_{$", "C$x_1$", "a very long name of a school indeed, longer than most", *"DEFGH"]
    model = gp.NormalNormal(schools.y, schools.sigma, groups=groups)
    truth = gp.exact(model)
    plots.forest(truth.sample(draws=50)).canvas.draw()
    figure = plots.shrinkage(groups, model.y, truth["theta"].mean)
    figure.canvas.draw()
    assert "C$x_1$" in {t.get_text() for t in figure.axes[0].get_yticklabels()}
    figure = plots.shrinkage(["$", "$x$", *"CDEFGH"], model.y, truth["theta"].mean)
    figure.canvas.draw()
    assert {"$", "$x$"} <= {t.get_text() for t in figure.axes[0].texts}
