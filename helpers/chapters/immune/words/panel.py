"""Chapter 5: the sentences that branch; result rows in, words out."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import product

import pandas as pd

from helpers.chapters.immune.balance import REPLACEMENT
from helpers.chapters.immune.correlations import rank_correlations
from helpers.chapters.immune.families import VERSIONS, Family, below, families
from helpers.chapters.immune.outcomes import asked, outcome_id
from helpers.chapters.immune.panel import in_words, result_id
from helpers.chapters.immune.rows import NO_PANEL
from helpers.chapters.immune.words.printed import NO_ZEROS, are_drawn, family_sentence
from helpers.ground.results import NULLS, ResultId, get, is_estimable, pick
from helpers.ground.standing import is_open
from helpers.ground.study import CONTRAST, Study
from helpers.ground.study_parts import Cell, begin
from helpers.printing import comparisons, prose
from helpers.printing.marks import mark, part
from helpers.printing.tables import PRINTED


def cells_in_words(study: Study, word: str, fewest: int = 1) -> str | None:
    """Name the populations by their parents: T cells and NKT cells of the lymphocytes, where `word` is of.

    A parent of fewer populations than `fewest` is left out; None where none is left.
    """
    named = []
    for parent in dict.fromkeys(cell.parent for cell in study.cells):
        cells = [study.cell(id) for id in study.cells_of(parent)]
        names = prose.listed(_as_term(cell) for cell in cells)
        if len(cells) >= fewest:
            cells_said = "" if "cells" in names else " cells"
            named.append(f"{names}{cells_said} {word} the {cells[0].parent_label}")
    return ", ".join(named) or None


def notes(study: Study, parent: str) -> str | None:
    """Give what the study says of the populations of one parent."""
    return " ".join(note for id in study.cells_of(parent) if (note := study.cell(id).note.strip())) or None


def known(results: pd.DataFrame, **parts: str | Collection[str]) -> pd.Series | None:
    """Give the row with these parts of an id to a sentence that goes away without it, or without anybody."""
    found = pick(results, **parts)
    return next((row for _, row in found.iterrows() if is_estimable(row) and row["n"] != 0), None)


def panel_sentence(results: pd.DataFrame, study: Study) -> str:
    """Say who is in the panel, or that the cohort has none."""
    everyone, *arms = (get(results, result_id("patients", "count", group)) for group in study.groups)
    if not is_estimable(everyone) and not everyone["method"].endswith(NO_PANEL):
        return f"The number of patients in the panel is {prose.no_number(everyone)}."
    if not is_estimable(everyone):
        return f"Nothing in this chapter is estimable: {NO_PANEL} (no immune.csv)."
    given = " treated" if study.are_treatments else ""
    sides = zip(map(prose.count, arms), study.arms, strict=True)
    size = f"{everyone['estimate']:.0f} of the cohort's {everyone['n']:.0f} patients"
    return f"The panel holds {size}: {prose.listed(f'{count}{given} {arm.named}' for count, arm in sides)}."


def paired_sentences(results: pd.DataFrame, study: Study, cells: Iterable[str]) -> Iterator[str]:
    """Say how each population changed in each arm: pairs, medians, shift with interval, both tests."""
    for cell, arm in product(cells, study.arms):
        pairs = prose.bare(get(results, result_id(cell, "pairs", arm.id)))
        subject = f"{study.cell(cell).share}, {prose.inside(arm.label)}"
        medians = _at_visits(results, study, result_id(cell, "median", arm.id))
        words = f"({pairs} {'pair' if pairs == '1' else 'pairs'}): median {medians}; shift"
        shift = result_id(cell, "hodges_lehmann", arm.id)
        yield _compared(results, study, subject, words, shift, "signed_rank")


def ratio_sentences(results: pd.DataFrame, study: Study) -> Iterator[str]:
    """Say how the ratios of each population, last visit to first, compare between the arms."""
    for cell in study.cells:
        medians = [get(results, result_id(cell.id, "median_ratio", arm)) for arm in study.arm_ids]
        patients = prose.listed(PRINTED["Patients"](one) or "too few" for one in medians)
        ratios = " against ".join(map(prose.number, medians))
        words = f"({patients} patients): median ratio {ratios}; difference"
        shift = result_id(cell.id, "ratio_hodges_lehmann", CONTRAST)
        yield _compared(results, study, cell.label, words, shift, "ratio_mann_whitney")


def balance_sentences(results: pd.DataFrame, study: Study) -> Iterator[str]:
    """Say how the ratio of the two populations of the balance changed in each arm; nothing without one."""
    if not study.balance:
        return
    for arm in study.arms:
        change = result_id(study.balance.id, "fold_change", arm.id)
        patients = prose.count(get(results, replace(change, statistic="pairs_used")))
        medians = _at_visits(results, study, replace(change, statistic="ratio"))
        words = f"({patients} patients): median ratio {medians}; change by a factor of"
        yield _compared(results, study, arm.label, words, change, "log_change_signed_rank")


def balance_between_sentence(results: pd.DataFrame, study: Study) -> str | None:
    """Say how the two arms' changes of the balance compare; None where they cannot be compared."""
    change = result_id(study.balance.id, "fold_change", CONTRAST) if study.balance else None
    if not change or not is_estimable(factor := get(results, change)):
        return None
    first, second = (arm.named for arm in study.arms)
    test = _tests(results, study, change, "log_change_mann_whitney")
    if is_open(factor):
        return f"The factor {first} over that {second}: {_ranged(factor)}; {test}"
    size = f"{prose.number(factor)} times that {second} ({_limits(factor)}), {comparisons.clarity(factor)}"
    return f"The factor {first} is {size}; {test}"


def balance_zero_sentence(results: pd.DataFrame, study: Study) -> str | None:
    """Say how many patients a share of 0 leaves without a log ratio, and what replacing it would give."""
    used = pick(results, statistic="pairs_used", group=study.arm_ids)
    if used.empty or used["estimate"].isna().any():
        return None
    if are_drawn(used):
        return NO_ZEROS
    everyone, kept = used["n"].sum(), used["estimate"].sum()
    if kept == everyone:
        return f"No share is 0 in these {everyone:.0f} patients, so none is left out."
    replaced = pick(results, statistic="fold_change_zeros_replaced", group=CONTRAST).iloc[0]
    return (
        f"A share of 0 leaves {everyone - kept:.0f} of {everyone:.0f} patients out; with 0 replaced by "
        f"{REPLACEMENT}% the factors' ratio between the arms is {sized(replaced)}."
    )


def zero_ratio_sentence(results: pd.DataFrame, study: Study) -> str | None:
    """Say how many pairs a first value of 0 leaves without a ratio; None where there is no panel."""
    count = known(results, outcome="pairs")
    if count is None or are_drawn(count.to_frame().T):
        return None if count is None else NO_ZEROS
    return f"{prose.count(count)} pairs of values have a {in_words(study)[0]} of 0, and therefore no ratio."


def clear_changes_sentence(results: pd.DataFrame, study: Study) -> str:
    """Name the changes and differences whose intervals leave out 0, and say how many have an interval.

    Where these are open, say what is left of the printed P values when they are adjusted.
    """
    shifts = {
        f"{cell.label} {arm.named}": get(results, result_id(cell.id, "hodges_lehmann", arm.id))
        for arm, cell in product(study.arms, study.cells)
    }
    differences = _between(results, study, "ratio_hodges_lehmann")
    every = [*shifts.values(), *differences.values()]
    if any(map(is_open, every)):
        return family_sentence(results, study) or "Every change and every difference is open."
    if not any(map(is_estimable, every)):
        return f"No change and no difference can be judged: {_reason_of(every)}."
    (changed, of_shifts), (different, of_differences) = _clear(shifts), _clear(differences)
    counts = [(_below(results, study, family, "_bh"), family.tests) for family in families(study).values()]
    left = [f"{prose.count(count)} {tests}" for count, tests in counts[:2] if is_estimable(count)]
    return (
        f"From {' to '.join(in_words(study))}, {len(changed)} of {of_shifts}{_bracketed(changed)} shifts "
        f"have an unadjusted 95% interval that leaves out 0; of the differences of ratios between the arms, "
        f"{len(different)} of {of_differences}{_bracketed(different)} have one. After Benjamini-Hochberg "
        f"adjustment for the number of tests P is below {study.alpha:g} in {' and in '.join(left) or 'none'}."
    )


def clear_ratios(results: pd.DataFrame, study: Study) -> str:
    """Name the clear ones of the ratios of ratios, with how many have an interval."""
    return _clear_ones(_between(results, study, "ratio_of_ratios"))


def zeros(results: pd.DataFrame) -> str | None:
    """Print how many pairs of values, of all, hold a value without a logarithm; None where none are known."""
    counts = pick(results, statistic="without_logarithm")
    if counts["estimate"].isna().any() or are_drawn(counts):
        return None
    return f"{counts['estimate'].sum():.0f} of {counts['n'].sum():.0f}"


def outcomes_in_words(study: Study) -> str | None:
    """Name the outcomes, and in whom they are asked: by response (relapsed/refractory patients)."""
    asked_in = (f"by {one.noun} ({prose.inside(study.label(one.main))} patients)" for one in asked(study))
    return " and ".join(asked_in) or None


def clear_by_outcome(results: pd.DataFrame, study: Study) -> str:
    """Name the populations whose first values differ clearly by outcome, with how many have an interval."""
    ids = {
        f"{cell.label} by {begin(outcome.noun)}": outcome_id(study, cell, outcome, "hodges_lehmann")
        for outcome, cell in product(asked(study), study.cells)
    }
    return _clear_ones({name: get(results, id) for name, id in ids.items()})


def clear_correlations(results: pd.DataFrame, study: Study) -> str:
    """Name the pairs of populations whose changes go together clearly, over all patients and in each arm."""
    if any(is_open(rho) for rho in rank_correlations(results, study).values()):
        return "open"
    return "; ".join(_clear_correlations(results, study, group) for group in study.groups)


def _clear_correlations(results: pd.DataFrame, study: Study, group: str) -> str:
    pairs = rank_correlations(results, study, group).items()
    found = {" with ".join(map(study.label, cells)): rho for cells, rho in pairs}
    clear, known = _clear(found)
    named = [f"{name} ({prose.number(found[name])}; {prose.interval(found[name])})" for name in clear]
    # Where two orders agree wholly, there is no interval.
    whole = [f"{name} ({prose.number(rho)})" for name, rho in found.items() if abs(rho["estimate"]) == 1]
    aside = f" (without an interval, as the orders agree wholly: {', '.join(whole)})" if whole else ""
    patients, sized = prose.inside(study.label(group)), ", ".join(named) or "none"
    return f"{patients}, of {known} with an interval: {sized}{aside}"


def adjusted_sentence(results: pd.DataFrame, study: Study, family: Family) -> str | None:
    """Say how many tests of a family stay below the level after each adjustment, asymptotic and exact."""
    counts = [_below(results, study, family, "".join(end)) for end in product(VERSIONS, ("", "_bh", "_holm"))]
    if not all(map(is_estimable, counts)):
        return None
    raw, bh, holm, exact, exact_bh, exact_holm = map(prose.number, counts)
    tests = PRINTED["Patients"](counts[0])
    return (
        f"Of {tests} tests, P is below {study.alpha:g} in {raw} (exact: {exact}) unadjusted, in "
        f"{bh} (exact: {exact_bh}) after Benjamini-Hochberg and in {holm} (exact: {exact_holm}) after Holm."
    )


def _below(results: pd.DataFrame, study: Study, family: Family, end: str) -> pd.Series:
    return get(results, result_id(family.outcome, f"{below(study)}{end}", family.group))


def _between(results: pd.DataFrame, study: Study, statistic: str) -> dict[str, pd.Series]:
    return {cell.label: get(results, result_id(cell.id, statistic, CONTRAST)) for cell in study.cells}


def _clear(found: dict[str, pd.Series]) -> tuple[list[str], int]:
    """Name the clear ones of those with an interval, and count these."""
    known = {name: comparisons.clarity(result) for name, result in found.items() if prose.interval(result)}
    return [name for name, clarity in known.items() if clarity == "a clear difference"], len(known)


def _clear_ones(found: dict[str, pd.Series]) -> str:
    clear, known = _clear(found)
    if any(map(is_open, found.values())):
        return "open"
    if not known:
        return _reason_of(found.values())
    return f"of {known} with an interval: {', '.join(clear) or 'none'}"


def _bracketed(names: list[str]) -> str:
    return f" ({', '.join(names)})" if names else ""


def _reason_of(found: Iterable[pd.Series]) -> str:
    """Say why none of some results can be judged."""
    reasons = (prose.no_number(result) for result in found if not is_estimable(result))
    return next(reasons, "too few patients for an interval")


def _at_visits(results: pd.DataFrame, study: Study, id: ResultId) -> str:
    """Print a number at the first visit and at the last, each with the phrase of its visit."""
    found = {visit: get(results, replace(id, statistic=f"{id.statistic}_{visit.id}")) for visit in study.ends}
    return ", ".join(f"{prose.number(result)} {visit.phrase}" for visit, result in found.items())


def _compared(
    results: pd.DataFrame, study: Study, subject: str, words: str, change: ResultId, test: str
) -> str:
    """Say of what and how, and then the size of a change or difference and its tests."""
    size = get(results, change)
    if not is_estimable(size):
        return f"{subject}: {prose.no_number(size)}."
    return f"{subject} {words} {sized(size)}; {_tests(results, study, change, test)}"


def _tests(results: pd.DataFrame, study: Study, change: ResultId, statistic: str) -> str:
    """Print both tests of a change, and that the exact one and the interval of the change do not agree."""
    name = "signed-rank" if statistic.endswith("signed_rank") else "Mann-Whitney"
    ids = (replace(change, statistic=f"{statistic}{version}") for version in VERSIONS)
    approximate, exact = (get(results, id) for id in ids)
    if not is_estimable(approximate):
        return f"{name} test {prose.no_number(approximate)}."
    if is_open(get(results, change)):
        return f"{name} test {_as_read(approximate)}, exact {prose.tested(exact)}."
    second = prose.p_value(exact["p_value"]) if is_estimable(exact) else prose.no_number(exact)
    aside = comparisons.disagreement(get(results, change), exact, study)
    return f"{name} {prose.p_value(approximate['p_value'])} asymptotic, {second} exact.{aside}"


def _as_read(test: pd.Series) -> str:
    """Print a test; where it is significant in none of the cohorts, that is how its silence is read."""
    if prose.is_read_as_not_significant(test):
        return mark(test, "not significant, as read")
    return prose.tested(test)


def _limits(result: pd.Series) -> str:
    return prose.interval(result) or "too few patients for a 95% interval"


def sized(result: pd.Series) -> str:
    """Print a shift or a factor, its interval and whether it is clear; of an open one the range."""
    if is_open(result):
        return _ranged(result)
    if not is_estimable(result):
        return prose.no_number(result)
    size = f"{prose.number(result)} ({_limits(result)})"
    return f"{size}, {comparisons.clarity(result)}" if prose.interval(result) else size


def _ranged(result: pd.Series) -> str:
    """Print the range of an open comparison, and in how many cohorts it lies below its null value."""
    share, null = result["share_below_null"], NULLS.get(result["kind"], 0)
    lower = (
        "" if pd.isna(share) else f"; below {null:g} in {part(result, prose.how_many(share))} of the cohorts"
    )
    return f"{prose.number(result)} (open{lower}{comparisons.turned(result)})"


def _as_term(cell: Cell) -> str:
    name = prose.inside(cell.marker)
    return f"{{term}}`{name} <{cell.term}>`" if cell.term else name
