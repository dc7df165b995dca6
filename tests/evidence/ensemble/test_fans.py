"""The curves of many members against lifelines' of each."""

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

from evidence.ensemble.fans import at_risk, curve, fans, over
from evidence.ensemble.standing import ends
from helpers.ground import cohort, dictionary, validation
from helpers.ground.about import How
from helpers.ground.reading import tables as reading


def test_each_curve_is_that_of_lifelines():
    rng = np.random.default_rng(3)
    time, event = rng.integers(1, 15, (20, 30)), rng.random((20, 30)) < 0.5
    inside, at = rng.random((20, 30)) < 0.6, np.array([0, 3, 7, 14.0])
    found = curve(time, event, inside, at)
    for member in range(20):
        who = inside[member]
        right = KaplanMeierFitter().fit(time[member][who], event[member][who]).predict(at)
        assert found[member] == pytest.approx(right.to_numpy(), abs=1e-12)


def test_a_fan_has_the_ends_of_the_range_of_its_month():
    """Its ends are those of members, not between two of them, so that figure and row print alike."""
    rng = np.random.default_rng(5)
    members, patients = 7, 10
    rows = pd.DataFrame(
        {
            "member": np.repeat(np.arange(members), patients),
            "arm": np.tile(["combination", "monotherapy"], members * patients // 2),
            "followup_days": rng.integers(30, 200, members * patients).astype(float),
            "death": rng.random(members * patients) < 0.5,
            "relapse": False,
            "relapse_days": np.nan,
            "best_response": "CR",
        }
    )
    found = fans(rows, 3).set_index(["outcome", "group", "month"]).loc[("os", "all", 3)]
    shares = [
        KaplanMeierFitter().fit(one["followup_days"], one["death"]).predict(3 * 30.4375)
        for _, one in rows.groupby("member")
    ]
    assert found[["low", "high"]].to_numpy() == pytest.approx(ends(np.array(shares)))
    assert found["low"] == pytest.approx(min(shares)) and found["high"] == pytest.approx(max(shares))


def test_the_fan_of_one_member_is_its_curve():
    patients = pd.DataFrame(
        {
            "member": 0,
            "arm": ["combination", "combination", "monotherapy", "monotherapy"],
            "followup_days": [40.0, 70, 100, 200],
            "death": [True, False, True, False],
            "relapse": [False, True, False, False],
            "relapse_days": [np.nan, 50, np.nan, np.nan],
            "best_response": ["CR", "CR", "NR", ""],
        }
    )
    found = fans(patients, 4).set_index(["outcome", "group", "month"])
    assert found.loc[("os", "all", 2), ["low", "high"]].tolist() == [0.75, 0.75]
    assert found.loc[("dfs", "combination", 2), "low"] == 0
    assert found.loc[("dfs", "all", 4), "high"] == pytest.approx(0.25)
    assert (
        found.loc[("dfs_nonresponse", "monotherapy", 1), "low"] == 0.5
    )  # who never responded failed at once


def test_at_risk_is_who_is_followed_at_least_so_long():
    time, inside = np.array([[1, 2, 3, 3], [2, 2, 5, 9]]), np.array([[True] * 4, [True, True, True, False]])
    assert at_risk(time, inside, np.array([0, 2, 3, 4])).tolist() == [[4, 3, 2, 0], [3, 3, 1, 1]]


def test_a_fan_holds_the_numbers_at_risk_of_its_members():
    rng = np.random.default_rng(8)
    days = rng.integers(30, 200, (5, 12))
    rows = pd.DataFrame(
        {
            "member": np.repeat(np.arange(5), 12),
            "arm": np.tile(["combination", "monotherapy"], 30),
            "followup_days": days.ravel().astype(float),
            "death": False,
            "relapse": False,
            "relapse_days": np.nan,
            "best_response": "CR",
        }
    )
    found = fans(rows, 4).set_index(["outcome", "group", "month"])
    left = (days[:, ::2] >= 4 * 30.4375).sum(axis=1)
    assert found.loc[("os", "combination", 4), ["at_risk_low", "at_risk_high"]].tolist() == [*ends(left)]


def tables(*values: list[float]) -> list[pd.DataFrame]:
    return [pd.DataFrame({"group": ["a", "b"], "n": each, "rate": [0.5, np.nan]}) for each in values]


def test_a_table_of_many_members_is_ranged_cell_by_cell():
    found = over(tables([3, 7], [3, 9], [3, 8]), ["group"])
    assert list(found) == ["group", "standing", "n_low", "n_high", "rate_low", "rate_high"]
    assert found["standing"].tolist() == ["follows", "open"]
    assert found[["n_low", "n_high"]].to_numpy().tolist() == [[3, 3], [7, 9]]
    assert found["rate_low"].tolist() == pytest.approx([0.5, np.nan], nan_ok=True)


def test_a_cohort_that_a_search_met_takes_its_standing_from_a_row_and_moves_no_end():
    found = over(tables([3, 7], [3, 7]), ["group"], tables([4, 7]))
    assert found["standing"].tolist() == ["open", "follows"]
    assert found[["n_low", "n_high"]].to_numpy().tolist() == [[3, 3], [7, 7]]


def test_an_open_count_that_nearly_all_members_share_is_no_single_number():
    many = [[3, 7]] * 99 + [[4, 7]]
    found = over(tables(*many), ["group"], tables([2, 7]), counts=["n"])
    assert found[["n_low", "n_high"]].to_numpy().tolist() == [[2, 4], [7, 7]]
    assert over(tables(*many), ["group"])[["n_low", "n_high"]].to_numpy().tolist() == [[3, 3], [7, 7]]


def test_the_further_cohorts_beside_the_default_one_are_members_and_pass_the_rules(tmp_path, committed):
    given = pd.read_csv(cohort.DEFAULT / "others.csv", dtype=str, keep_default_na=False)
    default = cohort.load(cohort.DEFAULT)
    columns = dictionary.of("patients", default.study)["column"].tolist()
    drawn = committed[0].set_index("member")
    assert given["member"].nunique() == 12
    for member, rows in given.groupby("member"):
        own = rows[columns].reset_index(drop=True)
        own.to_csv(tmp_path / "patients.csv", index=False)
        read = reading.read(tmp_path, "patients", default.study, How(), is_real=False)
        assert [*read.problems, *validation.problems(read.rows, "patients", default.study)] == []
        same = drawn.loc[int(member), ["followup_days", "age_years", "bm_blasts_pct"]].to_numpy(float)
        assert own[["followup_days", "age_years", "bm_blasts_pct"]].astype(float).to_numpy() == pytest.approx(
            same
        )
        assert own["followup_days"].astype(int).tolist() != default.patients["followup_days"].tolist()
    assert default.others["member"].unique().tolist() == sorted(given["member"].astype(int).unique())
    assert default.others["overall_months"].notna().all()
