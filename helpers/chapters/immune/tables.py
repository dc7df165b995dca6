"""Chapter 5: its tables, and the lists that describe its figures; a line per population of cells."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import product

import pandas as pd

from helpers.chapters.immune.correlations import rank_correlations
from helpers.chapters.immune.families import VERSIONS, Family, families, printed_family
from helpers.chapters.immune.outcomes import asked, compared, outcome_id
from helpers.chapters.immune.panel import result_id
from helpers.chapters.immune.words.panel import sized
from helpers.chapters.immune.words.printed import adjusted
from helpers.ground.results import get, is_estimable, pick, reason
from helpers.ground.standing import OPEN, is_open
from helpers.ground.study import CONTRAST, EVERYBODY, Study
from helpers.ground.study_parts import begin
from helpers.printing import prose
from helpers.printing.marks import mark, plain
from helpers.printing.tables import PRINTED

Printer = Callable[[pd.Series], str]


def panel_table(results: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Print who was sampled, by arm and disease status: panel patients of the cohort's patients."""
    strata = (EVERYBODY, *study.statuses)
    lines = [(study.label(stratum), result_id("patients", "count", stratum=stratum)) for stratum in strata]
    columns = {arm.label: ({"group": arm.id}, prose.count) for arm in study.arms}
    return _filled(results, ["Disease status at entry"], lines, columns)


def values_table(results: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Print how many values the panel holds, by population and arm."""
    first, last = study.ends
    statistics = {
        first.label: f"samples_{first.id}",
        last.label: f"samples_{last.id}",
        "Both": "pairs",
        f"Both, {prose.inside(first.label)} 0": f"zero_{first.id}",
    }
    lines = [
        (arm.label, cell.label, cell.parent_label, result_id(cell.id, "pairs", arm.id))
        for arm, cell in product(study.arms, study.cells)
    ]
    columns = {head: ({"statistic": name}, prose.number) for head, name in statistics.items()}
    return _filled(results, ["Arm", "Population", "Percent of"], lines, columns)


def fold_change_table(results: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Print the fold change of every population by arm, and the ratio of the two."""
    columns = {arm.label: ({"group": arm.id}, _ratio) for arm in study.arms}
    columns["Ratio of ratios"] = ({"group": CONTRAST, "statistic": "ratio_of_ratios"}, _ratio)
    lines = [(cell.label, result_id(cell.id, "fold_change")) for cell in study.cells]
    return _filled(results, ["Population"], lines, columns)


def paired_table(results: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Print the paired tests of one declared family: asymptotic, exact, and two adjustments."""
    family = families(study)["paired"]
    lines = [
        (arm.label, cell.label, result_id(cell.id, family.statistic, arm.id))
        for arm, cell in product(study.arms, study.cells)
    ]
    return _filled(results, ["Arm", "Population"], lines, _of_tests(family))


def between_table(results: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Print the tests between the arms, as `paired_table` does."""
    family = families(study)["between"]
    lines = [(cell.label, result_id(cell.id, family.statistic, CONTRAST)) for cell in study.cells]
    return _filled(results, ["Population"], lines, _of_tests(family))


def medians_table(results: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Print both medians of each population in each arm, and both tests of the change."""
    columns = {visit.label: ({"statistic": f"median_{visit.id}"}, prose.number) for visit in study.ends}
    lines = [
        (arm.label, cell.label, result_id(cell.id, "signed_rank", arm.id))
        for arm, cell in product(study.arms, study.cells)
    ]
    return _filled(
        results, ["Arm", "Population"], lines, {**columns, **_both_tests("signed_rank", study.alpha)}
    )


def ratios_table(results: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Print the ratio of the arms' ratios of each population, and both tests between the arms."""
    columns = {"Ratio of ratios": ({"statistic": "ratio_of_ratios"}, _ratio)}
    lines = [(cell.label, result_id(cell.id, "ratio_mann_whitney", CONTRAST)) for cell in study.cells]
    return _filled(
        results, ["Population"], lines, {**columns, **_both_tests("ratio_mann_whitney", study.alpha)}
    )


def printed_table(results: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Print the P values that are printed, adjusted all together and within the tests of their kind."""
    found = printed_family(results, study)
    found = found.sort_values(
        "group", key=lambda group: group.map([*study.arm_ids, CONTRAST].index), kind="stable"
    )
    rows = [
        {
            "Comparison": study.label(test["group"]) if test["group"] != CONTRAST else "Between the arms",
            "Population": study.label(test["outcome"]),
            "P": PRINTED["P"](test),
            f"Over all {len(found)}": adjusted(test["together"], len(found)),
            "Over its kind": adjusted(test["by_kind"], found["statistic"].eq(test["statistic"]).sum()),
        }
        for _, test in found.iterrows()
    ]
    return pd.DataFrame(rows)


def outcomes_table(results: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Print the comparison of first values by outcome: medians, shift, exact test, both adjustments."""
    statistics: dict[str, tuple[str, Printer]] = {
        "Reached": ("median_reached", median),
        "Not reached": ("median_missed", median),
        "Shift": ("hodges_lehmann", _shift),
        "P, exact": ("mann_whitney_exact", PRINTED["P"]),
        "Benjamini-Hochberg": ("mann_whitney_exact_bh", PRINTED["P"]),
        "Holm": ("mann_whitney_exact_holm", PRINTED["P"]),
    }
    first, titles = study.ends[0].id, outcome_titles(study)
    columns = {head: ({"statistic": f"{first}_{name}"}, how) for head, (name, how) in statistics.items()}
    lines = [
        (titles[outcome.id], cell.label, outcome_id(study, cell, outcome, "hodges_lehmann"))
        for outcome, cell in product(asked(study), study.cells)
    ]
    return _filled(results, ["Outcome", "Population"], lines, columns)


def outcome_titles(study: Study) -> dict[str, str]:
    """Name each outcome, by id, and the patients in whom it can be reached."""
    return {outcome.id: f"{begin(outcome.noun)}: {study.label(outcome.main)}" for outcome in asked(study)}


def reasons(results: pd.DataFrame, *statistics: str) -> str:
    """List why rows of these statistics are not estimable, for a note below a table; empty where all are."""
    rows = pick(results, statistic=statistics)
    found = sorted({reason(result) for _, result in rows.iterrows() if not is_estimable(result)})
    return f" Not estimable: {'; '.join(found)}." if found else ""


def shift_lines(results: pd.DataFrame, study: Study) -> Iterator[str]:
    """Give the shift of each population and arm, for an alternative text."""
    for cell, arm in product(study.cells, study.arms):
        shift = get(results, result_id(cell.id, "hodges_lehmann", arm.id))
        yield f"{cell.share}, {prose.inside(arm.label)}: {sized(shift)}."


def direction_lines(results: pd.DataFrame, study: Study) -> Iterator[str]:
    """Say in how many patients each population rose and fell, for an alternative text."""
    for cell, arm in product(study.cells, study.arms):
        rose, fell = (get(results, result_id(cell.id, way, arm.id)) for way in ("increased", "decreased"))
        if is_estimable(rose):
            counts = f"rose in {prose.number(rose)} and fell in {prose.count(fell)} patients"
            yield f"{cell.label}, {prose.inside(arm.label)}: {counts}."


def correlation_lines(results: pd.DataFrame, study: Study) -> list[str]:
    """Give the correlation of every two changes, for an alternative text."""
    return [
        f"{study.label(first)} and {study.label(second)}: {prose.with_interval(rho)}."
        for (first, second), rho in rank_correlations(results, study).items()
    ]


def outcome_lines(results: pd.DataFrame, study: Study) -> list[str]:
    """Give the medians at the first visit by outcome, for an alternative text."""
    return [
        f"{study.label(outcome)}, {study.label(cell)}: median {median(found['reached'])} with, "
        f"{median(found['missed'])} without."
        for (outcome, cell), found in compared(results, study).items()
    ]


def median(result: pd.Series) -> str:
    """Print a median with the number of its patients."""
    if is_open(result):
        return prose.number(result)
    return f"{prose.number(result)} ({_size(result)})" if is_estimable(result) else "not estimable"


def _size(result: pd.Series) -> str:
    return f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{result['n']:.0f}"


def _filled(
    results: pd.DataFrame,
    heads: list[str],
    lines: list[tuple],
    columns: Mapping[str, tuple[Mapping[str, str], Printer]],
) -> pd.DataFrame:
    """Print one row per line, its words and then an id; a column is the id with other parts, and how."""
    table = pd.DataFrame([words for *words, _ in lines], columns=heads)
    for head, (parts, how) in columns.items():
        table[head] = [_printed(get(results, replace(id, **parts)), how) for *_, id in lines]
    return table


def _of_tests(family: Family) -> dict[str, tuple[dict[str, str], Printer]]:
    endings = {"P, asymptotic": "", "P, exact": "_exact", "Benjamini-Hochberg": "_bh", "Holm": "_holm"}
    tests = {head: ({"statistic": f"{family.statistic}{end}"}, PRINTED["P"]) for head, end in endings.items()}
    return {"Patients": ({}, PRINTED["Patients"]), **tests}


def _printed(result: pd.Series, how: Printer) -> str:
    return how(result) if is_estimable(result) else "not estimable"


def _both_tests(statistic: str, alpha: float) -> dict[str, tuple[dict[str, str], Printer]]:
    heads = dict(zip(("P", "P, exact"), VERSIONS, strict=True))
    return {
        head: ({"statistic": f"{statistic}{end}"}, partial(_p, alpha=alpha, exact=bool(end)))
        for head, end in heads.items()
    }


def _p(test: pd.Series, alpha: float, exact: bool) -> str:
    """Print a P value, or in which share of the cohorts it is small.

    That a test is not printed is read as not significant, in the form that prints the others.
    """
    if pd.notna(test["p_value"]) or "standing" not in test:
        return PRINTED["P"](test)
    if prose.is_read_as_not_significant(test) and not exact:
        return mark(test, "not significant, as read", OPEN)
    return prose.how_often_small(test, alpha)


def _ratio(ratio: pd.Series) -> str:
    if is_open(ratio):
        return prose.number(ratio)
    limits = plain(prose.interval(ratio)).removeprefix("95% CI ")
    return f"{prose.number(ratio)} ({limits or 'no interval'}; {_size(ratio)})"


def _shift(shift: pd.Series) -> str:
    if is_open(shift):
        return prose.number(shift)
    limits = plain(prose.interval(shift)).removeprefix("95% CI ").removesuffix(" points")
    return f"{prose.number(shift).removesuffix(' points')} ({limits or 'no interval'})"
