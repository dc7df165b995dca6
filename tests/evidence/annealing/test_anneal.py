"""The annealing walk: it climbs with Metropolis' chance, and takes nothing forbidden when cold."""

import numpy as np
import pytest

from evidence.annealing.anneal import Cooling, exchange, walk


def test_a_worse_state_is_taken_with_metropolis_chance():
    """Each of many chains stands at 0 and is offered a state worse by one; the warm step comes first."""
    rng, chains = np.random.default_rng(1), 40_000
    start = {"place": np.zeros((chains, 1))}
    (_, first), (_, after) = walk(
        start, lambda state: {"place": state["place"] + 1}, lambda state: state["place"][:, 0], rng,
        Cooling(steps=1, warm=0.7, cold=0.1),
    )  # fmt: skip
    assert (first == 0).all()
    assert after.mean() == pytest.approx(np.exp(-1 / 0.7), abs=4 * 0.43 / chains**0.5)


def test_temperatures_fall_geometrically():
    cooling = Cooling(steps=10, warm=1.0, cold=0.01)
    assert [cooling.temperature(step) for step in (0, 5, 10)] == pytest.approx([1, 0.1, 0.01])


def test_a_cold_chain_takes_what_is_no_worse_and_nothing_forbidden():
    offered = iter([0.0, 1.0, -1.0, np.inf])

    def propose(state):
        return {"place": np.full((2, 1), next(offered))}

    walked = walk({"place": np.zeros((2, 1))}, propose, lambda state: state["place"][:, 0], None, Cooling(4))
    assert [energies.tolist() for _, energies in walked] == [[0, 0]] * 3 + [[-1, -1]] * 2


def test_values_are_exchanged_in_place():
    values = np.array([[1, 2, 3], [4, 5, 6]])
    exchange(values, np.array([1]), np.array([0]), np.array([2]))
    assert values.tolist() == [[1, 2, 3], [6, 5, 4]]
