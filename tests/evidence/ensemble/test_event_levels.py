"""Event times whose disease-free survival is met step by step: the same law as by rejection."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from evidence.ensemble import event_levels
from evidence.ensemble.prior import Prior
from evidence.ensemble.survival import EventTimes
from evidence.ensemble.tempering import Plan
from tests.evidence.ensemble.test_survival import COMBINATION, LOOSE, RESPONDS, numbers

PLAN = Plan(particles=600, moves=10, highest=40, last_moves=150)


@pytest.fixture
def block(monkeypatch):
    monkeypatch.setattr(event_levels, "STEPS", 5)
    monkeypatch.setattr(event_levels, "MOVES", 20)
    return EventTimes(RESPONDS, COMBINATION, LOOSE, Prior(), disease_free="responders")


def test_draws_agree_with_rejection(block):
    rng = np.random.default_rng(8)
    drawn = block.draw(60_000, rng)
    kept = {name: values[block.distance(drawn) == 0] for name, values in drawn.items()}
    group = event_levels.sample(block, PLAN, rng)
    assert len(group.ancestor) > 400
    assert (block.distance(group.state) == 0).all()
    expected, found = numbers(block, kept), numbers(block, group.state)
    for name in expected:
        assert stats.ks_2samp(expected[name], found[name]).pvalue > 0.001, name


def test_figures_that_cannot_be_are_left_with_the_nearest_cohort(block):
    windows = block.windows.copy()
    windows[5] = [-0.5, 0.5]  # nobody dies, and still fewer than all survive
    block = replace(block, windows=windows)
    group = event_levels.sample(block, PLAN, np.random.default_rng(9))
    assert len(group.ancestor) == 0
    assert block.distance(group.nearest).item() > 0
