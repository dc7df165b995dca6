"""Chapter 4 in words: result rows in, the sentences that branch and the alternative texts out."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers.chapters.survival.sensitivity import CLOCKED, clocked
from helpers.chapters.survival.times import CAUSES, OUTCOMES, result_id
from helpers.chapters.survival.transplant import starts
from helpers.ground.cohort import Cohort
from helpers.ground.results import get, is_estimable
from helpers.ground.study import CONTRAST, EVERYBODY, LeadIn, Study
from helpers.printing import comparisons, prose

FEW_AT_RISK = 10  # below which a curve is read with a warning: a convention of this book

TIME_FREE = {"os": "The mean time alive", "dfs": "The mean time alive without relapse"}


def probability(rows: pd.DataFrame, outcome: str, month: int, group: str = EVERYBODY) -> str:
    """Print a survival probability: 64% (95% CI 48% to 76%; 15 deaths among 64 patients by then; 9 left)."""
    result = get(rows, result_id(outcome, f"km_{month}m", group))
    left = get(rows, result_id(outcome, f"at_risk_{month}m", group))["estimate"]
    return prose.with_interval(result, f"{_events(result, outcome)} by then", f"{left:.0f} still at risk")


def probabilities(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Print the survival probability of all patients at every horizon."""
    found = [f"{probability(rows, outcome, month)} at {prose.months(month)}" for month in study.horizons]
    return " and ".join(found)


def by_arm(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Print the survival probability of each arm at the main horizon."""
    found = [f"{probability(rows, outcome, study.horizon, arm.id)} with {arm.phrase}" for arm in study.arms]
    return " and ".join(found)


def incidence(rows: pd.DataFrame, cause: str, month: int, group: str = EVERYBODY) -> str:
    """Print a cumulative incidence: 12% (95% CI 5% to 22%; 7 relapses among 64 patients by then)."""
    result = get(rows, result_id(cause, f"cumulative_incidence_{month}m", group))
    return prose.with_interval(result, f"{_events(result, cause)} by then")


def medians(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Print the medians of one outcome for all patients and for each arm."""
    found = {group: get(rows, result_id(outcome, "median", group)) for group in study.groups}
    return "; ".join(f"{study.label(group)}: {prose.with_interval(row)}" for group, row in found.items())


def warning_sentence(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Warn of the horizons at which fewer than `FEW_AT_RISK` patients of a group are at risk."""
    thin = [
        f"{study.label(group)}, {left['estimate']:.0f} of {left['n']:.0f} at {month} months"
        for group in study.groups
        for month in study.horizons
        if (left := get(rows, result_id(outcome, f"at_risk_{month}m", group)))["estimate"] < FEW_AT_RISK
    ]
    if not thin:
        months = " and ".join(map(str, study.horizons))
        return f"At least {FEW_AT_RISK} patients of every group are at risk at {months} months."
    return (
        f"Fewer than {FEW_AT_RISK} patients are still at risk here: {'; '.join(thin)}. From there on the "
        "curve rests on so few that one event more or less would move it visibly."
    )


def followup_sentence(rows: pd.DataFrame) -> str:
    """Say whom the simple and the reverse Kaplan-Meier median of follow-up use, and how they differ."""
    simple, reverse = (get(rows, result_id("followup", name)) for name in ("median", "reverse_km_median"))
    died = f"the {reverse['n'] - reverse['events']:.0f} who died"
    users = (
        f"The simple median is over all {simple['n']:.0f} patients; for {died} it takes the time to death. "
        f"For the reverse Kaplan-Meier median the {reverse['events']:.0f} last seen alive have reached the "
        f"end of their follow-up, while {died} only tell that theirs would have been longer than their life."
    )
    # The difference of the printed medians, so that the sentence adds up.
    gap = round(round(reverse["estimate"], 1) - round(simple["estimate"], 1), 1)
    relation = f"{abs(gap):.1f} months {'longer' if gap > 0 else 'shorter'} than" if gap else "the same as"
    relation = "not reached" if pd.isna(reverse["estimate"]) else f"{relation} the simple one"
    return prose.missing(reverse, "The reverse Kaplan-Meier median is") or f"{users} It is {relation}."


def hazard_sentence(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Compare the hazards of one outcome between the arms."""
    result = get(rows, result_id(outcome, "hazard_ratio", CONTRAST))
    what = f"The hazard of {OUTCOMES[outcome].event}"
    few = _few(rows, study, outcome, "median")
    return comparisons.comparison(result, what, study, comparisons.near_one(result["estimate"]), few)


def mean_time_sentence(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Compare the arms' mean time free of the event within the main horizon."""
    result = get(rows, result_id(outcome, f"rmst_difference_{study.horizon}m", CONTRAST))
    name = f"rmst_{study.horizon}m"
    alike = len({prose.number(get(rows, result_id(outcome, name, arm))) for arm in study.arm_ids}) == 1
    what = f"{TIME_FREE[outcome]} within {study.horizon} months"
    return comparisons.comparison(result, what, study, alike, _few(rows, study, outcome, name))


def log_rank_sentence(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Say whether the arms' curves differ clearly, by the log-rank test."""
    result = get(rows, result_id(outcome, "logrank", CONTRAST))
    few = _few(rows, study, outcome, "median")
    return _judged(result, study, few, "the arms' curves", "The test of the arms' curves")


def proportionality_sentence(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Say whether the data speak against one hazard ratio for all of follow-up."""
    result = get(rows, result_id(outcome, "proportional_hazards", CONTRAST))
    verdict = "There is no clear sign against proportional hazards"
    if result["p_value"] < study.alpha:
        changing = "so that the hazard ratio averages over a changing relation"
        verdict = f"The hazards do not look proportional, {changing}"
    events = f"with {result['events']:.0f} events the test sees large departures only"
    told = f"{verdict}: {prose.test(result)}; {events}."
    return prose.missing(result, "Whether the hazards are proportional is") or told


def gray_sentence(rows: pd.DataFrame, cohort: Cohort) -> str:
    """Say for each competing event whether its cumulative incidence differs clearly between the arms."""
    study, found = cohort.study, []
    for cause, (level, label, *_) in CAUSES.items():
        result = get(rows, result_id(cause, "gray", CONTRAST))
        first = cohort.patients[cohort.patients["first_event"].eq(level)]
        few = comparisons.few_events(*(study.members(first, group=arm).sum() for arm in study.arm_ids))
        verdict = f"{comparisons.verdict(result, study, few)}, {prose.test(result)}"
        found.append(f"{label.lower()}: {verdict if is_estimable(result) else prose.no_number(result)}")
    return f"Between the arms, {'; '.join(found)}."


def transplant_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Say how the hazard of death after transplant compares with that of patients not (yet) transplanted."""
    result = get(rows, result_id("os", "transplant_time_dependent_hazard_ratio"))
    after, others, few = _transplant_deaths(rows)
    counts = (
        f"Of {after['n']:.0f} patients, {after['estimate']:.0f} were followed beyond a transplant, and "
        f"{after['events']:.0f} of these died"
    )
    direction = "higher than" if result["estimate"] > 1 else "lower than"
    if comparisons.near_one(result["estimate"]) and comparisons.clarity(result) == "no clear difference":
        direction = "about the same as"
    return prose.missing(result, f"{counts}; the hazard ratio is") or (
        f"{counts}; {others:.0f} died before or without one. The hazard of death after transplant was "
        f"{direction} that of patients not, or not yet, transplanted: hazard ratio {prose.estimate(result)}, "
        f"{prose.p_value(result['p_value'])}; {comparisons.verdict(result, study, few)}."
    )


def mantel_byar_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Say whether survival after transplant and without it so far differ clearly."""
    *_, few = _transplant_deaths(rows)
    result = get(rows, result_id("os", "mantel_byar"))
    return _judged(result, study, few, "the two states", "The Mantel-Byar test")


def landmark_sentences(rows: pd.DataFrame, study: Study) -> str:
    """Say who enters each landmark analysis, and what it finds."""

    def row(start: int, statistic: str) -> pd.Series:
        return get(rows, result_id("os", f"landmark_{start}m_{statistic}"))

    return " ".join(
        f"At {start} months {row(start, 'transplanted')['n']:.0f} patients are alive and observed, "
        f"{row(start, 'transplanted')['estimate']:.0f} of them transplanted; the hazard ratio of death after "
        f"it is {prose.with_interval(row(start, 'hazard_ratio'))}, {prose.test(row(start, 'logrank'))}."
        for start in starts(study)
    )


def immortal_sentence(rows: pd.DataFrame) -> str:
    """Set the wrong hazard ratio beside the time-dependent one, and say which is further from 1."""
    naive = get(rows, result_id("os", "naive_hazard_ratio"))
    right = get(rows, result_id("os", "transplant_time_dependent_hazard_ratio"))
    ratios = f"{prose.with_interval(naive)}; with transplant counted from its day it is"
    told = "Ever against never transplanted, counted from the first day, the hazard ratio is"
    sentence = f"{told} {ratios} {prose.with_interval(right)}."
    if not (is_estimable(naive) and is_estimable(right)):
        return sentence
    wrong, proper = np.abs(np.log([naive["estimate"], right["estimate"]]))
    relation = "further from 1" if wrong > proper else "nearer to 1"
    if prose.number(naive) == prose.number(right):
        relation = "as far from 1, to the printed digits"
    return f"{sentence} The first, which is wrong, lies {relation}."


def clock_sentence(rows: pd.DataFrame, study: Study, lead_in: LeadIn) -> str:
    """Say what becomes of survival at the main horizon and of the hazard ratio on the lead-in's clock."""

    def both(outcome: str, statistic: str, group: str) -> str:
        ids = (result_id(outcome, name, group) for name in (clocked(statistic, lead_in), statistic))
        return " in place of ".join(prose.with_interval(get(rows, id)) for id in ids)

    arm, month = study.arm(lead_in.arm), study.horizon
    found = [
        f"{OUTCOMES[outcome].label.lower()} of {arm.phrase} at {month} months is "
        f"{both(outcome, f'km_{month}m', arm.id)}, and the hazard ratio between the arms "
        f"{both(outcome, 'hazard_ratio', CONTRAST)}"
        for outcome in CLOCKED
    ]
    return f"With {arm.phrase} timed from {lead_in.label}, {'; '.join(found)}."


def standing_sentence(cohort: Cohort) -> str:
    """Say what the times in the cohort are: chosen in rebuilding it, or recorded."""
    if cohort.note:
        return (
            "In this rebuilt cohort the times of relapse, death, transplant and last contact were chosen so "
            "that the published figures come out; whatever the abstract does not print (the arms' curves, "
            "medians, hazard ratios, the place of transplant) may have been different in the patients."
        )
    return "The times of relapse, death, transplant and last contact are those recorded for the patients."


def curves_alt(rows: pd.DataFrame, study: Study, outcome: str, groups: Iterable[str]) -> str:
    """Describe a figure of Kaplan-Meier curves for a reader who cannot see it."""
    readings = [
        f"{study.label(group)}: {probability(rows, outcome, month, group)} at {month} months"
        for group in groups
        for month in study.horizons
    ]
    return (
        f"Kaplan-Meier curves of {OUTCOMES[outcome].label.lower()} from {study.time_zero}, with 95% bands, "
        f"censoring ticks and numbers at risk. {'; '.join(readings)}."
    )


def incidences_alt(rows: pd.DataFrame, study: Study, groups: Iterable[str]) -> str:
    """Describe a figure of cumulative incidence curves for a reader who cannot see it."""
    readings = [
        f"{study.label(group)}, {label.lower()}: {incidence(rows, cause, month, group)} at {month} months"
        for group in groups
        for cause, (_, label, *_) in CAUSES.items()
        for month in study.horizons
    ]
    return f"Cumulative incidence curves from {study.time_zero}, with 95% bands. {'; '.join(readings)}."


def bounds_alt(printed: pd.DataFrame, study: Study) -> str:
    """Describe the figure of the bounds by the lines of its table."""
    shown = printed[printed["Outcome"].isin([OUTCOMES[outcome].label for outcome in CLOCKED])]
    words = "{Outcome}, {Group}: {Kaplan-Meier}, worst to best case {Worst to best case}"
    found = [words.format(**line.to_dict()) for _, line in shown.iterrows()]
    start = f"Survival at {study.horizon} months by Kaplan-Meier between its worst and best case."
    return f"{start} {'; '.join(found)}."


def _events(result: pd.Series, outcome: str) -> str:
    *_, one, several = (OUTCOMES | CAUSES)[outcome]
    events = f"{result['events']:.0f} {one if result['events'] == 1 else several}"
    return f"{events} among {result['n']:.0f} patients"


def _few(rows: pd.DataFrame, study: Study, outcome: str, statistic: str) -> bool:
    """Say whether an arm has too few events for a verdict, by a row that counts them."""
    counts = [get(rows, result_id(outcome, statistic, arm))["events"] for arm in study.arm_ids]
    return comparisons.few_events(*counts)


def _transplant_deaths(rows: pd.DataFrame) -> tuple[pd.Series, float, bool]:
    """Return those followed after transplant, the deaths of the others, and whether one side has few."""
    after = get(rows, result_id("os", "followed_after_transplant"))
    others = get(rows, result_id("os", "transplant_time_dependent_hazard_ratio"))["events"] - after["events"]
    return after, others, comparisons.few_events(after["events"], others)


def _judged(result: pd.Series, study: Study, few: bool, between: str, test: str) -> str:
    verdict = f"{'are' if few else 'is'} {comparisons.verdict(result, study, few)}: {prose.test(result)}"
    return prose.missing(result, f"{test} is") or f"Between {between} there {verdict}."
