"""Craft of the searches, compiled: how a chain cools, and whether it takes a step.

A chain seeks a value and pays for its distance from the print. It cools while the price rises, so that it
first crosses what does not print and in the end stays where everything does.
"""

import numpy as np
from numba import njit

WARM, COLD = 1.0, 0.02  # temperatures, in standard deviations of what is sought among the drawn members
CHEAP, DEAR = 4.0, 400.0  # prices of a unit of distance, in the same unit
BEST, VALUE, OFF, FARTHEST = range(4)  # places of what a chain knows


@njit(cache=True)
def start() -> np.ndarray:
    """Return what a chain knows before its first step.

    Returns
    -------
    array of float, (4,)
        The best value that prints; what is sought and the distance from the print where the chain stands; the
        distance beyond which nothing is asked further.
    """
    return np.array([-np.inf, -np.inf, np.inf, np.inf])


@njit(cache=True)
def judged(
    chain: np.ndarray, value: float, off: float, progress: float, hopeless: float, rng: np.random.Generator
) -> tuple[bool, bool]:
    """Tell whether a cohort is the best so far that prints, and whether the chain goes there.

    Parameters
    ----------
    chain : array of float, (4,)
        As of `start`; changed in place.
    value, off : float
        What is sought of the cohort, and its distance from the print.
    progress : float
        Share of the steps that are done; the first cohort is taken in any case.
    hopeless : float
        A distance beyond that of the first cohort at which nothing is asked further.
    rng : Generator

    Returns
    -------
    tuple of bool
    """
    first, is_best = progress == 0, off == 0 and value > chain[BEST]
    if is_best:
        chain[BEST] = value
    goes = first or _taken(value, off, chain, progress, rng)
    if goes:
        chain[VALUE], chain[OFF] = value, off
    if first:
        chain[FARTHEST] = off + hopeless
    return is_best, goes


@njit(cache=True)
def _taken(value: float, off: float, chain: np.ndarray, progress: float, rng: np.random.Generator) -> bool:
    """Decide on a step by Metropolis' rule: temperature and price lie on geometric lines.

    A value that does not exist is not taken.
    """
    warmth, price = WARM * (COLD / WARM) ** progress, CHEAP * (DEAR / CHEAP) ** progress
    gain = value - chain[VALUE] - price * (off - chain[OFF])
    return np.log1p(-rng.random()) * warmth < gain
