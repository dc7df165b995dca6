"""Plots: the patients of every centre, by arm."""

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.ground.study import Study
from helpers.plots.dressing import PAPER, write_reason
from helpers.plots.style import look


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
    return 1.3 + 0.27 * centres["label"].nunique()


def plot_centres(centres: pd.DataFrame, study: Study, *, ax: Axes | None = None) -> Axes:
    """Draw one bar a centre, divided by arm, with the counts written in.

    Parameters
    ----------
    centres : DataFrame
        Result rows of the arms, the largest centre first: ``label`` is the centre, ``group`` the arm and
        ``estimate`` the count. A hospital's name is not drawn: it may be long, or in letters that the font
        lacks.
    study : Study
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
        The centres in the order of the rows, from the top, by their place in it; without rows, a line that
        says so.
    """
    ax = ax or plt.subplots(figsize=(4.7, height(centres)))[1]
    if centres.empty:
        return write_reason("centre not recorded", ax=ax)
    places = range(centres["label"].nunique())
    start = pd.Series(0.0, index=places)
    for number, arm in enumerate(study.arms):
        colour = look(study)[arm.id].colour
        face, hatch = ("white", "////") if number else (colour, None)
        counts = centres.loc[centres["group"] == arm.id, "estimate"].reset_index(drop=True)
        looks: dict[str, Any] = {"edgecolor": colour, "facecolor": face, "hatch": hatch}
        bars = ax.barh(places, counts, left=start, label=arm.label, **looks)
        numbers = [f"{count:.0f}" if count else "" for count in counts]
        ax.bar_label(bars, numbers, label_type="center", fontsize=9, bbox=PAPER | {"pad": 1.2})
        start += counts
    ax.set_yticks(places, [f"Centre {place + 1}" for place in places])
    ax.set_ylim(len(places) - 0.4, -0.6)
    ax.set_xlabel("Patients")
    ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 2.5, 5, 10]))
    ax.figure.legend(loc="outside upper left", ncols=2)
    return ax
