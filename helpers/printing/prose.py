"""Craft: a result row in, the words for it out; no sentence of the book holds a number from anywhere else."""

import math
import re
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from helpers.ground.endpoints import LABELS
from helpers.ground.results import NOT_ESTIMABLE, SIGNIFICANT, is_estimable

_RATIOS = ("odds_ratio", "hazard_ratio", "ratio")
_SIGNED = ("difference", "change", "hodges_lehmann")  # words of statistics whose sign is the finding
_SUFFIX = {"months": " months", "days": " days", "years": " years", "percent_points": "%"}


def fixed(value: float, decimals: int) -> str:
    """Print a number with halves rounded away from zero, as by hand; floating noise makes no half."""
    return str(Decimal(f"{value:.12g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def span(low: float, high: float) -> str:
    """Print a range of whole numbers: 9 to 19, or 19 where both ends are the same."""
    return fixed(low, 0) if low == high else f"{fixed(low, 0)} to {fixed(high, 0)}"


def p_figure(p: float) -> str:
    """Print a P value where a header or a word before it says P: 0.057, < 0.001, never 0."""
    if pd.isna(p):
        return "not estimable"
    if p < 0.001:
        return "< 0.001"
    return fixed(p, 3 if p < 0.2 else 2)


def p_value(p: float) -> str:
    """Print a P value: three decimals, two from 0.2 on, never 0."""
    figure = p_figure(p)
    return f"P = {figure}" if figure[0].isdigit() else f"P {figure}"


def reason(result: pd.Series) -> str:
    """Say that a result does not exist, and why."""
    return f"not estimable ({result['method'].removeprefix(NOT_ESTIMABLE)})"


def number(result: pd.Series) -> str:
    """Print the estimate of a result in its unit: 83%, 16.0 months, 0.95, +17 points."""
    if not is_estimable(result):
        return reason(result)
    return re.sub(r"(?<![\d.])1 points$", "1 point", _printed(result, result["estimate"]))


def interval(result: pd.Series) -> str:
    """Print the interval with its level: 95% CI 55% to 95%; empty text where the result has none."""
    low, high = result["ci_low"], result["ci_high"]
    if pd.isna(low) and pd.isna(high):
        return ""
    ends = [_printed(result, end) for end in (low, high)]
    word = ends[1].rpartition(" ")[2]  # a unit that is a word is said once
    return f"{result['ci_level']:.0%} CI {ends[0].removesuffix(f' {word}')} to {ends[1]}"


def of(result: pd.Series) -> str:
    """Print a share with its count and denominator: 83% (10 of 12; 95% CI 55% to 95%)."""
    if not is_estimable(result):
        return reason(result)
    inside = [f"{result['events']:.0f} of {result['n']:.0f}", interval(result)]
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
        ``"a clear difference"`` or ``"no clear difference"``, judged by whether the interval contains 1 for a
        ratio and 0 for anything else; a missing end counts as unbounded.
    """
    null = 1 if result["unit"] in _RATIOS else 0
    low, high = result["ci_low"], result["ci_high"]
    outside = (pd.notna(low) and low > null) or (pd.notna(high) and high < null)
    return "a clear difference" if outside else "no clear difference"


def disagreement(result: pd.Series, exact: pd.Series) -> str:
    """Say that an exact test of a comparison and its interval do not agree at the usual level.

    Returns
    -------
    str
        A sentence with a space before it; empty text where the two agree or one does not exist.
    """
    if not (is_estimable(result) and is_estimable(exact)):
        return ""
    if (clarity(result) == "a clear difference") == (exact["p_value"] < SIGNIFICANT):
        return ""
    side = "includes" if exact["p_value"] < SIGNIFICANT else "leaves out"
    return f" The interval {side} no difference, yet the exact test gives {test(exact)}."


def comparison(result: pd.Series, what: str) -> str:
    """Make the sentence about a comparison of the arms.

    Parameters
    ----------
    result : Series
        A row of group ``arm``: combination minus, or over, monotherapy.
    what : str
        The outcome that is compared, as the sentence's first words ("The response rate").

    Returns
    -------
    str
        Direction, size, interval and whether the difference is clear; or that and why it is not estimable.
    """
    if not is_estimable(result):
        return f"{what}: the arms cannot be compared ({result['method'].removeprefix(NOT_ESTIMABLE)})."
    arms = f"with {LABELS['combination'].lower()} than with {LABELS['monotherapy'].lower()}"
    null = 1 if result["unit"] in _RATIOS else 0
    direction = {1: "higher", -1: "lower", 0: "neither higher nor lower"}[
        int(np.sign(result["estimate"] - null))
    ]
    size = estimate(result)
    return f"{what} was {direction} {arms}: {_noun(result)} {size}; {clarity(result)}."


def _noun(result: pd.Series) -> str:
    return {"odds_ratio": "odds ratio", "hazard_ratio": "hazard ratio", "ratio": "ratio"}.get(
        result["unit"], "difference"
    )


def _printed(result: pd.Series, value: float) -> str:
    if pd.isna(value):
        return "not reached"
    if math.isinf(value):
        return "no limit"
    unit = result["unit"]
    if any(word in result["statistic"] for word in _SIGNED):
        if unit == "fraction":
            # A limit just beside 0 keeps a decimal, as "0 points" would hide on which side it lies.
            return f"{_signed(100 * value, int(0 < abs(value) < 0.005))} points"
        if unit == "percent_points":
            return f"{_signed(value, 1)} points"
        if unit == "statistic":
            return _signed(value, 2)
    if unit == "count":
        return fixed(value, 0)
    if unit == "fraction":
        return f"{fixed(100 * value, 0)}%"
    if unit in _SUFFIX:
        text = fixed(value, 0 if value == round(value) else 1)
        return f"{text}{_SUFFIX[unit]}".replace("-", "\N{MINUS SIGN}")
    return fixed(value, 2 if abs(value) < 100 else 0)


def _signed(value: float, decimals: int) -> str:
    size = fixed(abs(value), decimals)
    sign = "\N{MINUS SIGN}" if value < 0 and float(size) else "+"
    return sign + size
