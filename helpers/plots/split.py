"""Plots: the ratio of two parts of one whole at two visits, each patient a line."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from helpers.ground.endpoints import ARMS, LABELS
from helpers.plots.paired import VISITS, plot_paired
from helpers.plots.style import COLOURS

# What `plot_paired` looks for, and the statistic of the split that it is given.
STATISTICS = {
    "ratio_baseline": "median_baseline",
    "ratio_day28": "median_day28",
    "log_change_signed_rank": "signed_rank",
    "log_change_signed_rank_exact": "signed_rank_exact",
}


def plot_split_panels(log_pairs: pd.DataFrame, results: pd.DataFrame, *, axs: np.ndarray) -> np.ndarray:
    """Draw the ratio of CD45RA to CD45RO of each patient, one panel an arm, on one log axis.

    Parameters
    ----------
    log_pairs : DataFrame
        arm, baseline and day28 (natural logarithm of the ratio; NaN without one).
    results : DataFrame
        The chapter's results table, with the ``immune.cd45_split`` rows.
    axs : ndarray of Axes, shape (2,)

    Returns
    -------
    ndarray of Axes
        The null line at 1 is where both parts are equal. An arm without ratios holds the reason.
    """
    known = log_pairs.dropna(subset=list(VISITS))
    limits = _limits(known)
    of_split = results[results["id"].str.startswith("immune.cd45_split.")]
    of_split = of_split[of_split["statistic"].isin(STATISTICS)].replace({"statistic": STATISTICS})
    for arm, ax in zip(ARMS, axs, strict=True):
        mine = known[known["arm"].eq(arm)]
        points = mine.assign(**{visit: np.exp(mine[visit]) for visit in VISITS})
        plot_paired(points, of_split[of_split["group"].eq(arm)], arm, ax=ax)
        ax.set_title(f"{LABELS[arm]}, n = {len(points)}", fontsize=9.5)
        if len(points):
            _draw_log_axis(ax, limits)
    axs[0].set_ylabel("CD45RA+ / CD45RO+ (log scale)" if len(known) else "")
    return axs


def _limits(known: pd.DataFrame) -> tuple[float, float]:
    furthest = np.abs(known[list(VISITS)].to_numpy()).max(initial=np.log(2))
    return float(np.exp(-1.1 * furthest)), float(np.exp(1.1 * furthest))


def _draw_log_axis(ax: Axes, limits: tuple[float, float]) -> None:
    ax.set(yscale="log", ylim=limits)
    ax.axhline(1, color=COLOURS["neutral"], linewidth=1, linestyle=":", zorder=0)
    ax.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if limits[1] < 100 else (1.0,)))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    plt.setp(ax.get_yticklabels(), fontsize=9)
