"""What compiled chains share: whole numbers at random, and the distance from a window."""

import numpy as np
from numba import njit


@njit(cache=True)
def below(number: int, rng: np.random.Generator) -> int:
    """Draw a whole number from 0 to below another one.

    Parameters
    ----------
    number : int
    rng : Generator

    Returns
    -------
    int
    """
    return int(rng.random() * number)


@njit(cache=True)
def step(longest: int, rng: np.random.Generator) -> int:
    """Draw a step of at most so many units to either side.

    Parameters
    ----------
    longest : int
    rng : Generator

    Returns
    -------
    int
    """
    return below(2 * longest + 1, rng) - longest


@njit(cache=True)
def beyond(value: float, low: float, high: float) -> float:
    """Return how far a number lies outside a window.

    Parameters
    ----------
    value, low, high : float

    Returns
    -------
    float
    """
    return max(low - value, value - high, 0.0)
