"""Plots: a value at the first visit by whether an outcome was reached, each patient a point."""

import textwrap
from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.ground.results import is_estimable
from helpers.ground.study import Study
from helpers.plots.dressing import draw_points, draw_quartiles, name_rows, write_reason
from helpers.plots.style import COLOURS, look
from helpers.printing import prose

TITLE_WIDTH = 24  # letters, which fit half of a page's width
SIDES = {"reached": True, "missed": False}
OFFSETS = (-0.14, 0.14)  # of a line's height, to the points of either arm
Found = Mapping[str, pd.Series]


def layout(study: Study, outcomes: int) -> dict[str, Any]:
    """Return the arguments of `plt.subplots` for the populations of cells of a study and some outcomes.

    Parameters
    ----------
    study : Study
    outcomes : int
        How many.

    Returns
    -------
    dict
        A row for each population, a column for each outcome; one of each where there are none.
    """
    rows = max(len(study.cells), 1)
    return {"nrows": rows, "ncols": max(outcomes, 1), "figsize": (4.7, 0.9 + 2.0 * rows), "squeeze": False}


def plot_outcome_panels(
    found: Mapping[tuple[str, str], Found],
    study: Study,
    values: pd.DataFrame,
    titles: Mapping[str, str],
    *,
    bars: bool = False,
    axs: np.ndarray,
) -> np.ndarray:
    """Draw a panel for each population of cells (a row of panels) and outcome (a column).

    Parameters
    ----------
    found : mapping of pairs of str to mappings
        For each outcome and population, by id, the result rows that `plot_outcome` takes.
    study : Study
    values : DataFrame
        outcome, arm, population, before (percent of the parent population) and reached (bool), one row per
        patient, population and outcome; or two of each arm, the quartiles.
    titles : mapping of str
        The words for each outcome, by id, above its column.
    bars : bool
        The values are quartiles, and bars are drawn in the stead of patients.
    axs : ndarray of Axes
        As `layout` asks for.

    Returns
    -------
    ndarray of Axes
    """
    if not found:
        reason = "this study compares no cells by outcome"
        return np.array([write_reason(reason, ax=ax) for ax in axs.flat])
    for (outcome, title), column in zip(titles.items(), axs.T, strict=True):
        for cell, ax in zip(study.cells, column, strict=True):
            mine = values[values["outcome"].eq(outcome) & values["population"].eq(cell.id)]
            plot_outcome(found[outcome, cell.id], study, mine, bars=bars, ax=ax)
            words = f"{cell.label}\n% of {cell.parent_label}"
            heading = f"{textwrap.fill(title, TITLE_WIDTH)}\n" if ax is column[0] else ""
            ax.set_title(f"{heading}{words}", fontsize=8.5, loc="left")
    return axs


def plot_outcome(
    found: Found, study: Study, points: pd.DataFrame, *, bars: bool = False, ax: Axes | None = None
) -> Axes:
    """Draw the values of one population: those who reached the outcome above those who did not.

    Parameters
    ----------
    found : mapping of str to Series
        Result rows: the medians where it was ``reached`` and ``missed``, and the exact ``test`` between them,
        or for many the ``approximate`` one.
    study : Study
    points : DataFrame
        arm, before and reached, one row per patient; or two of each arm, the quartiles.
    bars : bool
        The points are quartiles, and bars are drawn in the stead of patients.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
        Colour and marker tell the arm, the bar is the median over both arms. Without any value the reason.
    """
    ax = plt.subplots()[1] if ax is None else ax
    if not any(is_estimable(found[side]) for side in SIDES) if bars else points.empty:
        return write_reason(prose.no_number(found["reached"]), ax=ax)
    names = []
    for place, (side, reached) in enumerate(SIDES.items()):
        mine = points[points["reached"].eq(reached)]
        if is_estimable(found[side]) or not bars:
            _draw_side(ax, study, mine, found[side], place, bars)
        names.append("\n".join(["yes" if reached else "no", *_size(mine, found[side], bars)]))
    name_rows(ax, names, fontsize=8.5)
    ax.tick_params(axis="x", labelsize=8.5)
    if bars:
        ax.margins(x=0.08)
    ax.set_xlabel(_test(found["test"], found["approximate"]), fontsize=8.5)
    return ax


def _size(mine: pd.DataFrame, median: pd.Series, bars: bool) -> list[str]:
    """Say how many patients are drawn, or stand behind the median, unless that is hidden."""
    if not bars:
        return [f"n = {len(mine)}"]
    return [f"n = {median['n']:.0f}"] if is_estimable(median) else []


def _test(exact: pd.Series, approximate: pd.Series) -> str:
    """Print the exact test, or of many patients the approximate one."""
    if is_estimable(exact):
        return f"Mann-Whitney test\nexact {prose.p_value(exact['p_value'])}"
    if is_estimable(approximate):
        return f"Mann-Whitney test\n{prose.p_value(approximate['p_value'])}"
    return "no test possible"


def _draw_side(ax: Axes, study: Study, mine: pd.DataFrame, median: pd.Series, place: int, bars: bool) -> None:
    for arm, offset in zip(study.arm_ids, OFFSETS, strict=True):
        values = mine.loc[mine["arm"].eq(arm), "before"]
        colour, marker, _ = look(study)[arm]
        if bars:
            draw_quartiles(ax, values, place + offset, color=colour)
        else:
            draw_points(ax, values, place + offset, color=colour, marker=marker, alpha=0.65, s=20)
    if is_estimable(median):
        ax.vlines(median["estimate"], place - 0.32, place + 0.32, color=COLOURS["all"], linewidth=2.2)
