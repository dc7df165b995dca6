"""Craft of the marrow block: its statistics of one cohort at a time, compiled.

Blasts and ages are whole numbers, so a histogram sorts them, counts the ranks and their ties in one pass. The
logistic model is fitted to convergence from wherever the chain stands: its maximum is unique where there is
one, so that the answer does not depend on the start.
"""

from math import exp, sqrt

import numpy as np
from numba import njit

HIGHEST = 100  # percent of marrow cells, and no age is beyond
TERMS = 4  # intercept, blasts per 100 points, arm, decades of age
STEPS = 25  # of Newton's method; from a good start it takes three or four
CONVERGED = 1e-7  # the last step; the error after it is about its square
FARTHEST = 30.0  # a linear predictor beyond has no bearing on a chance any more


@njit(cache=True)
def ordered(values: np.ndarray, chosen: np.ndarray, into: np.ndarray) -> None:
    """Sort some whole numbers from 0 to `HIGHEST`.

    Parameters
    ----------
    values : array of int, (n,)
    chosen : array of bool, (n,)
    into : array of int, (at least the number chosen,)
        Filled from the smallest.
    """
    counts = np.zeros(HIGHEST + 1, np.int64)
    for i in range(len(values)):
        if chosen[i]:
            counts[values[i]] += 1
    place = 0
    for value in range(HIGHEST + 1):
        for _ in range(counts[value]):
            into[place] = value
            place += 1


@njit(cache=True)
def quantile(ascending: np.ndarray, share: float) -> float:
    """Return a quantile by type 7.

    Parameters
    ----------
    ascending : array of int, (n,)
    share : float

    Returns
    -------
    float
    """
    place = share * (len(ascending) - 1)
    below = int(place)
    weight = place - below
    if weight == 0:
        return float(ascending[below])
    return ascending[below] * (1 - weight) + ascending[below + 1] * weight


@njit(cache=True)
def rank_z(one: np.ndarray, other: np.ndarray) -> float:
    """Return the Mann-Whitney z: ties corrected, no continuity correction.

    Parameters
    ----------
    one, other : array of int, (n,) and (m,)
        In ascending order.

    Returns
    -------
    float
        Positive where the first group tends to be higher; 0 where all are equal.

    References
    ----------
    Hollander, Wolfe, Chicken: Nonparametric Statistical Methods, 3rd ed. (2014), section 4.1.
    """
    n, m = len(one), len(other)
    i, j, twice, ties = 0, 0, 0, 0
    while i < n or j < m:
        value = one[i] if j == m or (i < n and one[i] < other[j]) else other[j]
        before, first_i, first_j = j, i, j
        while i < n and one[i] == value:
            i += 1
        while j < m and other[j] == value:
            j += 1
        tied = i - first_i + j - first_j
        twice += (i - first_i) * (2 * before + j - first_j)  # twice U
        ties += tied**3 - tied
    every = n + m
    variance = n * m / 12 * (every + 1 - ties / (every * (every - 1)))
    return (twice - n * m) / 2 / sqrt(variance) if variance > 1e-9 else 0.0


@njit(cache=True)
def logistic(
    marrow: np.ndarray, first: np.ndarray, years: np.ndarray, outcome: np.ndarray, found: np.ndarray
) -> bool:
    """Fit the odds of an outcome on blasts, arm and age by maximum likelihood.

    Parameters
    ----------
    marrow : array of int, (n,)
    first : array of bool, (n,)
        Who is in the first arm. Where nobody is, the model is without the arm: its coefficient and z are 0.
    years : array of int, (at least n,)
        The ages of the n come first.
    outcome : array of bool, (n,)
    found : array of float, (2, `TERMS`)
        In its first row where to start; filled with coefficients and their Wald z.

    Returns
    -------
    bool
        Whether there is a maximum; without one `found` is filled with zeros.

    References
    ----------
    McCullagh, Nelder: Generalized Linear Models, 2nd ed. (1989), section 4.4.
    """
    if _newton(marrow, first, years, outcome, found):
        return True
    found[:] = 0.0
    if _newton(marrow, first, years, outcome, found):
        return True
    found[:] = 0.0
    return False


@njit(cache=True)
def _newton(
    marrow: np.ndarray, first: np.ndarray, years: np.ndarray, outcome: np.ndarray, found: np.ndarray
) -> bool:
    information, root, score = np.empty((TERMS, TERMS)), np.empty((TERMS, TERMS)), np.empty(TERMS)
    for _ in range(STEPS):
        if not _derivatives(marrow, first, years, outcome, found[0], information, score):
            return False
        if not _root(information, root):
            return False
        longest = _advance(root, score, found[0])
        if longest < CONVERGED:
            _wald(root, found)
            return True
    return False


@njit(cache=True)
def _derivatives(
    marrow: np.ndarray,
    first: np.ndarray,
    years: np.ndarray,
    outcome: np.ndarray,
    at: np.ndarray,
    information: np.ndarray,
    score: np.ndarray,
) -> bool:
    """Fill in information (its lower half) and score; False where every chance is nearly 0 or 1."""
    information[:], score[:] = 0.0, 0.0
    close = False
    for i in range(len(marrow)):
        blasts, arm, age = marrow[i] / 100, 1.0 if first[i] else 0.0, (years[i] - 46) / 10
        linear = at[0] + at[1] * blasts + at[2] * arm + at[3] * age
        close |= -FARTHEST < linear < FARTHEST
        chance = 1 / (1 + exp(-min(max(linear, -FARTHEST), FARTHEST)))
        weight = chance * (1 - chance)
        residual = (1.0 if outcome[i] else 0.0) - chance
        score[0] += residual
        score[1] += residual * blasts
        score[2] += residual * arm
        score[3] += residual * age
        information[0, 0] += weight
        information[1, 0] += weight * blasts
        information[1, 1] += weight * blasts * blasts
        information[2, 0] += weight * arm
        information[2, 1] += weight * arm * blasts
        information[3, 0] += weight * age
        information[3, 1] += weight * age * blasts
        information[3, 2] += weight * age * arm
        information[3, 3] += weight * age * age
    # An indicator is its own square; one that nobody has is left where it starts, at 0.
    information[2, 2] = information[2, 0] if first.any() else 1.0
    return close


@njit(cache=True)
def _root(matrix: np.ndarray, root: np.ndarray) -> bool:
    """Fill in Cholesky's lower root; False where the matrix has none to speak of."""
    for row in range(TERMS):
        for column in range(row + 1):
            rest = matrix[row, column]
            for k in range(column):
                rest -= root[row, k] * root[column, k]
            if row > column:
                root[row, column] = rest / root[column, column]
            elif rest > 1e-10:
                root[row, row] = sqrt(rest)
            else:
                return False
    return True


@njit(cache=True)
def _advance(root: np.ndarray, score: np.ndarray, at: np.ndarray) -> float:
    """Take a Newton step; return its longest coordinate."""
    step = score
    for row in range(TERMS):
        for k in range(row):
            step[row] -= root[row, k] * step[k]
        step[row] /= root[row, row]
    longest = 0.0
    for row in range(TERMS - 1, -1, -1):
        for k in range(row + 1, TERMS):
            step[row] -= root[k, row] * step[k]
        step[row] /= root[row, row]
        at[row] += step[row]
        longest = max(longest, abs(step[row]))
    return longest


@njit(cache=True)
def _wald(root: np.ndarray, found: np.ndarray) -> None:
    """Fill in coefficient by its standard error, from the root of the information."""
    column = np.empty(TERMS)
    for term in range(TERMS):
        variance = 0.0
        for row in range(term, TERMS):  # one column of the inverse root, whose squares add up to the variance
            rest = 1.0 if row == term else 0.0
            for k in range(term, row):
                rest -= root[row, k] * column[k]
            column[row] = rest / root[row, row]
            variance += column[row] ** 2
        found[1, term] = found[0, term] / sqrt(variance)
