"""Chapter 7 says what is open by its range alone, and how often a statement holds."""

import numpy as np
import pandas as pd
import pytest

from evidence.claims import load as claims
from evidence.ensemble.families import FAMILIES, HEADLINES
from evidence.words import draws, open_results
from helpers.ground.study import load
from helpers.printing.marks import plain

STUDY = load()
OURS = ["survival.followup.median.combination", "survival.followup.reverse_km_median.all"]
HAZARD, LENGTH = FAMILIES["Survival"][:2]
COMMON = {"label": "a result", "population": "all", "varies": "", "share_below_null": 0.4}
COMMON |= {"share_significant": 0.03, "reached_low": 0.01, "reached_high": np.inf}
COMMON |= {"plausible_low": 0.1, "plausible_high": 9.0}
COMMON |= {"proved_low": np.nan, "proved_high": np.nan, "r_hat": 1.004, "effective_size": 812.4}


@pytest.fixture
def ranges():
    rows = []
    for ids in FAMILIES.values():
        for id in ids:
            kind, unit, ends = "share", "fraction", (0.4, 0.78)
            if "hazard_ratio" in id.statistic:
                kind, unit, ends = "ratio", "hazard_ratio", (0.5, 2.6)
            span = {"range_low": ends[0], "range_high": ends[1], "kind": kind, "unit": unit}
            rows.append({"id": str(id), "standing": "open", **span, **COMMON})
    return pd.DataFrame(rows)


def test_a_family_prints_its_four_ranges(ranges):
    table = open_results.table(open_results.family(ranges, FAMILIES["Survival"]))
    assert plain(table.loc[0, "95% of the cohorts"]) == "0.50 to 2.60"
    assert table.loc[0, "Reached within limits"] == "0.10 to 9.00"
    assert table.loc[0, "Reached by arithmetic"] == "0.01 to no limit"
    assert table.loc[0, "Proved"] == "not proved"
    assert table.loc[0, "Below no difference"] == "40%" and table.loc[0, "P < 0.05"] == "3%"


def test_the_note_names_the_test_of_every_share_of_p_values(ranges, rebuilt_results):
    methods = rebuilt_results.set_index("id")["method"]
    for id in (id for ids in FAMILIES.values() for id in ids):
        test = open_results.test_of(id)
        if "hodges" not in id.statistic and pd.notna(rebuilt_results.set_index("id").loc[str(id), "p_value"]):
            name = "penalised likelihood-ratio" if "penalised" in methods[str(id)] else "Wald"
            assert name in test and name in methods[str(id)], id
    survival = open_results.table_note(open_results.family(ranges, FAMILIES["Survival"]))
    assert "Wald test of the Cox model" in survival and "not adjusted" in survival


def test_a_shift_bears_its_name_and_is_told_from_a_difference_of_medians(ranges):
    rows = open_results.family(ranges.assign(label="T cells: shift"), FAMILIES["Immune cells"])
    shifts = rows["label"][rows["id"].str.contains("hodges_lehmann")]
    assert len(shifts) and shifts.str.contains("Hodges-Lehmann shift").all()
    assert "not the difference of the medians" in open_results.table_note(rows)
    times = open_results.family(
        ranges.assign(share_below_null=np.nan, share_significant=np.nan), FAMILIES["Survival"]
    )
    assert open_results.table_note(times) == "" and len(open_results.table(times).columns) == 5


def test_what_is_proved_of_nothing_has_no_bound(ranges):
    endless = ranges.assign(proved_low=-np.inf, proved_high=np.inf)
    table = open_results.table(open_results.family(endless, FAMILIES["Survival"]))
    assert table["Proved"].eq("no bound").all()


def test_results_that_no_cohort_has_are_counted_apart(ranges):
    without = ranges.copy()
    without.loc[:1, ["standing", "range_low"]] = "follows", np.nan
    assert open_results.absent(without) == 2
    assert sum(open_results.counts(without).values()) == len(ranges) - 2


def test_the_limit_of_follow_up_is_said_to_be_ours_wherever_a_bound_rests_on_it():
    assert "34 months" in open_results.cap_sentence() and "limit of this book" in open_results.cap_sentence()
    rows = open_results.arguments(claims.load(), pd.DataFrame({"id": OURS, "label": OURS}))
    assert rows["Argument"].str.contains("34 months, a limit of this book").all()


def test_results_of_one_unit_share_an_axis(ranges):
    panels = open_results.panels(open_results.family(ranges, FAMILIES["Survival"]))
    assert ("ratio", "hazard_ratio") in panels and len(panels[("ratio", "hazard_ratio")]) == 2


def test_the_sentence_gives_range_and_direction(ranges):
    text = plain(open_results.sentence(ranges, HAZARD, STUDY))
    assert "0.50 to 2.60" in text and "in 40% of the cohorts" in text and "P below 0.05 in 3%" in text


def test_mixing_gives_the_worst_of_a_family(ranges):
    table = draws.mixing(ranges)
    assert table["Largest R-hat"].eq("1.004").all() and table["Smallest effective size"].eq("812").all()


def test_the_worst_of_all_results_and_the_share_of_truths_are_told(ranges):
    alone = draws.trusted_sentence(ranges, pd.DataFrame())
    count = sum(map(len, FAMILIES.values()))
    assert f"of the {count} results" in alone and "1.004" in alone and "below 400" not in alone
    assert alone.endswith("at least 812.")
    few = ranges.assign(effective_size=ranges["effective_size"].where(ranges.index > 1, 399))
    assert draws.trusted_sentence(few, pd.DataFrame()).endswith(
        "at least 399 (2 below 400, where one value is rare)."
    )
    ranks = pd.DataFrame({"block": "survival", "result": "effect", "truth": range(40), "draws": 19})
    ranks = ranks.assign(rank=[place % 20 for place in range(40)], covered=[True] * 38 + [False] * 2)
    told = draws.trusted_sentence(ranges, ranks)
    assert told.startswith(alone) and "Of 40 truths that were known, the 95% bands of 1 results" in told
    assert told.endswith("held 95% to 95%, on average 95%; 0 of them outside 92% to 98%.")


def test_the_headlines_are_among_the_results_that_were_searched():
    searched = {id for family in FAMILIES.values() for id in family}
    assert all(set(ids) <= searched for ids in HEADLINES.values())


def test_the_fewest_ancestors_of_a_group_are_told():
    manifest = {"members": 31, "groups": 2, "ancestors": {"survival": [9, 1], "immune": [2, 16]}}
    text = draws.ancestors_sentence(manifest)
    assert (
        "A group has 16 draws" in text and "1 first draw (event times), 2 first draws (immune panel)" in text
    )
    assert "each draw of event times was moved on its own; " in text  # those of the panel never are


def test_the_test_of_even_ranks_is_named():
    assert "chi-square tests of ranks in 10 equal bins" in draws.calibration_note()
    assert "Bonferroni within the block" in draws.calibration_note()


def test_calibration_gives_the_share_of_truths_inside():
    uneven = pd.DataFrame({"rank": [0] * 20, "covered": [1] * 19 + [0]})
    even = pd.DataFrame({"rank": [*range(0, 100, 10), *range(0, 100, 10)], "covered": 1})
    ranks = pd.concat([uneven.assign(result="a"), even.assign(result="b")]).assign(block="survival", draws=99)
    found = draws.calibrated(ranks).iloc[0]
    assert found["Least and most"] == "95% to 100%" and found["Truths"] == "20"
    assert found["P, ranks even"] == "< 0.001"  # twenty ranks in one of ten bins: chi-square 180
    assert draws.calibrated(ranks[ranks["result"] == "b"]).iloc[0]["P, ranks even"] == "1.00"
