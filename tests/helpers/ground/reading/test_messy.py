"""What hospitals export is read as the tidy file is, or refused in words that let its owner mend it."""

import io
import re
from datetime import date, timedelta

import pandas as pd
import pytest

from helpers.ground import check, cohort
from helpers.ground.reading import sheets

TIDY = cohort.load()
DAYS = [name for name in TIDY.patients if name.endswith("_days")]
CHINESE = {"patient_id": "病例号", "arm": "治疗组", "transplant": "移植", "death": "死亡"}


@pytest.fixture
def copied(copied):
    """Leave the patients' table alone in the copied folder: to read the others takes longest."""
    for path in copied.glob("*.csv"):
        if path.name != "patients.csv":
            path.unlink()
    return copied


def rows_of(folder) -> pd.DataFrame:
    return pd.read_csv(folder / "patients.csv", dtype=str, keep_default_na=False)


def as_text(rows: pd.DataFrame, sep: str = ",", **options) -> str:
    return rows.to_csv(index=False, sep=sep, lineterminator="\n", **options)


def toml(folder, *lines: str) -> None:
    with open(folder / "cohort.toml", "a") as file:
        file.write("\n".join(["", *lines, ""]))


def first_line(text: str, change) -> str:
    head, _, rest = text.partition("\n")
    return f"{change(head)}\n{rest}"


def answers(rows: pd.DataFrame, yes: str, no: str) -> pd.DataFrame:
    found = rows.copy()
    for name in ("transplant", "relapse", "death", "mrd_negative", "on_chemotherapy", "synthetic"):
        found[name] = found[name].replace({"yes": yes, "no": no})
    return found


def workbook(rows: pd.DataFrame) -> bytes:
    """Write numbers as numbers, as a spreadsheet does."""
    typed = rows.apply(
        lambda column: pd.to_numeric(column.replace("", None), errors="ignore") if False else column
    )
    for name in ("age_years", "bm_blasts_pct", "cycles", *DAYS):
        typed[name] = pd.to_numeric(typed[name], errors="coerce")
    held = io.BytesIO()
    typed.to_excel(held, index=False)
    return held.getvalue()


def in_dates(rows: pd.DataFrame, pattern: str) -> pd.DataFrame:
    """Write days as dates from a start of each patient's own."""
    start = [date(2021, 1, 1) + timedelta(days=17 * place) for place in range(len(rows))]
    found = rows.assign(start_of_treatment=[day.strftime(pattern) for day in start])
    for name in DAYS:
        found[name] = [
            (day + timedelta(days=round(float(value)))).strftime(pattern) if value else ""
            for day, value in zip(start, rows[name], strict=True)
        ]
    return found


def in_places(rows: pd.DataFrame, column: str, change) -> pd.DataFrame:
    """Change the cells of a column that are not empty."""
    return rows.assign(**{column: rows[column].map(lambda value: change(value) if value else "")})


def in_other_case(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(
        arm=rows["arm"].str.title(),
        disease_status=rows["disease_status"].str.replace("_", "/").str.upper(),
        best_response=rows["best_response"].str.upper(),
    )


def spaced(head: str) -> str:
    return head.replace("_", " ").replace(",", " , ")


def of_a_city(rows: pd.DataFrame, city: str, encoding: str) -> bytes:
    return as_text(rows.assign(centre=f"{city} " + rows["centre"])).encode(encoding)


MESSY = {
    "semicolons": lambda rows: as_text(rows, ";"),
    "tabs": lambda rows: as_text(rows, "\t"),
    "header in capitals": lambda rows: first_line(as_text(rows), str.upper),
    "spaces in the header": lambda rows: first_line(as_text(rows), spaced),
    "header repeated": lambda rows: as_text(rows[:30]) + as_text(rows[30:]),
    "UTF-8 with a mark": lambda rows: as_text(rows).encode("utf-8-sig"),
    "UTF-16": lambda rows: as_text(rows).encode("utf-16"),
    "UTF-16 without a mark": lambda rows: as_text(rows).encode("utf-16-le"),
    "GB18030": lambda rows: of_a_city(rows, "北京", "gb18030"),
    "Windows-1252": lambda rows: of_a_city(rows, "Köln", "cp1252"),
    "decimal commas": lambda rows: as_text(rows.apply(lambda cells: cells.str.replace(".", ",")), ";"),
    "percent signs": lambda rows: as_text(in_places(rows, "bm_blasts_pct", "{}%".format)),
    "thousands": lambda rows: as_text(in_places(rows, "followup_days", lambda days: f"{float(days):,.10g}")),
    "Yes": lambda rows: as_text(answers(rows, "Yes", "No")),
    "TRUE": lambda rows: as_text(answers(rows, "TRUE", "FALSE")),
    "1": lambda rows: as_text(answers(rows, "1", "0")),
    "是": lambda rows: as_text(answers(rows, "是", "否")),
    "levels in other case": lambda rows: as_text(in_other_case(rows)),
    "index column": lambda rows: rows.to_csv(),
    "commas at the end": lambda rows: as_text(rows).replace("\n", ",\n"),
    "blank lines": lambda rows: "\n" + as_text(rows).replace("\n", "\n\n"),
    "comment lines": lambda rows: "# exported\n" + as_text(rows) + "# the end\n",
    "a title above": lambda rows: "Our patients\n" + as_text(rows),
    "workbook": workbook,
}


def read_as(content, folder, name: str = "patients.csv"):
    (folder / "patients.csv").unlink(missing_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return cohort.understood(folder)


def check_same(found: pd.DataFrame, but: tuple[str, ...] = ()) -> None:
    expected = TIDY.patients.drop(columns=[*but])
    pd.testing.assert_frame_equal(found.drop(columns=[*but]), expected, rtol=1e-12)


@pytest.mark.parametrize("kind", MESSY)
def test_a_messy_export_is_read_as_the_tidy_file(copied, kind):
    found, told = read_as(MESSY[kind](rows_of(copied)), copied)
    check_same(found.patients, ("centre",) if kind in ("GB18030", "Windows-1252") else ())
    assert told[0].startswith("patients.csv: 64 rows; ")


def test_a_workbook_may_be_called_as_one(copied):
    found, told = read_as(workbook(rows_of(copied)), copied, "patients.xlsx")
    check_same(found.patients)
    assert told[0] == "patients.xlsx: 64 rows; a workbook"


def test_two_files_of_one_table_are_refused(copied):
    (copied / "patients.xlsx").write_bytes(workbook(rows_of(copied)))
    with pytest.raises(cohort.CohortError, match="patients.csv: stands beside patients.xlsx; keep one"):
        cohort.load(copied)


@pytest.mark.parametrize(("encoding", "name"), [("gb18030", "GB18030"), ("cp1252", "Windows-1252")])
def test_the_encoding_is_told(copied, encoding, name):
    rows = rows_of(copied)
    centre = "北京 " if encoding == "gb18030" else "Århus é "
    found, told = read_as(as_text(rows.assign(centre=centre + rows["centre"])).encode(encoding), copied)
    assert name in told[0]
    assert found.patients["centre"].str.startswith(centre.strip()).all()


@pytest.mark.parametrize("mark", ["NA", "N/A", ".", "unknown", "-99", "n/a", "-", "未知"])
def test_marks_of_what_is_missing_are_empty_cells(copied, mark):
    rows = rows_of(copied)
    rows["centre"] = ""
    rows.loc[3:9, ["age_years", "bm_blasts_pct", "mrd_negative", "best_response"]] = ""
    plain, _ = read_as(as_text(rows), copied)
    marked, told = read_as(as_text(rows.replace("", mark)), copied)
    pd.testing.assert_frame_equal(marked.patients, plain.patients)
    assert f"read as missing: {mark}" in told[0]


@pytest.mark.parametrize(
    "pattern", ["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%Y年%m月%d日", "%d-%b-%Y", "%Y%m%d"]
)
def test_dates_with_a_start_become_days(copied, pattern):
    rows = rows_of(copied)
    whole = rows
    for name in DAYS:
        whole = in_places(whole, name, lambda value: f"{round(float(value))}")
    plain, _ = read_as(as_text(whole), copied)
    toml(copied, "[dates]", 'start = "start of treatment"')
    found, told = read_as(as_text(in_dates(rows, pattern)), copied)
    pd.testing.assert_frame_equal(found.patients, plain.patients)
    assert "dates turned into days from the start: transplant_days, relapse_days, followup_days" in told[0]
    assert "start_of_treatment" not in told[0]


def test_dates_of_two_orders_are_refused_until_one_is_named(copied):
    rows = in_dates(rows_of(copied), "%d/%m/%Y")
    for name in (*DAYS, "start_of_treatment"):
        rows[name] = rows[name].str.replace(r"^\d\d", "05", regex=True)
    toml(copied, "[dates]", 'start = "start_of_treatment"')
    with pytest.raises(cohort.CohortError, match="day first or month first; write order"):
        read_as(as_text(rows), copied)


def test_dates_without_a_start_are_refused(copied):
    with pytest.raises(cohort.CohortError, match=r"holds dates; name the column of each patient's time zero"):
        read_as(as_text(in_dates(rows_of(copied), "%Y-%m-%d").drop(columns="start_of_treatment")), copied)


def test_months_are_asked_about_and_taken_where_they_are_named(copied):
    rows = rows_of(copied)
    for name in DAYS:
        rows = in_places(rows, name, lambda value: f"{float(value) / 30.4375:.12g}")
    _, told = read_as(as_text(rows), copied)
    assert any(
        "half of the patients are followed for less than 61 days; if these are months" in line
        for line in told
    )
    toml(copied, "[units]", *(f'{name} = "months"' for name in DAYS))
    found, told = read_as(as_text(rows), copied)
    check_same(found.patients)
    assert "followup_days: months turned into days" in told[0]


def test_chinese_names_are_asked_for_and_taken_from_a_map(copied):
    rows = answers(rows_of(copied), "是", "否").rename(columns=CHINESE)
    rows["治疗组"] = rows["治疗组"].replace({"combination": "联合", "monotherapy": "单药"})
    with pytest.raises(cohort.CohortError) as caught:
        read_as(as_text(rows).encode("gb18030"), copied)
    missing = [re.search("column (.*): missing", line)[1] for line in caught.value.problems]
    assert missing == ["arm", "death", "transplant"]  # the last beside its day
    toml(copied, "[columns]", *(f'{ours} = "{theirs}"' for ours, theirs in CHINESE.items()))
    toml(copied, "[values.arm]", '"联合" = "combination"', '"单药" = "monotherapy"')
    found, told = read_as(as_text(rows).encode("gb18030"), copied)
    check_same(found.patients)
    assert "GB18030" in told[0]


def header(name: str):
    return lambda text: first_line(text, lambda head: head.replace("cycles", name))


def beginning(of_the_row: str):
    return lambda text: text.replace("\nR05,", f"\n{of_the_row}", 1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.partition("\n")[2], "under [columns] in cohort.toml, which `make new"),
        (beginning('"R05,'), "row 6: a quotation mark that is opened here"),
        (beginning("R05,more,"), "row 6: more fields than the header"),
        (lambda text: re.sub(r"(\nR05,.*),[^,\n]*\n", r"\1\n", text), "row 6: fewer fields than the header"),
        (header("patient name"), "called as what names a patient"),
        (header("出生日期"), "called as what names a patient"),
        (beginning("somebody@hospital.example,"), "looks like an e-mail address"),
        (beginning("13912345678,"), "looks like a telephone number"),
        (beginning("11010519491231002X,"), "looks like a national number"),
    ],
)
def test_what_cannot_be_read_is_refused_without_a_value(copied, capsys, change, said):
    text = as_text(rows_of(copied))
    ids = rows_of(copied)["patient_id"]
    text = change(text.replace(f"\n{ids[4]},", "\nR05,"))
    (copied / "patients.csv").write_text(text)
    assert check.main(["--cohort", str(copied)]) == 1
    printed = capsys.readouterr()
    assert said in printed.err
    assert not any(value in printed.err for value in ("somebody", "139123", "110105", ids[0], "R05"))


def test_every_problem_is_told_in_one_pass_and_each_rule_once(copied):
    rows = rows_of(copied)
    rows.loc[[3, 4, 5, 9], "age_years"] = "old"
    rows.loc[7, "arm"] = "x"
    rows.loc[rows.index[rows["relapse"] == "no"][:2], "relapse_days"] = "5"
    (copied / "cohort.toml").write_text(
        'name = "a"\ntitle = ""\nprovenance = "reconstructed"\nsource = "s"\n'
    )
    with pytest.raises(cohort.CohortError) as caught:
        read_as(as_text(rows), copied)
    told = "\n".join(caught.value.problems)
    assert "cohort.toml: key title: must be a text" in told
    assert "rows 5-7, 11, column age_years: must be a number with a decimal point; leave unknown" in told
    assert "row 9, column arm" in told and "(4 values not shown)" in told
    assert "column relapse_days: must be empty where relapse is no; empty it, or, where it is the end" in told
    assert "let it equal followup_days (2 values not shown)" in told


def test_a_relapse_without_remission_and_unused_columns_are_said(copied):
    rows = rows_of(copied)
    place = rows.index[rows["best_response"] == "NR"][0]
    rows.loc[place, ["relapse", "relapse_days"]] = ["yes", "10"]
    rows = rows.rename(columns={"centre": "centr"})
    path = copied / "cohort.toml"
    whole = path.read_text()
    path.write_text(whole.replace("source =", 'source = "Where the rows come from"  #', 1))
    _, told = read_as(as_text(rows.assign(ward="3", bed="4")), copied)
    assert "3 columns not used: centr (meant as centre?), ward, bed" in told[0]
    assert "cohort.toml: source: as in the template; the book shows what you write" in told
    assert any(f"relapse: yes in row {place + 2}, although" in line for line in told)


def test_real_patients_need_no_mark(copied):
    path = copied / "cohort.toml"
    text = path.read_text().replace('"reconstructed"\nsource', '"patient-level"\nsource')
    path.write_text(text.replace("disclosure_threshold = 0\n", ""))
    found, _ = read_as(as_text(rows_of(copied).drop(columns="synthetic")), copied)
    assert not found.patients["synthetic"].any()


def test_parquet_is_read_by_what_its_columns_hold(copied):
    rows = rows_of(copied)
    typed = rows.assign(
        age_years=pd.to_numeric(rows["age_years"]),
        cycles=pd.to_numeric(rows["cycles"]).astype("Int64"),
        death=rows["death"] == "yes",
        arm=rows["arm"].astype("category"),
        followup_days=pd.to_numeric(rows["followup_days"]).astype(float),
    )
    (copied / "patients.csv").unlink()
    typed.to_parquet(copied / "patients.parquet")
    found, told = cohort.understood(copied)
    check_same(found.patients)
    assert told[0].startswith("patients.parquet: 64 rows; Parquet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets, "MOST_BYTES", 1_000)
        with pytest.raises(cohort.CohortError, match="unpacks to more than 0 MB; keep the columns"):
            cohort.load(copied)
    (copied / "patients.parquet").write_bytes(b"PAR1 and nothing else")
    with pytest.raises(cohort.CohortError, match="patients.parquet: not a Parquet file of plain columns"):
        cohort.load(copied)
