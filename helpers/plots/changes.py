"""Plots: the changes of every two populations against each other, each patient a point."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.ground.endpoints import ARMS, LABELS
from helpers.ground.results import get, is_estimable
from helpers.plots.blank import write_reason
from helpers.plots.outcomes import arms_legend
from helpers.plots.style import COLOURS, MARKERS
from helpers.printing import prose


def plot_change_matrix(
    wide: pd.DataFrame, results: pd.DataFrame, populations: tuple[str, ...], *, axs: np.ndarray
) -> np.ndarray:
    """Draw a lower triangle of scatter plots, one for every two populations.

    Parameters
    ----------
    wide : DataFrame
        arm, and the change (percentage points) of each population, one row per patient.
    results : DataFrame
        The chapter's results table: ``immune.<first>_<second>.change_spearman.all`` stands above each panel.
    populations : tuple of str
        In the order of the columns.
    axs : ndarray of Axes, shape (m - 1, m - 1) for m populations

    Returns
    -------
    ndarray of Axes
        Column j has population j along x, row i has population i + 1 along y.
    """
    last = len(populations) - 2
    for i, vertical in enumerate(populations[1:]):
        for j, horizontal in enumerate(populations[:-1]):
            ax = axs[i, j]
            if j > i:
                ax.set_axis_off()
                continue
            rho = get(results, f"immune.{horizontal}_{vertical}.change_spearman.all")
            _draw_panel(ax, wide[["arm", horizontal, vertical]].dropna(), rho)
            if i == last:
                ax.set_xlabel(_name(horizontal), fontsize=8.5)
            if j == 0:
                ax.set_ylabel(_name(vertical), fontsize=8.5)
    legend = axs[0, last].legend(handles=arms_legend(), loc="upper right", fontsize=9)
    legend.set_in_layout(False)  # it spreads over the empty half, and must not push the panels apart
    return axs


def _draw_panel(ax: Axes, points: pd.DataFrame, rho: pd.Series) -> None:
    if points.empty:
        write_reason(prose.reason(rho), ax=ax)
        return
    for line in (ax.axhline, ax.axvline):
        line(0, color=COLOURS["neutral"], linewidth=0.8, linestyle=":", zorder=0)
    for arm in ARMS:
        x, y = points.loc[points["arm"].eq(arm)].iloc[:, 1:].to_numpy(float).T
        ax.scatter(x, y, color=COLOURS[arm], marker=MARKERS[arm], alpha=0.7, s=16, linewidths=0)
    ax.tick_params(labelsize=8)
    ax.set_title(f"r = {prose.number(rho)}" if is_estimable(rho) else "r not estimable", fontsize=9)


def _name(population: str) -> str:
    return textwrap.fill(LABELS[population], 13)
