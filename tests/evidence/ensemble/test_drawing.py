"""The groups of the blocks: how their draws stand together, and from whom they descend."""

import numpy as np
import pandas as pd
import pytest

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


@pytest.fixture
def counted(monkeypatch, tmp_path):
    """Draw one small group into a folder; return how many groups were drawn, and the file that keeps it."""
    part = drawing.Part("survival", 0, 200, 5, "neutral")
    state = {"ancestor": np.arange(part.draws), "value": np.random.default_rng(1).random(part.draws)}
    monkeypatch.setattr(drawing, "draw", lambda part, targets: state)

    def drawn():
        told = []
        found = drawing.blocks([part], None, tmp_path, lambda part, left: told.append(left), 1)
        assert all((found["survival"][name] == values).all() for name, values in state.items())
        return len(told), tmp_path / part.name

    return drawn


@pytest.mark.parametrize("damage", ["empty", "cut off", "other bytes", "a byte changed"])
def test_a_group_that_cannot_be_read_is_drawn_anew(counted, damage):
    _, file = counted()
    whole = file.read_bytes()
    changed = bytearray(whole)
    changed[len(whole) // 2] ^= 255
    left = {"empty": b"", "cut off": whole[:-90], "other bytes": b"none", "a byte changed": bytes(changed)}
    file.write_bytes(left[damage])
    assert counted()[0] == 1
    assert file.read_bytes() == whole
    assert counted()[0] == 0
    assert list(file.parent.iterdir()) == [file]
