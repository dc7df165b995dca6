"""Printing: small numbers and horizons as words, as a sentence says them."""

from collections.abc import Iterable, Sequence

_WORDS = ["no", "one", "two", "three", "four", "five", "six"]
_WORDS += ["seven", "eight", "nine", "ten", "eleven", "twelve"]


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


def listed(names: Iterable[str], word: str = "and") -> str:
    """Print some names one after the other: a, b and c.

    Parameters
    ----------
    names : iterable of str
    word : str
        Between the last two.

    Returns
    -------
    str
        Empty where there is none.
    """
    *most, last = [*names] or [""]
    return f"{', '.join(most)} {word} {last}" if most else last


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
    years, rest = divmod(number, 12)
    if rest or not years:
        return f"{number} months"
    return f"{spelled(years)} {'year' if years == 1 else 'years'}"


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
    return listed([*most, last], word)
