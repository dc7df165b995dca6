"""Contrasts of estimates that come from different patients."""

from math import hypot, isfinite

from helpers.ground.results import Estimate, not_estimable


def difference(first: Estimate, second: Estimate) -> Estimate:
    """Subtract one estimate from another, and recover the interval from theirs.

    Parameters
    ----------
    first, second : Estimate
        From patients that do not overlap, both with a two-sided interval of one level.

    Returns
    -------
    Estimate
        ``first - second`` with the interval by the method of variance estimates recovery, which keeps the
        asymmetry of the two intervals; not estimable when either has no interval with two finite limits.

    Raises
    ------
    ValueError
        If the two intervals have different levels.

    References
    ----------
    Zou GY, Donner A (2008). Statistics in Medicine 27, 1693-1702.

    Examples
    --------
    >>> high, low = Estimate(0.5, 0.2, 0.9, 0.95, n=30), Estimate(0.1, -0.3, 0.4, 0.95, n=20)
    >>> apart = difference(high, low)
    >>> [round(number, 3) for number in (apart.estimate, apart.ci_low, apart.ci_high, apart.n)]
    [0.4, -0.024, 0.966, 50]
    """
    n, events = first.n + second.n, first.events + second.events
    if not all(map(isfinite, (first.ci_low, first.ci_high, second.ci_low, second.ci_high))):
        return not_estimable("one of the two differences has no interval", n=n, events=events)
    if first.ci_level != second.ci_level:
        raise ValueError(f"intervals of different levels: {first.ci_level:g} and {second.ci_level:g}")
    size = first.estimate - second.estimate
    low = size - hypot(first.estimate - first.ci_low, second.ci_high - second.estimate)
    high = size + hypot(first.ci_high - first.estimate, second.estimate - second.ci_low)
    method = "difference of two differences, interval recovered from theirs (MOVER)"
    return Estimate(size, low, high, first.ci_level, n=n, events=events, method=method)
