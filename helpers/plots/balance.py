"""Plots: the ratio of two parts of one whole at two visits, each patient a line."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from helpers.ground.results import pick
from helpers.ground.study import Study
from helpers.ground.study_parts import ENDS
from helpers.plots.blank import write_reason
from helpers.plots.paired import Pair, plot_paired
from helpers.plots.style import COLOURS


def plot_balance_panels(
    log_pairs: pd.DataFrame, study: Study, *, medians: Pair, tests: Pair, axs: np.ndarray
) -> np.ndarray:
    """Draw the ratio of the two populations of the study's balance in each patient, on one log axis.

    Parameters
    ----------
    log_pairs : DataFrame
        arm, before and after (natural logarithm of the ratio; NaN without one).
    study : Study
    medians : sequence of two DataFrame
        Rows of the results table, one for each arm: the median ratios before, and those after.
    tests : sequence of two DataFrame
        The approximate tests of the change, and the exact ones.
    axs : ndarray of Axes, shape (2,)
        One for each arm.

    Returns
    -------
    ndarray of Axes
        The null line at 1 is where both parts are equal. An arm without ratios holds the reason, and so do
        all where the study follows no balance.
    """
    if study.parts is None:
        for ax in axs:
            write_reason("this study follows no balance", ax=ax)
        return axs
    known = log_pairs.dropna(subset=ENDS)
    limits = _limits(known)
    for arm, ax in zip(study.arms, axs, strict=True):
        mine = known[known["arm"].eq(arm.id)]
        points = mine.assign(**{end: np.exp(mine[end]) for end in ENDS})
        chosen = [pick(rows, group=arm.id).iloc[0] for rows in (*medians, *tests)]
        plot_paired(points, study, arm.id, medians=chosen[:2], tests=chosen[2:], ax=ax)
        ax.set_title(f"{arm.label}, n = {len(points)}", fontsize=9.5)
        if len(points):
            _draw_log_axis(ax, limits)
    ratio = " / ".join(part.marker for part in study.parts)
    axs[0].set_ylabel(f"{ratio} (log scale)" if len(known) else "")
    return axs


def _limits(known: pd.DataFrame) -> tuple[float, float]:
    furthest = np.abs(known[ENDS].to_numpy(float)).max(initial=np.log(2))
    return float(np.exp(-1.1 * furthest)), float(np.exp(1.1 * furthest))


def _draw_log_axis(ax: Axes, limits: tuple[float, float]) -> None:
    ax.set(yscale="log", ylim=limits)
    ax.axhline(1, color=COLOURS["neutral"], linewidth=1, linestyle=":", zorder=0)
    ax.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if limits[1] < 100 else (1.0,)))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    plt.setp(ax.get_yticklabels(), fontsize=9)
