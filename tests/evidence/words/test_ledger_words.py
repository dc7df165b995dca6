"""The words that chapter 6 takes from the ledger: counts, lists, and tests across the level."""

from math import nan

import pandas as pd
import pytest
from made_up_claims import claims_of, entry, figure, result

from evidence.forensics.finding import CANNOT_HOLD, NOT_AS_WORDED, Finding, by_claim
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
            entry("second", published="wording", verdict="nothing to check"),
            entry("third", published="83 %", verdict="contradicts as worded", conflict="a; b", reason="R."),
        ]
    )


def excluded(*ids, conflict="a; b", outcome=NOT_AS_WORDED):
    return by_claim([Finding("a search", ids, outcome, "R.", "", conflict)])


def test_verdicts_are_counted_by_chapter(entries, published):
    table = words.verdict_table(entries, published)
    assert list(table.columns) == ["Verdict", "Cohort", "Efficacy", "All"]
    assert table.to_numpy().tolist() == [
        ["✓ consistent", "1", "0", "1"],
        ["≠ contradicts as worded", "0", "1", "1"],
        ["○ nothing to check", "0", "1", "1"],
        ["All", "1", "2", "3"],
    ]
    assert words.counts_sentence(entries, excluded("third")) == (
        "Of 3 claims, 1 leave nothing to check: doses, the literature, a count or a word on which no "
        "other printed figure bears. Of the other 2: 1 consistent; 1 contradicts as worded. The claims that "
        "contradict are about 1 statement."
    )
    told = words.counts_sentence(entries.assign(patients=["agrees", "", "differs"]), {})
    assert told.endswith("the patients' rows: 1 agrees; 1 differs.")


def test_contradictions_stand_in_sentences_each_once(entries):
    twice = pd.concat([entries, entries[2:].assign(id="fourth")])
    assert words.contradictions_list(twice, excluded("third", "fourth")).splitlines() == [
        "One contradiction was found; it fits if read otherwise.",
        "",
        "- **third.** Cannot all hold: a; b. R.",
    ]
    changed = words.contradictions_list(entries.assign(changes_conclusion="yes"), excluded("third"))
    assert changed.endswith("- **third.** Cannot all hold: a; b. R. A conclusion changes with it.")
    impossible = entries.assign(verdict=["consistent", "impossible as printed", "contradicts as worded"])
    both = excluded("third") | excluded("second", conflict="c; d", outcome=CANNOT_HOLD)
    assert words.contradictions_list(impossible, both).startswith(
        "2 contradictions were found; 1 of them fits if read otherwise; no reading that was tried resolves "
        "the other."
    )
    assert words.contradictions_list(entries[:2], {}).startswith("No printed figure or word was found")


def test_a_claim_that_stands_in_two_contradictions_is_told_in_each(entries):
    """And what one of them changes is not said of the other."""
    never = entries.assign(verdict="impossible as printed", changes_conclusion=["yes", "no", "no"])
    findings = by_claim(
        [
            Finding("a search", ("first", "second"), CANNOT_HOLD, "R.", "", "a; b", changes_conclusion=True),
            Finding("a search", ("first", "third"), CANNOT_HOLD, "S.", "", "a; c"),
        ]
    )
    assert words.contradictions_list(never, findings).splitlines()[2:] == [
        "- **second.** Cannot all hold: a; b. R. A conclusion changes with it.",
        "- **third.** Cannot all hold: a; c. S.",
    ]


def test_the_undecided_are_counted(entries):
    assert words.open_sentence(entries) == "Undecided, which is no pass: none."
    missed = entries.assign(verdict=["not reached", "", "consistent"])
    assert words.open_sentence(missed) == "Undecided, which is no pass: 1 not reached; 1 no verdict."


def test_claims_whose_conclusion_changes_are_listed_or_none(entries):
    assert list(words.changing_table(entries)["Claim"]) == ["none"]
    changed = entries.assign(changes_conclusion=["yes", "no", "yes"], depends_on=["", "", "the test"])
    table = words.changing_table(changed)
    assert list(table["Depends on"]) == ["the figure printed beside it", "the test"]


def test_choices_are_counted(entries):
    found = entries.assign(depends_on=["the test", "", "the model"], changes_conclusion=["yes", "no", "yes"])
    assert words.flags_sentence(found) == (
        "For 2 claims of 3 another choice (of test, rule for quartiles, model, definition or population) "
        "could turn the answer. For 2 claims a conclusion would change."
    )


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
    more = words.tests_sentence(tested, 0.05, {"the test": [0.39, 1, 1]})
    assert more.endswith("more would (the test: 1 in 39%, 2 in all of the cohorts).")


@pytest.mark.parametrize("provenance", ["reconstructed", "patient-level"])
def test_the_witness_is_named_for_what_it_is(provenance):
    sentence = words.witness_sentence(provenance)
    assert ("no evidence about the patients" in sentence) == (provenance == "reconstructed")


def test_the_note_under_verdicts_is_about_verdicts():
    assert words.witness_note("reconstructed") == (
        "Computed from the printed figures; a cohort serves as witness."
    )
    assert words.witness_note("patient-level") == ""
