"""Sample quantiles under the rule that the whole project uses, and two others that programs know."""

import numpy as np

from helpers.estimators.common import complete
from helpers.ground.results import Estimate, not_estimable

USUAL = 7
# Hyndman and Fan's number of a rule: its name in numpy. 6 is the usual one of SPSS and Minitab, 2 of SAS.
RULES = {7: "linear", 6: "weibull", 2: "averaged_inverted_cdf"}
OTHERS = tuple(kind for kind in RULES if kind != USUAL)


def quantile(values, q, kind=USUAL):
    """Give a sample quantile, by default by linear interpolation of the order statistics (type 7).

    Parameters
    ----------
    values : array-like
        Numbers; missing ones are left out.
    q : float
        0 for the minimum, 0.5 for the median, 1 for the maximum.
    kind : int
        Which of `RULES`.

    Returns
    -------
    Estimate
        ``estimate`` in the unit of ``values`` and ``n``; not estimable without a value.

    References
    ----------
    Hyndman RJ, Fan Y (1996). The American Statistician 50, 361-365, definitions 7, 6 and 2.
    """
    (values,) = complete(values)
    if len(values) == 0:
        return not_estimable("no values", n=0)
    return Estimate(
        estimate=float(np.quantile(values, q, method=RULES[kind])),
        n=len(values),
        method=f"sample quantile, type {kind}",
    )


def median(values):
    """Give the sample median of ``values``; see :func:`quantile`."""
    return quantile(values, 0.5)
