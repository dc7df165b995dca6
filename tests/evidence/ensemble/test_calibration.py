"""Calibration: even ranks where the draws are right, uneven ones where a density lacks a constant."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from evidence.ensemble import calibration, event_law, survival
from evidence.ensemble.calibration import histogram, summary
from evidence.ensemble.survival import EventTimes
from evidence.ensemble.survival_calibration import Subject
from evidence.ensemble.tempering import Plan

RESPONDS, COMBINATION = np.arange(10) > 3, np.arange(10) % 2 == 0
COARSE = np.array([6, 6, 6, 25, 25, 1, 1])  # what the figures are rounded to, so that ten patients print them
PLAN = Plan(particles=32, moves=10, highest=40, last_moves=100)


class Faulty(EventTimes):
    """Its likelihood lacks the constant of the density of death, which depends on the rate."""

    move = None

    def propose(self, state, rng):
        changed, ratio = super().propose(state, rng)
        dies = survival.courses(state, self.responds)["death"] & ~self.responds
        step = changed["parameters"] - state["parameters"]
        treated = (dies & self.combination).sum(axis=1) * step[:, event_law.EFFECT]
        return changed, ratio + dies.sum(axis=1) * step[:, event_law.DEATH] - treated


@dataclass(frozen=True)
class Few(Subject):
    """Ten patients, and coarse figures."""

    sampled: type = EventTimes

    def printed(self, truth):
        rounded = np.floor(self.times.summaries(truth)[0] / COARSE + 0.5) * COARSE
        windows = np.column_stack([rounded - COARSE / 2, rounded + COARSE / 2])
        # Every change of a parameter goes through the likelihood.
        return self.sampled(
            self.times.responds,
            self.times.combination,
            windows,
            self.times.prior,
            mix=(0.2, 0.1, 0.3, 0.4, 0.0),
        )


def few(sampled):
    return Few(EventTimes(RESPONDS, COMBINATION, np.zeros((7, 2))), sampled=sampled)


def test_right_draws_are_calibrated():
    table = calibration.ranks(few(EventTimes), PLAN, groups=2, truths=100, seed=1)
    judged = summary(table, bins=5).set_index("result")
    assert (judged["truths"] == 100).all()
    assert judged["p_adjusted"].min() > 0.01
    assert judged["covered"].mean() == pytest.approx(0.95, abs=0.03)


def test_a_missing_constant_is_caught():
    table = calibration.ranks(few(Faulty), PLAN, groups=1, truths=30, seed=2)
    judged = summary(table, bins=5).set_index("result")
    assert judged.loc["death_median", "p_adjusted"] < 0.01
    assert judged.loc["death_median", "covered"] < 0.9


def test_workers_change_nothing():
    subject, plan = few(EventTimes), replace(PLAN, last_moves=10)
    one, two = (calibration.ranks(subject, plan, 1, 3, seed=3, workers=workers) for workers in (1, 2))
    pd.testing.assert_frame_equal(one, two)


def test_equal_draws_share_the_ranks():
    rng = np.random.default_rng(4)
    found = [calibration._placed(2.0, np.array([1.0, 2.0, 2.0, 3.0]), rng)[0] for _ in range(300)]
    assert set(found) == {1, 2, 3}


def test_a_print_that_is_not_reached_is_not_covered():
    assert calibration._placed(1.0, np.array([]), np.random.default_rng(5)) == (0, 0, False)


def test_a_rank_across_an_edge_is_shared_out():
    group = pd.DataFrame({"rank": [1, 0], "draws": [2, 3]})
    # The middle third of 0 to 1, and its first quarter.
    np.testing.assert_allclose(histogram(group, 2), [0.5 + 1, 0.5])


def test_a_rank_counts_what_is_below_and_deals_out_ties():
    draws, rng = np.array([1.0, 2, 2, 2, np.inf]), np.random.default_rng(1)
    assert [int(calibration.rank(truth, draws, rng)) for truth in (0.0, 1.5, 3.0)] == [0, 1, 4]
    ties = np.bincount([int(calibration.rank(2.0, draws, rng)) for _ in range(4000)], minlength=6)
    assert ties == pytest.approx([0, 1000, 1000, 1000, 1000, 0], abs=120)  # of equal draws none to all
    assert int(calibration.rank(np.inf, draws, rng)) in (4, 5)


def test_results_side_by_side_have_the_ranks_of_each_alone():
    draws = np.array([[0.0, 5.0], [1.0, 6.0], [2.0, 7.0]])
    found = calibration.rank(np.array([1.5, 7.5]), draws, np.random.default_rng(1))
    assert found.tolist() == [2, 3]
    near = [
        calibration.rank(1.0 + 1e-12, draws[:, 0], np.random.default_rng(seed), 1e-9) for seed in range(20)
    ]
    assert {int(each) for each in near} == {1, 2}


def test_the_band_leaves_out_as_many_ranks_as_it_says():
    assert calibration.covered(np.arange(40), 39).sum() == 38  # 95 % of 40
    assert calibration.covered(np.arange(20), 19).sum() == 18  # the whole number next to it
    places = np.random.default_rng(2).random((20_000, 20))
    held = np.mean([calibration.covered(np.arange(20), 19, place) for place in places])
    assert held == pytest.approx(0.95, abs=0.003)
