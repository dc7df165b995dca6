"""Plots: sorted samples that print a median and quartiles: where each order statistic can lie."""

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from evidence.this_abstract.abstract import CUT, STUDY
from helpers.plots.dressing import NULL_LINE
from helpers.plots.style import COLOURS, key, look

_EDGE = COLOURS["all"]
PRINTED: dict[str, Any] = {"marker": "D", "color": "white", "markeredgecolor": _EDGE, "markersize": 7}


def plot_samples(orders: pd.DataFrame, printed: pd.DataFrame, arm: str, *, ax: Axes) -> Axes:
    """Draw the order statistics of one arm.

    Parameters
    ----------
    orders : DataFrame
        ``place`` (from 1), ``low, high`` (exact range over all samples), ``p05, p50, p95`` (of draws), in
        percent: `evidence.words.quartiles.order_statistics`, one arm.
    printed : DataFrame
        ``place`` (from 1, between two where it is interpolated) and ``value`` of each printed quantile.
    arm : str
        Gives the colour.
    ax : Axes

    Returns
    -------
    Axes
        Thin line: exact range. Thick line: nine tenths of the draws. Diamond: printed.
    """
    colour = look(STUDY)[arm].colour
    ax.axhline(CUT, **NULL_LINE)
    ax.vlines(orders["place"], orders["low"], orders["high"], color=colour, linewidth=1, alpha=0.7)
    ax.vlines(orders["place"], orders["p05"], orders["p95"], color=colour, linewidth=4.5, alpha=0.75)
    ax.plot(orders["place"], orders["p50"], "_", color="black", markersize=7)
    ax.plot(printed["place"], printed["value"], linestyle="none", zorder=4, **PRINTED)
    for row in printed.itertuples():
        looks: dict[str, Any] = {"ha": "right", "fontsize": 9, "weight": "bold"}
        place = row.place, row.value
        ax.annotate(f"{row.value:g}", place, (-7, 7), textcoords="offset points", **looks)
    n = len(orders)
    ax.set(xlim=(0.3, n + 0.7), ylim=(-2, 102), xticks=sorted({1, (n + 1) // 2, n}))
    ax.set_xlabel("Patients, fewest blasts first")
    return ax


def legend() -> list[Line2D]:
    """Return what the marks mean.

    Returns
    -------
    list of Line2D
    """
    colour = COLOURS["all"]
    return [
        Line2D([], [], color=colour, linewidth=1, label="every sample (exact range)"),
        Line2D([], [], color=colour, linewidth=4.5, alpha=0.75, label="90% of uniform draws"),
        key("median of the draws", marker="_", color="black"),
        key("printed", **PRINTED),
    ]


def samples_figure(panels: dict[str, tuple[pd.DataFrame, pd.DataFrame, str]]) -> Figure:
    """Draw the arms side by side.

    Parameters
    ----------
    panels : dict of str to tuple
        By arm: ``orders`` and ``printed`` of `plot_samples`, and the title.

    Returns
    -------
    Figure
    """
    fig, axs = plt.subplots(1, len(panels), figsize=(4.7, 4.2), sharey=True, squeeze=False)
    for (arm, (orders, printed, title)), ax in zip(panels.items(), axs[0], strict=True):
        plot_samples(orders, printed, arm, ax=ax)
        ax.set_title(title, fontsize=9.5)
    axs[0, 0].set_ylabel("Marrow blasts, %")
    fig.legend(handles=legend(), loc="outside upper left", ncols=2, fontsize=8.5)
    return fig
