"""The ledger tells an open result over many cohorts, and a choice where it turns in enough of them."""

import math

import pandas as pd
import pytest

from evidence.claims import load as claims
from evidence.ledger.entries import ledger
from helpers.ground.cohort import DEFAULT
from helpers.ground.standing import OPEN, read
from helpers.ground.study import load

STUDY = load()
EXACT = "immune.treg.signed_rank_exact.combination"
SHIFT = "immune.treg.median_change.combination"


@pytest.fixture(scope="module")
def ranges():
    return read(DEFAULT).set_index("id", drop=False)


@pytest.fixture(scope="module")
def judge(rebuilt_results):
    def judged(ranges=None):
        return ledger(claims.load(), rebuilt_results, STUDY, "reconstructed", ranges).set_index("id")

    return judged


def test_no_value_of_an_open_result_stands_in_the_ledger(judge, ranges, rebuilt_results):
    entries, asked = judge(ranges), claims.load().set_index("id")["result_id"].astype(str)
    rows = rebuilt_results.set_index("id")
    for claim, result in asked.items():
        if result in ranges.index and ranges.loc[result, "standing"] == OPEN:
            told = entries.loc[claim]
            assert "cohorts" in told["recomputed"] or " to " in told["recomputed"], claim
            for value in rows.loc[result, ["estimate", "p_value"]]:
                if math.isfinite(value) and value != round(value, 2):
                    assert f"{value:.4f}" not in told["reason"] + told["recomputed"], claim


def test_without_ranges_the_ledger_stays_as_it_was(judge, ranges):
    pd.testing.assert_frame_equal(judge(), judge(ranges.iloc[:0]))
    told = judge(ranges)
    assert list(told["verdict"]) == list(judge()["verdict"])


@pytest.mark.parametrize(("share", "turns"), [(1.0, "no"), (0.97, "no"), (0.59, "yes"), (0.0, "yes")])
def test_a_word_hangs_on_a_test_that_turns_it_in_enough_cohorts(judge, ranges, share, turns):
    ranges = ranges.copy()
    ranges.loc[EXACT, "share_significant"] = share
    told = judge(ranges).loc["treg_combination_significant", "depends_on"]
    assert ("exact" in told) == (turns == "yes")


def test_a_direction_is_told_by_the_share_in_which_it_holds(judge, ranges):
    ranges = ranges.copy()
    ranges.loc[SHIFT, "share_below_null"] = 0.8
    assert judge(ranges).loc["treg_combination_direction", "recomputed"] == "lower in 80% of the cohorts"
