"""Evidence: what the ledger says of a result that the print leaves open, instead of one cohort's value."""

from math import isnan

import pandas as pd

from evidence.claims.claim import DIRECTIONS, Claim
from evidence.ledger.comparison import Row
from helpers.ground.standing import OPEN, PRINTED
from helpers.printing import prose


def known(results: pd.DataFrame, ranges: pd.DataFrame | None) -> pd.DataFrame:
    """Put what is known of each result beside it; a printed number is the one that is printed.

    Parameters
    ----------
    results : DataFrame
        Of one cohort.
    ranges : DataFrame or None
        As `helpers.ground.standing.read` returns it; without rows the results stay as they are.

    Returns
    -------
    DataFrame
    """
    if ranges is None or ranges.empty:
        return results
    found = results.merge(ranges, on="id", how="left", validate="one_to_one")
    found = found.fillna({"standing": OPEN, "varies": ""})
    as_printed = found["standing"].eq(PRINTED) & found["range_low"].eq(found["range_high"])
    return found.assign(estimate=found["estimate"].mask(as_printed, found["range_low"]))


def is_open(claim: Claim, row: Row) -> bool:
    """Tell whether what a claim is about differs from one cohort to the next.

    Parameters
    ----------
    claim : Claim
    row : dict
        The result.

    Returns
    -------
    bool
    """
    part = "p_value" if claim.about_p_value else "estimate"
    return row.get("standing") == OPEN or part in str(row.get("varies", "")).split()


def below(claim: Claim, row: Row) -> float:
    """Give the share of the cohorts with a value below the level, or below no difference.

    Parameters
    ----------
    claim : Claim
    row : dict
        An open result.

    Returns
    -------
    float
        NaN where it was not counted.
    """
    return row["share_significant" if claim.about_p_value else "share_below_null"]


def told(claim: Claim, row: Row, alpha: float) -> str:
    """Print an open result: its range, or in which share of the cohorts it is as claimed.

    Parameters
    ----------
    claim : Claim
    row : dict
        The result.
    alpha : float
        The level of a P value.

    Returns
    -------
    str
    """
    if claim.about_p_value:
        as_large = claim.relation == "not_significant"
        sign, share = ("≥", as_claimed(claim, row)) if as_large else ("<", below(claim, row))
        return "open" if isnan(share) else f"P {sign} {alpha:g} in {prose.how_many(share)} of the cohorts"
    if claim.relation not in DIRECTIONS:
        return prose.bare(pd.Series(row))
    word, share = "lower" if DIRECTIONS[claim.relation] < 0 else "higher", as_claimed(claim, row)
    return "open" if isnan(share) else f"{word} in {prose.how_many(share)} of the cohorts"


def as_claimed(claim: Claim, row: Row) -> float:
    """Give the share of the cohorts in which an open result is as claimed; NaN where it was not counted.

    Parameters
    ----------
    claim : Claim
    row : dict
        The result.

    Returns
    -------
    float
        None of them where the claim is a figure, since one figure is not printed by all.
    """
    share = below(claim, row)
    if claim.relation in DIRECTIONS:
        return share if DIRECTIONS[claim.relation] < 0 else 1 - share
    return {"significant": share, "not_significant": 1 - share}.get(claim.relation, 0.0)


def on_the_side(claim: Claim, row: Row) -> float:
    """Give the share of the cohorts on the side that `evidence.ledger.comparison.side` tells apart.

    Parameters
    ----------
    claim : Claim
    row : dict
        An open result.

    Returns
    -------
    float
        NaN where it was not counted.
    """
    share = below(claim, row)
    return 1 - share if claim.relation in DIRECTIONS else share
