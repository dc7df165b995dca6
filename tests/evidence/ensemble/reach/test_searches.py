"""The compiled values are those of the estimators, and a search finds an extreme that is known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evidence.claims import load
from evidence.ensemble import immune_figures
from evidence.ensemble.families import FAMILIES
from evidence.ensemble.immune_kernels import BIG, EITHER
from evidence.ensemble.people import solve
from evidence.ensemble.reach import event_search, event_values, marrow_values, panel_search, search, starts
from evidence.ensemble.reach.limits import ARITHMETIC, BOTH, PLAUSIBLE, left_at_risk, within
from evidence.reconstruction.targets import Targets
from helpers.estimators.competing import cumulative_incidence_at
from helpers.estimators.cox import cox_hazard_ratio
from helpers.estimators.logistic import firth_logistic
from helpers.estimators.restricted_mean import restricted_mean
from helpers.estimators.survival import kaplan_meier_at, reverse_kaplan_meier_median
from helpers.ground.endpoints import DAYS_PER_MONTH

CLAIMS = load.load()


@pytest.fixture(scope="module")
def begin(committed):
    patients, immune, _ = committed
    few = [rows[rows["member"] < 40] for rows in (patients, immune)]
    targets = Targets(CLAIMS)
    return starts.starts(solve(targets.figures), targets, *few), few


def cohort(seed, n=40):
    rng = np.random.default_rng(seed)
    days = rng.choice(np.arange(20, 1000), n, replace=False)
    return days, rng.random(n) < 0.5, rng.random(n) < 0.4


@pytest.mark.parametrize("seed", range(5))
def test_values_of_courses_are_those_of_the_estimators(seed):
    days, event, treated = cohort(seed)
    months, everybody = days / DAYS_PER_MONTH, np.ones(len(days), bool)
    at = 24 * DAYS_PER_MONTH
    curve = event_values.survival(days, event, treated, at)
    assert curve == pytest.approx(kaplan_meier_at(months[treated], event[treated], 24).estimate, nan_ok=True)
    mean = event_values.mean_within(days, event, everybody, at)
    assert mean == pytest.approx(restricted_mean(months, event, 24).estimate)
    ratio = np.exp(event_values.log_ratio(days, event, treated))
    assert ratio == pytest.approx(cox_hazard_ratio(months, event, treated).estimate)
    reverse = event_values.reverse_median(days, event, everybody)
    assert reverse == pytest.approx(reverse_kaplan_meier_median(months, event).estimate, abs=1)
    relapse = event & (np.arange(len(days)) % 2 == 0)
    cause = np.where(relapse, "relapse", np.where(event, "death", "censored"))
    found = event_values.incidence(days, event, relapse, at)
    assert found == pytest.approx(cumulative_incidence_at(months, cause, 24, "relapse").estimate)


def test_a_curve_beyond_the_last_contact_has_no_value_unless_everybody_died():
    days, everybody = np.array([10, 20]), np.ones(2, bool)
    assert np.isnan(event_values.survival(days, np.array([True, False]), everybody, 30.0))
    assert event_values.survival(days, everybody, everybody, 30.0) == 0


@pytest.mark.parametrize("seed", range(3))
def test_the_ratio_of_odds_ratios_is_that_of_the_penalised_likelihood(seed):
    rng = np.random.default_rng(seed)
    blasts, ages = rng.integers(5, 99, 33), rng.integers(17, 75, 33)
    first, outcome = np.arange(33) < 12, rng.random(33) < 0.6
    found = marrow_values.interaction(blasts, ages, first, outcome)
    terms = pd.DataFrame({"blasts": blasts, "arm": first, "age": ages, "product": blasts * first}).astype(
        float
    )
    assert np.exp(found / 100) == pytest.approx(firth_logistic(outcome, terms)["product"].estimate, rel=1e-3)


def test_a_member_taken_apart_and_put_together_has_its_courses(begin):
    taken, (patients, _) = begin
    assert taken.people.responded.sum() == 53
    whole, panel = taken.whole(7, {}, np.random.default_rng(1))
    own = patients[patients["member"] == 7]
    columns = [
        "arm",
        "disease_status",
        "followup_days",
        "death",
        "relapse_days",
        "bm_blasts_pct",
        "age_years",
    ]
    known = ["arm", "disease_status", "followup_days", "death", "relapse_days"]
    one, other = (rows[columns].sort_values(columns)[known].reset_index(drop=True) for rows in (whole, own))
    one, other = (rows.sort_values(known, ignore_index=True) for rows in (one, other))
    pd.testing.assert_frame_equal(one, other, check_dtype=False)
    assert len(panel) == 21 * 2 * 5


def nothing_printed(sizes=(2, 2)):
    """Return a panel of which nothing is printed."""
    printed = immune_figures.read(CLAIMS)
    return replace(
        printed,
        sizes=sizes,
        medians=np.stack(
            [np.zeros_like(printed.medians[..., 0]), np.full_like(printed.medians[..., 1], BIG)], -1
        ),
        paired=np.broadcast_to([-1.0, np.inf], printed.paired.shape).copy(),
        changes=np.full_like(printed.changes, EITHER),
        between=np.broadcast_to([-1.0, np.inf], printed.between.shape).copy(),
        shifts=np.full_like(printed.shifts, EITHER),
    )


@pytest.mark.parametrize("sign, arm, extreme", [(1, 0, 99.0), (-1, 1, -99.0), (1, -1, 99.99)])
def test_a_search_without_a_print_goes_to_the_ends_of_what_a_share_can_be(sign, arm, extreme):
    rng = np.random.default_rng(2)
    state = {visit: rng.integers(20, 60, (1, 5, 4)) for visit in ("baseline", "day28")}
    goal = panel_search.Goal(2, arm)
    # Both arms have a change, so that every test exists.
    found = panel_search.search(state, nothing_printed(), goal, sign, ARITHMETIC, 40_000, rng)
    assert panel_search.value(found, goal, 2)[0] == pytest.approx(extreme, abs=0.01)


@pytest.mark.parametrize("limits", BOTH, ids=lambda limits: limits.name)
def test_a_short_search_ends_in_a_cohort_within_the_limits_and_beyond_its_start(begin, limits):
    taken, _ = begin
    id = FAMILIES["Survival"][5]
    goal = event_search.goal(id)
    drawn = event_search.value(taken.blocks["survival"], taken.people, goal)
    patients, immune = search.extreme(taken, id, "low", limits, np.random.default_rng(1), share=0.1)
    assert within(patients, immune, limits).tolist() == [True]
    again = starts.starts(taken.people, taken.targets, patients, immune)
    reached = event_search.value(again.blocks["survival"], taken.people, goal)[0]
    assert reached < np.nanmin(drawn)


def test_every_declared_result_is_sought_in_some_part_of_a_cohort(begin):
    taken, _ = begin
    ids = [id for family in FAMILIES.values() for id in family if id.outcome != "transplant"]
    assert {search.seeker(id, taken).block for id in ids} == {"survival", "marrow", "immune"}
    with pytest.raises(ValueError, match="not known"):
        search.seeker(ids[0].__class__("efficacy", "response", "rate"), taken)


def test_a_tenth_of_an_arm_is_rounded_up():
    assert [left_at_risk(PLAUSIBLE.at_risk, size) for size in (19, 45, 20)] == [2, 5, 2]
