"""The words that chapter 6 takes from the ledger: counts, lists, and tests across the level."""

from math import nan

import pandas as pd
import pytest
from made_up_claims import claims_of, entry, figure, result

from evidence.words import ledger as words
from helpers.ground import results, study


@pytest.fixture
def published():
    rows = [("first", "cohort"), ("second", "efficacy"), ("third", "efficacy")]
    return pd.DataFrame(rows, columns=["id", "chapter"])


@pytest.fixture
def entries():
    return pd.DataFrame(
        [
            entry("first", published="46 years"),
            entry("second", published="wording", verdict="not determined"),
            entry("third", published="83 %", verdict="differs"),
        ]
    )


def test_verdicts_are_counted_by_chapter(entries, published):
    table = words.verdict_table(entries, published)
    assert list(table.columns) == ["Verdict", "Cohort", "Efficacy", "All"]
    assert table.to_numpy().tolist() == [
        ["✓ reproduced", "1", "0", "1"],
        ["? not determined", "0", "1", "1"],
        ["≠ differs", "0", "1", "1"],
        ["All", "1", "2", "3"],
    ]
    assert words.counts_sentence(entries) == (
        "Of 3 claims, the verdicts are: 1 reproduced; 1 not determined; 1 differs."
    )


def test_claims_that_are_not_met_are_listed_or_none(entries):
    assert list(words.not_met_table(entries)["Published"]) == ["83 %"]
    assert list(words.not_met_table(entries[:2])["Claim"]) == ["none"]
    assert words.not_met_sentence(entries) == ("Of 2 claims that a result can answer, not met: 1 differs.")
    assert words.not_met_sentence(entries[:2]).endswith("can answer, not met: none.")


def test_claims_whose_conclusion_changes_are_listed_or_none(entries):
    assert list(words.changing_table(entries)["Claim"]) == ["none"]
    changed = entries.assign(changes_conclusion=["yes", "no", "yes"], depends_on=["", "", "the test"])
    table = words.changing_table(changed)
    assert list(table["Depends on"]) == ["the figure printed beside it", "the test"]


def test_conventions_and_readings_are_two_counts_and_their_overlap_is_said(entries):
    reading = "reproduced under a stated reading"
    found = entries.assign(
        verdict=[reading, reading, "differs"],
        depends_on=["the test", "", "the model"],
        changes_conclusion=["yes", "no", "yes"],
    )
    assert words.flags_sentence(found) == (
        "Whatever the reading of the words, 2 claims of 3 depend on a convention, and another one could "
        "turn the answer. The claims that are reproduced under a stated reading are another count, 2; "
        "1 is in both. For 2 claims a conclusion would change."
    )
    assert "1 claim of 3 depends on" in words.flags_sentence(found.assign(depends_on=["the test", "", ""]))


@pytest.fixture
def tested():
    """Two signed-rank tests, one of which has an exact P value across the level, and one not estimable."""
    values = {"t_cells": (0.04, 0.06), "treg": (0.2, 0.3), "nkt": (nan, nan)}
    printed = claims_of(
        *(
            figure(cells, f"immune.{cells}.signed_rank.combination", 0.1, 1, "p_value")
            | {"statement": f"P value of the change in {cells}"}
            for cells in values
        )
    )
    rows = [
        result(f"immune.{cells}.signed_rank{kind}.combination", "p_value", p_value=p)
        for cells, two in values.items()
        for kind, p in zip(("", "_exact"), two, strict=True)
    ]
    return words.printed_tests(printed, results.table(rows), study.load())


def test_tests_across_the_level_are_found(tested):
    assert list(tested["p_value"]) == [0.04, 0.06, 0.2, 0.3]
    assert list(words.crossing(tested, 0.05)["p_value"]) == [0.06]
    assert words.tests_sentence(tested, 0.05) == (
        "Of the 2 printed P values that can be recomputed, 1 would lie on the other side of 0.05 "
        "with another choice (the test: 1)."
    )
    assert "Change in t_cells, exact: P = 0.060" in words.tests_alt(tested, 0.05)


@pytest.mark.parametrize("provenance", ["reconstructed", "patient-level"])
def test_the_witness_is_named_for_what_it_is(provenance):
    sentence = words.witness_sentence(provenance)
    assert ("no evidence about the patients" in sentence) == (provenance == "reconstructed")
