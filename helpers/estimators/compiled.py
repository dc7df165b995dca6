"""Newton's steps for logistic models of many resamples, compiled: the engine behind `resampled`."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: What a Newton step may still promise of log-likelihood when it is taken as the last one.
LAST_GAIN = 1e-14
#: A last step longer than this, in log odds of a patient, goes on for ever: Newton's steps towards an
#: infinite coefficient keep a length near 1, while those towards a finite one have shrunk to nothing.
ENDLESS = 0.01
#: Of a penalised step, in log odds of a patient. Longer ones leap to where the information is lost in
#: rounding. Without a penalty the likelihood is concave, and a far outlier makes long steps right.
LONGEST = 10.0
ROUNDING = 1e-10  # of a log-likelihood
SHORTEST = 1e-9  # share of a step: where no more is uphill, the likelihood is lost in rounding
LEAST = 1e-18  # eigenvalue of an information of zeros; lost in the rounding of every other
LARGE = 1e15  # where a product of numbers between 1 and 2 is taken down
FAR_BELOW = 1e-8  # share of a diagonal: a pivot below it is no sign of a positive matrix


@njit(cache=True)
def climb(
    outcome: Floats,
    designs: Floats,
    counts: Floats,
    start: Floats,
    free: NDArray[np.bool_],
    penalised: bool,
    most_steps: int,
) -> tuple[Floats, Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """Climb to the summit of the likelihood in every resample.

    Parameters
    ----------
    outcome : ndarray of shape (n,)
    designs : ndarray of shape (1 or b, n, k)
    counts : ndarray of shape (b, n)
    start : ndarray of shape (b, k)
    free : ndarray of bool, shape (b, k)
    penalised : bool
    most_steps : int
        All but the last as of `helpers.estimators.resampled.fit`.

    Returns
    -------
    tuple of ndarray
        What `helpers.estimators.resampled.Fits` holds.

    Examples
    --------
    One of four has the event: log odds of -log 3.

    >>> outcome, once, start = np.array([1.0, 0, 0, 0]), np.ones((1, 4)), np.zeros((1, 1))
    >>> climb(outcome, np.ones((1, 4, 1)), once, start, start == 0, False, 500)[0].round(6).tolist()
    [[-1.098612]]
    """
    models, width = start.shape
    coefficients, deviance = np.empty((models, width)), np.empty(models)
    settled, finite = np.empty(models, np.bool_), np.empty(models, np.bool_)
    for model in range(models):
        design, drawn = designs[model if len(designs) > 1 else 0], np.flatnonzero(counts[model])
        rows = (outcome[drawn], design[drawn], counts[model][drawn])
        best, size = start[model].copy(), 1.0
        value, step, gain = _step(rows, design, penalised, best, free[model])
        for _ in range(most_steps):
            # A step that promises next to nothing is the last one: it is taken below, for the last digits.
            if not (gain >= LAST_GAIN and size > SHORTEST):
                break
            tried = best + size * step
            new = _step(rows, design, penalised, tried, free[model])
            if new[0] >= value - ROUNDING:
                best, size = tried, 1.0
                value, step, gain = new
            else:
                size /= 2
        settled[model] = gain < LAST_GAIN
        finite[model] = settled[model] and _length(design, step) < ENDLESS
        coefficients[model] = best + step if settled[model] else best
        deviance[model] = -2 * value
    return coefficients, deviance, settled, finite


@njit(cache=True)
def _length(design: Floats, step: Floats) -> float:
    """Return the length of a step: the largest change of a patient's log odds."""
    longest = 0.0
    for patient in range(len(design)):
        change = 0.0
        for column in range(len(step)):
            change += design[patient, column] * step[column]
        longest = max(longest, abs(change))
    return longest


@njit(cache=True)
def _step(
    rows: tuple[Floats, Floats, Floats],
    everybody: Floats,
    penalised: bool,
    coefficients: Floats,
    free: NDArray[np.bool_],
) -> tuple[float, Floats, float]:
    """Return the log-likelihood of one resample, its Newton step, and the gain that the step promises.

    The rows are those who were drawn: outcome, design and count. No row of the whole design may leap.
    """
    outcome, design, counts = rows
    patients, width = design.shape
    fitted, spread = np.empty(patients), np.empty(patients)
    value, score, information = 0.0, np.zeros(width), np.zeros((width, width))
    product = 1.0  # of what would have its logarithm added: one logarithm of all is quicker
    for i in range(patients):
        linear = 0.0
        for r in range(width):
            linear += design[i, r] * coefficients[r]
        small = np.exp(-abs(linear))
        one_more = 1 + small
        fitted[i] = (1 if linear >= 0 else small) / one_more
        spread[i] = small / (one_more * one_more)
        value += counts[i] * (outcome[i] * linear - max(linear, 0.0))
        if counts[i] == 1:
            product *= one_more
        elif counts[i] == 2:
            product *= one_more * one_more
        else:
            value -= counts[i] * np.log1p(small)
        if product > LARGE:
            value, product = value - np.log(product), 1.0
        missed, weight = counts[i] * (outcome[i] - fitted[i]), counts[i] * spread[i]
        for r in range(width):
            score[r] += missed * design[i, r]
            weighted = weight * design[i, r]
            for s in range(r + 1):
                information[r, s] += weighted * design[i, s]
    value -= np.log(product)
    _mirror(information)
    if penalised:
        penalty, information = _penalised(design, counts, fitted, spread, information, score)
        value += penalty
    for r in range(width):  # rows and columns of held coefficients become those of the identity
        if not free[r]:
            score[r] = 0.0
            for s in range(width):
                information[r, s], information[s, r] = 0.0, 0.0
            information[r, r] = 1.0
    inverse, step, gain = _inverse(information)[0], np.zeros(width), 0.0
    for r in range(width):
        for s in range(width):
            step[r] += inverse[r, s] * score[s]
        gain += score[r] * step[r]
    if penalised:
        step *= LONGEST / max(_length(everybody, step), LONGEST)
    return value, step, gain


@njit(cache=True)
def _penalised(
    design: Floats, counts: Floats, fitted: Floats, spread: Floats, information: Floats, score: Floats
) -> tuple[float, Floats]:
    """Return Firth's penalty and the curvature of the penalised likelihood; add the penalty's to the score.

    The penalty is half the logarithm of the determinant of the information.
    """
    patients, width = design.shape
    inverse, logarithm = _inverse(information)
    thirds, seconds = np.zeros((width, width, width)), np.zeros((width, width))
    for i in range(patients):
        distance, weight = _quadratic(inverse, design[i]), counts[i] * spread[i]
        first = weight * distance * (0.5 - fitted[i])
        second, third = weight * (1 - 6 * spread[i]) * distance, weight * (1 - 2 * fitted[i])
        for r in range(width):
            score[r] += first * design[i, r]
            for s in range(r + 1):
                product = design[i, r] * design[i, s]
                seconds[r, s] += second * product
                for q in range(s + 1):
                    thirds[r, s, q] += third * product * design[i, q]
    _mirror(seconds)
    squares = _squares(inverse, thirds)
    return logarithm / 2, information - (seconds - squares) / 2


@njit(cache=True)
def _squares(inverse: Floats, thirds: Floats) -> Floats:
    """Return the traces of the products of any two of the matrices `inverse` times one layer of `thirds`.

    The layers are known where their three indices do not rise; in any other order the entry is the same.
    """
    width = len(inverse)
    layers = np.zeros((width, width, width))
    for r in range(width):
        for s in range(width):
            for q in range(width):
                for t in range(width):
                    low, high = min(r, t, q), max(r, t, q)
                    layers[r, s, q] += inverse[s, t] * thirds[high, r + t + q - low - high, low]
    squares = np.zeros((width, width))
    for r in range(width):
        for s in range(r + 1):
            for t in range(width):
                for q in range(width):
                    squares[r, s] += layers[r, t, q] * layers[s, q, t]
    _mirror(squares)
    return squares


@njit(cache=True)
def _quadratic(matrix: Floats, vector: Floats) -> float:
    """Return the square of a vector by a symmetric matrix."""
    found = 0.0
    for r in range(len(vector)):
        across = 0.0
        for s in range(r):
            across += matrix[r, s] * vector[s]
        found += vector[r] * (2 * across + matrix[r, r] * vector[r])
    return found


@njit(cache=True)
def _mirror(matrix: Floats) -> None:
    """Copy what stands below the diagonal above it."""
    for r in range(len(matrix)):
        for s in range(r):
            matrix[s, r] = matrix[r, s]


@njit(cache=True)
def _inverse(matrix: Floats) -> tuple[Floats, float]:
    """Return the inverse of a symmetric matrix with its eigenvalues made positive, and their log product.

    A step by such a curvature is uphill also where the likelihood bends upwards.
    """
    width = len(matrix)
    inverse, logarithm = np.zeros((width, width)), 0.0
    # Gauss and Jordan; where no pivot is far below its diagonal, every eigenvalue is positive already.
    left = matrix.copy()
    for r in range(width):
        inverse[r, r] = 1.0
    for r in range(width):
        pivot = left[r, r]
        if not pivot > FAR_BELOW * matrix[r, r]:
            return _made_positive(matrix)
        logarithm += np.log(pivot)
        for s in range(width):
            left[r, s] /= pivot
            inverse[r, s] /= pivot
        for q in range(width):
            factor = left[q, r]
            if q != r and factor != 0:
                for s in range(width):
                    left[q, s] -= factor * left[r, s]
                    inverse[q, s] -= factor * inverse[r, s]
    return inverse, logarithm


@njit(cache=True)
def _made_positive(matrix: Floats) -> tuple[Floats, float]:
    """Return what `_inverse` does, by the eigenvalues."""
    width = len(matrix)
    if not np.isfinite(matrix).all():
        return np.full((width, width), np.nan), np.nan
    eigenvalues, vectors = np.linalg.eigh(matrix)
    eigenvalues = np.maximum(np.abs(eigenvalues), LEAST)
    return (vectors / eigenvalues) @ vectors.T, np.log(eigenvalues).sum()
