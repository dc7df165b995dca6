"""Fisher's exact test of very many two-by-two tables at once, by sums over the tails alone."""

import numpy as np
from scipy.special import gammaln

TIE = 1e-7  # of logarithms of chances: tables nearer than this are as extreme
NOTHING = 1e-13  # of a sum, that what is left of a tail is not worth


def fisher(
    first: np.ndarray, size_first: np.ndarray, second: np.ndarray, size_second: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return Fisher's P values of tables.

    Parameters
    ----------
    first, size_first, second, size_second : ndarray of int
        Events and patients of the groups; no group is empty.

    Returns
    -------
    tuple of ndarray
        Two-sided by ordering of chances; one-sided, against the side of the observed difference; the chance
        of the table itself.
    """
    total = first + second
    logs = gammaln(np.arange((size_first + size_second).max(initial=0) + 2) + 1.0)
    margins = (
        (logs[size_first] + logs[size_second] + logs[total])
        + logs[size_first + size_second - total]
        - logs[size_first + size_second]
    )

    def _chance(events: np.ndarray) -> np.ndarray:
        there = logs[events] + logs[size_first - events] + logs[total - events]
        return margins - there - logs[size_second - total + events]

    ends = np.maximum(0, total - size_second), np.minimum(size_first, total)
    mode = (size_first + 1) * (total + 1) // (size_first + size_second + 2)
    mode = mode.clip(*ends)
    own, upper = _chance(first), first >= mode
    # Beyond the mode chances fall: the nearest that is not greater than the table's own is sought by halves.
    near, far = mode, np.where(upper, ends[0], ends[1])
    step = np.where(upper, -1, 1)
    reached = _chance(far) <= own + TIE
    inside = np.where(_chance(near) <= own + TIE, near, far)
    outside = near.copy()
    while (moving := np.abs(inside - outside) > 1).any():
        middle = (inside + outside) // 2
        fits = _chance(middle) <= own + TIE
        inside = np.where(moving & fits, middle, inside)
        outside = np.where(moving & ~fits, middle, outside)
    cells = size_first, size_second, total
    tail = np.exp(own) * _tail(first, -step, *cells)
    other = np.where(reached, np.exp(_chance(inside)) * _tail(inside, step, *cells), 0)
    two_sided = np.where(_chance(mode) <= own + TIE, 1, np.minimum(1, tail + other))
    is_more = first * size_second > second * size_first
    one_sided = np.where(is_more == upper, tail, 1 - tail + np.exp(own))
    return two_sided, np.minimum(1, one_sided), np.exp(own)


def _tail(
    events: np.ndarray, step: np.ndarray, size_first: np.ndarray, size_second: np.ndarray, total: np.ndarray
) -> np.ndarray:
    """Return the sum of chances from some events outwards, of which the first is 1."""
    sums = np.ones(len(events))
    left = np.arange(len(events))
    cells = [each.astype(float) for each in (events, size_first - events, total - events)]
    cells.append((size_second - total + events).astype(float))
    yes, no, others, none = cells
    term, up = np.ones(len(events)), step > 0
    while len(left):
        # To the upper side one more of the first group has an event, and one of the second none.
        gain = np.where(up, no * others, yes * none)
        loss = np.where(up, (yes + 1) * (none + 1), (no + 1) * (others + 1))
        term = term * gain / loss
        sums[left] += term
        move = np.where(up, 1.0, -1.0)
        yes, no, others, none = yes + move, no - move, others - move, none + move
        kept = term > NOTHING * sums[left]
        if not kept.all():
            left, term, up = left[kept], term[kept], up[kept]
            yes, no, others, none = yes[kept], no[kept], others[kept], none[kept]
    return sums
