"""Order statistics: what must hold of range, quartiles, mean and spread; the least P value of a rank test.

References
----------
Popoviciu T (1935). Mathematica (Cluj) 9, 129-145 (standard deviation within a range). Hotelling H, Solomons
LM (1932). Annals of Mathematical Statistics 3, 141-142 (mean, median and standard deviation).
"""

from collections.abc import Sequence
from itertools import combinations
from math import comb, sqrt

from scipy.special import ndtr

from evidence.claims.printed import Figure
from evidence.forensics.ways import Way, meets, truncated

TRIED = "every rule of rounding, standard deviations over n \N{MINUS SIGN} 1 and over n, standard errors"
TRIED_ORDER = "every rule of rounding, the same for all, and truncation"
TRIED_RANKS = (
    "the exact distribution and the normal approximation with and without continuity correction, each with "
    "and without ties, two-sided and one-sided"
)


def in_order(figures: Sequence[Figure | None]) -> list[Way]:
    """List the ways by which figures are those of numbers that do not descend.

    One rule of rounding, whichever it is, keeps the order of numbers: 17 after 18 is denied although both may
    be 17.5, while 17 after 17.4 is not.

    Parameters
    ----------
    figures : sequence of Figure or None
        Minimum, first quartile, median, third quartile, maximum, or some of them; None where not printed.

    Returns
    -------
    list of Way
    """
    printed = [figure for figure in figures if figure is not None]
    pairs = list(combinations(printed, 2))
    if all(_may_follow(*pair) for pair in pairs):
        return [Way("numbers in order")]
    if all(_may_follow(*pair) or _may_follow(*map(_cut, pair)) for pair in pairs):
        return [Way("numbers in order, truncated", False)]
    return []


def within(figure: Figure, low: float, high: float) -> list[Way]:
    """List the ways by which a number within limits prints as a figure.

    Parameters
    ----------
    figure : Figure
    low, high : float
        0 and 100 for a percentage.

    Returns
    -------
    list of Way
    """
    return [Way(f"a number from {low:g} to {high:g}")] if meets(figure, low, high) else []


def mean_in_range(mean: Figure, minimum: Figure, maximum: Figure, n: int) -> list[Way]:
    """List the ways by which numbers of a printed range have a printed mean.

    Parameters
    ----------
    mean, minimum, maximum : Figure
    n : int
        Numbers; both ends of the range are among them, all others anywhere between.

    Returns
    -------
    list of Way
    """
    low = ((n - 1) * minimum.low + maximum.low) / n
    high = (minimum.high + (n - 1) * maximum.high) / n
    return [Way(f"mean of {n} numbers of this range")] if meets(mean, low, high) else []


def sd_in_range(sd: Figure, minimum: Figure, maximum: Figure, n: int) -> list[Way] | None:
    """List the ways by which numbers of a printed range have a printed standard deviation.

    The sum of squares about the mean is least where all but both ends lie in the middle, range² / 2, and
    greatest where half of the numbers lie on each end, range² floor(n / 2) ceil(n / 2) / n.

    Parameters
    ----------
    sd, minimum, maximum : Figure
    n : int
        Numbers, both ends of the range among them.

    Returns
    -------
    list of Way, or None
        None for fewer than two numbers.
    """
    if n < 2:
        return None
    least = max(maximum.low - minimum.high, 0.0) ** 2 / 2
    most = max(maximum.high - minimum.low, 0.0) ** 2 * (n // 2) * ((n + 1) // 2) / n
    readings = {
        "standard deviation over n \N{MINUS SIGN} 1": n - 1,
        "standard deviation over n": n,
        "a standard error printed as standard deviation": n * (n - 1),
    }
    found = [
        Way(f"{name}, of {n} numbers of this range", number == 0)
        for number, (name, divisor) in enumerate(readings.items())
        if meets(sd, sqrt(least / divisor), sqrt(most / divisor))
    ]
    return found


def mean_and_median(mean: Figure, median: Figure, sd: Figure) -> list[Way]:
    """List the ways by which numbers have a printed mean, median and standard deviation.

    The mean is no further from the median than one standard deviation: for |mean - median| is at most the
    mean distance from the median, which is at most that from the mean, at most the root of the mean square.

    Parameters
    ----------
    mean, median, sd : Figure

    Returns
    -------
    list of Way
    """
    apart = max(mean.low - median.high, median.low - mean.high, 0.0)
    return [Way("mean within a standard deviation of the median")] if meets(sd, apart, float("inf")) else []


def rank_test(kind: str, p_value: Figure, *sizes: int) -> list[Way]:
    """List the rank tests whose least P value is no hindrance to a printed one.

    Parameters
    ----------
    kind : str
        ``signed_rank`` or ``mann_whitney``.
    p_value : Figure
    *sizes : int
        Pairs, or values of either group; fewer may have entered.

    Returns
    -------
    list of Way
    """
    found = []
    for name, (least, one_sided) in least_p_values(kind, *sizes).items():
        if meets(p_value, least, 1):
            found.append(Way(f"{name}, two-sided"))
        elif meets(p_value, one_sided, 1):
            found.append(Way(f"{name}, one-sided", False))
    return found


def least_p_values(kind: str, *sizes: int) -> dict[str, tuple[float, float]]:
    """Return the least two-sided and one-sided P value that a rank test can give.

    All of them are those of the largest statistic. Without ties its standard deviation is known. With ties,
    signed ranks r have the deviate (sum of r) / root of (sum of r²), at most the root of the number of pairs
    (Cauchy-Schwarz), where all are tied; the rank sum's is the correlation of ranks and groups times the root
    of all values less 1, at most that root, where each group is tied in itself. A continuity correction takes
    half a rank off the distance, which is relatively least where the distance is greatest, the same sample.
    Fewer pairs, zeros ranked (Pratt) and smaller groups give no smaller P values.

    Parameters
    ----------
    kind : str
    *sizes : int

    Returns
    -------
    dict of str to (float, float)

    Raises
    ------
    ValueError
        If the kind is not known.
    """
    if kind == "signed_rank":
        (n,) = sizes
        distance, untied, tied = n * (n + 1) / 4, sqrt(n * (n + 1) * (2 * n + 1) / 24), sqrt(n) * (n + 1) / 4
        name, chance, tied_chance = "signed-rank test", 0.5**n, 2 * 0.5**n  # signs can always be turned
    elif kind == "mann_whitney":
        n, m = sizes
        total = n + m
        distance, untied, tied = n * m / 2, sqrt(n * m * (total + 1) / 12), n * m / 2 / sqrt(total - 1)
        # With ties no split may lie as far to the other side.
        name, chance = "Mann-Whitney test", 1 / comb(total, n)
        tied_chance = chance
    else:
        raise ValueError(f"{kind} is neither signed_rank nor mann_whitney")
    found = {
        f"{name}, exact": (min(2 * chance, 1.0), chance),
        f"{name}, exact with ties": (min(tied_chance, 1.0), chance),
    }
    for ties, deviation in (("", untied), (" with ties", tied)):
        for correction, half in (("without", 0.0), ("with", 0.5)):
            tail = float(ndtr(-max(distance - half, 0.0) / deviation))
            found[f"{name}, normal approximation {correction} continuity correction{ties}"] = 2 * tail, tail
    return found


def _may_follow(first: Figure, second: Figure) -> bool:
    if first.decimals == second.decimals and first.bound == second.bound == "=":
        return first.value <= second.value
    return first.low <= second.high


def _cut(figure: Figure) -> Figure:
    return truncated(figure) if figure.bound == "=" else figure
