"""Chapter 4: its longer tables, laid out as text, and the rows of its forest plots and bounds."""

import textwrap
from collections.abc import Iterable
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from helpers.chapters.survival.sensitivity import CASES, CLOCKED, clocked
from helpers.chapters.survival.times import OUTCOMES, result_id
from helpers.chapters.survival.transplant import STATES, starts
from helpers.ground.results import get, is_estimable, is_recorded, pick
from helpers.ground.rounding import ROUNDED
from helpers.ground.standing import is_open
from helpers.ground.study import CONTRAST, EVERYBODY, Study
from helpers.printing import prose
from helpers.printing.marks import plain

LABEL_WIDTH = 20  # letters of a line beside a forest plot


def horizon_table(rows: pd.DataFrame, study: Study, outcome: str) -> pd.DataFrame:
    """Lay out one outcome at the horizons, with the median of each group beside the group's name.

    Returns
    -------
    DataFrame of str
        ``Group, Months, Probability, Interval, Events by then, At risk``; one row per group and
        horizon. Interval and events are left out where all of them are open.
    """
    lines = []
    for group, month in product(study.groups, study.horizons):
        middle = prose.with_interval(get(rows, result_id(outcome, "median", group)))
        result = get(rows, result_id(outcome, f"km_{month}m", group))
        left = get(rows, result_id(outcome, f"at_risk_{month}m", group))
        lines.append(
            {
                "Group": f"{study.label(group)}; median {plain(middle)}",
                "Months": str(month),
                "Probability": prose.number(result),
                "Interval": prose.interval(result),
                "Events by then": "" if pd.isna(result["events"]) else f"{result['events']:.0f}",
                "At risk": prose.out_of(left),
            }
        )
    return _without_empty(pd.DataFrame(lines), "Interval", "Events by then")


def _without_empty(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Leave out those of the columns that hold nothing, as where all of it is open."""
    return frame.drop(columns=[name for name in columns if frame[name].eq("").all()])


def nonresponse_table(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Lay out disease-free survival without and with non-response as an event, side by side.

    Returns
    -------
    DataFrame of str
        ``Group, Months`` and a column for each definition: probability, interval, events by then.
    """

    def printed(outcome: str, month: int, group: str) -> str:
        result = get(rows, result_id(outcome, f"km_{month}m", group))
        counts = "" if pd.isna(result["events"]) else f"{prose.count(result)} by then"
        return prose.with_interval(result, counts)

    columns = {"dfs": "Relapse or death", "dfs_nonresponse": "Relapse, death or non-response"}
    return pd.DataFrame(
        {"Group": study.label(group), "Months": str(month)}
        | {column: printed(outcome, month, group) for outcome, column in columns.items()}
        for group, month in product(study.groups, study.horizons)
    )


def means_table(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Lay out the restricted means.

    Returns
    -------
    DataFrame of str
        ``Outcome, Within``, a column for each arm, ``Difference, P``; one row per outcome and horizon.
    """
    lines = []
    for outcome, month in product(OUTCOMES, study.horizons):
        result = get(rows, result_id(outcome, f"rmst_difference_{month}m", CONTRAST))
        line = {"Outcome": OUTCOMES[outcome].label, "Within": f"{month} months"}
        for arm in study.arms:
            line[arm.label] = prose.with_interval(get(rows, result_id(outcome, f"rmst_{month}m", arm.id)))
        line["Difference"] = prose.with_interval(result)
        line["P"] = prose.tested(result) if is_open(result) or pd.notna(result["p_value"]) else ""
        lines.append(line)
    return pd.DataFrame(lines)


def transplant_table(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Lay out the analyses of transplant side by side.

    Returns
    -------
    DataFrame of str
        ``Analysis, Transplanted, Not (yet)`` (patients and survival at the main horizon), ``Deaths`` (of the
        first and of the second), ``Hazard ratio``.
    """
    # The statistics in the ids that hold an analysis' curves, its count and its hazard ratio.
    analyses = {
        "From its day": ("simon_makuch", "followed_after_transplant", "transplant_time_dependent"),
        **{
            f"Landmark at {start} months": (f"{name}_km", f"{name}_transplanted", name)
            for start in starts(study)
            for name in [f"landmark_{start}m"]
        },
        "Ever or never (wrong)": ("naive_km", "naive_transplanted", "naive"),
    }
    lines = []
    for analysis, (curve, count, ratio) in analyses.items():
        sides = [get(rows, result_id("os", f"{curve}_{study.horizon}m", stratum=state)) for state in STATES]
        printed = [
            f"n = {side['n']:.0f}: {prose.with_interval(side)}"
            if pd.notna(side["n"])
            else prose.no_number(side)
            for side in sides
        ]
        deaths = get(rows, result_id("os", count))["events"]
        result = get(rows, result_id("os", f"{ratio}_hazard_ratio"))
        others = result["events"] - deaths
        both = "" if pd.isna(others) else f"{deaths:.0f} and {others:.0f}"
        lines.append([analysis, *printed, both, prose.with_interval(result)])
    return pd.DataFrame(lines, columns=["Analysis", "Transplanted", "Not (yet)", "Deaths", "Hazard ratio"])


def sensitivity_table(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Lay out survival at the main horizon under each choice.

    Returns
    -------
    DataFrame of str
        ``Outcome, Group, Kaplan-Meier``, the clock of the lead-in where there is one, ``Left before, Worst to
        best case``.
    """
    lines = []
    for outcome, group in product(_recorded(rows, OUTCOMES), study.groups):
        usual = get(rows, result_id(outcome, f"km_{study.horizon}m", group))
        left = get(rows, result_id(outcome, f"censored_before_{study.horizon}m", group))
        line = {"Outcome": OUTCOMES[outcome].label, "Group": study.label(group)}
        line["Kaplan-Meier"] = prose.with_interval(usual)
        if study.lead_in:
            other = _clock_row(rows, study, outcome, group)
            name = f"{study.lead_in.label.capitalize()} clock"
            line[name] = "" if other is None else prose.with_interval(other)
        line["Left before"] = prose.out_of(left)
        line["Worst to best case"] = _bounds(rows, study, outcome, group)
        lines.append(line)
    return pd.DataFrame(lines)


def rounded_note(rows: pd.DataFrame) -> str:
    """Say below a table that some of its shares are read from rounded counts; empty text where none is."""
    is_rounded = rows["method"].str.endswith(ROUNDED).any()
    return "Where hardly anybody left before, a share is that of the rounded counts. " if is_rounded else ""


def _recorded(rows: pd.DataFrame, outcomes: Iterable[str]) -> list[str]:
    """Keep the outcomes whose events the cohort has."""
    return [one for one in outcomes if is_recorded(get(rows, result_id(one, "hazard_ratio", CONTRAST)))]


def clock_note(study: Study) -> str:
    """Say below that table whose clock does not change; empty text without a lead-in."""
    if study.lead_in is None:
        return ""
    other = next(arm.phrase for arm in study.arms if arm.id != study.lead_in.arm)
    timed = f"a non-response is not timed from {study.lead_in.label}"
    return f"The clock of {other} does not change, and {timed}. "


def bounds_frame(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Gather survival at the main horizon under each choice as numbers, for the figure.

    Returns
    -------
    DataFrame
        ``outcome, label, curve`` (the group), ``usual, clock, worst, best`` (fractions; missing where there
        is none).
    """
    statistics = {"usual": f"km_{study.horizon}m"}
    statistics |= {case: f"{case}_case_{study.horizon}m" for case in CASES}
    lines: list[dict[str, Any]] = []
    for outcome, group in product(_recorded(rows, CLOCKED), study.groups):
        words = {"outcome": OUTCOMES[outcome].label, "label": study.label(group), "curve": group}
        other = _clock_row(rows, study, outcome, group)
        clock = np.nan if other is None else other["estimate"]
        found = {
            name: get(rows, result_id(outcome, of, group))["estimate"] for name, of in statistics.items()
        }
        if any(map(np.isnan, (found["worst"], found["best"]))):  # one end alone is no bar
            found |= dict.fromkeys(("worst", "best"), np.nan)
        lines.append(words | found | {"clock": clock})
    return pd.DataFrame(lines)


def hazard_ratio_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Pick the hazard ratios between the arms, labelled with the event, for a forest plot."""
    found = pick(rows, outcome=OUTCOMES, statistic="hazard_ratio")
    names = [textwrap.fill(OUTCOMES[outcome].event.capitalize(), LABEL_WIDTH) for outcome in found["outcome"]]
    return found.assign(label=names)


def band_rows(rows: pd.DataFrame, study: Study) -> dict[str, pd.DataFrame]:
    """Pick what is open between the arms, for the figure of bands.

    Returns
    -------
    dict of DataFrame
        By the words at the axis: survival at the horizons and the mean times of either arm, and the hazard
        ratios; each row with its ``heading``.
    """
    found: dict[str, list[pd.Series]] = {"Survival": [], "Mean months": [], "Hazard ratio (log scale)": []}
    within = prose.months(study.horizon)
    for outcome in CLOCKED:
        words = OUTCOMES[outcome]
        headings = {f"km_{month}m": f"{words.label} at {prose.months(month)}" for month in study.horizons}
        shares = [
            _headed(rows, outcome, name, arm, text)
            for name, text in headings.items()
            for arm in study.arm_ids
        ]
        name, text = f"rmst_{study.horizon}m", f"{words.label}: mean within {within}"
        means = [_headed(rows, outcome, name, arm, text) for arm in study.arm_ids]
        ratio = _headed(rows, outcome, "hazard_ratio", CONTRAST, f"Hazard of {words.event}")
        for lines, more in zip(found.values(), (shares, means, [ratio]), strict=True):
            lines += more
    return {axis: pd.DataFrame(lines) for axis, lines in found.items()}


def _headed(rows: pd.DataFrame, outcome: str, statistic: str, group: str, heading: str) -> pd.Series:
    row = get(rows, result_id(outcome, statistic, group)).copy()
    row["heading"] = heading
    return row


def transplant_ratio_rows(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Pick the hazard ratios of transplant, the right ones first, labelled for a forest plot."""
    labels = {"transplant_time_dependent_hazard_ratio": "Counted from\nits day"}
    labels |= {f"landmark_{start}m_hazard_ratio": f"Landmark at\n{start} months" for start in starts(study)}
    labels["naive_hazard_ratio"] = "Ever or never\n(wrong)"
    found = pick(rows, statistic=labels)
    return found.assign(label=found["statistic"].map(labels))


def _clock_row(rows: pd.DataFrame, study: Study, outcome: str, group: str) -> pd.Series | None:
    """Return the probability on the clock of the lead-in, of whom and of what it is asked."""
    lead_in = study.lead_in
    if lead_in is None or outcome not in CLOCKED or group not in (EVERYBODY, lead_in.arm):
        return None
    return get(rows, result_id(outcome, clocked(f"km_{study.horizon}m", lead_in), group))


def _bounds(rows: pd.DataFrame, study: Study, outcome: str, group: str) -> str:
    """Print the worst and the best case of a group at the main horizon: 28% to 70%."""
    worst, best = (get(rows, result_id(outcome, f"{case}_case_{study.horizon}m", group)) for case in CASES)
    if is_open(worst) or is_open(best):
        return f"worst {prose.number(worst)}; best {prose.number(best)}"
    return f"{prose.number(worst)} to {prose.number(best)}" if is_estimable(worst) else prose.no_number(worst)
