"""Printing: how a result row and its number print; no sentence has a number from anywhere else."""

import re
from collections.abc import Iterable

import pandas as pd

from helpers.ground.results import DIFFERENCE, is_estimable, is_hidden, reason
from helpers.ground.rounding import ROUNDED
from helpers.ground.standing import OPEN, is_open, reading
from helpers.ground.study_parts import begin as begin
from helpers.ground.study_parts import inside as inside
from helpers.printing.digits import apart, beside, in_unit
from helpers.printing.digits import fixed as fixed
from helpers.printing.digits import how_many as how_many
from helpers.printing.digits import percentage as percentage
from helpers.printing.marks import UNDER, mark, part
from helpers.printing.spelling import horizons as horizons
from helpers.printing.spelling import listed as listed
from helpers.printing.spelling import months as months
from helpers.printing.spelling import spelled as spelled

_LEVELS = (0.1, 0.05, 0.01)  # a P value beside one of them keeps the digits that show on which side it lies
_MOST_DECIMALS_OF_P = 6


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
    return beside(p, float(text), 3, _MOST_DECIMALS_OF_P) if float(text) in _LEVELS else text


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
    why = reason(result)
    return f"{'not shown' if is_hidden(why) else 'not estimable'} ({why})"


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
    return re.sub(r"(?<![\d.])1 points$", "1 point", in_unit(result, result["estimate"]))


def _range(result: pd.Series) -> str:
    """Print the range of an open result: 0.50 to 2.6; shares with as many decimals as tell its ends apart."""
    low, high = result["range_low"], result["range_high"]
    if pd.isna(low) and pd.isna(high):
        return "open"
    ends = [in_unit(result, end) for end in (low, high)]
    if ends[0] == ends[1] and low != high and result["unit"] == "fraction" and result["kind"] != DIFFERENCE:
        ends = [*apart(low, high)]
    if ends[0] != ends[1]:
        return _from_to(*ends)
    # A count has no digits that the print leaves out: one end is the other.
    same = low == high or result["unit"] == "count"
    return f"{ends[1]} in at least 95% of the cohorts" if same else f"about {ends[1]}"


def _from_to(low: str, high: str) -> str:
    """Join the ends of a range; a unit that is a word is said once, and of several."""
    low, high = (re.sub(r" (month|day|year)$", r" \1s", end) for end in (low, high))
    unit = re.search(r" [a-z]+$", high)
    return f"{low.removesuffix(unit[0]) if unit else low} to {high}"


def interval(result: pd.Series) -> str:
    """Print the interval with its level: 95% CI 55% to 95%; empty text where the result has none.

    That of a posterior is a credible interval, for which "CrI" stands.

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
    ends = (in_unit(result, end) for end in (low, high))
    name = "CrI" if "credible" in result["method"] else "CI"
    return part(result, f"{result['ci_level']:.0%} {name} {_from_to(*ends)}")


def count(result: pd.Series) -> str:
    """Print a count with its denominator: 10 of 12; the bare reason where there is none.

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
    if not is_estimable(result) and pd.isna(result["n"]):
        return no_number(result) if is_hidden(reason(result)) else reason(result)
    return mark(result, f"{result['events']:.0f} of {result['n']:.0f}")


def out_of(result: pd.Series) -> str:
    """Print a number of patients with their denominator where only its range may be known: 9 to 12 of 21.

    Parameters
    ----------
    result : Series
        A row that counts.

    Returns
    -------
    str
    """
    known = is_open(result) or is_estimable(result)
    return f"{number(result)} of {result['n']:.0f}" if known else no_number(result)


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
    if not result["n"]:
        return count(result)
    told = [part(result, percentage(result["events"] / result["n"])), *_under(result)]
    return f"{count(result)} ({'; '.join(told)})"


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
        method = result["method"].removesuffix(f", {ROUNDED}")  # which stands beside the P value
        return f"{tested(result)} ({method})" if method else tested(result)
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
        return mark(result, f"significant in {how_many(share)} of the cohorts")
    if is_open(result) and pd.isna(result["p_value"]):
        return mark(result, "open")
    rounded = f" {ROUNDED}" if result["method"].endswith(ROUNDED) else ""
    return mark(result, p_value(result["p_value"])) + rounded


def how_often_small(result: pd.Series, alpha: float) -> str:
    """Print in which share of the cohorts an open P value is small, in the words of a cell.

    Parameters
    ----------
    result : Series
        A row with its standing.
    alpha : float
        The level below which a P value counts.

    Returns
    -------
    str

    Examples
    --------
    >>> row = pd.Series({"standing": "open", "share_significant": 0.27, "label": "", "population": ""})
    >>> how_often_small(pd.concat([row, pd.Series({"method": "", "id": ""})]), 0.05).split(">")[1]
    '< 0.05 in 27%</span'
    """
    share = result["share_significant"]
    if pd.isna(share):
        return mark(result, "open", OPEN)
    return mark(result, f"< {alpha:g}" if share == 1 else f"< {alpha:g} in {how_many(share)}", OPEN)


def is_read_as_not_significant(result: pd.Series) -> bool:
    """Say whether nothing is printed of a test, which is read as not significant: it is so in no cohort.

    Parameters
    ----------
    result : Series
        A row with a P value.

    Returns
    -------
    bool
    """
    return pd.isna(result["p_value"]) and result.get("share_significant") == 0


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


def _under(result: pd.Series) -> list[str]:
    """Say that a number is known under a reading, which its mark names."""
    return [UNDER] if reading(result) else []


def _in_brackets(result: pd.Series, *parts: str) -> str:
    inside = "; ".join([*filter(None, parts), *_under(result)])
    return f"{number(result)} ({inside})" if inside and is_estimable(result) else number(result)
