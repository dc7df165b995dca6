"""Rank tests: one pattern of ties that reaches a given statistic and tie sum, found by walking back."""

from collections.abc import Collection, Iterator, Mapping

from evidence.forensics.rank_tests import mann_whitney_reached, signed_rank_reached, tie_units


def signed_rank_pattern(nonzero: int, statistic: float, ties: int) -> list[tuple[int, int]]:
    """Give groups of equal absolute differences that have this rank sum and tie sum.

    Parameters
    ----------
    nonzero : int
        Non-zero differences; zeros are dropped.
    statistic : float
        Rank sum of the positive differences.
    ties : int
        Sum of (t^3 - t) / 6 over the groups.

    Returns
    -------
    list of (int, int)
        Groups in ascending order: their size and how many of them are positive.

    Raises
    ------
    ValueError
        If no pattern reaches the pair.
    """
    reached, stride = signed_rank_reached(nonzero, 0)
    groups, placed, doubled = [], nonzero, round(2 * statistic)
    while placed:
        steps = [(t, j) for t in range(1, placed + 1) for j in range(t + 1)]
        for size, positive in steps:
            before = placed - size
            rest = (doubled - positive * (2 * before + size + 1), ties - tie_units(size))
            if _holds(reached[before], stride, *rest):
                break
        else:
            raise ValueError(f"{nonzero} differences do not reach rank sum {statistic}, tie sum {ties}")
        groups.append((size, positive))
        placed, (doubled, ties) = before, rest
    return groups[::-1]


def mann_whitney_pattern(first: int, second: int, statistic: float, ties: int) -> list[tuple[int, int]]:
    """Give groups of equal values that have this U and tie sum.

    Parameters
    ----------
    first, second : int
        Values of the two groups.
    statistic : float
        U of the first: its values above those of the second, ties counting one half.
    ties : int
        Sum of (t^3 - t) / 6 over the groups of equal values.

    Returns
    -------
    list of (int, int)
        Groups in ascending order: how many of the first and how many of the second are in each.

    Raises
    ------
    ValueError
        If no pattern reaches the pair.
    """
    reached, stride = mann_whitney_reached(first, second)
    groups, one, other, doubled = [], first, second, round(2 * statistic)
    while one + other:
        # The smallest groups first, so that the pattern has no larger one than it needs at its top.
        steps = ((i, j) for i in range(one + 1) for j in range(other + 1) if i + j)
        for more, others in sorted(steps, key=sum):
            before = (one - more, other - others)
            rest = (doubled - more * (2 * before[1] + others), ties - tie_units(more + others))
            if _holds(reached[before], stride, *rest):
                break
        else:
            raise ValueError(f"{first} and {second} values do not reach U {statistic}, tie sum {ties}")
        groups.append((more, others))
        (one, other), (doubled, ties) = before, rest
    return groups[::-1]


def fewest_tied(
    first: int, second: int, statistics: Mapping[int, Collection[float]]
) -> list[tuple[int, ...]]:
    """Find the fewest equal values with which two groups can reach one of some statistics.

    Exhaustive over every way to form groups of equal values from so many, of two and more, over how many
    of each are of the first sample, and over where the groups stand among the other values.

    Parameters
    ----------
    first, second : int
        Values of the two samples.
    statistics : mapping of int to collection of float
        By tie sum, the sum of (t^3 - t) / 6 over the groups, the U that will do.

    Returns
    -------
    list of tuple of int
        The sizes of the groups, the largest first, of every way with the fewest; empty where none do.
    """
    for tied in range(2, first + second + 1):
        found = [
            groups
            for groups in _partitions(tied, tied)
            if any(
                _placed(first, second, groups) >> round(2 * statistic) & 1
                for statistic in statistics.get(sum(map(tie_units, groups)), ())
            )
        ]
        if found:
            return sorted(found)
    return []


def _partitions(total: int, largest: int) -> Iterator[tuple[int, ...]]:
    """Give the ways to form groups of two or more from so many values, each in descending order."""
    if total == 0:
        yield ()
    for size in range(min(total, largest), 1, -1):
        yield from ((size, *rest) for rest in _partitions(total - size, size))


def _placed(first: int, second: int, groups: tuple[int, ...]) -> int:
    """Return a number with a bit set at twice every U that samples with just these groups reach."""
    reached = {(0, 0, groups): 1}
    for placed in range(first + second):
        for (one, other, left), bits in [each for each in reached.items() if sum(each[0][:2]) == placed]:
            for size in {1, *left}:
                rest = left
                if size > 1:
                    at = left.index(size)
                    rest = left[:at] + left[at + 1 :]
                for more in range(size + 1):
                    to = one + more, other + size - more
                    if to[0] <= first and to[1] <= second and sum(rest) <= first + second - sum(to):
                        shifted = bits << more * (2 * other + size - more)
                        reached[*to, rest] = reached.get((*to, rest), 0) | shifted
    return reached.get((first, second, ()), 0)


def _holds(bits: int, stride: int, doubled: int, ties: int) -> bool:
    return doubled >= 0 and ties >= 0 and bool(bits >> (ties * stride + doubled) & 1)
