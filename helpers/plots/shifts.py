"""Plots: each patient's change, and the shift with its interval that summarises them."""

import textwrap

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.ground.results import is_estimable
from helpers.plots.style import COLOURS, MARKERS
from helpers.printing import prose

REASON_WIDTH = 24  # letters
BELOW = 0.24  # of a line's height, from the patients down to their shift


def plot_shifts(panel: pd.DataFrame, shifts: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the changes of a population in an arm, and below them the Hodges-Lehmann shift.

    Parameters
    ----------
    panel : DataFrame
        arm, population and change (percentage points, NaN without both samples), one row per patient and
        population.
    shifts : DataFrame
        Rows of the results table, one a line from the top down: ``id`` names the population and ``group`` the
        arm; ``label`` is printed at the left, estimate and interval at the right.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
        A line that is not estimable shows its reason.
    """
    ax = plt.subplots(figsize=(6.0, 0.9 + 0.6 * len(shifts)))[1] if ax is None else ax
    ax.axvline(0, color=COLOURS["neutral"], linewidth=1, linestyle=":", zorder=0)
    for place, (_, shift) in enumerate(shifts.iterrows()):
        if not is_estimable(shift):
            _write(ax, place, textwrap.fill(prose.reason(shift), REASON_WIDTH))
            continue
        chosen = panel["population"].eq(shift["id"].split(".")[1]) & panel["arm"].eq(shift["group"])
        changes = panel.loc[chosen, "change"].dropna()
        ax.scatter(
            changes,
            np.full(len(changes), place - BELOW / 2),
            marker=MARKERS[shift["group"]],
            color=COLOURS[shift["group"]],
            alpha=0.55,
            s=22,
            linewidths=0,
        )
        _draw_shift(ax, place + BELOW, shift)
        _write(ax, place, "\n".join(filter(None, [prose.number(shift), prose.interval(shift)])))
    ax.set_ylim(len(shifts) - 0.5, -0.5)
    ax.set_yticks(range(len(shifts)), shifts["label"], fontsize=9)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("Change from baseline to day 28, percentage points\n(points: patients; diamond: shift)")
    return ax


def _draw_shift(ax: Axes, height: float, shift: pd.Series) -> None:
    look = {"color": COLOURS["all"], "zorder": 3}
    if prose.interval(shift):
        ax.plot([shift["ci_low"], shift["ci_high"]], [height, height], linewidth=1.8, **look)
    ax.plot(shift["estimate"], height, MARKERS["all"], markersize=6, **look)


def _write(ax: Axes, place: int, text: str) -> None:
    ax.text(1.02, place, text, transform=ax.get_yaxis_transform(), va="center", fontsize=9)
