"""Printed summaries of a measurement beside each other: standard errors, differences, degrees of freedom.

References
----------
Welch BL (1947). Biometrika 34, 28-35 (between which numbers his degrees of freedom lie).
"""

from math import sqrt

from evidence.claims.printed import Figure
from evidence.forensics.ways import Way, fewest, meets, truncated

TRIED_SE = "the standard deviation divided by the square root of n, both rounded and truncated"
TRIED_DIFFERENCE = "either mean less the other, all rounded and truncated"
TRIED_DF = "n \N{MINUS SIGN} 1 of pairs; of two groups n + m \N{MINUS SIGN} 2, and Welch's"
OF_WELCH = ("welch_t", "t", "t_test")  # in a claim, where the name leaves it open too
CUT = "decimals that are cut off, not rounded"


def standard_error(se: Figure, sd: Figure, n: int) -> list[Way] | None:
    """List the ways by which a standard error is that of a mean with a standard deviation.

    Parameters
    ----------
    se, sd : Figure
    n : int
        Patients with a value.

    Returns
    -------
    list of Way, or None
        None where one of both is a limit.
    """
    if {se.bound, sd.bound} != {"="} or n < 1:
        return None
    for error, spread, cut in ((se, sd, ""), (truncated(se), truncated(sd), f", {CUT}")):
        if meets(error, *(max(end, 0.0) / sqrt(n) for end in spread.window)):
            return [Way(f"the standard deviation over the root of {n}{cut}", not cut)]
    return []


def difference(printed: Figure, first: Figure, second: Figure) -> list[Way] | None:
    """List the ways by which a difference is that of two printed means.

    Parameters
    ----------
    printed, first, second : Figure

    Returns
    -------
    list of Way, or None
        None where one of the three is a limit.
    """
    if {printed.bound, first.bound, second.bound} != {"="}:
        return None
    for cut in ("", f", {CUT}"):
        whole, one, other = (truncated(each) if cut else each for each in (printed, first, second))
        low, high = one.window[0] - other.window[1], one.window[1] - other.window[0]
        if meets(whole, low, high) or meets(whole, -high, -low):
            return [Way(f"one mean less the other{cut}", not cut)]
    return []


def freedom(test: str, n: int, m: int | None = None) -> tuple[int, int]:
    """Return the fewest and the most degrees of freedom that a t test of so many patients may have.

    Parameters
    ----------
    test, n, m
        As of `degrees_of_freedom`.

    Returns
    -------
    int, int
        The fewest are those of half of the patients; of two groups Welch's.
    """
    if m is None or test == "paired_t":
        return fewest(n) - 1, n - 1
    return min(fewest(n), fewest(m)) - 1, n + m - 2


def degrees_of_freedom(test: str, printed: Figure, n: int, m: int | None = None) -> list[Way]:
    """List the ways by which a t test of so many patients has its printed degrees of freedom.

    Parameters
    ----------
    test : str
        As a claim names it.
    printed : Figure
    n, m : int
        Patients of the two groups; of one group, or of pairs, n alone.

    Returns
    -------
    list of Way
        Fewer degrees of freedom are those of fewer values, down to half of the patients, which is not usual.
    """
    least, most = freedom(test, n, m)
    if test != "welch_t" and meets(printed, most, most):
        return [Way("of all patients")]
    if m is not None and test != "paired_t" and meets(printed, min(n, m) - 1, most):
        # Of fewer values Student's may be as many.
        return [Way("Welch's degrees of freedom", test in OF_WELCH)]
    return [Way("fewer values than patients", False)] if meets(printed, least, most) else []
