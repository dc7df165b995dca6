"""Printing: a result row in, the words for it out; no sentence has a number from anywhere else."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from helpers.ground.results import DIFFERENCE, NULLS, RATIO, SHARE, STATISTIC, TIME, is_estimable
from helpers.ground.results import reason as why
from helpers.ground.study import Arm, Study
from helpers.ground.study_parts import begin as begin
from helpers.ground.study_parts import inside as inside

_SUFFIX = {"months": " months", "days": " days", "years": " years", "percent_points": "%"}
_NOUNS = {"odds_ratio": "odds ratio", "hazard_ratio": "hazard ratio", "ratio": "ratio"}
_LEVELS = (0.05,)  # a P value beside the usual level keeps the digits that show on which side it lies
_MOST_DECIMALS = 4  # beyond them a number beside its null is taken for floating noise
_WORDS = ["no", "one", "two", "three", "four", "five", "six"]
_WORDS += ["seven", "eight", "nine", "ten", "eleven", "twelve"]
FEW_EVENTS = 5  # on one side of a comparison of event times, below which no verdict is read from it
_YEARS = {12: "one year", 24: "two years", 36: "three years", 48: "four years", 60: "five years"}


def fixed(value: float, decimals: int) -> str:
    """Print a number with halves rounded away from zero, as by hand; floating noise makes no half."""
    return str(Decimal(f"{value:.12g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def spelled(number: int) -> str:
    """Print a whole number as a word where a sentence would have one: seven, but 14."""
    return _WORDS[number] if 0 <= number < len(_WORDS) else str(number)


def months(number: int) -> str:
    """Print a horizon as it is said: two years, or 18 months."""
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
    """Print a range of whole numbers: 9 to 19, or 19 where both ends are the same."""
    return fixed(low, 0) if low == high else f"{fixed(low, 0)} to {fixed(high, 0)}"


def p_figure(p: float) -> str:
    """Print a P value where a header or a word before it says P: 0.057, < 0.001, never 0.

    Three decimals, two from 0.2 on; one more where the print would be a usual level and the value is not.
    """
    if pd.isna(p):
        return "not estimable"
    if p < 0.001:
        return "< 0.001"
    text = fixed(p, 3 if p < 0.2 else 2)
    return fixed(p, 4) if float(text) in _LEVELS and p != float(text) else text


def p_value(p: float) -> str:
    """Print a P value: three decimals, two from 0.2 on, never 0."""
    figure = p_figure(p)
    return f"P = {figure}" if figure[0].isdigit() else f"P {figure}"


def reason(result: pd.Series) -> str:
    """Say that a result does not exist, and why."""
    return f"not estimable ({why(result)})"


def number(result: pd.Series) -> str:
    """Print the estimate of a result in its unit: 83%, 16.0 months, 0.95, +17 points."""
    if not is_estimable(result):
        return reason(result)
    if result["kind"] == SHARE and result["unit"] == "fraction":
        return percentage(result["estimate"])
    return re.sub(r"(?<![\d.])1 points$", "1 point", _printed(result, result["estimate"]))


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
    """Print the interval with its level: 95% CI 55% to 95%; empty text where the result has none."""
    low, high = result["ci_low"], result["ci_high"]
    if pd.isna(low) and pd.isna(high):
        return ""
    ends = [_printed(result, end) for end in (low, high)]
    word = ends[1].rpartition(" ")[2]  # a unit that is a word is said once
    return f"{result['ci_level']:.0%} CI {ends[0].removesuffix(f' {word}')} to {ends[1]}"


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
    return f"{result['events']:.0f} of {result['n']:.0f}"


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
    if not is_estimable(result):
        return why(result)
    return f"{count(result)} ({percentage(result['events'] / result['n'])})" if result["n"] else count(result)


def of(result: pd.Series) -> str:
    """Print a share with its count and denominator: 83% (10 of 12; 95% CI 55% to 95%)."""
    if not is_estimable(result):
        return reason(result)
    inside = [count(result), interval(result)]
    return f"{number(result)} ({'; '.join(part for part in inside if part)})"


def with_interval(result: pd.Series, *more: str) -> str:
    """Print an estimate with its interval, and what else belongs to it, in brackets; or why there is none."""
    if not is_estimable(result):
        return reason(result)
    inside = "; ".join(part for part in (interval(result), *more) if part)
    return f"{number(result)} ({inside})" if inside else number(result)


def estimate(result: pd.Series) -> str:
    """Print an estimate with its interval and method: 0.95 (95% CI 0.92 to 0.98; Wald)."""
    return with_interval(result, result["method"])


def test(result: pd.Series) -> str:
    """Print a P value with the test that gave it."""
    return f"{p_value(result['p_value'])} ({result['method']})" if is_estimable(result) else reason(result)


def clarity(result: pd.Series) -> str:
    """Say whether the interval of a comparison leaves out no difference.

    Returns
    -------
    str
        ``"a clear difference"`` or ``"no clear difference"``, judged by whether the interval contains the
        null value of its kind; a missing end counts as unbounded.
    """
    null = NULLS.get(result["kind"], 0)
    low, high = result["ci_low"], result["ci_high"]
    outside = (pd.notna(low) and low > null) or (pd.notna(high) and high < null)
    return "a clear difference" if outside else "no clear difference"


def near_one(ratio: float) -> bool:
    """Say whether a ratio prints as 1 or one last decimal beside it, so that it shows no direction.

    Parameters
    ----------
    ratio : float

    Returns
    -------
    bool
    """
    return abs(float(fixed(ratio, 2)) - 1) < 0.015


def few_events(*events: float) -> bool:
    """Say whether a side of a comparison of event times has fewer than `FEW_EVENTS` events.

    Parameters
    ----------
    *events : float
        Of each side.

    Returns
    -------
    bool
    """
    return min(events) < FEW_EVENTS


def verdict(result: pd.Series, study: Study, few: bool = False) -> str:
    """Judge a comparison of event times, or say that it cannot be judged.

    Parameters
    ----------
    result : Series
        A ratio or a difference, judged by its interval, or a test, judged by its P value.
    study : Study
        Has the level of the tests.
    few : bool
        Whether one side has too few events, as `few_events` says.

    Returns
    -------
    str
        As `clarity`; without a verdict where events are few.
    """
    if few:
        return "too few events on one side for a verdict"
    if result["kind"] in NULLS:
        return clarity(result)
    return "a clear difference" if result["p_value"] < study.alpha else "no clear difference"


def with_arm(arm: Arm) -> str:
    """Name an arm as what was given: with the one treatment.

    Parameters
    ----------
    arm : Arm

    Returns
    -------
    str
    """
    return f"with {inside(arm.label)}"


def minus(study: Study) -> str:
    """Name the direction of every difference between the arms: the first minus the second.

    Parameters
    ----------
    study : Study

    Returns
    -------
    str
    """
    return f"{study.arms[0].short} minus {study.arms[1].short}"


def by_arm(rows: pd.DataFrame, study: Study, printed: Callable[[pd.Series], str] = of) -> str | None:
    """Print one result of each arm: 83% (10 of 12; ...) with ... and 67% (14 of 21; ...) with ....

    Parameters
    ----------
    rows : DataFrame
        Result rows that differ in their group alone; those of no arm are left out.
    study : Study
    printed : callable
        How a row is printed.

    Returns
    -------
    str or None
        None where there is no row of an arm, as for a population that the study does not have.
    """
    found = {result["group"]: printed(result) for _, result in rows.iterrows()}
    parts = [f"{found[arm.id]} {with_arm(arm)}" for arm in study.arms if arm.id in found]
    return " and ".join(parts) or None


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


def disagreement(result: pd.Series, exact: pd.Series, study: Study) -> str:
    """Say that an exact test of a comparison and its interval do not agree at the study's level.

    Returns
    -------
    str
        A sentence with a space before it; empty text where the two agree or one does not exist.
    """
    if not (is_estimable(result) and is_estimable(exact)):
        return ""
    if (clarity(result) == "a clear difference") == (exact["p_value"] < study.alpha):
        return ""
    side = "includes" if exact["p_value"] < study.alpha else "leaves out"
    return f" The interval {side} no difference, yet the exact test gives {test(exact)}."


def comparison(result: pd.Series, what: str, study: Study, alike: bool = False, few: bool = False) -> str:
    """Make the sentence about a comparison of the arms.

    Parameters
    ----------
    result : Series
        A row of group ``arm``: the first arm minus, or over, the second.
    what : str
        The outcome that is compared, as the sentence's first words ("The response rate").
    study : Study
    alike : bool
        Whether the two compared numbers print alike; an unclear difference then has no direction.
    few : bool
        Whether it is a comparison of event times with too few events on one side for a verdict.

    Returns
    -------
    str
        Direction, size, interval and whether the difference is clear; or that and why it is not estimable.
    """
    if not is_estimable(result):
        return f"{what}: the arms cannot be compared ({why(result)})."
    first, second = (inside(arm.label) for arm in study.arms)
    size = f"{noun(result)} {estimate(result)}; {verdict(result, study, few)}."
    if alike and clarity(result) == "no clear difference":
        return f"{what} was about the same with {first} and with {second}: {size}"
    side = int(np.sign(result["estimate"] - NULLS.get(result["kind"], 0)))
    direction = {1: "higher", -1: "lower", 0: "neither higher nor lower"}[side]
    return f"{what} was {direction} with {first} than with {second}: {size}"


def noun(result: pd.Series) -> str:
    """Name what a comparison is: odds ratio, hazard ratio, ratio or difference."""
    return _NOUNS.get(result["unit"], "difference")


def _printed(result: pd.Series, value: float) -> str:
    if pd.isna(value):
        return "not reached"
    if math.isinf(value):
        return "no limit"
    unit, kind = result["unit"], result["kind"]
    if kind == RATIO:
        return _ratio(value)
    if kind == DIFFERENCE and unit in _PLACES:
        factor, decimals, words = _PLACES[unit]
        return _signed(factor * value, decimals) + words
    if unit == "fraction":
        return f"{fixed(100 * value, 0)}%"
    if kind == TIME or unit in _SUFFIX:
        text = fixed(value, 0 if value == round(value) else 1)
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
        return fixed(value, 0)
    if 0 < value < 0.01:
        return f"{value:.2g}" if value >= 0.0001 else "< 0.0001"
    return _beside(value, 1, 2)


def _beside(value: float, null: float, decimals: int) -> str:
    """Print a number with enough decimals to show on which side of its null value it lies."""
    for places in range(decimals, max(decimals, _MOST_DECIMALS) + 1):
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
