"""Means and standard deviations of whole numbers: whether any sample prints them (GRIM, GRIMMER, DEBIT).

`items` says of how many whole numbers each person's value is the mean (a questionnaire's score): persons'
totals are whole, and all figures are theirs divided by the items.

References
----------
Brown NJL, Heathers JAJ (2017). Social Psychological and Personality Science 8, 363-369 (GRIM). Anaya J
(2016). PeerJ Preprints 4, e2400v1, and Allard A (2018), "Analytic-GRIMMER" (GRIMMER). Heathers JAJ, Brown
NJL (2019), "DEBIT: a simple consistency test for binary data" (mean and spread of yes and no).
"""

from collections.abc import Iterator
from dataclasses import replace
from math import ceil, floor, isqrt, sqrt

from evidence.claims.printed import SLACK, Figure
from evidence.forensics.ways import Way, meets, truncated

TRIED = (
    "standard deviations over n \N{MINUS SIGN} 1 and over n, numbers rounded to the nearest "
    "(halves up, down or to even) and truncated"
)
MOST_TOTALS = 20_000  # totals that print a mean; so many are gone through in a blink, and more prove nothing
MOST_TRIED = 10_000  # samples of three or four numbers; beyond, a spread so large is taken as reached
FEW = 5  # from so many values on every sum of squares of the right parity is reached, see `_reached`


def mean(printed: Figure, n: int, items: int = 1) -> list[Way] | None:
    """List the ways by which a mean of whole numbers is printed (GRIM).

    Parameters
    ----------
    printed : Figure
    n : int
        Persons.
    items : int
        Whole numbers that each person's value is the mean of.

    Returns
    -------
    list of Way, or None
        None where every mean of so many numbers prints alike: a limit, or a product of persons and items
        that reaches the unit of the last decimal.
    """
    if printed.bound != "=" or n * items >= 10**printed.decimals:
        return None
    for figure, cut in ((printed, ""), (truncated(printed), ", truncated")):
        if _totals(figure, n * items):
            return [Way(f"{_of(n)}{cut}", not cut)]
    return []


def nearest(printed: Figure, n: int) -> tuple[float, float]:
    """Return the means of whole numbers on both sides of a printed one.

    Parameters
    ----------
    printed : Figure
    n : int
        Persons.

    Returns
    -------
    float, float
    """
    total = floor(printed.value * n)
    return total / n, (total + 1) / n


def mean_and_sd(printed: Figure, sd: Figure, n: int, items: int = 1) -> list[Way] | None:
    """List the ways by which a mean and a standard deviation of whole numbers are printed (GRIMMER).

    The whole numbers are of any size and sign; a scale with ends would exclude more.

    Parameters
    ----------
    printed, sd : Figure
        The mean and the standard deviation.
    n : int
        Persons.
    items : int
        Whole numbers that each person's value is the mean of.

    Returns
    -------
    list of Way, or None
        None where both figures can always be printed, for `n` is large beside their decimals.
    """
    if {printed.bound, sd.bound} != {"="} or n < 2:
        return None
    found: list[Way] = []
    bears = mean(printed, n, items) is not None
    for figure_mean, figure_sd, cut in _roundings(printed, sd):
        for name, factor, usual in _spreads(n)[:2]:  # a standard error has so wide a window that all fits
            low, high = (max(end, 0.0) * items * factor for end in figure_sd.window)
            # Above the least sum of squares, a window of width 2 holds a number of each parity.
            room = n >= FEW and (n - 1) * (high**2 - low**2) >= 2 and low**2 * (n - 1) >= n / 4
            if room and not bears:
                return None
            if _fits(figure_mean, n, items, (low, high)):
                found.append(Way(f"{_of(n)}, {name}{cut}", usual and not cut))
        if found:
            break
    return found


def yes_no(printed: Figure, sd: Figure, n: int, percent: bool = False) -> list[Way] | None:
    """List the ways by which a mean and a standard deviation of a yes-or-no variable are printed (DEBIT).

    Parameters
    ----------
    printed, sd : Figure
        The share of yes and its standard deviation.
    n : int
        Persons.
    percent : bool
        Whether both are printed in percent.

    Returns
    -------
    list of Way, or None
        None where one of both is a limit, or nobody's spread is known.
    """
    if {printed.bound, sd.bound} != {"="} or n < 2:
        return None
    scale = 100 if percent else 1
    found: list[Way] = []
    for figure_mean, figure_sd, cut in _roundings(printed, sd):
        # The spread of k of n rises to the half and falls again, so whole windows of k are tried at once.
        yes = [k for k in _totals(figure_mean, n, scale) if 0 <= k <= n]
        for name, factor, usual in _spreads(n):
            spreads = (scale * sqrt(k * (n - k) / (n * (n - 1))) / factor for k in yes)
            if any(meets(figure_sd, spread, spread) for spread in spreads):
                found.append(Way(f"yes or no of {n}, {name}{cut}", usual and not cut))
        if found:
            break
    return found


def _of(n: int) -> str:
    return f"mean of {n} values"


def _roundings(printed: Figure, sd: Figure) -> Iterator[tuple[Figure, Figure, str]]:
    yield printed, sd, ""
    yield truncated(printed), truncated(sd), ", truncated"


def _spreads(n: int) -> tuple[tuple[str, float, bool], ...]:
    """Return each reading of a printed spread, and what makes it a standard deviation over n - 1."""
    return (
        ("standard deviation over n \N{MINUS SIGN} 1", 1.0, True),
        ("standard deviation over n", sqrt(n / (n - 1)), False),
        ("a standard error printed as standard deviation", sqrt(n), False),
    )


def _totals(printed: Figure, numbers: int, scale: int = 1) -> range:
    """Return the whole totals that, over so many numbers, print a mean."""
    slack = SLACK * max(1.0, abs(printed.value))
    low, high = printed.low - slack, printed.high + slack
    return range(ceil(low * numbers / scale), floor(high * numbers / scale) + 1)


def _fits(printed: Figure, n: int, items: int, spread: tuple[float, float]) -> bool:
    """Tell whether n whole totals have a mean and a standard deviation (over n - 1) in their windows."""
    # Whole numbers less a whole number are whole numbers, and small ones keep their digits.
    totals = _totals(replace(printed, value=printed.value - floor(printed.value)), n * items)
    if len(totals) > MOST_TOTALS:
        return True
    for total in totals:
        centre = total * total / n
        low, high = (centre + (n - 1) * end * end for end in spread)
        slack = SLACK * max(1.0, high)
        if high - low > MOST_TOTALS:
            return True
        if any(_reached(total, square, n) for square in range(ceil(low - slack), floor(high + slack) + 1)):
            return True
    return False


def _reached(total: int, square: int, n: int) -> bool:
    """Tell whether n whole numbers have a sum and a sum of squares.

    A number and its square are both even or both odd, so the two sums are too; and the sum of squares is
    least where the numbers differ by 1 at most. From `FEW` numbers on nothing else is needed. Take a
    multiple of n off, so that the sum r is from 0 to n - 1, and by turning the signs at most n / 2. With one
    number more that is a 0, or with a 1 while r and the square rise by 1, what is reached stays reached, so
    that all comes down to five numbers of sum 0, 1 or 2; there the forms are positive, of four variables
    and of small discriminant, and take every number of the right parity (tried in the tests).
    """
    each, rest = divmod(total, n)
    if (total - square) % 2 or square < n * each * each + rest * (2 * each + 1):
        return False
    if n >= FEW:
        return True
    return _few(rest, square - 2 * each * total + n * each * each, n)


def _few(total: int, square: int, n: int) -> bool:
    """Tell the same of fewer numbers, by trying all values of all but the last two."""
    if n == 1:
        return total * total == square
    if n == 2:
        # x + y = total and x² + y² = square: (x - y)² = 2 square - total².
        rest = 2 * square - total * total
        return rest >= 0 and isqrt(rest) ** 2 == rest
    most = isqrt(square)
    if (2 * most + 1) ** (n - 2) > MOST_TRIED:
        return True
    return any(_few(total - x, square - x * x, n - 1) for x in range(-most, most + 1))
