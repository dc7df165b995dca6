"""Plots: the course of every patient as one bar, arm by arm."""

import itertools
import re
from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.markers import CARETRIGHTBASE, MarkerStyle
from matplotlib.patches import Patch

from helpers.ground.endpoints import MILESTONES
from helpers.ground.study import Study
from helpers.plots.style import COLOURS, look
from helpers.printing.live import Live

_ALPHAS = (0.75, 0.45, 0.2)  # of the disease statuses, in their order
_UNKNOWN = ""  # the status of a patient of whom none is recorded
# Shape and fill differ, so that the events can be told apart without colour.
_MARKS: dict[str, dict[str, Any]] = {
    "transplant": {"marker": "^", "facecolor": "white", "edgecolor": "black", "s": 34},
    "relapse": {"marker": "D", "facecolor": "black", "edgecolor": "white", "s": 30},
    "death": {"marker": "X", "facecolor": "black", "edgecolor": "white", "s": 52},
    "alive": {"marker": CARETRIGHTBASE, "color": COLOURS["all"], "s": 40},
}
_ROW_INCHES = 0.16
_HEADER_ROWS = 2


def height(courses: pd.DataFrame, study: Study) -> float:
    """Say how high a figure has to be.

    Parameters
    ----------
    courses : DataFrame
        As in `plot_swimmer`.
    study : Study

    Returns
    -------
    float
        The height in inches at which the bars of so many courses stay legible.
    """
    return 1.6 + _ROW_INCHES * (len(courses) + _HEADER_ROWS * len(study.arms))


def plot_swimmer(courses: pd.DataFrame, study: Study, *, ax: Axes | None = None) -> Axes:
    """Draw one bar a patient, from time zero to death or last contact.

    Parameters
    ----------
    courses : DataFrame
        One row per patient: ``arm``, ``status`` (the id of a population, or empty), ``months``, and the
        months of `MILESTONES` (missing where there was none), longest first within an arm.
    study : Study
    ax : Axes, optional
        Where to draw; a new figure of `height` without it.

    Returns
    -------
    Axes
        Months along the x-axis; colour and heading give the arm, shade and letter the disease status.
    """
    ax = ax or plt.subplots(figsize=(4.7, height(courses, study)))[1]
    end = 0
    ticks: dict[int, str] = {}
    for arm in study.arms:
        mine, colour = courses[courses["arm"] == arm.id], look(study)[arm.id].colour
        heading = f"{arm.label} (n = {len(mine)})"
        ax.text(0, end + 1.1, heading, color=colour, weight="bold", va="center")
        positions = pd.Series(range(len(mine)), index=mine.index) + end + _HEADER_ROWS
        _draw_bars(ax, mine, study, positions, colour)
        ticks |= dict(zip(positions, mine["status"].map(_letters(study)).fillna(""), strict=True))
        end += _HEADER_ROWS + len(mine)
    ax.set_yticks(list(ticks), list(ticks.values()), fontsize=8.5)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")
    ax.set(ylim=(end, 0), xlabel=f"Months since {study.time_zero}")
    ax.set_xlim(left=0)
    ax.figure.legend(
        handles=_legend(ax, study, courses), loc="outside upper left", ncols=2, handletextpad=0.6
    )
    return ax


def others(ax: Axes, study: Study, own: pd.DataFrame, cohorts: Mapping[str, pd.DataFrame]) -> Live | None:
    """Let a figure of courses show other cohorts in place of its own, on axes that hold the longest of all.

    Parameters
    ----------
    ax : Axes
        As `plot_swimmer` drew it; made longer where another cohort was followed for longer.
    study : Study
    own : DataFrame
        The courses that are drawn.
    cohorts : mapping of str to DataFrame
        By name the courses of each other cohort. Its arms are as large as the own ones, so that every bar has
        its place.

    Returns
    -------
    Live or None
        None where there is no other cohort.

    Raises
    ------
    ValueError
        If an arm of another cohort is of another size.
    """
    if not cohorts:
        return None
    if any(not _sizes(each, study) == _sizes(own, study) for each in cohorts.values()):
        raise ValueError("cohorts of other sizes have no place in this figure")
    ax.set_xlim(right=max(ax.get_xlim()[1], 1.02 * max(each["months"].max() for each in cohorts.values())))
    looks = list(itertools.product(study.arm_ids, study.statuses))
    letters, alphas = _letters(study), _alphas(study)
    said = {
        "names": list(cohorts),
        "bars": [_bars(each, study, looks) for each in cohorts.values()],
        "looks": [
            {"fill": look(study)[arm].colour, "opacity": alphas[status], "letter": letters[status]}
            for arm, status in looks
        ],
        "marks": [_shape(**mark) for mark in _MARKS.values()],
        "limits": [ax.get_xlim()[1], ax.get_ylim()[0]],
        "ticks": [tick for tick in ax.get_xticks().tolist() if 0 <= tick <= ax.get_xlim()[1]],
    }
    return Live({"cohorts": said}, [ax])


def _sizes(courses: pd.DataFrame, study: Study) -> list[int]:
    return [int((courses["arm"] == arm).sum()) for arm in study.arm_ids]


def _bars(courses: pd.DataFrame, study: Study, looks: list[tuple[str, str]]) -> list[list[float | None]]:
    """Give for each bar its place, its look and its months: of its end, and of each event or None."""
    found, end = [], 0
    for arm in study.arm_ids:
        mine = courses[courses["arm"] == arm]
        for place, (_, course) in enumerate(mine.iterrows(), start=end + _HEADER_ROWS):
            months = [course[name] for name in ("months", *_MARKS)]
            rounded = [None if pd.isna(month) else round(float(month), 2) for month in months]
            found.append([place, looks.index((arm, course["status"])), *rounded])
        end += _HEADER_ROWS + len(mine)
    return found


def _shape(
    marker: Any, s: float, color: str = "", facecolor: str = "", edgecolor: str = ""
) -> dict[str, str]:
    """Give the outline of a mark as a path around its place, in points, and its colours."""
    style = MarkerStyle(marker)
    path = style.get_path().transformed(style.get_transform())
    corners = np.asarray(path.vertices)[: -1 if style.is_filled() else None] * np.sqrt(s) * [1, -1]
    outline = "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in corners) + "Z" * style.is_filled()
    return {"d": outline, "fill": color or facecolor, "stroke": color or edgecolor}


def _letters(study: Study) -> dict[str, str]:
    """Give each disease status a letter: that of the last word of its label, or its place in the alphabet."""
    words = [re.findall(r"\w+", study.label(status))[-1] for status in study.statuses]
    letters = [word[0].upper() for word in words]
    distinct = len(set(letters)) == len(letters)
    return dict(zip(study.statuses, letters if distinct else "ABCDEFGH", strict=False))


def _alphas(study: Study) -> dict[str, float]:
    return dict(zip(study.statuses, itertools.cycle(_ALPHAS), strict=False))


def _draw_bars(ax: Axes, courses: pd.DataFrame, study: Study, positions: pd.Series, colour: str) -> None:
    for status, alpha in (_alphas(study) | {_UNKNOWN: _ALPHAS[1]}).items():
        mine = courses[courses["status"] == status]
        looks: dict[str, Any] = {"color": colour, "alpha": alpha, "edgecolor": colour}
        ax.barh(positions[mine.index], mine["months"], height=0.78, **looks)
    for event, mark in _MARKS.items():
        happened = courses[event].dropna()
        ax.scatter(happened, positions[happened.index], **mark, linewidth=0.8, zorder=3, clip_on=False)


def _legend(ax: Axes, study: Study, courses: pd.DataFrame) -> list[Artist]:
    """Return a handle for every event that anyone had and, in grey, for the shade of every disease status."""
    events = [
        ax.scatter([], [], **mark, linewidth=0.8, label=MILESTONES[event])
        for event, mark in _MARKS.items()
        if courses[event].notna().any()
    ]
    letters = _letters(study)
    statuses = [
        Patch(facecolor=COLOURS["all"], alpha=alpha, label=f"{letters[status]}: {study.label(status)}")
        for status, alpha in _alphas(study).items()
    ]
    heading = [Patch(alpha=0, label="Disease status at entry")] if statuses else []
    return [*heading, *statuses, *events]
