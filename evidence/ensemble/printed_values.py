"""Ensemble: printed numbers as they are printed, in place of what the members add to their digits."""

import pandas as pd

from evidence.claims.claim import listed

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
        Both ends of a printed number are the number. Where P alone is printed the range stays, and so does
        what ``varies`` says of the estimate.
    """
    value = pd.Series(_values(claims, rows.set_index("id")["unit"]), dtype=float).reindex(ranges["id"])
    value = value.set_axis(ranges.index)
    beside = ranges["varies"].str.removeprefix("estimate").str.strip()
    return ranges.assign(
        range_low=value.fillna(ranges["range_low"]),
        range_high=value.fillna(ranges["range_high"]),
        varies=ranges["varies"].where(value.isna(), beside),
    )


def _values(claims: pd.DataFrame, units: pd.Series) -> dict[str, float]:
    figures = [claim for claim in listed(claims) if claim.relation == EQUALS and not claim.about_p_value]
    found = {str(claim.result_id): claim for claim in figures if str(claim.result_id) in units.index}
    return {id: claim.value / _parts(claim.unit, units[id]) for id, claim in found.items()}


def _parts(claimed: str, unit: str) -> int:
    """Return what a claim's number is divided by to stand in the unit of the row."""
    return 100 if claimed == PERCENT and unit == "fraction" else 1
