"""Craft: statistics of many chains at once; the first axis of every array is the chain.

They are written for speed and serve searches alone, whose results are judged with other people's code: drawn
cohorts by `evidence.reconstruction.verify`, a map of odds ratios by its tests. Decisions of a search
use values rounded to `DECISION_DECIMALS`, so that the last bits of an exponential, which differ between
processors, do not steer it.
"""

import numpy as np

DECISION_DECIMALS = 9
SMALLEST_VARIANCE = 1e-9  # where all values are equal, the deviate is 0 and not 0/0


def beyond(values: np.ndarray, low: float | np.ndarray, high: float | np.ndarray) -> np.ndarray:
    """Return how far values lie outside an interval.

    Parameters
    ----------
    values : array
    low, high : float or array

    Returns
    -------
    array
        0 inside.
    """
    return np.maximum(np.maximum(low - values, values - high), 0.0)


def median(values: np.ndarray) -> np.ndarray:
    """Return the median of each chain; several times faster than numpy's on small arrays.

    Parameters
    ----------
    values : array, (chains, n)

    Returns
    -------
    array, (chains,)
    """
    ordered = np.sort(values, axis=1)
    n = ordered.shape[1]
    return (ordered[:, (n - 1) // 2] + ordered[:, n // 2]) / 2


def tie_sum(values: np.ndarray) -> np.ndarray:
    """Return the sum of t^3 - t over the groups of t equal values of each chain.

    In ascending order a group of t has t - k pairs that stand k places apart, and the sum of k (t - k) over k
    is a sixth of t^3 - t.

    Parameters
    ----------
    values : array, (chains, n)

    Returns
    -------
    array of int, (chains,)
    """
    ordered = np.sort(values, axis=1)
    total = np.zeros(len(ordered), dtype=int)
    for apart in range(1, ordered.shape[1]):
        equal = (ordered[:, apart:] == ordered[:, :-apart]).sum(axis=1)
        if not equal.any():
            break
        total += 6 * apart * equal
    return total


def signed_rank_z(differences: np.ndarray) -> np.ndarray:
    """Return the signed-rank z of each chain: zeros dropped, ties corrected, no continuity correction.

    The rank sum is counted over the signs of Walsh sums, which takes care of ties: d_i + d_j with i up to j.

    Parameters
    ----------
    differences : array of int, (chains, pairs)
        Later minus earlier, in the smallest unit recorded, so that equal differences are equal.

    Returns
    -------
    array, (chains,)
        Positive where values rise; 0 where every difference is 0.

    References
    ----------
    Hollander, Wolfe, Chicken: Nonparametric Statistical Methods, 3rd ed. (2014), sections 3.1 and 3.2.
    """
    signs = np.sign(differences).sum(axis=1)
    sums = np.sign(differences[:, :, None] + differences[:, None, :]).sum(axis=(1, 2))
    zeros = (differences == 0).sum(axis=1)
    n = differences.shape[1] - zeros
    centred = (sums + signs - 2 * zeros * signs) / 4
    ties = tie_sum(np.abs(differences)) - (zeros**3 - zeros)
    variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48
    return centred / np.sqrt(np.maximum(variance, SMALLEST_VARIANCE))


def mann_whitney_z(values: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return the Mann-Whitney z of each chain: ties corrected, no continuity correction.

    Parameters
    ----------
    values : array, (chains, n)
    first : array of bool, (n,)
        Which of them are the first group.

    Returns
    -------
    array, (chains,)
        Positive where the first group tends to be higher.

    References
    ----------
    Hollander, Wolfe, Chicken: Nonparametric Statistical Methods, 3rd ed. (2014), section 4.1.
    """
    one, other = values[:, first, None], values[:, None, ~first]
    centred = ((one > other).sum(axis=(1, 2)) - (one < other).sum(axis=(1, 2))) / 2
    n, pairs = len(first), one.shape[1] * other.shape[2]
    variance = pairs / 12 * (n + 1 - tie_sum(values) / (n * (n - 1)))
    return centred / np.sqrt(np.maximum(variance, SMALLEST_VARIANCE))


def survival_at(
    days: np.ndarray, event: np.ndarray, at: float, inside: np.ndarray | None = None
) -> np.ndarray:
    """Return the Kaplan-Meier probability of each chain at a time.

    Events come before censorings of the same day; the factors of tied events then multiply to the usual one.

    Parameters
    ----------
    days : array, (chains, n)
        At least half a day apart where they differ.
    event : array of bool, (chains, n)
    at : float
        In days.
    inside : array of bool, (chains, n), optional
        Who is counted; without it everybody.

    Returns
    -------
    array, (chains,)
    """
    return kaplan_meier(4 * days + ~event, event, 4 * at, inside)


def kaplan_meier(
    times: np.ndarray, event: np.ndarray, at: float, inside: np.ndarray | None = None
) -> np.ndarray:
    """Return the Kaplan-Meier probability of each chain at a time, of times that are measured exactly.

    Parameters
    ----------
    times : array, (chains, n)
        An event and a censoring at the same time are taken in any order, as if a moment lay between them.
    event : array of bool, (chains, n)
    at : float
        In the unit of the times.
    inside : array of bool, (chains, n), optional
        Who is counted; without it everybody.

    Returns
    -------
    array, (chains,)

    References
    ----------
    Kaplan, Meier (1958), J Am Stat Assoc 53:457-481.
    """
    inside = np.ones(times.shape, dtype=bool) if inside is None else inside
    order = np.argsort(np.where(inside, times, np.inf), axis=1)
    happens = np.take_along_axis(event & inside & (times <= at), order, axis=1)
    at_risk = inside.sum(axis=1, keepdims=True) - np.arange(times.shape[1])
    return np.where(happens, 1 - 1 / np.maximum(at_risk, 1), 1.0).prod(axis=1)


def median_of(values: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Return the median of some of the values of each chain.

    Parameters
    ----------
    values : array, (chains, n)
    chosen : array of bool, (chains, n)

    Returns
    -------
    array, (chains,)
        Infinite where none is chosen.
    """
    ordered = np.sort(np.where(chosen, values, np.inf), axis=1)
    number = chosen.sum(axis=1, keepdims=True)
    middle = np.concatenate([(number - 1) // 2, number // 2], axis=1).clip(min=0)
    return np.take_along_axis(ordered, middle, axis=1).mean(axis=1)


def logistic(
    design: np.ndarray, outcome: np.ndarray, start: np.ndarray, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Fit a logistic model in each chain by Newton's method.

    Parameters
    ----------
    design : array, (chains, n, terms)
        With its column of ones.
    outcome : array of bool, (chains, n)
    start : array, (terms,)
        Coefficients to start from.
    steps : int
        How many Newton steps.

    Returns
    -------
    tuple of two arrays, (chains, terms)
        Coefficients and their Wald z.

    References
    ----------
    McCullagh, Nelder: Generalized Linear Models, 2nd ed. (1989), section 4.4.
    """
    transposed = design.swapaxes(1, 2)
    coefficients = np.tile(start, (len(design), 1))
    for _ in range(steps):
        linear = np.clip((design @ coefficients[:, :, None])[:, :, 0], -30, 30)
        chance = 1 / (1 + np.exp(-linear))
        weight = np.maximum(chance * (1 - chance), 1e-9)
        information = transposed @ (design * weight[:, :, None])
        score = transposed @ (outcome - chance)[:, :, None]
        coefficients = coefficients + np.linalg.solve(information, score)[:, :, 0]
    errors = np.sqrt(np.diagonal(np.linalg.inv(information), axis1=1, axis2=2))
    return coefficients, coefficients / errors
