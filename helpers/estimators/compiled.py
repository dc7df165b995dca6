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
#: Log odds of a patient who hardly informs any more: the length of a step may be one of rounding only where
#: there are such, so that `_is_flat` need not look elsewhere.
CERTAIN = 20.0
FLAT = 1e-10  # share of a diagonal: a likelihood with a pivot below it may rise for ever
#: Of a penalised step, in log odds of a patient. Longer ones leap to where the information is lost in
#: rounding. Without a penalty the likelihood is concave, and a far outlier makes long steps right.
LONGEST = 10.0
ROUNDING = 1e-10  # of a log-likelihood
ROUNDING_OF_MANY = 1e-13  # share of a log-likelihood: it grows with the patients, and so does its rounding
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
    products = _products(designs[0], penalised)
    for model in range(models):
        design = designs[model if len(designs) > 1 else 0]
        if model and len(designs) > 1:
            products = _products(design, penalised)
        rows = (outcome, design, counts[model], _drawn(counts[model]))
        best, size = start[model].copy(), 1.0
        value, step, gain = _step(rows, products, penalised, best, free[model])
        for _ in range(most_steps):
            # A step that promises next to nothing is the last one: it is taken below, for the last digits.
            if not (gain >= LAST_GAIN and size > SHORTEST):
                break
            tried = _moved(best, size, step)
            new = _step(rows, products, penalised, tried, free[model])
            if new[0] >= value - max(ROUNDING, ROUNDING_OF_MANY * abs(value)):
                best, size = tried, 1.0
                value, step, gain = new
            else:
                size /= 2
        settled[model] = gain < LAST_GAIN
        finite[model] = settled[model] and _length(design, step) < ENDLESS
        if finite[model] and _length(design, best) > CERTAIN:
            finite[model] = not _is_flat(rows, products[0], best, free[model])
        for r in range(width):
            coefficients[model, r] = best[r] + step[r] if settled[model] else best[r]
        deviance[model] = -2 * value
    return coefficients, deviance, settled, finite


# Loops where an expression of whole arrays would do: numba takes a second or more to compile each of those.
@njit(cache=True)
def _drawn(counts: Floats) -> NDArray[np.uint64]:
    """Return who was drawn: places without a sign, as those below zero would be looked for at each use."""
    drawn, place = np.empty(len(counts), np.uint64), 0
    for i in range(len(counts)):
        if counts[i]:
            drawn[place] = i
            place += 1
    return drawn[:place]


@njit(cache=True)
def _moved(start: Floats, size: float, step: Floats) -> Floats:
    """Return where a step of a size leads."""
    end = np.empty(len(start))
    for r in range(len(start)):
        end[r] = start[r] + size * step[r]
    return end


@njit(cache=True)
def _products(design: Floats, penalised: bool) -> tuple[Floats, Floats]:
    """Return each patient's products of two and, for the penalty, of three columns, row by row of a triangle.

    They stay the same over all steps, and the sums over patients run over neighbours in memory.
    """
    patients, width = design.shape
    twos = np.empty((patients, width * (width + 1) // 2))
    threes = np.empty((patients if penalised else 0, width * (width + 1) * (width + 2) // 6))
    for i in range(patients):
        two, three = 0, 0
        for r in range(width):
            for s in range(r + 1):
                twos[i, two] = design[i, r] * design[i, s]
                if penalised:
                    for q in range(s + 1):
                        threes[i, three] = twos[i, two] * design[i, q]
                        three += 1
                two += 1
    return twos, threes


@njit(cache=True)
def _square(sums: Floats, width: int) -> Floats:
    """Return the symmetric matrix whose entries on and below the diagonal are given row by row."""
    matrix, place = np.empty((width, width)), 0
    for r in range(width):
        for s in range(r + 1):
            matrix[r, s] = matrix[s, r] = sums[place]
            place += 1
    return matrix


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
def _is_flat(
    rows: tuple[Floats, Floats, Floats, NDArray[np.uint64]],
    twos: Floats,
    coefficients: Floats,
    free: NDArray[np.bool_],
) -> bool:
    """Tell whether the likelihood without a penalty hardly bends in some direction."""
    _, design, counts, drawn = rows
    width, sums = design.shape[1], np.zeros(twos.shape[1])
    for i in drawn:
        linear = 0.0
        for r in range(width):
            linear += design[i, r] * coefficients[r]
        small = np.exp(-abs(linear))
        for two in range(len(sums)):
            sums[two] += counts[i] * small / (1 + small) ** 2 * twos[i, two]
    information = _square(sums, width)
    left = information.copy()
    for r in range(width):
        if free[r] and not left[r, r] > FLAT * information[r, r]:
            return True
        for q in range(r + 1, width):
            if free[r] and free[q]:
                factor = left[q, r] / left[r, r]
                for s in range(width):
                    left[q, s] -= factor * left[r, s]
    return False


@njit(cache=True)
def _step(
    rows: tuple[Floats, Floats, Floats, NDArray[np.uint64]],
    products: tuple[Floats, Floats],
    penalised: bool,
    coefficients: Floats,
    free: NDArray[np.bool_],
) -> tuple[float, Floats, float]:
    """Return the log-likelihood of one resample, its Newton step, and the gain that the step promises.

    The rows are outcome, design and count of everybody, and who was drawn. Nobody's log odds may leap, drawn
    or not.
    """
    outcome, design, counts, drawn = rows
    twos = products[0]
    width = design.shape[1]
    fitted, spread = np.empty(len(drawn)), np.empty(len(drawn))
    value, score, sums = 0.0, np.zeros(width), np.zeros(twos.shape[1])
    product = 1.0  # of what would have its logarithm added: one logarithm of all is quicker
    for place, i in enumerate(drawn):
        linear = 0.0
        for r in range(width):
            linear += design[i, r] * coefficients[r]
        small = np.exp(-abs(linear))
        one_more = 1 + small
        fitted[place] = (1 if linear >= 0 else small) / one_more
        spread[place] = small / (one_more * one_more)
        value += counts[i] * (outcome[i] * linear - max(linear, 0.0))
        if counts[i] == 1:
            product *= one_more
        elif counts[i] == 2:
            product *= one_more * one_more
        else:
            value -= counts[i] * np.log1p(small)
        if product > LARGE:
            value, product = value - np.log(product), 1.0
        missed, weight = counts[i] * (outcome[i] - fitted[place]), counts[i] * spread[place]
        for r in range(width):
            score[r] += missed * design[i, r]
        for two in range(len(sums)):
            sums[two] += weight * twos[i, two]
    value -= np.log(product)
    information = _square(sums, width)
    if penalised:
        penalty, information = _penalised(rows, products, fitted, spread, information, score)
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
        step = _moved(np.zeros(width), LONGEST / max(_length(design, step), LONGEST), step)
    return value, step, gain


@njit(cache=True)
def _penalised(
    rows: tuple[Floats, Floats, Floats, NDArray[np.uint64]],
    products: tuple[Floats, Floats],
    fitted: Floats,
    spread: Floats,
    information: Floats,
    score: Floats,
) -> tuple[float, Floats]:
    """Return Firth's penalty and the curvature of the penalised likelihood; add the penalty's to the score.

    The penalty is half the logarithm of the determinant of the information.
    """
    _, design, counts, drawn = rows
    twos, threes = products
    width = len(information)
    inverse, logarithm = _inverse(information)
    around = np.empty(twos.shape[1])  # the inverse, so laid out that with `twos` it gives a distance
    place = 0
    for r in range(width):
        for s in range(r + 1):
            around[place] = inverse[r, s] if r == s else 2 * inverse[r, s]
            place += 1
    seconds, thirds = np.zeros(twos.shape[1]), np.zeros(threes.shape[1])
    for place, i in enumerate(drawn):
        distance, weight = 0.0, counts[i] * spread[place]
        for two in range(len(around)):
            distance += around[two] * twos[i, two]
        first = weight * distance * (0.5 - fitted[place])
        second, third = weight * (1 - 6 * spread[place]) * distance, weight * (1 - 2 * fitted[place])
        for r in range(width):
            score[r] += first * design[i, r]
        for two in range(len(seconds)):
            seconds[two] += second * twos[i, two]
        for three in range(len(thirds)):
            thirds[three] += third * threes[i, three]
    curvature, squares, place = np.empty((width, width)), _squares(inverse, thirds), 0
    for r in range(width):
        for s in range(r + 1):
            bent = information[r, s] - (seconds[place] - squares[r, s]) / 2
            curvature[r, s] = curvature[s, r] = bent
            place += 1
    return logarithm / 2, curvature


@njit(cache=True)
def _squares(inverse: Floats, thirds: Floats) -> Floats:
    """Return the traces of the products of any two of the matrices `inverse` times one layer of `thirds`.

    The layers are given where their three indices do not rise; in any other order the entry is the same.
    """
    width, place = len(inverse), 0
    whole = np.empty((width, width, width))
    for r in range(width):
        for s in range(r + 1):
            for q in range(s + 1):
                entry = thirds[place]
                whole[r, s, q], whole[r, q, s], whole[s, r, q] = entry, entry, entry
                whole[s, q, r], whole[q, r, s], whole[q, s, r] = entry, entry, entry
                place += 1
    layers = np.zeros((width, width, width))
    for r in range(width):
        for s in range(width):
            for t in range(width):
                for q in range(width):
                    layers[r, s, q] += inverse[s, t] * whole[r, t, q]
    squares = np.zeros((width, width))
    for r in range(width):
        for s in range(r + 1):
            for t in range(width):
                for q in range(width):
                    squares[r, s] += layers[r, t, q] * layers[s, q, t]
            squares[s, r] = squares[r, s]
    return squares


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
    width, logarithm, inverse = len(matrix), 0.0, np.zeros(matrix.shape)
    for value in matrix.flat:
        if not np.isfinite(value):
            inverse[:] = np.nan
            return inverse, np.nan
    eigenvalues, vectors = np.linalg.eigh(matrix)
    for k in range(width):
        size = max(abs(eigenvalues[k]), LEAST)
        logarithm += np.log(size)
        for r in range(width):
            for s in range(width):
                inverse[r, s] += vectors[r, k] * vectors[s, k] / size
    return inverse, logarithm
