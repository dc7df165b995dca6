"""Plots: rates of both arms in a few groups of patients, for a phone's width, with how each is known."""

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from helpers.ground.results import is_estimable
from helpers.ground.standing import FOLLOWS, PRINTED, is_open
from helpers.ground.study import Study
from helpers.plots import dressing
from helpers.plots.style import COLOURS, Look, key, look
from helpers.printing import prose

WIDTH = 3.75  # inches, which a page shows as 360 pixels
_BLOCK, _LANES = 1.0, (0.34, 0.66)  # the height of a group, and where in it the arms lie
_SMALL = 8.5  # points


def plot_by_burden(rows: pd.DataFrame, study: Study, *, ax: Axes | None = None) -> Axes:
    """Draw the rates of both arms, group by group, each group under its label.

    Parameters
    ----------
    rows : DataFrame
        Rates of the arms in fractions, with their intervals. ``label`` names the group; its rows follow each
        other. A rate that is printed or observed is filled, one that follows from the print is hollow; of an
        open one the range is a band.
    study : Study
    ax : Axes, optional
        Without it a new figure, `WIDTH` wide and high enough for the rows.

    Returns
    -------
    Axes
        From 0 to 100%; marker and line tell the arms apart, the counts stand at the right.
    """
    labels = list(dict.fromkeys(rows["label"]))
    ax = ax or plt.subplots(figsize=(WIDTH, 1.5 + 0.72 * len(labels)))[1]
    lanes, looks = dict(zip(study.arm_ids, _LANES, strict=True)), look(study)
    for place, label in enumerate(labels):
        paper = dressing.PAPER | {"pad": 1.5}
        ax.text(0, place, label, fontsize=9.5, weight="bold", va="center", bbox=paper)
    for _, rate in rows.iterrows():
        place = labels.index(rate["label"]) * _BLOCK + lanes[rate["group"]]
        _draw_rate(ax, place, looks[rate["group"]], rate)
    dressing.share_ticks(ax)
    ax.set(xlim=(-0.02, 1.02), ylim=(len(labels) - 0.15, -0.3), yticks=[])
    ax.set_xlabel(_intervals(rows), fontsize=_SMALL)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")
    ax.figure.legend(handles=_keys(rows, study), loc="outside upper left", fontsize=_SMALL, borderpad=0)
    return ax


def _draw_rate(ax: Axes, place: float, arm: Look, rate: pd.Series) -> None:
    looks: dict[str, Any] = {"color": arm.colour, "solid_capstyle": "butt", "zorder": 2}
    beside: dict[str, Any] = {"fontsize": 9, "color": arm.colour}
    if not is_estimable(rate):
        ax.text(0.01, place, prose.no_number(rate), va="center", fontsize=_SMALL, color=dressing.MUTED)
        return
    dressing.write_beside(ax, place, prose.count(rate), **beside)
    if is_open(rate):
        ends = [rate["range_low"], rate["range_high"]]
        ax.plot(ends, [place, place], linewidth=8, alpha=0.35, **looks)
        return
    ax.plot([rate["ci_low"], rate["ci_high"]], [place, place], arm.line, linewidth=1.6, **looks)
    face = "white" if rate.get("standing") == FOLLOWS else arm.colour
    dot: dict[str, Any] = {
        "color": arm.colour,
        "markerfacecolor": face,
        "markeredgewidth": 1.4,
        "clip_on": False,
    }
    ax.plot(rate["estimate"], place, arm.marker, markersize=7, zorder=3, **dot)


def _keys(rows: pd.DataFrame, study: Study) -> list[Line2D]:
    """Explain the arms, and fill and hollow where both kinds of number may stand."""
    drawn = look(study)
    arms = [
        key(arm.label, marker=one.marker, color=one.colour, linestyle=one.line, linewidth=1.6)
        for arm in study.arms
        for one in [drawn[arm.id]]
    ]
    if not rows.get("standing", pd.Series(dtype=str)).isin([PRINTED, FOLLOWS]).any():
        return arms
    words = {
        "filled: printed in the abstract": COLOURS["all"],
        "hollow: follows from what is printed": "white",
    }
    grey: dict[str, Any] = {"marker": "D", "color": COLOURS["all"]}
    return arms + [key(text, markerfacecolor=face, **grey) for text, face in words.items()]


def _intervals(rows: pd.DataFrame) -> str:
    drawn = [rate for _, rate in rows.iterrows() if is_estimable(rate) and pd.notna(rate["ci_level"])]
    return f"Share of patients; {drawn[0]['ci_level']:.0%} CI: {drawn[0]['method']}" if drawn else ""
