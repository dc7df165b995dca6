"""Chapter 4 in words: what is known of survival, what follows, and how the figures are read."""

import pandas as pd

from helpers.chapters.survival.times import CAUSES, OUTCOMES, result_id
from helpers.ground.cohort import Cohort
from helpers.ground.results import ResultId, get
from helpers.ground.standing import FOLLOWS, OBSERVED, PRINTED, is_open
from helpers.ground.study import EVERYBODY, Study
from helpers.printing import prose
from helpers.printing.marks import UNDER, marked, tally

FEW_AT_RISK = 10  # below which a curve is read with a warning: a convention of this book


def known_sentence(rows: pd.DataFrame) -> str | None:
    """Say which of the chapter's numbers are printed, before any of them is shown; None for observed rows."""
    if rows["standing"].eq(OBSERVED).all():
        return None
    printed = rows[rows["standing"] == PRINTED]
    labels = [f"{prose.inside(row['label'])}: {prose.number(row)}" for _, row in printed.iterrows()]
    return (
        f"The abstract prints {prose.spelled(len(printed))} of the {tally(len(rows))} numbers of this "
        f"chapter ({'; '.join(labels)}), all of them for everybody together, without an interval, a number "
        "at risk or a curve. What does not follow from its figures is open: it stands as the range of 95% of "
        "the cohorts that agree with the abstract, and a range is no finding."
    )


def reading_sentence(cohort: Cohort) -> str:
    """Say how the chapter's figures of curves are read."""
    if cohort.is_ranged:
        return (
            "The abstract prints no curve. A figure shows the band in which 95% of the curves of the "
            "cohorts that agree with it lie at each month, and a point for what is printed; the "
            "{term}`numbers at risk <Number at risk>` are open: below the figure stand their ranges."
        )
    ticks = " (a tick on the curve)" if cohort.draws_patients else ""
    return (
        f"Whoever is alive is censored at the last contact{ticks}. The band is the pointwise "
        "95% interval on the log-log scale. The {term}`numbers at risk <Number at risk>` count those still "
        "under observation just before each month: where they are small, the curve is only a sketch "
        "{cite}`pocock2002`."
    )


def ends_sentence(cohort: Cohort) -> str | None:
    """Warn where nobody is followed beyond a relapse or a transplant; None where somebody is."""
    ends = [event for event in ("relapse", "transplant") if cohort.ends_with(event)]
    if cohort.is_ranged or not ends:
        return None
    return (
        f"**Nobody is followed beyond a {' or a '.join(ends)}**: whoever had one is taken as alive when last "
        "seen, on that very day. Deaths after it are missing, so that overall survival looks better than it "
        "was wherever they were many."
    )


def standing_sentence(cohort: Cohort) -> str:
    """Say what the times in the cohort are: chosen in rebuilding it, or recorded."""
    if cohort.is_ranged:
        return (
            "Of survival no more is known than the abstract prints: the arms' curves, medians and hazard "
            "ratios and the place of transplant are open."
        )
    if cohort.note:
        return (
            "In this rebuilt cohort the times of relapse, death, transplant and last contact were chosen so "
            "that the published figures come out; whatever the abstract does not print (the arms' curves, "
            "medians, hazard ratios, the place of transplant) may have been different in the patients."
        )
    times = [name for name in ("relapse", "transplant") if name not in cohort.absent]
    return (
        f"The times of {', '.join(['death', *times])} and last contact are those recorded for the patients."
    )


def clock_sentence(cohort: Cohort) -> str:
    """Say that time zero is a reading; empty text for real rows, which are timed from it."""
    return (
        "From which day the abstract counts is not printed: this is a reading of it."
        if cohort.is_ranged
        else ""
    )


def lean_sentence(cohort: Cohort) -> str | None:
    """Say, before a share of the cohorts is told, why it is no finding; None for real rows."""
    caveat = caveat_sentence(cohort)
    return caveat and f"{caveat} {_failed_sentence(cohort)}".rstrip()


def caveat_sentence(cohort: Cohort) -> str | None:
    """Say that nothing is known of the arms; None for real rows."""
    if not cohort.is_ranged:
        return None
    return "By arm nothing is printed, and nothing can be concluded; a share of cohorts is no probability."


def _failed_sentence(cohort: Cohort) -> str:
    """Say why most cohorts lean to one side; empty text where it is not known how many had no response."""
    study = cohort.study
    failed = [_without_response(cohort, arm.id) for arm in study.arms]
    if None in failed:
        return ""
    told = "who had no response, by the printed response and MRD negativity; follows from what is printed"
    read = _readings(cohort)
    told += f"; {UNDER}: {read}" if read else ""
    counts = " and ".join(
        f"{marked(count or '', FOLLOWS, told)} {arm.named}"
        for count, arm in zip(failed, study.arms, strict=True)
    )
    return (
        f"Most cohorts lean one way because, as the deaths are read, whoever had no response died "
        f"({counts}{f'; {UNDER}' if read else ''}); read otherwise, they lean less, or the other way."
    )


def _counts(study: Study, arm: str) -> list[str]:
    """Name the results that count the responses which the patients of an arm could have."""
    return [
        str(ResultId("efficacy", outcome, "count", arm, population))
        for population, outcome in study.responds_by.items()
    ]


def _readings(cohort: Cohort) -> str:
    """Name the readings on which the counts of responses rest."""
    counts = [id for arm in cohort.study.arms for id in _counts(cohort.study, arm.id)]
    known = cohort.ranges.set_index("id")["reading"].reindex(counts, fill_value="")
    return "; ".join(filter(None, known.unique()))


def _without_response(cohort: Cohort, arm: str) -> str | None:
    """Count the patients of an arm without the response that they could have had; None where it is open."""
    study, known = cohort.study, cohort.ranges.set_index("id")
    counts = _counts(study, arm)
    sizes = [
        str(ResultId("cohort", "patients", "count", arm, population)) for population in study.responds_by
    ]
    everybody = str(ResultId("cohort", "patients", "count", arm))
    asked = known.reindex([*counts, *sizes, everybody])
    if not asked["standing"].isin((PRINTED, FOLLOWS)).all():
        return None
    number = asked["range_low"]
    return f"{number[sizes].sum() - number[counts].sum():.0f} of {number[everybody]:.0f}"


def median_sentence(rows: pd.DataFrame) -> str:
    """Say why overall survival may reach its median before disease-free survival does, where it may."""
    alive, free = (get(rows, result_id(outcome, "median")) for outcome in ("os", "dfs"))
    if not (is_open(alive) and is_open(free)) or alive["range_low"] >= free["range_low"]:
        return ""
    return (
        "That overall survival can reach its median before disease-free survival, or alone, is no slip. A "
        "late death after a relapse falls where few are still followed, so it takes the curve down by a "
        "large step; the same patient's relapse came earlier, among more patients, and took a small one."
    )


def definition_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Say that the definition is a reading, and what another one leaves open; empty text for known rows."""
    other = get(rows, result_id("dfs_nonresponse", f"km_{study.horizon}m"))
    if not is_open(other):
        return ""
    response = study.outcome("response")
    return (
        "The abstract prints no definition, so this is a reading of it. With non-response as an event from "
        f"the first day, the same cohorts have {prose.number(other)} disease-free at "
        f"{prose.months(study.horizon)}. That can be more than without it: who fails on the first day is one "
        "of all at risk, who dies late is one of few. Were that definition meant, the cohorts would be "
        f"others: chapter 7 draws them. Non-response is here the lack of {prose.inside(response.noun)} in "
        f"{prose.inside(study.label(response.main))} patients; who entered in remission and did not clear is "
        "not counted, though the reading of the deaths counts them. A percentage without its definition "
        "cannot be compared with another study's."
    )


def width_sentence(cohort: Cohort) -> str:
    """Say how intervals, or ranges, are to be read."""
    if cohort.is_ranged:
        return (
            "A range is not a confidence interval: it says what the printed figures leave open about the "
            "patients of this study, and nothing about others."
        )
    return (
        "The intervals carry the message more than the estimates do. An interval wide enough to hold large "
        "differences either way is no proof of sameness."
    )


def deaths_sentence(rows: pd.DataFrame, study: Study) -> str | None:
    """Say who died, where that follows from the print under its reading; None elsewhere, as for real rows."""
    found = {name: get(rows, result_id(name, "died")) for name in ("relapse", "no_response", "neither")}
    if any(row.get("standing") not in (PRINTED, FOLLOWS) for row in found.values()):
        return None
    meant = [
        f"{prose.inside(study.outcome(outcome).label)} in {prose.inside(study.label(population))} patients"
        for population, outcome in study.responds_by.items()
    ]
    return (
        "Under one reading it also follows who died. The abstract puts every death down to no response or "
        f"relapse; if response means {' and '.join(meant)}, {prose.count(found['relapse'])} patients who "
        f"relapsed died, {prose.count(found['no_response'])} without response, and "
        f"{prose.count(found['neither'])} others. Under its other readings this is open."
    )


def followup_sentence(rows: pd.DataFrame) -> str:
    """Say whom the simple and the reverse Kaplan-Meier median of follow-up use, and how they differ."""
    simple, reverse = (get(rows, result_id("followup", name)) for name in ("median", "reverse_km_median"))
    if is_open(reverse):
        return (
            "For whoever died the simple median takes the time to death; for the reverse one a death only "
            "tells that follow-up would have been longer. The abstract does not say which of the two it "
            "prints; it is read as the simple one. Neither the longest follow-up nor the day on which the "
            "data were cut is printed: the upper end of the longest is a limit of this book."
        )
    deaths = get(rows, result_id("os", "median"))["events"]
    died = "those who died" if pd.isna(deaths) else f"the {deaths:.0f} who died"
    users = (
        f"The simple median is over all {simple['n']:.0f} patients; for {died} it takes the time to death. "
        f"For the reverse Kaplan-Meier median the {reverse['events']:.0f} last seen alive have reached the "
        f"end of their follow-up, while {died} only tell that theirs would have been longer than their life."
    )
    # The difference of the printed medians, so that the sentence adds up.
    gap = round(round(reverse["estimate"], 1) - round(simple["estimate"], 1), 1)
    relation = f"{abs(gap):g} months {'longer' if gap > 0 else 'shorter'} than" if gap else "the same as"
    relation = "not reached" if pd.isna(reverse["estimate"]) else f"{relation} the simple one"
    return prose.missing(reverse, "The reverse Kaplan-Meier median is") or f"{users} It is {relation}."


def warning_sentence(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Warn of the horizons at which fewer than `FEW_AT_RISK` patients of a group are at risk."""
    left = get(rows, result_id(outcome, f"at_risk_{study.horizon}m"))
    if is_open(left):
        by_arm = (
            f"{prose.number(get(rows, result_id(outcome, f'at_risk_{study.horizon}m', arm.id)))} {arm.named}"
            for arm in study.arms
        )
        told = f"How many patients were still at risk at {study.horizon} months is open"
        return f"{told}: {prose.number(left)} in all, {', '.join(by_arm)}."
    at_risk = [
        (f"{study.label(group)}, {{}} at {month} months", get(rows, result_id(outcome, statistic, group)))
        for group in study.groups
        for month in study.horizons
        for statistic in [f"at_risk_{month}m"]
    ]
    thin = [told.format(prose.out_of(left)) for told, left in at_risk if _fewest(left) < FEW_AT_RISK]
    unknown = [told.format(prose.out_of(left)) for told, left in at_risk if pd.isna(left["estimate"])]
    untold = f" At risk: {'; '.join(unknown)}." if unknown else ""
    if not thin:
        if unknown:
            return f"Wherever the number at risk is told, it is {FEW_AT_RISK} or more.{untold}"
        months = " and ".join(map(str, study.horizons))
        return f"At least {FEW_AT_RISK} patients of every group are at risk at {months} months."
    are = "may still be" if any(left.get("base") for _, left in at_risk) else "are still"
    return (
        f"Fewer than {FEW_AT_RISK} patients {are} at risk here: {'; '.join(thin)}. From there on "
        f"the curve rests on so few that one event more or less would move it visibly.{untold}"
    )


def _fewest(count: pd.Series) -> float:
    """Give the fewest patients that a count may stand for: less than it says where it is rounded."""
    return count["estimate"] - count.get("base", 0) // 2


def probability(rows: pd.DataFrame, outcome: str, month: int, group: str = EVERYBODY) -> str:
    """Print a survival probability: 64% (95% CI 48% to 76%; 15 deaths among 64 patients by then; 9 left)."""
    result = get(rows, result_id(outcome, f"km_{month}m", group))
    left = get(rows, result_id(outcome, f"at_risk_{month}m", group))
    at_risk = "" if pd.isna(left["estimate"]) else f"{left['estimate']:.0f} still at risk"
    return prose.with_interval(result, _events(result, outcome), at_risk)


def probabilities(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Print the survival probability of all patients at every horizon."""
    found = [f"{probability(rows, outcome, month)} at {prose.months(month)}" for month in study.horizons]
    return " and ".join(found)


def by_arm(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Print the survival probability of each arm at the main horizon."""
    found = [f"{probability(rows, outcome, study.horizon, arm.id)} {arm.named}" for arm in study.arms]
    return " and ".join(found)


def incidence(rows: pd.DataFrame, cause: str, month: int, group: str = EVERYBODY) -> str:
    """Print a cumulative incidence: 12% (95% CI 5% to 22%; 7 relapses among 64 patients by then)."""
    result = get(rows, result_id(cause, f"cumulative_incidence_{month}m", group))
    return prose.with_interval(result, _events(result, cause))


def medians(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Print the medians of one outcome for all patients and for each arm."""
    found = {group: get(rows, result_id(outcome, "median", group)) for group in study.groups}
    return "; ".join(f"{study.label(group)}: {prose.with_interval(row)}" for group, row in found.items())


def _events(result: pd.Series, outcome: str) -> str:
    """Count the events up to a time, with the word for them; empty text where the count is open."""
    *_, one, several = (OUTCOMES | CAUSES)[outcome]
    if pd.isna(result["events"]):
        return ""
    events = f"{result['events']:.0f} {one if result['events'] == 1 else several}"
    return f"{events} among {result['n']:.0f} patients by then"
