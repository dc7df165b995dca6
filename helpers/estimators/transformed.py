"""Limits that are symmetric on another scale, so that they stay within what the quantity can be."""

import numpy as np

from helpers.estimators.common import Z


def log_log_limits(estimate: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give limits of probabilities that are symmetric on the scale log(-log(probability)).

    Parameters
    ----------
    estimate, error : ndarray of shape (n,)
        Probabilities and their standard errors.

    Returns
    -------
    tuple of ndarray of shape (n,)
        Lower and upper limits; missing where the probability is 0 or 1, or its error 0 or missing.

    References
    ----------
    Kalbfleisch JD, Prentice RL (2002). The Statistical Analysis of Failure Time Data, 2nd edition, section
    1.4. Choudhury JB (2002). Statistics in Medicine 21, 1129-1144 (for a cumulative incidence).

    Examples
    --------
    >>> low, high = log_log_limits(np.array([0.5, 1.0]), np.array([0.1, 0.0]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.295, nan], [0.675, nan])
    """
    inside = (estimate > 0) & (estimate < 1) & (error > 0)
    value = np.where(inside, estimate, 0.5)
    width = Z * np.where(inside, error, np.nan) / (value * np.log(value))
    # The logarithm is negative, so that the positive exponent gives the lower limit.
    return value ** np.exp(-width), value ** np.exp(width)


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
