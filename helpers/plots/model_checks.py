"""Plots: the calibration of a model, and what selection would choose."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.special import expit, logit

from helpers.plots.dressing import PAPER, name_rows, share_ticks, write_reason
from helpers.plots.style import COLOURS

RULE_MARKERS = ("o", "s", "D")
RULE_COLOURS = (COLOURS["all"], COLOURS["yes"], COLOURS["no"])
_SPREAD = 0.22  # between the rules' marks in one row


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
    ax = ax or plt.subplots()[1]
    if groups.empty:
        return write_reason("no model to calibrate", ax=ax)
    ax.plot([0, 1], [0, 1], ":", color=COLOURS["neutral"], linewidth=1.2, label="perfect agreement")
    fitted = np.linspace(0.01, 0.99, 99)
    if np.isfinite([intercept, slope]).all():
        line = expit(intercept + slope * logit(fitted))
        ax.plot(fitted, line, "--", color=COLOURS["all"], label="corrected for optimism")
    errors = [groups["estimate"] - groups["ci_low"], groups["ci_high"] - groups["estimate"]]
    looks: dict[str, Any] = {"fmt": "D", "color": COLOURS["all"], "label": "observed", "clip_on": False}
    ax.errorbar(groups["fitted"], groups["estimate"], yerr=errors, **looks)
    for _, group in groups.iterrows():
        text = f"{group['events']:.0f} of {group['n']:.0f}"
        place = (group["fitted"], group["estimate"])
        ax.annotate(text, place, (8, -14), textcoords="offset points", fontsize=9, bbox=PAPER | {"pad": 1})
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="Fitted probability", ylabel="Observed share")
    share_ticks(ax)
    share_ticks(ax, up=True)
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
    ax = ax or plt.subplots()[1]
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
    share_ticks(ax)
    ax.set(xlim=(0, 1), xlabel="Share of the bootstrap resamples")
    name_rows(ax, sets)
    ax.tick_params(axis="y", pad=7)  # clear of the marks at zero
    ax.grid(axis="x")
    ax.legend(loc="lower right")
    return ax
