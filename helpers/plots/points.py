"""Plots: every patient's value by arm, with the quartiles of the arm."""

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from helpers.ground.endpoints import ARMS, LABELS
from helpers.ground.results import is_estimable
from helpers.plots.style import COLOURS, MARKERS
from helpers.printing import prose


def plot_points(values: pd.DataFrame, quartiles: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw raw points by arm, the box of the quartiles and the line of the median behind them.

    Parameters
    ----------
    values : DataFrame
        One row per patient: ``arm`` and ``value``; missing values are left out.
    quartiles : DataFrame
        Result rows with the statistics quartile_1, median and quartile_3 of each arm.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
        The value runs along the x-axis, one strip an arm; the label above a strip has its median,
        quartiles and number of values. The caller names the x-axis.
    """
    ax = ax or plt.subplots()[1]
    # The limits stand before the points, because a swarm is laid out in them.
    ax.set(ylim=(len(ARMS) - 0.55, -0.7), yticks=[])
    ax.spines["left"].set_visible(False)
    known = values.dropna(subset="value")
    for position, arm in enumerate(ARMS):
        of_arm = quartiles[quartiles["group"] == arm].set_index("statistic", drop=False)
        _draw_quartiles(ax, of_arm, position, COLOURS[arm])
        place = {"transform": ax.get_yaxis_transform(), "color": COLOURS[arm]}
        ax.text(0, position - 0.4, _label(of_arm, arm), **place)
        mine = known.loc[known["arm"] == arm, "value"]
        if mine.empty:
            continue
        sns.swarmplot(
            x=mine.to_numpy(float),
            y=[position] * len(mine),
            orient="h",
            native_scale=True,
            ax=ax,
            color=COLOURS[arm],
            marker=MARKERS[arm],
            size=6,
            alpha=0.85,
            edgecolor="white",
            linewidth=0.6,
            warn_thresh=1,  # a crowded strip overlaps a little; that is no failure
        )
    ax.set(ylim=(len(ARMS) - 0.55, -0.7), yticks=[], ylabel="")
    return ax


def _draw_quartiles(ax: Axes, of_arm: pd.DataFrame, position: int, colour: str) -> None:
    if not is_estimable(of_arm.loc["median"]):
        return
    low, middle, high = (of_arm.loc[name, "estimate"] for name in ("quartile_1", "median", "quartile_3"))
    ax.barh(position, high - low, left=low, height=0.6, color=colour, alpha=0.15, edgecolor="none", zorder=0)
    ax.plot([middle, middle], [position - 0.3, position + 0.3], color=colour, linewidth=2.5, zorder=1)


def _label(of_arm: pd.DataFrame, arm: str) -> str:
    median, low, high = (of_arm.loc[name] for name in ("median", "quartile_1", "quartile_3"))
    if not is_estimable(median):
        return f"{LABELS[arm]}: no values"
    # The unit is said once, after the upper quartile.
    bottom = prose.fixed(low["estimate"], 1).removesuffix(".0")
    return (
        f"{LABELS[arm]} (n = {median['n']:.0f})"
        f"\nmedian {prose.number(median)}, quartiles {bottom} to {prose.number(high)}"
    )
