"""Plots: the flow of participants, from everyone to the arms, the disease statuses and the immune panel."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from helpers.ground.endpoints import ARMS, LABELS, STATUSES
from helpers.ground.results import get, is_estimable
from helpers.plots.style import COLOURS

_CENTRES = dict(zip(ARMS, (0.25, 0.77), strict=True))
_TOPS = {"all": 0.93, "arm": 0.71, **dict(zip(STATUSES, (0.49, 0.29, 0.09), strict=True))}


def plot_flow(rows: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the participant flow.

    Parameters
    ----------
    rows : DataFrame
        The results table of the cohort chapter: its patients, centres and immune_panel counts are drawn.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
        Without frame or scale; a group without patients has a dashed box.
    """
    ax = ax or plt.subplots()[1]
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.axis("off")
    everyone, hospitals = (get(rows, f"cohort.{outcome}.count.all") for outcome in ("patients", "centres"))
    where = f", {hospitals['estimate']:.0f} centres" if is_estimable(hospitals) else ""
    _box(ax, 0.51, _TOPS["all"], f"All patients: n = {everyone['estimate']:.0f}{where}", COLOURS["all"])
    middle = (_TOPS["all"] + _TOPS["arm"]) / 2
    _line(ax, [0.51, 0.51], [_TOPS["all"], middle])
    _line(ax, list(_CENTRES.values()), [middle, middle])
    for arm in ARMS:
        _line(ax, [_CENTRES[arm]] * 2, [middle, _TOPS["arm"]])
        _draw_arm(ax, rows, arm)
    return ax


def _draw_arm(ax: Axes, rows: pd.DataFrame, arm: str) -> None:
    """Draw an arm's box, and below it a box for each disease status, joined on the left."""
    x = _CENTRES[arm]
    size = get(rows, f"cohort.patients.count.{arm}")["estimate"]
    side = x - 0.235
    _line(ax, [side, side], [_TOPS["arm"], _TOPS["mrd_negative"]])
    _line(ax, [side, x], [_TOPS["arm"]] * 2)
    _box(ax, x, _TOPS["arm"], f"{LABELS[arm]}\nn = {size:.0f}", COLOURS[arm], weight="bold")
    for status in STATUSES:
        patients = get(rows, f"cohort.patients.count.{arm}.{status}")["estimate"]
        tested = get(rows, f"cohort.immune_panel.count.{arm}.{status}")
        panel = f"\nimmune panel: {tested['events']:.0f} of {tested['n']:.0f}" if is_estimable(tested) else ""
        _line(ax, [side, x], [_TOPS[status]] * 2)
        text = f"{LABELS[status]}: n = {patients:.0f}{panel}"
        _box(ax, x, _TOPS[status], text, COLOURS[arm], line="-" if patients else ":")


def _box(ax: Axes, x: float, y: float, text: str, colour: str, *, line="-", weight="normal") -> None:
    frame = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": colour, "linestyle": line}
    ax.text(x, y, text, ha="center", va="center", weight=weight, linespacing=1.4, bbox=frame, zorder=3)


def _line(ax: Axes, x: list[float], y: list[float]) -> None:
    ax.plot(x, y, color=COLOURS["neutral"], linewidth=1.2, zorder=1)
