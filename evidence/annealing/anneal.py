"""Simulated annealing of many chains side by side: one loop for every search.

References
----------
Kirkpatrick, Gelatt, Vecchi (1983), Science 220:671-680.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from evidence.annealing.statistics import DECISION_DECIMALS

State = dict[str, np.ndarray]  # every array has the chains first
Move = Callable[[State], State]
Energy = Callable[[State], np.ndarray]


@dataclass(frozen=True)
class Cooling:
    """How long, and how warm.

    Attributes
    ----------
    steps : int
    warm, cold : float
        Temperatures of the first and the last step, in units of the energy, with a geometric line between
        them. Where both are 0 a chain never takes a worse state.
    """

    steps: int
    warm: float = 0.0
    cold: float = 0.0

    def temperature(self, step: int) -> float:
        """Return the temperature of a step.

        Parameters
        ----------
        step : int
            From 0.

        Returns
        -------
        float
        """
        return self.warm * (self.cold / self.warm) ** (step / self.steps) if self.warm else 0.0


def walk(
    state: State, propose: Move, energy: Energy, rng: np.random.Generator, cooling: Cooling
) -> Iterator[tuple[State, np.ndarray]]:
    """Walk with every chain towards low energy.

    Parameters
    ----------
    state : State
        Where the chains begin.
    propose : callable
        State to a changed copy. Arrays that it does not change may be shared.
    energy : callable
        State to one number a chain; infinite for what no chain may take.
    rng : Generator
    cooling : Cooling

    Yields
    ------
    State, array
        The chains and their energies, at the beginning and after each step.
    """
    current = energy(state)
    yield state, current
    for step in range(cooling.steps):
        proposal = propose(state)
        proposed = energy(proposal)
        temperature = cooling.temperature(step)
        # Metropolis' rule, without an exponential: a chain may climb by an exponential variate.
        climb = -temperature * np.log1p(-rng.random(len(current))) if temperature else 0.0
        accept = proposed - current <= climb
        state = {name: mixed(accept, proposal[name], state[name]) for name in state}
        current = np.where(accept, proposed, current)
        yield state, current


def rounded(energy: np.ndarray) -> np.ndarray:
    """Round energies: the last bits of an exponential, which differ between processors, must not decide.

    Parameters
    ----------
    energy : array

    Returns
    -------
    array
        To `DECISION_DECIMALS`.
    """
    return np.round(energy, DECISION_DECIMALS)


def exchange(values: np.ndarray, chains: np.ndarray, one: np.ndarray, other: np.ndarray) -> None:
    """Exchange two values in each of some chains, in place.

    Parameters
    ----------
    values : array, (chains, n)
    chains, one, other : array of int
        Which chains, and the two places in each.
    """
    values[chains, one], values[chains, other] = values[chains, other], values[chains, one]


def mixed(accept: np.ndarray, proposed: np.ndarray, current: np.ndarray) -> np.ndarray:
    """Take the proposed values of some chains, and keep the current ones of the others.

    Parameters
    ----------
    accept : array of bool, (chains,)
    proposed, current : array, (chains, ...)

    Returns
    -------
    array
        The current array itself where both are one.
    """
    if proposed is current:
        return current
    return np.where(accept.reshape(-1, *[1] * (current.ndim - 1)), proposed, current)
