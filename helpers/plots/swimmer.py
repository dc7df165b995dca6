"""Plots: the course of every patient as one bar, arm by arm."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.markers import CARETRIGHTBASE

from helpers.ground.endpoints import ARMS, LABELS
from helpers.plots.style import COLOURS

STATUS_LETTERS = {"relapsed_refractory": "R", "mrd_positive": "P", "mrd_negative": "N"}
_STATUS_ALPHA = {"relapsed_refractory": 0.75, "mrd_positive": 0.45, "mrd_negative": 0.2}
# Shape and fill differ, so that the events can be told apart without colour.
EVENTS = {
    "transplant": {"marker": "^", "facecolor": "white", "edgecolor": "black", "s": 34},
    "relapse": {"marker": "D", "facecolor": "black", "edgecolor": "white", "s": 30},
    "death": {"marker": "X", "facecolor": "black", "edgecolor": "white", "s": 52},
    "alive": {"marker": CARETRIGHTBASE, "color": COLOURS["all"], "s": 40},
}
EVENT_LABELS = {
    "transplant": "Transplant",
    "relapse": "Relapse",
    "death": "Death",
    "alive": "Alive at last contact",
}
_ROW_INCHES = 0.16
_HEADER_ROWS = 2


def height(courses: pd.DataFrame) -> float:
    """Return the height in inches at which the bars of so many courses stay legible."""
    return 1.6 + _ROW_INCHES * (len(courses) + _HEADER_ROWS * len(ARMS))


def plot_swimmer(courses: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw one bar a patient, from the first day of blinatumomab to death or last contact.

    Parameters
    ----------
    courses : DataFrame
        One row per patient: ``arm``, ``disease_status``, ``months``, and the months of ``transplant``,
        ``relapse``, ``death`` and ``alive`` (missing where there was none), longest first within an arm.
    ax : Axes, optional
        Where to draw; a new figure of `height` without it.

    Returns
    -------
    Axes
        Months along the x-axis; colour and heading give the arm, shade and letter the disease status.
    """
    ax = ax or plt.subplots(figsize=(6, height(courses)))[1]
    end, ticks = 0, {}
    for arm in ARMS:
        mine = courses[courses["arm"] == arm]
        heading = f"{LABELS[arm]} (n = {len(mine)})"
        ax.text(0, end + 1.1, heading, color=COLOURS[arm], weight="bold", va="center")
        positions = pd.Series(range(len(mine)), index=mine.index) + end + _HEADER_ROWS
        _draw_bars(ax, mine, positions, COLOURS[arm])
        ticks |= dict(zip(positions, mine["disease_status"].map(STATUS_LETTERS), strict=True))
        end += _HEADER_ROWS + len(mine)
    ax.set_yticks(list(ticks), list(ticks.values()), fontsize=8.5)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")
    ax.set(ylim=(end, 0), xlabel="Months since the first day of blinatumomab")
    ax.set_xlim(left=0)
    ax.figure.legend(handles=_legend(ax), loc="outside upper left", ncols=2, handletextpad=0.6)
    return ax


def _draw_bars(ax: Axes, courses: pd.DataFrame, positions: pd.Series, colour: str) -> None:
    for status, alpha in _STATUS_ALPHA.items():
        mine = courses[courses["disease_status"] == status]
        ax.barh(
            positions[mine.index], mine["months"], height=0.78, color=colour, alpha=alpha, edgecolor=colour
        )
    for event, look in EVENTS.items():
        happened = courses[event].dropna()
        ax.scatter(happened, positions[happened.index], **look, linewidth=0.8, zorder=3, clip_on=False)


def _legend(ax: Axes) -> list:
    """Return a handle for every event and, in grey, for the shade and letter of every disease status."""
    events = [
        ax.scatter([], [], **look, linewidth=0.8, label=EVENT_LABELS[event]) for event, look in EVENTS.items()
    ]
    grey = COLOURS["all"]
    statuses = [
        plt.Rectangle(
            (0, 0), 1, 1, facecolor=grey, alpha=alpha, label=f"{STATUS_LETTERS[status]}: {LABELS[status]}"
        )
        for status, alpha in _STATUS_ALPHA.items()
    ]
    heading = plt.Rectangle((0, 0), 1, 1, alpha=0, label="Disease status at entry")
    return [heading, *statuses, *events]
