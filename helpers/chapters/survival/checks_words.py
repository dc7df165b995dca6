"""Chapter 4 in words, continued: transplant, the choice of clock and of fates, and all that is quoted."""

import numpy as np
import pandas as pd

from helpers.chapters.survival import words as reading
from helpers.chapters.survival.arms import WEIGHTS
from helpers.chapters.survival.sensitivity import CLOCKED, HORIZON
from helpers.chapters.survival.times import CAUSES, GROUPS, LANDMARKS, OUTCOMES
from helpers.chapters.survival.transplant import STARTS
from helpers.ground.endpoints import ARMS, LABELS
from helpers.ground.results import SIGNIFICANT, get, is_estimable
from helpers.printing import prose

TESTS = ("logrank", "hazard_ratio", "proportional_hazards", *(f"weighted_logrank_{name}" for name in WEIGHTS))
# Analysis of transplant: the statistics in the ids that hold its curves, its count and its hazard ratio.
ANALYSES = {
    "From its day": ("simon_makuch", "followed_after_transplant", "transplant_time_dependent"),
    **{
        f"Landmark at {start} months": (
            f"landmark_{start}m_km",
            f"landmark_{start}m_transplanted",
            f"landmark_{start}m",
        )
        for start in STARTS
    },
    "Ever or never (wrong)": ("naive_km", "naive_transplanted", "naive"),
}
TIME_FREE = {"os": "The mean time alive", "dfs": "The mean time alive without relapse"}


def quoted(rows: pd.DataFrame, provenance: str) -> dict[str, str]:
    """Make every sentence that the chapter quotes, by the name under which the prose calls it."""
    return {
        **_followup(rows),
        **_curves(rows, "os", "The hazard of death"),
        **_curves(rows, "dfs", "The hazard of relapse or death"),
        "nonresponse": reading.nonresponse(rows),
        "competing": reading.competing(rows),
        "gray": gray(rows),
        "transplant": reading.transplant(rows),
        "mantel_byar": mantel_byar(rows),
        "immortal": immortal(rows),
        "landmarks": " ".join(landmark(rows, start) for start in STARTS),
        "clock": clock(rows),
        "losses": losses(rows),
        "extremes": extremes(rows),
        "survival_standing": reading.standing(provenance),
    }


def _followup(rows: pd.DataFrame) -> dict[str, str]:
    names = ("median", "quartile_1", "quartile_3", "maximum")
    return {
        **{f"followup_{name}": prose.number(get(rows, f"survival.followup.{name}.all")) for name in names},
        "followup_reverse": reading.median(get(rows, "survival.followup.reverse_km_median.all")),
        "followup_users": reading.followup(rows),
    }


def _curves(rows: pd.DataFrame, outcome: str, hazard: str) -> dict[str, str]:
    ratio, test, check = (
        get(rows, f"survival.{outcome}.{name}.arm")
        for name in ("hazard_ratio", "logrank", "proportional_hazards")
    )
    return {
        **reading.readings(rows, outcome),
        f"{outcome}_ratio": prose.comparison(ratio, hazard),
        f"{outcome}_log_rank": reading.log_rank(test),
        f"{outcome}_proportional": reading.proportionality(check),
        f"{outcome}_mean": mean_time(rows, outcome),
        f"{outcome}_weighted": weighted(rows, outcome),
    }


def mean_time(rows: pd.DataFrame, outcome: str) -> str:
    """Compare the arms' mean time free of the event within two years."""
    result = get(rows, f"survival.{outcome}.rmst_difference_{HORIZON}m.arm")
    return prose.comparison(result, f"{TIME_FREE[outcome]} within {HORIZON} months")


def weighted(rows: pd.DataFrame, outcome: str) -> str:
    """Give the P values of the log-rank tests that weigh early and late differences more."""
    found = [
        f"{words}: {prose.test(get(rows, f'survival.{outcome}.weighted_logrank_{name}.arm'))}"
        for name, (_, _, words) in WEIGHTS.items()
    ]
    return f"Log-rank test with {'; '.join(found)}."


def gray(rows: pd.DataFrame) -> str:
    """Say for each competing event whether its cumulative incidence differs clearly between the arms."""
    found = []
    for cause, (_, label) in CAUSES.items():
        result = get(rows, f"survival.{cause}.gray.arm")
        verdict = "a clear difference" if result["p_value"] < SIGNIFICANT else "no clear difference"
        text = f"{verdict}, {prose.test(result)}" if is_estimable(result) else prose.reason(result)
        found.append(f"{label.lower()}: {text}")
    return f"Between the arms, {'; '.join(found)}."


def mantel_byar(rows: pd.DataFrame) -> str:
    """Say whether survival after transplant and without it so far differ clearly."""
    result = get(rows, "survival.os.mantel_byar.all")
    if not is_estimable(result):
        return f"The Mantel-Byar test is {prose.reason(result)}."
    verdict = "a clear difference" if result["p_value"] < SIGNIFICANT else "no clear difference"
    return f"Between the two states there is {verdict}: {prose.test(result)}."


def immortal(rows: pd.DataFrame) -> str:
    """Set the wrong hazard ratio beside the time-dependent one, and say which is further from 1."""
    naive = get(rows, "survival.os.naive_hazard_ratio.all")
    right = get(rows, "survival.os.transplant_time_dependent_hazard_ratio.all")
    texts = [
        f"{prose.number(result)} ({prose.interval(result)})" if is_estimable(result) else prose.reason(result)
        for result in (naive, right)
    ]
    sentence = (
        f"Ever against never transplanted, counted from the first day, the hazard ratio is {texts[0]}; with "
        f"transplant counted from its day it is {texts[1]}."
    )
    if not (is_estimable(naive) and is_estimable(right)):
        return sentence
    wrong, proper = np.abs(np.log([naive["estimate"], right["estimate"]]))
    relation = "further from" if wrong > proper else "nearer to"
    return f"{sentence} The first, which is wrong, lies {relation} 1."


def landmark(rows: pd.DataFrame, start: int) -> str:
    """Say who enters one landmark analysis, and what it finds."""
    count = get(rows, f"survival.os.landmark_{start}m_transplanted.all")
    result = get(rows, f"survival.os.landmark_{start}m_hazard_ratio.all")
    test = get(rows, f"survival.os.landmark_{start}m_logrank.all")
    size = f"the hazard ratio of death after it is {prose.reason(result)}"
    if is_estimable(result):
        size = f"the hazard ratio of death after it is {prose.number(result)} ({prose.interval(result)})"
    return (
        f"At {start} months {count['n']:.0f} patients are alive and observed, {count['estimate']:.0f} of "
        f"them transplanted; {size}, {prose.test(test)}."
    )


def clock(rows: pd.DataFrame) -> str:
    """Say what becomes of two-year survival and of the hazard ratio on the clock of venetoclax."""
    found = []
    for outcome in CLOCKED:
        _, label = OUTCOMES[outcome]
        words = []
        for statistic, group in ((f"km_{HORIZON}m", "combination"), ("hazard_ratio", "arm")):
            usual = get(rows, f"survival.{outcome}.{statistic}.{group}")
            other = get(rows, f"survival.{outcome}.{statistic}_venetoclax_clock.{group}")
            words.append(f"{_sized(other)} in place of {_sized(usual)}")
        found.append(
            f"{label.lower()} of the combination at {HORIZON} months is {words[0]}, and the hazard ratio "
            f"between the arms {words[1]}"
        )
    return f"With the combination timed from venetoclax, {'; '.join(found)}."


def losses(rows: pd.DataFrame) -> str:
    """Say how far the patients who left before two years could move overall survival."""
    left = get(rows, f"survival.os.censored_before_{HORIZON}m.all")
    usual = get(rows, f"survival.os.km_{HORIZON}m.all")
    worst, best = (get(rows, f"survival.os.{case}_case_{HORIZON}m.all") for case in ("worst", "best"))
    return (
        f"Last seen alive before {HORIZON} months: {left['estimate']:.0f} of {left['n']:.0f} patients. "
        f"Had all of them died by then, {_sized(worst)} would be alive; had none, {_sized(best)}. The "
        f"Kaplan-Meier estimate, which lets them fare as those who stayed, is {_sized(usual)}."
    )


def extremes(rows: pd.DataFrame) -> str:
    """Say how far opposite fates of the lost could move the difference between the arms."""
    texts = [
        _sized(get(rows, f"survival.os.{case}_case_difference_{HORIZON}m.arm")) for case in ("worst", "best")
    ]
    return (
        f"Were the losses of one arm all deaths and those of the other none, the arms' difference in overall "
        f"survival at {HORIZON} months would lie anywhere from {texts[0]} to {texts[1]}."
    )


def tests(rows: pd.DataFrame) -> pd.DataFrame:
    """Pick the rows that compare the arms' curves as a whole."""
    return rows[rows["group"].eq("arm") & rows["statistic"].isin(TESTS)]


def means_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Lay out the restricted means.

    Returns
    -------
    DataFrame of str
        ``Outcome, Within``, a column for each arm, ``Difference, P``; one row per outcome and horizon.
    """
    lines = []
    for outcome, (_, label) in OUTCOMES.items():
        for horizon in LANDMARKS:
            means = {
                LABELS[arm]: _sized(get(rows, f"survival.{outcome}.rmst_{horizon}m.{arm}")) for arm in ARMS
            }
            result = get(rows, f"survival.{outcome}.rmst_difference_{horizon}m.arm")
            p_value = prose.p_value(result["p_value"]) if pd.notna(result["p_value"]) else ""
            line = {"Outcome": label, "Within": f"{horizon} months", **means}
            lines.append({**line, "Difference": _sized(result), "P": p_value})
    return pd.DataFrame(lines)


def transplant_ratios(rows: pd.DataFrame) -> pd.DataFrame:
    """Pick the hazard ratios of transplant, the right ones first, labelled for a forest plot."""
    labels = {"transplant_time_dependent_hazard_ratio": "Counted from\nits day"}
    labels |= {f"landmark_{start}m_hazard_ratio": f"Landmark at\n{start} months" for start in STARTS}
    labels["naive_hazard_ratio"] = "Ever or never\n(wrong)"
    found = rows[rows["statistic"].isin(labels)]
    return found.assign(label=found["statistic"].map(labels))


def transplant_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Lay out the analyses of transplant side by side.

    Returns
    -------
    DataFrame of str
        ``Analysis, Transplanted, Not (yet)`` (patients and two-year survival), ``Deaths`` (of the first and
        of the second), ``Hazard ratio``.
    """
    lines = []
    for analysis, (curve, count, ratio) in ANALYSES.items():
        states = [
            get(rows, f"survival.os.{curve}_{HORIZON}m.all.{state}")
            for state in ("transplanted", "not_transplanted")
        ]
        after = get(rows, f"survival.os.{count}.all")
        result = get(rows, f"survival.os.{ratio}_hazard_ratio.all")
        lines.append(
            {
                "Analysis": analysis,
                "Transplanted": f"n = {states[0]['n']:.0f}: {_sized(states[0])}",
                "Not (yet)": f"n = {states[1]['n']:.0f}: {_sized(states[1])}",
                "Deaths": f"{after['events']:.0f} and {result['events'] - after['events']:.0f}",
                "Hazard ratio": _sized(result),
            }
        )
    return pd.DataFrame(lines)


def transplant_description(rows: pd.DataFrame) -> str:
    """Describe the figure of the curves by transplant for a reader who cannot see it."""
    found = []
    for words, curve in {
        "Simon-Makuch": "simon_makuch",
        "ever or never, from the first day (wrong)": "naive_km",
    }.items():
        for state in ("transplanted", "not_transplanted"):
            result = get(rows, f"survival.os.{curve}_{HORIZON}m.all.{state}")
            found.append(f"{words}, {state.replace('_', ' ')}: {_sized(result)}")
    return (
        "Curves of overall survival from the first day of blinatumomab, above with transplant counted "
        f"from its day, below the wrong comparison. At {HORIZON} months, {'; '.join(found)}."
    )


def sensitivity_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Lay out two-year survival under each choice.

    Returns
    -------
    DataFrame of str
        ``Outcome, Group, Kaplan-Meier, Venetoclax clock, Left before, Worst to best case``.
    """
    lines = []
    for outcome, (_, label) in OUTCOMES.items():
        for group in GROUPS:
            timed = outcome in CLOCKED and group != "monotherapy"
            name = f"survival.{outcome}.{{}}_{HORIZON}m{{}}.{group}"
            left = get(rows, name.format("censored_before", ""))
            lines.append(
                {
                    "Outcome": label,
                    "Group": LABELS[group],
                    "Kaplan-Meier": _sized(get(rows, name.format("km", ""))),
                    "Venetoclax clock": _sized(get(rows, name.format("km", "_venetoclax_clock")))
                    if timed
                    else "",
                    "Left before": f"{left['estimate']:.0f} of {left['n']:.0f}",
                    "Worst to best case": _range(rows, name),
                }
            )
    return pd.DataFrame(lines)


def bounds(rows: pd.DataFrame) -> pd.DataFrame:
    """Gather two-year survival under each choice as numbers, for the figure.

    Returns
    -------
    DataFrame
        ``outcome, label, curve`` (the group), ``usual, clock, worst, best`` (fractions; missing where there
        is none).
    """
    lines = []
    for outcome in CLOCKED:
        _, label = OUTCOMES[outcome]
        for group in GROUPS:
            name = f"survival.{outcome}.{{}}_{HORIZON}m{{}}.{group}"
            line = {key: get(rows, name.format(f"{key}_case", ""))["estimate"] for key in ("worst", "best")}
            line["usual"] = get(rows, name.format("km", ""))["estimate"]
            line["clock"] = np.nan
            if group != "monotherapy":
                line["clock"] = get(rows, name.format("km", "_venetoclax_clock"))["estimate"]
            lines.append({"outcome": label, "label": LABELS[group], "curve": group, **line})
    return pd.DataFrame(lines)


def bounds_description(rows: pd.DataFrame) -> str:
    """Describe the figure of the bounds for a reader who cannot see it."""
    found = sensitivity_table(rows)
    found = found[found["Outcome"].isin([OUTCOMES[outcome][1] for outcome in CLOCKED])]
    texts = [
        f"{line['Outcome']}, {line['Group']}: {line['Kaplan-Meier']}, worst to best case "
        f"{line['Worst to best case']}"
        for _, line in found.iterrows()
    ]
    return (
        f"Survival at {HORIZON} months by Kaplan-Meier between its worst and best case. {'; '.join(texts)}."
    )


def _range(rows: pd.DataFrame, name: str) -> str:
    worst, best = (get(rows, name.format(f"{case}_case", "")) for case in ("worst", "best"))
    if not is_estimable(worst):
        return prose.reason(worst)
    return f"{prose.number(worst)} to {prose.number(best)}"


def _sized(result: pd.Series) -> str:
    """Print an estimate with its interval in brackets; or why there is none."""
    if not is_estimable(result):
        return prose.reason(result)
    interval = prose.interval(result)
    return f"{prose.number(result)} ({interval})" if interval else prose.number(result)
