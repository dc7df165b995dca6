"""The ways by which printed figures could be true together, as every check of this floor returns them.

A check answers with a list of `Way`: one for each method, side and rounding that was tried and prints the
figures; an empty list where none does; None where the check has no bearing on such figures.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from evidence.claims.printed import BOUNDS, SLACK, Figure

CUT = 0.999
MOST_SIZES = 5_000  # of a group that are tried; in larger ones a few more or fewer tell nothing apart


@dataclass(frozen=True)
class Way:
    """One way by which printed figures can be true together.

    Attributes
    ----------
    name : str
        In words: "Wald's test, two-sided".
    usual : bool
        Whether the figures fit as worded; False where it takes a special reading (one-sided, truncated).
    """

    name: str
    usual: bool = True


def meets(figure: Figure, low: float, high: float) -> bool:
    """Tell whether some number between two ends prints as a figure.

    Parameters
    ----------
    figure : Figure
    low, high : float
        Both ends included; infinite ones are allowed.

    Returns
    -------
    bool
    """
    return bool(each_meets(figure, np.asarray(low), np.asarray(high)))


def each_meets(figure: Figure, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Tell of many ranges whether some number of them prints as a figure, as `meets` does of one.

    Parameters
    ----------
    figure : Figure
    low, high : ndarray of float

    Returns
    -------
    ndarray of bool
    """
    if figure.bound != "=":
        return np.asarray(BOUNDS[figure.bound](low if "<" in figure.bound else high, figure.value))
    slack = SLACK * max(1.0, abs(figure.value))
    return (low <= figure.high + slack) & (high >= figure.low - slack)


def fewest(n: int) -> int:
    """Return the least number of values that is tried where some patients may have none.

    Half of them: so many may be missing without a word, and of ever fewer nearly every figure can be printed.

    Parameters
    ----------
    n : int
        Patients.

    Returns
    -------
    int
    """
    return (n + 1) // 2


def of_fewer(n: int, ways: Callable[[int], Iterable[Way] | None]) -> list[Way]:
    """Find the fewest missing values with which figures are printed that those of all patients do not print.

    Parameters
    ----------
    n : int
        Patients.
    ways : callable
        From a number of values to the ways by which the figures are printed.

    Returns
    -------
    list of Way
        One, which is not usual, or none.
    """
    step = max((n - fewest(n)) // MOST_SIZES, 1)
    for number in range(n - 1, fewest(n) - 1, -step):
        for way in ways(number) or ():
            if way.usual:
                return [Way(f"{way.name}, {n - number} of {n} missing", False)]
    return []


def truncated(figure: Figure) -> Figure:
    """Return the figure whose window holds the numbers that are cut off to a printed one.

    Parameters
    ----------
    figure : Figure
        Not a limit.

    Returns
    -------
    Figure
    """
    # The far end is the next printed number, which is not cut off to this one.
    half = CUT * 0.5 * 10.0**-figure.decimals
    return replace(figure, value=figure.value + (half if figure.value >= 0 else -half))


def p_value_ways(
    p_value: Figure, test: str, low: float, high: float, usual: bool = True, sides: int = 0
) -> list[Way]:
    """List the sides by which a test prints a P value, given the range of its two-sided P value.

    A one-sided P value is half of the two-sided one on the side that was observed, and the rest to 1 on the
    other, which a limit such as >0.05 does not tell and is not granted. Truncation is tried last, and that
    0.001 stands for whatever is less.

    Parameters
    ----------
    p_value : Figure
    test : str
        In words.
    low, high : float
        The least and the greatest two-sided P value that the other figures allow.
    usual : bool
        Whether the test itself needs no special reading.
    sides : int
        1 where the test is said to be one-sided, which then needs no special reading, while two sides do.

    Returns
    -------
    list of Way
    """
    ranges = {
        "two-sided": (low, high),
        "one-sided": (low / 2, high / 2),
    }
    if p_value.bound == "=":
        ranges["one-sided, to the side that was not observed"] = (1 - high / 2, 1 - low / 2)
    worded = "one-sided" if sides == 1 else "two-sided"
    found = [
        Way(f"{test}, {side}", usual and side == worded)
        for side in sorted(ranges, key=lambda side: side != worded)
        if meets(p_value, *ranges[side])
    ]
    if not found and p_value.bound == "=" and meets(truncated(p_value), *ranges[worded]):
        found = [Way(f"{test}, {worded}, P value truncated", False)]
    least = 10.0**-p_value.decimals
    if not found and p_value.bound == "=" and p_value.value == least and ranges[worded][0] < least:
        found = [Way(f"{test}, {worded}, a P value below the least that its decimals print", False)]
    return found
