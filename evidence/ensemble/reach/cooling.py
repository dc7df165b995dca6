"""Craft of the searches, compiled: how a chain cools, and whether it takes a step.

A chain seeks a value and pays for its distance from the print. It cools while the price rises, so that it
first crosses what does not print and in the end stays where everything does.
"""

import numpy as np
from numba import njit

WARM, COLD = 1.0, 0.02  # temperatures, in standard deviations of what is sought among the drawn members
CHEAP, DEAR = 4.0, 400.0  # prices of a unit of distance, in the same unit


@njit(cache=True)
def taken(
    value: float, off: float, before: tuple[float, float], progress: float, rng: np.random.Generator
) -> bool:
    """Decide on a step by Metropolis' rule.

    Parameters
    ----------
    value, off : float
        What is sought, and the distance from the print, after the step.
    before : tuple of float
        Both before it.
    progress : float
        Share of the steps that are done: temperature and price lie on geometric lines.
    rng : Generator

    Returns
    -------
    bool
        False for a value that does not exist.
    """
    warmth, price = WARM * (COLD / WARM) ** progress, CHEAP * (DEAR / CHEAP) ** progress
    gain = value - before[0] - price * (off - before[1])
    return np.log1p(-rng.random()) * warmth < gain


@njit(cache=True)
def beyond(value: float, window: np.ndarray) -> float:
    """Return how far a number lies outside a window.

    Parameters
    ----------
    value : float
    window : array of float, (2,)

    Returns
    -------
    float
    """
    return max(window[0] - value, value - window[1], 0.0)


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
