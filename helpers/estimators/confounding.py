"""How strong an unmeasured confounder would have to be: risk ratios and their E-values."""

from math import inf, isnan, sqrt

import numpy as np
from scipy.stats.contingency import relative_risk

from helpers.estimators.common import LEVEL, interval, remembered
from helpers.estimators.proportions import no_difference
from helpers.ground.results import Estimate, not_estimable


@remembered
def risk_ratio(events_1: int, n_1: int, events_0: int, n_0: int) -> Estimate:
    """Give the ratio of two proportions with the log-normal interval of Katz.

    Parameters
    ----------
    events_1, n_1, events_0, n_0 : int
        Patients with the event and all patients, in arm 1 and in arm 0.

    Returns
    -------
    Estimate
        Arm 1 over arm 0; not estimable when an arm is empty or has no events, or when every patient has the
        event, as the interval has no width then.

    Raises
    ------
    ValueError
        If an arm has more events than patients, or fewer than none.

    References
    ----------
    Katz D, Baptista J, Azen SP, Pike MC (1978). Biometrics 34, 469-474.

    Examples
    --------
    >>> ratio = risk_ratio(5, 6, 3, 9)
    >>> [round(number, 2) for number in (ratio.estimate, ratio.ci_low, ratio.ci_high)]
    [2.5, 0.93, 6.73]
    """
    n, events = n_1 + n_0, events_1 + events_0
    if problem := no_difference(events_1, n_1, events_0, n_0):
        return problem
    if events_1 == 0 or events_0 == 0:
        return not_estimable("an arm has no events", n=n, events=events)
    if events == n:
        return not_estimable("every patient has the event", n=n, events=events)
    found = relative_risk(int(events_1), int(n_1), int(events_0), int(n_0))
    low, high = found.confidence_interval(LEVEL)
    return interval(found.relative_risk, low, high, "ratio of proportions, Katz log interval", n, events)


def e_values(ratio: Estimate) -> tuple[Estimate, Estimate]:
    """Give the E-value of a risk ratio, and that of the limit of its interval that lies nearer to 1.

    Parameters
    ----------
    ratio : Estimate
        A risk ratio with its interval.

    Returns
    -------
    tuple of Estimate
        The least risk ratio that a confounder must have with both treatment and outcome, beyond what was
        measured, to explain the ratio away (to move the interval to 1). The second is 1 when the interval
        holds 1 already. Not estimable when the ratio is not, or is 0 or infinite; nor is the second without
        an interval.

    Raises
    ------
    ValueError
        If the ratio is negative.

    References
    ----------
    VanderWeele TJ, Ding P (2017). Annals of Internal Medicine 167, 268-274.

    Examples
    --------
    >>> point, limit = e_values(Estimate(estimate=3.9, ci_low=1.8, ci_high=8.7))
    >>> round(point.estimate, 2), round(limit.estimate, 2)
    (7.26, 3.0)
    """
    if isnan(ratio.estimate):
        return ratio, ratio
    nearer = np.maximum(1, ratio.ci_low) if ratio.estimate >= 1 else np.minimum(1, ratio.ci_high)
    return _e_value(ratio.estimate, "risk ratio", ratio), _e_value(
        nearer, "interval's limit nearer to 1", ratio
    )


def _e_value(value: float, name: str, ratio: Estimate) -> Estimate:
    if value < 0:
        raise ValueError(f"a {name} of {value:g}: there is none below 0")
    if isnan(value) or value in (0, inf):
        reason = "the ratio has no interval" if isnan(value) else "no confounder explains it away"
        return not_estimable(reason, n=ratio.n, events=ratio.events)
    away = float(max(value, 1 / value))
    method = f"E-value of the {name}"
    return Estimate(away + sqrt(away * (away - 1)), n=ratio.n, events=ratio.events, method=method)
