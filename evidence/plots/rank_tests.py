"""Plots: the P values that untied samples can have near each printed one, convention by convention."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from helpers.plots.style import COLOURS, key

WIDTH = 10.5  # units of the last printed digit to either side
LANES = {"normal": (0.24, "o"), "corrected": (0.0, "s"), "exact": (-0.24, "^")}  # place in the row, marker
NAMES = {
    "normal": "normal approximation, no continuity correction",
    "corrected": "normal approximation, continuity correction",
    "exact": "exact distribution",
}
HIT, MISS = COLOURS["first"], COLOURS["neutral"]


def plot_attainable(points: pd.DataFrame, *, ax: Axes) -> Axes:
    """Draw for each printed P value those that samples of its size can have.

    Parameters
    ----------
    points : DataFrame
        ``label`` (one row of the figure each), ``convention`` (a key of `LANES`), ``distance`` (from the
        printed value in units of its last digit), ``hit`` (prints as it) and ``tied`` (has ties):
        `evidence.words.ranks.attainable`.
    ax : Axes

    Returns
    -------
    Axes
        Band: what rounds to the printed value. Filled: prints it without ties. Hollow in colour: prints it
        with ties only. Small and grey: another value.
    """
    labels = [*points["label"].unique()]
    ax.axvspan(-0.5, 0.5, color=COLOURS["band"], linewidth=0, zorder=0)
    for place, label in enumerate(labels):
        row = points[points["label"].eq(label) & points["distance"].abs().le(WIDTH)]
        for convention, (offset, marker) in LANES.items():
            lane = row[row["convention"].eq(convention)]
            y = len(labels) - 1 - place + offset
            ax.plot([-WIDTH, WIDTH], [y, y], color=COLOURS["band"], linewidth=0.6, zorder=0)
            for chosen, look in _looks(lane):
                ax.plot(lane["distance"][chosen], [y] * chosen.sum(), marker, linestyle="none", **look)
    ax.set_yticks(range(len(labels)), labels[::-1], fontsize=8.5)
    ax.tick_params(axis="y", length=0)
    ax.set(xlim=(-WIDTH, WIDTH), ylim=(-0.55, len(labels) - 0.45))
    ax.set_xticks(range(-10, 11, 5))
    ax.set_xlabel("Distance from the printed P value, in units of its last digit")
    ax.figure.legend(handles=_legend(), loc="outside upper left", ncols=1, fontsize=8.5)
    return ax


def _looks(lane: pd.DataFrame) -> list[tuple[pd.Series, dict[str, Any]]]:
    hollow: dict[str, Any] = {"markersize": 6, "color": HIT, "markerfacecolor": "white", "zorder": 3}
    return [
        (~lane["hit"], {"markersize": 3, "color": MISS, "zorder": 2}),
        (lane["hit"] & lane["tied"], hollow),
        (lane["hit"] & ~lane["tied"], {"markersize": 6.5, "color": HIT, "zorder": 4}),
    ]


def _legend() -> list[Line2D]:
    mark: dict[str, Any] = {"color": HIT, "markersize": 6}
    return [
        *(key(NAMES[convention], marker=marker, **mark) for convention, (_, marker) in LANES.items()),
        key("hollow: prints it with ties only", marker="o", markerfacecolor="white", **mark),
        key("grey: another value", marker="o", color=MISS, markersize=3),
    ]
