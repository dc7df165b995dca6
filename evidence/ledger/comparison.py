"""Evidence: a claim beside the row of the results that answers it, on one scale and in the same print."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from math import nan
from typing import Any

import pandas as pd

from evidence.claims.claim import DIRECTIONS, TESTS, Claim
from evidence.claims.printed import WIDE
from helpers.printing import prose

Row = dict[str, Any]  # of the results, by column; without any entry where there is none

_DIFFERENCES = ("percent_points", "count", "days", "months", "years", "statistic")
# A claim's unit: the units of results that it can be compared with, and the factor between them.
FACTORS: dict[str, dict[str, int]] = {
    "percent": {"fraction": 100, "percent_points": 1},
    **{unit: {unit: 1} for unit in ("count", "odds_ratio", "hazard_ratio", "days", "months", "years")},
    # A direction has no unit. It can be read off differences only: the null of a ratio is not 0.
    "": {"fraction": 100} | dict.fromkeys(_DIFFERENCES, 1),
}
SUFFIXES = {"percent": " %", "microgram": " µg"} | {u: f" {u}" for u in ("days", "months", "years", "mg")}
SIGNS = {"equals": "", "at_least": "≥ ", "greater_than": "> ", "at_most": "≤ ", "less_than": "< "}
WORDS = {"increases": "increase", "decreases": "decrease", "states": "wording"}


_Test = Callable[[float, Claim, float], bool]
_ABOVE_0: tuple[str, _Test] = ("a value above 0", lambda value, claim, alpha: value > 0)
_BELOW_0: tuple[str, _Test] = ("a value below 0", lambda value, claim, alpha: value < 0)
# A relation: the value that it needs, in words, and the test of it.
NEEDS: dict[str, tuple[str, _Test]] = {
    "equals": (
        "a value that rounds to the printed one",
        lambda value, claim, alpha: claim.figure.takes(value),
    ),
    "at_least": ("a value not below the printed one", lambda value, claim, alpha: value >= claim.value),
    "greater_than": ("a value above the printed one", lambda value, claim, alpha: value > claim.value),
    "at_most": ("a value not above the printed one", lambda value, claim, alpha: value <= claim.value),
    "less_than": ("a value below the printed one", lambda value, claim, alpha: value < claim.value),
    **dict.fromkeys(("increases", "higher"), _ABOVE_0),
    **dict.fromkeys(("decreases", "lower"), _BELOW_0),
    "significant": ("a P value below {alpha}", lambda value, claim, alpha: value < alpha),
    "not_significant": ("a P value of {alpha} or more", lambda value, claim, alpha: value >= alpha),
}


def rows_by_id(results: pd.DataFrame) -> dict[str, Row]:
    """Give the rows of a results table by id; ``to_dict`` takes ten times as long.

    Parameters
    ----------
    results : DataFrame
        With ``id`` among its columns.

    Returns
    -------
    dict of str to dict
    """
    columns = {name: results[name].tolist() for name in results if name != "id"}
    each = zip(*columns.values(), strict=True)
    return {
        id: dict(zip(columns, values, strict=True)) for id, values in zip(results["id"], each, strict=True)
    }


def comparable(claim: Claim, row: Row) -> bool:
    """Tell whether a result can be put on the scale of a claim.

    Parameters
    ----------
    claim : Claim
    row : dict

    Returns
    -------
    bool
    """
    return claim.about_p_value or row["unit"] in FACTORS.get(claim.unit, {})


def on_scale(claim: Claim, row: Row) -> float:
    """Return a result on the scale of a claim, without floating noise.

    Parameters
    ----------
    claim : Claim
    row : dict

    Returns
    -------
    float
        NaN where there is no row, where it holds no value and where the units do not fit.
    """
    if not row or not comparable(claim, row):
        return nan
    factor = 1 if claim.about_p_value else FACTORS[claim.unit][row["unit"]]
    return float(f"{factor * row['p_value' if claim.about_p_value else 'estimate']:.12g}")


def side(claim: Claim, value: float, alpha: float) -> bool:
    """Say on which side of its null or level a value lies; the same for all values where a claim has none.

    Parameters
    ----------
    claim : Claim
    value : float
        On the claim's scale.
    alpha : float
        The level of a P value.

    Returns
    -------
    bool
    """
    if claim.about_p_value:
        return value < alpha
    if claim.relation in DIRECTIONS:
        return value > 0
    return claim.unit in ("odds_ratio", "hazard_ratio") and value < 1


def published(claim: Claim) -> str:
    """Print what a claim says: its figure with sign and unit, or its word.

    Parameters
    ----------
    claim : Claim

    Returns
    -------
    str
    """
    if claim.relation in SIGNS:
        return f"{SIGNS[claim.relation]}{claim.figure}{_suffix(claim.unit, claim.value)}"
    return claim.printed or WORDS.get(claim.relation, claim.relation.replace("_", " "))


def recomputed(claim: Claim, row: Row, value: float) -> str:
    """Print a recomputed value as the claim prints its own.

    Parameters
    ----------
    claim : Claim
    row : dict
        The result.
    value : float
        The same on the claim's scale.

    Returns
    -------
    str
    """
    if claim.relation in TESTS and "standing" in row:
        return prose.p_value(value)
    if claim.relation in TESTS:
        return f"P = {value:.4f}" if value >= 0.0001 else "P < 0.0001"
    if claim.relation in DIRECTIONS:
        points = " points" if row["unit"] in ("fraction", "percent_points") else ""
        # A sign of its own keeps spreadsheets from taking the cell for a formula.
        return f"{value:.3g}{points}".replace("-", "\N{MINUS SIGN}")
    if claim.relation != "equals":
        return f"{value:.4g}{_suffix(claim.unit, value)}"
    if claim.figure.takes(value):
        value = claim.value
    unit = Decimal(1).scaleb(-claim.decimals)
    printed = Decimal(f"{value:.12g}").quantize(unit, ROUND_HALF_UP, WIDE)
    if claim.unit == "p_value" and not printed and value != claim.value:
        return f"< {unit}"
    return f"{printed}{_suffix(claim.unit, value)}"


def finely(claim: Claim, row: Row, value: float) -> str:
    """Print a recomputed value with more digits than the claim has; parameters as in `recomputed`.

    Parameters
    ----------
    claim : Claim
    row : dict
    value : float

    Returns
    -------
    str
    """
    if claim.relation in DIRECTIONS:
        return recomputed(claim, row, value)
    return f"P = {value:.5g}" if claim.about_p_value else f"{value:.5g}{_suffix(claim.unit, value)}"


def _suffix(unit: str, value: float) -> str:
    suffix = SUFFIXES.get(unit, "")
    return suffix.removesuffix("s") if value == 1 else suffix
