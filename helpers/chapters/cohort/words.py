"""Chapter 1 in words: the sentences that branch, and the alternative texts of its figures."""

import pandas as pd

from helpers.chapters.cohort.groups import result_id
from helpers.chapters.cohort.missing import columns
from helpers.estimators.quantiles import QUANTILES
from helpers.ground.endpoints import MILESTONES
from helpers.ground.results import get, is_estimable, pick, reason
from helpers.ground.study import CONTRAST, EVERYBODY, Study
from helpers.printing import comparisons, prose

NOTABLE = 0.1  # the size of a standardised difference that Austin (2009) proposes to look at


def sizes(rows: pd.DataFrame, study: Study) -> str:
    """Say how many patients there are, from how many centres, and how many in each arm."""
    hospitals = get(rows, result_id("centres", "count"))
    everybody = _counted(get(rows, result_id("patients", "count"))["estimate"], "patient")
    where = f" from {_counted(hospitals['estimate'], 'centre')}" if is_estimable(hospitals) else ""
    arms = pick(rows, outcome="patients", statistic="count", stratum=EVERYBODY)
    return f"{everybody}{where}: {comparisons.by_arm(arms, study, prose.number)}"


def by_arm(rows: pd.DataFrame, study: Study, outcome: str, stratum: str = EVERYBODY) -> str | None:
    """Print a count in both arms: 7 of 12 (58%) with … and 7 of 21 (33%) with …; None in no population."""
    found = pick(rows, outcome=outcome, statistic="count", group=study.arm_ids, stratum=stratum)
    return comparisons.by_arm(found, study, prose.share)


def statuses(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Print a count in both arms for every disease status."""
    return "; ".join(f"{study.label(one)}: {by_arm(rows, study, outcome, one)}" for one in study.statuses)


def panel_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Say who is in the immune panel, or that there is none."""
    if not get(rows, result_id("immune_panel", "count"))["estimate"]:
        return "There is no immune panel."
    return f"In the immune panel, with blood samples: {by_arm(rows, study, 'immune_panel')}."


def quantiles(rows: pd.DataFrame, outcome: str, group: str, stratum: str = EVERYBODY) -> pd.DataFrame:
    """Select the quantiles of age or blasts in one group, by statistic."""
    found = pick(rows, outcome=outcome, statistic=QUANTILES, group=group, stratum=stratum)
    return found.set_index("statistic", drop=False)


def spread(quantiles: pd.DataFrame) -> str:
    """Print a median with its quartiles, without the unit: 46 (33 to 58); the reason where there is none."""
    if not is_estimable(quantiles.loc["median"]):
        return reason(quantiles.loc["median"])
    return f"{_bare(quantiles, 'median')} ({_bare(quantiles, 'quartile_1', 'quartile_3')})"


def extremes(quantiles: pd.DataFrame) -> str:
    """Print the range of the same: 17 to 74; empty text where there is no value."""
    return _bare(quantiles, "minimum", "maximum") if is_estimable(quantiles.loc["minimum"]) else ""


def spread_in_words(quantiles: pd.DataFrame) -> str:
    """Print median, quartiles, range and number of values; the reason where there is none."""
    median = quantiles.loc["median"]
    if not is_estimable(median):
        return spread(quantiles)
    unit = {"years": " years", "percent_points": "%"}[median["unit"]]
    inside = f"range {extremes(quantiles)}; n = {median['n']:.0f}"
    ends = _bare(quantiles, "quartile_1", "quartile_3")
    return f"median {_bare(quantiles, 'median')}{unit} (quartiles {ends}; {inside})"


def spreads(rows: pd.DataFrame, study: Study, outcome: str, stratum: str = EVERYBODY) -> str:
    """Print the same in both arms."""
    found = {arm: spread_in_words(quantiles(rows, outcome, arm.id, stratum)) for arm in study.arms}
    return " and ".join(f"{words} {comparisons.with_arm(arm)}" for arm, words in found.items())


def shift_sentence(
    rows: pd.DataFrame, study: Study, outcome: str, what: str, stratum: str = EVERYBODY
) -> str:
    """Say how age or blasts differ between the arms; in no direction where the medians print alike."""
    shift = get(rows, result_id(outcome, "hodges_lehmann", CONTRAST, stratum))
    medians = {_bare(quantiles(rows, outcome, arm, stratum), "median") for arm in study.arm_ids}
    return comparisons.comparison(shift, what, study, alike=len(medians) == 1)


def imbalance_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Say how many of the standardised differences are notable, and which is the largest."""
    found = pick(rows, statistic=("standardised_difference", "standardised_distance"))
    known = found.dropna(subset="estimate")
    if known.empty:
        return "No standardised difference is estimable."
    largest = known.loc[known["estimate"].abs().idxmax()]
    notable = int((known["estimate"].abs() > NOTABLE).sum())
    return (
        f"Of the {len(known)} standardised differences that are estimable, {notable} exceed {NOTABLE} in "
        f"size; the largest, {prose.number(largest)}, is in “{largest['label']}” "
        f"({study.label(largest['stratum'])})."
    )


def chance_list(rows: pd.DataFrame, study: Study) -> str:
    """List how far a standardised difference strays by chance between arms of these sizes."""
    found = pick(rows, outcome="standardised_difference", statistic="standard_error")
    parts = [
        f"- {error['estimate']:.2f} with the {error['n']:.0f} patients of “{study.label(error['stratum'])}”"
        for _, error in found.dropna(subset="estimate").iterrows()
    ]
    return ";\n".join(parts or ["- not estimable in any population"]) + "."


def centres_sentence(rows: pd.DataFrame) -> str:
    """Say how many centres there are, how many gave both treatments, and what share the largest holds."""
    number = get(rows, result_id("centres", "count"))
    if not is_estimable(number):
        return f"The number of centres is {prose.no_number(number)}."
    both = get(rows, result_id("centres_with_both_arms", "count"))
    largest = get(rows, result_id("centre_01", "count"))
    return (
        f"The patients come from {_counted(number['estimate'], 'centre')}, of which {prose.number(both)} "
        f"gave both treatments; the largest has {prose.share(largest)} of the patients."
    )


def deaths_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Say how many of the deaths followed a relapse or a treatment without response, and what response is."""
    after = get(rows, result_id("death_after_relapse_or_no_response", "count"))
    if not is_estimable(after):
        return f"The share of deaths after relapse or without response is {prose.no_number(after)}."
    meant = [
        f"in {prose.inside(study.population(id).label)} patients {study.outcome(outcome).noun}"
        for id, outcome in study.responds_by.items()
    ]
    return (
        "Of the patients who died and in whom both are recorded, "
        f"{prose.share(after)} had relapsed or had no response ({', '.join(meant)})."
    )


def missing_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Say which columns lack values that are due, and how many."""
    due = pick(rows, outcome=[*columns(study), "missing_immune_percent"])
    lacking = due[due["estimate"] > 0]
    if lacking.empty:
        return "No value that is due is missing."
    gaps = lacking["label"] + " (" + lacking["population"] + "): " + lacking.apply(prose.share, axis=1)
    return f"Values that are due and missing: {'; '.join(gaps)}."


def centres_alt(by_centre: pd.DataFrame, study: Study) -> str:
    """Describe the figure of the centres, the largest first, each with its patients by arm."""
    counts = [
        f"centre {place}: {comparisons.by_arm(rows, study, prose.number)}"
        for place, (_, rows) in enumerate(by_centre.groupby("label", sort=False), start=1)
    ]
    return f"Patients of every centre by arm. {'; '.join(counts) or 'Centre not recorded'}."


def milestones(rows: pd.DataFrame, study: Study) -> str:
    """Print the count of every event of a course in both arms."""
    return "; ".join(f"{label}: {by_arm(rows, study, event)}" for event, label in MILESTONES.items())


def _bare(quantiles: pd.DataFrame, *statistics: str) -> str:
    """Print quantiles without their unit, as few decimals as they have: 46, or 33 to 58.5."""
    estimates = quantiles.loc[list(statistics), "estimate"]
    return " to ".join(prose.fixed(estimate, 1).removesuffix(".0") for estimate in estimates)


def _counted(number: float, noun: str) -> str:
    return f"{number:.0f} {noun}{'' if number == 1 else 's'}"
