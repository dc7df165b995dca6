"""Plots: the shape of a fitted curve, the calibration of a model, and what selection would choose."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.special import expit, logit

from helpers.ground.study import Study
from helpers.plots.blank import write_reason
from helpers.plots.style import COLOURS, look

SHAPES = {  # shape: its name, line style and width
    "line": ("straight line", "-", 1.8),
    "spline": ("spline", "--", 1.8),
    "quadratic": ("square", ":", 2.2),
}
RULE_MARKERS = ("o", "s", "D")
RULE_COLOURS = (COLOURS["all"], COLOURS["yes"], COLOURS["no"])
_WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 1}
_SPREAD = 0.22  # between the rules' marks in one row


def plot_shapes(curves: pd.DataFrame, study: Study, arm: str, *, ax: Axes | None = None) -> Axes:
    """Draw one arm's fitted probability over blasts under each shape.

    Parameters
    ----------
    curves : DataFrame
        ``shape`` (keys of `SHAPES`), ``blasts`` (% of marrow cells), ``estimate``; no rows, no curve.
    study : Study
    arm : str
        The id of one, for the colour and the title.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
    """
    ax = plt.subplots()[1] if ax is None else ax
    if curves.empty:
        return write_reason("no fitted curve", ax=ax)
    for shape, (name, style, width) in SHAPES.items():
        own = curves[curves["shape"] == shape]
        ax.plot(
            own["blasts"], own["estimate"], style, linewidth=width, color=look(study)[arm].colour, label=name
        )
    ax.set(xlim=(0, 100), ylim=(0, 1), xticks=np.arange(0, 101, 25), yticks=np.linspace(0, 1, 6))
    ax.grid(axis="y")
    ax.set_xlabel("Baseline blasts (%)")
    ax.set_title(study.label(arm), fontsize=10)
    return ax


def plot_calibration(groups: pd.DataFrame, intercept: float, slope: float, *, ax: Axes | None = None) -> Axes:
    """Set observed shares beside fitted probabilities, with the line of the corrected calibration.

    Parameters
    ----------
    groups : DataFrame
        ``fitted``, ``estimate``, ``ci_low``, ``ci_high``, ``n``, ``events``; no rows without a model.
    intercept, slope : float
        Of the outcome's log odds on the fitted log odds; no line where one is missing.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
    """
    ax = plt.subplots()[1] if ax is None else ax
    if groups.empty:
        return write_reason("no model to calibrate", ax=ax)
    ax.plot([0, 1], [0, 1], ":", color=COLOURS["neutral"], linewidth=1.2, label="perfect agreement")
    fitted = np.linspace(0.01, 0.99, 99)
    if np.isfinite([intercept, slope]).all():
        line = expit(intercept + slope * logit(fitted))
        ax.plot(fitted, line, "--", color=COLOURS["all"], label="corrected for optimism")
    errors = [groups["estimate"] - groups["ci_low"], groups["ci_high"] - groups["estimate"]]
    ax.errorbar(
        groups["fitted"],
        groups["estimate"],
        yerr=errors,
        fmt="D",
        color=COLOURS["all"],
        label="observed",
        clip_on=False,
    )
    for _, group in groups.iterrows():
        text = f"{group['events']:.0f} of {group['n']:.0f}"
        place = (group["fitted"], group["estimate"])
        ax.annotate(text, place, (8, -14), textcoords="offset points", fontsize=9, bbox=_WHITE)
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="Fitted probability", ylabel="Observed share")
    ax.legend(loc="upper left")
    return ax


def plot_selection(shares: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how often each set of covariates is chosen, by rule.

    Parameters
    ----------
    shares : DataFrame
        ``rule``, ``set``, ``share`` (fraction) and ``chosen`` (bool), every set once in each rule, in the
        order in which they are drawn; no rows where nothing can be selected.
    ax : Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    Axes
        A filled mark is the set that the rule chooses in the patients themselves.
    """
    ax = plt.subplots()[1] if ax is None else ax
    if shares.empty:
        return write_reason("no model with every covariate", ax=ax)
    sets = list(shares["set"].unique())
    for rule, marker, colour, shift in zip(
        shares["rule"].unique(), RULE_MARKERS, RULE_COLOURS, (-_SPREAD, 0, _SPREAD), strict=True
    ):
        own = shares[shares["rule"] == rule]
        places = np.array([sets.index(name) for name in own["set"]]) + shift
        ax.hlines(places, 0, own["share"], color=colour, linewidth=1)
        faces = np.where(own["chosen"], colour, "white")
        mark: dict[str, Any] = {"s": 34, "marker": marker, "edgecolor": colour}
        ax.scatter(own["share"], places, c=faces, zorder=3, clip_on=False, **mark)
        ax.scatter([], [], color="white", label=rule, **mark)
    ax.set(xlim=(0, 1), ylim=(len(sets) - 0.5, -0.5), xlabel="Share of the bootstrap resamples")
    ticks = np.linspace(0, 1, 5)
    ax.set_xticks(ticks, [f"{tick:.0%}" for tick in ticks])
    ax.set_yticks(range(len(sets)), sets)
    ax.tick_params(axis="y", length=0, pad=7)  # clear of the marks at zero
    ax.grid(axis="x")
    ax.legend(loc="lower right")
    return ax
