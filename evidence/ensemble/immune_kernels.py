"""Craft of the immune panel: compiled draws of one population in one arm, and the two rank tests.

All samples are whole numbers of the smallest unit recorded. A population may be a part of what another one
leaves: `room` is what is left, the whole for the others. The place of an arm, on the logit scale, is drawn
last, given its patients' deviations: the places at which a median prints are an interval, because every
sample rises with the place. A draw inside has the interval's share of the prior as its weight.
"""

from math import exp, inf, log, nan, pi, sqrt

import numpy as np
from numba import njit

BIG = 1 << 30  # the upper end of a window that lets every median pass
EITHER = 2  # a direction that is not stated
FARTHEST = 4.0  # standard deviations; where the normal law of an arm's shift is cut
SMALLEST_DIFFERENCE = 1e-9  # of ratios; below it is floating noise


@njit(cache=True)
def _ordered(values: np.ndarray) -> np.ndarray:
    """Sort in place by insertion: several times faster than numpy's on a dozen values."""
    for i in range(1, len(values)):
        value, place = values[i], i
        while place > 0 and values[place - 1] > value:
            values[place] = values[place - 1]
            place -= 1
        values[place] = value
    return values


@njit(cache=True)
def signed_rank_z(change: np.ndarray) -> float:
    """Return the signed-rank z: zeros dropped, ties corrected, no continuity correction.

    Parameters
    ----------
    change : array of int, (n,)

    Returns
    -------
    float
        Positive where values rise; NaN where fewer than two differences are not 0.
    """
    n, ties, centred = 0, 0, 0
    for i in range(len(change)):
        if change[i] == 0:
            continue
        size, below, equal = abs(change[i]), 0, 0
        for other in change:
            below += 0 < abs(other) < size
            equal += abs(other) == size
        n, ties = n + 1, ties + equal * equal - 1
        doubled_rank = 2 * below + equal + 1
        centred += doubled_rank if change[i] > 0 else -doubled_rank
    if n < 2:
        return nan
    return centred / 4 / sqrt(n * (n + 1) * (2 * n + 1) / 24 - ties / 48)


@njit(cache=True)
def mann_whitney_z(one: np.ndarray, other: np.ndarray) -> float:
    """Return the Mann-Whitney z of the ratios day 28 to baseline: ties corrected, no continuity correction.

    Parameters
    ----------
    one, other : array of int, (2, n)
        The samples of the two arms at baseline and at day 28. Ratios are compared by cross products, so that
        equal ones are equal.

    Returns
    -------
    float
        Positive where the first arm's ratios tend to be higher; NaN where all are equal.
    """
    first, second = one.shape[1], other.shape[1]
    n, balance, ties = first + second, 0, 0
    for i in range(n):
        ours = one[:, i] if i < first else other[:, i - first]
        equal = 0
        for j in range(n):
            theirs = one[:, j] if j < first else other[:, j - first]
            difference = ours[1] * theirs[0] - theirs[1] * ours[0]
            equal += difference == 0
            if i < first <= j:
                balance += (difference > 0) - (difference < 0)
        ties += equal * equal - 1
    variance = first * second / 12 * (n + 1 - ties / (n * (n - 1)))
    return balance / 2 / sqrt(variance) if variance > 0 else nan


@njit(cache=True)
def doubled_median(values: np.ndarray) -> float:
    """Return twice the median.

    Parameters
    ----------
    values : array, (n,)

    Returns
    -------
    float
    """
    ordered, n = _ordered(values.copy()), len(values)
    return ordered[(n - 1) // 2] + ordered[n // 2]


@njit(cache=True)
def ratio_shift(one: np.ndarray, other: np.ndarray) -> float:
    """Return the Hodges-Lehmann shift of the ratios day 28 to baseline, first arm against second.

    Parameters
    ----------
    one, other : array of int, (2, n)

    Returns
    -------
    float
    """
    first, second = one[1] / one[0], other[1] / other[0]
    return float(np.median((first.reshape(-1, 1) - second).ravel()))


@njit(cache=True)
def direction(value: float) -> int:
    """Return the sign of a number, of floating noise 0.

    Parameters
    ----------
    value : float

    Returns
    -------
    int
    """
    return int(value > SMALLEST_DIFFERENCE) - int(value < -SMALLEST_DIFFERENCE)


@njit(cache=True)
def _fits(z: float, window: np.ndarray) -> bool:
    return window[0] < abs(z) <= window[1]  # false for NaN


@njit(cache=True)
def _threshold(offset: float, room: int, top: int, value: int) -> float:
    """Return the place of the arm from which on a patient's sample is at least a value."""
    if value <= 1:
        return -inf
    return inf if value > top else log((value - 0.5) / (room - value + 0.5)) - offset


@njit(cache=True)
def _ordered_threshold(
    offset: np.ndarray, room: np.ndarray, top: np.ndarray, value: int, order: int, found: np.ndarray
) -> float:
    """Return the threshold that so many patients' thresholds lie below; `found` is overwritten."""
    for i in range(len(offset)):
        found[i] = _threshold(offset[i], room[i], top[i], value)
    return _ordered(found)[order]


@njit(cache=True)
def _least_place(offset: np.ndarray, room: np.ndarray, top: np.ndarray, doubled: int) -> float:
    """Return the least place of the arm at which twice its median is at least a number.

    The two middle samples share the sum: `lower` and the rest of it, tried from the even split outwards.
    """
    half, odd = len(offset) // 2, len(offset) % 2
    alike = room.min() == room.max()  # patients keep their order, and the middle ones are known before
    found = _ordered(offset.copy()) if alike else np.empty(len(offset))
    low, high = found[half - 1 + odd], found[half]
    least, lower = inf, doubled // 2
    while True:
        upper = doubled - lower
        if alike:
            one, other = (
                _threshold(low, room[0], top[0], lower),
                _threshold(high, room[0], top[0], upper),
            )
        else:
            one = _ordered_threshold(offset, room, top, lower, half, found)
            other = _ordered_threshold(offset, room, top, upper, half - 1 + odd, found)
        least = min(least, max(one, other))
        if other >= one:
            return least
        lower -= 1


@njit(cache=True)
def _recorded(place: float, offset: np.ndarray, room: np.ndarray, top: np.ndarray, out: np.ndarray) -> None:
    for i in range(len(offset)):
        rounded = int(room[i] / (1 + exp(-place - offset[i])) + 0.5)
        out[i] = min(max(rounded, 1), top[i])


@njit(cache=True)
def _printed_places(
    offset: np.ndarray, room: np.ndarray, top: np.ndarray, window: np.ndarray, low: float, high: float
) -> tuple[float, float]:
    """Return where in a range the place of the arm makes its median print."""
    return (
        max(low, _least_place(offset, room, top, window[0])),
        min(high, _least_place(offset, room, top, window[1])),
    )


@njit(cache=True)
def _draw(
    rng: np.random.Generator,
    law: np.ndarray,
    room: np.ndarray,
    top: np.ndarray,
    medians: np.ndarray,
    out: np.ndarray,
) -> float:
    """Draw one population of one arm, medians as printed; return its weight."""
    patients = room.shape[1]
    spread, change = rng.uniform(law[2], law[3]), rng.uniform(law[5], law[6])
    offset = np.empty(patients)
    for i in range(patients):
        offset[i] = spread * rng.standard_normal()
    low, high, weight = law[0], law[1], 1.0
    if medians[0, 1] < BIG:
        low, high = _printed_places(offset, room[0], top[0], medians[0], low, high)
        weight = (high - low) / (law[1] - law[0])
        if weight <= 0:
            return 0.0
    place = rng.uniform(low, high)
    _recorded(place, offset, room[0], top[0], out[0])
    for i in range(patients):
        offset[i] += place + change * rng.standard_normal()
    shift = rng.standard_normal()
    if medians[1, 1] < BIG:
        limit = FARTHEST * law[4]
        low, high = _printed_places(offset, room[1], top[1], medians[1], -limit, limit)
        if high <= low:
            return 0.0
        shift = rng.uniform(low, high) / law[4]
        weight *= (high - low) / law[4] * exp(-shift * shift / 2) / sqrt(2 * pi)
    elif abs(shift) > FARTHEST:
        return 0.0
    _recorded(shift * law[4], offset, room[1], top[1], out[1])
    return weight


@njit(cache=True)
def _left(whole: int, family: np.ndarray, part: int, start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what is left to a population, and the most that may be recorded of it."""
    room = np.full((2, stop - start), whole)
    if part == 0:
        return room, room - 1
    room -= family[part - 1, :, start:stop]
    return room, room


@njit(cache=True)
def attempt(
    rng: np.random.Generator,
    families: np.ndarray,
    rounds: int,
    scale: float,
    part: int,
    own: tuple[int, int],
    drawn: tuple[int, int],
    whole: int,
    law: np.ndarray,
    medians: np.ndarray,
    paired: np.ndarray,
    change: int,
    between: np.ndarray,
    shift: int,
) -> tuple[np.ndarray, np.ndarray, float]:
    """Draw one population of one arm a number of times for each panel, and keep what prints.

    Parameters
    ----------
    rng : Generator
    families : array of int, (panels, parts, 2, patients)
        What has been drawn of a family of populations before.
    rounds : int
        Draws for each panel.
    scale : float
        A draw of weight w is kept w x scale times on average: the weights are spent.
    part : int
        Which population of the family; the second takes its share of what the first leaves.
    own, drawn : tuple of int
        First patient of the arm and the one after its last; the same of the other arm if this population has
        been drawn there, else twice 0.
    whole : int
        What 100 % is in units recorded.
    law : array of float, (7,)
        See `evidence.ensemble.immune.Law`.
    medians : array of int, (2, 2)
        At each visit twice the least median that prints, and twice the least that is too high.
    paired : array of float, (2,)
        Sizes of the signed-rank z that print, the lower end left out.
    change : int
        Sign of the median change; `EITHER` where not stated.
    between : array of float, (2,)
        As `paired`, of Mann-Whitney's z.
    shift : int
        Sign of the ratios' Hodges-Lehmann shift; `EITHER` where not stated.

    Returns
    -------
    tuple of array, array and float
        Which panel each kept draw belongs to, the draws (kept, 2, patients of the arm), and the mean weight
        of all draws, kept or not.
    """
    start, stop = own
    parents = np.empty(64, np.int64)
    kept = np.empty((64, 2, stop - start), np.int64)
    number, total = 0, 0.0
    out = np.empty((2, stop - start), np.int64)
    other_start, other_stop = drawn
    for panel in range(len(families)):
        room, top = _left(whole, families[panel], part, start, stop)
        other = families[panel, part, :, other_start:other_stop]
        if room.min() < 1:
            continue
        for _ in range(rounds):
            weight = _draw(rng, law, room, top, medians, out)
            total += weight
            copies = int(weight * scale + rng.random())
            if copies == 0 or not _fits(signed_rank_z(out[1] - out[0]), paired):
                continue
            if change != EITHER and direction(doubled_median(out[1] - out[0])) != change:
                continue
            if other_stop > other_start:
                one, two = (out, other) if start < other_start else (other, out)
                if not _fits(mann_whitney_z(one, two), between):
                    continue
                if shift != EITHER and direction(ratio_shift(one, two)) != shift:
                    continue
            while number + copies > len(parents):
                parents, kept = np.concatenate((parents, parents)), np.concatenate((kept, kept))
            for _ in range(copies):
                parents[number], kept[number] = panel, out
                number += 1
    return parents[:number], kept[:number], total / (rounds * len(families))
