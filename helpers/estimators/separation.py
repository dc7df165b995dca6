"""Separation: where covariates tell the outcome, so that maximum likelihood has no finite estimate."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog

from helpers.estimators.resampled import Covariates, fit, known_columns, standardised, why_no_model

NO_NUMBER = 1e-4  # of a direction between -1 and 1
FAR = 1e5  # standard deviations from zero


def separated(outcome: ArrayLike, covariates: Covariates) -> list[str]:
    """Name the covariates with infinite maximum-likelihood coefficients, because the outcome is separated.

    Parameters
    ----------
    outcome, covariates
        As in :func:`helpers.estimators.logistic.logistic`.

    Returns
    -------
    list of str
        Column names, and "intercept" if it is infinite; empty when there is no separation, or no design to
        check.

    References
    ----------
    Konis K (2007). Linear programming algorithms for detecting separated data in binary logistic regression
    models. Thesis, University of Oxford.

    Examples
    --------
    >>> separated([0, 0, 1, 1], {"blasts": [5, 10, 60, 70]})
    ['blasts', 'intercept']
    """
    known = known_columns(outcome, covariates)
    numbers, design = standardised(*known)
    if why_no_model(numbers, design, covariates):
        return []
    once = np.ones((1, len(numbers)))
    if fit(numbers, design, once).finite[0]:  # a finite summit proves that nothing is separated
        return []
    # Scaled but not centred: centring would spread an infinite coefficient to the intercept. What lies so far
    # from zero that the program would lose its variation stays centred.
    places = known[1].mean(axis=1) / known[1].std(axis=1)
    design = np.column_stack([design[:, 1:] + np.where(np.abs(places) < FAR, places, 0), design[:, 0]])
    signed = design * np.where(numbers == 1, 1, -1)[:, None]
    direction = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=(-1, 1)).x
    found = np.abs(direction) > NO_NUMBER
    return [name for name, infinite in zip([*covariates, "intercept"], found, strict=True) if infinite]
