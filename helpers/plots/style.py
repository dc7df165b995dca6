"""Plots: the one palette, with a second cue (marker, line style) beside each colour, and the one look."""

from pathlib import Path
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
from matplotlib.lines import Line2D

from helpers.ground.study import EVERYBODY, Study

# Okabe and Ito's colours and greys that lie apart from them, told apart with every common colour blindness.
COLOURS = {
    "first": "#0072B2",  # the arm asked about, and nothing else
    "second": "#D55E00",  # the arm it is compared with, and nothing else
    "all": "#444444",
    "yes": "#009E73",
    "no": "#CC79A7",
    "relapse": "#CC79A7",
    "death": "#222222",
    "transplant": "#009E73",
    "weighted": "#009E73",
    "neutral": "#707070",
    "band": "#CFCFCF",
}
LINES = {"relapse": "-", "death": "--", "yes": "-", "no": "--"}


class Look(NamedTuple):
    """How a group is drawn: never by its colour alone."""

    colour: str
    marker: str
    line: str


def look(study: Study) -> dict[str, Look]:
    """Return how everybody and each arm of a study are drawn.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict of Look
        By id: everybody, the arm asked about, the arm it is compared with.
    """
    first, second = study.arm_ids
    return {
        EVERYBODY: Look(COLOURS["all"], "D", "-"),
        first: Look(COLOURS["first"], "o", "-"),
        second: Look(COLOURS["second"], "s", "--"),
    }


def key(label: str, **looks: Any) -> Line2D:
    """Return a legend's entry for a marker.

    Parameters
    ----------
    label : str
    **looks
        As `Line2D` takes them; a line stands beside the marker only where one is named.

    Returns
    -------
    Line2D
    """
    return Line2D([], [], label=label, **{"linestyle": "none"} | looks)


def arms_legend(study: Study, **looks: Any) -> list[Line2D]:
    """Return the legend entries that tell the arms apart in a figure of points.

    Parameters
    ----------
    study : Study
    **looks
        As `Line2D` takes them.

    Returns
    -------
    list of Line2D
        The arm asked about first.
    """
    drawn = look(study)
    return [
        key(arm.label, marker=drawn[arm.id].marker, color=drawn[arm.id].colour, **looks) for arm in study.arms
    ]


def use() -> None:
    """Take the book's look for every figure drawn from now on."""
    plt.style.use(Path(__file__).with_name("book.mplstyle"))
