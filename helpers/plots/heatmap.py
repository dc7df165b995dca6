"""Plots: how much each patient changed in each population, as colour and as number."""

import textwrap

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from helpers.ground.endpoints import ARMS, LABELS, PARENTS
from helpers.plots.blank import write_reason

# Brown to green through white: safe with every common form of colour blindness, and not the arms' colours.
COLOUR_MAP = "BrBG"
MISSING = "#BBBBBB"
ROW_HEIGHT = 0.21  # inches, which a printed change needs


def plot_change_heatmaps(panel: pd.DataFrame, reason: str, *, axs: np.ndarray) -> np.ndarray:
    """Draw the changes of both arms, one below the other, on one colour scale.

    Parameters
    ----------
    panel : DataFrame
        patient_id, arm, population and change (percentage points; NaN without a pair).
    reason : str
        What an arm without any change shows instead.
    axs : ndarray of Axes, shape (2,)
        As `layout` asks for.

    Returns
    -------
    ndarray of Axes
    """
    largest = panel["change"].abs().max()
    limit = largest if largest > 0 else 1.0
    for arm, ax in zip(ARMS, axs, strict=True):
        plot_change_heatmap(_changes(panel, arm), limit, reason, ax=ax)
        ax.set_title(f"{LABELS[arm]}, n = {len(_changes(panel, arm))}")
    drawn = [ax for ax in axs if ax.collections]
    if drawn:
        bar = axs[0].figure.colorbar(
            drawn[0].collections[0], ax=list(axs), location="bottom", aspect=45, pad=0.02
        )
        bar.set_label("Change from baseline to day 28, percentage points")
    return axs


def plot_change_heatmap(changes: pd.DataFrame, limit: float, reason: str, *, ax: Axes | None = None) -> Axes:
    """Draw a table of changes, coloured around 0.

    Parameters
    ----------
    changes : DataFrame of float
        One row per patient, one column per population, percentage points.
    limit : float
        The change with the deepest colour.
    reason : str
        What the axes hold when there is no row.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
        A patient without a pair has a grey field.
    """
    ax = plt.subplots()[1] if ax is None else ax
    if changes.empty:
        return write_reason(reason, ax=ax)
    ax.set_facecolor(MISSING)
    texts = changes.map(lambda change: f"{change:+.1f}".replace("-", "\N{MINUS SIGN}"))
    sns.heatmap(
        changes,
        ax=ax,
        cmap=COLOUR_MAP,
        vmin=-limit,
        vmax=limit,
        annot=texts,
        fmt="",
        annot_kws={"fontsize": 8},
        cbar=False,
        linewidths=0.5,
        xticklabels=[_column_label(name) for name in changes],
        yticklabels=False,
    )
    ax.tick_params(axis="x", length=0, labelsize=8, rotation=0)
    ax.set(xlabel="", ylabel="patients")
    return ax


def layout(panel: pd.DataFrame) -> dict:
    """Return the arguments of `plt.subplots` that give every patient's row the same height."""
    counts = [max(len(_changes(panel, arm)), 3) for arm in ARMS]
    return {
        "nrows": len(ARMS),
        "figsize": (6.0, 2.3 + ROW_HEIGHT * sum(counts)),
        "height_ratios": counts,
    }


def _changes(panel: pd.DataFrame, arm: str) -> pd.DataFrame:
    """Return patients × populations of one arm, sorted by the first population's change."""
    known = panel[panel["arm"].eq(arm)].dropna(subset=["change"])
    by_population = {
        name: known[known["population"].eq(name)].set_index("patient_id")["change"] for name in PARENTS
    }
    return pd.DataFrame(by_population).sort_values(list(PARENTS), ascending=False)


def _column_label(population: str) -> str:
    parent = LABELS[PARENTS[population]].removesuffix(" cells")
    return textwrap.fill(LABELS[population], 13) + f"\n% of {parent}"
