"""Printing: small numbers and horizons as words, as a sentence says them."""

from collections.abc import Sequence

_WORDS = ["no", "one", "two", "three", "four", "five", "six"]
_WORDS += ["seven", "eight", "nine", "ten", "eleven", "twelve"]
_YEARS = {12: "one year", 24: "two years", 36: "three years", 48: "four years", 60: "five years"}


def spelled(number: int) -> str:
    """Print a whole number as a word where a sentence would have one: seven, but 14.

    Parameters
    ----------
    number : int

    Returns
    -------
    str
    """
    return _WORDS[number] if 0 <= number < len(_WORDS) else str(number)


def months(number: int) -> str:
    """Print a horizon as it is said: two years, or 18 months.

    Parameters
    ----------
    number : int
        Of months.

    Returns
    -------
    str
    """
    return _YEARS.get(number, f"{number} months")


def horizons(numbers: Sequence[int], word: str = "and") -> str:
    """Print several horizons: one and two years, or 6 and 18 months.

    Parameters
    ----------
    numbers : sequence of int
        Months.
    word : str
        Between the last two.

    Returns
    -------
    str
    """
    texts = [months(number) for number in numbers]
    units = {text.split()[-1].rstrip("s") for text in texts}
    *most, last = texts
    if len(units) == 1:  # the unit is said once
        most = [text.split()[0] for text in most]
    return f"{', '.join(most)} {word} {last}" if most else last
