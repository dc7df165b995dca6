"""Plots: a baseline value by whether an outcome was reached, each patient a point."""

import textwrap

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from helpers.ground.endpoints import ARMS, LABELS, PARENTS
from helpers.ground.results import is_estimable
from helpers.plots.blank import write_reason
from helpers.plots.style import COLOURS, MARKERS
from helpers.printing import prose

TITLE_WIDTH = 32  # letters, which fit half of a page's width
SIDES = {"reached": True, "missed": False}
OFFSETS = dict(zip(ARMS, (-0.14, 0.14), strict=True))


def plot_baseline_panels(
    frame: pd.DataFrame, results: pd.DataFrame, titles: dict[str, str], *, axs: np.ndarray
) -> np.ndarray:
    """Draw a panel for each population (a row of panels) and outcome (a column).

    Parameters
    ----------
    frame : DataFrame
        outcome, arm, population, baseline (percent of the parent population) and reached (bool), one row per
        patient, population and outcome.
    results : DataFrame
        The chapter's results table, with the ``immune.<population>_by_<outcome>`` rows.
    titles : dict of str
        The words for each outcome, above its column.
    axs : ndarray of Axes, shape (number of populations, number of outcomes)

    Returns
    -------
    ndarray of Axes
    """
    for (outcome, title), column in zip(titles.items(), axs.T, strict=True):
        _plot_column(frame[frame["outcome"].eq(outcome)], results, outcome, axs=column)
        heading = f"{textwrap.fill(title, TITLE_WIDTH)}\n{column[0].get_title(loc='left')}"
        column[0].set_title(heading, fontsize=8.5, loc="left")
    return axs


def _plot_column(frame: pd.DataFrame, results: pd.DataFrame, outcome: str, *, axs: np.ndarray) -> None:
    for (population, parent), ax in zip(PARENTS.items(), axs, strict=True):
        rows = results[results["id"].str.startswith(f"immune.{population}_by_{outcome}.")]
        plot_baseline(frame[frame["population"].eq(population)], rows, ax=ax)
        words = f"{LABELS[population]}, % of {LABELS[parent].removesuffix(' cells')}"
        ax.set_title(words, fontsize=8.5, loc="left")


def plot_baseline(points: pd.DataFrame, rows: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the baseline values of one population: those who reached the outcome above those who did not.

    Parameters
    ----------
    points : DataFrame
        arm, baseline and reached, one row per patient.
    rows : DataFrame
        The results of this population and outcome.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
        Colour and marker tell the arm, the bar is the median over both arms. Without any value the reason.
    """
    ax = plt.subplots()[1] if ax is None else ax
    found = {result["statistic"]: result for _, result in rows.iterrows()}
    if points.empty:
        return write_reason(prose.reason(found["baseline_median_reached"]), ax=ax)
    names = []
    for place, (side, reached) in enumerate(SIDES.items()):
        mine = points[points["reached"].eq(reached)]
        for arm in ARMS:
            values = mine.loc[mine["arm"].eq(arm), "baseline"]
            height = np.full(len(values), place + OFFSETS[arm])
            look = {"color": COLOURS[arm], "marker": MARKERS[arm], "alpha": 0.65, "s": 20, "linewidths": 0}
            ax.scatter(values, height, **look)
        median = found[f"baseline_median_{side}"]
        if is_estimable(median):
            ax.vlines(median["estimate"], place - 0.32, place + 0.32, color=COLOURS["all"], linewidth=2.2)
        names.append(f"{'yes' if reached else 'no'}, n = {len(mine)}")
    ax.set_yticks(range(len(SIDES)), names, fontsize=8.5)
    ax.set_ylim(len(SIDES) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="x", labelsize=8.5)
    test = found["baseline_mann_whitney_exact"]
    ax.set_xlabel(
        f"exact Mann-Whitney {prose.p_value(test['p_value'])}" if is_estimable(test) else "no test possible",
        fontsize=8.5,
    )
    return ax


def arms_legend() -> list[Line2D]:
    """Return the legend entries that tell the arms apart in a figure of points."""
    return [
        Line2D([], [], marker=MARKERS[arm], color=COLOURS[arm], linestyle="none", label=LABELS[arm])
        for arm in ARMS
    ]
