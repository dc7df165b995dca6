"""Plots: open results as bands, inside what a search reached and what is proved."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.ground.results import NULLS, RATIO
from helpers.plots import dressing
from helpers.plots.style import COLOURS, key

BINS = 10  # of a histogram of ranks
LABEL_WIDTH = 30  # letters
WIDEST = {RATIO: (0.05, 20.0)}  # a search that runs further ends in an arrow
# By the start of the columns: words, marker, colour and width of the line.
BRACKETS = {
    "plausible": ("reached within stated limits", "|", "all", 2.5),
    "reached": ("reached by arithmetic alone", "|", "all", 1.0),
    "proved": ("proved", "x", "second", 1.0),
}
APART = 0.22  # of the lines of a row, whose places are whole numbers
TICKS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20]


def plot_brackets(rows: pd.DataFrame, *, ax: Axes) -> Axes:
    """Draw each open result as the band of the cohorts inside the brackets of a search.

    Parameters
    ----------
    rows : DataFrame
        Of one kind and unit, the first on top: label, kind, unit, range_low, range_high, reached_low,
        reached_high, plausible_low, plausible_high, proved_low and proved_high; missing where there is none.
    ax : Axes

    Returns
    -------
    Axes
        Ratios on a log axis with a line at 1, differences with a line at 0. No point stands in a band, as no
        value in it is better known than another.
    """
    ratio = rows["kind"].iloc[0] == RATIO
    low, high = WIDEST[RATIO] if ratio else (-np.inf, np.inf)
    for place, row in enumerate(rows.itertuples()):
        ax.plot([row.range_low, row.range_high], [place] * 2, color=COLOURS["first"], linewidth=7, alpha=0.55)
        for offset, (start, (_, marker, colour, width)) in enumerate(BRACKETS.items()):
            ends = getattr(row, f"{start}_low"), getattr(row, f"{start}_high")
            _bracket(ax, place + APART * (offset - 1), ends, (low, high), marker, COLOURS[colour], width)
    if ratio:
        dressing.log_ticks(ax, TICKS)
        ax.set_xlim(low / 1.2, high * 1.2)
    if rows["kind"].iloc[0] in NULLS:
        ax.axvline(NULLS[rows["kind"].iloc[0]], **dressing.NULL_LINE)
    dressing.name_rows(ax, (textwrap.fill(label, LABEL_WIDTH) for label in rows["label"]), fontsize=9)
    return ax


def _bracket(
    ax: Axes,
    place: float,
    ends: tuple[float, float],
    axis: tuple[float, float],
    marker: str,
    colour: str,
    width: float,
) -> None:
    if not np.isnan(ends).all():
        drawn = np.clip(ends, *axis)
        ax.plot(drawn, [place] * 2, color=colour, linewidth=width, marker=marker, markersize=6)
        for end, shown, arrow in zip(ends, drawn, "<>", strict=True):
            if end != shown:
                ax.plot(shown, place, marker=arrow, color=colour, markersize=6)


def brackets_key() -> list:
    """Return the legend's entries.

    Returns
    -------
    list of Line2D
    """
    return [
        key("95% of the cohorts", color=COLOURS["first"], alpha=0.55, linestyle="-", linewidth=7),
        *(
            key(words, color=COLOURS[colour], marker=marker, linestyle="-", linewidth=width, markersize=6)
            for words, marker, colour, width in BRACKETS.values()
        ),
    ]


def plot_rank_panels(ranks: pd.DataFrame, axs: np.ndarray) -> None:
    """Draw where the truths ranked among the draws, one histogram a result.

    Parameters
    ----------
    ranks : DataFrame
        block, result, rank and draws, one row a result and truth.
    axs : ndarray of Axes
        At least one for each result; those left over are emptied. A dashed line is the height of even ranks.
    """
    parts = [part for _, part in ranks.groupby(["block", "result"], sort=False)]
    for ax, part in zip(axs.flat, parts, strict=False):
        places = (part["rank"] + 0.5) / (part["draws"] + 1)
        ax.hist(places, bins=BINS, range=(0, 1), color=COLOURS["neutral"])
        ax.axhline(len(part) / BINS, color=COLOURS["all"], linewidth=1, linestyle="--")
        ax.set(xticks=[], yticks=[])
    for ax in axs.flat[len(parts) :]:
        ax.set_axis_off()
