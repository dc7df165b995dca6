"""Craft: a result row in, the words for it out; no sentence of the book holds a number from anywhere else."""

import numpy as np
import pandas as pd

from helpers.endpoints import LABELS
from helpers.results import NOT_ESTIMABLE, is_estimable

_RATIOS = ("odds_ratio", "hazard_ratio", "ratio")
_SIGNED = ("difference", "change", "hodges_lehmann")  # words of statistics whose sign is the finding
_SUFFIX = {"months": " months", "days": " days", "years": " years", "percent_points": "%"}
_SIGNED_FORMAT = {
    # A limit just beside 0 keeps a decimal, as "0 points" would hide on which side it lies.
    "fraction": lambda value: f"{100 * value:+.{int(0 < abs(value) < 0.005)}f} points",
    "percent_points": lambda value: f"{value:+z.1f} points",
    "statistic": lambda value: f"{value:+z.2f}",
}


def p_value(p: float) -> str:
    """Print a P value: three decimals, two from 0.2 on, never 0."""
    if pd.isna(p):
        return "P not estimable"
    if p < 0.001:
        return "P < 0.001"
    return f"P = {p:.3f}" if p < 0.2 else f"P = {p:.2f}"


def reason(result: pd.Series) -> str:
    """Say that a result does not exist, and why."""
    return f"not estimable ({result['method'].removeprefix(NOT_ESTIMABLE)})"


def number(result: pd.Series) -> str:
    """Print the estimate of a result in its unit: 83%, 16.0 months, 0.95, +17 points."""
    return _printed(result, result["estimate"]) if is_estimable(result) else reason(result)


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


def estimate(result: pd.Series) -> str:
    """Print an estimate with its interval and method: 0.95 (95% CI 0.92 to 0.98; Wald)."""
    if not is_estimable(result):
        return reason(result)
    inside = [interval(result), result["method"]]
    return f"{number(result)} ({'; '.join(part for part in inside if part)})"


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
    unit = result["unit"]
    if unit == "count":
        return f"{value:.0f}"
    if any(word in result["statistic"] for word in _SIGNED) and unit in _SIGNED_FORMAT:
        return _SIGNED_FORMAT[unit](value).replace("-", "\N{MINUS SIGN}")
    if unit == "fraction":
        return f"{100 * value:.0f}%"
    if unit in _SUFFIX:
        text = f"{value:.0f}" if value == round(value) else f"{value:.1f}"
        return f"{text}{_SUFFIX[unit]}".replace("-", "\N{MINUS SIGN}")
    return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"
