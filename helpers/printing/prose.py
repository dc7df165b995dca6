"""Printing: how a result row and its number print; no sentence has a number from anywhere else."""

import math
import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from helpers.ground.results import DIFFERENCE, RATIO, STATISTIC, TIME, is_estimable, reason
from helpers.ground.standing import OPEN, is_open
from helpers.ground.study_parts import begin as begin
from helpers.ground.study_parts import inside as inside
from helpers.printing.marks import mark

_SUFFIX = {"months": " months", "days": " days", "years": " years", "percent_points": "%"}
_LEVELS = (0.1, 0.05, 0.01)  # a P value beside one of them keeps the digits that show on which side it lies
_MOST_DECIMALS = 4  # beyond them a number beside its null is taken for floating noise
_MOST_DECIMALS_OF_P = 6
_LARGEST_RATIO = 1_000_000  # a larger one says no more
_WORDS = ["no", "one", "two", "three", "four", "five", "six"]
_WORDS += ["seven", "eight", "nine", "ten", "eleven", "twelve"]
_YEARS = {12: "one year", 24: "two years", 36: "three years", 48: "four years", 60: "five years"}


def fixed(value: float, decimals: int) -> str:
    """Print a number with halves rounded away from zero, as by hand; floating noise makes no half.

    Parameters
    ----------
    value : float
    decimals : int

    Returns
    -------
    str
    """
    return str(Decimal(f"{value:.12g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


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


def span(low: float, high: float) -> str:
    """Print a range of whole numbers: 9 to 19, or 19 where both ends are the same.

    Parameters
    ----------
    low, high : float

    Returns
    -------
    str
    """
    return fixed(low, 0) if low == high else f"{fixed(low, 0)} to {fixed(high, 0)}"


def p_figure(p: float) -> str:
    """Print a P value where a header or a word before it says P: 0.057, < 0.001, never 0.

    Three decimals, two from 0.2 on; more where the print would be a usual level and the value is not.

    Parameters
    ----------
    p : float
        NaN where there is none.

    Returns
    -------
    str
    """
    if pd.isna(p):
        return "not estimable"
    if p < 0.001:
        return "< 0.001"
    text = fixed(p, 3 if p < 0.2 else 2)
    return _beside(p, float(text), 3, _MOST_DECIMALS_OF_P) if float(text) in _LEVELS else text


def p_value(p: float) -> str:
    """Print a P value: three decimals, two from 0.2 on, never 0.

    Parameters
    ----------
    p : float

    Returns
    -------
    str
    """
    figure = p_figure(p)
    return f"P = {figure}" if figure[0].isdigit() else f"P {figure}"


def no_number(result: pd.Series) -> str:
    """Say that a result does not exist, and why.

    Parameters
    ----------
    result : Series
        A row of the results table.
        Without an estimate.

    Returns
    -------
    str
    """
    return f"not estimable ({reason(result)})"


def missing(result: pd.Series, what: str) -> str:
    """Say that a result does not exist, and why, in a sentence that begins with what it is.

    Parameters
    ----------
    result : Series
    what : str
        The sentence's first words, with the verb ("The odds ratio is").

    Returns
    -------
    str
        Empty text where the result exists, so that ``missing(...) or sentence`` tells either.
    """
    return "" if is_estimable(result) else f"{what} {no_number(result)}."


def number(result: pd.Series) -> str:
    """Print the estimate of a result in its unit: 83%, 16.0 months, +17 points; of an open one the range.

    Parameters
    ----------
    result : Series
        A row of the results table.

    Returns
    -------
    str
    """
    return mark(result, bare(result), OPEN if is_open(result) else None)


def bare(result: pd.Series) -> str:
    """Print the estimate of a result as `number` does, without the mark of its standing.

    Parameters
    ----------
    result : Series
        A row of the results table.

    Returns
    -------
    str
    """
    if is_open(result):
        return _range(result)
    if not is_estimable(result):
        return no_number(result)
    return re.sub(r"(?<![\d.])1 points$", "1 point", _printed(result, result["estimate"]))


def _range(result: pd.Series) -> str:
    """Print the range of an open result: 0.50 to 2.6, or about 3 where both ends print alike."""
    low, high = result["range_low"], result["range_high"]
    if pd.isna(low) and pd.isna(high):
        return "open"
    ends = [_printed(result, end) for end in (low, high)]
    if ends[0] != ends[1]:
        return _from_to(*ends)
    return f"about {ends[1]}" if math.isfinite(high) else ends[1]


def _from_to(low: str, high: str) -> str:
    """Join the ends of a range; a unit that is a word is said once."""
    unit = re.search(r" [a-z]+$", high)
    return f"{low.removesuffix(unit[0]) if unit else low} to {high}"


def percentage(share: float) -> str:
    """Print a share; what is neither nobody nor everybody does not print as if it were: < 1%, > 99%.

    Parameters
    ----------
    share : float
        From 0 to 1.

    Returns
    -------
    str
    """
    text = fixed(100 * share, 0)
    return {"0": "< 1%", "100": "> 99%"}.get(text, f"{text}%") if 0 < share < 1 else f"{text}%"


def interval(result: pd.Series) -> str:
    """Print the interval with its level: 95% CI 55% to 95%; empty text where the result has none.

    Parameters
    ----------
    result : Series
        A row of the results table.

    Returns
    -------
    str
    """
    low, high = result["ci_low"], result["ci_high"]
    if is_open(result) or (pd.isna(low) and pd.isna(high)):
        return ""
    ends = (_printed(result, end) for end in (low, high))
    return f"{result['ci_level']:.0%} CI {_from_to(*ends)}"


def count(result: pd.Series) -> str:
    """Print a count with its denominator: 10 of 12.

    Parameters
    ----------
    result : Series
        A row that counts.

    Returns
    -------
    str
    """
    if is_open(result):
        return number(result)
    return mark(result, f"{result['events']:.0f} of {result['n']:.0f}")


def share(result: pd.Series) -> str:
    """Print a count with its denominator and share: 6 of 12 (50%); the bare reason where there is none.

    Parameters
    ----------
    result : Series
        A row that counts.

    Returns
    -------
    str
    """
    if is_open(result):
        return number(result)
    if not is_estimable(result):
        return reason(result)
    return f"{count(result)} ({percentage(result['events'] / result['n'])})" if result["n"] else count(result)


def of(result: pd.Series) -> str:
    """Print a share with its count and denominator: 83% (10 of 12; 95% CI 55% to 95%).

    Parameters
    ----------
    result : Series
        A row that counts.

    Returns
    -------
    str
    """
    return number(result) if is_open(result) else _in_brackets(result, count(result), interval(result))


def with_interval(result: pd.Series, *more: str) -> str:
    """Print an estimate with its interval, and what else belongs to it, in brackets; or why there is none.

    Parameters
    ----------
    result : Series
        A row of the results table.
    *more : str
        What stands after the interval; empty text is left out.

    Returns
    -------
    str
    """
    return number(result) if is_open(result) else _in_brackets(result, interval(result), *more)


def estimate(result: pd.Series) -> str:
    """Print an estimate with its interval and method: 0.95 (95% CI 0.92 to 0.98; Wald).

    Parameters
    ----------
    result : Series
        A row of the results table.

    Returns
    -------
    str
    """
    return with_interval(result, result["method"])


def test(result: pd.Series) -> str:
    """Print a P value with the test that gave it.

    Parameters
    ----------
    result : Series
        A row with a P value.

    Returns
    -------
    str
    """
    if is_open(result) or is_estimable(result):
        return f"{tested(result)} ({result['method']})" if result["method"] else tested(result)
    return no_number(result)


def tested(result: pd.Series) -> str:
    """Print the P value of a result; of an open one, in which share of the cohorts it is significant.

    Parameters
    ----------
    result : Series
        A row with a P value.

    Returns
    -------
    str
    """
    share = result.get("share_significant")
    if pd.isna(result["p_value"]) and pd.notna(share):
        return mark(result, f"significant in {percentage(share)} of the cohorts")
    if is_open(result) and pd.isna(result["p_value"]):
        return mark(result, "open")
    return mark(result, p_value(result["p_value"]))


def bullets(sentences: Iterable[str | None]) -> str:
    """Make a list of sentences, without those that do not exist.

    Parameters
    ----------
    sentences : iterable of str or None

    Returns
    -------
    str
        Markdown, one line for each.
    """
    return "\n".join(f"- {sentence}" for sentence in sentences if sentence)


def _in_brackets(result: pd.Series, *parts: str) -> str:
    inside = "; ".join(filter(None, parts))
    return f"{number(result)} ({inside})" if inside and is_estimable(result) else number(result)


def _printed(result: pd.Series, value: float) -> str:
    if pd.isna(value):
        return "not reached"
    if math.isinf(value):
        return "not reached" if result["kind"] == TIME else "no limit"
    unit, kind = result["unit"], result["kind"]
    if kind == RATIO:
        return _ratio(value)
    if kind == DIFFERENCE and unit in _PLACES:
        factor, decimals, words = _PLACES[unit]
        return _signed(factor * value, decimals) + words
    if unit == "fraction":
        return percentage(value)
    if kind == TIME or unit in _SUFFIX:
        text = _beside(value, 0, 0 if value == round(value) else 1)
        text = "0" if float(text) == 0 else text
        return _minus(text) + _SUFFIX[unit]
    if unit == "count" or (kind == STATISTIC and value == round(value)) or abs(value) >= 100:
        return _minus(fixed(value, 0))
    return _minus(fixed(value, 2))


def _minus(text: str) -> str:
    """Print a minus sign; a zero has none."""
    return text.replace("-", "\N{MINUS SIGN}" if text.strip("-0.") else "")


# Unit of a difference: its factor in print, its decimals, and the words after it.
_PLACES = {"fraction": (100, 0, " points"), "percent_points": (1, 1, " points"), "statistic": (1, 2, "")}


def _ratio(value: float) -> str:
    """Print a ratio with two decimals, and with more where these would show 0 or the null value."""
    if abs(value) >= 100:
        return fixed(value, 0) if abs(value) < _LARGEST_RATIO else f"> {_LARGEST_RATIO}"
    if 0 < value < 0.01:
        return f"{value:.2g}" if value >= 0.0001 else "< 0.0001"
    return _beside(value, 1, 2)


def _beside(value: float, null: float, decimals: int, most: int = _MOST_DECIMALS) -> str:
    """Print a number with enough decimals to show on which side of its null value it lies."""
    for places in range(decimals, most + 1):
        text = fixed(value, places)
        if float(text) != null:
            return text
    return fixed(value, decimals)


def _signed(value: float, decimals: int) -> str:
    """Print a difference with its sign; what is no difference to the last decimal is a plain 0."""
    size = _beside(abs(value), 0, decimals)
    if float(size) == 0:
        return "0"
    return ("\N{MINUS SIGN}" if value < 0 else "+") + size
