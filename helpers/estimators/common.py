"""What the estimators share: the confidence level, the handling of missing values, the curve without rows."""

from math import nan

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtri

from helpers.ground.results import Estimate

LEVEL = 0.95
Z = float(ndtri(0.5 + LEVEL / 2))


def complete(*columns: ArrayLike) -> list[np.ndarray]:
    """Leave out the rows in which any column is missing.

    Parameters
    ----------
    *columns : array-like of shape (n,)
        Numbers or yes/no values (bool, 0/1 or pandas ``boolean`` with ``<NA>``).

    Returns
    -------
    list of ndarray of float
        One array a column, aligned, without missing values.

    Raises
    ------
    ValueError
        If the columns differ in length, or one holds an infinite value: sums and ranks of such values would
        turn into results that are missing without a reason.

    Examples
    --------
    >>> import math
    >>> ages, responded = complete([50, math.nan, 61], [True, False, None])
    >>> ages.tolist(), responded.tolist()
    ([50.0], [1.0])
    """
    arrays = [pd.Series(column).astype("Float64").to_numpy(float, na_value=np.nan) for column in columns]
    if len({len(array) for array in arrays}) > 1:
        raise ValueError(f"columns of unequal length: {[len(array) for array in arrays]}")
    if np.isinf(arrays).any():
        raise ValueError("a column holds an infinite value")
    keep = ~np.isnan(arrays).any(axis=0)
    return [array[keep] for array in arrays]


def interval(
    estimate: float, low: float, high: float, method: str, n: float, events: float = nan
) -> Estimate:
    """Return an estimate with its two limits at the project's level.

    Parameters
    ----------
    estimate, low, high : float
        The estimate and its limits.
    method : str
        The interval by name.
    n, events : float
        Patients (or pairs) that it uses, and events among them.

    Returns
    -------
    Estimate
        With `LEVEL` as its level and no P value.

    Examples
    --------
    >>> interval(0.5, 0.2, 0.8, "Wilson score interval", n=10, events=5).ci_level
    0.95
    """
    return Estimate(float(estimate), float(low), float(high), LEVEL, n=n, events=events, method=method)


def no_rows(*columns: str) -> pd.DataFrame:
    """Return the empty table of a curve that does not exist.

    Parameters
    ----------
    *columns : str
        Names of its columns.

    Returns
    -------
    DataFrame
        No row, and the columns with numeric type.

    Examples
    --------
    >>> no_rows("month", "estimate").dtypes.tolist()
    [dtype('float64'), dtype('float64')]
    """
    return pd.DataFrame(columns=columns, dtype=float)
