"""Plots: what is fitted over the blasts at baseline: probabilities, and differences between the arms."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.ground.study import Study
from helpers.plots.dressing import (
    NULL_LINE,
    THIRD_WIDTH,
    name_panel,
    point_ticks,
    share_ticks,
    write_reason,
)
from helpers.plots.style import COLOURS, look

SHAPES = {  # shape: its name, line style and width
    "line": ("straight line", "-", 1.8),
    "spline": ("spline", "--", 1.8),
    "quadratic": ("square", ":", 2.2),
}
# A difference between the arms: its columns, the largest that is drawn, and its name at the axis.
_KINDS = {
    "difference": (["estimate", "ci_low", "ci_high"], 1, "Points, above the cut-off\n(grey: patients)"),
    "contrast": (["contrast", "contrast_low", "contrast_high"], 2, "Points, above minus rest"),
}
_BIN = 5.0  # percentage points: nearer than this, two markers would cover each other
_STEP = 0.045
_DIGIT = 9  # percentage points of blasts: the width of a digit in a third of the page


def plot_logistic(
    curve: pd.DataFrame, study: Study, points: pd.DataFrame | None, arm: str, *, ax: Axes | None = None
) -> Axes:
    """Draw one arm's fitted probability over baseline blasts, and its patients at 1 (event) or 0.

    Parameters
    ----------
    curve : DataFrame
        ``arm``, ``blasts`` (% of marrow cells), ``estimate``, ``ci_low``, ``ci_high``; where the model is not
        estimable there is no row, and the patients alone are drawn.
    study : Study
        Names the arm, and gives it its look.
    points : DataFrame or None
        ``arm``, ``blasts`` and ``event`` (bool), one row per patient; None where these are not drawn.
    arm : str
        The id of one.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
    """
    ax = ax or plt.subplots()[1]
    line = curve[curve["arm"] == arm]
    colour, marker, style = look(study)[arm]
    band = [line[name] for name in ("blasts", "ci_low", "ci_high")]
    ax.fill_between(*band, color=colour, alpha=0.18, linewidth=0)
    ax.plot(line["blasts"], line["estimate"], color=colour, linestyle=style)
    if line.empty:
        ax.text(0.5, 0.5, "no fitted curve", transform=ax.transAxes, ha="center", style="italic")
    title = study.label(arm)
    if points is not None:
        patients = points[points["arm"] == arm]
        heights = stacked_heights(patients["blasts"], patients["event"])
        looks: dict[str, Any] = {"marker": marker, "color": colour, "edgecolor": "white"}
        ax.scatter(patients["blasts"], heights, s=22, linewidth=0.5, zorder=3, clip_on=False, **looks)
        title = f"{title}\n{patients['event'].sum():.0f} of {len(patients)} patients"
    _dress_probability(ax)
    name_panel(ax, title, loc="left", fontsize=10)
    return ax


def plot_shapes(curves: pd.DataFrame, study: Study, arm: str, *, ax: Axes | None = None) -> Axes:
    """Draw one arm's fitted probability over blasts under each shape.

    Parameters
    ----------
    curves : DataFrame
        ``shape`` (keys of `SHAPES`), ``blasts`` (% of marrow cells), ``estimate``; no rows, no curve.
    study : Study
    arm : str
        The id of one, for the colour and the title.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
    """
    ax = ax or plt.subplots()[1]
    if curves.empty:
        return write_reason("no fitted curve", ax=ax)
    colour = look(study)[arm].colour
    for shape, (name, style, width) in SHAPES.items():
        own = curves[curves["shape"] == shape]
        ax.plot(own["blasts"], own["estimate"], style, linewidth=width, color=colour, label=name)
    _dress_probability(ax)
    name_panel(ax, study.label(arm), fontsize=10)
    return ax


def plot_over_cutoffs(
    frame: pd.DataFrame, study: Study, kind: str, *, every: bool = True, ax: Axes | None = None
) -> Axes:
    """Draw the difference between the arms at every cut-off, with its interval.

    Parameters
    ----------
    frame : DataFrame
        As `helpers.chapters.efficacy.burden.over_cutoffs` gives it.
    study : Study
    kind : str
        ``difference`` (above the cut-off) or ``contrast`` (above it minus at or below it).
    every : bool
        Whether each value of the blasts is a cut-off; else the counts stand at cut-offs alone.
    ax : Axes, optional
        Without it a new figure.

    Returns
    -------
    Axes
        A mark for each cut-off, and the study's own as a line.
    """
    ax = ax or plt.subplots()[1]
    (estimate, low, high), largest, name = _KINDS[kind]
    drawn = frame.dropna(subset=[estimate])
    ax.vlines(drawn["cutoff"], drawn[low], drawn[high], color=COLOURS["neutral"], linewidth=1)
    ax.plot(drawn["cutoff"], drawn[estimate], "o", color=COLOURS["all"], markersize=3.5)
    ends = drawn[[estimate, low, high]].abs().to_numpy()
    _dress_difference(ax, _widest(ends, largest), drawn.empty)
    if kind == "difference":
        _write_counts(ax, drawn, every)
    if study.cutoff is not None:
        ax.axvline(study.cutoff, color=COLOURS["all"], linewidth=1, linestyle="--", zorder=0)
    ax.set(xlabel="Cut-off, % blasts", ylabel=name)
    return ax


def plot_all_cutoffs(frames: dict[str, pd.DataFrame], study: Study, *, every: bool = True) -> Figure:
    """Draw the differences over all cut-offs, the outcomes beside each other, with their contrasts below.

    Parameters
    ----------
    frames : dict of DataFrame
        By the title of the outcome, as in `plot_over_cutoffs`.
    study : Study
    every : bool
        As in `plot_over_cutoffs`.

    Returns
    -------
    Figure
    """
    fig, axs = plt.subplots(
        len(_KINDS),
        len(frames),
        figsize=(4.7, 5),
        sharex=True,
        sharey="row",
        layout="constrained",
        squeeze=False,
    )
    for column, (title, frame) in zip(axs.T, frames.items(), strict=True):
        for ax, kind in zip(column, _KINDS, strict=True):
            plot_over_cutoffs(frame, study, kind, every=every, ax=ax)
            ax.label_outer()
        name_panel(column[0], title, THIRD_WIDTH, fontsize=10)
    return fig


def plot_over_blasts(
    curve: pd.DataFrame, patients: pd.DataFrame | None = None, *, ax: Axes | None = None
) -> Axes:
    """Draw the difference between the arms' fitted curves with its band, and where the patients lie.

    Parameters
    ----------
    curve : DataFrame
        As `helpers.chapters.efficacy.burden.over_blasts` gives it; without rows only the patients are drawn.
    patients : DataFrame, optional
        As `helpers.chapters.efficacy.burden.asked` gives them, where they are drawn.
    ax : Axes, optional
        Without it a new figure.

    Returns
    -------
    Axes
        Ticks at the top are patients of the first arm, those at the bottom of the second.
    """
    ax = ax or plt.subplots()[1]
    ax.fill_between(curve["blasts"], curve["ci_low"], curve["ci_high"], color=COLOURS["band"], linewidth=0)
    ax.plot(curve["blasts"], curve["estimate"], color=COLOURS["all"])
    if patients is not None:
        for arm, is_first, end in (("first", True, 1.05), ("second", False, -1.05)):
            blasts = patients.loc[patients["first"].eq(is_first), "blasts"]
            ax.plot(blasts, np.full(len(blasts), end), "|", color=COLOURS[arm], markersize=9)
    _dress_difference(ax, 1, curve.empty)
    ax.set(xlabel="Baseline blasts, %", ylabel="Points")
    return ax


def plot_all_over_blasts(parts: dict[str, tuple[pd.DataFrame, pd.DataFrame | None]]) -> Figure:
    """Draw the differences between fitted curves, the outcomes below each other.

    Parameters
    ----------
    parts : dict of tuple of DataFrame
        By the title of the outcome the curve, and the patients or None, as in `plot_over_blasts`.

    Returns
    -------
    Figure
    """
    size = (4.7, 2.5 * len(parts))
    fig, axs = plt.subplots(len(parts), figsize=size, sharex=True, layout="constrained", squeeze=False)
    for ax, (title, (curve, patients)) in zip(axs[:, 0], parts.items(), strict=True):
        plot_over_blasts(curve, patients, ax=ax)
        ax.set_title(title)
        ax.label_outer()
    return fig


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


def _dress_probability(ax: Axes) -> None:
    ax.set(xlim=(0, 100), ylim=(0, 1), xticks=np.arange(0, 101, 25))
    share_ticks(ax, up=True)
    ax.grid(axis="y")
    ax.set_xlabel("Baseline blasts (%)")


def _write_counts(ax: Axes, drawn: pd.DataFrame, every: bool) -> None:
    """Write under the upper edge how many patients lie above the cut-off at each tick, where it is known."""
    looks: dict[str, Any] = {"fontsize": 8.5, "ha": "center", "va": "top", "color": COLOURS["neutral"]}
    room, last = _DIGIT * len(f"{drawn['n'].max():.0f}"), -np.inf
    for tick in range(20, 100, 20):
        above = drawn.loc[drawn["cutoff"].le(tick) if every else drawn["cutoff"].eq(tick), "n"]
        if len(above) and tick - last >= room:
            words, last = f"{above.iloc[-1]:.0f}", tick
            ax.text(tick, 1.0, words, transform=ax.get_xaxis_transform(), **looks)


def _widest(ends: np.ndarray, largest: float) -> float:
    """Return how far a differences' axis has to reach, in halves of one hundred points."""
    return min(largest, max(0.5, np.ceil(2 * np.nanmax(ends, initial=0)) / 2))


def _dress_difference(ax: Axes, largest: float, empty: bool) -> None:
    ax.axhline(0, **NULL_LINE)
    ax.set_yticks(*point_ticks(largest))
    ax.set(xlim=(-2, 102), ylim=(-1.12 * largest, 1.12 * largest), xticks=(0, 50, 100))
    if empty:
        ax.text(0.5, 0.6, "not estimable", transform=ax.transAxes, ha="center", style="italic")
