"""Ensemble: how far one more printed number would narrow an open result.

Members in which a candidate prints alike are what would be left of the ensemble, had the abstract printed it
so. The width of the band among them, averaged over the members and set against the width among all, says what
that one number is worth before it is known.
"""

import numpy as np
import pandas as pd

from evidence.ensemble.standing import INSIDE

FEWEST = 20  # members that print alike, below which their band is not read


def narrowing(target: pd.Series, candidates: pd.DataFrame) -> pd.DataFrame:
    """Say what share of the width of a band each candidate would leave.

    Parameters
    ----------
    target : Series
        An open result, one value a member; of a ratio its logarithm.
    candidates : DataFrame of str
        One column a result: how it prints in each member.

    Returns
    -------
    DataFrame
        candidate, left (mean width among members that print alike, over the width among all) and covered
        (share of members whose print is shared by at least `FEWEST`), the most telling candidate first. Where
        no print is shared by so many, left is missing.
    """
    whole = width(target)
    rows = [(name, *_left(target, printed, whole)) for name, printed in candidates.items()]
    table = pd.DataFrame(rows, columns=["candidate", "left", "covered"])
    return table.sort_values(["left", "candidate"], ignore_index=True)


def width(values: pd.Series) -> float:
    """Return the width of the band of a result.

    Parameters
    ----------
    values : Series

    Returns
    -------
    float
    """
    low, high = np.quantile(values, INSIDE)
    return float(high - low)


def _left(target: pd.Series, printed: pd.Series, whole: float) -> tuple[float, float]:
    groups = target.groupby(printed.to_numpy())
    sizes, widths = groups.size(), groups.agg(width)
    known = sizes[sizes >= FEWEST]
    if known.empty:
        return np.nan, 0.0
    return float(np.average(widths[known.index], weights=known)) / whole, known.sum() / len(target)
