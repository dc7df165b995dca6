"""Sentences in every direction, and with every panel and study: none breaks, none says what is not there."""

import dataclasses
import re
import warnings

import pandas as pd
import pytest
from made_up_panel import HOSTILE, OTHER_STUDIES, STUDY, with_zero

from helpers.chapters.immune import tables
from helpers.chapters.immune.families import families
from helpers.chapters.immune.rows import results
from helpers.chapters.immune.words import panel as words
from helpers.ground.cohort import Cohort
from helpers.ground.results import IN_MEMORY, is_estimable

MINUS = "\N{MINUS SIGN}"


def test_sentences_tell_a_rise_from_a_fall(rows):
    rise, _ = words.paired_sentences(rows, STUDY, ["t_cells"])
    assert rise == (
        "T cells (% of lymphocytes), venetoclax + blinatumomab (6 pairs): "
        "median 71% at baseline, 74.5% on day 28; shift +3.5 points (95% CI +1.0 to +6.0 points), "
        "a clear difference; signed-rank P = 0.028 asymptotic, P = 0.031 exact."
    )
    fall, few = words.paired_sentences(rows, STUDY, ["treg"])
    assert f"shift {MINUS}3.5 points" in fall
    assert "(too few patients for a 95% interval)" in few
    assert ", no clear difference;" in next(words.paired_sentences(rows, STUDY, ["nkt"]))


def test_sentences_compare_ratios_in_both_directions(rows):
    *_, lower, higher = words.ratio_sentences(rows, STUDY)
    assert f"difference {MINUS}0." in lower
    assert "difference +0." in higher
    assert "T cells with the combination" in words.clear_changes_sentence(rows, STUDY)


def test_sentences_about_the_balance_have_a_direction_and_a_verdict(cohort, rows):
    unclear, few = words.balance_sentences(rows, STUDY)
    assert unclear.startswith("Venetoclax + blinatumomab (6 of 6 patients): median ratio ")
    assert ", no clear difference; signed-rank P = " in unclear
    assert "(too few patients for a 95% interval)" in few
    between = words.balance_between_sentence(rows, STUDY)
    assert "times that with blinatumomab alone (95% CI" in between and ", a clear difference" in between
    none = words.balance_zero_sentence(rows, STUDY)
    assert none == "No share is 0 in these 11 patients, so none is left out."
    some = words.balance_zero_sentence(results(with_zero(cohort)), STUDY)
    assert some.startswith("A share of 0 leaves 1 of 11 patients out; with 0 replaced by 0.05%")


def test_the_clear_ones_are_named(rows):
    assert words.clear_ratios(rows, STUDY) == (
        "of 5 with an interval: Regulatory T cells, CD8+ CD45RA+ cells, CD8+ CD45RO+ cells"
    )
    assert words.zeros(rows) == "1 of 54"
    linked = words.clear_correlations(rows, STUDY)
    # The panel keeps the sum of both shares, so that one change is the other's mirror image.
    assert "all patients, of 9 with an interval: T cells with Regulatory T cells (" in linked
    assert f"wholly: CD8+ CD45RA+ cells with CD8+ CD45RO+ cells ({MINUS}1)" in linked
    for family in families(STUDY).values():
        assert re.match(r"Of \d+ tests, P is below 0.05 in \d", words.adjusted_sentence(rows, STUDY, family))


def test_a_row_is_handed_on_only_where_it_says_something(cohort, rows):
    opposite = words.known(rows, statistic="opposite_changes")
    assert (opposite["estimate"], opposite["n"]) == (11, 11)
    assert words.known(rows, statistic="opposite_changes", outcome=()) is None
    nobody = results(dataclasses.replace(cohort, immune=cohort.immune.iloc[:0]))
    assert words.known(nobody, statistic="opposite_changes") is None


def test_the_study_is_put_into_words():
    assert words.cells_in_words(STUDY, "of") == (
        "T cells and {term}`NKT cells <NKT cells>` of the lymphocytes, "
        "{term}`regulatory T cells <Treg>` of the CD4+ T cells, CD45RA+ and CD45RO+ cells of the CD8+ T cells"
    )
    assert "regulatory" not in words.cells_in_words(STUDY, "among", fewest=2)
    assert "CD45RA marks naive T cells" in words.notes(STUDY, "cd8_t")
    assert words.notes(STUDY, "monocytes") is None
    assert words.outcomes_in_words(STUDY) == (
        "by MRD negativity (relapsed/refractory or MRD-positive patients) "
        "and by response (relapsed/refractory patients)"
    )


def every_text(rows: pd.DataFrame, cohort: Cohort) -> list[str]:
    study = cohort.study
    said = [
        words.panel_sentence(rows, study),
        *words.paired_sentences(rows, study, [cell.id for cell in study.cells]),
        *(
            said
            for many in (
                words.ratio_sentences,
                words.balance_sentences,
                tables.shift_lines,
                tables.direction_lines,
            )
            for said in many(rows, study)
        ),
        *tables.correlation_lines(rows, study),
        *tables.outcome_lines(rows, study),
        *(
            getattr(words, name)(rows, study)
            for name in (
                "balance_between_sentence",
                "balance_zero_sentence",
                "clear_changes_sentence",
                "clear_ratios",
                "clear_by_outcome",
                "clear_correlations",
            )
        ),
        *(words.adjusted_sentence(rows, study, family) for family in families(study).values()),
        words.zeros(rows),
        words.cells_in_words(study, "of"),
        words.outcomes_in_words(study),
    ]
    for name in ("panel", "values", "paired", "between", "fold_change", "outcomes"):
        table = getattr(tables, f"{name}_table")(rows, study)
        said += [*table.columns, *table.to_numpy().ravel()]
    return [text for text in said if text is not None]


def sound(cohort: Cohort) -> tuple[pd.DataFrame, list[str]]:
    """Return every row and text of a cohort, having looked for what none may hold."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = results(cohort)
        texts = every_text(found, cohort)
    assert list(found.columns) == IN_MEMORY
    for _, result in found.iterrows():
        holds = pd.notna(result["estimate"]) or pd.notna(result["p_value"])
        assert holds == is_estimable(result), result["id"]
    assert all(texts) and not any(re.search(r"\bnan\b|None|  ", text) for text in texts)
    return found, texts


@pytest.mark.parametrize("edit", HOSTILE.values(), ids=HOSTILE)
def test_hostile_panels_keep_ids_and_give_reasons(cohort, rows, edit):
    hostile = dataclasses.replace(cohort, immune=edit(cohort.immune))
    found, _ = sound(hostile)
    assert found["id"].tolist() == rows["id"].tolist()


NO_OUTCOME = {
    "nobody MRD negative": {"mrd_negative": False},
    "outcomes unknown": {"mrd_negative": pd.NA, "response": pd.NA},
    "all respond": {"response": True},
}


@pytest.mark.parametrize("outcome", NO_OUTCOME.values(), ids=NO_OUTCOME)
def test_hostile_outcomes_are_told(cohort, outcome):
    patients = cohort.patients.assign(**outcome).astype(dict.fromkeys(outcome, "boolean"))
    hostile = dataclasses.replace(cohort, patients=patients)
    found, _ = sound(hostile)
    assert "a group has no values" in tables.reasons(found, "baseline_mann_whitney_exact")


def test_without_a_panel_one_sentence_says_so(cohort):
    empty = dataclasses.replace(cohort, immune=cohort.immune.iloc[:0])
    rows = results(empty)
    assert set(rows["method"]) == {"not estimable: the cohort has no immune panel"}
    assert words.panel_sentence(rows, STUDY) == (
        "Nothing in this chapter is estimable: the cohort has no immune panel (no immune.csv)."
    )
    assert tables.reasons(rows, "pairs") == " Not estimable: the cohort has no immune panel."


@pytest.mark.parametrize("name", OTHER_STUDIES)
def test_another_study_has_its_own_words(cohort, name):
    _, texts = sound(OTHER_STUDIES[name](cohort))
    text = " ".join(texts)
    foreign = {
        "other visits": r"baseline|[Dd]ay 28",
        "other arms": r"[Vv]enetoclax|[Bb]linatumomab|combination|monotherapy",
        "another level": r"0\.05",
        "two populations of cells": "CD45|CD8|[Rr]egulatory",
        "one population of cells": "CD45|CD8|NKT",
        "no population of cells": r"T cells|CD8|[Bb]aseline",
        "no outcome": "MRD negativity|[Rr]esponse",
    }[name]
    assert not re.search(foreign, text), re.search(f".{{0,60}}(?:{foreign}).{{0,60}}", text)[0]
    if name == "other visits":
        assert "median 71% before treatment, 74.5% at week 6" in text
