"""Plots: which P values go with which odds ratio, model by model, beside the pair that is printed."""

import textwrap
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.plots.style import COLOURS

HALF_BAR = 0.0042  # of an odds ratio; bars of neighbouring printed values stay apart
LEAST, MOST = 1e-5, 1.0
VERDICT_WIDTH = 12  # letters over a panel
# Colour and hatch of the bars, by whether the box is reached.
BARS = {True: ("yes", ""), False: ("no", "////")}


def plot_attainable(
    bars: pd.DataFrame, bounds: pd.DataFrame, box: tuple[float, ...], reached: bool, *, ax: Axes
) -> Axes:
    """Draw one model: a bar of P values for each printed odds ratio, bounds, and the box of what prints.

    Parameters
    ----------
    bars : DataFrame
        ``goal`` (odds ratio as printed), ``smallest`` and ``largest`` P value reached.
    bounds : DataFrame
        ``goal``, ``end`` (smallest or largest) and ``p_value`` that none can pass; may be empty.
    box : tuple of float
        Lowest and highest odds ratio, lowest and highest P value that round to the printed pair.
    reached : bool
        Whether the model reaches the box: its bars are hatched if not.
    ax : Axes

    Returns
    -------
    Axes
        P on a logarithmic axis.
    """
    key, hatch = BARS[reached]
    black = COLOURS["death"]
    colour = COLOURS[key]
    height, bottom = bars["largest"] - bars["smallest"], bars["smallest"]
    # The hatch is on a layer of its own: in one with the fill it has no contrast in every viewer.
    for looks in ({"facecolor": to_rgba(colour, 0.35)}, {"facecolor": "none", "hatch": hatch}):
        ax.bar(bars["goal"], height, 2 * HALF_BAR, bottom, linewidth=0.6, edgecolor=colour, **looks)
    for end, marker in (("smallest", 11), ("largest", 10)):  # carets: what lies beyond the base is excluded
        line = bounds[(bounds["end"] == end) & (bounds["p_value"] < MOST)]
        x, y = line["goal"], line["p_value"]
        ax.hlines(y, x - HALF_BAR, x + HALF_BAR, color=black, linewidth=1.6)
        ax.plot(x, y, linestyle="", marker=marker, markersize=4, color=black)
    left, right, low, high = box
    outline: dict[str, Any] = {"fill": False, "edgecolor": black, "linewidth": 1.2, "zorder": 4}
    ax.add_patch(Rectangle((left, low), right - left, high - low, **outline))
    ax.set_yscale("log")
    ax.set(xlim=(0.912, 0.998), ylim=(LEAST, MOST), xticks=(0.92, 0.95, 0.98))
    ax.set_yticks((1e-4, 1e-2, 1), ("0.0001", "0.01", "1"))
    ax.minorticks_off()
    ax.tick_params(labelsize=8.5)
    return ax


def attainable_figure(panels: pd.DataFrame, bars: pd.DataFrame, bounds: pd.DataFrame, box: tuple) -> Figure:
    """Draw the models side by side: a row for patients and outcome, a column for the covariates.

    Parameters
    ----------
    panels : DataFrame
        ``model, row, column`` (words) and ``reached`` (bool), ``verdict`` (words); the order of first
        appearance is the order drawn.
    bars, bounds : DataFrame
        As of `plot_attainable`, with ``model``.
    box : tuple of float
        As of `plot_attainable`.

    Returns
    -------
    Figure
    """
    rows, columns = panels["row"].unique(), panels["column"].unique()
    shape, size = (len(rows), len(columns)), (4.7, 0.5 + 1.4 * len(rows))
    fig, axs = plt.subplots(*shape, figsize=size, sharex=True, sharey=True, squeeze=False)
    for ax in axs.flat:
        ax.set_axis_off()
    for panel in panels.itertuples():
        ax = axs[list(rows).index(panel.row), list(columns).index(panel.column)]
        ax.set_axis_on()
        own, theirs = (table[table["model"] == panel.model] for table in (bars, bounds))
        plot_attainable(own, theirs, box, panel.reached, ax=ax)
        verdict = textwrap.fill(panel.verdict, VERDICT_WIDTH)
        ax.set_title(verdict, fontsize=8.5, fontweight="normal", pad=3)
    for ax, column in zip(axs[0], columns, strict=True):
        ax.annotate(column, (0, 1.4), xycoords="axes fraction", fontsize=9, fontweight="bold")
    for ax, row in zip(axs[:, 0], rows, strict=True):
        ax.set_ylabel(row, fontsize=8.5)
    for ax in axs[-1]:
        ax.set_xlabel("Odds ratio", fontsize=9)
    fig.supylabel("P value (Wald)", fontsize=9.5)
    return fig
