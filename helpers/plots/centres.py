"""Plots: the patients of every centre, by arm."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from helpers.ground.endpoints import ARMS, LABELS
from helpers.plots.blank import write_reason
from helpers.plots.style import COLOURS

_FILLS = {
    "combination": {"facecolor": COLOURS["combination"]},
    "monotherapy": {"facecolor": "white", "hatch": "////"},
}


def height(centres: pd.DataFrame) -> float:
    """Return the height in inches at which the bars of the centres in these rows stay legible."""
    return 1.3 + 0.27 * centres["label"].nunique()


def plot_centres(centres: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw one bar a centre, divided by arm, with the counts written in.

    Parameters
    ----------
    centres : DataFrame
        Result rows of the arms: the centre's place by size in the ``id``, ``group`` and the count as
        ``estimate``. A hospital's name is not drawn: it may be long, or in letters that the font lacks.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
        The centres in the order of the rows, from the top; without rows, a line that says so.
    """
    ax = ax or plt.subplots(figsize=(6, height(centres)))[1]
    if centres.empty:
        return write_reason("centre not recorded", ax=ax)
    places = centres["id"].str.extract(r"centre_(\d+)\.")[0].astype(int)
    counts = (
        centres.assign(place=places)
        .pivot_table(index="place", columns="group", values="estimate", sort=False)
        .fillna(0)
    )
    start = pd.Series(0.0, index=counts.index)
    for arm in ARMS:
        look = {"label": LABELS[arm], "edgecolor": COLOURS[arm], **_FILLS[arm]}
        bars = ax.barh(range(len(counts)), counts[arm], left=start, **look)
        numbers = [f"{number:.0f}" if number else "" for number in counts[arm]]
        paper = {"facecolor": "white", "edgecolor": "none", "pad": 1.2}
        ax.bar_label(bars, numbers, label_type="center", fontsize=9, bbox=paper)
        start += counts[arm]
    ax.set_yticks(range(len(counts)), [f"Centre {place}" for place in counts.index])
    ax.set_ylim(len(counts) - 0.4, -0.6)
    ax.set_xlabel("Patients")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.figure.legend(loc="outside upper left", ncols=2)
    return ax
