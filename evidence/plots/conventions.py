"""Plots: P values of the same comparisons under several conventions, against the usual level."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from evidence.forensics.abstract import ALPHA
from helpers.plots.dressing import log_ticks, name_rows, write_reason
from helpers.plots.style import COLOURS

LABEL_WIDTH = 36  # letters
SMALLEST = 0.0001  # a smaller P value is drawn here
# The look of each kind of convention in turn; the first is the one in use.
_LOOKS: list[dict[str, Any]] = [
    {"marker": "|", "color": COLOURS["all"], "markersize": 15, "markeredgewidth": 3},
    {"marker": "o", "color": COLOURS["first"], "fillstyle": "none"},
    {"marker": "x", "color": COLOURS["second"]},
    {"marker": "s", "color": COLOURS["yes"], "fillstyle": "none"},
    {"marker": "^", "color": COLOURS["no"], "fillstyle": "none"},
]


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
    name_rows(ax, claims["label"], width=LABEL_WIDTH, fontsize=8)
    ax.grid(axis="y")
    ax.set_ylim(len(lines) - 0.4, -0.6)
    ax.set_xlabel("P value (log scale)")
    ax.figure.legend(loc="outside upper left", ncols=2, fontsize=8.5)
    return ax
