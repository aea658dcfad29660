"""Pictures of draws and of pooling. Standard plots are ArviZ's; each function returns a matplotlib figure."""
import numpy as np

from .arviz_bridge import arviz, is_new
from .optional import need

# Okabe and Ito's palette: distinct to colour-blind readers; the styles below also differ in lightness and marker.
BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#6e6e6e"


def axes(width=7.0, height=4.5, **kwargs):
    """A new figure and its axes, without the need for a display."""
    figure = need("matplotlib.figure").Figure(figsize=(width, height), layout="constrained")
    need("matplotlib.backends.backend_agg").FigureCanvasAgg(figure)
    return figure, figure.subplots(**kwargs)


def forest(draws, name="theta", prob=0.89, title=None):
    """ArviZ's forest plot: one row for each group, its mean (ArviZ 0.x: median) and highest-density interval."""
    az, plt = arviz(), need("matplotlib.pyplot")
    data = draws.to_arviz()
    height = 1.2 + 0.38 * draws[name].shape[-1]
    if is_new(az):
        from .optional import need as _need
        labeller = _need("arviz_base.labels").NoVarLabeller() if hasattr(_need("arviz_base.labels"), "NoVarLabeller") \
            else None
        collection = az.plot_forest(data, var_names=[name], combined=True, ci_probs=(0.5, prob), ci_kind="hdi",
                                    point_estimate="mean", labeller=labeller, backend="matplotlib",
                                    figure_kwargs={"figsize": (7, height)})
        figure = collection.viz["figure"].item()
    else:
        with plt.rc_context({"figure.constrained_layout.use": True}):
            shown = az.plot_forest(data, var_names=[name], combined=True, hdi_prob=prob, figsize=(7, height),
                                   labeller=az.labels.NoVarLabeller(), colors=BLUE)
        figure = np.ravel(shown)[0].figure
    return figure
