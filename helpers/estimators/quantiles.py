"""Sample quantiles under the rule that the whole project uses, and two others that programs know."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from helpers.estimators.common import complete
from helpers.ground.results import Estimate, not_estimable

USUAL = 7
# Hyndman and Fan's number of a rule: its name in numpy. 6 is the usual one of SPSS and Minitab, 2 of SAS.
RULES: dict[int, Literal["linear", "weibull", "averaged_inverted_cdf"]] = {
    7: "linear",
    6: "weibull",
    2: "averaged_inverted_cdf",
}
QUARTILES = {"quartile_1": 0.25, "median": 0.5, "quartile_3": 0.75}
QUANTILES = {"minimum": 0.0, **QUARTILES, "maximum": 1.0}
OTHERS = tuple(kind for kind in RULES if kind != USUAL)


def quantile(values: ArrayLike, q: float, kind: int = USUAL) -> Estimate:
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

    Raises
    ------
    ValueError
        If a value is infinite, or ``q`` lies outside 0 and 1.
    KeyError
        If the rule is not one of `RULES`.

    References
    ----------
    Hyndman RJ, Fan Y (1996). The American Statistician 50, 361-365, definitions 7, 6 and 2.

    Examples
    --------
    >>> [quantile([4, 1, 3, 2], 0.25, kind).estimate for kind in RULES]
    [1.75, 1.25, 1.5]
    """
    (values,) = complete(values)
    if len(values) == 0:
        return not_estimable("no values", n=0)
    value = _usual(values, q) if kind == USUAL else np.quantile(values, q, method=RULES[kind])
    return Estimate(float(value), n=len(values), method=f"sample quantile, type {kind}")


def _usual(values: np.ndarray, q: float) -> float:
    """Return what numpy does for type 7, in a tenth of its time."""
    if not 0 <= q <= 1:
        raise ValueError("quantiles must be in the range 0 to 1")
    place = q * (len(values) - 1)
    low = int(place)
    rising, share = np.sort(values), place - low
    below, above = rising[low], rising[min(low + 1, len(values) - 1)]
    # From the nearer end, as numpy does, so that rounding is the same.
    return below + (above - below) * share if share < 0.5 else above - (above - below) * (1 - share)


def median(values: ArrayLike) -> Estimate:
    """Give the sample median.

    Parameters
    ----------
    values : array-like
        Numbers; missing ones are left out.

    Returns
    -------
    Estimate
        As :func:`quantile` at 0.5.

    Raises
    ------
    ValueError
        If a value is infinite.

    References
    ----------
    As for :func:`quantile`.

    Examples
    --------
    >>> median([7, None, 1, 3, 4]).estimate
    3.5
    """
    return quantile(values, 0.5)
