"""A new cohort's folder asks for what is missing, and is a cohort once it is filled in."""

import tomllib

import openpyxl
import pytest
from small_cohorts import courses

from helpers.ground import about, check, cohort, dictionary, template
from helpers.ground import study as studies

STUDY = studies.load()
COLUMNS = set(dictionary.load()["column"])


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "mine"


def test_a_new_folder_lacks_the_patients_alone(folder, capsys):
    assert template.main(["--cohort", str(folder)]) == 0
    assert check.main(["--cohort", str(folder)]) == 1
    assert capsys.readouterr().err.splitlines()[0].startswith("patients.csv: the file is missing")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_template_that_is_filled_in_is_a_cohort(folder, suffix):
    template.write(folder, STUDY, None)
    path = folder / "template" / f"patients{suffix}"
    rows = courses().assign(synthetic="no")
    if suffix == ".csv":
        head = path.read_text().strip().split(",")
        rows[head].to_csv(folder / path.name, index=False)
    else:
        book = openpyxl.load_workbook(path)
        head = [cell.value for cell in book.active[1]]
        for row in rows[head].itertuples(index=False):
            book.active.append([value or None for value in row])
        book.save(folder / path.name)
    assert len(cohort.load(folder).patients) == len(rows)


def test_the_template_offers_the_levels_and_says_what_each_column_is(folder):
    template.write(folder, STUDY, None)
    sheet = openpyxl.load_workbook(folder / "template" / "patients.xlsx").active
    notes = {cell.value: cell.comment.text for cell in sheet[1]}
    assert [*notes] == dictionary.of("patients", STUDY)["column"].tolist()
    assert "Bone-marrow blasts at baseline (percent of marrow cells)" in notes["bm_blasts_pct"]
    offered = {choice.formula1 for choice in sheet.data_validations.dataValidation}
    assert '"combination,monotherapy"' in offered and '"CR,CRi,PR,NR"' in offered


def test_columns_of_a_table_are_proposed_and_what_names_a_patient_is_not(folder, tmp_path, capsys):
    like = tmp_path / "export.csv"
    like.write_text('Patient ID;ARM;Age;"Blasts ""pct""";Patient name;Follow up days\n1;A;3;4;secret;5\n')
    assert template.main(["--cohort", str(folder), "--like", str(like)]) == 0
    text, told = (folder / "cohort.toml").read_text(), capsys.readouterr().out
    assert "secret" not in text + told and "Patient name" not in text
    assert told.endswith("put the table there as patients.csv\n")
    assert tomllib.loads(text)["columns"] == {
        "age_years": "Age",
        "bm_blasts_pct": 'Blasts "pct"',
        "followup_days": "Follow up days",
    }
    assert '# relapse_days = ""  # nothing like it was found' in text
    assert about.read(folder / "cohort.toml", COLUMNS)[1] == []


def test_names_are_proposed_by_what_they_say_and_shown(folder, tmp_path, capsys):
    like = tmp_path / "hcc.csv"
    like.write_text("Number,Gender,CD4NR,Age,OS,Status,Rx,death.dt,entry.dt\n1,1,5,50,10,1,a,2,1\n")
    assert template.main(["--cohort", str(folder), "--like", str(like)]) == 0
    (_, renamed, guessed, left, _) = capsys.readouterr().out.splitlines()
    assert renamed == 'hcc.csv: 1 column proposed under [columns]: age_years = "Age"'
    assert guessed.startswith("hcc.csv: 4 columns guessed, as comments: ")
    for line in ('patient_id = "Number"', 'arm = "Rx"', 'death = "Status"', 'followup_days = "OS"'):
        assert line in guessed and f"# {line}  # a guess\n" in (folder / "cohort.toml").read_text()
    assert "centre" in left and not {"Gender", "death.dt", "entry.dt"} & {*guessed.replace('"', " ").split()}


@pytest.mark.parametrize(
    ("cells", "proposed"),
    [
        (["2021-03-01", "", "2021-05-04"], {"transplant_days": "Transplantation"}),
        (["31", "", "64", "NA", "99"], {"transplant_days": "Transplantation"}),
        (["Ja", "", "nein", "unknown"], {"transplant": "Transplantation"}),
        (["", ""], {"transplant": "Transplantation"}),
        (["with", "without"], {}),  # which a map can tell: a guess
    ],
)
def test_a_column_is_proposed_as_yes_or_no_where_it_holds_such_answers(folder, tmp_path, cells, proposed):
    like = tmp_path / "export.csv"
    like.write_text("patient_id,Transplantation\n" + "".join(f"{n},{cell}\n" for n, cell in enumerate(cells)))
    assert template.main(["--cohort", str(folder), "--like", str(like)]) == 0
    text = (folder / "cohort.toml").read_text()
    assert tomllib.loads(text)["columns"] == proposed
    assert ('# transplant = "Transplantation"  # a guess' in text) == (cells[0] == "with")


def test_a_column_of_the_dictionary_is_found_by_name_whatever_it_holds(folder, tmp_path, capsys):
    like = tmp_path / "export.csv"
    like.write_text("patient_id,transplant\n1,2021-03-01\n")
    assert template.main(["--cohort", str(folder), "--like", str(like)]) == 0
    assert "2 columns found by name: patient_id, transplant\n" in capsys.readouterr().out


def test_nothing_is_overwritten(folder, capsys):
    folder.mkdir()
    (folder / "patients.csv").write_text("mine")
    assert template.main(["--cohort", str(folder)]) == 1
    assert "is there already, and stays" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["patients.csv"]


def test_a_table_that_cannot_be_read_is_told(folder, tmp_path, capsys):
    assert template.main(["--cohort", str(folder), "--like", str(tmp_path / "none.csv")]) == 1
    assert "none.csv: there is no such file; correct the name after LIKE" in capsys.readouterr().err
    assert not folder.exists()
