"""The curves of many members against lifelines' of each."""

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

from evidence.ensemble.fans import curve, fans
from evidence.ensemble.standing import ends


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
