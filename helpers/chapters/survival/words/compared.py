"""Chapter 4 in words: the sentences that compare the arms."""

import pandas as pd

from helpers.chapters.survival.times import CAUSES, OUTCOMES, result_id
from helpers.ground.cohort import Cohort
from helpers.ground.results import get, is_estimable
from helpers.ground.standing import is_open
from helpers.ground.study import CONTRAST, Study
from helpers.printing import comparisons, prose

MANY_EVENTS = 200  # of fewer, a test of proportional hazards sees a large departure alone
AVERAGES = "averages over a changing relation"
TIME_FREE = {"os": "The mean time alive", "dfs": "The mean time alive without relapse"}


def hazard_sentence(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Compare the hazards of one outcome between the arms, with a warning where they are not proportional."""
    result = get(rows, result_id(outcome, "hazard_ratio", CONTRAST))
    what = f"The hazard of {OUTCOMES[outcome].event}"
    few = _few(rows, study, outcome, "median")
    told = comparisons.comparison(result, what, study, comparisons.near_one(result["estimate"]), few)
    test = get(rows, result_id(outcome, "proportional_hazards", CONTRAST))
    if is_open(test) or not is_estimable(result) or not test["p_value"] < study.alpha:
        return told
    return f"{told} It changed over time, {prose.test(test)}, so that the ratio {AVERAGES}."


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
    return judged(result, study, few, "the arms' curves", "The log-rank test of the arms' curves")


def proportionality_sentence(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Say whether the data speak against one hazard ratio for all of follow-up."""
    result = get(rows, result_id(outcome, "proportional_hazards", CONTRAST))
    if is_open(result):
        return f"The test of proportional hazards: {open_test(result)}."
    verdict, seen = "There is no clear sign against proportional hazards", ""
    if result["p_value"] < study.alpha:
        verdict = f"The hazards do not look proportional, so that the hazard ratio {AVERAGES}"
    elif result["events"] < MANY_EVENTS:
        seen = "; with so few of them only a large departure would be seen"
    told = f"{verdict}: {prose.test(result)} of {result['events']:.0f} events{seen}."
    return prose.missing(result, "Whether the hazards are proportional is") or told


def gray_sentence(rows: pd.DataFrame, cohort: Cohort) -> str:
    """Say for each competing event whether its cumulative incidence differs clearly between the arms."""
    study, found = cohort.study, []
    for cause, (level, label, *_) in CAUSES.items():
        result = get(rows, result_id(cause, "gray", CONTRAST))
        if is_open(result):
            found.append(f"{label.lower()}: {open_test(result)}")
            continue
        first = cohort.patients[cohort.patients["first_event"].eq(level)]
        few = comparisons.few_events(*(study.members(first, group=arm).sum() for arm in study.arm_ids))
        verdict = f"{comparisons.verdict(result, study, few)}, {prose.test(result)}"
        found.append(f"{label.lower()}: {verdict if is_estimable(result) else prose.no_number(result)}")
    return f"Between the arms, {'; '.join(found)}."


def judged(result: pd.Series, study: Study, few: bool, between: str, test: str) -> str:
    """Say whether a test finds a clear difference, and what is open of it."""
    if is_open(result):
        return f"{test}: {open_test(result)}."
    verdict = f"{'are' if few else 'is'} {comparisons.verdict(result, study, few)}: {prose.test(result)}"
    return prose.missing(result, f"{test} is") or f"Between {between} there {verdict}."


def open_test(result: pd.Series) -> str:
    """Say of a test that is open in which share of the cohorts it is significant."""
    return "open" if pd.isna(result["share_significant"]) else f"open, {prose.tested(result)}"


def _few(rows: pd.DataFrame, study: Study, outcome: str, statistic: str) -> bool:
    """Say whether an arm has too few events for a verdict, by a row that counts them."""
    counts = [get(rows, result_id(outcome, statistic, arm))["events"] for arm in study.arm_ids]
    return comparisons.few_events(*counts)
