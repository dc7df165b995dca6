"""The typical member: in the middle of every result, and on no edge."""

import numpy as np
import pandas as pd
import pytest

from evidence.ensemble.typical import on_edge, scores, typical


def _people(days):
    return pd.DataFrame(
        {"member": range(len(days)), "followup_days": days, "relapse_days": [np.nan] * len(days)}
    )


def test_the_middle_of_three_is_typical():
    values = pd.DataFrame({"ratio": [0.5, 1.0, 80.0], "share": [0.2, 0.4, 0.9], "constant": 1.0})
    assert typical(values, _people([400.0, 401, 402])) == 1


def test_a_member_with_an_event_beside_the_printed_month_is_not():
    values = pd.DataFrame({"ratio": [0.5, 1.0, 80.0]})
    people = _people([400.0, 730, 402])  # 24 months are 730.5 days
    assert on_edge(people).tolist() == [False, True, False]
    assert typical(values, people) in (0, 2)


def test_no_member_without_an_edge_is_said():
    with pytest.raises(ValueError, match="beside the month"):
        typical(pd.DataFrame({"ratio": [0.5, 1.0]}), _people([730.0, 731]))


def test_scores_are_those_of_the_normal_distribution():
    found = scores(pd.DataFrame({"a": [3.0, 1.0, 2.0], "gap": [1.0, np.nan, 2.0]}))
    assert list(found) == ["a"]
    assert found["a"].tolist() == pytest.approx([0.967422, -0.967422, 0.0], abs=1e-6)  # of 5/6, 1/6, 1/2
