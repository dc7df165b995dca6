"""Plots: a forest plot, in which every line is a row of the results table."""

import textwrap
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.ground.results import NULLS, RATIO, is_estimable
from helpers.ground.standing import is_open, reading
from helpers.ground.study import CONTRAST, EVERYBODY, Study
from helpers.plots import dressing
from helpers.plots.style import Look, look
from helpers.printing import prose
from helpers.printing.marks import UNDER

RATIOS = {"odds_ratio": "Odds ratio", "hazard_ratio": "Hazard ratio", "ratio": "Ratio"}
DIFFERENCES = {
    "fraction": "Difference, percentage points",
    "percent_points": "Difference, percentage points",
    "months": "Difference, months",
}
EDGE = 0.04  # of one hundred points, beyond the outermost tick
WIDEST_FACTOR = 100  # an interval that runs further from its estimate than this ends in an arrow
REASON_WIDTH = 16  # letters
TITLE_WIDTH = 34  # letters over a part
LABEL_WIDTH = 30  # letters, so that the axis keeps its room on a phone
LINE = 0.17  # inches of a label's line
Limits = tuple[float, float]  # of the x-axis


def plot_forest(rows: pd.DataFrame, study: Study, *, ax: Axes | None = None) -> Axes:
    """Draw result rows with their intervals against the line of no difference.

    Parameters
    ----------
    rows : DataFrame
        Rows of the results table in one unit, the first on top. ``label`` is printed at the left, on as many
        lines as it needs (it may hold a line break), the estimate and interval at the right. A row that is
        not estimable shows its reason; one that follows from what is printed is hollow, of an open one the
        range is a band.
    study : Study
        Names the arms at the axis, where the rows compare them.
    ax : Axes, optional
        Without it a new figure, high enough for the rows.

    Returns
    -------
    Axes
        Ratios on a log axis with the null line at 1, differences on a linear axis with the null line at 0.
        An end that is infinite, missing or far outside the axis is an arrow.

    Raises
    ------
    ValueError
        If there is no row, the rows have several units, or compare nothing.
    """
    limits = _limits(rows)
    size = (4.7, 0.9 + max(0.45, _label_inches(rows)) * len(rows))
    return _draw(ax or plt.subplots(figsize=size)[1], rows, study, limits)


def _read_as_one(title: str, rows: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """Let the title say it once where each of its rows rests on a reading; break it where it is long."""
    title = dressing.wrapped(title, TITLE_WIDTH)
    if not len(rows) or not rows.apply(reading, axis=1).all():
        return title, rows
    return f"{title} ({UNDER})" if "\n" not in title else f"{title}\n({UNDER})", rows.assign(reading="")


def _labels(rows: pd.DataFrame) -> list[str]:
    """Break the labels into lines; one that rests on a reading says so."""
    told = [f"{row['label']}\n{UNDER}" if reading(row) else row["label"] for _, row in rows.iterrows()]
    return [dressing.wrapped(label, LABEL_WIDTH) for label in told]


def _label_inches(rows: pd.DataFrame) -> float:
    """Give the height of the longest label."""
    return LINE * max((len(label.splitlines()) for label in _labels(rows)), default=0)


def _limits(rows: pd.DataFrame) -> Limits:
    """Give the ends of the axis that rows of one unit need."""
    if len(set(rows["unit"])) != 1:
        raise ValueError("a forest plot needs rows of exactly one unit")
    if not set(rows["kind"]) <= NULLS.keys():
        raise ValueError("a forest plot needs rows that compare: ratios or differences")
    unit = rows["unit"].iloc[0]
    return _ratio_limits(rows) if unit in RATIOS else _difference_limits(rows, unit)


def _draw(ax: Axes, rows: pd.DataFrame, study: Study, limits: Limits) -> Axes:
    _draw_axis(ax, rows, study, limits)
    for place, (_, result) in enumerate(rows.iterrows()):
        if is_open(result):
            dressing.draw_band(ax, place, result, look(study)[EVERYBODY].colour)
            dressing.write_beside(ax, place, dressing.estimate_lines(result))
        elif is_estimable(result):
            _draw_estimate(ax, place, result, limits, look(study)[EVERYBODY])
        else:
            _draw_reason(ax, place, result)
    return ax


def plot_forests(parts: dict[str, pd.DataFrame], study: Study, *, inches: float = 0.6) -> np.ndarray:
    """Draw forest plots of one unit below each other, on one axis.

    Parameters
    ----------
    parts : dict of DataFrame
        By title the rows, as in `plot_forest`.
    study : Study
    inches : float
        Height of a row, or more where a label needs it.

    Returns
    -------
    ndarray of Axes
        Of a new figure, one for each part.
    """
    parts = dict(_read_as_one(title, rows) for title, rows in parts.items())
    heights = [len(rows) for rows in parts.values()]
    inches = max([inches, *map(_label_inches, parts.values())])
    size = (4.7, 1.4 + inches * sum(heights))
    _, axs = plt.subplots(len(parts), figsize=size, height_ratios=heights, sharex=True, squeeze=False)
    limits = _limits(pd.concat(parts.values()))
    for ax, (title, rows) in zip(axs[:, 0], parts.items(), strict=True):
        _draw(ax, rows, study, limits)
        ax.set_title(title, pad=10)  # clear of the axis above
        ax.label_outer()
    return axs[:, 0]


def _drawable(rows: pd.DataFrame, columns: list[str], positive: bool) -> np.ndarray:
    known = [name for name in (*columns, "range_low", "range_high") if name in rows]
    values = rows[known].to_numpy(float).ravel()
    return values[np.isfinite(values) & ((values > 0) | (not positive))]


def _ratio_limits(rows: pd.DataFrame) -> Limits:
    estimates = np.append(_drawable(rows, ["estimate"], positive=True), 1.0)
    values = np.append(_drawable(rows, ["estimate", "ci_low", "ci_high"], positive=True), 1.0)
    low = min(0.5, max(values.min(), estimates.min() / WIDEST_FACTOR))
    high = max(2.0, min(values.max(), estimates.max() * WIDEST_FACTOR))
    return low / 1.15, high * 1.15


def _difference_limits(rows: pd.DataFrame, unit: str) -> Limits:
    values = np.append(_drawable(rows, ["estimate", "ci_low", "ci_high"], positive=False), 0.0)
    if unit == "fraction":
        # To the next half of one hundred points on either side; what is not to be drawn takes no room.
        low, high = np.floor(2 * min(values.min(), -EDGE)) / 2, np.ceil(2 * max(values.max(), EDGE)) / 2
        return low - EDGE, high + EDGE
    margin = 0.08 * (np.ptp(values) or 1.0)
    return values.min() - margin, values.max() + margin


def _draw_axis(ax: Axes, rows: pd.DataFrame, study: Study, limits: Limits) -> None:
    unit, kind = rows["unit"].iloc[0], rows["kind"].iloc[0]
    if kind == RATIO:
        dressing.log_ticks(ax, _ratio_ticks(*limits))
        name = f"{RATIOS[unit]} (log scale)"
    else:
        name = DIFFERENCES.get(unit, "Difference")
        if unit == "fraction":
            low, high = limits[0] + EDGE, limits[1] - EDGE
            step = 0.5 if high - low < 2 else 1.0  # the axis is narrow on a phone
            ax.set_xticks(*dressing.point_labels(np.arange(np.ceil(low / step) * step, high + EDGE, step)))
    if rows["group"].eq(CONTRAST).all():
        lower, higher = ("lower hazard", "higher hazard") if unit == "hazard_ratio" else ("lower", "higher")
        side = f"{higher} {study.arms[0].named}"
        name = f"{name}\n\N{LEFTWARDS ARROW} {lower} | {side} \N{RIGHTWARDS ARROW}"
    ax.set_xlabel(name)
    ax.set_xlim(limits)
    ax.axvline(NULLS[kind], **dressing.NULL_LINE)
    dressing.name_rows(ax, _labels(rows), fontsize=9)
    ax.spines["left"].set_visible(False)


def _ratio_ticks(low: float, high: float) -> list[float]:
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    steps = (1, 2, 5) if len(decades) <= 3 else (1,)
    ticks = [step * 10.0**decade for decade in decades for step in steps]
    return [tick for tick in ticks if low <= tick <= high]


def _draw_estimate(ax: Axes, place: int, result: pd.Series, limits: Limits, of_all: Look) -> None:
    colour = of_all.colour
    ends = [result["ci_low"], result["ci_high"]]
    if not np.isnan(ends).all():
        # A missing end is unbounded, as in helpers.printing.comparisons.clarity.
        ends = np.where(np.isnan(ends), [-np.inf, np.inf], ends)
        inside = np.clip(ends, *limits)
        ax.plot(inside, [place, place], color=colour, linewidth=1.6, solid_capstyle="butt")
        for end, drawn, arrow in zip(ends, inside, "<>", strict=True):
            if end != drawn:
                ax.plot(drawn, place, arrow, color=colour, markersize=7, clip_on=False)
    face = dressing.face(result, colour)
    ax.plot(np.clip(result["estimate"], *limits), place, of_all.marker, markersize=6, **face)
    dressing.write_beside(ax, place, dressing.estimate_lines(result))


def _draw_reason(ax: Axes, place: int, result: pd.Series) -> None:
    words = textwrap.fill(prose.no_number(result), REASON_WIDTH)
    looks: dict[str, Any] = {"style": "italic", "color": dressing.MUTED, "bbox": dressing.PAPER | {"pad": 1}}
    across = ax.get_yaxis_transform()
    ax.text(0.5, place, words, transform=across, ha="center", va="center", fontsize=9, **looks)
