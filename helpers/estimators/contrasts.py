"""Contrasts of estimates that come from different patients."""

import math
from dataclasses import replace

from helpers.ground.results import not_estimable


def difference(first, second):
    """Subtract one estimate from another, and recover the interval from theirs.

    Parameters
    ----------
    first, second : Estimate
        From patients that do not overlap, both with a two-sided interval of one level.

    Returns
    -------
    Estimate
        ``first - second`` with the interval by the method of variance estimates recovery, which keeps the
        asymmetry of the two intervals; not estimable when either is not, or has no interval.

    References
    ----------
    Zou GY, Donner A (2008). Statistics in Medicine 27, 1693-1702.
    """
    n, events = first.n + second.n, first.events + second.events
    limits = (first.ci_low, first.ci_high, second.ci_low, second.ci_high)
    if any(math.isnan(limit) for limit in limits):
        return not_estimable("one of the two differences has no interval", n=n, events=events)
    size = first.estimate - second.estimate
    below = math.hypot(first.estimate - first.ci_low, second.ci_high - second.estimate)
    above = math.hypot(first.ci_high - first.estimate, second.estimate - second.ci_low)
    return replace(
        first,
        estimate=size,
        ci_low=size - below,
        ci_high=size + above,
        n=n,
        events=events,
        method="difference of two differences, interval recovered from theirs (MOVER)",
    )
