"""Plots: a fitted probability over a covariate, with its band and the patients it was fitted to."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.ground.endpoints import LABELS
from helpers.plots.style import COLOURS, LINES, MARKERS

_BIN = 5.0  # percentage points: nearer than this, two markers would cover each other
_STEP = 0.045


def plot_logistic(curve: pd.DataFrame, points: pd.DataFrame, arm: str, *, ax: Axes | None = None) -> Axes:
    """Draw one arm's fitted probability over baseline blasts, and its patients at 1 (event) or 0.

    Parameters
    ----------
    curve : DataFrame
        ``arm``, ``blasts`` (% of marrow cells), ``estimate``, ``ci_low``, ``ci_high``; where the model is not
        estimable there is no row, and the patients alone are drawn.
    points : DataFrame
        ``arm``, ``blasts`` and ``event`` (bool), one row per patient.
    arm : str
        One of `helpers.ground.endpoints.ARMS`.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
    """
    ax = plt.subplots()[1] if ax is None else ax
    line = curve[curve["arm"] == arm]
    patients = points[points["arm"] == arm]
    ax.fill_between(
        line["blasts"], line["ci_low"], line["ci_high"], color=COLOURS[arm], alpha=0.18, linewidth=0
    )
    ax.plot(line["blasts"], line["estimate"], color=COLOURS[arm], linestyle=LINES[arm])
    if line.empty:
        ax.text(0.5, 0.5, "no fitted curve", transform=ax.transAxes, ha="center", style="italic")
    ax.scatter(
        patients["blasts"],
        stacked_heights(patients["blasts"], patients["event"]),
        s=22,
        marker=MARKERS[arm],
        color=COLOURS[arm],
        edgecolor="white",
        linewidth=0.5,
        zorder=3,
        clip_on=False,
    )
    ax.set(xlim=(0, 100), ylim=(0, 1), xticks=np.arange(0, 101, 25), yticks=np.linspace(0, 1, 6))
    ax.grid(axis="y")
    ax.set_xlabel("Baseline blasts (%)")
    size = f"{patients['event'].sum():.0f} of {len(patients)} patients"
    ax.set_title(f"{LABELS[arm]}\n{size}", loc="left", fontsize=10)
    return ax


def stacked_heights(blasts: pd.Series, event: pd.Series) -> np.ndarray:
    """Place patients at 1 (event) or 0, and those with nearly the same blasts one step further in.

    Returns
    -------
    ndarray of float, shape (n,)
        Heights in [0, 1], the same for the same input.
    """
    bins = (blasts / _BIN).round()
    steps = _STEP * blasts.groupby([event, bins]).cumcount().to_numpy()
    return np.where(event, 1 - steps, steps)
