"""Plots: the changes of every two populations of cells against each other, each patient a point."""

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.ground.results import is_estimable
from helpers.ground.study import Study
from helpers.plots.dressing import NULL_LINE, write_reason
from helpers.plots.style import arms_legend, look
from helpers.printing import prose

Pair = tuple[str, str]  # of populations of cells, by id


def layout(study: Study) -> dict[str, Any]:
    """Return the arguments of `plt.subplots` for the populations of cells of a study.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict
        One row and one column fewer than there are populations; one of each where there are none to pair.
    """
    number = max(len(study.cells) - 1, 1)
    return {
        "nrows": number,
        "ncols": number,
        "figsize": (4.7, max(2.8, 0.6 + 1.3 * number)),
        "squeeze": False,
    }


def plot_correlations(
    found: Mapping[Pair, pd.Series], study: Study, wide: pd.DataFrame, *, axs: np.ndarray
) -> np.ndarray:
    """Draw a lower triangle of scatter plots, one for every two populations of cells.

    Parameters
    ----------
    found : mapping of pairs of str to Series
        For every two populations, by id, the result row of their correlation; it stands above the panel.
    study : Study
        Its cells are the columns and the rows, in order.
    wide : DataFrame
        arm, and the change (percentage points) of each population, one row per patient.
    axs : ndarray of Axes
        As `layout` asks for.

    Returns
    -------
    ndarray of Axes
        Column j has population j along x, row i has population i + 1 along y.
    """
    if not found:
        write_reason("this study has no two populations of cells", ax=axs[0, 0])
        return axs
    for ax, pair in _triangle(study, axs):
        _draw_panel(ax, study, wide[["arm", *pair]].dropna(), found[pair])
    legend = axs[0, -1].legend(handles=arms_legend(study), loc="upper right", fontsize=9)
    legend.set_in_layout(False)  # it spreads over the empty half, and must not push the panels apart
    return axs


def plot_densities(
    found: Mapping[Pair, pd.Series],
    study: Study,
    fields: Mapping[Pair, tuple[np.ndarray, np.ndarray, np.ndarray]],
    *,
    axs: np.ndarray,
) -> np.ndarray:
    """Draw a lower triangle of densities, in the stead of the scatter plots of `plot_correlations`.

    Parameters
    ----------
    found, study
        As there.
    fields : mapping of pairs of str to tuple of three ndarray
        For two populations, by id, the edges of fields across and up, and the patients in each field (rows
        from the bottom up, NaN where it stays empty); at least one.
    axs : ndarray of Axes
        As `layout` asks for.

    Returns
    -------
    ndarray of Axes
        On one scale of grey, of patients; a pair without fields says so.
    """
    looks = {"cmap": "Greys", "vmin": 0, "vmax": max(np.nanmax(counts) for *_, counts in fields.values())}
    for ax, pair in _triangle(study, axs):
        if pair in fields:
            across, up, counts = fields[pair]
            mesh = ax.pcolormesh(across, up, counts, **looks)
            _draw_zero(ax)
        else:
            _write_reason("too few patients", ax)
        _write_correlation(ax, found[pair])
    place = {"ax": list(axs.flat), "location": "bottom", "aspect": 45, "pad": 0.02}
    axs[0, 0].figure.colorbar(mesh, **place).set_label("Patients in a field")
    return axs


def _triangle(study: Study, axs: np.ndarray) -> Iterator[tuple[Axes, Pair]]:
    """Go through the panels of the lower triangle, each with its two populations, and name the outer ones."""
    last = len(axs) - 1
    axs[0, 0].figure.suptitle("Changes, percentage points", x=0.01, ha="left", fontsize=9.5)
    for (i, j), ax in np.ndenumerate(axs):
        if j > i:
            ax.set_axis_off()
            continue
        across, up = study.cells[j], study.cells[i + 1]
        yield ax, (across.id, up.id)
        if i == last:
            ax.set_xlabel(textwrap.fill(across.label, 12), fontsize=8.5)
        if j == 0:
            ax.set_ylabel(textwrap.fill(up.label, 12), fontsize=8.5)


def _draw_panel(ax: Axes, study: Study, points: pd.DataFrame, rho: pd.Series) -> None:
    if points.empty:
        _write_reason(prose.no_number(rho), ax)
        return
    _draw_zero(ax)
    for arm in study.arm_ids:
        x, y = points.loc[points["arm"].eq(arm)].iloc[:, 1:].to_numpy(float).T
        colour, marker, _ = look(study)[arm]
        ax.scatter(x, y, color=colour, marker=marker, alpha=0.7, s=16, linewidths=0)
    _write_correlation(ax, rho)


def _write_reason(reason: str, ax: Axes) -> None:
    write_reason(reason, ax=ax)
    for text in ax.texts:
        text.set_in_layout(False)  # it is wider than a panel, and must not take the others' room


def _draw_zero(ax: Axes) -> None:
    for line in (ax.axhline, ax.axvline):
        line(0, **NULL_LINE | {"linewidth": 0.8})


def _write_correlation(ax: Axes, rho: pd.Series) -> None:
    ax.tick_params(labelsize=8.5)
    found = f"r = {prose.number(rho)}\n{_ends(rho)}" if is_estimable(rho) else "r not estimable"
    ax.set_title(found.strip(), fontsize=8.5)


def _ends(rho: pd.Series) -> str:
    """Print the interval of a correlation without the words for it, which the caption says."""
    ends = rho[["ci_low", "ci_high"]]
    if ends.isna().any():
        return ""
    low, high = (prose.fixed(end, 2).replace("-", "\N{MINUS SIGN}") for end in ends)
    return f"{low} to {high}"
