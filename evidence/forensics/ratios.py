"""Ratios and differences with their interval and P value: by which methods they could be printed together.

Wald's interval and test rest on two numbers alone, estimate and standard error, on the log scale for a ratio.
Three printed numbers therefore tie each other. Other methods (profile likelihood, exact and score intervals;
log-rank, score, likelihood-ratio and exact tests) give nearly the same, and how nearly is a tolerance here.

References
----------
Altman DG, Bland JM (2011). BMJ 343, d2090 and d2304 (from interval to P value and back). Hauck WW, Donner A
(1977). Journal of the American Statistical Association 72, 851-853 (Wald's test beside others).
"""

from dataclasses import replace
from math import exp, inf, log

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from evidence.claims.printed import SLACK, Figure, two_sided_z
from evidence.forensics.ways import Way, meets, p_value_ways

TRIED = (
    "Wald's interval and test; intervals of profile likelihood, exact and score methods, and log-rank, "
    "score, likelihood-ratio and exact tests, as far from Wald's as made-up studies showed them; Student's t "
    "for a difference; tests two-sided and one-sided"
)
OTHER_INTERVAL = "an interval of another method than Wald's (profile likelihood, exact, score)"
OTHER_TEST = "a test of another method than Wald's (log-rank, score, likelihood ratio, exact)"
LIMIT = 1e9  # stands for what is not printed; on the log scale nothing comes near 700
MOST_DF = 200  # beyond it Student's t is not told from the normal distribution by printed digits
# The tolerances were found on some 2,400 made studies: two arms of 5 to 200 patients with log odds ratios of
# standard deviation 1.3 and no empty cell; 10 to 400 patients and 5 events or more under a Cox model of one
# covariate, log hazard ratios of standard deviation 0.8. With h half the width of an interval on the log
# scale, s its standard error and z the larger deviate of the two tests, the middle of other intervals was off
# the estimate by at most 0.14 h², and the deviates of Wald's and another test apart by at most
# 0.59 s (1 + 0.15 z²): as theory has it, both grow with the skewness of the likelihood. The width for a ratio
# or difference of risks does not tell the numbers of patients; there they were at most 0.57 h (Newcombe's
# interval; 0.54 h for a bootstrap of skewed numbers) and 0.82 (0.65 + z / 2), which also covers Welch's test
# beside Student's interval and nearly all rank tests beside one (4,000 samples of 5 to 200 normal,
# exponential or log-normal numbers a group). What stands here is wider by a fifth; the tests try it.
OFF_CENTRE, OFF_CENTRE_RISKS = 0.2, 0.7

Window = tuple[float, float]


def ratio(
    estimate: Figure | None,
    low: Figure | None,
    high: Figure | None,
    p_value: Figure | None,
    level: float = 95.0,
    risks: bool = False,
    sides: int = 0,
    is_open: bool = False,
) -> list[Way] | None:
    """List the ways by which an odds, hazard or risk ratio, its interval and its P value are printed.

    Parameters
    ----------
    estimate, low, high, p_value : Figure or None
        None where not printed.
    level : float
        Of the interval, in percent.
    risks : bool
        Whether it is a ratio of risks or rates; its interval tells less about the number of patients.
    sides : int
        1 where the test is said to be one-sided.
    is_open : bool
        Whether another test than Wald's is as worded.

    Returns
    -------
    list of Way, or None
        None where fewer than two of estimate and limits are printed. Empty for a negative number, limits in
        the wrong order and an estimate outside of them too.
    """
    printed = (estimate, low, high)
    if any(figure is not None and figure.high <= 0 for figure in printed):
        return []
    windows = [_logs(figure) for figure in printed]
    return _ways(printed, windows, p_value, level, risks, [], sides, is_open)


def difference(
    estimate: Figure | None,
    low: Figure | None,
    high: Figure | None,
    p_value: Figure | None,
    level: float = 95.0,
    df: float | None = None,
    sides: int = 0,
) -> list[Way] | None:
    """List the ways by which a difference of means or risks, its interval and its P value are printed.

    Parameters
    ----------
    estimate, low, high, p_value : Figure or None
        None where not printed.
    level : float
        Of the interval, in percent.
    df : float, optional
        Degrees of freedom of Student's t; any where they are not known.
    sides : int
        1 where the test is said to be one-sided.

    Returns
    -------
    list of Way, or None
        None where fewer than two of estimate and limits are printed.
    """
    printed = (estimate, low, high)
    windows = [figure.window if figure else (-inf, inf) for figure in printed]
    freedoms = [df] if df else [float(number) for number in range(2, MOST_DF + 1)]
    return _ways(printed, windows, p_value, level, True, freedoms, sides)


def implied(
    estimate: Figure, low: Figure | None, high: Figure | None, level: float = 95.0, is_ratio: bool = True
) -> tuple[float, float] | None:
    """Work out what both limits imply, as they are printed, by Wald's method.

    Parameters
    ----------
    estimate, low, high : Figure or None
    level : float
        Of the interval, in percent.
    is_ratio : bool
        Whether logarithms are taken.

    Returns
    -------
    float, float, or None
        The estimate in the middle of the limits; and the two-sided P value of the printed one. None where a
        limit is not printed, or the limits are no interval.
    """
    if low is None or high is None or {low.bound, high.bound} != {"="} or not low.value < high.value:
        return None
    if is_ratio and min(estimate.value, low.value) <= 0:
        return None
    at, below, above = (log(each.value) if is_ratio else each.value for each in (estimate, low, high))
    middle, error = (below + above) / 2, (above - below) / 2 / -ndtri((1 - level / 100) / 2)
    return (exp(middle) if is_ratio else middle), 2 * float(ndtr(-abs(at) / error))


def _logs(figure: Figure | None) -> Window:
    if figure is None:
        return -inf, inf
    low, high = figure.window
    return (log(low) if low > 0 else -inf), (log(high) if high < inf else inf)


def _ways(
    printed: tuple[Figure | None, ...],
    windows: list[Window],
    p_value: Figure | None,
    level: float,
    risks: bool,
    freedoms: list[float],
    sides: int,
    is_open: bool = False,
) -> list[Way] | None:
    if sum(figure is not None for figure in printed) < 2:
        return None
    around, below, above = ((max(low - SLACK, -LIMIT), min(high + SLACK, LIMIT)) for low, high in windows)
    if below[0] > min(around[1], above[1]) or around[0] > above[1]:
        return []
    tail = (1 - level / 100) / 2
    two_limits = printed[1] is not None and printed[2] is not None
    readings = [("Wald's interval", tail, True)]
    if not two_limits:
        readings.append(("Wald's one-sided limit", 2 * tail, False))
    found: list[Way] = []
    for name, outside, usual in readings:
        corners = _corners(around, below, above)
        if len(corners):
            found += _as_wald(corners, p_value, name, outside, usual, freedoms, sides)
    if not any(way.usual for way in found):
        widest = (above[1] - below[0]) / 2 if two_limits else 0.0
        off = OFF_CENTRE_RISKS * widest if risks else OFF_CENTRE * widest**2
        corners = _corners((around[0] - off, around[1] + off), below, above)
        exact = len(_corners(around, below, above)) > 0
        if len(corners):
            interval = "" if exact else OTHER_INTERVAL
            others = _otherwise(corners, around, p_value, interval, tail, risks, sides)
            if is_open and not interval:
                others = [replace(way, usual=way.name.endswith(_worded(sides))) for way in others]
                found = [*others, *found]
            else:
                found += others
    return found


def _corners(around: Window, below: Window, above: Window) -> np.ndarray:
    """Return the corners of all pairs of limits whose middle lies in a window, as rows of lower and upper.

    The pairs are a rectangle of limits between two parallel lines, on one side of the line where both limits
    are equal: a convex polygon (or none), whose corners are corners of the rectangle and points where a line
    cuts an edge or another line.
    """
    found = [(low, high) for low in below for high in above]
    for middle in around:
        found += [(low, 2 * middle - low) for low in below]
        found += [(2 * middle - high, high) for high in above]
    found += [(equal, equal) for equal in (*around, *below, *above)]
    slack = SLACK * max(
        1.0, *(abs(end) for pair in (around, below, above) for end in pair if abs(end) < LIMIT)
    )
    low, high = np.array(found).T
    inside = (low >= below[0] - slack) & (low <= below[1] + slack)
    inside &= (high >= above[0] - slack) & (high <= above[1] + slack) & (high >= low)
    middles = (low + high) / 2
    inside &= (middles >= around[0] - slack) & (middles <= around[1] + slack)
    return np.array(found)[inside]


def _shifts(corners: np.ndarray) -> Window:
    """Return the least and greatest distance of the middle from no effect, in half widths of the interval.

    A quotient of two linear functions, the lower one positive, is monotone along every line, so its extremes
    over a convex polygon lie on corners; its absolute value is least at 0 where both signs occur. Where both
    limits may be no effect itself it can be anything.
    """
    middle, half = corners.sum(axis=1) / 2, np.diff(corners, axis=1)[:, 0] / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        shifts = middle / half
    if np.isnan(shifts).any():
        return 0.0, inf
    least = 0.0 if shifts.min() <= 0 <= shifts.max() else float(abs(shifts).min())
    return least, float(abs(shifts).max())


def _as_wald(
    corners: np.ndarray,
    p_value: Figure | None,
    name: str,
    tail: float,
    usual: bool,
    freedoms: list[float],
    sides: int,
) -> list[Way]:
    if p_value is None:
        return [Way(name, usual)]
    least, most = _shifts(corners)
    width = -ndtri(tail)
    low, high = (2 * float(ndtr(-shift * width)) for shift in (most, least))
    found = p_value_ways(p_value, f"{name} and test", low, high, usual, sides)
    if sides == 1 or any(way.usual for way in found) or not freedoms:
        return found
    widths = -stdtrit(freedoms, tail)
    lows, highs = (2 * stdtr(freedoms, -shift * widths) for shift in (most, least))
    for df, low, high in zip(freedoms, lows, highs, strict=True):
        if meets(p_value, low, high):
            name = f"interval and test of Student's t, two-sided, {df:g} degrees of freedom"
            return [Way(name, usual), *found]
    return found


def _otherwise(
    corners: np.ndarray,
    around: Window,
    p_value: Figure | None,
    interval: str,
    tail: float,
    risks: bool,
    sides: int,
) -> list[Way]:
    """List what fits within the tolerances, for the middle of the interval or the estimate in its window."""
    if p_value is None:
        return [Way(interval, False)] if interval else []
    width = -ndtri(tail)
    least, most = (shift * width for shift in _shifts(corners))
    errors = np.diff(corners, axis=1)[:, 0] / 2 / width
    error = float(errors.max())
    if max(map(abs, around)) < LIMIT:
        inside = 0.0 if around[0] <= 0 <= around[1] else min(map(abs, around))
        least = min(least, inside / error) if error else least
        most = max(most, max(map(abs, around)) / errors.min()) if errors.min() else inf
    low, high = np.clip(p_value.window, 0, 1)
    ranges = {
        "two-sided": (low, high),
        "one-sided": (2 * low, 2 * high),
    }
    if p_value.bound == "=":
        ranges["one-sided, to the side that was not observed"] = (2 * (1 - high), 2 * (1 - low))
    found = []
    worded = _worded(sides)
    for side in sorted(ranges, key=lambda side: side != worded):
        low, high = ranges[side]
        near, far = two_sided_z(min(high, 1.0)), two_sided_z(min(low, 1.0))
        # The two deviates that are closest to each other.
        apart, larger = (near - most, near) if near > most else (max(least - far, 0.0), max(least, near))
        if low <= 1 and apart <= _apart(larger, None if risks else error):
            found.append(Way("; ".join(part for part in (interval, f"{OTHER_TEST}, {side}") if part), False))
    return found


def _worded(sides: int) -> str:
    return "one-sided" if sides == 1 else "two-sided"


def _apart(deviate: float, error: float | None) -> float:
    """Return how far the deviates of two tests may be apart, by the larger one and a log ratio's error."""
    return 0.65 + 0.5 * deviate if error is None else 0.7 * error * (1 + 0.15 * deviate**2)
