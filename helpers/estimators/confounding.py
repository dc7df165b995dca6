"""How strong an unmeasured confounder would have to be: risk ratios and their E-values."""

from math import isfinite, sqrt

from scipy.stats.contingency import relative_risk

from helpers.estimators.common import LEVEL
from helpers.ground.results import Estimate, not_estimable


def risk_ratio(events_1, n_1, events_0, n_0):
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

    References
    ----------
    Katz D, Baptista J, Azen SP, Pike MC (1978). Biometrics 34, 469-474.
    """
    n, events = n_1 + n_0, events_1 + events_0
    if n_1 == 0 or n_0 == 0:
        return not_estimable("an arm has no patients", n=n, events=events)
    if events_1 == 0 or events_0 == 0:
        return not_estimable("an arm has no events", n=n, events=events)
    if events == n:
        return not_estimable("every patient has the event", n=n, events=events)
    found = relative_risk(int(events_1), int(n_1), int(events_0), int(n_0))
    low, high = found.confidence_interval(LEVEL)
    return Estimate(
        estimate=float(found.relative_risk),
        ci_low=float(low),
        ci_high=float(high),
        ci_level=LEVEL,
        n=n,
        events=events,
        method="ratio of proportions, Katz log interval",
    )


def e_values(ratio):
    """Give the E-value of a risk ratio, and that of the limit of its interval that lies nearer to 1.

    Parameters
    ----------
    ratio : Estimate
        A risk ratio with an interval.

    Returns
    -------
    tuple of Estimate
        The least risk ratio that a confounder must have with both treatment and outcome, beyond what was
        measured, to explain the ratio away (to move the interval to 1). The second is 1 when the interval
        holds 1 already. Not estimable when the ratio is not.

    References
    ----------
    VanderWeele TJ, Ding P (2017). Annals of Internal Medicine 167, 268-274.
    """
    if not isfinite(ratio.estimate):
        return ratio, ratio
    holds_one = ratio.ci_low <= 1 <= ratio.ci_high
    nearer = 1.0 if holds_one else min(ratio.ci_low, ratio.ci_high, key=lambda limit: abs(limit - 1))
    return tuple(
        Estimate(estimate=_e_value(value), n=ratio.n, events=ratio.events, method=f"E-value of the {name}")
        for value, name in ((ratio.estimate, "risk ratio"), (nearer, "interval's limit nearer to 1"))
    )


def _e_value(ratio):
    away = max(ratio, 1 / ratio)
    return away + sqrt(away * (away - 1))
