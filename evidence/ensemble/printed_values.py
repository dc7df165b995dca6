"""Ensemble: printed numbers as they are printed, in place of what the members add to their digits."""

import pandas as pd

from evidence.claims.claim import listed
from evidence.ensemble.standing import text
from helpers.ground.standing import PRINTED

EQUALS, PERCENT = "equals", "percent"


def as_printed(ranges: pd.DataFrame, claims: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Put printed numbers in place of the members' ranges.

    Parameters
    ----------
    ranges : DataFrame
        As `evidence.ensemble.standing.ranges` returns it.
    claims : DataFrame
        As `evidence.claims.load.load` returns it.
    rows : DataFrame
        The results table of one member, in the order of `ranges`.

    Returns
    -------
    DataFrame
        Both ends of a printed number are the number. Where P alone is printed and the members' numbers print
        differently, the range stays and ``varies`` names the estimate.
    """
    value = pd.Series(_values(claims, rows.set_index("id")["unit"]), dtype=float).reindex(ranges["id"])
    value = value.set_axis(ranges.index)
    found = ranges.assign(
        range_low=value.fillna(ranges["range_low"]), range_high=value.fillna(ranges["range_high"])
    )
    hidden = found["standing"].eq(PRINTED) & value.isna() & _prints_differently(found, rows)
    found.loc[hidden, "varies"] = ("estimate " + found.loc[hidden, "varies"]).str.strip()
    return found


def _values(claims: pd.DataFrame, units: pd.Series) -> dict[str, float]:
    figures = [claim for claim in listed(claims) if claim.relation == EQUALS and not claim.about_p_value]
    found = {str(claim.result_id): claim for claim in figures if str(claim.result_id) in units.index}
    return {id: claim.value / _parts(claim.unit, units[id]) for id, claim in found.items()}


def _parts(claimed: str, unit: str) -> int:
    """Return what a claim's number is divided by to stand in the unit of the row."""
    return 100 if claimed == PERCENT and unit == "fraction" else 1


def _prints_differently(found: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    ends = zip(rows.to_dict("records"), found["range_low"], found["range_high"], strict=True)
    return pd.Series([text(row, low) != text(row, high) for row, low, high in ends], index=found.index)
