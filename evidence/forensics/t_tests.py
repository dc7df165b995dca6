"""P values of t tests from printed means, spreads and sizes: the range that the roundings leave.

References
----------
Student (1908). Biometrika 6, 1-25. Welch BL (1947). Biometrika 34, 28-35. Brown NJL, Heathers JAJ (2017), as
of `means`, for the use of printed summaries.
"""

from collections.abc import Iterator, Sequence
from math import inf, sqrt
from typing import Any, NamedTuple

import numpy as np
from scipy.special import stdtr
from scipy.stats import ttest_ind_from_stats

from evidence.claims.printed import Figure
from evidence.forensics.ways import Way, each_meets, fewest, meets, p_value_ways

NAMES = ("student_t", "welch_t", "paired_t", "t", "t_test")  # in a claim
TRIED = (
    "Student's t test of pooled variance, Welch's, the z test, spreads taken as standard deviations and as "
    "standard errors, each two-sided and one-sided; the same of as few as half of the patients of each group"
)
TRIED_PAIRED = (
    "the paired t test at every correlation of the pairs, two-sided and one-sided; the same of as few as "
    "half of the pairs"
)
MOST_SIZES = 200  # of a group that are tried where values may be missing
Window = tuple[float, float]
Ends = tuple[Any, Any]  # two numbers, or arrays of them where many sizes are tried at once


class Group(NamedTuple):
    """What is printed of a group."""

    mean: Figure
    spread: Figure
    n: int


def two_groups(
    first: Group, second: Group, p_value: Figure, spread: str = "sd", sides: int = 0
) -> list[Way] | None:
    """List the tests by which two groups' means and spreads print a P value.

    Parameters
    ----------
    first, second : Group
    p_value : Figure
    spread : str
        What the printed spreads are called: ``sd`` or ``se``.
    sides : int
        1 where the test is said to be one-sided.

    Returns
    -------
    list of Way, or None
        None where a group has fewer than two values, or a spread is printed as a limit.
    """
    if min(first.n, second.n) < 2 or {first.spread.bound, second.spread.bound} != {"="}:
        return None
    found: list[Way] = []
    apart = _difference(first.mean.window, second.mean.window)
    sizes = first.n, second.n
    for reading, usual in _readings(spread):
        squares = tuple(_squared(group.spread, reading, group.n) for group in (first, second))
        for name, ends in _tests(apart, squares, sizes).items():
            as_read = name if usual else f"{name}, {READ_AS[reading]}"
            found += p_value_ways(p_value, as_read, *ends, usual and not name.startswith("z"), sides)
        if any(way.usual for way in found):
            break
    return found


def implied(first: Group, second: Group, spread: str = "sd", test: str = "") -> str:
    """Say what P value a t test of means and spreads gives as they are printed.

    Parameters
    ----------
    first, second, spread
        As of `two_groups`.
    test : str
        As a claim names it.

    Returns
    -------
    str
        Empty where one of them is a limit, or nothing varies.
    """
    figures = (first.mean, first.spread, second.mean, second.spread)
    if {each.bound for each in figures} != {"="} or not first.spread.value + second.spread.value:
        return ""
    is_welch = test == "welch_t"
    one, other = (each.spread.value * (sqrt(each.n) if spread == "se" else 1) for each in (first, second))
    found = ttest_ind_from_stats(
        first.mean.value, one, first.n, second.mean.value, other, second.n, equal_var=not is_welch
    )
    name = "Welch's" if is_welch else "Student's"
    return f"{name} t test of these gives a two-sided P value of {found.pvalue:.2g}."


def two_groups_of_fewer(
    first: Group, second: Group, p_value: Figure, spread: str = "sd", sides: int = 0
) -> list[Way]:
    """List the tests by which two groups print a P value where values are missing, up to half of each.

    Parameters
    ----------
    first, second, p_value, spread, sides
        As of `two_groups`, which has answered with a list.

    Returns
    -------
    list of Way
        None of them usual; one for each test and side, with the most values.
    """
    n, m = np.meshgrid(_numbers(first.n), _numbers(second.n), indexing="ij")
    is_sampled = n.size < (first.n - fewest(first.n) + 1) * (second.n - fewest(second.n) + 1)
    apart = _difference(first.mean.window, second.mean.window)
    squares = _squared(first.spread, spread, n), _squared(second.spread, spread, m)
    ranges = _tests(apart, squares, (n, m))
    tails = {"two-sided": 1, "one-sided": 2}
    found = []
    for side in sorted(tails, key=lambda side: side != ("one-sided" if sides == 1 else "two-sided")):
        for name, ends in ranges.items():
            low, high = (end / tails[side] for end in ends)
            fits = each_meets(p_value, low, high)
            if fits.any():
                place = np.where(fits, n + m, 0).argmax()
                found.append(Way(f"{name}, {side}, of {n.flat[place]} v {m.flat[place]} values", False))
            elif is_sampled and meets(p_value, low.min(), high.max()):
                found.append(Way(f"{name}, {side}, of fewer values than patients", False))
    return found


def _numbers(n: int) -> np.ndarray:
    """Return how many of a group may have a value: all, then fewer."""
    least = max(fewest(n), 2)
    return np.unique(np.linspace(n, least, min(n - least + 1, MOST_SIZES)).round().astype(int))[::-1]


def paired(before: Group, after: Group, p_value: Figure, sides: int = 0) -> list[Way] | None:
    """List the tests by which two means of the same patients print a P value, whatever their correlation.

    Parameters
    ----------
    before, after : Group
        Of equal size, with standard deviations.
    p_value : Figure
    sides : int
        1 where the test is said to be one-sided.

    Returns
    -------
    list of Way, or None
        None for groups of unequal size or fewer than two patients.
    """
    n = before.n
    if n != after.n or n < 2 or {before.spread.bound, after.spread.bound} != {"="}:
        return None
    apart = _difference(before.mean.window, after.mean.window)
    # The standard deviation of differences is from the distance of both (correlation 1) to their sum (-1).
    ends = [(max(window[0], 0.0), window[1]) for window in (before.spread.window, after.spread.window)]
    least = _difference(*ends)[0] ** 2 / n
    most = (ends[0][1] + ends[1][1]) ** 2 / n
    low, high = _p_values(apart, (least, most), (n - 1, n - 1))
    return p_value_ways(p_value, "paired t test", low, high, sides=sides)


READ_AS = {
    "sd": "standard errors in print taken as standard deviations",
    "se": "standard deviations in print taken as standard errors",
}


def _readings(named: str) -> Iterator[tuple[str, bool]]:
    yield named, True
    yield "se" if named == "sd" else "sd", False


def _squared(spread: Figure, reading: str, n: Any) -> Ends:
    """Return the window of the variance."""
    low, high = (max(end, 0.0) ** 2 for end in spread.window)
    return (low * n, high * n) if reading == "se" else (low, high)


def _difference(first: Window, second: Window) -> Window:
    """Return the least and greatest distance of two numbers in their windows."""
    low, high = first[0] - second[1], first[1] - second[0]
    return (0.0 if low <= 0 <= high else min(abs(low), abs(high))), max(abs(low), abs(high))


def _tests(apart: Window, squares: tuple[Ends, ...], sizes: tuple[Any, Any]) -> dict[str, Ends]:
    """Return the range of the two-sided P value under each test.

    The P value falls with the distance of the means and rises with each variance that enters the pooled one
    or the sum, so Student's and the z test have theirs on corners of the box of all windows. Welch's degrees
    of freedom move too: for each t the P value falls in them, so what is returned for it is the P value of
    the largest t at the most and of the smallest t at the fewest degrees of freedom that the box has. No P
    value of the box is outside; a little more than the box may be inside, by less than the roundings.
    """
    n, m = sizes
    first, second = squares
    # Each a pair: with both variances least, and with both greatest.
    pooled = [
        ((n - 1) * a + (m - 1) * b) / (n + m - 2) * (1 / n + 1 / m) for a, b in zip(*squares, strict=True)
    ]
    added = [a / n + b / m for a, b in zip(*squares, strict=True)]
    welch = _welch((first[0] / n, first[1] / n), (second[0] / m, second[1] / m), sizes)
    return {
        "Student's t test": _p_values(apart, pooled, (n + m - 2, n + m - 2)),
        "Welch's t test": _p_values(apart, added, welch),
        "z test": _p_values(apart, added, (inf, inf)),
    }


def _welch(first: Ends, second: Ends, sizes: tuple[Any, Any]) -> Ends:
    """Return the fewest and most degrees of freedom of Welch's test, exactly.

    They are 1 / (s² / (n - 1) + (1 - s)² / (m - 1)) for the share s of the first group in the variance of the
    difference, which rises to s = (n - 1) / (n + m - 2) and falls from there.
    """
    n, m = sizes
    sums = [np.asarray(one + other) for one, other in zip(first, reversed(second), strict=True)]
    low, high = (one / np.where(total > 0, total, 1) for one, total in zip(first, sums, strict=True))
    best = np.clip((n - 1) / (n + m - 2), low, high)
    found = [1 / (share**2 / (n - 1) + (1 - share) ** 2 / (m - 1)) for share in (low, best, high)]
    return np.minimum.reduce(found), np.maximum.reduce(found)


def _p_values(apart: Window, variance: Sequence[Any], freedom: Ends) -> Ends:
    """Return the range of the two-sided P value over windows of the difference and of its variance."""
    with np.errstate(divide="ignore", invalid="ignore"):
        smallest, largest = (
            np.where(np.asarray(square) > 0, distance / np.sqrt(square), inf if distance else 0.0)
            for distance, square in zip(apart, reversed(variance), strict=True)
        )
    return 2 * stdtr(freedom[1], -largest), 2 * stdtr(freedom[0], -smallest)
