"""Plots: a fitted probability over a covariate, with its band and the patients it was fitted to."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.ground.study import Study
from helpers.plots.style import look

_BIN = 5.0  # percentage points: nearer than this, two markers would cover each other
_STEP = 0.045


def plot_logistic(
    curve: pd.DataFrame, study: Study, points: pd.DataFrame, arm: str, *, ax: Axes | None = None
) -> Axes:
    """Draw one arm's fitted probability over baseline blasts, and its patients at 1 (event) or 0.

    Parameters
    ----------
    curve : DataFrame
        ``arm``, ``blasts`` (% of marrow cells), ``estimate``, ``ci_low``, ``ci_high``; where the model is not
        estimable there is no row, and the patients alone are drawn.
    study : Study
        Names the arm, and gives it its look.
    points : DataFrame
        ``arm``, ``blasts`` and ``event`` (bool), one row per patient.
    arm : str
        The id of one.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
    """
    ax = plt.subplots()[1] if ax is None else ax
    line = curve[curve["arm"] == arm]
    patients = points[points["arm"] == arm]
    colour, marker, style = look(study)[arm]
    band = [line[name] for name in ("blasts", "ci_low", "ci_high")]
    ax.fill_between(*band, color=colour, alpha=0.18, linewidth=0)
    ax.plot(line["blasts"], line["estimate"], color=colour, linestyle=style)
    if line.empty:
        ax.text(0.5, 0.5, "no fitted curve", transform=ax.transAxes, ha="center", style="italic")
    heights = stacked_heights(patients["blasts"], patients["event"])
    mark: dict[str, Any] = {
        "s": 22,
        "marker": marker,
        "color": colour,
        "edgecolor": "white",
        "linewidth": 0.5,
    }
    ax.scatter(patients["blasts"], heights, zorder=3, clip_on=False, **mark)
    ax.set(xlim=(0, 100), ylim=(0, 1), xticks=np.arange(0, 101, 25), yticks=np.linspace(0, 1, 6))
    ax.grid(axis="y")
    ax.set_xlabel("Baseline blasts (%)")
    size = f"{patients['event'].sum():.0f} of {len(patients)} patients"
    ax.set_title(f"{study.label(arm)}\n{size}", loc="left", fontsize=10)
    return ax


def stacked_heights(blasts: pd.Series, event: pd.Series) -> np.ndarray:
    """Place patients at 1 (event) or 0, and those with nearly the same blasts one step further in.

    Parameters
    ----------
    blasts : Series of float
        % of marrow cells.
    event : Series of bool

    Returns
    -------
    ndarray of float, shape (n,)
        Heights in [0, 1], the same for the same input.
    """
    bins = (blasts / _BIN).round()
    steps = _STEP * blasts.groupby([event, bins]).cumcount().to_numpy()
    return np.where(event, 1 - steps, steps)
