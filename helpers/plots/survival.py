"""Plots: survival and cumulative incidence curves, and the numbers at risk that belong under them."""

import textwrap

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MultipleLocator

from helpers.plots import style

MONTHS = "Months from the first day of blinatumomab"
STEPS = (6, 12, 24, 60, 120)  # months between two ticks
MOST_TICKS = 8
LABEL_WIDTH = 14  # characters; direct labels stand right of the axes
LABEL_GAP = 0.24  # of the probability axis, for a label of three lines


def plot_survival(curves: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw Kaplan-Meier curves as steps, with bands, a tick for every censoring and direct labels.

    Parameters
    ----------
    curves : DataFrame
        ``curve`` (key of the palette), ``label``, ``month``, ``estimate``, ``ci_low``, ``ci_high``,
        ``n_censored``: `helpers.chapters.survival.rows.curves`.
    ax : Axes, optional
        A new one without it.

    Returns
    -------
    Axes
    """
    ax = _plot_steps(curves, ax)
    ticks = curves[curves["n_censored"] > 0]
    for key, curve in ticks.groupby("curve", sort=False):
        ax.plot(
            curve["month"], curve["estimate"], "|", color=style.COLOURS[key], markersize=7, markeredgewidth=1
        )
    return ax


def plot_cumulative_incidence(curves: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw cumulative incidence curves as steps, with bands and direct labels.

    Parameters
    ----------
    curves : DataFrame
        ``curve`` (key of the palette), ``label``, ``month``, ``estimate``, ``ci_low``, ``ci_high``:
        `helpers.chapters.survival.rows.incidence_by_cause` or `incidence_by_arm`.
    ax : Axes, optional
        A new one without it.

    Returns
    -------
    Axes
    """
    return _plot_steps(curves, ax)


def plot_at_risk(counts: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Print the numbers at risk, one line a group in the colour of its curve, on axes of their own.

    Parameters
    ----------
    counts : DataFrame
        ``curve``, ``label``, ``month``, ``n_at_risk``: `helpers.chapters.survival.rows.at_risk`.
    ax : Axes, optional
        Under those of the curves, with which it shares the months; a new one without it.

    Returns
    -------
    Axes
    """
    ax = ax or plt.subplots()[1]
    keys = list(counts["curve"].unique())
    for line in counts.itertuples():
        place = (line.month, keys.index(line.curve))
        ax.annotate(
            f"{line.n_at_risk}",
            place,
            ha="center",
            va="center",
            fontsize=9.5,
            color=style.COLOURS[line.curve],
        )
    for position, key in enumerate(keys):
        label = textwrap.fill(counts.loc[counts["curve"] == key, "label"].iloc[0], LABEL_WIDTH)
        _beside(ax, position, label, style.COLOURS[key])
    ax.set_ylim(len(keys) - 0.5, -0.5)
    ax.set_title("Numbers at risk", fontsize=9.5, fontweight="normal")
    ax.spines[:].set_visible(False)
    ax.xaxis.set_visible(False)
    ax.yaxis.set_visible(False)
    return ax


def _plot_steps(curves: pd.DataFrame, ax: Axes | None) -> Axes:
    ax = ax or plt.subplots()[1]
    ends = {}
    for key, curve in curves.groupby("curve", sort=False):
        colour = style.COLOURS[key]
        ax.fill_between(
            curve["month"],
            curve["ci_low"],
            curve["ci_high"],
            step="post",
            color=colour,
            alpha=0.15,
            linewidth=0,
        )
        ax.plot(curve["month"], curve["estimate"], style.LINES[key], drawstyle="steps-post", color=colour)
        ends[key] = curve["estimate"].iloc[-1]
    labels = curves.drop_duplicates("curve").set_index("curve")["label"]
    for key, height in _apart(ends).items():
        name, size = labels[key].rsplit(" (", 1)
        _beside(ax, height, f"{textwrap.fill(name, LABEL_WIDTH)}\n({size}", style.COLOURS[key])
    longest = curves["month"].max()
    ax.set(xlabel=MONTHS, xlim=(0, max(longest, STEPS[0])), ylim=(0, 1.02))
    ax.xaxis.set_major_locator(MultipleLocator(tick_step(longest)))
    ax.tick_params(labelbottom=True)
    return ax


def tick_step(longest: float) -> int:
    """Return the months between two ticks, and two counts at risk, of an axis as long as the follow-up."""
    return next((step for step in STEPS if longest <= MOST_TICKS * step), STEPS[-1])


def _beside(ax: Axes, height: float, text: str, colour: str) -> None:
    """Write a label right of the axes, at a height in data coordinates."""
    ax.annotate(
        text,
        (1, height),
        xycoords=("axes fraction", "data"),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        fontsize=9,
        color=colour,
        annotation_clip=False,
    )


def _apart(heights: dict[str, float]) -> dict[str, float]:
    """Move labels up or down until none covers another, keeping their order and the axis's range."""
    placed = {}
    floor = LABEL_GAP / 2
    for key, height in sorted(heights.items(), key=lambda item: item[1]):
        placed[key] = max(height, floor)
        floor = placed[key] + LABEL_GAP
    ceiling = 1 - LABEL_GAP / 2
    for key in reversed(placed):
        placed[key] = min(placed[key], ceiling)
        ceiling = placed[key] - LABEL_GAP
    return placed
