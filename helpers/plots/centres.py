"""Plots: the patients of every centre, by arm."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.ground.study import Study
from helpers.plots.dressing import PAPER, write_reason
from helpers.plots.style import look

_SHORTEST = 0.06  # of the longest bar: a shorter one has no room for its count


def height(centres: pd.DataFrame) -> float:
    """Say how high a figure has to be.

    Parameters
    ----------
    centres : DataFrame
        As in `plot_centres`.

    Returns
    -------
    float
        The height in inches at which the bars of the centres stay legible.
    """
    return 1.3 + 0.27 * centres["place"].nunique()


def plot_centres(centres: pd.DataFrame, study: Study, *, ax: Axes | None = None) -> Axes:
    """Draw one bar a centre, divided by arm, with the counts written in.

    Parameters
    ----------
    centres : DataFrame
        Result rows of the arms, the largest centre first: ``place`` is the number of the centre, ``group``
        the arm and ``estimate`` the count. A hospital's name is not drawn: it may be long, or in letters that
        the font lacks.
    study : Study
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
        The centres in the order of the rows, from the top, with the counts inside the bars, or beside bars
        that are too short for them; without rows, a line that says so.
    """
    ax = ax or plt.subplots(figsize=(4.7, height(centres)))[1]
    if centres.empty:
        return write_reason("centre not recorded", ax=ax)
    numbers = centres["place"].unique()
    places = range(len(numbers))
    counts = centres.pivot_table("estimate", "place", "group").loc[numbers, [*study.arm_ids]]
    ends = counts.cumsum(axis=1)
    is_short = (counts.gt(0) & counts.lt(_SHORTEST * ends.to_numpy().max())).any(axis=1)
    for number, arm in enumerate(study.arms):
        colour = look(study)[arm.id].colour
        face, hatch = ("white", "////") if number else (colour, None)
        looks: dict[str, Any] = {"edgecolor": colour, "facecolor": face, "hatch": hatch}
        left = ends[arm.id] - counts[arm.id]
        bars = ax.barh(places, counts[arm.id], left=left, label=arm.label, **looks)
        inside = [f"{count:.0f}" if count else "" for count in counts[arm.id].mask(is_short, 0)]
        ax.bar_label(bars, inside, label_type="center", fontsize=9, bbox=PAPER | {"pad": 1.2})
    for place in np.flatnonzero(is_short).tolist():
        text = " + ".join(f"{count:.0f}" for count in counts.iloc[place])
        ax.text(ends.iloc[place, -1], place, f" {text}", va="center", fontsize=9)
    ax.set_yticks(places, [f"Centre {number}" for number in numbers])
    ax.set_ylim(len(places) - 0.4, -0.6)
    ax.set_xlabel("Patients")
    ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 2.5, 5, 10]))
    ax.figure.legend(loc="outside upper left", ncols=2)
    return ax
