"""What only one rebuilt cohort has is taken away, and its range put beside it."""

import pandas as pd
import pytest

from helpers.ground.cohort import DEFAULT, CohortError, load
from helpers.ground.results import Estimate, ResultId, not_estimable, row, table
from helpers.ground.standing import is_open, problems, read, told

OS = [ResultId("survival", "os", statistic) for statistic in ("hazard_ratio", "logrank", "median")]
ROWS = table(
    [
        row(OS[0], "Hazard ratio", "all", "hazard_ratio", Estimate(1.44, 0.6, 3.4, 0.95, 0.4, 64, 19, "Cox")),
        row(OS[1], "Log-rank", "all", "statistic", Estimate(estimate=0.7, p_value=0.4, method="log-rank")),
        row(OS[2], "Median", "all", "months", not_estimable("the curve stays above one half")),
    ]
)
RANGES = pd.DataFrame(
    {
        "id": [str(OS[0]), str(OS[1])],
        "standing": ["open", "printed"],
        "range_low": [0.5, 0.65],
        "range_high": [2.6, 0.65],
        "share_below_null": [0.4, float("nan")],
        "share_significant": [0.03, 0.0],
        "varies": ["", ""],
    }
)


def test_an_open_result_is_known_by_its_range_alone():
    hazard, logrank, _ = (each for _, each in told(ROWS, RANGES).iterrows())
    assert is_open(hazard) and not is_open(logrank)
    assert (hazard["range_low"], hazard["range_high"]) == (0.5, 2.6)
    assert hazard[["estimate", "ci_low", "ci_high", "p_value", "events"]].isna().all()
    assert logrank["estimate"] == 0.65  # as printed, not as the cohort at hand has it


def test_a_result_without_a_range_is_open_and_gives_no_reason_of_one_cohort():
    median = told(ROWS, RANGES).iloc[2]
    assert is_open(median) and median["method"] == ""


def test_real_rows_are_observed_and_keep_their_numbers(tmp_path):
    found = told(ROWS, read(tmp_path))
    assert set(found["standing"]) == {"observed"}
    assert found["estimate"].tolist()[:2] == pytest.approx([1.44, 0.7])


def test_what_the_rebuilt_cohort_carries_can_be_told():
    assert problems(DEFAULT) == []


OPEN_ONE = "survival.os.hazard_ratio.arm"
TAMPERED = {
    "a column is gone": (
        "ranges.csv",
        lambda rows: rows.drop(columns="standing"),
        "column standing: missing",
    ),
    "no row": ("ranges.csv", lambda rows: rows.iloc[:0], "has no row"),
    "an id twice": ("ranges.csv", lambda rows: pd.concat([rows, rows.iloc[:1]]), "column id: stands more"),
    "a word for open": (
        "ranges.csv",
        lambda rows: rows.replace({"standing": {"open": "maybe"}}),
        "standing: must",
    ),
    "no word": (
        "ranges.csv",
        lambda rows: rows.replace({"standing": {"printed": ""}}),
        "standing: must be one of",
    ),
    "a part": (
        "ranges.csv",
        lambda rows: rows.replace({"varies": {"events": "deaths"}}),
        "varies: must be words",
    ),
    "a text": (
        "ranges.csv",
        lambda rows: rows.replace({"range_low": {"64": "many"}}),
        "range_low: must be a number",
    ),
    "ends": (
        "ranges.csv",
        lambda rows: rows.rename(columns={"range_low": "range_high", "range_high": "range_low"}),
        "column range_high: must not be below range_low",
    ),
    "a share": ("ranges.csv", lambda rows: rows.assign(share_significant="7"), "share_significant: must lie"),
    "a fan's column": ("fans.csv", lambda rows: rows.drop(columns="low"), "column low: missing"),
    "a fan's month twice": (
        "fans.csv",
        lambda rows: pd.concat([rows, rows.iloc[:1]]),
        "column month: must be",
    ),
    "an open one called known": (
        "ranges.csv",
        lambda rows: rows.assign(standing=rows["standing"].mask(rows["id"].eq(OPEN_ONE), "follows")),
        "column range_high: must be range_low where",
    ),
    "a printed one without a number": (
        "ranges.csv",
        lambda rows: rows.assign(range_low=rows["range_low"].mask(rows["standing"].eq("printed"), "")),
        "column range_high: must be range_low where",
    ),
    "the ends of a search": (
        "ranges.csv",
        lambda rows: rows.assign(plausible_high="-1"),
        "column plausible_high: must not be below",
    ),
    "a search's column": ("ranges.csv", lambda rows: rows.drop(columns="plausible_low"), "_low: missing"),
    "a fan's half month": (
        "fans.csv",
        lambda rows: rows.assign(month=rows["month"] + ".5"),
        "month: must be",
    ),
    "a cut-off twice": (
        "cut_offs.csv",
        lambda rows: pd.concat([rows, rows.iloc[:1]]),
        "column cutoff: must be filled in",
    ),
    "a cut-off's ends": ("cut_offs.csv", lambda rows: rows.assign(n_high="-1"), "must not be below n_low"),
    "a cut-off's standing": (
        "cut_offs.csv",
        lambda rows: rows.assign(standing="known"),
        "standing: must be one of",
    ),
    "a member's name": (
        "others.csv",
        lambda rows: rows.assign(member=rows["member"] + "a"),
        "member: must be a whole",
    ),
    "a member's patient twice": (
        "others.csv",
        lambda rows: rows.assign(patient_id="P01"),
        "patient_id: must be filled in, once",
    ),
    "a patient fewer": ("others.csv", lambda rows: rows.iloc[1:], "member: must have as many"),
    "a fan's ends": ("fans.csv", lambda rows: rows.assign(high="-1"), "column high: must not be below low"),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_ranges_that_cannot_be_told_are_refused_with_a_line(edit, case):
    file, change, said = TAMPERED[case]
    (problem,) = problems(edit(file, change))
    assert problem.startswith(f"{file}: ") and said in problem


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b'id,standing\n"a'])
def test_a_file_that_is_no_table_keeps_the_cohort_from_being_read(copied, text):
    (copied / "ranges.csv").write_bytes(text)
    with pytest.raises(CohortError, match="ranges.csv: cannot be read as a table"):
        load(copied)


def test_a_table_without_readings_names_none(copied):
    ranges = pd.read_csv(copied / "ranges.csv")
    assert (read(copied)["reading"] != "").sum() == ranges["reading"].notna().sum() > 50
    ranges.drop(columns="reading").to_csv(copied / "ranges.csv", index=False)
    assert set(read(copied)["reading"]) == {""}


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.drop(columns="followup_days"),
        lambda rows: rows.assign(followup_days="abc"),
        lambda rows: rows.assign(member=rows["member"] + ".0"),
    ],
)
def test_further_members_that_cannot_be_read_are_said_in_a_line(edit, change):
    with pytest.raises(CohortError, match="others.csv: its rows cannot be read"):
        load(edit("others.csv", change))


def test_fans_without_ranges_would_show_open_results_as_known(copied):
    (copied / "ranges.csv").unlink()
    assert problems(copied) == [
        "ranges.csv: missing beside fans.csv, cut_offs.csv, others.csv; `make cohort` writes it anew"
    ]
