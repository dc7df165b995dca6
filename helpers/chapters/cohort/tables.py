"""Chapter 1: its long tables."""

from collections.abc import Iterator

import pandas as pd

from helpers.chapters.cohort import words
from helpers.chapters.cohort.course import COURSE, cycle_numbers
from helpers.chapters.cohort.groups import entry_strata, result_id
from helpers.chapters.cohort.missing import PANEL, columns, known
from helpers.ground import dictionary
from helpers.ground.cohort import Cohort
from helpers.ground.results import get, is_estimable, reason
from helpers.ground.standing import is_open
from helpers.ground.study import CONTRAST, EVERYBODY, Study
from helpers.printing import prose


def entry_table(rows: pd.DataFrame, study: Study, strata: tuple[str, ...] = ()) -> pd.DataFrame:
    """Print Table 1: what was known at entry, by arm within disease status.

    Parameters
    ----------
    rows : DataFrame
    study : Study
    strata : tuple of str
        Of `entry_strata`; all of them where none is named.

    Returns
    -------
    DataFrame of str
        The population, the characteristic, one column an arm, and the standardised difference.
    """
    lines = [
        [study.label(stratum), *line]
        for stratum in strata or entry_strata(study)
        for line in [*_number_lines(rows, study, stratum), *_share_lines(rows, study, stratum)]
    ]
    arms = [arm.label for arm in study.arms]
    return pd.DataFrame(lines, columns=["Population", "Characteristic", *arms, "Standardised difference"])


def course_table(rows: pd.DataFrame, cohort: Cohort) -> pd.DataFrame:
    """Print cycles and what happened afterwards, for everyone and by arm.

    Returns
    -------
    DataFrame of str
        What is counted, then one column for everyone and one an arm.
    """
    study = cohort.study
    shown = set(rows["outcome"])  # of many cycles, which few were given, none is told of some patients
    numbers = [outcome for outcome in cycle_numbers(cohort.patients) if outcome in shown]
    cycles = dict.fromkeys(numbers, study.cycles)
    return pd.DataFrame(
        {
            "Part": part,
            "Patients": get(rows, result_id(outcome, "count"))["label"],
            **{
                study.label(group): prose.share(get(rows, result_id(outcome, "count", group)))
                for group in study.groups
            },
        }
        for outcome, part in {**cycles, **dict.fromkeys(COURSE, "Course")}.items()
    )


def missing_table(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Print what is missing, column by column, with the rule of the data dictionary.

    Returns
    -------
    DataFrame of str
        The column's label, the rule about empty cells, who is due a value, and the missing among them.
    """
    rules = dictionary.load().drop_duplicates("column").set_index("column")["missing"]
    names = {outcome: column for outcome, (column, _) in columns(study).items()}
    names[PANEL] = "percent"
    found = known(rows, study)
    return pd.DataFrame(
        {
            "Column": found["label"],
            "An empty cell": found["outcome"].map(names).map(rules).fillna("allowed"),
            "A value is due in": found["population"],
            "Missing": [prose.share(result) for _, result in found.iterrows()],
        }
    )


def _number_lines(rows: pd.DataFrame, study: Study, stratum: str) -> Iterator[list[str]]:
    """Print the sizes and the numbers; a line with the values known stands only where some are missing."""
    counts = [get(rows, result_id("patients", "count", arm, stratum)) for arm in study.arm_ids]
    sizes = [prose.bare(count) for count in counts]
    yield ["Patients", *map(prose.number, counts), ""]
    numbers = [one for one in study.characteristics if not one.levels]
    own = {one.id: ", ".join(filter(None, (one.label, one.unit))) for one in numbers}
    for outcome, label in {"age": "Age, years", "blasts": "Marrow blasts, %", **own}.items():
        arms = [words.quantiles(rows, outcome, arm, stratum) for arm in study.arm_ids]
        apart = _difference(rows, outcome, "standardised_difference", stratum)
        known = [arm.loc["median", "n"] for arm in arms]
        asked = "median" if all(is_open(arm.loc["median"]) for arm in arms) else "median (quartiles)"
        yield [f"{label}: {asked}", *map(words.spread, arms), apart]
        extremes = [*map(words.extremes, arms)]
        if any(extremes):
            yield [f"{label}: range", *extremes, ""]
        if not pd.isna(known).any() and (values := [f"{number:.0f}" for number in known]) != sizes:
            yield [f"{label}: patients with a value", *values, ""]


def _share_lines(rows: pd.DataFrame, study: Study, stratum: str) -> Iterator[list[str]]:
    if stratum == EVERYBODY:
        apart = _difference(rows, "disease_status", "standardised_distance", stratum)
        if study.statuses:
            yield [f"Disease status, {_all_of(len(study.statuses))}", "", "", apart]
        for status in study.statuses:
            yield [study.label(status), *_counts(rows, study, "patients", status), ""]
    if study.burden and stratum == study.assessed:
        high = study.burden[0].id
        label = get(rows, result_id(high, "count", stratum=stratum))["label"]
        apart = _difference(rows, high, "standardised_distance", stratum)
        yield [label, *_counts(rows, study, high, stratum), apart]
    for one in study.characteristics:
        if one.levels:
            apart = _difference(rows, one.id, "standardised_distance", stratum)
            yield [f"{one.label}, {_all_of(len(one.levels))}", "", "", apart]
            for place, level in enumerate(one.levels, 1):
                yield [f"{one.label}: {level}", *_counts(rows, study, one.level_id(place), stratum), ""]
    if get(rows, result_id("immune_panel", "count"))["estimate"] > 0:
        yield ["In the immune panel", *_counts(rows, study, "immune_panel", stratum), ""]


def _all_of(levels: int) -> str:
    return "both" if levels == 2 else f"all {prose.spelled(levels)}"


def _counts(rows: pd.DataFrame, study: Study, outcome: str, stratum: str) -> list[str]:
    return [prose.share(get(rows, result_id(outcome, "count", arm, stratum))) for arm in study.arm_ids]


def _difference(rows: pd.DataFrame, outcome: str, statistic: str, stratum: str) -> str:
    result = get(rows, result_id(outcome, statistic, CONTRAST, stratum))
    return prose.number(result) if is_estimable(result) else reason(result)
