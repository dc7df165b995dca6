"""Plots: open results as bands, inside what a search reached and what is proved; ranks of known truths."""

import re
import textwrap
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.ground.results import NULLS, RATIO, SHARE
from helpers.plots import dressing
from helpers.plots.style import COLOURS, key
from helpers.printing import prose

BINS, COLUMNS = 10, 6  # of a histogram of ranks, and of such histograms beside each other
LABEL_WIDTH, TITLE_WIDTH = 30, 36  # letters in a line
LINE, GAP, AXIS, KEY = 0.155, 0.12, 0.56, 0.6  # inches: a line of text, between rows, an axis with its name
LOWEST = 2  # lines of a label, below which a row's brackets would touch
WIDEST = {RATIO: (0.05, 20.0), "statistic": (-5.0, 5.0)}  # a search that runs further ends in an arrow
# By the start of the columns: words, marker, colour and width of the line.
BRACKETS = {
    "plausible": ("reached within stated limits", "|", "all", 2.5),
    "reached": ("reached by arithmetic alone", "|", "all", 1.0),
    "proved": ("proved", "x", "no", 1.0),
}
APART = 0.22  # of the lines of a row, whose places are whole numbers
TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10]
# The names of the axes, by unit, or by kind and unit where the one is not enough.
UNITS: dict[Any, str] = {
    "hazard_ratio": "Hazard ratio",
    "odds_ratio": "Odds ratio",
    "ratio": "Ratio",
    "months": "Months",
    "fraction": "Share of the patients",
    "count": "Patients",
    "years": "Years",
    "percent_points": "Percentage points",
    (SHARE, "percent_points"): "Per cent",
    "statistic": "Difference of the ratios",
}

Panels = Mapping[tuple[str, str], pd.DataFrame]


def brackets_figure(panels: Panels) -> Figure:
    """Draw open results in panels, one for each axis that they need, with the key above them.

    Parameters
    ----------
    panels : dict of (str, str) to DataFrame
        By kind and unit: what `plot_brackets` takes.

    Returns
    -------
    Figure
        As high as the labels need.
    """
    heights = [_rows_height(rows) for rows in panels.values()]
    around = sum(AXIS + LINE * _lines(_labels(rows)[1]) for rows in panels.values())
    size = (4.7, sum(heights) + around + KEY)
    fig, axs = plt.subplots(len(panels), figsize=size, height_ratios=heights, squeeze=False)
    for ax, rows in zip(axs.flat, panels.values(), strict=True):
        plot_brackets(rows, ax=ax)
    fig.legend(handles=brackets_key(), loc="outside upper center", ncols=2, columnspacing=1, fontsize=9)
    return fig


def shared(labels: Sequence[str]) -> tuple[list[str], str]:
    """Divide the labels of rows into what tells them apart and the last words that they share.

    Parameters
    ----------
    labels : sequence of str

    Returns
    -------
    list of str
        What is left of each label, never nothing.
    str
        The shared words; empty text where the labels end apart.

    Examples
    --------
    >>> shared(["Survival, ratio, arms", "Survival without relapse, ratio, arms"])
    (['Survival', 'Survival without relapse'], 'Ratio, arms')
    """
    parts = [re.split(r"(?<=[,:]) ", label) for label in labels]
    most = min(map(len, parts)) - 1
    alike = [len({part[-place] for part in parts}) == 1 for place in range(1, most + 1)]
    count = len(list(takewhile(bool, alike)))
    left = [" ".join(part[: len(part) - count]).rstrip(",:") for part in parts]
    return left, prose.begin(" ".join(parts[0][-count:])) if count else ""


def _labels(rows: pd.DataFrame) -> tuple[list[str], str]:
    """Break the labels of rows and the words that they share into lines."""
    left, title = shared(rows["label"].tolist())
    return [textwrap.fill(label, LABEL_WIDTH) for label in left], textwrap.fill(title, TITLE_WIDTH)


def _lines(text: str) -> int:
    return text.count("\n") + 1 if text else 0


def _rows_height(rows: pd.DataFrame) -> float:
    """Give the inches that the rows of a panel need, so that no label touches the next."""
    return len(rows) * (GAP + LINE * max(LOWEST, *map(_lines, _labels(rows)[0])))


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
        value in it is better known than another. The last words that all labels share are the title.
    """
    kind, unit = rows["kind"].iloc[0], rows["unit"].iloc[0]
    low, high = WIDEST.get(kind, WIDEST.get(unit, _finite(rows)))
    band: dict[str, Any] = {
        "color": COLOURS["neutral"],
        "linewidth": 7,
        "alpha": 0.55,
        "solid_capstyle": "butt",
    }
    for place, row in enumerate(rows.itertuples()):
        ax.plot(np.clip([row.range_low, row.range_high], low, high), [place] * 2, **band)
        for offset, (start, (_, marker, colour, width)) in enumerate(BRACKETS.items()):
            ends = getattr(row, f"{start}_low"), getattr(row, f"{start}_high")
            _bracket(ax, place + APART * (offset - 1), ends, (low, high), marker, COLOURS[colour], width)
    _draw_axis(ax, kind, unit)
    labels, title = _labels(rows)
    dressing.name_rows(ax, labels, fontsize=9)
    ax.set_title(title, fontsize=9, fontweight="normal")
    return ax


def _finite(rows: pd.DataFrame) -> tuple[float, float]:
    """Give the outermost ends that are numbers, where an end without limit is drawn."""
    ends = rows[[f"{start}_{end}" for start in ("range", *BRACKETS) for end in ("low", "high")]]
    known = ends.to_numpy(float)
    known = known[np.isfinite(known)]
    return known.min(), known.max()


def _draw_axis(ax: Axes, kind: str, unit: str) -> None:
    """Name the axis, mark it, and draw the line of no difference."""
    if kind == RATIO:
        low, high = WIDEST[RATIO]
        dressing.log_ticks(ax, TICKS)
        ax.set_xlim(low / 1.2, high * 1.2)
    if unit == "fraction":
        dressing.share_ticks(ax)
    if kind in NULLS:
        ax.axvline(NULLS[kind], **dressing.NULL_LINE)
    ax.set_xlabel(UNITS.get((kind, unit), UNITS[unit]), fontsize=9)


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
        key("95% of the cohorts", color=COLOURS["neutral"], alpha=0.55, linestyle="-", linewidth=7),
        *(
            key(words, color=COLOURS[colour], marker=marker, linestyle="-", linewidth=width, markersize=6)
            for words, marker, colour, width in BRACKETS.values()
        ),
    ]


def ranks_figure(ranks: pd.DataFrame, names: Mapping[str, str]) -> Figure:
    """Draw where the truths ranked among the draws, one histogram a result, those of a block together.

    Parameters
    ----------
    ranks : DataFrame
        block, result, rank and draws, one row a result and truth.
    names : dict of str to str
        Of the blocks.

    Returns
    -------
    Figure
        A dashed line is the height of even ranks.
    """
    blocks = [(names[block], part) for block, part in ranks.groupby("block", sort=False)]
    lines = [-(-part["result"].nunique() // COLUMNS) for _, part in blocks]
    fig = plt.figure(figsize=(4.7, 0.4 * sum(lines) + 0.35 * len(blocks)))
    for place, (name, part), count in zip(
        fig.subfigures(len(blocks), height_ratios=lines, squeeze=False).flat, blocks, lines, strict=True
    ):
        place.suptitle(f"{name[0].upper()}{name[1:]}", fontsize=10, x=0.01, ha="left")
        plot_rank_panels(part, place.subplots(count, COLUMNS, squeeze=False))
    return fig


def plot_rank_panels(ranks: pd.DataFrame, axs: np.ndarray) -> None:
    """Draw where the truths of a block ranked among the draws, one histogram a result.

    Parameters
    ----------
    ranks : DataFrame
        result, rank and draws, one row a result and truth.
    axs : ndarray of Axes
        At least one for each result; those left over are emptied. A dashed line is the height of even ranks.
    """
    parts = [part for _, part in ranks.groupby("result", sort=False)]
    for ax, part in zip(axs.flat, parts, strict=False):
        places = (part["rank"] + 0.5) / (part["draws"] + 1)
        ax.hist(places, bins=BINS, range=(0, 1), color=COLOURS["neutral"])
        ax.axhline(len(part) / BINS, color=COLOURS["all"], linewidth=1, linestyle="--")
        ax.set(xticks=[], yticks=[])
    for ax in axs.flat[len(parts) :]:
        ax.set_axis_off()
