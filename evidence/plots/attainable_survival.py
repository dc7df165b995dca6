"""Plots: what a survival probability can be under each definition, and deaths set against their causes."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.transforms import blended_transform_factory

from evidence.this_abstract.abstract import STUDY
from helpers.plots.dressing import PAPER, legend_above, share_ticks, write_beside
from helpers.plots.style import COLOURS, key

BAR = 0.62
PRINTED = COLOURS["yes"]
KINDS = {  # of a patient who can have died: marker, colour, words
    "no response": ("o", COLOURS["all"], "no response"),
    "added": ("D", COLOURS["neutral"], "added by the reading"),
    "relapsed": ("s", COLOURS["relapse"], "relapsed"),
}


def plot_attainable(ranges: pd.DataFrame, printed: tuple[float, float, float], *, ax: Axes) -> Axes:
    """Draw what survival can be under each definition, and which patients may have died.

    Parameters
    ----------
    ranges : DataFrame
        One row per bar, from the top: ``heading`` (the same for the bars of one definition), ``label``,
        ``low`` and ``high`` (the bound), ``reached_low`` and ``reached_high`` (what constructed cohorts
        have), all fractions, ``note`` (printed at the right): `forensics_survival_reading.ranges`.
    printed : (float, float, float)
        The printed probability and the ends of its rounding window, fractions.
    ax : Axes

    Returns
    -------
    Axes
        The probability from 0 to 1. Light: the bound. Dark and slimmer: reached.
    """
    value, low, high = printed
    ax.axvspan(low, high, color=PRINTED, alpha=0.35, linewidth=0, zorder=0)
    ax.axvline(value, color=PRINTED, linewidth=1, zorder=3)
    for place, bar in _rows(ranges, ax):
        ax.barh(place, bar.high - bar.low, left=bar.low, height=BAR, color=COLOURS["band"])
        reached = bar.reached_high - bar.reached_low
        ax.barh(place, reached, left=bar.reached_low, height=BAR / 2.6, color=COLOURS["all"])
        write_beside(ax, place, bar.note, fontsize=8.5)
    ax.set_xlim(0, 1)
    share_ticks(ax, 2)
    ax.set_xlabel("Disease-free survival", fontsize=9.5)
    keys = [
        Patch(color=COLOURS["band"], label="cannot lie outside"),
        Patch(color=COLOURS["all"], label="reached"),
        Line2D([], [], color=PRINTED, label=f"printed, {value:.0%}"),
    ]
    ax.figure.legend(handles=keys, loc="outside upper left", ncols=3, fontsize=8.5, columnspacing=1)
    return ax


def plot_relapse_months(ranges: pd.DataFrame, *, ax: Axes) -> Axes:
    """Draw when the relapses fall in constructed cohorts that print the probability.

    Parameters
    ----------
    ranges : DataFrame
        As for `plot_attainable`, with ``earliest`` and ``latest`` (the extremes reached), ``relapse_low``,
        ``relapse_middle`` and ``relapse_high`` (what the walks met, without their tails) of the median
        relapse, months, and ``risk_note`` (printed at the right). What is missing is not drawn.
    ax : Axes

    Returns
    -------
    Axes
        The median month of relapse from 0. Thin: reached. Thick: common. A white line: the middle.
    """
    for place, bar in _rows(ranges, ax):
        ax.plot([bar.earliest, bar.latest], [place, place], color=COLOURS["neutral"], linewidth=1.4)
        common = bar.relapse_high - bar.relapse_low
        ax.barh(place, common, left=bar.relapse_low, height=BAR, color=COLOURS["all"], zorder=3)
        ax.plot([bar.relapse_middle] * 2, [place - BAR / 2, place + BAR / 2], color="white", zorder=4)
        write_beside(ax, place, bar.risk_note, fontsize=8.5)
    ax.set_xlim(0, max(24, ranges["latest"].max() + 1))
    ax.set_xticks(range(0, int(ax.get_xlim()[1]) + 1, 6))
    ax.set_xlabel(f"Median relapse, months from {STUDY.time_zero}")
    keys = [
        Line2D([], [], color=COLOURS["neutral"], linewidth=1.4, label="reached"),
        Patch(color=COLOURS["all"], label="common (white: middle)"),
    ]
    ax.figure.legend(handles=keys, loc="outside upper left", ncols=2, fontsize=8.5)
    return ax


def _rows(ranges: pd.DataFrame, ax: Axes) -> list[tuple[float, Any]]:
    """Lay the rows out under their headings; return the place of each with its row."""
    rows, place = [], -1.0
    for heading, bars in ranges.groupby("heading", sort=False):
        place += 1.25
        # From the figure's edge, and outside of the layout, which a long heading would leave no axes.
        across = blended_transform_factory(ax.figure.transFigure, ax.transData)
        looks: dict[str, Any] = {"va": "center", "fontsize": 9.5, "weight": "bold", "zorder": 5}
        ax.text(0.01, place, heading, transform=across, bbox=PAPER | {"pad": 1.5}, **looks).set_in_layout(
            False
        )
        for bar in bars.itertuples():
            place += 0.85
            rows.append((place, bar))
    ax.set_ylim(place + 0.7, -0.5)
    ax.set_yticks([place for place, _ in rows], ranges["label"], fontsize=8.5)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    return rows


def plot_causes(patients: pd.DataFrame, deaths: int, *, ax: Axes) -> Axes:
    """Set the deaths against the patients on whom the printed causes can fall, each patient a mark.

    Parameters
    ----------
    patients : DataFrame
        ``heading`` (the reading, a row of the figure), ``kind`` (a key of `KINDS`), ``died`` (has to have
        died, in the split drawn), in the order of the marks: `forensics_survival_reading.death_marks`.
    deaths : int
    ax : Axes

    Returns
    -------
    Axes
        Filled: died. Hollow: need not have. A cross: a death for which nobody is left.
    """
    headings = list(dict.fromkeys(patients["heading"]))
    for row, heading in enumerate(headings):
        mine = patients[patients["heading"].eq(heading)].reset_index(drop=True)
        for (kind, died), marks in mine.groupby(["kind", "died"]):
            marker, colour, _ = KINDS[kind]
            looks: dict[str, Any] = {
                "color": colour,
                "markerfacecolor": colour if died else "white",
                "markersize": 7,
            }
            ax.plot(marks.index + 1, [row] * len(marks), marker, **looks)
        missing = range(len(mine) + 1, deaths + 1)
        ax.plot(missing, [row] * len(missing), "x", color=COLOURS["death"], markersize=8, markeredgewidth=2)
        ax.text(0.5, row - 0.32, heading, fontsize=9.5, weight="bold", bbox=PAPER | {"pad": 1})
    ax.axvline(deaths + 0.5, color=COLOURS["neutral"], linewidth=1, linestyle=":")
    ax.text(deaths + 0.7, len(headings) - 0.55, f"{deaths} deaths", fontsize=9, va="center")
    ax.set(xlim=(0.3, max(deaths, len(patients) / len(headings), 24) + 1), ylim=(len(headings) - 0.4, -0.6))
    ax.set(yticks=[], xlabel="Patients on whom the printed causes can fall")
    ax.spines["left"].set_visible(False)
    shown = [KINDS[kind] for kind in KINDS if patients["kind"].eq(kind).any()]
    keys = [
        *(key(words, marker=marker, color=colour, markersize=7) for marker, colour, words in shown),
        key("hollow: may live", marker="o", color=COLOURS["all"], markerfacecolor="white"),
        key("death left over", marker="x", color=COLOURS["death"], markeredgewidth=2),
    ]
    legend_above(ax, keys, 0.5, 3, handletextpad=0.2)
    return ax
