"""Plots: a love plot, the balance of the arms before and after weighting."""

import textwrap
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.ground.results import is_estimable
from helpers.ground.standing import is_open
from helpers.ground.study import Study
from helpers.plots import dressing
from helpers.plots.dressing import NULL_LINE
from helpers.plots.style import COLOURS, key
from helpers.printing import comparisons, prose

SMALL = 0.1  # a standardised difference below this is commonly called negligible
LABEL_WIDTH = 20  # letters
_LOOKS: dict[str, dict[str, Any]] = {
    "before": {"marker": "s", "color": COLOURS["neutral"], "fillstyle": "none"},
    "after": {"marker": "o", "color": COLOURS["weighted"], "fillstyle": "full"},
}
WHEN = {"before": "before weighting", "after": "with overlap weights"}


def reach(before: pd.DataFrame, after: pd.DataFrame) -> float:
    """Say how far an axis goes to either side of 0 that holds all differences and ranges.

    Parameters
    ----------
    before, after : DataFrame
        As of `plot_love`.

    Returns
    -------
    float
    """
    known = [name for name in ("estimate", "range_low", "range_high") if name in before]
    values = np.abs(pd.concat([before, after])[known].to_numpy(float))
    return 1.1 * float(np.nanmax(np.append(values, 0.5)))


def plot_love(
    before: pd.DataFrame,
    study: Study,
    after: pd.DataFrame,
    *,
    widest: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw standardised differences before and after weighting.

    Parameters
    ----------
    before : DataFrame
        Rows of the results table; ``label`` is printed.
    study : Study
    after : DataFrame
        Rows about the same covariates in the same order.
    widest : float, optional
        As `reach` gives it, the largest of the panels that share an axis; without it that of these rows.
    ax : Axes, optional
        Without it a new figure.

    Returns
    -------
    Axes
        Differences between the arms, with lines at `SMALL` on either side of 0. A difference
        that is not estimable shows its reason, of an open one the range is a band.
    """
    ax = plt.subplots()[1] if ax is None else ax
    bands = []
    for name, rows in (("before", before), ("after", after)):
        for place, (_, result) in enumerate(rows.iterrows()):
            if is_open(result):
                bands.append((place, result, _LOOKS[name]["color"]))
            elif is_estimable(result):
                ax.plot(result["estimate"], place, markersize=7, clip_on=False, **_LOOKS[name])
            elif name == "before":
                words = textwrap.fill(prose.no_number(result), 40)
                across = ax.get_yaxis_transform()
                ax.text(0.5, place, words, transform=across, ha="center", va="center", fontsize=8.5)
    widest = widest or reach(before, after)
    for line, style in ((0, ":"), (-SMALL, "--"), (SMALL, "--")):
        ax.axvline(line, **NULL_LINE | {"linewidth": 0.8, "linestyle": style})
    ax.set(xlim=(-widest, widest), ylim=(len(before) - 0.5, -0.5))
    ax.locator_params(axis="x", nbins=5)  # as many as a phone has room for
    for band in bands:
        dressing.draw_band(ax, *band)
    names = [textwrap.fill(name, LABEL_WIDTH) for name in before["label"]]
    ax.set_yticks(range(len(before)), names, fontsize=9)
    ax.set_xlabel(f"Standardised difference, {comparisons.minus(study)}")
    handles = [key(words, **_LOOKS[when]) for when, words in WHEN.items()]
    ax.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.4, 1.12), ncols=2)
    return ax
