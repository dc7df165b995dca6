"""Plots: values of the same patients at two visits, each patient a line."""

import textwrap
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.ground.endpoints import ARMS, LABELS, PARENTS
from helpers.ground.results import is_estimable
from helpers.plots.blank import REASON_WIDTH, write_reason
from helpers.plots.style import COLOURS, LINES, MARKERS
from helpers.printing import prose

VISITS = ("baseline", "day28")


def plot_paired_panels(
    panel: pd.DataFrame, results: pd.DataFrame, populations: Sequence[str], *, axs: np.ndarray
) -> np.ndarray:
    """Draw one panel for each population (a row of panels) and arm (a column).

    Parameters
    ----------
    panel : DataFrame
        patient_id, arm, population, baseline and day28 (percent of the parent population).
    results : DataFrame
        The chapter's results table.
    populations : sequence of str
        The rows of panels, top down.
    axs : ndarray of Axes, shape (len(populations), 2)
        Where to draw; both arms of a population get the same percentages on their axes.

    Returns
    -------
    ndarray of Axes
    """
    complete = panel.dropna(subset=list(VISITS))
    for population, row_axes in zip(populations, np.atleast_2d(axs), strict=True):
        both_arms = complete[complete["population"].eq(population)]
        highest = both_arms[list(VISITS)].max(axis=None)
        for arm, ax in zip(ARMS, row_axes, strict=True):
            points = both_arms[both_arms["arm"].eq(arm)]
            rows = results[results["id"].str.startswith(f"immune.{population}.") & results["group"].eq(arm)]
            plot_paired(points, rows, arm, ax=ax)
            ax.set_title(f"{LABELS[population]}, n = {len(points)}\n{LABELS[arm]}", fontsize=9.5)
            ax.set_ylim(0, 1.08 * highest if highest > 0 else 1)
        row_axes[0].set_ylabel(f"% of {LABELS[PARENTS[population]]}")
    return axs


def plot_paired(points: pd.DataFrame, rows: pd.DataFrame, arm: str, *, ax: Axes | None = None) -> Axes:
    """Draw the pairs of one population and arm, their medians and the tests of their change.

    Parameters
    ----------
    points : DataFrame
        baseline and day28 (percent), one row per patient with both.
    rows : DataFrame
        The results of this population and arm: median_baseline, median_day28, signed_rank, signed_rank_exact.
    arm : str
        One of `helpers.ground.endpoints.ARMS`: gives colour, marker and line.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
        The reason instead of lines where there is no median.
    """
    ax = plt.subplots()[1] if ax is None else ax
    found = {result["statistic"]: result for _, result in rows.iterrows()}
    medians = [found[f"median_{visit}"] for visit in VISITS]
    if not all(is_estimable(median) for median in medians):
        return write_reason(prose.reason(medians[0]), ax=ax)
    ax.plot(
        [0, 1],
        points[list(VISITS)].to_numpy().T,
        color=COLOURS[arm],
        linestyle=LINES[arm],
        marker=MARKERS[arm],
        markersize=4,
        linewidth=1,
        alpha=0.55,
    )
    _draw_medians(ax, medians)
    ax.set(xlim=(-0.5, 1.5), xticks=[0, 1], xticklabels=[LABELS[visit] for visit in VISITS])
    ax.set_xlabel(_tests(found["signed_rank"], found["signed_rank_exact"]), fontsize=9)
    return ax


def _draw_medians(ax: Axes, medians: list[pd.Series]) -> None:
    heights = [median["estimate"] for median in medians]
    ax.plot([0, 1], heights, color=COLOURS["all"], marker=MARKERS["all"], linewidth=2.6, zorder=4)
    for place, median, side in zip((-0.1, 1.1), medians, ("right", "left"), strict=True):
        ax.text(
            place, median["estimate"], prose.number(median), ha=side, va="center", fontsize=9, weight="bold"
        )


def _tests(asymptotic: pd.Series, exact: pd.Series) -> str:
    if not is_estimable(asymptotic):
        return textwrap.fill(f"signed-rank test {prose.reason(asymptotic)}", REASON_WIDTH + 10)
    second = prose.p_value(exact["p_value"]) if is_estimable(exact) else "P not computed"
    return f"signed-rank {prose.p_value(asymptotic['p_value'])}\nexact {second}"
