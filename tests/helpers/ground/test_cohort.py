"""A cohort is read whole or refused with every problem named and no value shown."""

import re
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_cohorts import responses, write

from helpers.ground import check, cohort, cohort_parts, dictionary, endpoints
from helpers.ground import study as studies
from helpers.ground.broken import BrokenRulesError


def problems(folder) -> list[str]:
    with pytest.raises(cohort.CohortError) as caught:
        cohort.load(folder)
    return caught.value.problems


def put(column: str, row: int, value: str):
    """Return a change that puts a value into a line of the file (the header is line 1)."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        rows.loc[row - 2, column] = value
        return rows

    return change


def test_the_rebuilt_cohort_passes(capsys):
    assert check.main(["--cohort", str(cohort.DEFAULT)]) == 0
    assert "64 patients, 21 in the immune panel" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "column", "value", "rule"),
    [
        ("patients", "arm", "arm-x-secret", "must be one of combination, monotherapy"),
        ("patients", "bm_blasts_pct", "140", "must be between 0 and 100"),
        ("patients", "bm_blasts_pct", "-3.5", "must be between 0 and 100"),
        ("patients", "age_years", "old-secret", "must be a number"),
        ("patients", "age_years", "inf", "must be a number"),
        ("patients", "cycles", "1.5", "must be a whole number"),
        ("patients", "cycles", "20240103", "must be between 0 and 100"),
        ("patients", "followup_days", "", "must not be empty"),
        ("patients", "mrd_negative", "Yes-secret", "or say under [values.mrd_negative] of cohort.toml"),
        ("patients", "synthetic", "no", "must be yes where cohort.toml says reconstructed"),
        ("immune", "visit", "day14", "must be one of baseline, day28"),
        ("immune", "percent", "60 of 100", "must be a number"),
        ("immune", "patient_id", "nobody-secret", "must be a patient of patients.csv"),
        ("immune", "parent", "cd8_t", "is not the parent of this population"),
    ],
)
def test_one_broken_rule_gives_one_line_that_hides_the_value(edit, file, column, value, rule):
    if column == "parent":
        folder = edit("immune.csv", lambda rows: rows.assign(parent=["cd8_t", *rows["parent"][1:]]))
        row = 2
        assert pd.read_csv(folder / "immune.csv")["population"][0] in ("t_cells", "nkt", "treg")
    else:
        row = 5
        folder = edit(f"{file}.csv", put(column, row, value))
    (line,) = problems(folder)
    assert line.startswith(f"{file}.csv: row {row}, column {column}: ")
    assert rule in line
    assert "secret" not in line and "140" not in line


def test_a_duplicate_identifier_is_named_once_on_the_later_row(edit):
    folder = edit("patients.csv", lambda rows: put("patient_id", 7, rows["patient_id"][1])(rows))
    lines = [line for line in problems(folder) if "stands more than once" in line]
    assert [line.split(":")[1] for line in lines] == [" row 7, column patient_id"]


def test_a_missing_column_is_one_line_and_the_rest_is_still_checked(edit):
    def change(rows):
        return put("bm_blasts_pct", 4, "140")(rows.drop(columns="death"))

    lines = problems(edit("patients.csv", change))
    assert len(lines) == 2
    assert lines[0].startswith("patients.csv: column death: missing")
    assert lines[1].startswith("patients.csv: row 4, column bm_blasts_pct")


@pytest.mark.parametrize("event", ["transplant", "relapse"])
def test_days_and_answers_must_agree(edit, event):
    def change(rows):
        yes = rows.index[rows[event] == "yes"]
        no = rows.index[rows[event] == "no"]
        rows.loc[yes[0], f"{event}_days"] = ""
        rows.loc[no[0], f"{event}_days"] = "1"
        rows.loc[yes[1], f"{event}_days"] = "9999"
        return rows

    lines = problems(edit("patients.csv", change))
    parts = {"must be empty", "later"}
    if event == "transplant":  # a relapse may have no day, as long as half of them have one
        parts.add("must be filled in where transplant is yes; give the middle of the days")
    assert len(lines) == len(parts)
    assert all(f"column {event}_days" in line for line in lines)
    assert all(any(part in line for line in lines) for part in parts)


def test_most_relapses_need_a_day(edit):
    lines = problems(edit("patients.csv", lambda rows: rows.assign(relapse_days="")))
    assert (
        len(lines) == 1
        and "relapse_days: must be filled in where relapse is yes; give the middle" in lines[0]
    )


def test_a_death_without_a_day_says_what_to_give(edit):
    (line,) = problems(edit("patients.csv", put("followup_days", 5, "")))
    assert "where the day of a death is not known, give the middle of the days" in line


def test_every_file_is_checked_before_the_verdict(edit, copied, capsys):
    edit("patients.csv", put("arm", 3, "x"))
    edit("immune.csv", put("percent", 3, "x"))
    (copied / "cohort.toml").write_text(
        'name = "a b/c"\ntitle = "t"\nprovenance = "real"\nsource = "s"\nextra = 1\n'
    )
    assert check.main(["--cohort", str(copied)]) == 1
    printed = capsys.readouterr()
    lines = printed.err.splitlines()
    assert [line.split(":")[0] for line in lines[:-1]] == [
        "cohort.toml",
        "cohort.toml",
        "cohort.toml",
        "patients.csv",
        "immune.csv",
    ]
    assert lines[-1].startswith("5 problems")
    assert "Traceback" not in printed.err


@pytest.mark.parametrize(
    ("date", "is_right"),
    [('"2026-11-27"', True), ("2026-11-27", True), ('"27.11.2026"', False), ("5", False)],
)
def test_the_date_of_the_data_is_a_day_or_a_problem(copied, date, is_right):
    toml = copied / "cohort.toml"
    toml.write_text(re.sub("(?m)^date = .*$", f"date = {date}", toml.read_text()))
    if is_right:
        assert cohort.load(copied).date == cohort.about(copied)["date"] == "2026-11-27"
    else:
        assert "key date: the day of the data" in problems(copied)[0]


def test_a_cohort_without_a_date_has_none(copied):
    toml = copied / "cohort.toml"
    toml.write_text(re.sub("(?m)^date = .*\n", "", toml.read_text()))
    assert cohort.about(copied)["date"] == ""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"patient_id,arm\nP1,combi\0nation\n", "row 2: holds a NUL character"),
        (b"\xd0\xcf\x11\xe0", "a workbook of Excel before 2007"),
        (b"PK\x03\x04", "not a workbook that can be opened"),
        (b"patient_id,centre\nP1,a\nP2,b,c,d\n", "row 3: more fields"),
        (b"patient_id,centre\nP1,a,b\nP2,b,c\n", "more fields than the header"),
        (b"patient_id,arm,arm\nP1,a,b\n", "column arm: stands more than once"),
    ],
)
def test_a_file_that_cannot_be_read_says_how_to_mend_it(copied, content, message):
    (copied / "patients.csv").write_bytes(content)
    assert any(message in line for line in problems(copied))


def test_a_header_without_rows_is_a_problem(edit):
    lines = problems(edit("patients.csv", lambda rows: rows.iloc[:0]))
    assert any("no row" in line for line in lines)


def test_missing_folder_and_files_are_problems(tmp_path):
    assert "there is no such folder" in problems(tmp_path / "none")[0]
    assert [line.split(":")[0] for line in problems(tmp_path)] == ["cohort.toml", "patients.csv"]


def test_byte_order_mark_blank_lines_and_spaces_do_no_harm(copied):
    before = cohort.load(copied).patients
    path = copied / "patients.csv"
    text = path.read_text().replace("\n", "\n\n").replace(",", " , ")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    pd.testing.assert_frame_equal(cohort.load(copied).patients, before)


def test_a_row_number_counts_blank_lines_too(copied):
    path = copied / "patients.csv"
    header, first, *rest = path.read_text().splitlines()
    path.write_text(
        "\n".join([header, "", first.replace("monotherapy", "x").replace("combination", "x"), *rest])
    )
    assert problems(copied)[0].startswith("patients.csv: row 3, column arm")


def test_the_immune_panel_is_optional(copied):
    (copied / "immune.csv").unlink()
    study = cohort.load(copied)
    assert study.immune.empty
    assert {"patient_id", "visit", "population", "percent", "arm"} <= set(study.immune.columns)


def test_patient_level_data_lose_the_note_and_must_not_be_marked_synthetic(copied, edit):
    toml = copied / "cohort.toml"
    text = toml.read_text().replace('"reconstructed"\nsource', '"patient-level"\nsource')
    toml.write_text(text.replace("disclosure_threshold = 0\n", ""))
    assert "must be no" in problems(copied)[0]
    for file in ("patients.csv", "immune.csv"):
        edit(file, lambda rows: rows.assign(synthetic="no"))
    assert cohort.load(copied).note == ""
    assert "no evidence about patients" in cohort.load().note


@pytest.mark.parametrize(
    ("lines", "threshold"),
    [
        ("", 5),
        ("disclosure_threshold = 10\n", 10),
        ('disclosure = "internal"\n', 0),
    ],
)
def test_real_rows_are_shareable_unless_their_folder_says_otherwise(copied, edit, lines, threshold):
    toml = copied / "cohort.toml"
    text = toml.read_text().replace('"reconstructed"\nsource', '"patient-level"\nsource')
    toml.write_text(text.replace("disclosure_threshold = 0\n", lines))
    for file in ("patients.csv", "immune.csv"):
        edit(file, lambda rows: rows.assign(synthetic="no"))
    real = cohort.load(copied)
    assert (real.threshold, real.draws_patients) == (threshold, threshold == 0)
    assert real.undrawn == (cohort_parts.HIDDEN if threshold else "")


def test_more_patients_than_can_be_told_apart_are_not_drawn():
    rebuilt = cohort.load()
    many = pd.concat([rebuilt.patients] * 5, ignore_index=True)
    assert len(many) > cohort_parts.MOST_DRAWN and rebuilt.draws_patients
    assert replace(rebuilt, patients=many).undrawn == cohort_parts.TOO_MANY
    assert replace(rebuilt, patients=many, threshold=5).undrawn == cohort_parts.HIDDEN


@pytest.mark.parametrize(
    "wrong",
    [
        "disclosure_threshold = 0",
        "disclosure_threshold = 2",
        "disclosure_threshold = false",
        'disclosure = "public"',
    ],
)
def test_a_disclosure_that_cannot_be_kept_is_refused(copied, wrong):
    toml = copied / "cohort.toml"
    text = toml.read_text().replace('"reconstructed"\nsource', '"patient-level"\nsource')
    toml.write_text(text.replace("disclosure_threshold = 0", wrong))
    assert f"key {wrong.partition(' ')[0]}: " in "".join(problems(copied))


def patients(**columns) -> pd.DataFrame:
    """Make two typed patients by hand: a responder who relapses, and a non-responder who dies."""
    base = {
        "disease_status": ["relapsed_refractory"] * 2,
        "bm_blasts_pct": [60.0, 61.0],
        "best_response": ["CRi", "NR"],
        "mrd_negative": [True, False],
        "transplant_days": [0.0, np.nan],
        "relapse": [True, False],
        "relapse_days": [304.375, np.nan],
        "death": [False, True],
        "followup_days": [608.75, 30.4375],
    }
    frame = pd.DataFrame(base | columns)
    return frame.assign(mrd_negative=frame["mrd_negative"].astype("boolean"))


def test_no_response_means_what_each_status_can_respond_with():
    lines = [
        ("relapsed_refractory", "CR", False, False),
        ("relapsed_refractory", "PR", False, False),
        ("relapsed_refractory", "NR", False, True),
        ("relapsed_refractory", None, True, pd.NA),
        ("mrd_positive", None, True, False),
        ("mrd_positive", None, False, True),
        ("mrd_positive", None, pd.NA, pd.NA),
        ("mrd_negative", None, False, False),
    ]
    names = ["disease_status", "best_response", "mrd_negative", "no_response"]
    frame = pd.DataFrame(lines, columns=names).astype({"mrd_negative": "boolean"})
    like = pd.concat([patients()[:1]] * len(lines), ignore_index=True)
    told = like.assign(**frame[names[:3]])
    derived = endpoints.derive(told, studies.load())
    pd.testing.assert_series_equal(derived["no_response"], frame["no_response"].astype("boolean"))
    unnamed = replace(
        studies.load(), populations=tuple(replace(one, responds_by="") for one in studies.load().populations)
    )
    without = endpoints.derive(told, unnamed)["no_response"]
    assert without.fillna(False).tolist() == [False, False, True, *[False] * 5]


def test_endpoints_by_hand():
    derived = endpoints.derive(patients(), studies.load())
    assert derived["overall_months"].tolist() == [20, 1]
    assert derived["overall_event"].tolist() == [False, True]
    assert derived["disease_free_months"].tolist() == [10, 1]
    assert derived["disease_free_event"].tolist() == [True, True]
    assert derived["disease_free_nonresponse_months"].tolist() == [10, 0.5 / 30.4375]
    assert derived["first_event"].tolist() == ["relapse", "death"]
    assert derived["burden"].tolist() == ["low", "high"]
    assert derived["response"].tolist() == [True, False]
    assert derived["complete_remission_mrd_negative"].tolist() == [True, False]
    assert derived["transplant_months"][0] == 0.5 / 30.4375


def test_a_patient_in_remission_has_no_response_and_no_burden():
    derived = endpoints.derive(
        patients(disease_status=["mrd_positive"] * 2, best_response=[None, None]), studies.load()
    )
    for column in ("response", "complete_remission", "burden"):
        assert derived[column].isna().all()
    assert derived["disease_free_nonresponse_months"].tolist() == derived["disease_free_months"].tolist()


def test_a_response_noted_in_remission_makes_no_event():
    rows = patients(disease_status=["mrd_positive"] * 2, best_response=["NR", "NR"], relapse=[False] * 2,
                    relapse_days=[np.nan] * 2, death=[False] * 2)  # fmt: skip
    assert not endpoints.derive(rows, studies.load())["disease_free_nonresponse_event"].any()


def test_strata_and_groups_partition_the_patients():
    loaded = cohort.load()
    rows, study = loaded.patients, loaded.study
    assert sum(study.members(rows, status).sum() for status in study.statuses) == len(rows)
    assert sum(study.members(rows, group=arm).sum() for arm in study.arm_ids) == len(rows)
    both = study.members(rows, "high_burden") | study.members(rows, "low_burden")
    assert both.equals(study.members(rows, "relapsed_refractory"))


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (
            "file,column,label",
            "file,columns,label",
            ["column column: missing; add it, or put its name right"],
        ),
        ("patients,arm,", "patients,arms,", ["no row for patients, arm; add it"]),
        (
            "Hospital,text,,,,",
            "Hospital,texts,,,few,",
            [
                "row 3, column type: must be one of text, number, whole, category, yes_no; correct it",
                "row 3, column minimum: must be a number or empty; correct it",
            ],
        ),
    ],
)
def test_a_broken_dictionary_gets_a_line_for_each_problem(tmp_path, monkeypatch, old, new, lines):
    text = dictionary.PATH.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "dictionary.csv").write_text(text.replace(old, new), encoding="utf-8")
    monkeypatch.setattr(dictionary, "PATH", tmp_path / "dictionary.csv")
    monkeypatch.setattr(dictionary, "_texts", dictionary._texts.__wrapped__)
    with pytest.raises(BrokenRulesError) as broken:
        dictionary.load()
    assert broken.value.problems == [f"data/dictionary.csv: {line}" for line in lines]


def test_the_dictionary_describes_what_is_read():
    columns = dictionary.load()
    assert set(columns["type"]) == {"text", "number", "whole", "category", "yes_no"}
    levels = columns.set_index(["file", "column"])["levels"]
    assert levels["patients", "arm"] == list(studies.load().arm_ids)
    assert levels["patients", "disease_status"] == list(studies.load().statuses)
    assert levels["immune", "population"] == [cell.id for cell in studies.load().cells]


def test_only_a_rebuilt_cohort_offers_the_rows_of_its_patients():
    rebuilt = cohort.load()
    rows = rebuilt.patients[["arm", "age_years"]]
    assert rebuilt.own_rows(rows) is rows
    assert replace(rebuilt, provenance="patient-level").own_rows(rows) is None


@pytest.mark.parametrize(("provenance", "members"), [("reconstructed", 12), ("patient-level", 0)])
def test_further_cohorts_stand_beside_a_rebuilt_one_and_never_beside_real_patients(
    tmp_path, provenance, members
):
    write(tmp_path, responses(), provenance)
    for name in ("ranges.csv", "others.csv"):
        shutil.copy(cohort.DEFAULT / name, tmp_path)
    found = cohort.load(tmp_path).others
    assert found.get("member", pd.Series(dtype=int)).nunique() == members
    assert "overall_months" in found or not members
