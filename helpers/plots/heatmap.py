"""Plots: how much each patient changed in each population, as colour and as number."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from helpers.ground.results import pick
from helpers.ground.study import Study
from helpers.ground.study_parts import Cell, inside
from helpers.plots.dressing import write_reason
from helpers.printing import prose

# Brown to green through white: safe with every common form of colour blindness, and not the arms' colours.
COLOUR_MAP = "BrBG"
MISSING = "#BBBBBB"
NAME_WIDTH = 11  # letters in a line under a column
ROW_HEIGHT = 0.21  # inches, which a printed change needs


def plot_change_heatmaps(
    rows: pd.DataFrame, study: Study, panel: pd.DataFrame, *, axs: np.ndarray
) -> np.ndarray:
    """Draw the changes of both arms, one below the other, on one colour scale.

    Parameters
    ----------
    rows : DataFrame
        Rows of the results table, a change for each population of cells and arm: the reason of an arm
        without any change.
    study : Study
    panel : DataFrame
        patient_id, arm, population and change (percentage points; NaN without a pair).
    axs : ndarray of Axes, shape (2,)
        As `layout` asks for.

    Returns
    -------
    ndarray of Axes
    """
    largest = panel["change"].abs().max()
    limit = largest if largest > 0 else 1.0
    for arm, ax in zip(study.arms, axs, strict=True):
        changes, of_arm = _changes(panel, study, arm.id), pick(rows, group=arm.id)
        reason = prose.no_number(of_arm.iloc[0]) if len(of_arm) else "this study has no population of cells"
        _draw_heatmap(changes, study.cells, limit, reason, ax)
        ax.set_title(f"{arm.label}, n = {len(changes)}")
    drawn = [ax for ax in axs if ax.collections]
    if drawn:
        place = {"ax": list(axs), "location": "bottom", "aspect": 45, "pad": 0.02}
        bar = axs[0].figure.colorbar(drawn[0].collections[0], **place)
        between = " to ".join(inside(visit.label) for visit in study.ends)
        bar.set_label(f"Change from {between}, percentage points")
    return axs


def layout(panel: pd.DataFrame, study: Study) -> dict[str, Any]:
    """Return the arguments of `plt.subplots` that give every patient's row the same height.

    Parameters
    ----------
    panel : DataFrame
        As `plot_change_heatmaps` takes it.
    study : Study

    Returns
    -------
    dict
    """
    counts = [max(len(_changes(panel, study, arm)), 3) for arm in study.arm_ids]
    size = (4.7, 2.7 + ROW_HEIGHT * sum(counts))
    return {"nrows": len(counts), "figsize": size, "height_ratios": counts}


def _draw_heatmap(
    changes: pd.DataFrame, cells: tuple[Cell, ...], limit: float, reason: str, ax: Axes
) -> None:
    """Draw patients by populations, coloured around 0; a patient without a pair has a grey field."""
    if changes.empty:
        write_reason(reason, ax=ax)
        return
    ax.set_facecolor(MISSING)
    digits = 0 if (changes.mod(1).eq(0) | changes.isna()).all(axis=None) else 1
    texts = changes.map(
        lambda change: f"{change:+.{digits}f}".replace("-", "\N{MINUS SIGN}") if change else "0"
    )
    colours = {"cmap": COLOUR_MAP, "vmin": -limit, "vmax": limit, "cbar": False, "linewidths": 0.5}
    written = {"annot": texts, "fmt": "", "annot_kws": {"fontsize": 8.5}, "yticklabels": False}
    names = [_column_label(cell) for cell in cells]
    sns.heatmap(changes, ax=ax, xticklabels=names, **colours, **written)
    ax.tick_params(axis="x", length=0, labelsize=8.5, rotation=0)
    ax.set(xlabel="", ylabel="patients")


def _changes(panel: pd.DataFrame, study: Study, arm: str) -> pd.DataFrame:
    """Return patients × populations of one arm, sorted by the first population's change."""
    known = panel[panel["arm"].eq(arm)].dropna(subset=["change"])
    columns = [cell.id for cell in study.cells]
    by_cell = known.pivot_table("change", "patient_id", "population").reindex(columns=columns)
    return by_cell.sort_values(columns, ascending=False)


def _column_label(cell: Cell) -> str:
    parent = f"% of {cell.parent_label.removesuffix(' cells')}"
    return f"{textwrap.fill(cell.label, NAME_WIDTH)}\n{textwrap.fill(parent, NAME_WIDTH)}"
