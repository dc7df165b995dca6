"""Mean survival time up to a fixed month: the area under a Kaplan-Meier curve, and its difference."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from helpers.estimators.common import Z, complete, interval
from helpers.estimators.survival import kaplan_meier_columns
from helpers.ground.results import NOT_ESTIMABLE, Estimate, not_estimable


def restricted_mean(months: ArrayLike, event: ArrayLike, horizon: float) -> Estimate:
    """Give the mean time free of the event within a horizon.

    Parameters
    ----------
    months, event : array-like of shape (n,)
        Follow-up and event indicator; rows with a missing value are left out.
    horizon : float
        The month up to which time is counted.

    Returns
    -------
    Estimate
        ``estimate`` in months with an interval that is symmetric on the logit scale of its share of the
        horizon, so that it stays between 0 and the horizon (variance after Greenwood); ``n`` patients,
        ``events`` up to and including the horizon. Not estimable without patients, or when follow-up ends
        before the horizon with somebody still free of the event. No interval when nobody has the event before
        it.

    References
    ----------
    Royston P, Parmar MKB (2013). BMC Medical Research Methodology 13, 152. Uno H et al. (2014). Journal of
    Clinical Oncology 32, 2380-2385 (R package survRM2, which has the same error and a Wald interval). Meeker
    WQ, Escobar LA (1998). Statistical Methods for Reliability Data, section 3.6 (limits on the logit scale).

    Examples
    --------
    >>> found = restricted_mean([2, 4, 6, 8], [1, 1, 0, 0], horizon=6)
    >>> found.estimate, round(found.ci_low, 2), round(found.ci_high, 2)
    (4.5, 2.49, 5.56)
    """
    months, event = complete(months, event)
    value, variance = _mean_and_variance(months, event, horizon)
    if not variance:
        return value
    low, high = logit_limits(value.estimate, np.sqrt(variance), horizon)
    method = f"{value.method}, interval on the logit scale"
    return interval(value.estimate, low, high, method, value.n, value.events)


def restricted_mean_difference(
    months: ArrayLike, event: ArrayLike, group: ArrayLike, horizon: float
) -> Estimate:
    """Compare the mean time free of the event within a horizon: group 1 minus group 0.

    Parameters
    ----------
    months, event : array-like of shape (n,)
        Follow-up and event indicator.
    group : array-like of shape (n,)
        1 (or True) for one group and 0 for the other. Rows with a missing value are left out.
    horizon : float
        The month up to which time is counted.

    Returns
    -------
    Estimate
        ``estimate`` in months with an interval that is symmetric on Fisher's z scale of its share of the
        horizon, so that it stays between minus and plus the horizon, and with Wald's P value. Not estimable
        when a group is empty, or when the mean of one does not exist; neither interval nor P value when a
        group has no event before the horizon, as its variance is then unknown and not 0.

    References
    ----------
    As for :func:`restricted_mean`.

    Examples
    --------
    >>> months, event = [2, 4, 6, 8, 1, 3, 6, 7], [1, 1, 0, 0, 1, 1, 1, 0]
    >>> found = restricted_mean_difference(months, event, [1, 1, 1, 1, 0, 0, 0, 0], horizon=6)
    >>> found.estimate, round(found.p_value, 2)
    (0.5, 0.71)
    """
    months, event, group = complete(months, event, group)
    one = group == 1
    found = [_mean_and_variance(months[chosen], event[chosen], horizon) for chosen in (one, ~one)]
    n, events = len(months), int(event[months <= horizon].sum())
    for value, _ in found:
        if value.method.startswith(NOT_ESTIMABLE):
            reason = value.method.removeprefix(NOT_ESTIMABLE)
            return not_estimable(f"in a group, {reason}", n=n, events=events)
    (first, first_variance), (second, second_variance) = found
    difference = first.estimate - second.estimate
    method = "difference of restricted means, no interval (the variance of a group is unknown)"
    if not (first_variance and second_variance):
        return Estimate(difference, n=n, events=events, method=method)
    error = np.sqrt(first_variance + second_variance)
    p_value = float(2 * ndtr(-abs(difference) / error))
    if abs(difference) == horizon:
        return Estimate(difference, p_value=p_value, n=n, events=events, method=method)
    low, high = fisher_limits(difference, error, horizon)
    method = "difference of restricted means, Wald test, interval on Fisher's z scale"
    return interval(difference, low, high, method, n, events, p_value)


def logit_limits(estimate: float, error: float, most: float) -> tuple[float, float]:
    """Give limits of a quantity between 0 and a largest value, symmetric on the logit scale.

    Parameters
    ----------
    estimate, error : float
        The quantity, strictly between 0 and `most`, and its standard error.
    most : float

    Returns
    -------
    tuple of float
        Lower and upper limit.

    References
    ----------
    Meeker WQ, Escobar LA (1998). Statistical Methods for Reliability Data, section 3.6 (there for a
    probability).

    Examples
    --------
    >>> [round(limit, 2) for limit in logit_limits(11.0, 0.6, 12.0)]
    [9.04, 11.7]
    """
    share = estimate / most
    centre, width = np.log(share / (1 - share)), Z * error / (most * share * (1 - share))
    low, high = (float(most / (1 + np.exp(-end))) for end in (centre - width, centre + width))
    return low, high


def fisher_limits(estimate: float, error: float, most: float) -> tuple[float, float]:
    """Give limits of a difference between -most and most, symmetric on Fisher's z scale.

    Parameters
    ----------
    estimate, error : float
        The difference, strictly inside its bounds, and its standard error.
    most : float

    Returns
    -------
    tuple of float
        Lower and upper limit.

    References
    ----------
    Fisher RA (1921). Metron 1, 3-32 (there for a correlation).

    Examples
    --------
    >>> [round(limit, 2) for limit in fisher_limits(-1.0, 0.6, 12.0)]
    [-2.16, 0.18]
    """
    share = estimate / most
    centre, width = np.arctanh(share), Z * error / (most * (1 - share**2))
    low, high = (float(most * np.tanh(end)) for end in (centre - width, centre + width))
    return low, high


def _mean_and_variance(months: np.ndarray, event: np.ndarray, horizon: float) -> tuple[Estimate, float]:
    """Return the estimate without its interval, and its variance (0 without events before the horizon)."""
    n, events = len(months), int(event[months <= horizon].sum())
    if n == 0:
        return not_estimable("no patients", n=0, events=0), 0.0
    curve = kaplan_meier_columns(months, event)
    if horizon > months.max() and curve["estimate"][-1] > 0:
        return not_estimable("follow-up ends before that time", n=n, events=events), 0.0
    early = curve["month"] < horizon
    at_risk, deaths = curve["n_at_risk"][early], curve["n_events"][early]
    areas = np.diff(curve["month"][early], append=horizon) * curve["estimate"][early]
    left = areas[::-1].cumsum()[::-1]  # the area right of each month
    # Where all at risk die, nothing is left of the area, so that the term is 0 and not 0 / 0.
    greenwood = deaths / (at_risk * np.maximum(at_risk - deaths, 1))
    variance = float((left**2 * greenwood).sum())
    method = "restricted mean"
    if variance == 0:
        why = "everybody has the event at once" if deaths.any() else "no event before then"
        method = f"{method}, no interval ({why})"
    return Estimate(estimate=float(areas.sum()), n=n, events=events, method=method), variance
