"""Plots: survival and cumulative incidence curves, their fans, the numbers at risk under them, and bounds."""

import textwrap
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.ticker import MultipleLocator, PercentFormatter

from helpers.ground.endpoints import TICK_STEPS, tick_step
from helpers.ground.standing import PRINTED
from helpers.ground.study import Study
from helpers.plots.dressing import PAPER, name_rows, share_ticks, write_reason
from helpers.plots.style import COLOURS, LINES, look
from helpers.printing import prose

HATCHES = {"-": "", "--": "////"}  # a fan's second cue beside its colour, by the line of its group
TITLE_WIDTH = 46  # letters over a fan
LABEL_WIDTH = 14  # characters
TOO_FEW = "no curve: too few patients or events, here or in one of the arms"
NAMED_FROM = 0.35  # of the longest follow-up: from there to the end a name takes room
LABEL_GAP = 0.09  # of the probability axis, for a label of one line
_HALF = 0.6 * LABEL_GAP  # and a little air


def plot_survival(
    curves: pd.DataFrame, study: Study, *, joined: bool = False, ax: Axes | None = None
) -> Axes:
    """Draw Kaplan-Meier curves as steps, with bands, a tick for every censoring and direct labels.

    Parameters
    ----------
    curves : DataFrame
        ``curve`` (a group of the study, or a key of the palette), ``label``, ``month``, ``estimate``,
        ``ci_low``, ``ci_high``, and ``n_censored`` where there are ticks.
    study : Study
        Names time zero, and tells its arms apart.
    joined : bool
        The curves are read at a few months only: lines join these points, and there are no steps.
    ax : Axes, optional
        A new one without it.

    Returns
    -------
    Axes
        Without a curve they say so.
    """
    ax = _plot_curves(curves, study, joined, ax)
    ticks = curves[curves["n_censored"] > 0] if "n_censored" in curves else curves.iloc[:0]
    for key, curve in ticks.groupby("curve", sort=False):
        colour, _ = _look(str(key), study)
        ax.plot(curve["month"], curve["estimate"], "|", color=colour, markersize=7, markeredgewidth=1)
    return ax


def plot_cumulative_incidence(
    curves: pd.DataFrame, study: Study, *, joined: bool = False, ax: Axes | None = None
) -> Axes:
    """Draw cumulative incidence curves as steps, with bands and direct labels.

    Parameters
    ----------
    curves : DataFrame
        As in `plot_survival`, without ``n_censored``.
    study, joined, ax
        As there.

    Returns
    -------
    Axes
        As there.
    """
    return _plot_curves(curves, study, joined, ax)


def plot_with_risk(
    curves: pd.DataFrame, counts: pd.DataFrame, study: Study, outcome: str, *, joined: bool = False
) -> np.ndarray:
    """Draw Kaplan-Meier curves with the numbers at risk under them.

    Parameters
    ----------
    curves : DataFrame
        As in `plot_survival`.
    counts : DataFrame
        As in `plot_at_risk`.
    study : Study
    outcome : str
        Its name, at the axis.
    joined : bool
        As in `plot_survival`.

    Returns
    -------
    ndarray of Axes
        Of a new figure: the curves and the numbers.
    """
    height, share = (4.2, 5) if len(set(counts["curve"])) == 1 else (4.8, 3.4)
    _, axs = plt.subplots(2, 1, figsize=(4.7, height), sharex=True, height_ratios=[share, 1])
    plot_survival(curves, study, joined=joined, ax=axs[0])
    axs[0].set_ylabel(outcome if len(curves) else "")
    plot_at_risk(counts, study, ax=axs[1])
    return axs


def plot_fan(
    fans: pd.DataFrame, study: Study, *, points: pd.DataFrame | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the band within which a curve lies, and the points of it that are known.

    Parameters
    ----------
    fans : DataFrame
        One curve: ``group``, ``label``, ``month``, ``low``, ``high``. Numbers at risk are open as well, so a
        fan has none.
    study : Study
        Names time zero, and tells its arms apart.
    points : DataFrame, optional
        Rows of the results table, with their ``standing`` and ``month``.
    ax : Axes, optional
        A new one without it.

    Returns
    -------
    Axes
        A printed point is filled, one that follows from the print is hollow.
    """
    ax = ax or plt.subplots()[1]
    group = fans["group"].iloc[0]
    colour, line = _look(group, study)
    months, ends = fans["month"], (fans["low"], fans["high"])
    ax.fill_between(months, *ends, facecolor=to_rgba(colour, 0.2), linewidth=0)
    # On a layer of its own, as a hatch takes the opacity of what it fills.
    ax.fill_between(
        months, *ends, facecolor="none", edgecolor=to_rgba(colour, 0.6), hatch=HATCHES[line], linewidth=0
    )
    for end in ends:
        ax.plot(months, end, line, color=colour, linewidth=1.2)
    for _, point in (fans.iloc[:0] if points is None else points).iterrows():
        _draw_point(ax, point, look(study)[group].marker, colour)
    ax.set_title(textwrap.fill(fans["label"].iloc[0], TITLE_WIDTH), fontsize=10.5)
    return _draw_months(ax, max([fans["month"].max(), *ax.dataLim.intervalx]), study)


def plot_fans(fans: pd.DataFrame, study: Study, *, points: pd.DataFrame) -> np.ndarray:
    """Draw the fans of several curves below each other, so that no band covers another.

    Parameters
    ----------
    fans : DataFrame
        As in `plot_fan`, with ``outcome``: a panel for each outcome and group.
    study : Study
    points : DataFrame
        As in `plot_fan`, each in the panel of its outcome and group.

    Returns
    -------
    ndarray of Axes
        Of a new figure, narrow enough for a phone.
    """
    panels = list(fans.groupby(["outcome", "group"], sort=False))
    size = (4.6, 0.9 + 2.1 * len(panels))
    _, axs = plt.subplots(len(panels), figsize=size, sharex=True, squeeze=False)
    for ax, ((outcome, group), fan) in zip(axs[:, 0], panels, strict=True):
        own = points[points["outcome"].eq(outcome) & points["group"].eq(group)]
        plot_fan(fan, study, points=own, ax=ax)
        ax.label_outer()
    return axs[:, 0]


def plot_at_risk(counts: pd.DataFrame, study: Study, *, ax: Axes | None = None) -> Axes:
    """Print the numbers at risk on axes of their own, under the name and in the colour of their curve.

    Parameters
    ----------
    counts : DataFrame
        ``curve``, ``label``, ``month``, ``n_at_risk``.
    study : Study
    ax : Axes, optional
        Under those of the curves, with which it shares the months; a new one without it.

    Returns
    -------
    Axes
    """
    ax = ax or plt.subplots()[1]
    keys = list(counts["curve"].unique())
    for position, key in enumerate(keys):
        own, (colour, _) = counts[counts["curve"] == key], _look(key, study)
        for month, number in zip(own["month"], own["n_at_risk"], strict=True):
            place = (month, 2 * position + 1)
            ax.annotate(f"{number}", place, ha="center", va="center", fontsize=9.5, color=colour)
        across: dict[str, Any] = {"transform": ax.get_yaxis_transform(), "va": "center"}
        ax.text(0, 2 * position, own["label"].iloc[0], fontsize=9, color=colour, **across)
    ax.set_ylim(2 * len(keys) - 0.5, -0.5)
    ax.set_title("Numbers at risk", fontsize=9.5, fontweight="normal")
    ax.set_axis_off()
    return ax


def plot_bounds(bounds: pd.DataFrame, study: Study, *, ax: Axes | None = None) -> Axes:
    """Draw each group's range from the worst to the best case, with the estimates inside it.

    Parameters
    ----------
    bounds : DataFrame
        ``label, curve`` (a group), ``usual, clock, worst, best`` as fractions, the first on top; what is
        missing is not drawn.
    study : Study
        Tells its arms apart.
    ax : Axes, optional
        A new one without it.

    Returns
    -------
    Axes
        Filled: the usual estimate. Hollow: that on the other clock.
    """
    ax = ax or plt.subplots()[1]
    for place, (_, line) in enumerate(bounds.iterrows()):
        colour, marker, _ = look(study)[line["curve"]]
        ax.plot([line["worst"], line["best"]], [place, place], "|-", color=colour, markersize=9, alpha=0.6)
        ax.plot(line["usual"], place - 0.14, marker, color=colour, markersize=7)
        ax.plot(line["clock"], place + 0.14, marker, color=colour, markersize=7, markerfacecolor="white")
    name_rows(ax, bounds["label"], width=LABEL_WIDTH, fontsize=9)
    ax.set_xlim(0, 1)
    share_ticks(ax)
    return ax


def _look(key: str, study: Study) -> tuple[str, str]:
    """Return the colour and the line of a group of the study, or of what is none."""
    looks = look(study)
    return (looks[key].colour, looks[key].line) if key in looks else (COLOURS[key], LINES[key])


def _plot_curves(curves: pd.DataFrame, study: Study, joined: bool, ax: Axes | None) -> Axes:
    ax = ax or plt.subplots()[1]
    if curves.empty:
        return write_reason(TOO_FEW, ax=ax)
    labels, ends = {}, {}
    longest, shared = curves["month"].max(), curves.groupby("curve")["month"].max().min()
    for key, curve in curves.groupby("curve", sort=False):
        _draw_curve(ax, curve, joined, *_look(str(key), study))
        late = curve[curve["month"] >= NAMED_FROM * longest]
        labels[key] = curve["label"].iloc[0]
        while_all_go_on = curve.loc[curve["month"] <= shared, "estimate"].iloc[-1]
        ends[key] = [while_all_go_on, curve["estimate"].iloc[-1], *late["estimate"]]
        if joined:  # a line passes there, whether a point lies on it or not
            ends[key].append(np.interp(NAMED_FROM * longest, curve["month"], curve["estimate"]))
    for key, height in _free(ends).items():
        _name(ax, height, labels[key], _look(key, study)[0])
    return _draw_months(ax, longest, study)


def _draw_curve(ax: Axes, curve: pd.DataFrame, joined: bool, colour: str, line: str) -> None:
    months, estimate, low, high = (curve[name] for name in ("month", "estimate", "ci_low", "ci_high"))
    if joined:  # at month 0 the band begins at the point, which is certain
        low, high = (end.where(months > 0, estimate) for end in (low, high))
    looks: dict[str, Any] = {"marker": ".", "markersize": 6} if joined else {"drawstyle": "steps-post"}
    ax.fill_between(months, low, high, step=None if joined else "post", color=colour, alpha=0.15, linewidth=0)
    ax.plot(months, estimate, line, color=colour, **looks)


def _draw_months(ax: Axes, longest: float, study: Study) -> Axes:
    """Give the axes the months from time zero, up to the end of all curves, and all of the probabilities."""
    sharing = ax.get_shared_x_axes().get_siblings(ax)
    longest = max([longest, *(each.dataLim.x1 for each in sharing if each.has_data())])
    ax.set(xlabel=f"Months from {study.time_zero}", xlim=(0, max(longest, TICK_STEPS[0])), ylim=(0, 1.02))
    ax.xaxis.set_major_locator(MultipleLocator(tick_step(longest)))
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    ax.tick_params(labelbottom=True)
    return ax


def _draw_point(ax: Axes, point: pd.Series, marker: str, colour: str) -> None:
    """Draw a point of a curve that is known, with its number and how it is known."""
    standing = point["standing"]
    face = colour if standing == PRINTED else "white"
    ax.plot(
        point["month"], point["estimate"], marker, color=colour, markerfacecolor=face, markersize=8, zorder=4
    )
    place: dict[str, Any] = {
        "xytext": (6, 8),
        "textcoords": "offset points",
        "fontsize": 9,
        "fontweight": "bold",
    }
    ax.annotate(f"{prose.bare(point)} {standing}", (point["month"], point["estimate"]), **place)


def _name(ax: Axes, height: float, text: str, colour: str) -> None:
    """Write the name of a curve inside the axes, at their right end and at a height in data coordinates."""
    place: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
    looks: dict[str, Any] = {"ha": "right", "va": "center", "fontsize": 9, "color": colour, "zorder": 5}
    paper = PAPER | {"pad": 0.5, "alpha": 0.75}
    ax.annotate(text, (1, height), xytext=(-3, 0), bbox=paper, **place, **looks)


def _free(late: dict[str, list[float]]) -> dict[str, float]:
    """Find for the name of each curve a height at which no late part of a curve runs, next to its own.

    Of each curve comes first how high it is while all go on, then its late part. The highest curve is named
    above itself if there is room, and so is each other one, else below; names keep apart from each other.
    """
    heights = np.arange(LABEL_GAP / 2, 1, LABEL_GAP / 3)
    taken = [[min(values), max(values)] for _, *values in late.values()]
    placed: dict[str, float] = {}
    for key, (_, *values) in sorted(late.items(), key=lambda item: -item[1][0]):
        clear = [h for h in heights if all(not lo - _HALF < h < hi + _HALF for lo, hi in taken)]
        apart = [h for h in clear or heights if all(abs(h - other) >= LABEL_GAP for other in placed.values())]
        ends = [min(values), max(values)]
        placed[key] = float(min(apart or heights, key=lambda h: (min(abs(h - end) for end in ends), -h)))
    return placed
