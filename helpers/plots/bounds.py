"""Plots: an estimate between the worst and the best that the patients who left could have made of it."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from helpers.ground.study import Study
from helpers.plots.dressing import name_rows
from helpers.plots.style import look

LABEL_WIDTH = 14  # letters of a line left of the axis


def plot_bounds(bounds: pd.DataFrame, study: Study, *, ax: Axes | None = None) -> Axes:
    """Draw each group's range from the worst to the best case, with the estimates inside it.

    Parameters
    ----------
    bounds : DataFrame
        ``label, curve`` (a group), ``usual, clock, worst, best`` as fractions, the first on top; what is
        missing is not drawn.
    study : Study
        Tells its arms apart.
    ax : Axes, optional
        A new one without it.

    Returns
    -------
    Axes
        Filled: the usual estimate. Hollow: that on the other clock.
    """
    ax = ax or plt.subplots()[1]
    for place, (_, line) in enumerate(bounds.iterrows()):
        colour, marker, _ = look(study)[line["curve"]]
        ax.plot([line["worst"], line["best"]], [place, place], "|-", color=colour, markersize=9, alpha=0.6)
        ax.plot(line["usual"], place - 0.14, marker, color=colour, markersize=7)
        ax.plot(line["clock"], place + 0.14, marker, color=colour, markersize=7, markerfacecolor="white")
    name_rows(ax, bounds["label"], width=LABEL_WIDTH, fontsize=9)
    ax.set_xlim(0, 1)
    return ax
