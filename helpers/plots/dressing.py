"""Plots: the dressing that many figures share: rows, axes, texts, keys and reasons."""

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.legend import Legend

from helpers.ground.standing import FOLLOWS
from helpers.plots.style import COLOURS
from helpers.printing import prose

REASON_WIDTH = 26  # letters in a line, which fits half of a page's width
HALF_WIDTH, THIRD_WIDTH = 18, 12  # letters in a line of a title over one of two, or of three, panels
# The line of no difference, behind everything.
NULL_LINE: dict[str, Any] = {"color": COLOURS["neutral"], "linewidth": 1, "linestyle": ":", "zorder": 0}
MUTED = "#555555"
PAPER = {"facecolor": "white", "edgecolor": "none"}  # hides what is behind a text


def write_reason(reason: str, *, ax: Axes) -> Axes:
    """Empty the axes of a figure that cannot be drawn and write the reason into them.

    Parameters
    ----------
    reason : str
        Why there is nothing to draw, as the `method` of a result that is not estimable says it.
    ax : Axes

    Returns
    -------
    Axes
        Without ticks.
    """
    ax.set(xticks=[], yticks=[], xlabel="", ylabel="")
    text = textwrap.fill(reason, REASON_WIDTH)
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", fontsize=9, color=MUTED)
    return ax


def wrapped(text: str, width: int) -> str:
    r"""Break the lines of a text that are too long.

    Parameters
    ----------
    text : str
        Keeps its own breaks.
    width : int
        Letters in a line.

    Returns
    -------
    str

    Examples
    --------
    >>> wrapped("one two\nthree", 5)
    'one\ntwo\nthree'
    """
    return "\n".join(textwrap.fill(line, width, break_on_hyphens=False) for line in text.splitlines())


def name_rows(ax: Axes, labels: Iterable[str], *, width: int | None = None, **looks: Any) -> None:
    """Write a label at the left of each row, the first on top.

    Parameters
    ----------
    ax : Axes
    labels : iterable of str
    width : int, optional
        Letters in a line of a label, which keeps its own breaks too.
    **looks
        Of the labels, as `Text` takes them.
    """
    names = [wrapped(label, width) if width else label for label in labels]
    ax.set_yticks(range(len(names)), names, **looks)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)


def name_panel(ax: Axes, title: str, width: int = HALF_WIDTH, **looks: Any) -> None:
    """Write the title of one of several panels beside each other, so that it does not reach the next.

    Parameters
    ----------
    ax : Axes
    title : str
        Keeps its own breaks.
    width : int
        Letters in a line, as many as a panel holds.
    **looks
        Of the title, as `Text` takes them.
    """
    ax.set_title(wrapped(title, width), **looks)


def write_beside(ax: Axes, place: float, text: str, **looks: Any) -> None:
    """Write a text at the right of a row.

    Parameters
    ----------
    ax : Axes
    place : float
        Of the row.
    text : str
    **looks
        As `Text` takes them.
    """
    ax.text(1.02, place, text, transform=ax.get_yaxis_transform(), va="center", **{"fontsize": 9} | looks)


def estimate_lines(result: pd.Series) -> str:
    """Print the estimate of a row in one line and its interval, if it has one, in the next.

    Parameters
    ----------
    result : Series

    Returns
    -------
    str
    """
    return "\n".join(filter(None, [prose.number(result), prose.interval(result)]))


def face(result: pd.Series, colour: str) -> dict[str, Any]:
    """Fill the mark of a row that is printed or observed; leave it hollow where it follows from the print.

    Parameters
    ----------
    result : Series
        A row of the results table that is not open.
    colour : str

    Returns
    -------
    dict
        As `Axes.plot` takes it.
    """
    inside = "white" if result.get("standing") == FOLLOWS else colour
    return {"color": colour, "markerfacecolor": inside, "markeredgewidth": 1.4}


def draw_band(ax: Axes, place: float, result: pd.Series, colour: str) -> None:
    """Draw the range of an open row as a band without a point; a missing end is the edge of the axes.

    Parameters
    ----------
    ax : Axes
        With its limits.
    place : float
        Of the row.
    result : Series
        An open row of the results table.
    colour : str
    """
    low, high = np.where(pd.isna(ends := [result["range_low"], result["range_high"]]), ax.get_xlim(), ends)
    looks: dict[str, Any] = {"color": colour, "alpha": 0.35, "linewidth": 9, "solid_capstyle": "butt"}
    ax.plot(np.clip([low, high], *ax.get_xlim()), [place, place], **looks)
    if np.ptp([low, high]) == 0:  # a band without width would not show
        ax.plot(low, place, "|", color=colour, markersize=9)


def draw_points(ax: Axes, places: Sequence[float] | pd.Series, height: float, **looks: Any) -> None:
    """Draw patients as points without an edge, all at one height.

    Parameters
    ----------
    ax : Axes
    places : sequence of float
        Along the x-axis.
    height : float
    **looks
        As `Axes.scatter` takes them.
    """
    ax.scatter(places, np.full(len(places), height), linewidths=0, **looks)


def draw_quartiles(
    ax: Axes, ends: Sequence[float] | pd.Series, place: float, *, up: bool = False, **looks: Any
) -> None:
    """Draw a bar from the lower quartile to the upper one, in the stead of patients.

    Parameters
    ----------
    ax : Axes
    ends : sequence of float
        The quartiles; without them nothing is drawn.
    place : float
        Of the bar: its height.
    up : bool
        The bar stands, and its place is along the x-axis.
    **looks
        As `Axes.hlines` takes them.
    """
    ends = np.asarray(ends, float)
    if len(ends := ends[np.isfinite(ends)]):
        line = ax.vlines if up else ax.hlines
        line(place, ends.min(), ends.max(), **{"linewidth": 7, "alpha": 0.4} | looks)


def log_ticks(ax: Axes, ticks: Sequence[float]) -> None:
    """Give the x-axis a log scale with these ticks alone, printed in full.

    Parameters
    ----------
    ax : Axes
    ticks : sequence of float
    """
    ax.set_xscale("log")
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()


def share_ticks(ax: Axes, parts: int = 4, *, up: bool = False) -> None:
    """Mark an axis from 0% to 100%.

    Parameters
    ----------
    ax : Axes
    parts : int
        Into which the ticks divide it.
    up : bool
        The y-axis, not the x-axis.
    """
    ticks = np.linspace(0, 1, parts + 1)
    axis = ax.yaxis if up else ax.xaxis
    axis.set_ticks(ticks, [f"{tick:.0%}" for tick in ticks])


def point_ticks(largest: float) -> tuple[np.ndarray, list[str]]:
    """Mark a difference of shares on either side of 0, in points.

    Parameters
    ----------
    largest : float
        The outermost tick, a fraction.

    Returns
    -------
    tuple of (ndarray, list of str)
        Places and labels.
    """
    return point_labels(np.linspace(-largest, largest, 5))


def point_labels(ticks: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Label differences of shares in points, with their sign.

    Parameters
    ----------
    ticks : ndarray
        Fractions.

    Returns
    -------
    tuple of (ndarray, list of str)
        Places and labels.
    """
    return ticks, [f"{100 * tick:+.0f}".replace("-", "\N{MINUS SIGN}") if tick else "0" for tick in ticks]


def legend_above(ax: Axes, keys: Sequence[Artist], across: float, ncols: int, **looks: Any) -> Legend:
    """Put a legend on top of the axes.

    Parameters
    ----------
    ax : Axes
    keys : sequence of Artist
    across : float
        Its middle, as a fraction of the width of the axes.
    ncols : int
    **looks
        As `Axes.legend` takes them.

    Returns
    -------
    Legend
    """
    place = {"loc": "lower center", "bbox_to_anchor": (across, 1.0)}
    return ax.legend(handles=keys, ncols=ncols, columnspacing=1.2, **place | looks)
