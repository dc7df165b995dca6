"""The ledger of any abstract: real ones with verdicts that were worked out by hand beforehand."""

from pathlib import Path

import pandas as pd
import pytest

from evidence.claims import folder
from evidence.forensics.count_shown import ONLY
from evidence.ledger.of_abstract import ledger
from evidence.ledger.verdicts import CONFLICTS
from helpers.ground import study as studies

ABSTRACTS = Path(__file__).parents[2] / "abstracts"
FOLDERS = sorted(path.parent for path in ABSTRACTS.glob("*/claims.csv"))


@pytest.mark.parametrize("path", FOLDERS, ids=lambda path: path.name)
def test_a_published_abstract_gets_the_verdicts_found_by_hand(path):
    entries = ledger(folder.load(path)).set_index("id")
    expected = pd.read_csv(path / "expected.csv", dtype=str, keep_default_na=False).set_index("id")
    assert list(entries.index) == list(expected.index)
    allowed = {
        id: {row["verdict"], *filter(None, map(str.strip, row["or"].split(";")))}
        for id, row in expected.iterrows()
    }
    wrong = {
        id: (entry["verdict"], allowed[id], entry["reason"])
        for id, entry in entries.iterrows()
        if entry["verdict"] not in allowed[id]
    }
    assert not wrong


@pytest.fixture(scope="module")
def own():
    """The ledger of the book's own abstract."""
    return ledger(folder.load(studies.load().claims.parent)).set_index("id")


def test_the_books_own_abstract_is_in_conflict_where_its_chapter_says(own):
    """The shared rate, said of 25 patients; all patients of an arm; significant beside 0.075."""
    conflicts = own.index[own["verdict"].isin(CONFLICTS)]
    assert set(conflicts) == {
        "mrd_negativity_both_combination",
        "mrd_negativity_both_monotherapy",
        "mrd_negativity_both_p",
        "mrd_negativity_all_first_reading",
        "mrd_negativity_all_second_reading",
        "cd8_cd45ra_combination_significant",
    }
    assert set(own.loc[conflicts, "verdict"]) == {"contradicts as worded"}


@pytest.mark.parametrize(
    ("claim", "table"),
    [
        ("high_burden_response_p", "5/6 v 3/9"),
        ("high_burden_mrd_negativity_p", "4/6 v 2/9"),
        ("mrd_negativity_both_p", "14/19 v 29/39"),
    ],
)
def test_three_p_values_of_the_book_leave_one_table(own, claim, table):
    """Found once by trying every pair of denominators; Pearson's test is the one that prints them."""
    assert f"with every figure it is tied to: {table}." in own.loc[claim, "reason"]
    assert ONLY in own.loc[claim, "reason"]
    assert "Pearson" in own.loc[claim, "reason"]


def test_the_shared_rate_is_that_of_all_who_had_measurable_disease(own):
    whose = own.loc["mrd_negativity_both_p", "depends_on"]
    assert whose == "the figures of “Relapsed/refractory or MRD-positive”, arm by arm"


def test_all_patients_can_be_those_of_two_groups(own):
    reading = own.loc["mrd_negativity_all_first_reading", "depends_on"]
    assert "MRD-positive at entry, combination" in reading
    assert "MRD-negative at entry, monotherapy" in reading


def test_there_are_ten_of_several_fields():
    assert len(FOLDERS) >= 10
