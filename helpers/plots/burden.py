"""Plots: the difference between the arms over the blasts, at every cut-off and along a fitted curve."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.ground.study import Study
from helpers.plots.style import COLOURS

_KINDS = {
    "difference": ("estimate", "ci_low", "ci_high"),
    "contrast": ("contrast", "contrast_low", "contrast_high"),
}
_LARGEST = {"difference": 1, "contrast": 2}
_NAMES = {"difference": "Points, above the cut-off", "contrast": "Points, above minus rest"}


def plot_over_cutoffs(frame: pd.DataFrame, study: Study, kind: str, *, ax: Axes | None = None) -> Axes:
    """Draw the difference between the arms at every cut-off, with its interval.

    Parameters
    ----------
    frame : DataFrame
        As `helpers.chapters.efficacy.burden.over_cutoffs` gives it.
    study : Study
    kind : str
        ``difference`` (above the cut-off) or ``contrast`` (above it minus at or below it).
    ax : Axes, optional
        Without it a new figure.

    Returns
    -------
    Axes
        A mark for each value of the blasts as cut-off, and the study's cut-off as a line.
    """
    ax = plt.subplots()[1] if ax is None else ax
    estimate, low, high = _KINDS[kind]
    drawn = frame.dropna(subset=[estimate])
    ax.vlines(drawn["cutoff"], drawn[low], drawn[high], color=COLOURS["neutral"], linewidth=1)
    ax.plot(drawn["cutoff"], drawn[estimate], "o", color=COLOURS["all"], markersize=3.5)
    _finish(ax, _LARGEST[kind], drawn.empty)
    if study.cutoff is not None:
        ax.axvline(study.cutoff, color=COLOURS["first"], linewidth=1, linestyle="--", zorder=0)
    ax.set(xlabel="Cut-off, % blasts", ylabel=_NAMES[kind])
    return ax


def plot_over_blasts(curve: pd.DataFrame, patients: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the difference between the arms' fitted curves with its band, and where the patients lie.

    Parameters
    ----------
    curve : DataFrame
        As `helpers.chapters.efficacy.burden.over_blasts` gives it; without rows only the patients are drawn.
    patients : DataFrame
        As `helpers.chapters.efficacy.burden.asked` gives them.
    ax : Axes, optional
        Without it a new figure.

    Returns
    -------
    Axes
        Ticks at the top are patients of the first arm, those at the bottom of the second.
    """
    ax = plt.subplots()[1] if ax is None else ax
    ax.fill_between(curve["blasts"], curve["ci_low"], curve["ci_high"], color=COLOURS["band"], linewidth=0)
    ax.plot(curve["blasts"], curve["estimate"], color=COLOURS["all"])
    for blasts, arm, end in (
        (patients.loc[patients["first"], "blasts"], "first", 1.05),
        (patients.loc[~patients["first"], "blasts"], "second", -1.05),
    ):
        ax.plot(blasts, np.full(len(blasts), end), "|", color=COLOURS[arm], markersize=9)
    _finish(ax, 1, curve.empty)
    ax.set(xlabel="Baseline blasts, %", ylabel="Points")
    return ax


def _finish(ax: Axes, largest: int, empty: bool) -> None:
    ax.axhline(0, color=COLOURS["neutral"], linewidth=1, linestyle=":", zorder=0)
    ticks = np.linspace(-largest, largest, 5)
    names = [f"{100 * tick:+.0f}".replace("-", "\N{MINUS SIGN}") if tick else "0" for tick in ticks]
    ax.set_yticks(ticks, names)
    ax.set(xlim=(-2, 102), ylim=(-1.12 * largest, 1.12 * largest), xticks=np.arange(0, 101, 20))
    if empty:
        ax.text(0.5, 0.6, "not estimable", transform=ax.transAxes, ha="center", style="italic")
