"""Public tables of survival are read: with ends of follow-up as days, and without identifiers."""

import pandas as pd
import pytest
from drug_study import COHORT, STUDY

from helpers.chapters.survival.words import known
from helpers.ground import cohort

ABOUT = f"""{COHORT}
[columns]
centre = "z9"
{STUDY}characteristics = [{{ id = "site", label = "Site", column = "z9", levels = ["a", "b", "c"] }}]
"""
N = 30


@pytest.fixture
def rows() -> pd.DataFrame:
    """Give a table as KMsurv's bmt: the time to relapse, death or the end of study, and which it was."""
    numbers = pd.Series(range(N))
    relapse, followup = numbers % 3 == 0, 100.0 + 10 * numbers
    return pd.DataFrame(
        {
            "arm": (numbers % 2).map({0: "drug", 1: "none"}),
            "z9": (numbers % 3).map({0: "a", 1: "b", 2: "c"}),
            "relapse": relapse.astype(int),
            "relapse_days": followup.mask(relapse, followup / 2).map("{:.1f}".format),
            "death": numbers % 2,
            "followup_days": followup.map("{:.0f}".format),
        }
    )


@pytest.fixture
def write(tmp_path, rows):
    """Return what writes the table and its cohort.toml, with changes, and gives the folder."""

    def written(table: pd.DataFrame = rows, change: tuple[str, str] = ("", ""), index: bool = False):
        (tmp_path / "cohort.toml").write_text(ABOUT.replace(*change, 1))
        table.to_csv(tmp_path / "patients.csv", index=index)
        return tmp_path

    return written


def problems(folder) -> list[str]:
    with pytest.raises(cohort.CohortError) as caught:
        cohort.load(folder)
    return caught.value.problems


def test_a_day_without_its_event_that_ends_the_follow_up_is_emptied_and_said(write, rows):
    found, told = cohort.understood(write())
    is_known = rows["relapse"].eq(1)
    assert found.patients["relapse_days"].notna().tolist() == is_known.tolist()
    line = "relapse_days: in 20 rows without a relapse the day is the end of follow-up, and is not used"
    assert f"patients.csv: {line}" in told
    tidy = rows.assign(relapse_days=rows["relapse_days"].where(is_known))
    pd.testing.assert_frame_equal(found.patients, cohort.load(write(tidy)).patients)


@pytest.mark.parametrize("event", ["relapse", "transplant"])
def test_units_and_dates_are_turned_into_days_before_the_ends_are_sought(write, rows, event):
    days = f"{event}_days"
    renamed = rows.rename(columns={"relapse": event, "relapse_days": days})
    units = f'[units]\n{days} = "months"\nfollowup_days = "months"\n\n[study]'
    _, told = cohort.understood(write(renamed, ("[study]", units)))
    said = (
        f"patients.csv: {days}: in 20 rows without a {event} the day is the end of follow-up, and is not used"
    )
    assert said in told
    start = pd.Timestamp("2020-01-01")
    dated = renamed.assign(begun=start.date())
    for name in (days, "followup_days"):
        dated[name] = start + pd.to_timedelta(renamed[name].astype(float).round(), unit="D")
    _, told = cohort.understood(write(dated, ("[study]", '[dates]\nstart = "begun"\n\n[study]')))
    assert said in told


def test_another_day_without_its_event_stays_a_problem_that_says_the_cure(write, rows):
    place = rows.index[rows["relapse"].eq(0)][0]
    rows.loc[place, "relapse_days"] = "77"
    [line] = problems(write(rows))
    assert line == (
        f"patients.csv: row {place + 2}, column relapse_days: must be empty where relapse is no; empty it, "
        "or, where it is the end of follow-up without a relapse, let it equal followup_days (value not shown)"
    )


def test_the_numbers_of_the_rows_stand_in_for_identifiers(write):
    found, told = cohort.understood(write())
    assert found.patients["patient_id"].tolist() == [str(line) for line in range(2, N + 2)]
    assert "patients.csv: no column patient_id: the rows' numbers stand in for it" in told


def test_beside_a_panel_the_identifier_is_asked_for(write):
    folder = write()
    (folder / "immune.csv").write_text("patient_id,visit,population,parent,percent\n1,a,b,c,5\n")
    [line] = [line for line in problems(folder) if "patient_id" in line and line.startswith("patients")]
    assert line == (
        "patients.csv: column patient_id: missing; add it, as the rows of the immune panel belong to "
        'patients; if it is the column without a name, as of row names, write patient_id = "" under '
        "[columns] in cohort.toml"
    )


@pytest.mark.parametrize("title", ["", "Our patients,,,,,,\n"])
def test_row_names_can_be_the_identifiers(write, rows, title):
    named = rows.set_index(pd.Index([f"P{place:03}" for place in range(N)]))
    folder = write(named, ("[columns]", '[columns]\npatient_id = ""'), index=True)
    path = folder / "patients.csv"
    path.write_text(title + path.read_text())
    found, told = cohort.understood(folder)
    assert found.patients["patient_id"].tolist() == named.index.tolist()
    assert not any("stand in" in line for line in told)


def test_an_identifier_that_is_named_in_vain_is_one_problem(write):
    [line] = problems(write(change=("[columns]", '[columns]\npatient_id = "case"')))
    assert line.startswith("patients.csv: column patient_id: not found under the name")


def test_a_column_is_read_as_what_a_map_says_and_as_a_characteristic(write, rows):
    found, told = cohort.understood(write())
    for name in ("centre", "z9"):
        assert found.patients[name].tolist() == rows["z9"].tolist(), name
    assert "z9 read as centre and as z9" in told[0]
    assert "z9" not in found.absent


COMPETING = f"""{COHORT}
[columns]
relapse = "Status"
relapse_days = "T"
death = "Status"
followup_days = "T"

[values.relapse]
0 = "no"
1 = "yes"
2 = "no"

[values.death]
0 = "no"
1 = "no"
2 = "yes"

[units]
relapse_days = "months"
followup_days = "months"
{STUDY}"""


def test_one_status_and_one_time_are_read_as_several_events(write, rows, tmp_path):
    """As competing risks are written: 0 followed to the end, 1 relapsed, 2 died without a relapse."""
    status = pd.Series([0, 1, 2] * (N // 3))
    table = pd.DataFrame(
        {"arm": rows["arm"], "Status": status, "T": [f"{1 + place}.5" for place in range(N)]}
    )
    table.to_csv(tmp_path / "patients.csv", index=False)
    (tmp_path / "cohort.toml").write_text(COMPETING)
    found, told = cohort.understood(tmp_path)
    patients, days = found.patients, (table["T"].astype(float) * 30.4375).round(6)
    assert patients["relapse"].tolist() == status.eq(1).tolist()
    assert patients["death"].tolist() == status.eq(2).tolist()
    assert patients["followup_days"].round(6).tolist() == days.tolist()
    assert patients["relapse_days"].round(6).dropna().tolist() == days[status.eq(1)].tolist()
    assert "Status read as relapse and as death; T read as relapse_days and as followup_days" in told[0]
    # Nothing is known after a relapse, which is said by the check and in the book.
    assert found.ends_with("relapse") and not found.ends_with("transplant")
    [line] = [
        line for line in told if line.startswith("patients.csv: relapse_days: every relapse is on the last")
    ]
    assert "overall survival looks better than it was" in line
    assert "**Nobody is followed beyond a relapse**" in known.ends_sentence(found)


def test_of_one_relapse_that_somebody_outlived_nothing_is_said(write, rows, tmp_path):
    later = rows.assign(relapse_days=rows["followup_days"].where(rows.index > 0, "1"), death=0)
    found, told = cohort.understood(write(later))
    assert not found.ends_with("relapse") and known.ends_sentence(found) is None
    assert not any("every relapse" in line for line in told)


def test_a_name_that_two_maps_ask_for_in_vain_is_told_of_both(write, tmp_path, rows):
    (tmp_path / "cohort.toml").write_text(COMPETING)
    rows.drop(columns=["relapse", "death"]).to_csv(tmp_path / "patients.csv", index=False)
    said = [line for line in problems(tmp_path) if "Status" in line]
    assert [line.split(":")[1] for line in said] == [" column relapse", " column death"]
