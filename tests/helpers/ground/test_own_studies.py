"""Cohorts that have less, or other things, than the default study: columns, arms, outcomes and spans."""

import re

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from drug_study import COHORT, STUDY

from building import tables
from helpers.chapters.book import all_results
from helpers.chapters.cohort import entry, words
from helpers.chapters.cohort.tables import entry_table
from helpers.chapters.survival.words import compared
from helpers.estimators import proportions
from helpers.ground import cohort, study_parts
from helpers.ground import study as studies
from helpers.ground.results import is_recorded

ABOUT = f"""{COHORT}
[columns]
patient_id = "case"
arm = "rx"
followup_days = "time"
death = "status"

[values.arm]
"Drug" = "drug"
"Obs" = "none"
{STUDY}"""
ROWS = "case,rx,time,status\n" + "\n".join(
    f"{number},{'Drug' if number % 2 else 'Obs'},{30 * number},{number % 3 % 2}" for number in range(1, 31)
)


@pytest.fixture
def folder(tmp_path):
    """Give a cohort of four columns, whose study stands in its cohort.toml."""
    (tmp_path / "cohort.toml").write_text(ABOUT)
    (tmp_path / "patients.csv").write_text(ROWS)
    return tmp_path


def test_four_columns_are_a_cohort(folder):
    found, told = cohort.understood(folder)
    assert found.study.arm_ids == ("drug", "none") and found.study.horizons == (6, 12)
    assert found.study.outcomes == study_parts.OUTCOMES
    assert set(found.absent) >= {"disease_status", "best_response", "relapse", "relapse_days"}
    assert any("not recorded: centre, disease_status" in line for line in told)


def test_what_is_not_recorded_is_told_from_what_nobody_had(folder):
    rows = all_results(cohort.load(folder)).set_index("id")
    for id in ("survival.dfs.hazard_ratio.arm", "cohort.relapse.count.drug", "efficacy.response.rate.drug"):
        assert not is_recorded(rows.loc[id]) and pd.isna(rows.loc[id, "n"]), id
    assert is_recorded(rows.loc["survival.os.hazard_ratio.arm"])
    # 10 of the 30 numbers leave 1 when divided by 3, five of them are odd.
    assert rows.loc["cohort.death.count.all", "estimate"] == 10
    assert rows.loc["cohort.death.count.drug", "estimate"] == 5


def test_an_event_comes_with_its_day_or_not_at_all(folder):
    path = folder / "patients.csv"
    head, *rows = ROWS.splitlines()
    path.write_text("\n".join([f"{head},relapse", *(f"{row},no" for row in rows)]))
    with pytest.raises(cohort.CohortError, match=r"relapse_days: missing beside relapse; add it, or take"):
        cohort.load(folder)


def test_a_study_told_twice_is_refused(folder):
    (folder / "study.toml").write_text('title = "Another"')
    with pytest.raises(cohort.CohortError, match=r"study.toml: stands beside \[study\] in cohort.toml; keep"):
        cohort.load(folder)


def test_a_wrong_study_in_cohort_toml_is_named_there(folder):
    path = folder / "cohort.toml"
    path.write_text(path.read_text().replace("horizons = [6, 12]", 'horizons = "long"'))
    with pytest.raises(cohort.CohortError, match=r"cohort.toml, \[study\]: key horizons: must be a list"):
        cohort.load(folder)


def test_a_third_arm_is_refused_with_what_to_do_and_can_be_left_out(folder):
    path, toml = folder / "patients.csv", folder / "cohort.toml"
    path.write_text(f"{ROWS}\n31,Other,10,0\n32,Other,20,1\n")
    with pytest.raises(cohort.CohortError, match=r"rows 32-33, column arm: .*\[leave_out\]"):
        cohort.load(folder)
    toml.write_text(toml.read_text().replace("[values.arm]", '[leave_out]\narm = ["Other"]\n\n[values.arm]'))
    found, told = cohort.understood(folder)
    assert len(found.patients) == 30 and "2 rows left out by arm" in told[0]


def test_rows_can_be_left_out_by_a_column_that_is_not_used(folder):
    path, toml = folder / "patients.csv", folder / "cohort.toml"
    head, *rows = ROWS.splitlines()
    path.write_text("\n".join([f"{head},etype", *(f"{row},{kind}" for row in rows for kind in (1, 2))]))
    text = toml.read_text()
    for out in ('["1"]', "[1]"):
        toml.write_text(text.replace("[values.arm]", f"[leave_out]\netype = {out}\n\n[values.arm]"))
        assert len(cohort.load(folder).patients) == 30


def test_spans_limits_and_what_cannot_be_evaluated_are_read_and_said(folder):
    path = folder / "patients.csv"
    head, *rows = ROWS.splitlines()
    more = ["60-69,<5,NE", "70-79,20,CR", "41,≤ 10,NR"] * 10
    path.write_text(
        "\n".join(
            [
                f"{head},age_years,bm_blasts_pct,best_response",
                *map(",".join, zip(rows, more, strict=True)),
            ]
        )
    )
    found, told = cohort.understood(folder)
    # A person of 60-69 years is on average near 65, as the 70th birthday ends the span.
    assert found.patients["age_years"][:3].tolist() == [65, 75, 41]
    assert found.patients["bm_blasts_pct"][:3].tolist() == [2.5, 20, 5]
    assert "20 values known to a limit or a span only" in told[0]
    assert "10 values not evaluable, counted as without response" in told[0]
    rates = all_results(found).set_index("id")
    # In the denominator, and without response: ten of thirty respond.
    by_hand = proportions.wilson(10, 30)
    row = rates.loc["efficacy.response.rate.all"]
    assert (row["n"], row["events"], row["ci_low"]) == (30, 10, by_hand.ci_low)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("a test", "<b>a</b> test"), "key source: must hold no HTML"),
        (('title = "Drug against observation"\nprov', 'title = "<img src=x>"\nprov'), "key title: must hold"),
        (("Observation", "<script>alert(1)</script>"), "label: must be a text on one line, not empty, with"),
        (("[values.arm]", '[checklist]\n"STROBE 5" = "<i>x</i>"\n[values.arm]'), "checklist.STROBE 5: must"),
        (("[values.arm]", '[leave_out]\narm = "Other"\n[values.arm]'), "leave_out.arm: must be a list"),
    ],
)
def test_words_that_would_act_on_a_page_are_refused(folder, change, said):
    path = folder / "cohort.toml"
    path.write_text(path.read_text().replace(*change, 1))
    with pytest.raises(cohort.CohortError) as caught:
        cohort.load(folder)
    assert said in str(caught.value)


CHARACTERISTICS = """
characteristics = [
    { id = "sex", label = "Sex", column = "sex", levels = ["female", "male"], in_model = true },
    { id = "ldh", label = "LDH", column = "ldh", unit = "U/l", in_model = true },
    { id = "prior", label = "Prior lines", column = "prior" },
]
"""


def test_what_else_is_known_at_entry_is_described_and_enters_a_model_by_name(folder):
    draws = np.random.default_rng(4)
    rows = pd.read_csv(folder / "patients.csv")
    rows = pd.concat([rows.assign(case=rows["case"] + 100 * block) for block in range(4)])
    n = len(rows)
    rows = rows.assign(
        age_years=draws.integers(20, 80, n),
        bm_blasts_pct=draws.integers(5, 95, n),
        best_response=draws.choice(["CR", "NR"], n),
        mrd_negative=draws.choice(["yes", "no"], n, p=[0.8, 0.2]),
        sex=draws.choice(["Female", "male", ""], n, p=[0.5, 0.4, 0.1]),
        ldh=draws.integers(100, 900, n),
    )
    rows.to_csv(folder / "patients.csv", index=False)
    toml = folder / "cohort.toml"
    toml.write_text(toml.read_text() + CHARACTERISTICS)
    found, told = cohort.understood(folder)
    assert not any("in_model" in line for line in told)
    assert "prior" in found.absent and any("not recorded: " in line and "prior" in line for line in told)
    results = all_results(found).set_index("id")
    drug, male = rows["rx"] == "Drug", rows["sex"] == "male"
    counted = results.loc["cohort.sex_level_2.count.drug"]
    assert (counted["estimate"], counted["n"]) == ((drug & male).sum(), (drug & (rows["sex"] != "")).sum())
    assert results.loc["cohort.ldh.median.drug", "estimate"] == rows["ldh"][drug].median()
    assert not is_recorded(results.loc["cohort.prior.median.drug"])
    # The model by another library, of those whose sex is known.
    known = rows[rows["sex"] != ""]
    event = (known["best_response"] == "CR") & (known["mrd_negative"] == "yes")
    terms = known[["bm_blasts_pct", "age_years", "ldh"]].assign(
        drug=known["rx"] == "Drug", male=known["sex"] == "male"
    )
    fit = sm.Logit(event.astype(float), sm.add_constant(terms.astype(float))).fit(disp=0)
    start = "multivariable.complete_remission_mrd_negative.with_characteristics_odds_ratio_"
    for term, name in {"sex_level_2": "male", "ldh": "ldh", "drug": "drug"}.items():
        assert results.loc[f"{start}{term}.all", "estimate"] == pytest.approx(
            np.exp(fit.params[name]), rel=1e-6
        )
    table = entry_table(results.reset_index(), found.study)
    assert {"Sex: male", "LDH, U/l: median (quartiles)"} <= set(table["Characteristic"])


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('{ id = "a", label = "A", column = "age_years" }', "column: is a column of the dictionary"),
        ('{ id = "a", label = "A", column = "性别" }', "column: must be letters from a to z"),
        ('{ id = "a", label = "A", column = "a", levels = ["x"] }', "levels: must be two or more"),
        ('{ id = "a", label = "A", column = "a", in_model = 1 }', "in_model: must be true or false"),
    ],
)
def test_a_characteristic_that_cannot_be_described_is_refused(folder, entry, said):
    toml = folder / "cohort.toml"
    toml.write_text(f"{toml.read_text()}characteristics = [{entry}]\n")
    with pytest.raises(cohort.CohortError) as caught:
        cohort.load(folder)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("horizons = [6, 12]", "horizons = [12, 6]"),  # of a study that is then another's, with its arms
        ("[values.arm]", '[values.none]\n"a" = "b"\n[values.arm]'),
        ("[columns]", "[columns"),
    ],
)
def test_what_follows_from_a_description_that_cannot_be_read_is_not_told(folder, old, new):
    toml = folder / "cohort.toml"
    toml.write_text(toml.read_text().replace(old, new))
    with pytest.raises(cohort.CohortError) as caught:
        cohort.load(folder)
    (line,) = caught.value.problems
    assert line.startswith("cohort.toml") and line.endswith("(the tables are checked after that)")
    (folder / "patients.csv").unlink()
    with pytest.raises(cohort.CohortError, match=r"patients.csv: the file is missing"):
        cohort.load(folder)


def test_a_column_may_be_written_as_the_head_of_the_file_is(folder):
    head, *rows = ROWS.splitlines()
    cells = [f"{row},{place % 2}" for place, row in enumerate(rows)]
    (folder / "patients.csv").write_text("\n".join([f"{head},HBsAg status", *cells]))
    toml = folder / "cohort.toml"
    entry = '{ id = "a", label = "A", column = "HBsAg status", levels = ["no", "yes"] }'
    one = '{ id = "b", label = "B", column = "HBSAG status", levels = ["yes"] }'
    toml.write_text(
        toml.read_text().replace("[study]", '[values."HBsAg status"]\n0 = "no"\n1 = "yes"\n\n[study]')
        + f"characteristics = [{entry}]\npopulations = [{one}]\n"
    )
    found = cohort.load(folder)
    assert found.patients["hbsag_status"].tolist() == ["no", "yes"] * 15
    assert found.study.members(found.patients, "b").sum() == 15


@pytest.mark.parametrize(("codes", "read"), [("0,1", "0 and 1"), ("1.0,2.0", "1 and 2"), ("0,7", None)])
def test_numbers_that_are_codes_are_counted_as_levels(codes, read, folder):
    """The standardised difference of their means would tell a shareable book's hidden counts."""
    first, second = codes.split(",")
    rows = pd.read_csv(folder / "patients.csv").assign(ph=[first, second, ""] * 10)
    rows.to_csv(folder / "patients.csv", index=False)
    toml = folder / "cohort.toml"
    toml.write_text(f'{toml.read_text()}characteristics = [{{ id = "ph", label = "Ph", column = "ph" }}]\n')
    found, told = cohort.understood(folder)
    [one] = found.study.characteristics
    said = [line for line in told if line.startswith("patients.csv: ph: holds")]
    if read is None:
        assert not one.levels and not said and found.patients["ph"].dtype == float
        return
    assert one.levels == tuple(read.split(" and "))
    assert f"holds {read} only, and is counted as levels" in said[0]
    assert found.patients["ph"].value_counts().tolist() == [10, 10]
    statistics = {id.split(".")[2] for id in all_results(found)["id"] if id.startswith("cohort.ph.")}
    assert "standardised_distance" in statistics and "standardised_difference" not in statistics


def test_two_keys_of_one_column_are_not_taken_for_one(folder):
    toml = folder / "cohort.toml"
    toml.write_text(toml.read_text().replace("[study]", '[values.Arm]\n"Drug" = "none"\n\n[study]'))
    with pytest.raises(cohort.CohortError, match=r"key values.Arm: no column of the dictionary; correct or"):
        cohort.load(folder)


def test_what_no_model_can_hold_is_told(folder):
    toml = folder / "cohort.toml"
    toml.write_text(f"{toml.read_text()}{CHARACTERISTICS}")
    told = cohort.understood(folder)[1]
    (line,) = (line for line in told if "in_model" in line)
    assert line == (
        "cohort.toml: covariates and in_model = true do nothing for sex, ldh: the model that would hold them "
        "needs best_response, mrd_negative, bm_blasts_pct, age_years; survival is not adjusted in this book"
    )


def test_of_no_column_that_is_lacking_it_is_said_that_an_arm_is_empty(folder):
    toml = folder / "cohort.toml"
    late = '{ id = "late", label = "Late", column = "followup_days", above = 100 }'
    toml.write_text(f"{toml.read_text()}{CHARACTERISTICS}\npopulations = [{late}]\n")
    methods = all_results(cohort.load(folder))["method"]
    assert not methods.str.contains("an arm has no patients").any()


def test_what_is_asked_for_in_vain_is_told_and_an_empty_list_is_none(folder):
    toml = folder / "cohort.toml"
    toml.write_text(
        f"{toml.read_text()}{CHARACTERISTICS}"
        """
outcomes = []
visits = []
covariates = [{ id = "age", label = "Age", column = "age_years" }]
populations = [{ id = "late", label = "Followed for long", column = "followup_days", above = 100 }]
"""
    )
    told = cohort.understood(folder)[1]
    assert [line for line in told if line.startswith("cohort.toml: ")] == [
        "cohort.toml: covariates and in_model = true do nothing for sex, ldh, age: the model that would hold "
        "them needs best_response, mrd_negative, bm_blasts_pct, age_years; survival is not adjusted in this "
        "book",
        "cohort.toml: populations: late: counted in results.csv alone, as what is asked in a population "
        "needs best_response or mrd_negative",
    ]


@pytest.mark.parametrize(
    ("marks", "levels"),
    [
        (("Ph+", "Ph-"), '["Ph+", "Ph-"]'),
        (("+", "-"), '["+", "-"]'),
        (("<2", ">=2"), '["<2", ">=2"]'),
    ],
)
def test_a_sign_tells_levels_apart(folder, marks, levels):
    head, *rows = ROWS.splitlines()
    cells = [f"{row},{marks[place % 2]}" for place, row in enumerate(rows)]
    (folder / "patients.csv").write_text("\n".join([f"{head},ph", *cells]))
    toml = folder / "cohort.toml"
    entry = f'{{ id = "ph", label = "Ph", column = "ph", levels = {levels} }}'
    toml.write_text(f"{toml.read_text()}characteristics = [{entry}]\n")
    assert cohort.load(folder).patients["ph"].tolist() == [*marks] * 15


def test_a_map_is_taken_by_its_signs_and_before_what_marks_the_missing(folder):
    head, *rows = ROWS.splitlines()
    cells = [f"{row},{'+-'[place % 2]}" for place, row in enumerate(rows)]
    (folder / "patients.csv").write_text("\n".join([f"{head},mrd_negative", *cells]))
    toml = folder / "cohort.toml"
    own = '[values.mrd_negative]\n"+" = "no"\n"-" = "yes"\n[study]'
    toml.write_text(toml.read_text().replace("[study]", own))
    assert cohort.load(folder).patients["mrd_negative"].tolist() == [False, True] * 15


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "[study]",
            '[units]\nfollowup_days = ["months"]\n[study]',
            "units.followup_days: must be one of days",
        ),
        ("[study]", '[dates]\nstart = "death"\n[study]', "dates.start: is a column of the dictionary"),
        ("[study]", '[leave_out]\nrx = ["Drug", "Obs"]\n[study]', "[leave_out] of cohort.toml leaves no row"),
        ('source = "a test"', 'source = "a test"\ndate = "2026-99-99"', "key date: the day of the data"),
        ("horizons = [6, 12]", f"horizons = [{'9' * 5000}]", "not valid TOML"),
    ],
)
def test_what_would_break_the_reading_is_a_line(folder, old, new, said):
    path = folder / "cohort.toml"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(cohort.CohortError) as caught:
        cohort.load(folder)
    assert said in str(caught.value)


@pytest.mark.parametrize("column", ["response", "burden", "overall_months", "member", "disease_free_event"])
def test_a_characteristic_is_no_endpoint(folder, column):
    toml = folder / "cohort.toml"
    entry = f'{{ id = "a", label = "A", column = "{column}" }}'
    toml.write_text(f"{toml.read_text()}characteristics = [{entry}]\n")
    with pytest.raises(cohort.CohortError, match="a name that the book gives to an endpoint"):
        cohort.load(folder)


def test_a_panel_without_cells_to_read_it_by_is_refused(folder):
    (folder / "immune.csv").write_text("patient_id,visit,population,parent,percent\n1,a,b,c,5\n")
    with pytest.raises(cohort.CohortError, match=r"immune.csv: the study describes no cells"):
        cohort.load(folder)


AMONG = """
arms = [
    { id = "drug", label = "Women", short = "women", phrase = "women", preposition = "among" },
    { id = "none", label = "Men", short = "men", phrase = "men", preposition = "among" },
]
"""


def test_groups_that_were_given_nothing_are_told_as_people(folder):
    toml = folder / "cohort.toml"
    toml.write_text(re.sub(r"arms = \[.*?\n\]", AMONG.strip(), toml.read_text(), count=1, flags=re.DOTALL))
    found = cohort.load(folder)
    assert not found.study.are_treatments and studies.load().are_treatments
    rows = found.told(all_results(found))
    assert compared.hazard_sentence(rows, found.study, "os").split(":")[0].endswith("among men")
    assert " among women and " in words.sizes(rows, found.study)


@pytest.mark.parametrize(("base", "shown"), [(0, 72.25), (5, 72)])
def test_quartiles_of_whole_numbers_are_whole_where_nobody_is_to_be_told(base, shown):
    """The decimals of a quartile between neighbouring whole numbers tell the number of patients modulo 4."""
    sample = np.array([71.0, 72, 73, 74])
    assert entry._quantile(sample, 0.4166666666666667, base).estimate == pytest.approx(shown)
    assert entry._quantile(sample + 0.1, 0.25, base).estimate == pytest.approx(71.85)
    scores = np.array([60.0, 70, 70, 75, 80, 90])  # in fives, of which 71.25 is no multiple
    assert entry._quantile(scores, 0.45, base).estimate == pytest.approx(71.25 if not base else 70)


def test_results_of_another_study_hold_what_is_recorded(folder):
    found = cohort.load(folder)
    rows = found.told(all_results(found))
    told = tables.of_what_is_recorded(rows, found)
    assert rows["method"].str.contains("not recorded|no immune panel").any()
    assert not told["method"].str.contains("not recorded|no immune panel").any() and len(told) > 20
    assert not told["label"].str.contains("blasts|MRD|remission", regex=True).any()
    assert set(told["chapter"]) == {"cohort", "survival"}
