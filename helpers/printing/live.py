"""Printing: what a figure can do in the page beside being looked at: be read at a place, show another cohort.

Everything is computed and printed in Python, as texts and places; the page's script (``live.js``) shows them.
Without scripts the figure stands as it is.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes

from helpers.ground.standing import OBSERVED, is_open
from helpers.printing import prose
from helpers.printing.marks import WORDS, plain

Cell = list[str]  # its text, and the standing of what it says
BOX = "live-axes-{}"  # the id of the ground of axes, by which the drawing says where they lie
_PLACE = r'id="{}">\s*<path d="M ([\d.]+) ([\d.]+)\s*L ([\d.]+) ([\d.]+)\s*L ([\d.]+) ([\d.]+)'


class Live(NamedTuple):
    """What the page's script is told of a figure.

    Attributes
    ----------
    said : dict
        As JSON takes it.
    axes : sequence of Axes
        Those in which the script draws.
    """

    said: dict[str, Any]
    axes: Sequence[Axes]


def cell(result: pd.Series, text: str = "") -> Cell:
    """Print what is known of a row for a cell of a slider's table.

    Parameters
    ----------
    result : Series
        A row of the results table.
    text : str
        Without it the number with its interval.

    Returns
    -------
    list of str
        The text without marks, and its standing.
    """
    printed = text or (prose.bare(result) if is_open(result) else plain(prose.with_interval(result)))
    return [printed, result.get("standing", OBSERVED)]


def slider(
    axes: Sequence[Axes],
    name: str,
    places: Mapping[float, str],
    columns: Sequence[str],
    rows: Mapping[str, Sequence[Sequence[Cell]]],
    *,
    start: int,
    up: bool = False,
) -> Live:
    """Let a figure be read at a place that a slider chooses.

    Parameters
    ----------
    axes : sequence of Axes
        Across which a line shows the place.
    name : str
        What is chosen.
    places : mapping of float to str
        The places on the axis, and how each is called.
    columns : sequence of str
        The heads of the table that stands under the figure.
    rows : mapping
        By the name of each row its cells, place by place and column by column.
    start : int
        Which of the places is shown first.
    up : bool
        The places are on the y-axis.

    Returns
    -------
    Live
    """
    low, high = axes[0].get_ylim()[::-1] if up else axes[0].get_xlim()
    standings = {standing for of_row in rows.values() for cells in of_row for _, standing in cells}
    said = {
        "name": name,
        "places": list(places.values()),
        "at": [round((place - low) / (high - low), 4) for place in places],
        "start": start,
        "up": up,
        "columns": list(columns),
        "rows": [{"name": row, "cells": list(cells)} for row, cells in rows.items()],
        "told": {standing: words for standing, words in WORDS.items() if standing in standings},
    }
    return Live({"slider": said}, axes)


def name_axes(axes: Iterable[Axes]) -> None:
    """Mark the ground of axes in the drawing, so that `for_page` finds it.

    Parameters
    ----------
    axes : iterable of Axes
    """
    for number, each in enumerate(axes):
        each.patch.set_gid(BOX.format(number))


def for_page(live: Live, svg: str) -> str:
    """Print what the script is told, and where in the drawing its axes lie.

    Parameters
    ----------
    live : Live
        Of a figure whose axes were marked by `name_axes` before it was drawn.
    svg : str
        The drawing.

    Returns
    -------
    str
        JSON that may stand in a page: of the drawing its ``size``, and as ``boxes`` of each axes left, top,
        width and height, all in the drawing's own units.
    """
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    corners = [re.search(_PLACE.format(BOX.format(number)), svg) for number, _ in enumerate(live.axes)]
    if size is None or None in corners:
        raise ValueError("the drawing does not say where its axes lie")
    told = live.said | {
        "size": [*map(float, size.groups())],
        "boxes": [_box(each) for each in corners if each],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _box(corners: re.Match[str]) -> list[float]:
    left, bottom, right, _, _, top = map(float, corners.groups())
    return [round(value, 2) for value in (left, top, right - left, bottom - top)]
