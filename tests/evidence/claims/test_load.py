"""The published claims against figures counted by hand in the abstract, and the rules of a claims file."""

from collections import Counter

import pytest
from made_up_claims import published_rows, write_claims

from evidence.claims import load as claims
from helpers.ground import results

# Every figure that the abstract prints, by sentence; a figure printed once for two arms stands twice.
PRINTED = {
    1: [80],
    7: [400, 7, 9, 1, 7, 28, 8, 28, 10],
    8: [28],
    9: [64, 33, 25, 6, 19, 45],
    10: [46, 17, 74],
    11: [60, 25, 86, 42, 19, 85, 0.57],
    12: [10, 83, 12, 7, 58],
    13: [14, 67, 21, 13, 62],
    14: [83, 33, 0.057, 67, 22, 0.085, 60],
    15: [74, 74, 0.956],
    17: [0.95, 0.001],
    18: [16, 11, 25, 52, 9, 1, 2],
    19: [30, 8, 19],
    20: [11],
    21: [55, 64],
    22: [21, 11, 10, 28],
    23: [8, 5, 0.046, 39, 31, 0.075, 50, 60, 0.028, 28],
    24: [74, 78, 0.038, 20, 15, 0.015],
    25: [0.071, 0.029, 0.011],
}
# Figures that the abstract writes as words: several centres; all patients (two readings); adverse, sole; the
# deaths once more, by their cause.
WORDS = {6: [2], 8: [0], 16: [100, 100], 17: [1, 1], 19: [19]}
# The claims without a figure, by sentence: what the words say, and what is left out.
WORDING = {
    2: {"states": 1},
    3: {"states": 1},
    6: {"states": 1},
    7: {"states": 3},  # two of them dates
    8: {"states": 2},
    14: {"higher": 2, "not_significant": 2},
    17: {"significant": 1},
    23: {"decreases": 2, "increases": 1, "significant": 3, "not_significant": 2},
    24: {"increases": 1, "decreases": 1, "significant": 2, "not_significant": 3},
    25: {"higher": 2, "lower": 1, "not_significant": 2},
    26: {"states": 7, "higher": 2, "lower": 2},
    27: {"states": 1},
}
DATES = {"enrolment_first": "2021-10", "enrolment_last": "2024-06"}
ROWS = published_rows()
DEATHS = ROWS["deaths"]


@pytest.fixture(scope="module")
def published():
    return claims.load()


@pytest.fixture
def file_of(tmp_path):
    return lambda *rows: write_claims(tmp_path / "mine.csv", rows)


def problems(path):
    with pytest.raises(claims.ClaimsError) as caught:
        claims.load(path)
    return caught.value.problems


@pytest.mark.parametrize("sentence", range(1, 29))
def test_every_figure_of_the_sentence_is_claimed(published, sentence):
    claimed = published[(published["source_sentence"] == sentence) & published["value"].notna()]
    expected = PRINTED.get(sentence, []) + WORDS.get(sentence, [])
    assert Counter(claimed["value"]) == Counter(expected)


@pytest.mark.parametrize("sentence", range(1, 29))
def test_every_wording_of_the_sentence_is_claimed(published, sentence):
    claimed = published[(published["source_sentence"] == sentence) & published["value"].isna()]
    assert Counter(claimed["relation"]) == Counter(WORDING.get(sentence, {}))


def test_p_values_and_the_odds_ratio_keep_their_printed_decimals(published):
    finer = published[published["decimals"] > 0].set_index("id")["decimals"]
    p_values = published[published["unit"].eq("p_value")]["id"]
    assert set(finer.index) == {*p_values, "multivariable_odds_ratio"}
    assert set(finer.drop(["blasts_p", "multivariable_odds_ratio"])) == {3}
    assert finer["blasts_p"] == finer["multivariable_odds_ratio"] == 2


def test_result_ids_are_those_a_result_row_can_have(published):
    for result_id in published.loc[published["result_id"] != "", "result_id"]:
        results.row(results.ResultId.parse(result_id), "label", "population", "count", results.Estimate())


def test_only_what_a_cohort_cannot_hold_has_no_result(published):
    unanswered = published[published["result_id"] == ""]
    assert set(unanswered.loc[unanswered["relation"] != "states", "unit"]) == {
        "percent",
        "mg",
        "microgram",
        "days",
    }
    assert set(unanswered.loc[unanswered["unit"] == "percent", "id"]) == {
        "literature_mrd_clearance",
        "high_burden_threshold",
    }


def test_dates_are_kept_as_they_are_printed(published):
    printed = published.set_index("id")["printed"]
    assert printed[list(DATES)].to_dict() == DATES


def test_a_sound_row_is_typed(file_of):
    loaded = claims.load(file_of(DEATHS, ROWS["high_burden_response_direction"]))
    assert loaded["value"].iloc[0] == 19
    assert loaded["value"].isna().tolist() == [False, True]
    assert loaded["decimals"].isna().tolist() == [False, True]
    assert loaded["source_sentence"].tolist() == [19, 14]


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("19", "equals"),
        (">=19", "at_least"),
        (">19", "greater_than"),
        ("<=19", "at_most"),
        ("<19", "less_than"),
    ],
)
def test_a_bound_says_how_a_result_must_stand(file_of, text, relation):
    loaded = claims.load(file_of(DEATHS | {"value": text})).iloc[0]
    assert (loaded["relation"], loaded["value"], loaded["printed"]) == (relation, 19, text)


@pytest.mark.parametrize(
    ("column", "cell", "rule"),
    [
        ("chapter", "mortality", "one of cohort, efficacy"),
        ("result_id", "cohort.death.count", "chapter.outcome.statistic.group"),
        ("result_id", "cohort.death.count.women", "chapter.outcome.statistic.group"),
        ("result_id", "cohort.Death.count.all", "chapter.outcome.statistic.group"),
        ("result_id", "cohort.death/1.count.all", "chapter.outcome.statistic.group"),
        ("result_id", "survival.death.count.all", "begin with the claim's chapter"),
        ("value", "nineteen", "is no figure as printed"),
        ("population", "women", "'women' is no population or arm"),
    ],
)
def test_a_bad_cell_gives_one_line_with_its_place_and_rule(file_of, column, cell, rule):
    (line,) = problems(file_of(DEATHS | {"id": "sound"}, DEATHS | {column: cell}))
    assert line.startswith(f"mine.csv: row 3, column {column}: ")
    assert rule in line


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        (DEATHS | {"quantity": "word", "value": ""}, "result_id", "must be empty"),
        (DEATHS | {"quantity": "date", "value": "2021-10"}, "result_id", "must be empty"),
    ],
)
def test_cells_that_do_not_fit_each_other_give_one_line(file_of, row, column, rule):
    (line,) = problems(file_of(row))
    assert line.startswith(f"mine.csv: row 2, column {column}: ")
    assert rule in line


def test_all_problems_of_the_book_come_in_one_list(file_of):
    bad = DEATHS | {"id": "other", "chapter": "x", "result_id": "x"}
    found = problems(file_of(DEATHS, bad))
    assert [line.split(": ")[1] for line in found] == ["row 3, column chapter", "row 3, column result_id"]


def test_a_file_that_cannot_be_read_gives_one_line(tmp_path):
    assert problems(tmp_path / "none.csv") == ["none.csv: is missing; write it, one row for each claim"]
