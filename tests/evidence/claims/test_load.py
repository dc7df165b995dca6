"""The published claims against figures counted by hand in the abstract, and the rules of a claims file."""

from collections import Counter

import pytest

from evidence.claims import load as claims
from helpers.ground import results

# Every figure that the abstract prints, by sentence; a figure printed once for two arms stands twice.
PRINTED = {
    1: [80],
    7: [400, 7, 9, 1, 7, 28, 8, 28, 10, 10, 2021, 6, 2024],  # October is month 10, June month 6
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
    7: {"states": 1},
    8: {"states": 2},
    14: {"higher": 2, "not_significant": 2},
    17: {"significant": 1},
    23: {"decreases": 2, "increases": 1, "significant": 3, "not_significant": 2},
    24: {"increases": 1, "decreases": 1, "significant": 2, "not_significant": 3},
    25: {"higher": 2, "lower": 1, "not_significant": 2},
    26: {"states": 7, "higher": 2, "lower": 2},
    27: {"states": 1},
}
HEADER = ",".join(claims.COLUMNS)
ROW = {
    "id": "deaths",
    "chapter": "cohort",
    "statement": "Patients who died",
    "result_id": "cohort.death.count.all",
    "value": "19",
    "decimals": "0",
    "unit": "count",
    "relation": "equals",
    "reading": "",
    "source_sentence": "19",
}
WORDING_ROW = ROW | {"relation": "higher", "value": "", "decimals": "", "unit": ""}


@pytest.fixture(scope="module")
def published():
    return claims.load()


@pytest.fixture
def file_of(tmp_path):
    def write(*rows, header=HEADER):
        lines = [",".join(row.values()) if isinstance(row, dict) else row for row in rows]
        path = tmp_path / "mine.csv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return path

    return write


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
        "calendar_month",
        "calendar_year",
    }
    assert set(unanswered.loc[unanswered["unit"] == "percent", "id"]) == {
        "literature_mrd_clearance",
        "high_burden_threshold",
    }


def test_a_sound_row_is_typed(file_of):
    loaded = claims.load(file_of(ROW, WORDING_ROW | {"id": "other"}))
    assert loaded["value"].iloc[0] == 19
    assert loaded["value"].isna().tolist() == [False, True]
    assert loaded["decimals"].isna().tolist() == [False, True]
    assert loaded["source_sentence"].tolist() == [19, 19]


def test_a_byte_order_mark_blank_lines_and_further_columns_do_no_harm(file_of):
    path = file_of(",".join([*ROW.values(), "mine"]), "", header="\ufeff" + HEADER + ",note")
    assert claims.load(path)["id"].tolist() == ["deaths"]


@pytest.mark.parametrize(
    ("column", "cell", "rule"),
    [
        ("id", "Deaths 1", "lower-case"),
        ("id", "", "lower-case"),
        ("id", "deaths/1", "lower-case"),
        ("chapter", "mortality", "one of cohort, efficacy"),
        ("statement", "", "must not be empty"),
        ("result_id", "cohort.death.count", "chapter.outcome.statistic.group"),
        ("result_id", "cohort.death.count.women", "chapter.outcome.statistic.group"),
        ("result_id", "cohort.Death.count.all", "chapter.outcome.statistic.group"),
        ("result_id", "cohort.death/1.count.all", "chapter.outcome.statistic.group"),
        ("result_id", "survival.death.count.all", "begin with the claim's chapter"),
        ("value", "nineteen", "must be a number"),
        ("value", "19 %", "must be a number"),
        ("value", "", "must be a number"),
        ("value", "nan", "must be a number"),
        ("value", "-1", "0 or more"),
        ("decimals", "0.5", "whole number"),
        ("decimals", "", "whole number"),
        ("unit", "patients", "one of count, percent"),
        ("unit", "", "one of count, percent"),
        ("relation", "is", "one of equals, at_least"),
        ("source_sentence", "", "whole number"),
        ("source_sentence", "0", "whole number"),
        ("source_sentence", "second", "whole number"),
    ],
)
def test_a_bad_cell_gives_one_line_with_its_place_and_rule(file_of, column, cell, rule):
    (line,) = problems(file_of(ROW | {"id": "sound"}, ROW | {column: cell}))
    assert line.startswith(f"mine.csv: row 3, column {column}: ")
    assert rule in line


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        (ROW | {"value": "19.5"}, "decimals", "fewer"),
        (ROW | {"unit": "percent", "value": "101"}, "value", "between 0 and 100"),
        (ROW | {"unit": "p_value", "value": "2"}, "value", "between 0 and 1"),
        (ROW | {"result_id": ""}, "reading", "why no result"),
        (WORDING_ROW | {"relation": "states"}, "result_id", "must be empty"),
        (WORDING_ROW | {"value": "1"}, "value", "must be empty"),
        (WORDING_ROW | {"decimals": "0"}, "decimals", "must be empty"),
        (WORDING_ROW | {"unit": "count"}, "unit", "must be empty"),
    ],
)
def test_cells_that_do_not_fit_each_other_give_one_line(file_of, row, column, rule):
    (line,) = problems(file_of(row))
    assert line.startswith(f"mine.csv: row 2, column {column}: ")
    assert rule in line


def test_all_problems_come_in_one_list(file_of):
    bad = ROW | {"chapter": "x", "value": "x", "source_sentence": "x"}
    found = problems(file_of(ROW, "", bad, ROW | {"unit": "x", "id": "other"}))
    assert [line.split(": ")[1] for line in found] == [
        "row 4, column chapter",
        "row 4, column source_sentence",
        "row 4, column value",
        "row 5, column unit",
        "row 4, column id",
    ]
    assert "already in row 2" in found[-1]


def test_each_missing_column_gives_one_line(file_of):
    lines = problems(file_of(header="id,chapter,statement,result_id,value,decimals,unit,relation"))
    assert lines == [
        "mine.csv: column reading: missing; add it",
        "mine.csv: column source_sentence: missing; add it",
    ]


def test_a_row_of_another_length_gives_one_line(file_of):
    (line,) = problems(file_of(ROW, "deaths_2,cohort,Patients, who died"))
    assert line.startswith("mine.csv: row 3: has 4 fields where the header has 10")


def test_a_header_alone_is_no_claims_file(file_of):
    (line,) = problems(file_of())
    assert "no row" in line


def test_what_is_no_csv_text_gives_one_line(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_bytes("µ".encode("latin-1"))
    assert len(problems(path)) == len(problems(tmp_path)) == len(problems(tmp_path / "absent.csv")) == 1


def test_an_empty_file_lacks_every_column(tmp_path):
    path = tmp_path / "mine.csv"
    path.touch()
    assert len(problems(path)) == len(claims.COLUMNS)
