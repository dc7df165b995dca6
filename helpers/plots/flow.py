"""Plots: the flow of participants, from everyone to the arms, the disease statuses and the immune panel."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.ground.results import is_estimable, pick
from helpers.ground.study import EVERYBODY, Study
from helpers.plots.style import COLOURS, look
from helpers.printing import prose

_MIDDLES = (0.265, 0.78)  # of the arms' columns
_SIDE = 0.26  # from there to the line on the left, which joins an arm's boxes
_TOP, _ARM_TOP, _STATUS_TOPS = 0.93, 0.71, (0.49, 0.09)


NOBODY = "n = 0"


def plot_flow(
    sizes: pd.DataFrame, study: Study, panel: pd.DataFrame, centres: pd.Series, *, ax: Axes | None = None
) -> Axes:
    """Draw the participant flow.

    Parameters
    ----------
    sizes : DataFrame
        Result rows that count the patients by group and stratum.
    study : Study
    panel : DataFrame
        The same of those in the immune panel.
    centres : Series
        The result row that counts the centres.
    ax : Axes, optional
        Where to draw; a new figure of `SIZE` without it.

    Returns
    -------
    Axes
        Without frame or scale; a group without patients has a dashed box.
    """
    ax = ax or plt.subplots()[1]
    ax.set(xlim=(0, 1), ylim=(0 if study.statuses else _ARM_TOP - 0.1, 1))
    ax.axis("off")
    where = f", {prose.number(centres)} centres" if is_estimable(centres) else ""
    text = f"{study.label(EVERYBODY)}: {_counted(sizes, EVERYBODY)}{where}"
    _box(ax, 0.51, _TOP, text, COLOURS["all"])
    middle = (_TOP + _ARM_TOP) / 2
    _line(ax, [0.51, 0.51], [_TOP, middle])
    _line(ax, list(_MIDDLES), [middle, middle])
    for x, arm in zip(_MIDDLES, study.arm_ids, strict=True):
        _line(ax, [x, x], [middle, _ARM_TOP])
        _draw_arm(ax, x, arm, study, sizes, panel)
    return ax


def _draw_arm(ax: Axes, x: float, arm: str, study: Study, sizes: pd.DataFrame, panel: pd.DataFrame) -> None:
    """Draw an arm's box, and below it a box for each disease status, joined on the left."""
    colour, side = look(study)[arm].colour, x - _SIDE
    tops = np.linspace(*_STATUS_TOPS, len(study.statuses))
    if study.statuses:
        _line(ax, [side, side], [_ARM_TOP, tops.min()])
        _line(ax, [side, x], [_ARM_TOP, _ARM_TOP])
    _box(ax, x, _ARM_TOP, f"{study.label(arm)}\n{_counted(sizes, arm)}", colour, weight="bold")
    for top, status in zip(tops, study.statuses, strict=True):
        tested = pick(panel, group=arm, stratum=status).iloc[0]
        note = f"\nimmune panel: {prose.count(tested)}" if is_estimable(tested) else ""
        _line(ax, [side, x], [top, top])
        patients = _counted(sizes, arm, status)
        _box(
            ax,
            x,
            top,
            f"{study.label(status)}: {patients}{note}",
            colour,
            line=":" if patients == NOBODY else "-",
        )


def _counted(sizes: pd.DataFrame, group: str, stratum: str = EVERYBODY) -> str:
    """Print how many there are; of a group that may not be told, that it is not."""
    estimate = pick(sizes, group=group, stratum=stratum)["estimate"].item()
    return "n not told" if pd.isna(estimate) else f"n = {estimate:.0f}"


def _box(
    ax: Axes, x: float, y: float, text: str, colour: str, *, line: str = "-", weight: str = "normal"
) -> None:
    frame = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": colour, "linestyle": line}
    looks: dict[str, Any] = {
        "ha": "center",
        "va": "center",
        "weight": weight,
        "fontsize": 9,
        "linespacing": 1.4,
    }
    ax.text(x, y, text, bbox=frame, zorder=3, **looks)


def _line(ax: Axes, x: list[float], y: list[float]) -> None:
    ax.plot(x, y, color=COLOURS["neutral"], linewidth=1.2, zorder=1)
