"""Chapter 4 in words: the alternative texts of its figures."""

from collections.abc import Iterable

import pandas as pd

from helpers.chapters.survival.monthly import SHARES
from helpers.chapters.survival.sensitivity import CLOCKED
from helpers.chapters.survival.times import CAUSES, OUTCOMES
from helpers.chapters.survival.words.known import incidence, probability
from helpers.ground.cohort import Cohort
from helpers.ground.standing import FOLLOWS, PRINTED
from helpers.ground.study import Study
from helpers.plots.survival import TOO_FEW
from helpers.printing import prose


def curve_words(cohort: Cohort) -> dict[str, str]:
    """Say what a figure of curves holds of single patients, for the caption: ``ticks, read, rounded``."""
    least = cohort.threshold
    read = (
        f" {cohort.undrawn} Curves are read at month 0 and where a month, a quarter or another round span "
        f"ends in which at least {least} patients of each group had the event, as long as {least} are at "
        "risk; lines join these readings, which are in whole percent, and a curve of fewer events is left "
        "out."
    )
    return {
        "ticks": "; ticks: patients last seen then without the event" if cohort.draws_patients else "",
        "read": read if least else "",
        "rounded": f", to the nearest {least}" if least else "",
    }


def curves_alt(
    curves: pd.DataFrame, rows: pd.DataFrame, cohort: Cohort, outcome: str, groups: Iterable[str]
) -> str:
    """Describe a figure of Kaplan-Meier curves, of which there may be none, for who cannot see it."""
    study = cohort.study
    marks = "censoring ticks and " if cohort.draws_patients else ""
    readings = [
        f"{study.label(group)}: {probability(rows, outcome, month, group)} at {month} months"
        for group in groups
        for month in study.horizons
    ]
    name = OUTCOMES[outcome].label
    if curves.empty:
        return f"{name}, {TOO_FEW}. {'; '.join(readings)}."
    return (
        f"Kaplan-Meier curves of {name.lower()} from {study.time_zero}, with 95% bands"
        f"{', ' if marks else ' and '}{marks}numbers at risk. {'; '.join(readings)}."
    )


def fans_alt(read: pd.DataFrame, study: Study) -> str:
    """Describe a figure of fans for a reader who cannot see it, by what `monthly` reads at the horizons."""
    told = read[read["month"].isin(study.horizons) & read["part"].eq(SHARES)] if len(read) else read
    readings = [
        f"{fan['label']}, at {fan['month']:.0f} months {prose.bare(fan)}"
        f"{', ' + fan['standing'] if fan['standing'] in (PRINTED, FOLLOWS) else ''}"
        for _, fan in told.iterrows()
    ]
    return (
        f"Bands within which 95% of the Kaplan-Meier curves from {study.time_zero} lie, over the cohorts "
        f"that agree with the abstract. {'; '.join(readings) or 'None is known'}."
    )


def bands_alt(parts: dict[str, pd.DataFrame]) -> str:
    """Describe a figure of bands by its rows."""
    readings = [
        f"{row['heading']}, {row['population']}: {prose.bare(row)}"
        for rows in parts.values()
        for _, row in rows.iterrows()
    ]
    told = "Ranges over the cohorts that agree with the abstract, as bands without a point."
    return f"{told} {'; '.join(readings)}."


def incidences_alt(rows: pd.DataFrame, study: Study, groups: Iterable[str]) -> str:
    """Describe a figure of cumulative incidence curves for a reader who cannot see it."""
    readings = [
        f"{study.label(group)}, {label.lower()}: {incidence(rows, cause, month, group)} at {month} months"
        for group in groups
        for cause, (_, label, *_) in CAUSES.items()
        for month in study.horizons
    ]
    return f"Cumulative incidence curves from {study.time_zero}, with 95% bands. {'; '.join(readings)}."


def transplant_alt(analyses: pd.DataFrame, study: Study) -> str:
    """Describe the figure of transplant by the first and the last line of its table."""
    right, wrong = analyses.iloc[0], analyses.iloc[-1]
    return (
        f"Curves of overall survival from {study.time_zero}, above with transplant counted from its day, "
        f"below the wrong comparison. At {study.horizon} months, from its day, transplanted "
        f"{right['Transplanted']}, not (yet) {right['Not (yet)']}; ever or never (wrong), transplanted "
        f"{wrong['Transplanted']}, not (yet) {wrong['Not (yet)']}."
    )


def bounds_alt(printed: pd.DataFrame, study: Study) -> str:
    """Describe the figure of the bounds by the lines of its table."""
    shown = printed[printed["Outcome"].isin([OUTCOMES[outcome].label for outcome in CLOCKED])]
    words = "{Outcome}, {Group}: {Kaplan-Meier}, worst to best case {Worst to best case}"
    found = [words.format(**line.to_dict()) for _, line in shown.iterrows()]
    start = f"Survival at {study.horizon} months by Kaplan-Meier between its worst and best case."
    return f"{start} {'; '.join(found)}."
