"""Plots: printed P values beside the words that the print gives them."""

import pandas as pd
from matplotlib.axes import Axes

from evidence.forensics.abstract import ALPHA
from helpers.plots.dressing import log_ticks
from helpers.plots.style import COLOURS, key

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

    Returns
    -------
    Axes
        A ring where the word does not suit; a bar at the adjusted P value.
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
    log_ticks(ax, [0.001, 0.01, 0.05, 0.2, 1])
    ax.set(xlabel="Two-sided P value (log scale)", ylim=(-0.7, len(words) - 0.3))
    ax.set_yticks(list(places), words["label"], fontsize=9)
    names = {"significant": "called significant", "not significant": "called a trend", "": "no word"}
    handles = [
        key(names[word], marker=marker, color=colour)
        for word, (marker, colour) in LOOKS.items()
        if (words["word"] == word).any()
    ]
    ring = key("word and P value disagree", marker="o", markersize=12, fillstyle="none", color="black")
    handles += [ring, key("adjusted (Benjamini-Hochberg)", marker="|", markersize=9, color="black")]
    ax.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.3, -0.13), ncols=2, frameon=False)
    return ax
