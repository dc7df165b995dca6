"""What the claims on follow-up, survival and deaths allow, and what changed ones do."""

import pandas as pd
import pytest

from evidence.claims import load as published_claims
from evidence.claims.printed import Figures
from evidence.forensics import survival
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, NOT_REACHED
from evidence.this_abstract.abstract import OVERALL
from evidence.this_abstract.survival_findings import enrolment_span, findings, overall_splits

CLAIMS = published_claims.load()
FIGURES = Figures(CLAIMS)


def test_overall_survival_of_the_published_claims():
    splits = overall_splits(FIGURES)
    assert (splits["number"].min(), splits["number"].max()) == (33, 48)
    # By hand: all 19 deaths as the last of 48, 16 of the 35 then at risk left; none by two years.
    assert splits["low"].min() == pytest.approx(16 / 35)
    assert splits["high"].max() == 1
    needs = survival.needs(64, splits, FIGURES.get(OVERALL))
    assert needs["shown"].all()
    assert (needs["events_by"].min(), needs["events_by"].max()) == (9, 19)
    bounded = overall_splits(FIGURES, longest=enrolment_span(CLAIMS))
    pd.testing.assert_frame_equal(splits, bounded)
    assert enrolment_span(CLAIMS) == 33


def outcomes(**changed):
    changed_claims = CLAIMS.copy()
    for claim, value in changed.items():
        changed_claims.loc[changed_claims["id"].eq(claim), "value"] = value
    found = {}
    for finding in findings(changed_claims, Figures(changed_claims)):
        for claim in finding.claims:
            found.setdefault(claim, set()).add(finding.outcome)
    return found


def test_published_claims_can_hold_and_the_deaths_say_who_died():
    found = outcomes()
    (causes,) = [each for each in findings(CLAIMS, FIGURES) if each.claims == ("deaths_cause",)]
    assert "9 + 2 + 8 = 19, exactly the deaths" in causes.reason
    assert "15 patients" in causes.reason
    assert "at least 4 deaths among the relapsed" in causes.reason
    assert "at least 2 of the 24 responders" in causes.reason
    assert causes.depends_on == "what no response means"
    assert set().union(*found.values()) == {CAN_HOLD}
    wanted = {
        "followup_quartile_3",
        "overall_survival_2_years",
        "disease_free_survival_2_years",
        "transplants",
    }
    assert wanted <= set(found)


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("overall_survival_2_years", 5),
        ("deaths", 70),
        ("deaths", 60),
        ("deaths", 0),
        ("relapses", 60),
        ("on_chemotherapy", 46),
    ],
)
def test_a_changed_claim_cannot_hold(claim, value):
    assert CANNOT_HOLD in outcomes(**{claim: value})[claim]


@pytest.mark.parametrize("value", [5, 95])
def test_what_one_definition_rules_out_another_leaves_open(value):
    assert outcomes(disease_free_survival_2_years=value)["disease_free_survival_2_years"] == {NOT_REACHED}


def test_a_near_claim_can_hold():
    assert outcomes(overall_survival_2_years=65)["overall_survival_2_years"] == {CAN_HOLD}
    assert outcomes(deaths=17, deaths_cause=17)["deaths_cause"] == {CAN_HOLD}


def test_deaths_are_not_judged_where_the_patients_without_response_cannot_be_counted():
    assert outcomes(mrd_negativity_combination_count=3)["deaths_cause"] == {NOT_REACHED}


def test_missing_claims_leave_the_searches_out():
    for gone in ("deaths", "followup_median", "patients", "enrolment_last", "relapses"):
        rest = CLAIMS[CLAIMS["id"].ne(gone)]
        findings(rest, Figures(rest))


def test_a_third_quartile_within_the_months_of_enrolment_needs_no_later_data_cut():
    """Enrolment took 33 months: 25 months of follow-up fit into them, 40 (39.5 or more) take 7 beyond."""
    changed = CLAIMS.copy()
    told = []
    for months in (25, 40):
        changed.loc[changed["id"].eq("followup_quartile_3"), "value"] = months
        reasons = [each.reason for each in findings(changed, Figures(changed)) if "data" in each.reason]
        told += [reason for reason in reasons if "Enrolment took 33 months" in reason]
    assert told[0].endswith(
        "25 months fits even if the data were cut on the day it closed; no later cut is needed."
    )
    assert told[1].endswith("40 months needs a data cut at least 7 months after it closed.")
