"""Sample quantiles under the one rule that the whole project uses."""

import numpy as np

from helpers.estimators.common import complete
from helpers.results import Estimate, not_estimable


def quantile(values, q):
    """Give a sample quantile by linear interpolation of the order statistics (type 7).

    Parameters
    ----------
    values : array-like
        Numbers; missing ones are left out.
    q : float
        0 for the minimum, 0.5 for the median, 1 for the maximum.

    Returns
    -------
    Estimate
        ``estimate`` in the unit of ``values`` and ``n``; not estimable without a value.

    References
    ----------
    Hyndman RJ, Fan Y (1996). The American Statistician 50, 361-365, definition 7.
    """
    (values,) = complete(values)
    if len(values) == 0:
        return not_estimable("no values", n=0)
    return Estimate(estimate=float(np.quantile(values, q)), n=len(values), method="sample quantile, type 7")


def median(values):
    """Give the sample median of ``values``; see :func:`quantile`."""
    return quantile(values, 0.5)
