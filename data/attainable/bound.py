"""P values that no patients of a model without age can go below, or above, by duality.

For one covariate x the squared Wald deviate is b^2 I with I = min over c of sum w (x - c)^2, w = p (1 - p),
and the estimate solves sum (p - y) = 0 and sum (p - y) x = 0. For any c and multipliers l, m of these two
equations

    I <= max over all patients that print the other figures of
         sum [ w (x - c)^2 + l (p - y) + m (p - y) x ],

a sum of one term a patient once intercept and slope are given, so dynamic programming over the order
statistics of each arm finds the maximum exactly; a bound from below comes likewise, with c in a box of its
own. Intercepts and slopes are covered by boxes, on each of which every term is replaced by its largest value;
boxes are split where the bound is worst. What comes out holds for every intercept and every slope of the
window, up to rounding errors of the arithmetic. The printed P value of the rank test is the one figure left
out, which can only make a bound weaker.

``python -m data.attainable.bound`` writes the bounds beside the map.

References
----------
Geoffrion (1974), Math Program Stud 2:82-114 (Lagrangian relaxation); Shor (1985), Minimization Methods for
Non-Differentiable Functions (ellipsoid method); Land, Doig (1960), Econometrica 28:497-520 (branch and
bound).
"""

from collections.abc import Callable
from functools import partial
from multiprocessing import Pool

import numpy as np
import pandas as pd
from scipy.special import erfc, expit

from data.attainable.layout import Layout, beside, slope_window
from data.attainable.programme import VALUES, Programme
from data.attainable.search import GRID
from evidence.claims import load as claims
from evidence.claims.printed import Figure, Figures
from evidence.this_abstract import cells
from evidence.this_abstract.abstract import ODDS_RATIO, REFRACTORY
from evidence.this_abstract.odds_ratio import ARM, BLASTS, FOLDER, MODELS, Model
from helpers.ground.files import write_table

MIDDLE = 0.5  # of blasts as a share; keeps intercept and slope apart
FARTHEST = 12.0  # beyond this intercept every p is within 0.001 of 0 or of 1, and no event count is met
SPLIT, STEPS, ROUNDS, TOLERANCE = 24, 10, 40, 0.1
DIFFERENCE, TINY = 1e-6, 1e-300
WIDTHS = np.array([1.0, 0.3, 4.0])  # how strongly intercept, slope and centre widen a bound


def _ranges(boxes: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the least and greatest p and w of each box and value of blasts; (boxes, 101) each."""
    distance = VALUES / 100 - MIDDLE
    slopes = boxes[:, 1, :, None] * distance
    low = boxes[:, 0, 0, None] + slopes.min(axis=1)
    high = boxes[:, 0, 1, None] + slopes.max(axis=1)
    nearest = np.where((low <= 0) & (high >= 0), 0.0, np.minimum(np.abs(low), np.abs(high)))
    farthest = np.maximum(np.abs(low), np.abs(high))
    weights = [expit(end) * expit(-end) for end in (farthest, nearest)]
    return expit(low), expit(high), *weights


def _equations(boxes: np.ndarray, low: np.ndarray, high: np.ndarray, multipliers: np.ndarray) -> np.ndarray:
    """Return the greatest (l + m x)(p - y) of each box, outcome and value; (boxes, 2, 101)."""
    factor = multipliers[:, :1] + multipliers[:, 1:2] * (VALUES / 100 - MIDDLE)
    greatest = np.maximum(factor * low, factor * high)
    return np.stack([greatest, greatest - factor], axis=1)


def upper(programme: Programme, boxes: np.ndarray, multipliers: np.ndarray) -> np.ndarray:
    """Bound the squared Wald deviate from above.

    Parameters
    ----------
    programme : Programme
    boxes : array, (boxes, 2, 2)
        Ends of the intercept (at the middle of blasts) and of the slope for 100 percentage points.
    multipliers : array, (boxes, 3)
        Of the two score equations, and the centre c as a share; any are valid.

    Returns
    -------
    array, (boxes,)
        Below 0 where no patients solve the score equations.
    """
    low, high, _, weight = _ranges(boxes)
    squares = (VALUES / 100 - multipliers[:, 2:]) ** 2
    steepest = (boxes[:, 1] ** 2).max(axis=1)[:, None]
    gains = (steepest * weight * squares)[:, None] + _equations(boxes, low, high, multipliers)
    return programme.largest(gains)


def lower(programme: Programme, boxes: np.ndarray, multipliers: np.ndarray) -> np.ndarray:
    """Bound the squared Wald deviate from below; the result is minus the bound.

    Parameters
    ----------
    programme : Programme
    boxes : array, (boxes, 3, 2)
        As of `upper`, and the ends of the centre c, the weighted mean of blasts as a share.
    multipliers : array, (boxes, 2)
        Of the two score equations.

    Returns
    -------
    array, (boxes,)
    """
    low, high, weight, _ = _ranges(boxes)
    apart = np.maximum(np.maximum(boxes[:, 2, :1] - VALUES / 100, VALUES / 100 - boxes[:, 2, 1:]), 0)
    flattest = (boxes[:, 1] ** 2).min(axis=1)[:, None]
    gains = (-flattest * weight * apart**2)[:, None] + _equations(boxes, low, high, multipliers)
    return programme.largest(gains)


def _lower_of_arm(programme: Programme, boxes: np.ndarray, multipliers: np.ndarray) -> np.ndarray:
    """Bound one arm's part of the squared deviate, with arm in the model.

    Intercept and centre are then the arm's own, and so is the first score equation. The second is shared; its
    multiplier has to be the same in both arms, and 0 is one that both can take without knowing each other.
    """
    return lower(programme, boxes, multipliers * np.array([1.0, 0.0]))


def branch(
    bound: Callable[[np.ndarray, np.ndarray], np.ndarray],
    root: np.ndarray,
    multipliers: np.ndarray,
    radius: np.ndarray,
) -> float:
    """Return the worst bound over a box of parameters, after splitting where it is worst.

    It splits until the worst bound is within `TOLERANCE` of what the middle of a box gives with the same
    multipliers, at most `ROUNDS` times; the value is a valid bound whenever it stops.

    Parameters
    ----------
    bound : callable
        Boxes and multipliers to bounds.
    root : array, (parameters, 2)
    multipliers, radius : array, (multipliers,)
        Where to start the search for good multipliers, and how far they may be.

    Returns
    -------
    float
    """
    boxes, theirs, bounds = root[None], multipliers[None], np.array([np.inf])
    for _ in range(ROUNDS):
        worst = np.argsort(-bounds)[:SPLIT]
        middle = np.repeat(boxes[worst].mean(axis=2, keepdims=True), 2, axis=2)
        if bounds[worst[0]] - bound(middle, theirs[worst]).max() < TOLERANCE:
            break
        halves = _split(boxes[worst], root)
        start = np.repeat(theirs[worst], 2, axis=0)
        found, better = ellipsoid(partial(bound, halves), start, radius, STEPS)
        found = np.minimum(found, np.repeat(bounds[worst], 2))
        boxes, theirs = np.delete(boxes, worst, axis=0), np.delete(theirs, worst, axis=0)
        boxes, theirs = np.concatenate([boxes, halves]), np.concatenate([theirs, better])
        bounds = np.append(np.delete(bounds, worst), found)
    return float(bounds.max())


def _split(boxes: np.ndarray, root: np.ndarray) -> np.ndarray:
    """Halve each box along its relatively widest side."""
    side = (np.ptp(boxes, axis=2) * WIDTHS[: len(root)]).argmax(axis=1)
    halves = np.repeat(boxes, 2, axis=0)
    first = np.arange(0, len(halves), 2)
    middle = boxes[np.arange(len(boxes)), side].mean(axis=1)
    halves[first, side, 1] = middle
    halves[first + 1, side, 0] = middle
    return halves


def ellipsoid(
    function: Callable[[np.ndarray], np.ndarray], start: np.ndarray, radius: np.ndarray, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Minimise convex functions, one a row, by shrinking ellipsoids.

    Parameters
    ----------
    function : callable
        (problems, unknowns) to (problems,).
    start : array, (problems, unknowns)
    radius : array, (unknowns,)
        Half axes of the first ellipsoids.
    steps : int

    Returns
    -------
    tuple of array (problems,) and array (problems, unknowns)
        The least value met and where.
    """
    problems, n = start.shape
    centre, shape = start.copy(), np.tile(np.diag(np.square(radius)), (problems, 1, 1))
    best, place = np.full(problems, np.inf), start.copy()
    moves = np.vstack([np.zeros(n), DIFFERENCE * np.eye(n)])
    for _ in range(steps):
        values = np.stack([function(centre + move) for move in moves])
        place = np.where((values[0] < best)[:, None], centre, place)
        best = np.minimum(best, values[0])
        gradient = (values[1:] - values[0]).T / DIFFERENCE
        towards = np.einsum("pij,pj->pi", shape, gradient)
        length = np.sqrt(np.maximum(np.einsum("pi,pi->p", gradient, towards), TINY))
        deep = np.clip((values[0] - best) / length, 0, 0.9)[:, None]  # how much the cut may take away
        towards /= length[:, None]
        centre = centre - (1 + n * deep) / (n + 1) * towards
        outer = towards[:, :, None] * towards[:, None, :]
        take = (2 * (1 + n * deep) / ((n + 1) * (1 + deep)))[:, :, None]
        shape = (n * n / (n * n - 1) * (1 - deep**2))[:, :, None] * (shape - take * outer)
    return best, place


def p_bound(layout: Layout, window: tuple[float, float], end: str) -> float:
    """Bound the P value of a model with blasts alone; from above also of one with blasts and arm.

    Parameters
    ----------
    layout : Layout
    window : tuple of float
        Of the log odds ratio for one percentage point.
    end : {"smallest", "largest"}
        Whether no P value is below the bound, or none above it.

    Returns
    -------
    float
        NaN where no patients at all have an odds ratio in the window.
    """
    root = np.array([[-FARTHEST, FARTHEST], [100 * window[0], 100 * window[1]], [0, 1]])
    if end == "smallest":
        start, radius = np.array([0, 0, MIDDLE]), np.array([1.5, 3, 0.25])
        square = branch(partial(upper, Programme(layout)), root[:2], start, radius)
    elif layout.model.covariates == ARM:
        arms = [Programme(layout, (first,)) for first in (True, False)]
        square = -sum(
            branch(partial(_lower_of_arm, arm), root, np.zeros(2), np.array([1.5, 3])) for arm in arms
        )
    else:
        square = -branch(partial(lower, Programme(layout)), root, np.zeros(2), np.array([1.5, 3]))
    if end == "smallest" and square < 0:
        return np.nan
    return float(erfc(np.sqrt(max(square, 0.0) / 2)))


def _one(
    model: Model, goal: float, end: str, counts: pd.DataFrame, figures: Figures
) -> tuple[str, float, str, float]:
    window = slope_window(Figure("", goal, 2))
    bound = p_bound(Layout(model, counts, beside(figures)), window, end)
    print(f"{model.name}, odds ratio {goal:.2f}: {end} P value {bound:.6f}", flush=True)
    return model.name, goal, end, bound


def main() -> None:
    """Bound the end of the P values that decides: with blasts alone for each odds ratio, with arm for one.

    With arm it takes twice as long and is done for the printed odds ratio only, and only where remissions
    are among the patients: elsewhere the models with arm reach the printed pair.
    """
    figures = Figures(claims.load())
    counts, printed = cells.solve(figures), figures.get(ODDS_RATIO)
    tasks = [
        (model, goal, "smallest" if model.population == REFRACTORY else "largest", counts, figures)
        for model in MODELS
        for goal in GRID
        if model.covariates == BLASTS
        or (model.covariates == ARM and model.population != REFRACTORY and printed and goal == printed.value)
    ]
    with Pool(2) as pool:
        rows = pool.starmap(_one, tasks, chunksize=1)
    table = pd.DataFrame(rows, columns=["model", "goal", "end", "p_value"])
    write_table(table.round({"p_value": 9}), FOLDER / "odds_ratio_bound.csv")


if __name__ == "__main__":
    main()
