"""All searches on random true studies of this one's kind: the truth is never called impossible."""

import pytest
import studies
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from made_up_patients import Design

from evidence.claims import load as published
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, NOT_AS_WORDED, OUTCOMES
from evidence.this_abstract import disease_free_climb, disease_free_search
from evidence.this_abstract.abstract import ARMS
from evidence.this_abstract.examine import examine, findings

PUBLISHED = published.read()
# The studies are small already, and each takes half a second: shrinking one would take minutes.
REPEATABLE = settings(max_examples=30, deadline=None, derandomize=True, phases=[Phase.generate])


@pytest.fixture(autouse=True)
def short_search(monkeypatch):
    """Let the search for cohorts be short: what it does not meet is never called impossible."""
    # What is remembered of a long search is no answer of a short one, nor the other way round.
    disease_free_search.reaches.cache_clear()
    monkeypatch.setattr(disease_free_search, "DRAWS", 500)
    monkeypatch.setattr(disease_free_climb, "STEPS", 20)
    monkeypatch.setattr(disease_free_climb, "RECORDED", range(10, 21, 10))
    yield
    disease_free_search.reaches.cache_clear()


def sizes(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high))


@st.composite
def designs(draw):
    """Small studies under every convention that the searches claim to allow for."""
    refractory, positive = draw(sizes(2, 12)), draw(sizes(0, 8))
    panel = tuple(draw(st.integers(2, min(8, sum(most)))) for most in zip(refractory, positive, strict=True))
    return Design(
        refractory,
        positive,
        draw(st.tuples(st.integers(0, 2), st.integers(0, 6))),
        panel,
        enrolment=draw(st.integers(6, 48)),
        cut=draw(st.integers(0, 12)),
        table_test=draw(st.sampled_from(["pearson", "yates", "likelihood_ratio", "fisher", "mid_p"])),
        paired_test=draw(st.sampled_from(["normal", "corrected", "pratt", "pratt_corrected", "exact"])),
        rank_correction=draw(st.booleans()),
        quantile_rule=draw(st.sampled_from([7, 6, 2])),
        rounding=draw(st.sampled_from(list(studies.ROUNDINGS))),
        blast_decimals=draw(st.integers(0, 1)),
        missing_pairs=draw(st.booleans()),
    )


def impossible(found):
    return [each for each in found if each.outcome == CANNOT_HOLD]


@REPEATABLE
@given(st.integers(0, 10**9), designs())
def test_the_truth_is_never_called_impossible_by_what_only_this_study_prints(seed, design):
    study = studies.study(seed, design)
    found = [*findings(study.claims)]
    assert {each.outcome for each in found} <= set(OUTCOMES)
    assert impossible(found) == []
    for each in found:
        assert set(each.claims) <= set(study.claims["id"])
        if each.outcome == NOT_AS_WORDED:
            assert set(each.claims) & study.literally_false, each


@settings(REPEATABLE, max_examples=8)
@given(st.integers(0, 10**9), designs())
def test_the_truth_is_never_called_impossible_by_any_search(seed, design):
    study = studies.study(seed, design)
    for found in examine(study.abstract).values():
        assert impossible(found) == []
        for each in found:
            assert each.outcome != NOT_AS_WORDED or set(each.claims) & study.literally_false, each


@REPEATABLE
@given(st.integers(0, 10**9), st.data())
def test_leaving_claims_out_never_makes_the_rest_impossible(seed, data):
    claims = studies.study(seed).claims
    kept = data.draw(st.lists(st.booleans(), min_size=len(claims), max_size=len(claims)))
    assert impossible(findings(claims[kept].reset_index(drop=True))) == []


def test_the_order_of_the_claims_does_not_matter():
    claims = studies.study(5).claims
    shuffled = claims.sample(frac=1, random_state=1).reset_index(drop=True)
    summary = [
        sorted((each.search, each.outcome, *sorted(each.claims)) for each in findings(each_claims))
        for each_claims in (claims, shuffled)
    ]
    assert summary[0] == summary[1]


def test_made_up_studies_print_what_their_patients_are():
    """Counted by hand from the rows, for figures of which every search makes use."""
    study = studies.study(11)
    printed = study.claims[study.claims["relation"].eq("equals")].set_index("id")["value"]
    arm = ARMS[0]
    rows = [row for row in study.patients.itertuples() if row.arm == arm]
    refractory = [row for row in rows if row.disease_status == "relapsed_refractory"]
    responders = [row for row in refractory if row.best_response in ("CR", "CRi", "PR")]
    assert printed[f"patients_{arm}"] == len(rows)
    assert printed[f"response_{arm}_count"] == len(responders)
    assert abs(printed[f"response_{arm}_rate"] - 100 * len(responders) / len(refractory)) <= 0.5
    blasts = sorted(row.blasts for row in refractory)
    middle = (blasts[(len(blasts) - 1) // 2] + blasts[len(blasts) // 2]) / 2
    assert abs(printed[f"blasts_{arm}_median"] - middle) <= 0.5
    assert printed["deaths"] == sum(row.death for row in study.patients.itertuples())


def test_deaths_of_a_cause_may_be_fewer_than_all_deaths():
    """Seventeen of the published deaths can be of patients without response or relapsed, two of others."""
    claims = published.load()
    claims.loc[claims["id"] == "deaths_cause", "value"] = 17
    judged = [each for each in findings(claims) if "deaths_cause" in each.claims]
    assert [each.outcome for each in judged] == [CAN_HOLD]


def test_a_bound_on_a_p_value_is_not_held_against_the_estimate():
    claims = published.load()
    claims.loc[claims["id"] == "multivariable_p", "relation"] = "less_than"
    assert not [each for each in findings(claims) if "multivariable_p" in each.claims]


def test_what_the_published_words_cannot_carry():
    by_outcome = {}
    for claim, found in examine(PUBLISHED).items():
        assert claim in PUBLISHED.by_id
        for each in found:
            assert each.reason.endswith(".")
            by_outcome.setdefault(each.outcome, set()).add(claim)
    assert CANNOT_HOLD not in by_outcome
    assert {
        "mrd_negativity_both_combination",
        "mrd_negativity_both_monotherapy",
        "mrd_negativity_both_p",
        "mrd_negativity_all_first_reading",
        "mrd_negativity_all_second_reading",
        "cd8_cd45ra_combination_significant",
    } == by_outcome[NOT_AS_WORDED]
