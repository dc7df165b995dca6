import numpy as np
import pytest

from evidence.ensemble.chances import below, beyond, step


def test_whole_numbers_below_another_are_even():
    rng = np.random.default_rng(3)
    counts = np.bincount([below(5, rng) for _ in range(20_000)], minlength=5)
    assert len(counts) == 5
    assert counts == pytest.approx(np.full(5, 4000), abs=250)  # four standard deviations


def test_steps_go_as_often_to_either_side():
    rng = np.random.default_rng(4)
    steps = np.array([step(2, rng) for _ in range(20_000)])
    assert sorted(set(steps.tolist())) == [-2, -1, 0, 1, 2]
    assert np.bincount(steps + 2) == pytest.approx(np.full(5, 4000), abs=250)


@pytest.mark.parametrize(("value", "off"), [(1.5, 0.5), (2, 0), (3, 0), (4.25, 0.25)])
def test_the_distance_from_a_window_is_none_inside_it(value, off):
    assert beyond(value, 2.0, 4.0) == off
