"""Plots: values of the same patients at two visits, or the ratio of two parts, each patient a line."""

import textwrap
from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from helpers.ground.results import is_estimable, pick
from helpers.ground.standing import is_open
from helpers.ground.study import Study
from helpers.ground.study_parts import ENDS
from helpers.plots.dressing import NULL_LINE, REASON_WIDTH, draw_quartiles, name_panel, write_reason
from helpers.plots.style import look
from helpers.printing import prose

Pair = Sequence[pd.DataFrame]


def layout(cells: Sequence[str]) -> dict[str, Any]:
    """Return the arguments of `plt.subplots` that give each population of cells a row of panels.

    Parameters
    ----------
    cells : sequence of str

    Returns
    -------
    dict
        Two columns, one for each arm; one row where there is no population.
    """
    rows = max(len(cells), 1)
    return {"nrows": rows, "ncols": 2, "figsize": (4.7, 0.4 + 3.2 * rows), "squeeze": False}


def plot_paired_panels(
    panel: pd.DataFrame,
    study: Study,
    cells: Sequence[str],
    *,
    medians: Pair,
    tests: Pair,
    bars: bool = False,
    axs: np.ndarray | None = None,
) -> np.ndarray:
    """Draw one panel for each population of cells (a row of panels) and arm (a column).

    Parameters
    ----------
    panel : DataFrame
        arm, population, before and after (percent of the parent population), one row per patient; or two of
        each population and arm, the quartiles.
    study : Study
    cells : sequence of str
        The rows of panels, top down, by id.
    medians : sequence of two DataFrame
        Rows of the results table, one for each population and arm: the medians before, and those after.
    tests : sequence of two DataFrame
        The approximate tests of the change, and the exact ones.
    bars : bool
        The panel holds quartiles, and bars are drawn in the stead of patients.
    axs : ndarray of Axes, optional
        As `layout` asks for; without them those of a new figure. Both arms of a population get the same
        percentages on their axes.

    Returns
    -------
    ndarray of Axes
        Without a population they say so.
    """
    axs = plt.subplots(**layout(cells))[1] if axs is None else axs
    complete = panel.dropna(subset=ENDS)
    for ax in axs.flat if not cells else ():
        write_reason("this study has no such population of cells", ax=ax)
    for cell, row_axes in zip(cells, axs, strict=False):
        both_arms = complete[complete["population"].eq(cell)]
        known = [pick(rows, outcome=cell)["estimate"].max() for rows in medians] if bars else []
        highest = max([value for value in (both_arms[ENDS].max(axis=None), *known) if value > 0], default=0)
        for arm, ax in zip(study.arms, row_axes, strict=True):
            points = both_arms[both_arms["arm"].eq(arm.id)]
            chosen = [pick(rows, outcome=cell, group=arm.id).iloc[0] for rows in (*medians, *tests)]
            plot_paired(points, study, arm.id, medians=chosen[:2], tests=chosen[2:], bars=bars, ax=ax)
            size = _size(points, chosen[0], bars)
            ax.set_title(f"{study.label(cell)}\n{arm.label}\n{size}", fontsize=8.5)
            ax.set_ylim(0, 1.08 * highest if highest > 0 else 1)
        row_axes[0].set_ylabel(f"% of {study.cell(cell).parent_label}")
    return axs


def plot_balance_panels(
    log_pairs: pd.DataFrame,
    study: Study,
    *,
    medians: Pair,
    tests: Pair,
    bars: bool = False,
    axs: np.ndarray,
) -> np.ndarray:
    """Draw the ratio of the two populations of the study's balance in each patient, on one log axis.

    Parameters
    ----------
    log_pairs : DataFrame
        arm, before and after (natural logarithm of the ratio; NaN without one), one row per patient; or two
        of each arm, the quartiles.
    study : Study
    medians : sequence of two DataFrame
        Rows of the results table, one for each arm: the median ratios before, and those after.
    tests : sequence of two DataFrame
        The approximate tests of the change, and the exact ones.
    bars : bool
        As in `plot_paired_panels`.
    axs : ndarray of Axes, shape (2,)
        One for each arm.

    Returns
    -------
    ndarray of Axes
        The null line at 1 is where both parts are equal. An arm without ratios holds the reason, and so do
        all where the study follows no balance.
    """
    if study.parts is None:
        return np.array([write_reason("this study follows no balance", ax=ax) for ax in axs])
    known = log_pairs.dropna(subset=ENDS)
    logarithms = known[ENDS].to_numpy(float).ravel()
    if bars:
        logarithms = np.append(logarithms, [np.log(rows["estimate"].dropna()) for rows in medians])
    limits = _ratio_limits(logarithms)
    for arm, ax in zip(study.arms, axs, strict=True):
        mine = known[known["arm"].eq(arm.id)]
        points = mine.assign(**{end: np.exp(mine[end]) for end in ENDS})
        chosen = [pick(rows, group=arm.id).iloc[0] for rows in (*medians, *tests)]
        plot_paired(points, study, arm.id, medians=chosen[:2], tests=chosen[2:], bars=bars, ax=ax)
        name_panel(ax, f"{arm.label}\n{_size(points, chosen[0], bars)}", fontsize=9.5)
        if len(points) or (bars and ax.lines):
            _draw_log_axis(ax, limits)
    ratio = " / ".join(part.marker for part in study.parts)
    axs[0].set_ylabel(f"{ratio} (log scale)" if len(known) or bars else "")
    return axs


def plot_paired(
    points: pd.DataFrame,
    study: Study,
    arm: str,
    *,
    medians: Sequence[pd.Series],
    tests: Sequence[pd.Series],
    bars: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw the pairs of one arm, their medians and the tests of their change.

    Parameters
    ----------
    points : DataFrame
        before and after, one row per patient with both; or two, the quartiles.
    study : Study
    arm : str
        By id: gives colour, marker and line.
    medians : sequence of two Series
        Result rows: before and after.
    tests : sequence of two Series
        Result rows: the approximate test and the exact one.
    bars : bool
        As in `plot_paired_panels`.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
        The reason instead of lines where there is no median; an open one is not drawn.
    """
    ax = plt.subplots()[1] if ax is None else ax
    if not all(map(is_estimable, medians)):
        return write_reason(prose.no_number(medians[0]), ax=ax)
    drawn = look(study)[arm]
    if bars:
        for place, end in enumerate(ENDS):
            draw_quartiles(ax, points[end], place, up=True, color=drawn.colour, linewidth=9)
    else:
        looks: dict[str, Any] = {"color": drawn.colour, "linestyle": drawn.line, "marker": drawn.marker}
        ax.plot([0, 1], points[ENDS].to_numpy().T, markersize=4, linewidth=1, alpha=0.55, **looks)
    _draw_medians(ax, study, medians)
    ax.set(xlim=(-0.5, 1.5), xticks=[0, 1], xticklabels=[visit.label for visit in study.ends])
    ax.set_xlabel(_tests(*tests), fontsize=9)
    return ax


def _draw_medians(ax: Axes, study: Study, medians: Sequence[pd.Series]) -> None:
    if any(map(is_open, medians)):
        return
    heights = [median["estimate"] for median in medians]
    everybody = look(study)["all"]
    ax.plot([0, 1], heights, color=everybody.colour, marker=everybody.marker, linewidth=2.6, zorder=4)
    for place, median, side in zip((-0.1, 1.1), medians, ("right", "left"), strict=True):
        looks: dict[str, Any] = {"ha": side, "va": "center", "fontsize": 9, "weight": "bold"}
        ax.text(place, median["estimate"], prose.number(median), **looks)


def _tests(approximate: pd.Series, exact: pd.Series) -> str:
    if not is_estimable(approximate):
        return textwrap.fill(f"signed-rank test {prose.no_number(approximate)}", REASON_WIDTH + 10)
    if is_open(approximate) and pd.isna(approximate["p_value"]):
        unprinted = prose.is_read_as_not_significant(approximate)
        return "signed-rank test not\nsignificant, as read" if unprinted else "signed-rank P open"
    second = prose.p_value(exact["p_value"]) if is_estimable(exact) else "P not computed"
    second = "P open" if is_estimable(exact) and pd.isna(exact["p_value"]) else second
    return f"signed-rank {prose.p_value(approximate['p_value'])}\nexact {second}"


def _size(points: pd.DataFrame, median: pd.Series, bars: bool) -> str:
    """Say how many patients are drawn, or stand behind the quartiles and the median."""
    if not bars:
        return f"n = {len(points)}"
    return f"n = {median['n']:.0f}" if is_estimable(median) else ""


def _ratio_limits(logarithms: np.ndarray) -> tuple[float, float]:
    furthest = np.abs(logarithms).max(initial=np.log(2))
    return float(np.exp(-1.1 * furthest)), float(np.exp(1.1 * furthest))


def _draw_log_axis(ax: Axes, limits: tuple[float, float]) -> None:
    ax.set(yscale="log", ylim=limits)
    ax.axhline(1, **NULL_LINE)
    ax.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if limits[1] < 100 else (1.0,)))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    plt.setp(ax.get_yticklabels(), fontsize=9)
