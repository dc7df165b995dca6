"""Chapter 4 in words: transplant, competing deaths, the start of the clock and who left early."""

import numpy as np
import pandas as pd

from helpers.chapters.survival.sensitivity import CASES, CLOCKED, clocked
from helpers.chapters.survival.times import OUTCOMES, result_id
from helpers.chapters.survival.transplant import starts
from helpers.chapters.survival.words.compared import judged
from helpers.ground.results import get, is_estimable
from helpers.ground.rounding import ROUNDED
from helpers.ground.standing import is_open, reading
from helpers.ground.study import CONTRAST, EVERYBODY, LeadIn, Study
from helpers.printing import comparisons, prose
from helpers.printing.marks import UNDER, part


def never_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Say how many of those who died without relapse never were in a remission; empty where none is told."""
    never = get(rows, result_id("death_without_relapse", "never_in_remission"))
    if not is_open(never) and (not is_estimable(never) or never["estimate"] == 0):
        return ""
    disease = "" if study.assessed == EVERYBODY else f"had {study.assessed_name} disease and "
    died = part(never, f"{never['n']:.0f}")
    counts = f"Of the {died} who died without relapse, {prose.number(never)} {disease}"
    if is_open(never) or pd.isna(never["n"]):
        counts = f"Of those who died without relapse, {prose.number(never)} {disease}"
    under = f" ({UNDER})" if reading(never) else ""
    return (
        f"{counts}reached no complete remission{under}: they could not relapse, so that death without "
        "relapse is not non-relapse mortality."
    )


def left_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Say how far survival at the main horizon hangs on those who left before it."""
    month = study.horizon

    def row(statistic: str, group: str = EVERYBODY) -> pd.Series:
        return get(rows, result_id("os", f"{statistic}_{month}m", group))

    left, cases = row("censored_before"), {case: prose.with_interval(row(f"{case}_case")) for case in CASES}
    differences = {case: row(f"{case}_case_difference", CONTRAST) for case in CASES}
    ends = {case: prose.with_interval(difference) for case, difference in differences.items()}
    told = (
        f"Last seen alive before {month} months: {prose.out_of(left)} patients. Had all "
        f"of them died by then, {cases['worst']} would be alive; had none, {cases['best']}."
    )
    if is_open(left):
        return told
    told += (
        " The Kaplan-Meier estimate, which lets them fare as those who stayed, is "
        f"{prose.with_interval(row('km'))}."
    )
    if not all(map(is_estimable, differences.values())):
        return told
    rounded = any(each["method"].endswith(ROUNDED) for each in differences.values())
    return (
        f"{told} Were the losses of one arm all deaths and those of the other "
        f"none, the arms' difference in overall survival at {month} months would lie anywhere from "
        f"{ends['worst']} to {ends['best']}{f', {ROUNDED}' if rounded else ''}."
    )


def clock_sentence(rows: pd.DataFrame, study: Study, lead_in: LeadIn) -> str:
    """Say what becomes of survival at the main horizon and of the hazard ratio on the lead-in's clock."""

    def both(outcome: str, statistic: str, group: str) -> str:
        ids = (result_id(outcome, name, group) for name in (clocked(statistic, lead_in), statistic))
        return " in place of ".join(prose.with_interval(get(rows, id)) for id in ids)

    arm, month = study.arm(lead_in.arm), study.horizon
    shift = get(rows, result_id("os", clocked("hazard_ratio_shift", lead_in), CONTRAST))
    if is_open(shift):
        return (
            f"With {arm.phrase} timed from {lead_in.label}, the hazard ratio of death between the arms is "
            f"that of the usual clock times {prose.number(shift)}."
        )
    found = [
        f"{OUTCOMES[outcome].label.lower()} of {arm.phrase} at {month} months is "
        f"{both(outcome, f'km_{month}m', arm.id)}, and the hazard ratio between the arms "
        f"{both(outcome, 'hazard_ratio', CONTRAST)}"
        for outcome in CLOCKED
    ]
    return f"With {arm.phrase} timed from {lead_in.label}, {'; '.join(found)}."


def transplant_unknown(rows: pd.DataFrame) -> str | None:
    """Say why nothing is told of survival after transplant; None where days of transplants were recorded."""
    if not is_open(get(rows, result_id("os", "transplant_time_dependent_hazard_ratio"))):
        return None
    return (
        "The abstract prints how many were transplanted, and neither when nor who of them died. In the "
        "cohorts that agree with it the days of the transplants are drawn by a rule of this book, so that a "
        "hazard ratio, or a range of it, would show the rule. None is given."
    )


def transplant_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Say how the hazard of death after transplant compares with that of patients not (yet) transplanted."""
    result = get(rows, result_id("os", "transplant_time_dependent_hazard_ratio"))
    after, others, few = _transplant_deaths(rows)
    if not is_estimable(after):
        counts = f"How many were followed beyond a transplant is {prose.no_number(after)}"
        return f"{counts}; the hazard ratio is {prose.with_interval(result)}."
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
    result = get(rows, result_id("os", "mantel_byar"))
    *_, few = _transplant_deaths(rows)
    return judged(result, study, few, "the two states", "The Mantel-Byar test")


def landmark_sentences(rows: pd.DataFrame, study: Study) -> str:
    """Say who enters each landmark analysis, and what it finds."""

    def row(start: int, statistic: str) -> pd.Series:
        return get(rows, result_id("os", f"landmark_{start}m_{statistic}"))

    def counted(start: int) -> str:
        count = row(start, "transplanted")
        return prose.missing(count, f"At {start} months the number of transplanted patients is").removesuffix(
            "."
        ) or (
            f"At {start} months {count['n']:.0f} patients are alive and observed, "
            f"{count['estimate']:.0f} of them transplanted"
        )

    return " ".join(
        f"{counted(start)}; the hazard ratio of death after "
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


def _transplant_deaths(rows: pd.DataFrame) -> tuple[pd.Series, float, bool]:
    """Return those followed after transplant, the deaths of the others, and whether one side has few."""
    after = get(rows, result_id("os", "followed_after_transplant"))
    others = get(rows, result_id("os", "transplant_time_dependent_hazard_ratio"))["events"] - after["events"]
    return after, others, comparisons.few_events(after["events"], others)
