"""What is stored as reached: every cohort verifies, lies within its limits and has the value that is told."""

import numpy as np
import pandas as pd
import pytest

from evidence.claims import load
from evidence.ensemble import store, verification
from evidence.ensemble.families import FAMILIES
from evidence.ensemble.reach import reached
from evidence.ensemble.reach.limits import BOTH, PLAUSIBLE, within
from evidence.ensemble.standing import BRACKETS
from helpers.chapters.many import results_of_many
from helpers.ground import cohort as cohorts
from helpers.ground.standing import read_whole

DECLARED = [str(id) for family in FAMILIES.values() for id in family]


@pytest.fixture(scope="module")
def found():
    return reached.read()


@pytest.fixture(scope="module")
def members():
    patients, immune, _ = store.read(reached.COHORTS)
    return patients, immune


@pytest.fixture(scope="module")
def ranges():
    return read_whole(cohorts.DEFAULT).set_index("id").loc[DECLARED]


def test_every_end_of_every_declared_result_has_a_cohort(found):
    wanted = pd.MultiIndex.from_product([DECLARED, [limits.name for limits in BOTH], ["low", "high"]])
    assert set(found.set_index(["id", "limits", "end"]).index) == set(wanted)


def test_every_cohort_agrees_with_every_claim(members):
    assert verification.failures(*members, load.load(), workers=1).empty


def test_every_cohort_called_plausible_lies_within_the_limits(found, members):
    inside = within(*members, PLAUSIBLE)
    assert inside[found.loc[found["limits"] == PLAUSIBLE.name, "member"].unique()].all()


def test_the_chapters_compute_the_value_that_is_told(found, members):
    some = np.sort(np.random.default_rng(8).choice(found["member"].unique(), 10, replace=False))
    rows = (table[table["member"].isin(some)] for table in members)
    many = results_of_many(cohorts.split(*rows, cohorts.load(cohorts.DEFAULT)), workers=1)
    place = {id: number for number, id in enumerate(many.rows["id"])}
    for row in found[found["member"].isin(some)].itertuples():
        member = int(np.searchsorted(some, row.member))
        estimate = many.numbers["estimate"][place[row.id], member]
        reason = many.reasons[place[row.id], member]
        if row.value in (0, np.inf) and np.isnan(estimate):  # it has no maximum, or is not reached
            assert reason.startswith("monotone likelihood") or (reason == "" and row.value == np.inf), row
        else:
            assert estimate == pytest.approx(row.value, rel=1e-9, abs=1e-9), row


def test_a_hazard_ratio_of_0_or_without_limit_is_one_whose_arms_never_meet(found, members):
    patients, _ = members
    rows = found[found["id"].str.contains("hazard_ratio") & found["value"].isin([0, np.inf])]
    assert len(rows)
    for row in rows.itertuples():
        own = patients[patients["member"] == row.member]
        days = own["followup_days"] if ".os." in row.id else own["relapse_days"].fillna(own["followup_days"])
        dying = own["arm"].eq("combination" if row.value == 0 else "monotherapy")
        others = days[~dying].max()
        assert (days[dying & own["death"]] > others).all()


@pytest.mark.parametrize(
    "inner, outer", [("range", "plausible"), ("plausible", "reached"), ("reached", "proved")]
)
def test_each_range_lies_inside_the_next(ranges, inner, outer):
    assert set(BRACKETS) <= set(ranges)
    low, high = (ranges[f"{outer}_{end}"] for end in ("low", "high"))
    assert ((low <= ranges[f"{inner}_low"] + 1e-9) | low.isna()).all()
    assert ((high >= ranges[f"{inner}_high"] - 1e-9) | high.isna()).all()
    if outer != "proved":
        assert low.notna().all() and high.notna().all()


def test_whichever_is_wider_counts_the_search_or_a_drawn_member():
    found = pd.DataFrame(
        {"id": ["a", "a"], "limits": "arithmetic", "end": ["low", "high"], "value": [2.0, 5.0], "member": 0}
    )
    drawn = pd.DataFrame({"a": [3.0, 9.0, np.nan]})
    inside = {"arithmetic": np.array([True] * 3), "plausible": np.array([True, False, True])}
    proofs = pd.DataFrame({"id": ["a"], "proved_low": 0.0, "proved_high": np.inf, "argument": "x"})
    row = reached.brackets(found, drawn, inside, proofs).loc["a"]
    assert (row["reached_low"], row["reached_high"]) == (2.0, 9.0)
    assert (row["plausible_low"], row["plausible_high"]) == (3.0, 3.0)


def test_a_ratio_without_estimate_runs_to_the_side_on_which_the_events_are():
    def patients(arms):
        deaths = {"death": [True, False], "relapse": False, "relapse_days": np.nan}
        return pd.DataFrame({"arm": arms, "followup_days": [9.0, 5.0], **deaths})

    assert reached.limit_of_ratio(patients(["combination", "monotherapy"]), free=False) == 0
    early = patients(["combination", "monotherapy"]).assign(followup_days=[3.0, 5.0])
    assert reached.limit_of_ratio(early, free=True) == np.inf
