"""Plots: printed P values beside the words that the print gives them."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from evidence.forensics.abstract import ALPHA
from helpers.plots.style import COLOURS

LOOKS = {  # word: marker and colour
    "significant": ("o", COLOURS["first"]),
    "not significant": ("s", COLOURS["second"]),
    "": ("D", COLOURS["neutral"]),
}


def plot_words(words: pd.DataFrame, *, ax: Axes) -> Axes:
    """Draw each printed P value on a log axis, its marker telling the word.

    Parameters
    ----------
    words : DataFrame
        As `evidence.words.wordings.words` returns it: label, word, p_value, adjusted (NaN without),
        suits.
    ax : Axes
    """
    places = range(len(words) - 1, -1, -1)
    ax.axvline(ALPHA, color="black", linewidth=1, linestyle=":")
    for place, row in zip(places, words.itertuples(), strict=True):
        marker, colour = LOOKS[row.word]
        if pd.notna(row.adjusted):
            ax.plot([row.p_value, row.adjusted], [place] * 2, color=COLOURS["band"], linewidth=2, zorder=1)
            ax.plot(row.adjusted, place, "|", color="black", markersize=9, zorder=2)
        ax.plot(row.p_value, place, marker, color=colour, markersize=7, zorder=3)
        if not row.suits:
            ax.plot(row.p_value, place, "o", color="black", markersize=14, fillstyle="none", zorder=4)
    ax.set(xscale="log", xlabel="Two-sided P value (log scale)", ylim=(-0.7, len(words) - 0.3))
    ax.set_yticks(list(places), words["label"], fontsize=9)
    ticks = [0.001, 0.01, 0.05, 0.2, 1]
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    names = {"significant": "called significant", "not significant": "called a trend", "": "no word"}
    handles = [
        Line2D([], [], marker=marker, color=colour, linestyle="", label=names[word])
        for word, (marker, colour) in LOOKS.items()
        if (words["word"] == word).any()
    ]
    ring: dict[str, Any] = {
        "marker": "o",
        "markersize": 12,
        "fillstyle": "none",
        "color": "black",
        "linestyle": "",
    }
    bar: dict[str, Any] = {"marker": "|", "markersize": 9, "color": "black", "linestyle": ""}
    handles.append(Line2D([], [], label="word and P value disagree", **ring))
    handles.append(Line2D([], [], label="adjusted (Benjamini-Hochberg)", **bar))
    ax.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.3, -0.13), ncols=2, frameon=False)
    return ax
