"""Plots: ratios of two visits by arm on a log axis, each patient a point."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.ground.results import is_estimable, pick
from helpers.ground.study import Study
from helpers.ground.study_parts import inside
from helpers.plots import dressing
from helpers.plots.paired import Pair
from helpers.plots.style import COLOURS, Look, arms_legend, look
from helpers.printing import prose

OFFSETS = (-0.19, 0.19)  # of a line's height, to the points of either arm
LARGEST_DOUBLING_SPAN = 300  # a wider axis is marked in powers of 10, not of 2


def plot_ratios(
    rows: pd.DataFrame,
    study: Study,
    panel: pd.DataFrame,
    *,
    tests: Pair,
    bars: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw each patient's ratio of the last visit to the first, by population of cells and arm.

    Parameters
    ----------
    rows : DataFrame
        Rows of the results table: the median ratio of each population and arm, with its denominator.
    study : Study
        Its populations of cells are the lines of the figure, top down.
    panel : DataFrame
        arm, population and ratio (NaN where it does not exist), one row per patient and population; or
        two, the quartiles.
    tests : sequence of two DataFrame
        Rows of the results table for each population: the approximate tests between the arms, and the exact.
    bars : bool
        The panel holds quartiles, and bars are drawn in the stead of patients.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
        Log axis with the null line at 1. A ratio of 0 is an arrowhead at the left edge. Without any ratio the
        axes hold the reason.
    """
    ax = plt.subplots()[1] if ax is None else ax
    ratios = panel.dropna(subset=["ratio"])
    shown = [ratios["ratio"], *([rows["estimate"].dropna()] if bars else [])]
    if rows.empty or not any(map(len, shown)):
        why = prose.no_number(rows.iloc[0]) if len(rows) else "this study has no population of cells"
        return dressing.write_reason(why, ax=ax)
    low, high = _limits(np.concatenate(shown).astype(float))
    ax.axvline(1, color=COLOURS["neutral"], linewidth=1)
    for place, cell in enumerate(study.cells):
        mine = ratios[ratios["population"].eq(cell.id)]
        for arm, offset in zip(study.arm_ids, OFFSETS, strict=True):
            own, drawn = mine.loc[mine["arm"].eq(arm), "ratio"], look(study)[arm]
            median = pick(rows, outcome=cell.id, group=arm).iloc[0]
            if not bars:
                _draw_points(ax, own, place + offset, drawn, low)
            elif is_estimable(median):
                dressing.draw_quartiles(ax, own.clip(lower=low), place + offset, color=drawn.colour)
            _draw_median(ax, median, place + offset)
        _write_tests(ax, place, *(pick(found, outcome=cell.id).iloc[0] for found in tests))
    _draw_axes(ax, rows, study, (low, high))
    return ax


def _limits(ratios: np.ndarray) -> tuple[float, float]:
    positive = np.append(ratios[ratios > 0], [0.5, 2.0])
    # As far to the left of 1 as to the right, so that halving and doubling look alike.
    span = 1.1 * np.exp(np.abs(np.log(positive)).max())
    return 1 / span, span


def _draw_points(ax: Axes, ratios: pd.Series, height: float, drawn: Look, low: float) -> None:
    looks: dict[str, Any] = {"color": drawn.colour, "alpha": 0.6, "s": 26, "clip_on": False}
    dressing.draw_points(ax, ratios[ratios > 0], height, marker=drawn.marker, **looks)
    dressing.draw_points(ax, ratios[ratios == 0] + low, height, marker="<", **looks)


def _draw_median(ax: Axes, median: pd.Series, height: float) -> None:
    if is_estimable(median) and median["estimate"] > 0:
        ax.vlines(median["estimate"], height - 0.15, height + 0.15, color="black", linewidth=2.4, zorder=4)


def _write_tests(ax: Axes, place: int, approximate: pd.Series, exact: pd.Series) -> None:
    first, second = (
        prose.p_value(test["p_value"]) if is_estimable(test) else "not estimable"
        for test in (approximate, exact)
    )
    text = f"{first}\nexact {second}" if is_estimable(approximate) else "not\nestimable"
    ax.text(1.03, place, text, transform=ax.get_yaxis_transform(), va="center", fontsize=8.5)


def _draw_axes(ax: Axes, rows: pd.DataFrame, study: Study, limits: tuple[float, float]) -> None:
    dressing.log_ticks(ax, _ticks(*limits))
    ax.set_xlim(limits)
    dressing.name_rows(ax, [_line_label(rows, study, cell.id) for cell in study.cells])
    ax.grid(axis="x")
    first, last = study.ends
    ax.set_xlabel(f"{last.label} divided by {inside(first.label)}\n(log scale; bar: median)")
    ax.text(
        1.03, 1.01, "Mann-\nWhitney", transform=ax.transAxes, va="bottom", fontsize=8.5, fontweight="bold"
    )
    # Outside of the axes, which a legend as wide as the figure would make narrow.
    ax.figure.legend(handles=arms_legend(study), loc="outside upper left", ncols=2, handletextpad=0.1)


def _ticks(low: float, high: float) -> list[float]:
    base = 2.0 if high / low < LARGEST_DOUBLING_SPAN else 10.0
    first, last = np.ceil(np.log(low) / np.log(base)), np.floor(np.log(high) / np.log(base))
    return [float(base**power) for power in np.arange(first, last + 1)]


def _line_label(rows: pd.DataFrame, study: Study, cell: str) -> str:
    medians = (pick(rows, outcome=cell, group=arm).iloc[0] for arm in study.arm_ids)
    numbers = [f"{median['n'] if is_estimable(median) else 0:.0f}" for median in medians]
    return f"{study.label(cell)}\nn = {' and '.join(numbers)}"
