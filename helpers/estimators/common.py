"""What the estimators share: the confidence level, the handling of missing values, the curve without rows."""

import numpy as np
import pandas as pd
from scipy.special import ndtri

LEVEL = 0.95
Z = float(ndtri(0.5 + LEVEL / 2))


def complete(*columns):
    """Leave out the rows in which any column is missing.

    Parameters
    ----------
    *columns : array-like of shape (n,)
        Numbers or yes/no values (bool, 0/1 or pandas ``boolean`` with ``<NA>``).

    Returns
    -------
    list of ndarray of float
        One array a column, aligned, without missing values.
    """
    arrays = [pd.Series(column).astype("Float64").to_numpy(float, na_value=np.nan) for column in columns]
    if len({len(array) for array in arrays}) > 1:
        raise ValueError(f"columns of unequal length: {[len(array) for array in arrays]}")
    keep = ~np.isnan(arrays).any(axis=0)
    return [array[keep] for array in arrays]


def no_rows(*columns):
    """Return the empty table of a curve that does not exist, with numeric columns."""
    return pd.DataFrame(columns=columns, dtype=float)
