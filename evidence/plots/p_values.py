"""Plots: printed P values beside their words, other conventions and what samples can have."""

from typing import Any

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from evidence.this_abstract.abstract import ALPHA
from helpers.plots.dressing import log_ticks, name_rows, write_reason
from helpers.plots.style import COLOURS, key

WORDS = {  # word: marker and colour
    "significant": ("o", COLOURS["all"]),
    "not significant": ("s", COLOURS["no"]),
    "": ("D", COLOURS["neutral"]),
}
LABEL_WIDTH, WORDS_WIDTH = 36, 22  # letters
SMALLEST = 0.0001  # a smaller P value is drawn here
# The look of each kind of convention in turn; the first is the one in use.
_LOOKS: list[dict[str, Any]] = [
    {"marker": "|", "color": COLOURS["all"], "markersize": 15, "markeredgewidth": 3},
    {"marker": "o", "color": COLOURS["yes"], "fillstyle": "none"},
    {"marker": "x", "color": COLOURS["no"]},
    {"marker": "s", "color": COLOURS["neutral"], "fillstyle": "none"},
    {"marker": "^", "color": COLOURS["death"], "fillstyle": "none"},
]
WIDTH = 10.5  # units of the last printed digit to either side
LANES = {"normal": (0.24, "o"), "corrected": (0.0, "s"), "exact": (-0.24, "^")}  # place in the row, marker
NAMES = {
    "normal": "normal approximation, no continuity correction",
    "corrected": "normal approximation, continuity correction",
    "exact": "exact distribution",
}
HIT, MISS = COLOURS["yes"], COLOURS["neutral"]


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
    ax.axvline(ALPHA, color="black", linewidth=1, linestyle=":")
    for place, row in enumerate(words.itertuples()):
        marker, colour = WORDS[row.word]
        if pd.notna(row.adjusted):
            ax.plot([row.p_value, row.adjusted], [place] * 2, color=COLOURS["band"], linewidth=2, zorder=1)
            ax.plot(row.adjusted, place, "|", color="black", markersize=9, zorder=2)
        ax.plot(row.p_value, place, marker, color=colour, markersize=7, zorder=3)
        if not row.suits:
            ax.plot(row.p_value, place, "o", color="black", markersize=14, fillstyle="none", zorder=4)
    log_ticks(ax, [0.001, 0.01, 0.05, 0.2, 1])
    ax.set(xlabel="Two-sided P value (log scale)")
    name_rows(ax, words["label"], width=WORDS_WIDTH, fontsize=9)
    ax.set_ylim(len(words) - 0.3, -0.7)
    names = {"significant": "called significant", "not significant": "called a trend", "": "no word"}
    handles = [
        key(names[word], marker=marker, color=colour)
        for word, (marker, colour) in WORDS.items()
        if (words["word"] == word).any()
    ]
    ring = key("word and P value disagree", marker="o", markersize=12, fillstyle="none", color="black")
    handles += [ring, key("adjusted (Benjamini-Hochberg)", marker="|", markersize=9, color="black")]
    # Outside of the axes, which a legend as wide as the figure would make narrow.
    ax.figure.legend(handles=handles, loc="outside upper center", ncols=2, columnspacing=1.2)
    return ax


def plot_conventions(tests: pd.DataFrame, *, ax: Axes) -> Axes:
    """Draw P values, one line for each claim, one marker for each convention.

    Parameters
    ----------
    tests : DataFrame
        claim, label, convention, name and p_value; at most five conventions, that of the first row in use.
    ax : Axes

    Returns
    -------
    Axes
        A log axis from at least 0.001 to 1, with a line at the level of significance; P values below
        `SMALLEST` are drawn there. Without tests the axes say so.
    """
    if tests.empty:
        return write_reason("no printed P value can be recomputed", ax=ax)
    claims = tests.drop_duplicates("claim")
    lines = {claim: place for place, claim in enumerate(claims["claim"])}
    for (convention, group), look in zip(tests.groupby("convention", sort=False), _LOOKS, strict=False):
        names = group["name"].unique()
        other = names[0] if len(names) == 1 else f"another {convention.removeprefix('the ')}"
        label = convention if look is _LOOKS[0] else other
        x = group["p_value"].clip(lower=SMALLEST)
        ax.plot(x, group["claim"].map(lines), linestyle="none", label=label, **look)
    ax.axvline(ALPHA, color=COLOURS["all"], linewidth=1, linestyle=":")
    least = min(0.001, tests["p_value"].clip(lower=SMALLEST).min()) / 1.3
    log_ticks(ax, [tick for tick in (0.0001, 0.001, 0.01, ALPHA, 0.2, 1) if tick >= least])
    ax.set_xlim(least, 1.3)
    name_rows(ax, claims["label"], width=LABEL_WIDTH, fontsize=8.5)
    ax.grid(axis="y")
    ax.set_ylim(len(lines) - 0.4, -0.6)
    ax.set_xlabel("P value (log scale)")
    ax.figure.legend(loc="outside upper left", ncols=2, fontsize=8.5)
    return ax


def plot_attainable(points: pd.DataFrame, *, ax: Axes) -> Axes:
    """Draw for each printed P value those that samples of its size can have.

    Parameters
    ----------
    points : DataFrame
        ``label`` (one row of the figure each), ``convention`` (a key of `LANES`), ``distance`` (from the
        printed value in units of its last digit), ``hit`` (prints as it) and ``tied`` (has ties):
        `evidence.words.ranks.attainable`.
    ax : Axes

    Returns
    -------
    Axes
        Band: what rounds to the printed value. Filled: prints it without ties. Hollow in colour: prints it
        with ties only. Small and grey: another value.
    """
    labels = [*points["label"].unique()]
    ax.axvspan(-0.5, 0.5, color=COLOURS["band"], linewidth=0, zorder=0)
    for place, label in enumerate(labels):
        row = points[points["label"].eq(label) & points["distance"].abs().le(WIDTH)]
        for convention, (offset, marker) in LANES.items():
            lane = row[row["convention"].eq(convention)]
            y = place - offset
            ax.plot([-WIDTH, WIDTH], [y, y], color=COLOURS["band"], linewidth=0.6, zorder=0)
            for chosen, look in _looks(lane):
                ax.plot(lane["distance"][chosen], [y] * chosen.sum(), marker, linestyle="none", **look)
    name_rows(ax, labels, fontsize=8.5)
    ax.set(xlim=(-WIDTH, WIDTH), ylim=(len(labels) - 0.45, -0.55), xticks=range(-10, 11, 5))
    ax.set_xlabel("Distance from the printed P value, in units of its last digit")
    ax.figure.legend(handles=_legend(), loc="outside upper left", ncols=1, fontsize=8.5)
    return ax


def _looks(lane: pd.DataFrame) -> list[tuple[pd.Series, dict[str, Any]]]:
    hollow: dict[str, Any] = {"markersize": 6, "color": HIT, "markerfacecolor": "white", "zorder": 3}
    return [
        (~lane["hit"], {"markersize": 3, "color": MISS, "zorder": 2}),
        (lane["hit"] & lane["tied"], hollow),
        (lane["hit"] & ~lane["tied"], {"markersize": 6.5, "color": HIT, "zorder": 4}),
    ]


def _legend() -> list[Artist]:
    mark: dict[str, Any] = {"color": HIT, "markersize": 6}
    return [
        Patch(color=COLOURS["band"], label="prints as the P value at the left"),
        *(key(NAMES[convention], marker=marker, **mark) for convention, (_, marker) in LANES.items()),
        key("hollow: prints it with ties only", marker="o", markerfacecolor="white", **mark),
        key("grey: another value", marker="o", color=MISS, markersize=3),
    ]
