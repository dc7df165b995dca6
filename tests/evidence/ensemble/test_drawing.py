"""The groups of the blocks: how their draws stand together, and from whom they descend."""

import numpy as np
import pandas as pd

from evidence.ensemble import diagnostics, drawing


def test_the_first_members_come_from_every_group() -> None:
    groups = [{"ancestor": np.zeros(3, int), "value": 10 * group + np.arange(3)} for group in range(4)]
    together = drawing._in_turn(groups)
    assert together["value"].tolist() == [0, 10, 20, 30, 1, 11, 21, 31, 2, 12, 22, 32]


def test_ancestors_are_counted_in_each_group() -> None:
    one_family = {"ancestor": np.array([5, 7, 5, 8, 5, 9])}  # two groups in turn: 5 5 5 and 7 8 9
    assert drawing.ancestors(one_family, 2) == [1, 3]
    two_families = {"ancestor": np.array([[1, 1], [2, 2], [1, 3], [4, 2]])}
    assert drawing.ancestors(two_families, 2) == [1, 1]


def test_groups_that_disagree_are_seen() -> None:
    rng = np.random.default_rng(1)
    alike = rng.standard_normal((500, 16))
    values = pd.DataFrame({"alike": alike.ravel(), "apart": (alike + np.arange(16) / 8).ravel()})
    r_hat = diagnostics.mixing(values, 16)["r_hat"]
    assert r_hat["alike"] < 1.02
    assert r_hat["apart"] > 1.1
