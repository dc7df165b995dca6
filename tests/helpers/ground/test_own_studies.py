"""Cohorts that have less, or other things, than the default study: columns, arms, outcomes and spans."""

import pandas as pd
import pytest

from helpers.chapters.book import all_results
from helpers.estimators import proportions
from helpers.ground import cohort, study_parts
from helpers.ground.results import is_recorded

ABOUT = """\
name = "own"
title = "Drug against observation"
provenance = "patient-level"
source = "a test"
disclosure = "internal"

[columns]
patient_id = "case"
arm = "rx"
followup_days = "time"
death = "status"

[values.arm]
"Drug" = "drug"
"Obs" = "none"

[study]
title = "Drug against observation"
arms = [
    { id = "drug", label = "Drug", short = "drug", phrase = "the drug" },
    { id = "none", label = "Observation", short = "observation", phrase = "observation" },
]
horizons = [6, 12]
"""
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
    toml.write_text(toml.read_text().replace("[values.arm]", '[leave_out]\netype = ["1"]\n\n[values.arm]'))
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
    assert "10 not evaluable, counted as without response" in told[0]
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
