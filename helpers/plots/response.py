"""Plots: rates by arm, and response against marrow blasts, patient by patient or in bands of blasts."""

from typing import Any, Literal

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.ground.endpoints import RESPONSES
from helpers.ground.results import is_estimable
from helpers.ground.standing import is_open
from helpers.ground.study import Study
from helpers.plots import dressing
from helpers.plots.style import COLOURS, Look, arms_legend, key, look
from helpers.printing import prose

_LANES = (-0.19, 0.19)  # of the arms, from the middle of their row
LABEL_WIDTH = 20  # letters
_SHIFTS = {0: -1.2, 1: 1.2}  # percentage points of blasts by which the arms' marks are set apart
TOO_FEW = "too few patients with or without it"
FILLS: dict[str, Literal["full", "none", "left"]] = {
    "negative": "full",
    "not negative": "none",
    "unknown": "left",
}
TIE_STEP = 0.13  # rows; patients of one lane closer in blasts than TIE_WIDTH are stacked by it
TIE_WIDTH = 2.5  # percentage points, about the width of a marker


def plot_rates(rows: pd.DataFrame, study: Study, *, ax: Axes | None = None) -> Axes:
    """Draw rates with their intervals, the two arms of a population beside each other.

    Parameters
    ----------
    rows : DataFrame
        Rows of the results table in fractions, of the arms. The population is printed at the left in the
        order of the rows, the count with its denominator at the right. A rate that is not estimable shows
        its reason; one that follows from what is printed is hollow, of an open one the range is a band.
    study : Study
    ax : Axes, optional
        Without it a new figure, high enough for the rows.

    Returns
    -------
    Axes
        The horizontal axis runs from 0 to 100%.
    """
    populations = list(dict.fromkeys(rows["population"]))
    ax = ax or plt.subplots(figsize=(4.7, 1.2 + 0.7 * len(populations)))[1]
    lanes, looks = _lanes(study), look(study)
    ax.set_xlim(-0.02, 1.02)  # a band ends at the edge
    for _, result in rows.iterrows():
        place = populations.index(result["population"]) + lanes[result["group"]]
        _draw_rate(ax, place, looks[result["group"]], result)
    dressing.share_ticks(ax)
    ax.set(xlim=(-0.02, 1.02), xlabel=_measure(rows))
    ax.grid(axis="x")
    _dress(ax, populations, arms_legend(study, markersize=7))
    return ax


def plot_response_by_blasts(patients: pd.DataFrame, study: Study, *, ax: Axes | None = None) -> Axes:
    """Draw each patient's best response against the marrow blasts at baseline.

    Parameters
    ----------
    patients : DataFrame
        One row per patient: arm, bm_blasts_pct (0 to 100), response_level (``CR``, ``CRi``, ``PR``, ``NR`` or
        ``unknown``), mrd (``negative``, ``not negative`` or ``unknown``).
    study : Study
    ax : Axes, optional
        Without it a new figure.

    Returns
    -------
    Axes
        One row per level of response, with a lane for each arm. Nobody is moved along the axis; patients who
        would hide each other are stacked. The cut between low and high burden is a line, where there is one.
    """
    ax = ax or plt.subplots(figsize=(4.7, 4.2))[1]
    unknown = ["unknown"] if patients["response_level"].eq("unknown").any() else []
    levels = [*RESPONSES, *unknown]
    lanes, looks = _lanes(study), look(study)
    for (level, arm), lane in patients.groupby(["response_level", "arm"], observed=True):
        _draw_lane(ax, levels.index(level) + lanes[arm], looks[arm], lane)
    if study.cutoff is not None:
        ax.axvline(study.cutoff, **dressing.NULL_LINE)
        ax.text(study.cutoff + 1, -0.62, f"high burden: > {study.cutoff:g}%", fontsize=9, va="center")
    for border in range(1, len(levels)):
        ax.axhline(border - 0.5, color="#DDDDDD", linewidth=0.6, zorder=0)
    names = [RESPONSES.get(level, "Response not recorded") for level in levels]
    _dress(ax, names, _patient_keys(patients, study))
    ax.set(xlim=(-2, 102), ylim=(len(levels) - 0.5, -0.8))
    ax.set_xlabel("Marrow blasts at baseline, % of marrow cells")
    return ax


def plot_rates_over_blasts(rows: pd.DataFrame, study: Study) -> Figure:
    """Draw the rate of each outcome in bands of the marrow blasts, the arms beside each other.

    Parameters
    ----------
    rows : DataFrame
        Rates of the arms in fractions, with ``over`` and ``to``, the ends of the band in %. One that is not
        estimable is left out.
    study : Study

    Returns
    -------
    Figure
        One panel for each of the study's outcomes; one without rates says so. A thin line spans the band.
    """
    outcomes, looks = study.outcomes, look(study)
    size = (4.7, 0.9 + 2.1 * len(outcomes))
    fig, axs = plt.subplots(len(outcomes), figsize=size, sharex=True, squeeze=False, layout="constrained")
    for ax, outcome in zip(axs[:, 0], outcomes, strict=True):
        drawn = rows[rows["outcome"].eq(outcome.id) & rows["estimate"].notna()]
        ax.set_title(outcome.label)
        ax.set(xlim=(-2, 102), ylim=(-0.02, 1.02))
        dressing.share_ticks(ax, up=True)
        if drawn.empty:
            dressing.write_reason(TOO_FEW, ax=ax)
            continue
        for arm, shift in _SHIFTS.items():
            _draw_bands(ax, drawn[drawn["group"] == study.arm_ids[arm]], looks[study.arm_ids[arm]], shift)
        if study.cutoff is not None:
            ax.axvline(study.cutoff, **dressing.NULL_LINE)
    last = axs[-1, 0]
    last.set(xlabel="Marrow blasts at baseline, % of marrow cells", xticks=range(0, 101, 20))
    last.tick_params(labelbottom=True)
    fig.legend(handles=arms_legend(study, markersize=7), loc="outside upper left", ncols=2)
    return fig


def _draw_bands(ax: Axes, rates: pd.DataFrame, arm: Look, shift: float) -> None:
    middles = (rates["over"] + rates["to"]) / 2 + shift
    ax.hlines(rates["estimate"], rates["over"], rates["to"], color=arm.colour, linewidth=1, alpha=0.5)
    ax.vlines(middles, rates["ci_low"], rates["ci_high"], color=arm.colour, linewidth=1.8)
    ax.plot(middles, rates["estimate"], arm.marker, color=arm.colour, markersize=6, clip_on=False)


def _lanes(study: Study) -> dict[str, float]:
    return dict(zip(study.arm_ids, _LANES, strict=True))


def _draw_rate(ax: Axes, place: float, arm: Look, result: pd.Series) -> None:
    if not is_estimable(result):
        words = prose.no_number(result)
        ax.text(0.01, place, words, va="center", fontsize=9, style="italic", color=dressing.MUTED)
        return
    if is_open(result):
        dressing.draw_band(ax, place, result, arm.colour)
    else:
        ends = [result["ci_low"], result["ci_high"]]
        ax.plot(ends, [place, place], color=arm.colour, solid_capstyle="butt")
        face = dressing.face(result, arm.colour)
        ax.plot(result["estimate"], place, arm.marker, markersize=7, clip_on=False, **face)
    dressing.write_beside(ax, place, prose.count(result), fontsize=9.5, color=arm.colour)


def _measure(rows: pd.DataFrame) -> str:
    """Name what the axis shows, and the interval if any rate has one."""
    drawn = [result for _, result in rows.iterrows() if is_estimable(result) and not is_open(result)]
    name = rows["label"].iloc[0]
    return f"{name}\n{drawn[0]['ci_level']:.0%} CI: {drawn[0]['method']}" if drawn else name


def _draw_lane(ax: Axes, place: float, arm: Look, patients: pd.DataFrame) -> None:
    ordered = patients.sort_values("bm_blasts_pct", kind="stable")
    apart = ordered["bm_blasts_pct"].diff().gt(TIE_WIDTH).cumsum()
    height = ordered.groupby(apart).cumcount()
    size = ordered.groupby(apart)["arm"].transform("size")
    # Stacks are centred on their lane and may not leave it, however many patients they hold.
    step = (0.3 / (size - 1).clip(lower=1)).clip(upper=TIE_STEP)
    heights = place + (height - (size - 1) / 2) * step
    for fill, drawn in ordered.groupby("mrd"):
        ax.plot(drawn["bm_blasts_pct"], heights[drawn.index], **_mark(arm, fill), linestyle="none")


def _mark(arm: Look, mrd: str) -> dict[str, Any]:
    mark = {"marker": arm.marker, "markersize": 7, "color": arm.colour, "markeredgewidth": 1.4}
    return mark | {"fillstyle": FILLS[mrd], "markerfacecoloralt": "white"}


def _patient_keys(patients: pd.DataFrame, study: Study) -> list[Line2D]:
    arms = arms_legend(study, markersize=7)
    for arm, entry in zip(study.arms, arms, strict=True):
        entry.set_label(f"{arm.label} (n = {patients['arm'].eq(arm.id).sum()})")
    words = {"negative": "filled: MRD negative", "not negative": "open: not MRD negative"}
    words |= {"unknown": "half: MRD not recorded"} if patients["mrd"].eq("unknown").any() else {}
    grey: dict[str, Any] = {"marker": "o", "markersize": 7, "color": COLOURS["all"]}
    return arms + [
        key(text, fillstyle=FILLS[mrd], markerfacecoloralt="white", **grey) for mrd, text in words.items()
    ]


def _dress(ax: Axes, names: list[str], keys: list[Line2D]) -> None:
    dressing.name_rows(ax, names, width=LABEL_WIDTH)
    ax.spines["left"].set_visible(False)
    dressing.legend_above(ax, keys, 0.3, 2, handletextpad=0.2, borderaxespad=0.2)
