"""Plots: every patient's value by arm, with the quartiles of the arm."""

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from helpers.ground.results import is_estimable
from helpers.ground.study import Arm, Study
from helpers.plots.style import look
from helpers.printing import prose


def plot_points(
    patients: pd.DataFrame, study: Study, column: str, quartiles: pd.DataFrame, *, ax: Axes | None = None
) -> Axes:
    """Draw raw points by arm, the box of the quartiles and the line of the median behind them.

    Parameters
    ----------
    patients : DataFrame
        One row per patient: ``arm`` and the values; missing values are left out. Nobody where only the
        quartiles are known: the band and the line are drawn all the same.
    study : Study
    column : str
        The column that holds the values.
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
    ax.set(ylim=(len(study.arms) - 0.55, -0.7), yticks=[])
    ax.spines["left"].set_visible(False)
    known = patients.dropna(subset=column)
    for position, arm in enumerate(study.arms):
        of_arm = quartiles[quartiles["group"] == arm.id].set_index("statistic", drop=False)
        drawn = look(study)[arm.id]
        _draw_quartiles(ax, of_arm, position, drawn.colour)
        across = ax.get_yaxis_transform()
        ax.text(0, position - 0.4, _label(of_arm, arm), transform=across, color=drawn.colour)
        mine = known.loc[known["arm"] == arm.id, column]
        if mine.empty:
            continue
        looks: dict[str, Any] = {"color": drawn.colour, "marker": drawn.marker, "size": 6, "alpha": 0.85}
        looks |= {"edgecolor": "white", "linewidth": 0.6}
        looks |= {"warn_thresh": 1}  # a crowded strip overlaps a little; that is no failure
        heights = [position] * len(mine)
        sns.swarmplot(x=mine.to_numpy(float), y=heights, orient="h", native_scale=True, ax=ax, **looks)
    ax.set(ylim=(len(study.arms) - 0.55, -0.7), yticks=[], ylabel="")
    return ax


def _draw_quartiles(ax: Axes, of_arm: pd.DataFrame, position: int, colour: str) -> None:
    if not is_estimable(of_arm.loc["median"]):
        return
    low, middle, high = (of_arm.loc[name, "estimate"] for name in ("quartile_1", "median", "quartile_3"))
    if pd.isna([low, middle, high]).any():  # of an open quartile only a range is known
        return
    ax.barh(position, high - low, left=low, height=0.6, color=colour, alpha=0.15, edgecolor="none", zorder=0)
    ax.plot([middle, middle], [position - 0.3, position + 0.3], color=colour, linewidth=2.5, zorder=1)


def _label(of_arm: pd.DataFrame, arm: Arm) -> str:
    median, low, high = (of_arm.loc[name] for name in ("median", "quartile_1", "quartile_3"))
    if not is_estimable(median):
        return f"{arm.label}: no values"
    if pd.isna(low["estimate"]) or pd.isna(high["estimate"]):
        return f"{arm.label} (n = {median['n']:.0f})\nmedian {prose.number(median)}"
    # The unit is said once, after the upper quartile.
    bottom = prose.fixed(low["estimate"], 1).removesuffix(".0")
    return (
        f"{arm.label} (n = {median['n']:.0f})"
        f"\nmedian {prose.number(median)}, quartiles {bottom} to {prose.number(high)}"
    )
