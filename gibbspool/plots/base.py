"""What all pictures share: figures, colours, fonts."""
import functools
from math import hypot

from ..optional import need

# Okabe and Ito's palette: distinct to colour-blind readers; the styles below also differ in
# lightness and marker.
BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#6e6e6e"

LEAST = 5.0  # points: the shortest arrow, hardly longer than its head

# Families that have Chinese, Japanese and Korean characters; used where they are installed.
EAST_ASIAN = ("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK KR", "Noto Sans SC",
              "Source Han Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Microsoft YaHei",
              "SimHei", "PingFang SC", "Hiragino Sans", "Hiragino Sans GB", "Yu Gothic",
              "MS Gothic", "IPAexGothic", "IPAGothic", "TakaoGothic", "Malgun Gothic",
              "NanumGothic", "Apple SD Gothic Neo", "Arial Unicode MS", "Droid Sans Fallback",
              "Unifont")


def axes(width=7.0, height=4.5, **kwargs):
    """A new figure and its axes, without the need for a display.

    It is a `picture.Picture`: a notebook shows it once, and pyplot knows nothing of it.
    """
    need("matplotlib")
    from .picture import Picture
    figure = Picture(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(**kwargs)


def halo():
    """White around letters, so that they can be read on a line."""
    return [need("matplotlib.patheffects").withStroke(linewidth=3, foreground="white")]


def arrow(ax, start, end, clear=(4, 4)):
    """A thin arrow from a mark to another; none where the marks would leave it no length.

    Parameters
    ----------
    ax : matplotlib axes
        Its limits are final.
    start, end : pair of float
    clear : pair of float
        Points kept free at its start and at its end.
    """
    there, here = ax.transData.transform([end, start]) * 72 / ax.figure.dpi
    if hypot(*(there - here)) < sum(clear) + LEAST:
        return
    ax.annotate("", end, start, zorder=4, annotation_clip=True,
                arrowprops={"arrowstyle": "-|>,head_length=0.3,head_width=0.15", "color": "black",
                            "linewidth": 0.8, "shrinkA": clear[0], "shrinkB": clear[1]})


def ticks_of(ax, top, count=4):
    """Labelled ticks of a density: from zero to at most its top."""
    ticks = need("matplotlib.ticker").MaxNLocator(count).tick_values(0, top)
    ax.set_yticks([tick for tick in ticks if 0 <= tick <= top])


def plain(plot):
    """Labels are text: a $ in one starts no formula, and every script finds its font."""
    @functools.wraps(plot)
    def wrapped(*args, **kwargs):
        settings = {"text.parse_math": False, "font.family": families()}
        with need("matplotlib").rc_context(settings):
            return plot(*args, **kwargs)
    return wrapped


@functools.cache
def families():
    """The usual font, and behind it what is installed for East Asian characters."""
    manager = need("matplotlib.font_manager")
    installed = {font.name for font in manager.fontManager.ttflist}
    return ["sans-serif", *(name for name in EAST_ASIAN if name in installed)]
