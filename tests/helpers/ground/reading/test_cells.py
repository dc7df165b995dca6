"""What a cell can mean is read by its own signs and by its neighbours, or refused in one line."""

import re

import pandas as pd
import pytest

from helpers.ground import about, cohort
from helpers.ground.paths import ROOT
from helpers.ground.reading import identifiers, limits, values

ABOUT = """\
name = "own"
title = "T"
provenance = "patient-level"
source = "a test"
"""
NUMBERS = (
    ABOUT
    + """
[study]
title = "T"
arms = [
    { id = "combination", label = "C", short = "c", phrase = "c" },
    { id = "monotherapy", label = "M", short = "m", phrase = "m" },
]
characteristics = [
    { id = "ldh", label = "LDH", column = "ldh" },
    { id = "wbc", label = "Leukocytes", column = "wbc" },
]
"""
)


def understood(folder, columns: dict[str, list[str]], about: str = ABOUT):
    """Read a cohort of as many patients as the columns have values."""
    count = len(next(iter(columns.values())))
    base = {
        "patient_id": [f"P{number}" for number in range(count)],
        "arm": (["combination", "monotherapy"] * count)[:count],
        "death": ["no"] * count,
        "followup_days": ["400"] * count,
    }
    (folder / "cohort.toml").write_text(about)
    pd.DataFrame(base | columns).to_csv(folder / "patients.csv", index=False)
    return cohort.understood(folder)


def refused(folder, columns: dict[str, list[str]], about: str = ABOUT) -> list[str]:
    with pytest.raises(cohort.CohortError) as caught:
        understood(folder, columns, about)
    return caught.value.problems


@pytest.mark.parametrize(
    ("cell", "middle"),
    [
        *[("<5", "2.5"), ("<=5", "2.5"), ("≤ 5", "2.5"), ("=<5", "2.5"), ("＜5％", "2.5"), ("<5%", "2.5")],
        *[
            ("<5,5", "2.75"),
            (">80", "90"),
            (">=80", "90"),
            ("≥80 %", "90"),
            ("0,5-1,5", "1"),
            ("5% to 10%", "7.5"),
        ],
        *[("<60", "30"), ("<=60", "30"), (">60", "80"), ("50-60", "55")],
        *[("<200", "<200"), ("80-40", "80-40"), (">100", ">100"), ("about 5", "about 5")],
        *[("<70", None), (">=60", None), ("40-80", None), (">40", None), ("60-80", None)],
    ],
)
def test_a_limit_is_its_middle_or_missing_where_the_cut_off_parts_it(cell, middle):
    text, told = limits.middles(pd.Series([cell, "20"]), limits.Limits(0, 100, cut_offs=[60]))
    assert text.where(text.notna(), None).tolist() == [middle, "20"]
    assert bool(told) == (middle != cell)
    assert ("cut-off 60 inside, taken as missing" in "".join(told)) == (middle is None)


@pytest.mark.parametrize(
    ("cell", "middle"),
    [("60-69", "65"), ("<18", "9"), ("<=17", "9"), (">80", ">80"), ("<200", "<200"), ("60-200", "60-200")],
)
def test_an_age_lasts_until_the_next_birthday_and_has_no_middle_above_a_limit(cell, middle):
    assert limits.middles(pd.Series([cell]), limits.Limits(0, 120, is_age=True))[0].tolist() == [middle]


def test_a_span_over_the_cut_off_belongs_to_neither_side_and_is_counted(tmp_path):
    found, told = understood(
        tmp_path,
        {
            "disease_status": ["relapsed_refractory"] * 6,
            "bm_blasts_pct": ["40-80", "<70", ">60", "<=60", "70", "20"],
        },
    )
    assert found.patients["burden"].astype(object).where(found.patients["burden"].notna(), "").tolist() == [
        *("", "", "high", "low", "high", "low")
    ]
    assert "2 values known to a limit or a span that has the cut-off 60 inside, taken as missing" in told[0]


@pytest.mark.parametrize(
    ("column", "cell", "form"),
    [
        ("age_years", "<200", "a limit as <18 or a span as 60-69, from 0 to 120"),
        ("age_years", ">=80", "above an age there is no middle"),
        ("bm_blasts_pct", ">120", "a limit as <5, <=5, >80 or >=80, or a span as 40-60, from 0 to 100"),
    ],
)
def test_a_limit_that_is_not_read_is_refused_with_the_form_that_is(tmp_path, column, cell, form):
    (line,) = refused(tmp_path, {column: ["20", cell]})
    assert line.startswith(f"patients.csv: row 3, column {column}: must be a number") and form in line


def test_a_comma_of_two_meanings_is_refused_until_the_key_or_another_cell_decides(tmp_path):
    (line,) = refused(tmp_path, {"ldh": ["1,234", "2,345"], "wbc": ["3", "4"]}, NUMBERS)
    assert line == (
        "patients.csv: rows 2-3, column ldh: a comma can stand before decimals or part thousands; write "
        'decimal = "," or decimal = "." in cohort.toml (2 values not shown)'
    )
    for decimal, first in ((",", 1.234), (".", 1234)):
        about = f'decimal = "{decimal}"\n{NUMBERS}'
        assert understood(tmp_path, {"ldh": ["1,234", "2"]}, about)[0].patients["ldh"][0] == first


@pytest.mark.parametrize(
    ("ldh", "wbc", "first"),
    [
        (["1,234", "1,5"], ["3", "4"], 1.234),
        (["1,234", "0,125"], ["3", "4"], 1.234),
        (["1,234", "1,234,567"], ["3", "4"], 1234),
        (["1,234", "2,345"], ["3,5", "4"], 1.234),
        (["1,234", "2,345"], ["1,234.5", "4"], 1234),
        (["1,234", "345"], ["3", "4"], 1234),
    ],
)
def test_other_cells_of_the_column_or_the_file_decide(tmp_path, ldh, wbc, first):
    assert understood(tmp_path, {"ldh": ldh, "wbc": wbc}, NUMBERS)[0].patients["ldh"][0] == first


def test_whole_numbers_of_one_digit_decide_nothing():
    assert values.numbers(pd.Series(["1,234", "2"]), -1e9, 1e9, False, "")[2].startswith("a comma can stand")


def test_a_text_among_decimal_commas_is_refused_alone(tmp_path):
    (line,) = refused(tmp_path, {"ldh": ["1,5", "many", "2,25", "3"], "wbc": ["3", "4", "5", "6"]}, NUMBERS)
    assert line.startswith("patients.csv: row 3, column ldh: must be a number") and "(value not" in line


@pytest.mark.parametrize("mark", ["k.A.", "Unbekannt", "inconnu", "?"])
def test_marks_of_what_is_missing_are_known_in_other_languages(tmp_path, mark):
    found, told = understood(tmp_path, {"ldh": ["1,5", mark], "wbc": ["3", "4"]}, NUMBERS)
    assert found.patients["ldh"].isna().tolist() == [False, True] and f"read as missing: {mark}" in told[0]


DATES = ABOUT + '[dates]\nstart = "begun"\n'
COURSE = {
    "relapse": ["yes", "no", "yes"],
    "relapse_days": ["2024-02-01", "", "2024-03-01"],
    "followup_days": ["2024-06-01", "2024-06-02", "2024-06-03"],
    "begun": ["2024-01-01", "2024-01-02", "2024-01-03"],
}


@pytest.mark.parametrize(
    ("column", "cell", "rule"),
    [
        ("begun", "2024-02-31", "row 2, column begun: must be a date, from which the days of its row"),
        ("begun", "", "row 2, column begun: must be a date, from which the days of its row"),
        ("relapse_days", "2024-02-31", "row 2, column relapse_days: must be a date that the calendar has"),
        ("followup_days", "soon", "row 2, column followup_days: must be a date that the calendar has"),
        ("followup_days", "30", "row 2, column followup_days: must be a date that the calendar has"),
    ],
)
def test_a_wrong_date_gives_one_line(tmp_path, column, cell, rule):
    (line,) = refused(tmp_path, COURSE | {column: [cell, *COURSE[column][1:]]}, DATES)
    assert line.startswith(f"patients.csv: {rule}") and line.endswith("(value not shown)")


def test_dates_that_cannot_be_counted_give_one_line(tmp_path):
    (line,) = refused(tmp_path, COURSE)
    assert "holds dates; name the column of each patient's time zero" in line
    (line,) = refused(tmp_path, COURSE, DATES.replace("begun", "started"))
    assert "the column that dates.start of cohort.toml names is not there" in line


def test_one_date_among_days_is_the_wrong_one(tmp_path):
    (line,) = refused(tmp_path, {"followup_days": ["400", "500", "2024-02-01"]})
    assert line.startswith("patients.csv: row 4, column followup_days: must be a number")


def test_an_empty_column_is_one_that_is_not_there(tmp_path):
    empty = ["", "", ""]
    found, told = understood(
        tmp_path,
        {"disease_status": empty, "bm_blasts_pct": empty, "relapse": empty, "relapse_days": empty},
    )
    names = ("disease_status", "bm_blasts_pct", "relapse", "relapse_days")
    assert set(names) <= set(found.absent)
    assert f"empty, and read as not there: {', '.join(names)}" in told[0]
    assert "relapsed_refractory" not in found.study.strata


def test_days_of_what_happened_to_nobody_are_recorded(tmp_path):
    found, _ = understood(tmp_path, {"relapse": ["no"] * 3, "relapse_days": [""] * 3})
    assert not {"relapse", "relapse_days"} & set(found.absent)


def test_a_relapse_without_a_day_is_said(tmp_path):
    course = {"relapse": ["yes", "yes", "no"], "relapse_days": ["", "50", ""]}
    _, told = understood(tmp_path, course)
    assert any(line.startswith("patients.csv: relapse_days: empty in row 2 with a relapse") for line in told)


def test_a_panel_without_a_percentage_is_none(copied, edit):
    edit("immune.csv", lambda rows: rows.assign(percent=""))
    found, told = cohort.understood(copied)
    assert found.immune.empty and any("immune.csv holds no percentage" in line for line in told)


def test_a_visit_beyond_the_study_says_how_to_leave_it_out(copied, edit):
    visits = ["day 90", *["baseline"] * 4]
    edit("immune.csv", lambda rows: rows.assign(visit=visits + rows["visit"].tolist()[5:]))
    with pytest.raises(
        cohort.CohortError, match=r"row 2, column visit: .*rows of others go under \[leave_out\]"
    ):
        cohort.load(copied)
    with open(copied / "cohort.toml", "a") as file:
        file.write('[leave_out]\nvisit = ["day 90"]\n')
    found, told = cohort.understood(copied)
    assert any("1 rows left out by visit" in line for line in told)
    assert set(found.immune["visit"]) <= {"baseline", "day28"}


@pytest.mark.parametrize(
    ("ids", "what"),
    [
        (["Anna Karenina", "Alexei Vronsky", "3"], "the name of a patient"),
        (["Karenina, Anna", "Vronsky, A.", "Levin, K."], "the name of a patient"),
        (["Karenina", "Vronsky", "Levin"], "the name of a patient"),
        *(
            (["1", "2", "3", "4", "5", name], "the name of a patient")
            for name in (
                "Müller, Hans",
                "Doe,John",
                "O'Brien, P.",
                "van der Berg, Jan",
                "Lüde-Scheidt, Dr. H.",
                "Hans MÜLLER",
            )
        ),
        (["王小明", "李华", "张伟"], "the name of a patient"),
        (["anna@example.org", "2", "3"], "an e-mail address"),
        (["11010519491231002X", "2", "3"], "a national number"),
        (["1 (13912345678)", "2", "3"], "a telephone number"),
    ],
)
def test_identifiers_that_name_a_patient_are_refused(tmp_path, ids, what):
    (line,) = refused(tmp_path, {"patient_id": ids})
    assert f"column 1: looks like {what}" in line
    assert not any(one in line for one in ids if len(one) > 2)


@pytest.mark.parametrize(
    "ids",
    [
        ["P1", "P2"],
        ["A", "B"],
        ["site 1 case 2", "site 1 case 3"],
        ["C-001-00012", "x1"],
        ["1", "A, B", "C, 2"],
    ],
)
def test_identifiers_of_numbers_and_letters_name_nobody(ids):
    text = pd.Series(ids)
    assert not identifiers.are_names(text).any() and identifiers.by_value(text) is None


def test_a_column_of_births_is_refused_and_one_of_visits_is_not(tmp_path):
    births = ["1949-02-03", "1971-05-06", "1988-07-08", "2001-09-10"]
    (line,) = refused(tmp_path, {"born": births})
    assert line.startswith("patients.csv: rows 2-5, column 5: looks like a date of birth; remove it")
    assert understood(tmp_path, {"seen": ["2021-02-03", "2022-05-06", "2023-07-08", "2024-09-10"]})


def test_the_checklist_knows_the_items_of_its_page(tmp_path):
    page = (ROOT / "book" / "reporting.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r'checklist\.get\("(.*?)"', page)) == about.ITEMS
    (line,) = refused(tmp_path, {"centre": ["a"]}, f'{ABOUT}[checklist]\n"STROBE 5a" = "x"\n')
    assert line.startswith(
        "cohort.toml: key checklist.STROBE 5a: not known; correct it to one of STROBE 1, STROBE 2"
    )
