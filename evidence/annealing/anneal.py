"""Simulated annealing of many chains side by side, with restarts: one engine for every part."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from evidence.annealing.statistics import DECISION_DECIMALS

State = dict[str, np.ndarray]


@dataclass(frozen=True)
class Found:
    """The best chain of a search.

    Attributes
    ----------
    state : dict of arrays
        Its state, without the axis of chains.
    penalty : float
        0 where every target is met.
    steps : int
        Steps taken until then, over all restarts.
    """

    state: State
    penalty: float
    steps: int


@dataclass(frozen=True)
class Schedule:
    """How long and how warm.

    Attributes
    ----------
    chains, steps, restarts : int
        Chains side by side, steps of one attempt, attempts at most.
    warm, cold : float
        Temperatures of the first and the last step, in units of the penalty, with a geometric line between
        them.
    """

    chains: int
    steps: int
    restarts: int
    warm: float
    cold: float


def anneal(
    draw: Callable[[int], State],
    propose: Callable[[State], State],
    penalty: Callable[[State], np.ndarray],
    rng: np.random.Generator,
    schedule: Schedule,
) -> Found:
    """Search for a state without penalty.

    Parameters
    ----------
    draw : callable
        Number of chains to a fresh state; every array has the chains first.
    propose : callable
        State to a changed copy. Arrays that it does not change may be shared.
    penalty : callable
        State to one number a chain, 0 where all targets are met.
    rng : Generator
    schedule : Schedule

    Returns
    -------
    Found
        The first chain without penalty, else the best one met.

    References
    ----------
    Kirkpatrick, Gelatt, Vecchi (1983), Science 220:671-680.
    """
    best = None
    for attempt in range(schedule.restarts):
        state = draw(schedule.chains)
        current = np.round(penalty(state), DECISION_DECIMALS)
        for step in range(schedule.steps):
            best = _better(best, state, current, attempt * schedule.steps + step)
            if best.penalty == 0:
                return best
            temperature = schedule.warm * (schedule.cold / schedule.warm) ** (step / schedule.steps)
            proposal = propose(state)
            proposed = np.round(penalty(proposal), DECISION_DECIMALS)
            accept = proposed - current <= -temperature * np.log1p(-rng.random(schedule.chains))
            state = {name: _mix(accept, proposal[name], state[name]) for name in state}
            current = np.where(accept, proposed, current)
    return best


def _better(best: Found | None, state: State, penalties: np.ndarray, steps: int) -> Found:
    chain = int(penalties.argmin())
    if best is not None and best.penalty <= penalties[chain]:
        return best
    chosen = {name: values[chain].copy() for name, values in state.items()}
    return Found(chosen, float(penalties[chain]), steps)


def _mix(accept: np.ndarray, proposed: np.ndarray, current: np.ndarray) -> np.ndarray:
    if proposed is current:
        return current
    return np.where(accept.reshape(-1, *[1] * (current.ndim - 1)), proposed, current)
