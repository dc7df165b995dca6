"""Plots: what had become of the patients of each arm, month by month."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.ground.study import Study
from helpers.plots.dressing import share_ticks, write_reason
from helpers.plots.style import COLOURS, look

# Of the states, from below; a pattern tells them apart without colour.
_LOOKS: dict[str, dict[str, Any]] = {
    "free": {"facecolor": COLOURS["yes"]},
    "relapsed": {"facecolor": COLOURS["relapse"], "hatch": "////"},
    "unfollowed": {"facecolor": COLOURS["band"]},
    "dead": {"facecolor": COLOURS["death"]},
}
_LINE = "transplanted"
_FILLED = 0.85  # of the step between two months
TOO_FEW = "too few patients to be drawn in groups"


def plot_states(states: pd.DataFrame, study: Study) -> Figure:
    """Draw the shares of each arm's patients in each state at round months, as stacked bars.

    Parameters
    ----------
    states : DataFrame
        ``arm``, ``month``, ``look``, ``state`` and ``share``: the states from below, which make up the arm,
        and one that is drawn as a line, if it is recorded.
    study : Study

    Returns
    -------
    Figure
        One panel an arm, the first on top; one without rows says so.
    """
    fig, axs = plt.subplots(len(study.arms), figsize=(4.7, 5.6), sharex=True, layout="constrained")
    for ax, arm in zip(axs, study.arms, strict=True):
        ax.set_title(arm.label, color=look(study)[arm.id].colour)
        _draw_arm(ax, states[states["arm"] == arm.id])
    drawn = [ax for ax in axs if ax.patches]
    if drawn:
        handles, labels = drawn[0].get_legend_handles_labels()  # the line's comes first
        first = int(states["look"].eq(_LINE).any())
        handles, labels = handles[first:] + handles[:first], labels[first:] + labels[:first]
        fig.legend(handles, labels, loc="outside upper left", ncols=2)
        drawn[-1].set(xlabel=f"Months since {study.time_zero}", xticks=states["month"].unique()[::2])
        drawn[-1].tick_params(labelbottom=True)
    return fig


def _draw_arm(ax: Axes, states: pd.DataFrame) -> None:
    if states.empty:
        write_reason(TOO_FEW, ax=ax)
        return
    shares = states.pivot_table("share", "month", "look")
    words = dict(zip(states["look"], states["state"], strict=True))
    months = shares.index.to_numpy(float)
    width, base = _FILLED * np.diff(months, append=months[-1] + 1).max(initial=1), np.zeros(len(months))
    for name in [name for name in _LOOKS if name in words]:
        looks = {"label": words[name], "edgecolor": "white", "linewidth": 0.4, **_LOOKS[name]}
        ax.bar(months, shares[name], width, base, **looks)
        base += shares[name].to_numpy()
    if _LINE in words:
        looks = {"color": "black", "markerfacecolor": "white", "markersize": 5, "label": words[_LINE]}
        ax.plot(months, shares[_LINE], "^-", **looks)
    ax.set(ylim=(0, 1))
    share_ticks(ax, up=True)
    ax.margins(x=0.01)
