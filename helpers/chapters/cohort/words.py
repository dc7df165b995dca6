"""Chapter 1 in words: the sentences that branch, and the alternative texts of its figures."""

from itertools import product

import pandas as pd

from helpers.chapters.cohort import missing
from helpers.chapters.cohort.groups import result_id
from helpers.estimators.grouping import least
from helpers.estimators.quantiles import QUANTILES
from helpers.ground.cohort import Cohort
from helpers.ground.endpoints import MILESTONES
from helpers.ground.results import get, is_estimable, is_recorded, pick, reason
from helpers.ground.standing import OBSERVED, is_open, reading
from helpers.ground.study import CONTRAST, EVERYBODY, Study
from helpers.printing import comparisons, prose
from helpers.printing.marks import UNDER, mark, part, tally

# Disease statuses that the chapter's text explains, each in a line of its own.
TOLD = ("relapsed_refractory", "mrd_positive", "mrd_negative")
NOTABLE = 0.1  # the size of a standardised difference that Austin (2009) proposes to look at


def sizes(rows: pd.DataFrame, study: Study) -> str:
    """Say how many patients there are, from how many centres, and how many in each arm."""
    hospitals = get(rows, result_id("centres", "count"))
    where = f" from {_counted(hospitals, 'centre')}" if is_estimable(hospitals) else ""
    arms = pick(rows, outcome="patients", statistic="count", stratum=EVERYBODY)
    return (
        f"{everybody(rows)}{where}: {comparisons.by_arm(arms, study, prose.number, comparisons.introduced)}"
    )


def everybody(rows: pd.DataFrame) -> str:
    """Count the patients: 64 patients."""
    return _counted(get(rows, result_id("patients", "count")), "patient")


def by_arm(rows: pd.DataFrame, study: Study, outcome: str, stratum: str = EVERYBODY) -> str | None:
    """Print a count in both arms: 7 of 12 (58%) with … and 7 of 21 (33%) with …; None in no population."""
    found = pick(rows, outcome=outcome, statistic="count", group=study.arm_ids, stratum=stratum)
    return comparisons.by_arm(found, study, prose.share)


def statuses(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Print a count in both arms for every disease status."""
    found = {one: by_arm(rows, study, outcome, one) for one in study.statuses}
    return "; ".join(f"{study.label(one)}: {words}" for one, words in found.items() if words)


def other_statuses(rows: pd.DataFrame, study: Study) -> str | None:
    """List the patients of disease statuses that the chapter has no own words for; None without any."""
    others = [one for one in study.statuses if one not in TOLD]
    lines = [f"{study.label(one)}: {by_arm(rows, study, 'patients', one)}." for one in others]
    return "\n".join(f"- {line}" for line in lines) or None


def details(cohort: Cohort, status: str) -> str:
    """List what the page of details holds of a cohort; of disease statuses, if it has any, as `status`."""
    study, absent = cohort.study, cohort.absent
    parts = [status] * bool(study.statuses)
    parts += ["the ages"] * ("age_years" not in absent) + ["the centres"] * ("centre" not in absent)
    return prose.listed(
        [*parts, "each course" if cohort.draws_patients else "the courses", "what is missing"]
    )


def panel_sentence(rows: pd.DataFrame, study: Study) -> str | None:
    """Say who is in the immune panel, or that there is none; None for a study that asks for none."""
    if not study.cells:
        return None
    panel = get(rows, result_id("immune_panel", "count"))
    if panel["estimate"] == 0 or not is_recorded(panel):
        return "There is no immune panel."
    return f"In the immune panel, with blood samples: {by_arm(rows, study, 'immune_panel')}."


def flow_alt(rows: pd.DataFrame, study: Study) -> str:
    """Describe the flow of the participants: sizes, disease statuses, and who is in the panel."""
    entered, tested = (statuses(rows, study, outcome) for outcome in ("patients", "immune_panel"))
    panel = f"In the immune panel, {tested}." if tested else panel_sentence(rows, study)
    parts = [f"Participant flow. {sizes(rows, study)}.", entered and f"{entered}.", panel]
    return " ".join(filter(None, parts))


def quantiles(rows: pd.DataFrame, outcome: str, group: str, stratum: str = EVERYBODY) -> pd.DataFrame:
    """Select the quantiles of age or blasts in one group, by statistic."""
    found = pick(rows, outcome=outcome, statistic=QUANTILES, group=group, stratum=stratum)
    return found.set_index("statistic", drop=False)


def spread(quantiles: pd.DataFrame) -> str:
    """Print a median with its quartiles, without the unit: 46 (33 to 58); the reason where there is none.

    Quartiles that are open are left out, since two ranges beside a median would be taken for the quartiles.
    """
    median = quantiles.loc["median"]
    if not is_estimable(median):
        return reason(median)
    if is_open(median):
        return mark(median, prose.bare(median).removesuffix(" years").replace("%", ""))
    return " ".join(filter(None, [_bare(quantiles, "median"), _in_brackets(_known_quartiles(quantiles))]))


def extremes(quantiles: pd.DataFrame) -> str:
    """Print the range of the same: 17 to 74; empty text where there is no value, or it is open."""
    ends = quantiles.loc[["minimum", "maximum"]]
    known = is_estimable(quantiles.loc["minimum"]) and ends["estimate"].notna().all()
    return _bare(quantiles, "minimum", "maximum") if known else ""


def spread_in_words(quantiles: pd.DataFrame) -> str:
    """Print median, quartiles, range and number of values; the reason where there is none."""
    median = quantiles.loc["median"]
    if not is_estimable(median):
        return spread(quantiles)
    quartiles, ends = _known_quartiles(quantiles), extremes(quantiles)
    parts = [quartiles and f"quartiles {quartiles}", ends and f"range {ends}", f"n = {median['n']:.0f}"]
    return f"median {_whole(median)} {_in_brackets('; '.join(filter(None, parts)))}"


def _known_quartiles(quantiles: pd.DataFrame) -> str:
    """Print the quartiles: 33 to 58; empty text where one is open."""
    ends = quantiles.loc[["quartile_1", "quartile_3"]]
    return "" if ends["estimate"].isna().any() else _bare(quantiles, *ends.index)


def _whole(quantile: pd.Series) -> str:
    """Print a quantile with its unit, as few decimals as it has, or its range where it is open."""
    if is_open(quantile):
        return prose.number(quantile)
    unit = {"years": " years", "percent_points": "%"}[quantile["unit"]]
    return mark(quantile, prose.fixed(quantile["estimate"], 1).removesuffix(".0") + unit)


def _in_brackets(text: str) -> str:
    return f"({text})" if text else ""


def spreads(rows: pd.DataFrame, study: Study, outcome: str, stratum: str = EVERYBODY) -> str:
    """Print the same in both arms."""
    found = {arm: spread_in_words(quantiles(rows, outcome, arm.id, stratum)) for arm in study.arms}
    return " and ".join(f"{words} {arm.named}" for arm, words in found.items())


def remission_sentence(rows: pd.DataFrame, study: Study) -> str | None:
    """Say between which blasts patients in remission are set, where nothing is printed; None elsewhere."""
    others = [status for status in study.statuses if status != study.assessed]
    ends = [
        pick(rows, outcome="blasts", statistic=name, group=EVERYBODY, stratum=others)
        for name in ("minimum", "maximum")
    ]
    lowest, most = (found[found.apply(is_open, axis=1)] for found in ends)
    if lowest.empty or most.empty:
        return None
    low = lowest.loc[lowest["range_low"].idxmin()]
    high = most.loc[most["range_high"].idxmax()]
    start = part(low, prose.fixed(low["range_low"], 0))
    end = part(high, f"{prose.fixed(high['range_high'], 0)}%")
    return f"Blasts in remission are set at {start} to {end} by this book: nothing of them is printed."


def shift_sentence(
    rows: pd.DataFrame, study: Study, outcome: str, what: str, stratum: str = EVERYBODY
) -> str:
    """Say how age or blasts differ between the arms; in no direction where the medians print alike."""
    shift = get(rows, result_id(outcome, "hodges_lehmann", CONTRAST, stratum))
    if is_open(shift):
        return comparisons.comparison(shift, what, study)
    medians = {prose.bare(quantiles(rows, outcome, arm, stratum).loc["median"]) for arm in study.arm_ids}
    return comparisons.comparison(shift, what, study, alike=len(medians) == 1)


def ties_sentence(rows: pd.DataFrame, study: Study, outcome: str) -> str:
    """Say why interval and test of a difference between the arms disagree, where they do; else nothing."""
    names = ("hodges_lehmann", "mann_whitney")
    shift, test = (get(rows, result_id(outcome, name, CONTRAST)) for name in names)
    if is_open(shift) or not (is_estimable(shift) and is_estimable(test)):
        return ""
    if (comparisons.clarity(shift) == "a clear difference") == (test["p_value"] < study.alpha):
        return ""
    return (
        " Interval and test disagree, as they may where many values are equal and the interval ends at zero: "
        "no more than a sign of a difference."
    )


def imbalance_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Say how many of the standardised differences are notable, and which is the largest."""
    found = pick(rows, statistic=("standardised_difference", "standardised_distance"))
    left = int(found.apply(is_open, axis=1).sum())
    known = found.dropna(subset="estimate")
    if known.empty:
        return f"No standardised difference is {'known' if left else 'estimable'}."
    largest = known.loc[known["estimate"].abs().idxmax()]
    notable = int((known["estimate"].abs() > NOTABLE).sum())
    which = "follow from what is printed" if left else "are estimable"
    under = f"; {UNDER}" if reading(largest) else ""
    open_too = f"The other {tally(left)} {'is' if left == 1 else 'are'} open." if left else ""
    if len(known) == 1 and not left:
        return f"One standardised difference is estimable: {prose.number(largest)}, in “{largest['label']}”."
    return (
        f"Of the {tally(len(known))} standardised differences that {which}, {tally(notable)} "
        f"{'exceeds' if notable == 1 else 'exceed'} {NOTABLE} in size; the largest, "
        f"{prose.number(largest)}, is in “{largest['label']}” ({study.label(largest['stratum'])}{under}). "
        f"{open_too}"
    ).rstrip()


def chance_list(rows: pd.DataFrame, study: Study) -> str:
    """List how far a standardised difference strays by chance between arms of these sizes."""
    found = pick(rows, outcome="standardised_difference", statistic="standard_error")
    parts = [
        f"- {mark(error, format(error['estimate'], '.2f'))} with the {error['n']:.0f} patients of "
        f"“{study.label(error['stratum'])}”"
        for _, error in found.dropna(subset="estimate").iterrows()
    ]
    return ";\n".join(parts or ["- not estimable in any population"]) + "."


def centres_sentence(rows: pd.DataFrame) -> str:
    """Say how many centres there are, how many gave both treatments, and what share the largest holds."""
    number = get(rows, result_id("centres", "count"))
    if not is_estimable(number):
        return f"The number of centres is {prose.no_number(number)}."
    both = get(rows, result_id("centres_with_both_arms", "count"))
    if is_open(both):
        return (
            f"The patients come from {_counted(number, 'centre')}. Which centre treated how many, and with "
            "what, is not printed: in a rebuilt cohort it is invented, and is not shown."
        )
    largest = get(rows, result_id("centre_01", "count"))
    return (
        f"The patients come from {_counted(number, 'centre')}, of which {prose.number(both)} "
        f"gave both treatments; the largest has {prose.share(largest)} of the patients."
    )


def deaths_sentence(rows: pd.DataFrame, study: Study) -> str | None:
    """Say how many of the deaths followed a relapse or a treatment without response, and what response is."""
    after = get(rows, result_id("death_after_relapse_or_no_response", "count"))
    if not is_recorded(after):
        return None
    if not is_estimable(after):
        return f"The share of deaths after relapse or without response is {prose.no_number(after)}."
    meant = [
        f"in {prose.inside(study.population(id).label).removesuffix(' patients')} patients "
        f"{study.outcome(outcome).noun}"
        for id, outcome in study.responds_by.items()
    ]
    which = f" ({', '.join(meant)})" if len(meant) > 1 else ""
    return (
        "Of the patients who died and in whom both are recorded, "
        f"{prose.share(after)} had relapsed or had no response{which}."
    )


def missing_sentence(rows: pd.DataFrame, study: Study) -> str:
    """Say which columns lack values that are due, and how many."""
    due = missing.known(rows, study)
    if due.get("standing", pd.Series(dtype=str)).ne(OBSERVED).any():  # rebuilt rows have no gaps to speak of
        return "Whether values were missing in the study is not printed."
    lacking, told = due[due["estimate"] > 0], due["estimate"].notna() | due["n"].eq(0)
    unknown = "" if told.all() else " How many are missing is not told of every column."
    if lacking.empty:
        return "No value that is due is missing." if told.all() else unknown.strip()
    gaps = lacking["label"] + " (" + lacking["population"] + "): " + lacking.apply(prose.share, axis=1)
    return f"Values that are due and missing: {'; '.join(gaps)}.{unknown}"


def centres_alt(drawn: pd.DataFrame, study: Study) -> str:
    """Describe the figure of the centres, the largest first, each with its patients by arm."""
    counts = [
        f"centre {place}: {comparisons.by_arm(rows, study, prose.number)}"
        for place, rows in drawn.groupby("place")
    ]
    return f"Patients of the centres by arm. {'; '.join(counts) or 'Centre not recorded'}."


def undrawn_centres(by_centre: pd.DataFrame, drawn: pd.DataFrame, threshold: int) -> str | None:
    """Say which centres are drawn, whether or not there are others where that may not be told; None: all."""
    if threshold:
        return f"Drawn: the largest centres with at least {threshold} patients of each arm."
    every, shown = (rows["outcome"].nunique() for rows in (by_centre, drawn))
    return f"Drawn: the largest centres, {shown} of {every}." if shown < every else None


def bars_sentence(cohort: Cohort) -> str:
    """Say what a bar of a band of values stands for, and how its patients were counted."""
    multiples = f", counted in multiples of {cohort.threshold}" if cohort.threshold else ""
    return (
        "The area of a bar is the share of the arm's patients over its left and up to its right end: "
        f"at least {least(cohort.threshold)} patients{multiples}."
    )


def bands_alt(bands: pd.DataFrame | None, study: Study) -> str:
    """List the shares of each arm in bands of values, after a space; empty where no bands are drawn."""
    if bands is None:
        return ""
    found = []
    for arm in study.arms:
        mine = bands[bands["arm"] == arm.id]
        shares = [f"{band.share:.0%} over {band.over:g} to {band.to:g}" for band in mine.itertuples()]
        found.append(f" {arm.label}: {', '.join(shares) or 'too few patients for a bar'}.")
    return "".join(found)


def states_sentence(cohort: Cohort) -> str:
    """Say how the patients in each state were counted, where that is not one by one."""
    if not cohort.threshold:
        return ""
    return (
        f"Counts are rounded to multiples of {cohort.threshold}, so that a state of few patients may show in "
        "one month and not in the next."
    )


def states_alt(states: pd.DataFrame, study: Study) -> str:
    """Describe the bars of two months, in the middle and at the end, arm by arm."""
    months = states["month"].unique()
    found = []
    for arm, month in product(study.arms, dict.fromkeys([months[len(months) // 2], months[-1]])):
        mine = states[states["arm"].eq(arm.id) & states["month"].eq(month)]
        shares = [f"{row.state.lower()} {row.share:.0%}" for row in mine.itertuples()]
        found.append(f"{arm.label}, month {month:g}: {', '.join(shares) or 'not drawn'}.")
    return f"Stacked bars of what had become of the patients, month by month. {' '.join(found)}"


def milestones(rows: pd.DataFrame, study: Study) -> str:
    """Print the count of every event of a course in both arms."""
    found = {label: by_arm(rows, study, event) for event, label in MILESTONES.items()}
    return "; ".join(f"{label}: {words}" for label, words in found.items() if words)


def _bare(quantiles: pd.DataFrame, *statistics: str) -> str:
    """Print known quantiles without their unit, as few decimals as they have: 46, or 33 to 58.5."""
    chosen = quantiles.loc[list(statistics)]
    numbers = (mark(one, prose.fixed(one["estimate"], 1).removesuffix(".0")) for _, one in chosen.iterrows())
    return " to ".join(numbers)


def _counted(counted: pd.Series, noun: str) -> str:
    return f"{prose.number(counted)} {noun}{'' if counted['estimate'] == 1 else 's'}"
