"""Gray's test: the cumulative incidence of one cause in two groups."""

import numpy as np
import pandas as pd
import surpyval
from numpy.typing import ArrayLike

from helpers.estimators.common import complete
from helpers.estimators.competing import CENSORED
from helpers.ground.results import Estimate, not_estimable


def gray_test(months: ArrayLike, cause: ArrayLike, group: ArrayLike, of: str) -> Estimate:
    """Compare the cumulative incidence of one cause between two groups.

    Parameters
    ----------
    months : array-like of shape (n,)
        Time to the first event or censoring.
    cause : array-like of str, shape (n,)
        The first event by name; "censored" for none.
    group : array-like of shape (n,)
        1 (or True) for one group and 0 for the other. Rows with a missing value are left out.
    of : str
        The cause asked about; every other is a competing one.

    Returns
    -------
    Estimate
        ``estimate`` is chi-square with one degree of freedom, ``events`` counts the cause. Not estimable when
        a group is empty, without an event of the cause, or when none falls where both groups are at risk.

    References
    ----------
    Gray RJ (1988). Annals of Statistics 16, 1141-1154 (R package cmprsk).

    Examples
    --------
    >>> causes = ["relapse", "death", "relapse", "censored", "relapse", "censored"]
    >>> round(gray_test([1, 2, 3, 4, 5, 6], causes, [1, 1, 1, 0, 0, 0], "relapse").p_value, 2)
    0.14
    """
    causes = pd.Series(np.asarray(cause, dtype=object))
    coded = pd.Series(np.select([causes == of, causes == CENSORED], [1.0, 0.0], 2.0)).where(causes.notna())
    months, code, group = complete(months, coded, group)
    n, events = len(months), int((code == 1).sum())
    if len(set(group)) < 2:
        return not_estimable("a group has no patients", n=n, events=events)
    if events == 0:
        return not_estimable("no events", n=n, events=0)
    both = min(months[group == 0].max(), months[group == 1].max())
    if not (months[code == 1] <= both).any():
        return not_estimable("no event at which the groups can be compared", n=n, events=events)
    events_by_cause = np.array([of_code or None for of_code in code])
    found = surpyval.gray_test(months, events_by_cause, group, 1.0)
    return Estimate(
        estimate=float(found.statistic), p_value=found.p_value, n=n, events=events, method="Gray's test"
    )
