"""Plots: the two-by-two tables that print two rates, on a map of their denominators; tests side by side."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from evidence.claims.printed import Figure
from evidence.forensics.two_by_two import COLUMNS, TESTS, in_words
from evidence.this_abstract.abstract import STUDY
from helpers.plots.dressing import log_ticks
from helpers.plots.style import COLOURS, key

SUM_WIDTH = 21  # letters along the line of a sum
HIT = COLOURS["yes"]  # what prints as the print does; the arms' colours are theirs alone
MARKERS = dict(zip(TESTS, "osD^vPX", strict=True))
_NAMES = {
    "pearson": "Pearson, uncorrected",
    "yates": "Yates' correction",
    "likelihood_ratio": "likelihood ratio",
    "fisher": "Fisher, exact",
    "mid_p": "Fisher, mid-P",
    "n_minus_1": "N\N{MINUS SIGN}1",
    "unpooled_z": "unpooled z",
}


def plot_map(
    tables: pd.DataFrame, solutions: pd.DataFrame, arms: tuple[int, int], sums: dict[str, int], *, ax: Axes
) -> Axes:
    """Draw each candidate table as a point at its two denominators.

    Parameters
    ----------
    tables : DataFrame
        As `evidence.forensics.two_by_two.candidates` returns it.
    solutions : DataFrame
        Those that also print the P value, as `evidence.forensics.two_by_two.solutions` returns them.
    arms : (int, int)
        Patients of the two arms; the denominators that the study can have are shaded.
    sums : dict of str to int
        Populations and their sizes: where both arms' denominators add up to it, a line is drawn.
    ax : Axes

    Returns
    -------
    Axes
    """
    largest = int(tables[["patients_first", "patients_second"]].to_numpy().max(initial=max(arms))) + 2
    ax.add_patch(Rectangle((0, 0), *arms, color=COLOURS["band"], alpha=0.45, linewidth=0, zorder=0))
    for (label, size), style in zip(sums.items(), ("--", ":", "-."), strict=False):
        ends = max(0, size - largest), min(size, largest)
        ax.plot(ends, [size - end for end in ends], style, color=COLOURS["neutral"], linewidth=1.2, zorder=1)
        _name_sum(ax, label, size, tables)
    places = tables["patients_first"], tables["patients_second"]
    ax.scatter(*places, s=7, color=COLOURS["neutral"], zorder=2, linewidth=0)
    distinct = solutions.drop_duplicates(COLUMNS)
    places = distinct["patients_first"], distinct["patients_second"]
    ax.scatter(*places, s=55, marker="D", zorder=3, color=HIT, edgecolor="white")
    inside = distinct[(distinct["patients_first"] <= arms[0]) & (distinct["patients_second"] <= arms[1])]
    for _, table in inside.iterrows():
        place = table["patients_first"], table["patients_second"]
        bold: dict[str, Any] = {"fontsize": 8.5, "weight": "bold", "ha": "right", "va": "top", "zorder": 5}
        ax.annotate(in_words(table), place, (-7, -4), textcoords="offset points", **bold)
    ax.set(xlim=(0, largest), ylim=(0, largest), aspect="equal")
    across, up = (f"Denominator, {arm.short}" for arm in STUDY.arms)
    ax.set(xlabel=across, ylabel=up)
    keys = [
        key("prints both rates", marker="o", markersize=3, color=COLOURS["neutral"]),
        key("prints the P value, too", marker="D", color=HIT),
        Patch(color=COLOURS["band"], alpha=0.45, label="within the arms"),
    ]
    # Outside of the axes, which a legend as wide as the figure would make narrow.
    ax.figure.legend(handles=keys, loc="outside upper left", ncols=2, fontsize=9)
    return ax


def _name_sum(ax: Axes, label: str, size: int, tables: pd.DataFrame) -> None:
    """Name the line of a sum along it, below, where it has left the points."""
    least = int(tables["patients_second"].min()) if len(tables) else 0
    down = 0.6 * least if size > least + tables["patients_first"].min() else size / 2
    turned: dict[str, Any] = {"rotation": -45, "rotation_mode": "anchor", "ha": "center", "va": "top"}
    words = textwrap.fill(label, SUM_WIDTH)
    ax.annotate(words, (size - down, down), (-3, -3), textcoords="offset points", fontsize=8.5, **turned)


def plot_tests(p_values: pd.DataFrame, printed: list[Figure], *, ax: Axes) -> Axes:
    """Draw the P value of each table under each test, beside the printed one.

    Parameters
    ----------
    p_values : DataFrame
        One row per table with ``label`` and a column for each of `evidence.forensics.two_by_two.TESTS`.
    printed : list of Figure
        The printed P value of each, in the same order.
    ax : Axes

    Returns
    -------
    Axes
    """
    offsets = dict(zip(TESTS, np.linspace(0.27, -0.27, len(TESTS)), strict=True))
    for place, (figure, (_, row)) in enumerate(zip(printed, p_values.iterrows(), strict=True)):
        y = len(printed) - 1 - place
        ax.plot([figure.value] * 2, [y - 0.34, y + 0.34], color="black", linewidth=1.4, zorder=1)
        ax.text(figure.value, y + 0.37, f"printed {figure}", ha="center", va="bottom", fontsize=9)
        for test, marker in MARKERS.items():
            hit = bool(figure.prints(row[test]))
            colour = HIT if hit else COLOURS["neutral"]
            face = colour if hit else "white"
            look: dict[str, Any] = {"color": colour, "markerfacecolor": face}
            size = 7.5 if hit else 6.5
            ax.plot(row[test], y + offsets[test], marker, markersize=size, zorder=2, **look)
    log_ticks(ax, [0.05, 0.1, 0.2, 0.5, 1])
    ax.set(ylim=(-0.6, len(printed) - 0.2), xlabel="Two-sided P value (log scale)")
    ax.set_yticks(range(len(printed)), [label.replace(", ", ",\n") for label in p_values["label"][::-1]])
    handles = [
        key(_NAMES[test], marker=MARKERS[test], color="black", markerfacecolor="white") for test in TESTS
    ]
    handles.append(key("filled: prints it", color=HIT, marker="o"))
    ax.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.35, -0.22), ncols=2, frameon=False)
    return ax
