"""Plots: ratios of two visits by arm on a log axis, each patient a point."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from helpers.ground.endpoints import ARMS, LABELS
from helpers.ground.results import NOT_ESTIMABLE, get, is_estimable
from helpers.plots.blank import write_reason
from helpers.plots.style import COLOURS, MARKERS
from helpers.printing import prose

OFFSETS = dict(zip(ARMS, (-0.19, 0.19), strict=True))
LARGEST_DOUBLING_SPAN = 300  # a wider axis is marked in powers of 10, not of 2


def plot_ratios(
    panel: pd.DataFrame, results: pd.DataFrame, populations: tuple[str, ...], *, ax: Axes | None = None
) -> Axes:
    """Draw each patient's ratio of day 28 to baseline, by population and arm.

    Parameters
    ----------
    panel : DataFrame
        arm, population and ratio (NaN where it does not exist), one row per patient and population.
    results : DataFrame
        The chapter's results table: median ratios, their denominators, and the tests between the arms.
    populations : tuple of str
        The lines of the figure, top down.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
        Log axis with the null line at 1. A ratio of 0 is an arrowhead at the left edge. Without any ratio the
        axes hold the reason.
    """
    ax = plt.subplots()[1] if ax is None else ax
    known = panel.dropna(subset=["ratio"])
    if known.empty:
        median = get(results, f"immune.{populations[0]}.median_ratio.{ARMS[0]}")
        return write_reason(prose.reason(median), ax=ax)
    low, high = _limits(known["ratio"])
    ax.axvline(1, color=COLOURS["neutral"], linewidth=1)
    for place, population in enumerate(populations):
        for arm in ARMS:
            ratios = known.loc[known["population"].eq(population) & known["arm"].eq(arm), "ratio"]
            _draw_points(ax, ratios, place + OFFSETS[arm], arm, low)
            _draw_median(ax, get(results, f"immune.{population}.median_ratio.{arm}"), place + OFFSETS[arm])
        _write_tests(ax, results, population, place)
    _draw_axes(ax, results, populations, (low, high))
    return ax


def _limits(ratios: pd.Series) -> tuple[float, float]:
    positive = np.append(ratios[ratios > 0], [0.5, 2.0])
    # As far to the left of 1 as to the right, so that halving and doubling look alike.
    span = 1.1 * np.exp(np.abs(np.log(positive)).max())
    return 1 / span, span


def _draw_points(ax: Axes, ratios: pd.Series, height: float, arm: str, low: float) -> None:
    look = {"color": COLOURS[arm], "alpha": 0.6, "s": 26, "linewidths": 0, "clip_on": False}
    positive = ratios[ratios > 0]
    ax.scatter(positive, np.full(len(positive), height), marker=MARKERS[arm], **look)
    zeros = int((ratios == 0).sum())
    ax.scatter(np.full(zeros, low), np.full(zeros, height), marker="<", **look)


def _draw_median(ax: Axes, median: pd.Series, height: float) -> None:
    if is_estimable(median) and median["estimate"] > 0:
        ax.vlines(median["estimate"], height - 0.15, height + 0.15, color="black", linewidth=2.4, zorder=4)


def _write_tests(ax: Axes, results: pd.DataFrame, population: str, place: int) -> None:
    tests = [
        get(results, f"immune.{population}.ratio_mann_whitney{version}.arm") for version in ("", "_exact")
    ]
    asymptotic, exact = (
        prose.p_value(test["p_value"]) if is_estimable(test) else "not estimable" for test in tests
    )
    text = f"{asymptotic}\nexact {exact}" if is_estimable(tests[0]) else "not\nestimable"
    ax.text(1.03, place, text, transform=ax.get_yaxis_transform(), va="center", fontsize=8.5)


def _draw_axes(
    ax: Axes, results: pd.DataFrame, populations: tuple[str, ...], limits: tuple[float, float]
) -> None:
    ax.set(xscale="log", xlim=limits, ylim=(len(populations) - 0.5, -0.5))
    ax.xaxis.set_major_locator(FixedLocator(_ticks(*limits)))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    ax.set_yticks(range(len(populations)), [_line_label(results, name) for name in populations])
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x")
    ax.set_xlabel("Day 28 divided by baseline (log scale); bar: median")
    ax.text(1.03, 1.01, "Mann-Whitney", transform=ax.transAxes, va="bottom", fontsize=8.5, fontweight="bold")
    handles = [
        ax.scatter([], [], marker=MARKERS[arm], color=COLOURS[arm], s=26, label=LABELS[arm]) for arm in ARMS
    ]
    ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(-0.5, 1.02), ncols=2, handletextpad=0.1)


def _ticks(low: float, high: float) -> np.ndarray:
    base = 2.0 if high / low < LARGEST_DOUBLING_SPAN else 10.0
    powers = np.arange(np.ceil(np.log(low) / np.log(base)), np.floor(np.log(high) / np.log(base)) + 1)
    return base**powers


def _line_label(results: pd.DataFrame, population: str) -> str:
    counts = [get(results, f"immune.{population}.median_ratio.{arm}") for arm in ARMS]
    numbers = [0 if result["method"].startswith(NOT_ESTIMABLE) else result["n"] for result in counts]
    return f"{LABELS[population]}\nn = {numbers[0]:.0f} and {numbers[1]:.0f}"
