"""The ledger tells an open result over many cohorts, and a choice where it turns in enough of them."""

from math import nan

import pandas as pd
import pytest
from made_up_claims import CHANGE, ODDS, SIGNED_RANK, claims_of, figure, result, wording

from evidence.ledger.entries import ledger
from helpers.ground import results
from helpers.ground.standing import KNOWN, OPEN, PRINTED
from helpers.ground.study import load

STUDY = load()
EXACT = f"{SIGNED_RANK.replace('signed_rank', 'signed_rank_exact')}"


def known(id, standing, low=nan, high=nan, below=nan, significant=nan):
    return dict(
        zip(["id", "standing", *KNOWN], [id, standing, low, high, below, significant, ""], strict=True)
    )


def told(claim, rows, ranges):
    table = results.table(rows)
    return ledger(claims_of(claim), {}, table, STUDY, "reconstructed", pd.DataFrame(ranges)).loc[0]


def test_a_direction_is_told_by_the_share_in_which_it_holds():
    claim, row = wording("down", CHANGE, "decreases"), result(CHANGE, "percent_points", -1.25)
    entry = told(claim, [row], [known(CHANGE, OPEN, -3, -1, below=0.8)])
    assert entry["recomputed"] == "lower in 80% of the cohorts"
    assert "1.25" not in entry["reason"] and " is lower in 80% of the cohorts" in entry["reason"]


@pytest.mark.parametrize(
    ("relation", "said"),
    [
        ("significant", "P < 0.05 in 30% of the cohorts"),
        ("not_significant", "P ≥ 0.05 in 70% of the cohorts"),
    ],
)
def test_a_word_about_an_open_test_is_told_by_a_share(relation, said):
    claim, row = wording("word", SIGNED_RANK, relation), result(SIGNED_RANK, "statistic", 3, 0.0123)
    entry = told(claim, [row], [known(SIGNED_RANK, OPEN, significant=0.3)])
    assert entry["recomputed"] == said and "0.0123" not in entry["reason"]


def test_a_printed_number_keeps_the_digits_of_the_print():
    claim, row = figure("odds", ODDS, 0.95, 2, "odds_ratio"), result(ODDS, "odds_ratio", 0.9478)
    entry = told(claim, [row], [known(ODDS, PRINTED, 0.95, 0.95)])
    assert entry["recomputed"] == "0.95" and "0.9478" not in entry["reason"]


@pytest.mark.parametrize(
    ("share", "told_share", "hangs"),
    [(1.0, "all", False), (0.97, "97%", False), (0.59, "59%", True), (0.0, "none", True)],
)
def test_a_word_hangs_on_a_test_that_turns_it_in_enough_cohorts(share, told_share, hangs):
    claim = wording("word", SIGNED_RANK, "significant")
    rows = [result(SIGNED_RANK, "statistic", 3, 0.046), result(EXACT, "statistic", 3, 0.0488)]
    entry = told(claim, rows, [known(SIGNED_RANK, PRINTED), known(EXACT, OPEN, significant=share)])
    assert (entry["depends_on"], entry["changes_conclusion"]) == (
        (f"the test (exact: P < 0.05 in {told_share} of the cohorts)", "yes") if hangs else ("", "no")
    )


def test_without_ranges_a_value_is_told():
    claim, row = wording("down", CHANGE, "decreases"), result(CHANGE, "percent_points", -1.25)
    assert told(claim, [row], [])["recomputed"] == "−1.25 points"
