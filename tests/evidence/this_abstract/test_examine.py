"""All searches on random true studies: the truth is never called impossible, gross errors are."""

from dataclasses import replace

import checkers
import numpy as np
import pandas as pd
import pytest
import seeded_errors
import studies
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from made_up_patients import Design, draw_design

from evidence.claims import load as published
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, CONTRADICTED, NOT_AS_WORDED, OUTCOMES
from evidence.this_abstract import disease_free_climb, disease_free_search
from evidence.this_abstract.abstract import ARMS
from evidence.this_abstract.examine import examine

PUBLISHED = published.load()
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
    """Small studies under every convention that the engine claims to allow for."""
    refractory, positive = draw(sizes(2, 12)), draw(sizes(0, 8))
    panel = tuple(draw(st.integers(2, min(8, sum(most)))) for most in zip(refractory, positive, strict=True))
    return Design(
        refractory,
        positive,
        draw(st.tuples(st.integers(0, 2), st.integers(0, 6))),
        panel,
        enrolment=draw(st.integers(6, 48)),
        cut=draw(st.integers(0, 12)),
        table_test=draw(st.sampled_from(checkers.TABLE_TESTS)),
        paired_test=draw(st.sampled_from(["normal", "corrected", "pratt", "pratt_corrected", "exact"])),
        rank_correction=draw(st.booleans()),
        quantile_rule=draw(st.sampled_from([7, 6, 2])),
        rounding=draw(st.sampled_from(list(studies.ROUNDINGS))),
        blast_decimals=draw(st.integers(0, 1)),
        missing_pairs=draw(st.booleans()),
    )


@REPEATABLE
@given(st.integers(0, 10**9), designs())
def test_the_truth_is_never_called_impossible(seed, design):
    study = studies.study(seed, design)
    found = examine(study.claims)
    assert {each.outcome for each in found} <= set(OUTCOMES)
    assert [each for each in found if each.outcome in (CANNOT_HOLD, CONTRADICTED)] == []
    for each in found:
        assert set(each.claims) <= set(study.claims["id"])
        if each.outcome == NOT_AS_WORDED:
            assert set(each.claims) & study.literally_false, each


@REPEATABLE
@given(st.integers(0, 10**9), st.data())
def test_leaving_claims_out_never_makes_the_rest_impossible(seed, data):
    study = studies.study(seed)
    claims = study.claims
    kept = data.draw(st.lists(st.booleans(), min_size=len(claims), max_size=len(claims)))
    found = examine(claims[kept].reset_index(drop=True))
    assert [each for each in found if each.outcome in (CANNOT_HOLD, CONTRADICTED)] == []


def test_the_order_of_the_claims_does_not_matter():
    claims = studies.study(5).claims
    shuffled = claims.sample(frac=1, random_state=1).reset_index(drop=True)
    summary = [
        sorted((each.search, each.outcome, *sorted(each.claims)) for each in examine(each_claims))
        for each_claims in (claims, shuffled)
    ]
    assert summary[0] == summary[1]


def test_made_up_studies_print_what_their_patients_are():
    """Counted by hand from the rows, for figures of which every search makes use."""
    study = studies.study(11)
    printed = checkers.figures(study.claims)
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


CERTAIN = [  # errors that no study can print, whatever its size
    seeded_errors.sum_of_parts,
    seeded_errors.quartiles_out_of_order,
    seeded_errors.median_out_of_range,
    seeded_errors.direction,
    seeded_errors.significance,
]


@pytest.mark.parametrize("error", CERTAIN, ids=lambda error: error.__name__)
def test_an_error_that_cannot_be_printed_is_found(error):
    for seed in range(6):
        altered = error(studies.study(seed), np.random.default_rng(seed))
        if altered is not None:
            assert altered[1] in checkers.blamed(altered[0])


@pytest.mark.parametrize("error", seeded_errors.TRIED, ids=lambda error: error.__name__)
def test_the_engine_finds_at_least_what_trying_every_table_finds(error):
    for seed in range(12):
        study = studies.study(seed)
        altered = error(study, np.random.default_rng(seed))
        if altered is not None and not seeded_errors.TRIED[error](*altered):
            assert altered[1] in checkers.blamed(altered[0])


def test_trying_every_table_finds_the_true_ones():
    for seed in range(12):
        study = studies.study(seed)
        printed = checkers.figures(study.claims)
        for group in checkers.GROUPS:
            if f"{group}_p" in printed:
                assert checkers.a_table_prints(study.claims, f"{group}_p")


def test_deaths_of_a_cause_may_be_fewer_than_all_deaths():
    """Seventeen of the published deaths can be of patients without response or relapsed, two of others."""
    claims = published.load()
    claims.loc[claims["id"] == "deaths_cause", "value"] = 17
    judged = [each for each in examine(claims) if "deaths_cause" in each.claims]
    assert [each.outcome for each in judged] == [CAN_HOLD]


def test_a_bound_on_a_p_value_is_not_held_against_the_estimate():
    claims = published.load()
    place = claims["id"] == "multivariable_p"
    claims.loc[place, "relation"] = "less_than"
    assert not [each for each in examine(claims) if "multivariable_p" in each.claims]


def test_seeded_errors_are_counted():
    rows = pd.DataFrame(
        [
            {"kind": "", "claims": 9} | dict.fromkeys(seeded_errors.CHECKERS, 0) | {"grim": 2},
            {"kind": "a", "possible": True} | dict.fromkeys(seeded_errors.CHECKERS, False),
            {"kind": "a", "possible": False} | dict.fromkeys(seeded_errors.CHECKERS, True),
            {"kind": "b", "possible": None} | dict.fromkeys(seeded_errors.CHECKERS, True),
        ]
    )
    recall, alarms = seeded_errors.summarised(rows)
    assert recall["seeded"].tolist() == [2, 1]
    assert recall["engine"].tolist() == [1, 1]
    assert recall["still possible"].tolist() == [1, "not tried"]
    assert recall["found of the others"].tolist() == ["1/1", ""]
    assert alarms.set_index("checker").loc["grim", "named wrongly"] == 2


def test_known_checkers_read_what_they_are_given():
    """An altered P value: statcheck finds it where its statistic is printed, and only there."""
    study = studies.study(4, replace(draw_design(np.random.default_rng(4)), table_test="pearson"))
    assert checkers.misreported(study, study.claims, with_statistics=True) == set()
    id = study.claims.loc[study.claims["unit"] == "p_value", "id"].iloc[0]
    claims = study.claims.copy()
    value = claims.loc[claims["id"] == id, "value"].iloc[0]
    claims.loc[claims["id"] == id, "value"] = 0.9 if value < 0.5 else 0.1
    assert checkers.misreported(study, claims, with_statistics=True) == {id}
    assert checkers.misreported(study, claims, with_statistics=False) == set()


def test_every_finding_names_known_claims_and_a_known_outcome():
    known = set(PUBLISHED["id"])
    for finding in examine(PUBLISHED):
        assert finding.outcome in OUTCOMES and finding.reason.endswith(".")
        assert finding.claims and set(finding.claims) <= known


def test_what_the_published_words_cannot_carry():
    by_outcome = {}
    for finding in examine(PUBLISHED):
        by_outcome.setdefault(finding.outcome, set()).update(finding.claims)
    assert CANNOT_HOLD not in by_outcome
    assert CONTRADICTED not in by_outcome
    assert {
        "mrd_negativity_both_combination",
        "mrd_negativity_both_monotherapy",
        "mrd_negativity_both_p",
        "mrd_negativity_all_first_reading",
        "mrd_negativity_all_second_reading",
        "cd8_cd45ra_combination_significant",
    } == by_outcome[NOT_AS_WORDED]
