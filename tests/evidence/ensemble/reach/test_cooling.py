import numpy as np
import pytest

from evidence.ensemble.reach.cooling import BEST, CHEAP, DEAR, FARTHEST, OFF, VALUE, judged, start


@pytest.fixture
def chain():
    return start()


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def test_the_first_cohort_is_taken_and_says_what_is_too_far(chain, rng):
    assert judged(chain, -5.0, 2.0, 0.0, 4.0, rng) == (False, True)
    assert chain[[VALUE, OFF, FARTHEST]].tolist() == [-5, 2, 6]
    assert chain[BEST] == -np.inf


def test_the_best_is_the_highest_that_prints(chain, rng):
    values = [(1.0, 0.0), (9.0, 0.1), (0.5, 0.0), (2.0, 0.0)]
    found = [judged(chain, *value, number / 4, 4.0, rng)[0] for number, value in enumerate(values)]
    assert found == [True, False, False, True]
    assert chain[BEST] == 2


def test_a_step_up_is_always_taken_and_one_down_as_often_as_its_loss_at_that_temperature(chain, rng):
    judged(chain, 0.0, 0.0, 0.0, 4.0, rng)
    assert all(judged(start_at(0.0), 0.1, 0.0, 0.5, 4.0, rng)[1] for _ in range(50))
    warmth = (1.0 * 0.02) ** 0.5  # half way on a geometric line
    taken = np.mean([judged(start_at(0.0), -warmth, 0.0, 0.5, 4.0, rng)[1] for _ in range(20_000)])
    assert taken == pytest.approx(np.exp(-1), abs=0.015)


def test_distance_is_paid_for_at_a_price_that_rises(rng):
    price = (CHEAP * DEAR) ** 0.5
    assert not any(judged(start_at(0.0), price - 2, 1.0, 0.5, 4.0, rng)[1] for _ in range(50))
    assert all(judged(start_at(0.0), price + 0.1, 1.0, 0.5, 4.0, rng)[1] for _ in range(50))


def test_a_value_that_does_not_exist_is_not_taken(rng):
    assert not any(judged(start_at(0.0), np.nan, 0.0, 0.5, 4.0, rng)[1] for _ in range(50))


def start_at(value):
    chain = start()
    chain[VALUE], chain[OFF] = value, 0.0
    return chain
