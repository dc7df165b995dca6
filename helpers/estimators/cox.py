"""Proportional hazards with one covariate: the hazard ratio, constant or time-dependent, and its check."""

import numpy as np
from numba import njit
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import ndtr

from helpers.estimators.common import Z, chi_square, complete, interval, without_events
from helpers.ground.results import Estimate, not_estimable

#: Information below this share of the whole is rounding error.
TOLERANCE = 1e-10
#: Beyond so many pairs of an event and a patient, risk sets are not laid out.
MOST_CELLS = 4_000_000
PRECISION = 1e-15  # of a coefficient, as a share of where it is sought


def cox_hazard_ratio(months: ArrayLike, event: ArrayLike, covariate: ArrayLike) -> Estimate:
    """Give the hazard ratio per unit of one covariate (of 1 against 0, for an indicator).

    Parameters
    ----------
    months, event, covariate : array-like of shape (n,)
        Follow-up, event indicator and covariate; rows with a missing value are left out.

    Returns
    -------
    Estimate
        ``estimate`` is the hazard ratio (Efron's method for ties) with Wald interval and P value. Not
        estimable without patients or events, when the covariate does not vary, or when the likelihood is
        monotone.

    References
    ----------
    Cox DR (1972). Journal of the Royal Statistical Society B 34, 187-220. Efron B (1977). Journal of the
    American Statistical Association 72, 557-565.

    Examples
    --------
    >>> found = cox_hazard_ratio([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 0], [1, 0, 1, 0, 1, 0])
    >>> round(found.estimate, 3), round(found.p_value, 3)
    (1.881, 0.493)
    """
    months, event, covariate = complete(months, event, covariate)
    method = "Cox model, Efron ties, Wald interval and P"
    start = np.full(len(months), -np.inf)
    return _hazard_ratio(start, months, event, covariate, len(months), method)


def proportional_hazards(months: ArrayLike, event: ArrayLike, covariate: ArrayLike) -> Estimate:
    """Test whether the hazard ratio of one covariate is constant in time.

    Parameters
    ----------
    months, event, covariate : array-like of shape (n,)
        Follow-up, event indicator and covariate; rows with a missing value are left out.

    Returns
    -------
    Estimate
        ``estimate`` is the score chi-square (one degree of freedom) for a ratio that changes with 1 minus the
        Kaplan-Meier curve just before each event. Not estimable as in :func:`cox_hazard_ratio`, or when the
        covariate varies at fewer than two event times.

    References
    ----------
    Grambsch PM, Therneau TM (1994). Biometrika 81, 515-526, in the exact score form of ``cox.zph`` in the R
    package survival 3.

    Examples
    --------
    >>> found = proportional_hazards([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 0], [1, 0, 1, 0, 1, 0])
    >>> round(found.p_value, 3)
    0.962
    """
    months, event, covariate = complete(months, event, covariate)
    n, events = len(months), int(event.sum())
    rows = np.full(n, -np.inf), months, event, covariate
    if problem := _no_fit(*rows, n):
        return problem
    score, variance, deaths, at_risk = _parts(_coefficient(*rows), *rows)
    curve_before = np.append(1.0, np.cumprod(1 - deaths / at_risk)[:-1])
    change = 1 - curve_before
    whole = (change**2 * variance).sum()
    information = whole - (change * variance).sum() ** 2 / variance.sum()
    if information <= TOLERANCE * whole:
        return not_estimable("the covariate varies at fewer than two event times", n=n, events=events)
    method = "score test of proportional hazards, Kaplan-Meier time scale"
    return chi_square((change * score).sum() ** 2 / information, method, n, events)


def time_dependent_hazard_ratio(
    start: ArrayLike, stop: ArrayLike, event: ArrayLike, covariate: ArrayLike
) -> Estimate:
    """Give the hazard ratio of one covariate that may change during follow-up.

    Parameters
    ----------
    start, stop : array-like of shape (m,)
        The interval of each row, open at ``start`` and closed at ``stop``; a patient has one row for each
        value.
    event, covariate : array-like of shape (m,)
        Whether the row ends with the event, and the covariate's value in it. Rows with a missing value are
        left out.

    Returns
    -------
    Estimate
        As :func:`cox_hazard_ratio`. ``n`` counts the rows that start at 0, one for each patient.
        Not estimable for the same reasons, or when a row ends when or before it starts.

    References
    ----------
    Andersen PK, Gill RD (1982). Annals of Statistics 10, 1100-1120.

    Examples
    --------
    >>> start, stop = [0, 2, 0, 0, 3, 0, 0], [2, 5, 4, 3, 6, 1, 7]
    >>> found = time_dependent_hazard_ratio(start, stop, [0, 1, 1, 0, 1, 1, 1], [0, 1, 0, 0, 1, 0, 0])
    >>> found.n, round(found.estimate, 2)
    (5, 1.62)
    """
    start, stop, event, covariate = complete(start, stop, event, covariate)
    n = int((start == 0).sum())
    method = "Cox model with time-dependent covariate, Efron ties, Wald interval and P"
    return _hazard_ratio(start, stop, event, covariate, n, method)


def _hazard_ratio(
    start: np.ndarray, stop: np.ndarray, event: np.ndarray, covariate: np.ndarray, n: int, method: str
) -> Estimate:
    rows = start, stop, event, covariate
    if problem := _no_fit(*rows, n):
        return problem
    coefficient = _coefficient(*rows)
    error = 1 / np.sqrt(_parts(coefficient, *rows)[1].sum())
    low, ratio, high = np.exp(coefficient + Z * error * np.array([-1, 0, 1]))
    return interval(ratio, low, high, method, n, int(event.sum()), 2 * ndtr(-abs(coefficient) / error))


def _coefficient(start: np.ndarray, stop: np.ndarray, event: np.ndarray, covariate: np.ndarray) -> float:
    """Return the root of the score, which falls all the way.

    It lies between two places: Newton's steps run off where one patient is far from the others.
    """
    observed = covariate[event == 1].sum()
    if _is_large(stop, event):
        sums = RiskSums(start, stop, event, covariate)

        def score(coefficient: float) -> float:
            return float(sums.parts(coefficient)[0].sum())
    else:
        _, left, _ = _risk_sets(start, stop, event)

        def score(coefficient: float) -> float:
            return observed - _sum_of_means(coefficient, left, covariate)

    reach = 1 / covariate.std()
    while score(-reach) < 0 or score(reach) > 0:
        reach *= 2
    return brentq(score, -reach, reach, xtol=PRECISION * reach)


def _no_fit(
    start: np.ndarray, stop: np.ndarray, event: np.ndarray, covariate: np.ndarray, n: int
) -> Estimate | None:
    """Return the reason, as an estimate, why the partial likelihood has no maximum; None when it has one.

    With one covariate it has none exactly when every event falls on the largest (or smallest) value then at
    risk.
    """
    events = int(event.sum())
    if problem := without_events(n, events):
        return problem
    if (stop <= start).any():
        return not_estimable("a row ends when or before it starts", n=n, events=events)
    if np.ptp(covariate) == 0:
        return not_estimable("the covariate does not vary", n=n, events=events)
    varies, above, below = _ends(start, stop, event, covariate)
    if not varies:
        reason = "the covariate does not vary among those at risk at an event"
    elif not above or not below:
        reason = "monotone likelihood (events at one end of the covariate only)"
    else:
        return None
    return not_estimable(reason, n=n, events=events)


def _ends(
    start: np.ndarray, stop: np.ndarray, event: np.ndarray, covariate: np.ndarray
) -> tuple[bool, bool, bool]:
    """Tell whether the covariate varies in a risk set, and whether an event is above, and below, its end."""
    of_events, times = covariate[event == 1], stop[event == 1]
    if (start < times.min()).all():  # who is at risk at a time is who ends then or later
        order = np.argsort(-stop)
        last = np.searchsorted(-stop[order], -times, side="right") - 1
        largest = np.maximum.accumulate(covariate[order])[last]
        smallest = np.minimum.accumulate(covariate[order])[last]
        inside = largest != smallest, of_events != smallest, of_events != largest
        return tuple(bool(each.any()) for each in inside)  # type: ignore[return-value]
    found = np.zeros(3, dtype=bool)
    pieces = min(len(times), len(times) * len(stop) // max(MOST_CELLS, 1) + 1)
    for first in range(pieces):
        part = slice(first, None, pieces)  # from all over the rows, so that most often the first one tells
        at_risk = (start < times[part, None]) & (stop >= times[part, None])
        largest = np.where(at_risk, covariate, -np.inf).max(axis=1)
        smallest = np.where(at_risk, covariate, np.inf).min(axis=1)
        inside = largest != smallest, of_events[part] != smallest, of_events[part] != largest
        found |= np.array([each.any() for each in inside])
        if found.all():
            break
    varies, above, below = found.tolist()
    return varies, above, below


def _is_large(stop: np.ndarray, event: np.ndarray) -> bool:
    return len(stop) * int(event.sum()) > MOST_CELLS


class RiskSums:
    """Sums over the risk sets of many patients, taken along their ordered times and not set by set.

    Parameters
    ----------
    start, stop, event, covariate : ndarray of shape (m,)
        As `time_dependent_hazard_ratio` takes them.
    """

    def __init__(self, start: np.ndarray, stop: np.ndarray, event: np.ndarray, covariate: np.ndarray) -> None:
        # Centred, so that the variance is no small difference of large numbers.
        self._covariate, self._event = covariate - covariate.mean(), event == 1
        self._by_start, self._by_stop = np.argsort(start), np.argsort(stop)
        times, self._place, self._deaths = np.unique(
            stop[self._event], return_inverse=True, return_counts=True
        )
        self._late = np.searchsorted(start[self._by_start], times)  # who has not begun by then
        self._left = np.searchsorted(stop[self._by_stop], times)
        order = np.argsort(self._place, kind="stable")
        rank = np.empty(len(order))
        rank[order] = np.arange(len(order)) - (np.cumsum(self._deaths) - self._deaths)[self._place[order]]
        self._gone = rank / self._deaths[self._place]  # the share of the dying that has left (Efron)

    def parts(self, coefficient: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return score, information (Efron), events and patients at risk at every event time.

        Parameters
        ----------
        coefficient : float

        Returns
        -------
        tuple of ndarray
        """
        x = self._covariate
        weights = np.exp(coefficient * x - (coefficient * x).max())
        whole, first, second = (self._over_event(weights * x**power) for power in (0, 1, 2))
        mean = first / whole
        variance = second / whole - mean**2
        score = self._of_dying(x) - np.bincount(self._place, mean)
        return score, np.bincount(self._place, variance), self._deaths, self._at_risk(np.ones(len(x)))

    def _at_risk(self, values: np.ndarray) -> np.ndarray:
        """Sum over those at risk at each event time."""
        still, not_yet = (
            np.append(np.cumsum(values[order][::-1])[::-1], 0.0)[place]
            for order, place in ((self._by_stop, self._left), (self._by_start, self._late))
        )
        return still - not_yet

    def _of_dying(self, values: np.ndarray) -> np.ndarray:
        return np.bincount(self._place, values[self._event])

    def _over_event(self, values: np.ndarray) -> np.ndarray:
        """Sum over the risk set that each event meets."""
        return self._at_risk(values)[self._place] - self._gone * self._of_dying(values)[self._place]


def _risk_sets(
    start: np.ndarray, stop: np.ndarray, event: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return who dies and who counts as at risk (Efron), a row for each event, and the number of its time.

    With d events at once, the k-th meets a risk set from which k/d of the dying have left.
    """
    times, place, deaths = np.unique(stop[event == 1], return_inverse=True, return_counts=True)
    times, place = times[:, None], np.sort(place)
    dying = (stop == times) & (event == 1)
    gone = (np.arange(len(place)) - np.searchsorted(place, place)) / deaths[place]
    left = ((start < times) & (stop >= times)).astype(float)[place] - gone[:, None] * dying[place]
    return dying, left, place


def _parts(
    coefficient: float, start: np.ndarray, stop: np.ndarray, event: np.ndarray, covariate: np.ndarray
) -> np.ndarray:
    """Return the score, the information (Efron), the events and the risk set's size, at every event time."""
    if _is_large(stop, event):
        return np.array(RiskSums(start, stop, event, covariate).parts(coefficient))
    dying, left, place = _risk_sets(start, stop, event)
    mean, variance = _moments(coefficient, left, covariate)
    at_time = np.arange(len(dying))[:, None] == place
    whole = left[np.searchsorted(place, np.arange(len(dying)))].sum(axis=1)  # nobody has left at the first
    score = dying @ covariate - at_time @ mean
    return np.array([score, at_time @ variance, dying.sum(axis=1), np.rint(whole)])


@njit(cache=True)
def _sum_of_means(coefficient: float, left: np.ndarray, covariate: np.ndarray) -> float:
    """Return the sum of the means that `_moments` gives."""
    found, linear = 0.0, coefficient * covariate
    for event in range(len(left)):
        largest = -np.inf
        for row in range(len(linear)):
            if left[event, row] > 0:
                largest = max(largest, linear[row])
        whole, above = 0.0, 0.0
        for row in range(len(linear)):
            if left[event, row] > 0:
                weight = left[event, row] * np.exp(linear[row] - largest)
                whole += weight
                above += weight * covariate[row]
        found += above / whole
    return found


def _moments(coefficient: float, left: np.ndarray, covariate: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and variance of the covariate in each risk set, weighted by the hazards."""
    linear = np.where(left > 0, coefficient * covariate, -np.inf)
    weights = left * np.exp(linear - linear.max(axis=1, keepdims=True))
    weights = weights / weights.sum(axis=1, keepdims=True)
    mean = weights @ covariate
    return mean, (weights * (covariate - mean[:, None]) ** 2).sum(axis=1)
