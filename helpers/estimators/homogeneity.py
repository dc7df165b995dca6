"""Whether two arms differ alike in several strata: tables side by side, with all their margins held."""

from collections.abc import Sequence
from functools import reduce

import numpy as np
from scipy import stats

from helpers.estimators.common import remembered
from helpers.estimators.proportions import MOST_TABLES
from helpers.ground.results import Estimate, not_estimable

METHOD = "Zelen's exact test of homogeneity of odds ratios"
TIE = 1 + 1e-7  # tables this close in probability to the observed ones are as extreme, as for Fisher's test


@remembered
def zelen(tables: Sequence[tuple[int, int, int, int]]) -> Estimate:
    """Test exactly whether the odds ratio of two arms is the same in every stratum.

    Given the margins of every stratum and the events of arm 1 in all, one common odds ratio makes the tables
    as probable as none does: no odds ratio has to be known.

    Parameters
    ----------
    tables : sequence of (int, int, int, int)
        For each stratum the patients with the event and all patients, in arm 1 and in arm 0.

    Returns
    -------
    Estimate
        ``estimate`` is the probability of the observed tables, the test's statistic; ``p_value`` sums all
        that are no more probable. Not estimable where the margins leave no other tables, or too many.

    Raises
    ------
    ValueError
        If an arm has more events than patients, or fewer than none.

    References
    ----------
    Zelen M (1971). Biometrika 58, 129-137.

    Examples
    --------
    Two of two against none of two, and the other way round: two events of four in either stratum, and two
    of arm 1 in all, so that it has (2, 0), (1, 1) or (0, 2) of them, with weights 1, 16 and 1:

    >>> found = zelen([(2, 2, 0, 2), (0, 2, 2, 2)])
    >>> round(found.p_value, 4), round(found.estimate, 4)
    (0.1111, 0.0556)
    """
    for events_1, n_1, events_0, n_0 in tables:
        if not (0 <= events_1 <= n_1 and 0 <= events_0 <= n_0):
            raise ValueError(f"{events_1} of {n_1} and {events_0} of {n_0}: there must be 0 to all")
    size = {
        "n": sum(n_1 + n_0 for _, n_1, _, n_0 in tables),
        "events": sum(events_1 + events_0 for events_1, _, events_0, _ in tables),
    }
    if np.prod([n_1 + 1 for _, n_1, _, _ in tables], dtype=float) > MOST_TABLES:
        return not_estimable("too many tables to list", **size)
    joint = reduce(np.multiply.outer, [_chances(*table) for table in tables])
    observed = tuple(events_1 for events_1, *_ in tables)
    possible = np.where(np.indices(joint.shape).sum(axis=0) == sum(observed), joint, 0)
    if (possible > 0).sum() < 2:
        return not_estimable("the margins leave no other tables", **size)
    possible /= possible.sum()
    as_extreme = possible[possible <= possible[observed] * TIE].sum()
    return Estimate(float(possible[observed]), p_value=min(1.0, float(as_extreme)), method=METHOD, **size)


def _chances(events_1: int, n_1: int, events_0: int, n_0: int) -> np.ndarray:
    """Return the probability of each number of events in arm 1, given the margins of one stratum."""
    return stats.hypergeom.pmf(np.arange(n_1 + 1), n_1 + n_0, events_1 + events_0, n_1)
