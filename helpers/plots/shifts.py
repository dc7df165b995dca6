"""Plots: each patient's change, and the shift with its interval that summarises them."""

import textwrap

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from helpers.ground.results import is_estimable
from helpers.ground.study import EVERYBODY, Study
from helpers.ground.study_parts import inside
from helpers.plots import dressing
from helpers.plots.style import COLOURS, look
from helpers.printing import prose

REASON_WIDTH = 24  # letters
BELOW = 0.24  # of a line's height, from the patients down to their shift


def plot_shifts(
    rows: pd.DataFrame, study: Study, panel: pd.DataFrame, *, bars: bool = False, ax: Axes | None = None
) -> Axes:
    """Draw the changes of a population in an arm, and below them the Hodges-Lehmann shift.

    Parameters
    ----------
    rows : DataFrame
        Rows of the results table, one a line from the top down: the shift of a population of cells (their
        outcome) in an arm (their group). Estimate and interval are printed at the right.
    study : Study
    panel : DataFrame
        arm, population and change (percentage points, NaN without both samples), one row per patient and
        population; or two, the quartiles.
    bars : bool
        The panel holds quartiles, and bars are drawn in the stead of patients.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
        A line that is not estimable shows its reason.
    """
    ax = plt.subplots(figsize=(4.7, 0.9 + 0.6 * len(rows)))[1] if ax is None else ax
    if rows.empty:
        return dressing.write_reason("this study has no population of cells", ax=ax)
    ax.axvline(0, **dressing.NULL_LINE)
    looks = look(study)
    for place, (_, shift) in enumerate(rows.iterrows()):
        if not is_estimable(shift):
            dressing.write_beside(ax, place, textwrap.fill(prose.no_number(shift), REASON_WIDTH))
            continue
        chosen = panel["population"].eq(shift["outcome"]) & panel["arm"].eq(shift["group"])
        changes = panel.loc[chosen, "change"].dropna()
        colour, marker, _ = looks[shift["group"]]
        if bars:
            dressing.draw_quartiles(ax, changes, place - BELOW / 2, color=colour)
        else:
            looks_of_arm = {"marker": marker, "color": colour, "alpha": 0.55, "s": 22}
            dressing.draw_points(ax, changes, place - BELOW / 2, **looks_of_arm)
        _draw_shift(ax, place + BELOW, shift, looks[EVERYBODY].marker)
        dressing.write_beside(ax, place, dressing.estimate_lines(shift))
    labels = [f"{study.label(row.outcome)}\n{study.arm(row.group).short}" for row in rows.itertuples()]
    dressing.name_rows(ax, labels, fontsize=9)
    ax.spines["left"].set_visible(False)
    between = " to ".join(inside(visit.label) for visit in study.ends)
    if bars:
        ax.margins(x=0.05)
    drawn = "bars: lower to upper quartile" if bars else "points: patients"
    ax.set_xlabel(f"Change from {between}, percentage points\n({drawn}; diamond: shift)")
    return ax


def _draw_shift(ax: Axes, height: float, shift: pd.Series, marker: str) -> None:
    colour = COLOURS["all"]
    if prose.interval(shift):
        ax.plot([shift["ci_low"], shift["ci_high"]], [height, height], linewidth=1.8, color=colour, zorder=3)
    ax.plot(shift["estimate"], height, marker, markersize=6, color=colour, zorder=3)
