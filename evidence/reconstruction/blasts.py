"""Baseline marrow blasts: whole percentages with the printed median and quartiles, exactly, in each arm.

Quartiles follow type 7, the default of numpy, pandas and R: the abstract names no rule, and readers will use
theirs. The two order statistics around each quartile are drawn first; the others move freely between them, so
no value stands on a quartile unless the rule itself puts it there (n = 21: the 6th, 11th and 16th).
"""

import numpy as np

from evidence.forensics import abstract
from evidence.forensics.abstract import CUT
from evidence.reconstruction.targets import Targets

LOWEST, HIGHEST = 5, 98  # fewer than 5 % would be a remission
ROOM = 4  # between the outermost drawn order statistic and the end of the range
WIDEST_GAP = 20  # a wider hole around a quartile would look drawn
QUARTILES = {"quartile_1": 0.25, "median": 0.5, "quartile_3": 0.75}
REMISSION = np.arange(0, 4.5, 0.5)  # blasts of patients who enter in remission, from counts of 200 cells


def limits(targets: Targets, arm: str, patients: int, high: int, rng: np.random.Generator) -> np.ndarray:
    """Draw the interval in which each order statistic may move.

    Parameters
    ----------
    targets : Targets
    arm : str
    patients, high : int
        Relapsed/refractory patients of the arm, and those above the cut-off of a high burden.
    rng : Generator

    Returns
    -------
    array of int, (2, patients)
        Lowest and highest value of each, in ascending order; they are equal beside a quartile.
    """
    anchors: dict[int, int] = {}
    for name, share in QUARTILES.items():
        printed = targets.value(abstract.blasts(name, arm)).value
        anchors |= _around(printed, share * (patients - 1), patients - high, rng)
    is_high = np.arange(patients) >= patients - high
    low, top = np.where(is_high, CUT + 1, LOWEST), np.where(is_high, HIGHEST, CUT)
    for position, value in anchors.items():
        low[position + 1 :] = np.maximum(low[position + 1 :], value + 1)
        top[:position] = np.minimum(top[:position], value - 1)
    low[list(anchors)] = top[list(anchors)] = list(anchors.values())
    return np.stack([low, top])


def _around(printed: float, place: float, first_high: int, rng: np.random.Generator) -> dict[int, int]:
    """Draw whole numbers for the order statistics around a quantile at position `place` (from 0)."""
    below = int(place)
    weight = place - below
    if weight == 0:
        return {below: int(printed)}
    pairs = [
        (lower, upper)
        for lower in range(LOWEST + ROOM, int(printed))
        for upper in range(int(printed) + 1, HIGHEST - ROOM + 1)
        if lower * (1 - weight) + upper * weight == printed
        and upper - lower <= WIDEST_GAP
        and (lower > CUT) == (below >= first_high)
        and (upper > CUT) == (below + 1 >= first_high)
    ]
    return dict(zip((below, below + 1), pairs[rng.integers(len(pairs))], strict=True))
