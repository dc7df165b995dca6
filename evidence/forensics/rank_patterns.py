"""Rank tests: one pattern of ties that reaches a given statistic and tie sum, found by walking back."""

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


def _holds(bits: int, stride: int, doubled: int, ties: int) -> bool:
    return doubled >= 0 and ties >= 0 and bool(bits >> (ties * stride + doubled) & 1)
