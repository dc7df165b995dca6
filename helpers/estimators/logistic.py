"""Logistic regression by maximum likelihood and by Firth's penalised likelihood.

Covariates are standardised before the fit and the coefficients taken back to their units after it: neither
likelihood changes, and the iterations converge to the last digits.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize.elementwise import bracket_root, find_root
from scipy.special import chdtrc, chdtri, expit, ndtr

from helpers.estimators.common import LEVEL, Z, interval, intervals_wanted
from helpers.estimators.curves import no_rows
from helpers.estimators.resampled import (
    Covariates,
    can_be_modelled,
    fit,
    known_columns,
    standardised,
    why_no_model,
)
from helpers.estimators.separation import separated
from helpers.ground.results import Estimate, not_estimable

Floats = NDArray[np.float64]

CRITICAL = float(chdtri(1, 1 - LEVEL))  # likelihood-ratio statistic at a limit
OFF = 1e-6  # what it may be off
PRECISION = 1e-11  # of a limit
UNKNOWN = 1e6  # stands for the statistic where no search came to a summit
#: Starts: multiples of the estimate, lengths along the estimate without a penalty (`LARGEST`), and distances
#: along each axis. The penalised likelihood of few patients can have several summits; near the limits of 500
#: random sets no search from other starts found a higher one.
#: With `MANY` patients with the event, and as many without, one start is enough: in random sets of 300 of
#: each, sparse and skewed covariates among them, no search from another start found a higher summit.
MANY = 1000
MULTIPLES, REACHES, LARGEST = (1.0, 2.0, 4.0), (3.0, 10.0), (30.0, 15.0, 7.5)
METHODS = {  # by whether there is a penalty
    True: "Firth logistic regression, penalised likelihood-ratio P, profile penalised-likelihood interval",
    False: "logistic regression, maximum likelihood, Wald P, profile-likelihood interval",
}


@dataclass(frozen=True)
class _Model:
    """A fitted model of standardised covariates; the first coefficient is the intercept."""

    outcome: Floats
    design: Floats
    penalised: bool
    starts: Floats  # where a search for a summit begins, one in each row; the likeliest first
    coefficients: Floats
    deviance: float

    def covariance(self) -> Floats:
        """Return the inverse of the information."""
        fitted = expit(self.design @ self.coefficients)
        return np.linalg.inv(self.design.T @ (self.design * (fitted * (1 - fitted))[:, None]))

    def lost(self, values: Floats, positions: NDArray[np.int64], starts: Floats) -> Floats:
        """Return the likelihood-ratio statistic of each value for the coefficient at its position."""
        count, width = starts.shape
        start = np.repeat(starts[None], len(values), axis=0)
        held = np.arange(width) == positions[:, None]
        start = np.where(held[:, None], values[:, None, None], start).reshape(-1, width)
        free = np.repeat(~held, count, axis=0)
        _, deviance = _highest(self.outcome, self.design, self.penalised, start, free, len(values))
        return deviance - self.deviance


def logistic(outcome: ArrayLike, covariates: Covariates) -> dict[str, Estimate]:
    """Give the odds ratio of each covariate by maximum likelihood.

    Parameters
    ----------
    outcome : array-like of shape (n,)
        Yes/no.
    covariates : DataFrame of shape (n, k), or mapping of its columns
        Numbers or yes/no, one column each; an intercept is added. Rows with a missing value are left out.

    Returns
    -------
    dict of str to Estimate
        For each column the odds ratio per unit, with profile-likelihood interval and Wald P value. All are
        not estimable when the outcome or a covariate does not vary, covariates are collinear, there are no
        more patients than coefficients, or the outcome is (quasi-)separated.

    References
    ----------
    Venzon DJ, Moolgavkar SH (1988). Applied Statistics 37, 87-94 (the interval).

    Examples
    --------
    Three of four exposed and one of three others have the event: an odds ratio of 3 times 2.

    >>> arm = pd.DataFrame({"arm": [1, 1, 1, 1, 0, 0, 0]})
    >>> round(logistic([1, 1, 1, 0, 1, 0, 0], arm)["arm"].estimate, 8)
    6.0
    """
    return _odds_ratios(outcome, covariates, penalised=False)


def logistic_in_parts(
    outcome: ArrayLike, covariates: Covariates, parts: NDArray[np.bool_]
) -> list[dict[str, Estimate]]:
    """Do the same as :func:`logistic` in several parts of the patients, at once where no interval is wanted.

    Parameters
    ----------
    outcome, covariates
        As in :func:`logistic`, but without missing values.
    parts : ndarray of bool, shape (b, n)
        Who belongs to each part; of no patients there are no parts.

    Returns
    -------
    list of dict of str to Estimate
        The odds ratios, a part after the other.

    Examples
    --------
    >>> arm, parts = {"arm": [1, 1, 1, 1, 0, 0, 0, 0]}, np.arange(8)[None] < 7
    >>> round(logistic_in_parts([1, 1, 1, 0, 1, 0, 0, 0], arm, parts)[0]["arm"].estimate, 8)
    6.0
    """
    if not parts.size:
        return []
    numbers, known = known_columns(outcome, covariates)
    (_, design), counts = standardised(numbers, known), parts.astype(float)
    fits = fit(numbers, design, counts)
    whole = can_be_modelled(numbers, design, counts) & (counts.sum(axis=1) > design.shape[1]) & fits.finite
    whole &= not intervals_wanted()
    found, per_unit, places = [], known.std(axis=1), np.arange(1, design.shape[1])
    for part, is_whole, place in zip(parts, whole, fits.coefficients, strict=True):
        if is_whole:
            model = _Model(numbers[part], design[part], False, place[None], place, np.nan)
            found.append(_without_limits(model, covariates, per_unit, places))
        else:  # whatever stands in the way, it is said there
            found.append(logistic(numbers[part], dict(zip(covariates, known[:, part], strict=True))))
    return found


def changes_without_each(outcome: ArrayLike, covariates: Covariates) -> NDArray[np.float64]:
    """Approximate by how much each coefficient changes without each patient, in one step from the whole fit.

    Parameters
    ----------
    outcome, covariates
        As in :func:`logistic`, but without missing values.

    Returns
    -------
    ndarray of shape (n, k)
        Change of each log odds ratio per unit of its covariate; all missing where the whole has no fit.

    References
    ----------
    Pregibon D (1981). Annals of Statistics 9, 705-724.

    Examples
    --------
    The last patient, with a high age and no event, holds the slope down:

    >>> age = {"age": [30, 40, 50, 60, 70, 80]}
    >>> changes_without_each([0, 1, 0, 1, 1, 0], age).argmax()
    np.int64(5)
    """
    numbers, known = known_columns(outcome, covariates)
    numbers, design = standardised(numbers, known)
    whole = fit(numbers, design, np.ones((1, len(numbers))))
    if not whole.finite[0]:
        return np.full((len(numbers), len(known)), np.nan)
    model = _Model(numbers, design, False, whole.coefficients, whole.coefficients[0], whole.deviance[0])
    fitted, inverse = expit(design @ model.coefficients), model.covariance()
    leverage = fitted * (1 - fitted) * np.einsum("ij,jk,ik->i", design, inverse, design)
    change = -(design @ inverse) * ((numbers - fitted) / (1 - leverage))[:, None]
    return change[:, 1:] / known.std(axis=1)


def firth_logistic(
    outcome: ArrayLike, covariates: Covariates, of: Collection[str] | None = None
) -> dict[str, Estimate]:
    """Give the odds ratio of each covariate by Firth's penalised likelihood, which separation does not break.

    Parameters
    ----------
    outcome, covariates
        As in :func:`logistic`.
    of : collection of str, optional
        The columns that are asked about; without it all of them.

    Returns
    -------
    dict of str to Estimate
        For each of these the odds ratio per unit, with profile penalised-likelihood interval and penalised
        likelihood-ratio P value. The penalised likelihood can have several summits; the highest counts, also
        along a profile. Not estimable as in :func:`logistic`, except that separation is no obstacle.

    References
    ----------
    Firth D (1993). Biometrika 80, 27-38. Heinze G, Schemper M (2002). Statistics in Medicine 21, 2409-2419.

    Examples
    --------
    One half is added to each cell of a table.

    >>> arm = pd.DataFrame({"arm": [1, 1, 1, 0, 0, 0]})
    >>> round(firth_logistic([1, 1, 1, 0, 0, 1], arm)["arm"].estimate, 8) == round(3.5 * 2.5 / (0.5 * 1.5), 8)
    True
    """
    return _odds_ratios(outcome, covariates, penalised=True, of=of)


def predicted_probability(
    outcome: ArrayLike,
    covariates: Covariates,
    over: str,
    values: ArrayLike,
    held: dict[str, float],
    penalised: bool = False,
) -> pd.DataFrame:
    """Give the fitted probability over the values of one covariate, the others held.

    Parameters
    ----------
    outcome, covariates
        As in :func:`logistic`.
    over : str
        The column that takes ``values``.
    values : array-like of shape (m,)
        Where the curve is wanted, in the unit of the column.
    held : dict of str to float
        The value of every other column.
    penalised : bool
        By Firth's likelihood.

    Returns
    -------
    DataFrame of shape (m, 4)
        ``over`` under its own name, ``estimate, ci_low, ci_high``: fitted probabilities with a pointwise
        95 % band, Wald on the logit scale. No rows when the model is not estimable.

    References
    ----------
    Hosmer DW, Lemeshow S, Sturdivant RX (2013). Applied Logistic Regression, 3rd ed., section 2.5.

    Examples
    --------
    >>> arm = pd.DataFrame({"arm": [1, 1, 1, 1, 0, 0, 0]})
    >>> predicted_probability([1, 1, 1, 0, 1, 0, 0], arm, "arm", [0, 1], {})["estimate"].round(6).tolist()
    [0.333333, 0.75]
    """
    numbers, known = known_columns(outcome, covariates)
    model, problem = _fitted(numbers, known, covariates, penalised)
    if model is None:
        return no_rows(over, "estimate", "ci_low", "ci_high")
    values = np.asarray(values, float)
    points = np.ones((len(values), len(known) + 1))
    for place, (name, column) in enumerate(zip(covariates, known, strict=True), start=1):
        points[:, place] = ((values if name == over else held[name]) - column.mean()) / column.std()
    linear = points @ model.coefficients
    width = Z * np.sqrt(np.einsum("ij,jk,ik->i", points, model.covariance(), points))
    curve = {"estimate": linear, "ci_low": linear - width, "ci_high": linear + width}
    return pd.DataFrame({over: values, **{name: expit(column) for name, column in curve.items()}})


def _fitted(
    outcome: Floats, columns: Floats, names: Iterable[str], penalised: bool
) -> tuple[_Model | None, str]:
    """Return the fitted model of complete columns, or the reason why there is none."""
    numbers, design = standardised(outcome, columns)
    if problem := why_no_model(numbers, design, names):
        return None, problem
    once, width = np.ones((1, len(numbers))), design.shape[1]
    unpenalised = fit(numbers, design, once)
    if not (penalised or unpenalised.finite[0]) and (
        infinite := separated(outcome, dict(zip(names, columns, strict=True)))
    ):
        return None, f"separation ({', '.join(infinite)})"
    plain = unpenalised.coefficients[0]
    if not penalised and unpenalised.finite[0]:
        return _Model(numbers, design, False, plain[None], plain, float(unpenalised.deviance[0])), ""
    starts = plain[None]  # of the likelihood without a penalty, which has one summit
    is_of_many = min(numbers.sum(), (1 - numbers).sum()) >= MANY
    if penalised and is_of_many:
        starts = np.zeros((1, width))
    elif penalised:
        rising = plain / np.abs(plain).max()
        axes = np.vstack([sign * reach * np.eye(width) for reach in REACHES for sign in (-1, 1)])
        starts = np.vstack([np.zeros(width), np.outer(LARGEST, rising), axes])
    best, deviance = _highest(numbers, design, penalised, starts, np.full(starts.shape, True), 1)
    if penalised:
        starts = best if is_of_many else np.vstack([np.outer(MULTIPLES, best[0]), starts])
    if np.isinf(deviance[0]):
        return None, "the fit did not converge"
    return _Model(numbers, design, penalised, starts, best[0], float(deviance[0])), ""


def _highest(
    outcome: Floats,
    design: Floats,
    penalised: bool,
    start: Floats,
    free: NDArray[np.bool_],
    models: int,
) -> tuple[Floats, Floats]:
    """Return the highest summit of each model and its deviance, infinite where no search came to one.

    The starts of one model follow each other.
    """
    counts = np.ones((len(start), len(outcome)))
    fits = fit(outcome, design, counts, penalised=penalised, start=start, free=free)
    deviance = np.where(fits.settled, fits.deviance, np.inf).reshape(models, -1)
    best = deviance.argmin(axis=1)
    coefficients = fits.coefficients.reshape(*deviance.shape, -1)
    return coefficients[np.arange(models), best], deviance[np.arange(models), best]


def _odds_ratios(
    outcome: ArrayLike, covariates: Covariates, penalised: bool, of: Collection[str] | None = None
) -> dict[str, Estimate]:
    """Return the odds ratios in the units of the covariates, with profile intervals."""
    numbers, known = known_columns(outcome, covariates)
    asked = [name for name in covariates if of is None or name in of]
    n, events = len(numbers), int(numbers.sum())
    model, problem = _fitted(numbers, known, covariates, penalised)
    if model is None:
        return dict.fromkeys(asked, not_estimable(problem, n=n, events=events))
    positions = np.flatnonzero([False, *(name in asked for name in covariates)])
    per_unit = known.std(axis=1)[positions - 1]
    if not intervals_wanted():
        return _without_limits(model, asked, per_unit, positions)
    method, p_values = METHODS[penalised], _p_values(model, positions)
    low, ratio, high = np.exp(np.vstack(_with_limits(model, positions)) / per_unit)
    found = {}
    for place, name in enumerate(asked):
        sides = {"lower": low[place], "upper": high[place]}
        missing = " and ".join(side for side, value in sides.items() if np.isnan(value))
        said = f"{method}; no {missing} limit: its profile did not converge" if missing else method
        found[name] = interval(ratio[place], low[place], high[place], said, n, events, p_values[place])
    return found


def _p_values(model: _Model, positions: NDArray[np.int64]) -> Floats:
    slopes = model.coefficients[positions]
    if model.penalised:
        return chdtrc(1, np.maximum(model.lost(0 * slopes, positions, model.starts), 0))
    return 2 * ndtr(-np.abs(slopes) / np.sqrt(np.diag(model.covariance())[positions]))


def _without_limits(
    model: _Model, names: Iterable[str], per_unit: Floats, positions: NDArray[np.int64]
) -> dict[str, Estimate]:
    """Return the odds ratios in the units of the covariates with their P values alone."""
    ratios = np.exp(model.coefficients[positions] / per_unit).tolist()
    p_values = _p_values(model, positions).tolist()
    n, events, method = len(model.outcome), int(model.outcome.sum()), METHODS[model.penalised]
    return {
        name: Estimate(ratio, p_value=p_value, n=n, events=events, method=method)
        for name, ratio, p_value in zip(names, ratios, p_values, strict=True)
    }


def _with_limits(model: _Model, places: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    """Return the profile limits of standardised slopes with the slopes between them.

    A limit is missing where the likelihood-ratio statistic is not what it must be there.
    """
    slopes = model.coefficients[places]
    positions = np.tile(places, 2)
    errors = np.repeat([-1, 1], len(slopes)) * np.sqrt(np.diag(model.covariance()))[positions]
    limits = np.full(len(positions), np.nan)
    # The likeliest starts are mostly enough; where the others find a higher summit, all must be used.
    for starts in (model.starts[:2], model.starts):
        left = np.isnan(limits)
        if left.any():
            limits[left] = _crossings(model, positions[left], errors[left], starts)
    low, high = limits.reshape(2, -1)
    return low, slopes, high


def _crossings(model: _Model, positions: NDArray[np.int64], errors: Floats, starts: Floats) -> Floats:
    """Return where profiles cross the critical value; missing where a search from every start disagrees."""

    def excess(distance: Floats, position: Floats, error: Floats) -> Floats:
        places = position.astype(np.int64)
        lost = model.lost(model.coefficients[places] + error * distance, places, starts)
        return np.minimum(lost, UNKNOWN) - CRITICAL

    arguments = (positions.astype(float), errors)
    bracket = bracket_root(excess, Z * np.ones(len(errors)), 1.2 * Z, xmin=0, args=arguments).bracket
    distance = find_root(excess, bracket, args=arguments, tolerances={"xrtol": PRECISION}).x
    limits = model.coefficients[positions] + errors * distance
    known = np.flatnonzero(np.isfinite(limits)).astype(np.int64)
    off = np.abs(model.lost(limits[known], positions[known], model.starts) - CRITICAL)
    return np.where(np.isin(np.arange(len(limits)), known[off < OFF]), limits, np.nan)
