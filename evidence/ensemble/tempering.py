"""Craft of the ensemble: tempered sequential Monte Carlo, from the prior to the prior given the print.

A block of the cohort says how to draw from its prior, how far a state is from the printed figures and how to
change it. The target of a step is the prior times exp(-pressure x distance). A particle at distance zero,
where every figure prints, is a draw of the prior conditioned on the print, at any pressure.

References
----------
Del Moral, Doucet, Jasra (2006), J R Stat Soc B 68:411-436; Zhou, Johansen, Aston (2016), J Comput Graph Stat
25:701-726 (conditional effective sample size).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from evidence.annealing.anneal import State, mixed

KEPT = 0.7  # conditional effective size of a step, as a share of the particles
HALVINGS = 40  # of the interval in which the next pressure lies


class Drawn(Protocol):
    """A part of a cohort that is independent of the others, given the counts."""

    def draw(self, particles: int, rng: np.random.Generator) -> State:
        """Draw from the prior.

        Parameters
        ----------
        particles : int
        rng : Generator

        Returns
        -------
        State
        """

    def distance(self, state: State) -> np.ndarray:
        """Return how far each particle is from the printed figures.

        Parameters
        ----------
        state : State

        Returns
        -------
        array
            0 where every figure prints.
        """


class Block(Drawn, Protocol):
    """A part that proposes one change of each particle at a time."""

    def propose(self, state: State, rng: np.random.Generator) -> tuple[State, np.ndarray]:
        """Change each particle.

        Parameters
        ----------
        state : State
        rng : Generator

        Returns
        -------
        tuple of State and array
            The changed copy, and the log of prior ratio times proposal ratio.
        """


@runtime_checkable
class Mover(Drawn, Protocol):
    """A part that takes whole chains of moves at once, compiled."""

    def move(
        self, state: State, distance: np.ndarray, pressure: float, moves: int, rng: np.random.Generator
    ) -> tuple[State, np.ndarray, float]:
        """Move every particle so that the target of the pressure stays as it is.

        Parameters
        ----------
        state : State
        distance : array
        pressure : float
        moves : int
            Proposals a particle.
        rng : Generator

        Returns
        -------
        tuple of State, array and float
            The moved copy, its distances, and the share of proposals taken.
        """


@dataclass(frozen=True)
class Plan:
    """How hard a group of particles is worked.

    Attributes
    ----------
    particles : int
    moves : int
        Proposals a particle at each pressure.
    highest : float
        The last pressure, per unit of distance.
    last_moves : int
        Proposals at the last pressure.
    """

    particles: int
    moves: int
    highest: float
    last_moves: int


@dataclass(frozen=True)
class Group:
    """One group of particles after its last move.

    Attributes
    ----------
    state : State
        The particles at distance zero.
    ancestor : array of int
        Which of the first particles each descends from.
    accepted : float
        Share of accepted proposals at the last pressure.
    pressures : int
        Number of pressures passed.
    nearest : State
        The particle that is nearest to the print, at distance zero or not.
    """

    state: State
    ancestor: np.ndarray
    accepted: float
    pressures: int
    nearest: State


def sample(block: Block | Mover, plan: Plan, rng: np.random.Generator) -> Group:
    """Draw from the prior of a block, conditioned on the printed figures.

    Parameters
    ----------
    block : Block or Mover
    plan : Plan
    rng : Generator

    Returns
    -------
    Group
        Particles are resampled among themselves alone, so that groups with generators of their own are
        independent of each other.
    """
    state = block.draw(plan.particles, rng)
    distance, ancestor = block.distance(state), np.arange(plan.particles)
    pressure, pressures, accepted = 0.0, 0, 1.0
    while pressure < plan.highest:
        following = _next_pressure(distance, pressure, plan.highest)
        chosen = resampled(-(following - pressure) * distance, rng)
        state, distance, ancestor = take(state, chosen), distance[chosen], ancestor[chosen]
        pressure, pressures = following, pressures + 1
        moves = plan.last_moves if pressure == plan.highest else plan.moves
        if isinstance(block, Mover):
            state, distance, accepted = block.move(state, distance, pressure, moves, rng)
        else:
            state, distance, accepted = _moved(block, state, distance, pressure, moves, rng)
    return finished(state, distance, ancestor, accepted, pressures)


def finished(
    state: State, distance: np.ndarray, ancestor: np.ndarray, accepted: float, pressures: int
) -> Group:
    """Keep the particles at distance zero.

    Parameters
    ----------
    state : State
    distance : array
    ancestor : array of int
    accepted : float
    pressures : int

    Returns
    -------
    Group
    """
    met, nearest = np.flatnonzero(distance == 0), np.argsort(distance)[:1]
    return Group(take(state, met), ancestor[met], accepted, pressures, take(state, nearest))


def take(state: State, chosen: np.ndarray) -> State:
    """Return some particles of a state.

    Parameters
    ----------
    state : State
    chosen : array of int

    Returns
    -------
    State
    """
    return {name: values[chosen] for name, values in state.items()}


def resampled(log_weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Choose particles by their weights, systematically.

    Parameters
    ----------
    log_weights : array, (particles,)
    rng : Generator

    Returns
    -------
    array of int, (particles,)
    """
    weights = np.exp(log_weights - log_weights.max())
    places = (rng.random() + np.arange(len(weights))) / len(weights)
    reached = np.searchsorted(np.cumsum(weights) / weights.sum(), places, side="right")
    return np.minimum(reached, len(weights) - 1)


def joined(states: Sequence[State]) -> State:
    """Put the particles of several states one after the other.

    Parameters
    ----------
    states : sequence of State
        Of the same arrays, at least one.

    Returns
    -------
    State
    """
    return {name: np.concatenate([state[name] for state in states]) for name in states[0]}


def _next_pressure(distance: np.ndarray, pressure: float, highest: float) -> float:
    """Return the pressure that keeps a share of `KEPT` of the particles' conditional effective size."""

    def kept(following: float) -> float:
        weights = np.exp(-(following - pressure) * (distance - distance.min()))
        return weights.sum() ** 2 / (len(weights) * (weights**2).sum())

    if kept(highest) >= KEPT:
        return highest
    low, high = pressure, highest
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if kept(middle) >= KEPT else (low, middle)
    return high  # a step beyond the share, never one of no length


def _moved(
    block: Block, state: State, distance: np.ndarray, pressure: float, moves: int, rng: np.random.Generator
) -> tuple[State, np.ndarray, float]:
    """Move every particle by Metropolis and Hastings' rule; return also the share of moves taken."""
    taken = 0
    for _ in range(moves):
        proposal, log_ratio = block.propose(state, rng)
        proposed = block.distance(proposal)
        accept = np.log1p(-rng.random(len(distance))) < log_ratio - pressure * (proposed - distance)
        state = {name: mixed(accept, proposal[name], state[name]) for name in state}
        distance = np.where(accept, proposed, distance)
        taken += accept.sum()
    return state, distance, taken / max(1, moves * len(distance))
