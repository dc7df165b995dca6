"""A workbook is read as the spreadsheet program shows it, or what is unclear in it is named."""

import io
import zipfile

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from helpers.ground import cohort
from helpers.ground.reading import workbooks
from helpers.ground.reading.lines import UnreadableError

ABOUT = 'name = "own"\ntitle = "T"\nprovenance = "patient-level"\nsource = "a test"\n'
ENDS = ("<v />", "<v></v>", "<v/>")  # of a formula without a value, as one writer or another has it
HEADER = ["patient_id", "arm", "death", "followup_days", "bm_blasts_pct"]


def book() -> tuple[openpyxl.Workbook, Worksheet]:
    """Make a workbook of eight patients in its one sheet."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(HEADER)
    for number in range(8):
        arm = ["combination", "monotherapy"][number % 2]
        sheet.append([f"P{number}", arm, "no", 100 + number, (number + 1) / 10])
    return made, sheet


def as_bytes(made: openpyxl.Workbook) -> bytes:
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def understood(folder, made: openpyxl.Workbook, more: str = ""):
    (folder / "cohort.toml").write_text(ABOUT + more)
    made.save(folder / "patients.xlsx")
    return cohort.understood(folder)


def refused(folder, made: openpyxl.Workbook) -> list[str]:
    with pytest.raises(cohort.CohortError) as caught:
        understood(folder, made)
    return caught.value.problems


@pytest.mark.parametrize("pattern", ["0%", "0.00%", '0.0%;[Red]-0.0%;"none"'])
def test_what_is_formatted_as_percent_is_read_as_it_is_shown(tmp_path, pattern):
    made, sheet = book()
    for row in range(2, 10):
        sheet.cell(row, 5).number_format = pattern
    found, told = understood(tmp_path, made)
    assert found.patients["bm_blasts_pct"].tolist() == [10, 20, 30, 40, 50, 60, 70, 80]
    assert "8 cells formatted as percent read as they are shown, 0.6 as 60%" in told[0]
    assert not any("looks like fractions" in line for line in told)


def test_a_percent_sign_that_is_only_written_multiplies_nothing(tmp_path):
    made, sheet = book()
    for row in range(2, 10):
        sheet.cell(row, 5, 10.0 * row).number_format = '0"%"'
    found, _ = understood(tmp_path, made)
    assert found.patients["bm_blasts_pct"][0] == 20


def test_fractions_are_asked_about_and_taken_where_they_are_named(tmp_path):
    found, told = understood(tmp_path, book()[0])
    assert found.patients["bm_blasts_pct"][0] == 0.1
    assert any(
        "bm_blasts_pct: looks like fractions" in line and '"fraction" under [units]' in line for line in told
    )
    found, told = understood(tmp_path, book()[0], '[units]\nbm_blasts_pct = "fraction"\n')
    assert found.patients["bm_blasts_pct"].tolist() == [10, 20, 30, 40, 50, 60, 70, 80]
    assert not any("looks like fractions" in line for line in told)
    found, told = understood(tmp_path, book()[0], '[units]\nbm_blasts_pct = "percent"\n')
    assert found.patients["bm_blasts_pct"][0] == 0.1
    assert not any("looks like fractions" in line for line in told)


def test_a_formula_without_its_value_is_refused_and_one_with_it_is_read(tmp_path):
    made, sheet = book()
    sheet["D3"], sheet["D4"] = "=50*2", "=1+1"
    (line,) = refused(tmp_path, made)
    assert line.startswith("patients.xlsx: rows 3-4: a formula whose value is not in the file; open the")
    content = as_bytes(made)
    for end in ENDS:
        content = replaced(content, f"<f>50*2</f>{end}", "<f>50*2</f><v>100</v>")
    assert [*workbooks.read(content).unclear] == [4]


def replaced(content: bytes, old: str, new: str) -> bytes:
    """Change the text of a sheet inside a workbook."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(held, "w") as made:
        for name in given.namelist():
            text = given.read(name)
            made.writestr(name, text.replace(old.encode(), new.encode()) if "sheets/" in name else text)
    return held.getvalue()


def test_a_formula_that_gave_an_empty_text_is_an_empty_cell():
    made, sheet = book()
    sheet["E3"] = '=""'
    content = as_bytes(made)
    for end in ENDS:
        content = replaced(content, f'<c r="E3"><f>""</f>{end}</c>', '<c r="E3" t="str"><f>""</f><v></v></c>')
    found = workbooks.read(content)
    assert found.rows[2][4] == "" and not found.unclear


def test_merged_cells_are_refused_in_the_table_and_do_no_harm_above_it(tmp_path):
    made, sheet = book()
    sheet.insert_rows(1)
    sheet["A1"] = "Our patients"
    sheet.merge_cells("A1:E1")
    assert len(understood(tmp_path, made)[0].patients) == 8
    sheet.merge_cells("B4:B5")
    (line,) = refused(tmp_path, made)
    assert line.startswith("patients.xlsx: rows 4-5: cells are merged; unmerge them")


def test_the_sheet_that_was_read_is_said_and_hidden_ones_are_ignored(tmp_path):
    made, sheet = book()
    sheet.title = "Patients"
    made.create_sheet("Notes").append(["a note"])
    hidden = made.create_sheet("Old", 0)
    hidden.append(["patient_id"])
    hidden.sheet_state = "hidden"
    found, told = understood(tmp_path, made)
    assert len(found.patients) == 8
    assert told[0].startswith(
        "patients.xlsx: 8 rows; a workbook, its first visible sheet 'Patients' of 2, hidden sheets ignored: 1"
    )


def test_a_damaged_sheet_is_no_workbook_that_can_be_opened():
    content = replaced(as_bytes(book()[0]), "</row>", "<row>")
    with pytest.raises(UnreadableError, match="not a workbook that can be opened"):
        workbooks.read(content)
