"""The annealing loop: it reaches a goal, says when it does not, and climbs with Metropolis' chance."""

import numpy as np
import pytest

from evidence.annealing.anneal import Cooling, Found, Schedule, anneal, exchange, walk


def towards(goal: int, attempts: int) -> Found:
    """Walk along the whole numbers towards a goal, which only even steps from 0 can reach."""
    rng = np.random.default_rng(3)
    return anneal(
        draw=lambda chains: {"place": np.zeros((chains, 1), dtype=int)},
        propose=lambda state: {"place": state["place"] + 2 * rng.integers(-1, 2, state["place"].shape)},
        penalty=lambda state: np.abs(state["place"][:, 0] - goal).astype(float),
        rng=rng,
        schedule=Schedule(chains=5, steps=60, restarts=attempts, warm=0.5, cold=0.01),
    )


def test_the_search_reaches_a_goal_and_says_when_it_does_not():
    reached = towards(10, attempts=2)
    assert (reached.penalty, reached.state["place"].tolist()) == (0, [10])
    assert reached.steps < 60
    missed = towards(11, attempts=2)
    assert missed.penalty == 1
    assert missed.state["place"][0] in (10, 12)


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


def test_the_best_chain_of_all_attempts_is_given_back():
    """The second attempt begins farther off than the first, and no step is taken."""
    places = iter([3.0, 7.0])
    found = anneal(
        draw=lambda chains: {"place": np.array([[next(places)], [9.0]])},
        propose=lambda state: state,
        penalty=lambda state: state["place"][:, 0],
        rng=np.random.default_rng(1),
        schedule=Schedule(chains=2, steps=1, restarts=2, warm=0.1, cold=0.1),
    )
    assert (found.penalty, found.state["place"].tolist()) == (3, [3])


def test_values_are_exchanged_in_place():
    values = np.array([[1, 2, 3], [4, 5, 6]])
    exchange(values, np.array([1]), np.array([0]), np.array([2]))
    assert values.tolist() == [[1, 2, 3], [6, 5, 4]]
