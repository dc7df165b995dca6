"""The curves of many members against lifelines' of each."""

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

from evidence.ensemble.fans import curve, fans


def test_each_curve_is_that_of_lifelines():
    rng = np.random.default_rng(3)
    time, event = rng.integers(1, 15, (20, 30)), rng.random((20, 30)) < 0.5
    inside, at = rng.random((20, 30)) < 0.6, np.array([0, 3, 7, 14.0])
    found = curve(time, event, inside, at)
    for member in range(20):
        who = inside[member]
        right = KaplanMeierFitter().fit(time[member][who], event[member][who]).predict(at)
        assert found[member] == pytest.approx(right.to_numpy(), abs=1e-12)


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
