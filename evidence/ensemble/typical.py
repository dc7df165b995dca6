"""Ensemble: the member that stands for the others, near the middle in every result and on no edge.

Of each open result the members are ranked and the ranks turned into normal scores, so that a result with a
long tail weighs no more than another; a member's distance from the middle is the mean square of its scores.
Among the members whose survival figures do not hang on one event near the month at which they are read, the
nearest is the typical one.
"""

import numpy as np
import pandas as pd
from scipy import stats

from evidence.this_abstract.abstract import AT
from helpers.ground.endpoints import DAYS_PER_MONTH

CLEAR_DAYS = 14  # on both sides of the month at which survival is printed, without an event or a last contact


def typical(values: pd.DataFrame, patients: pd.DataFrame) -> int:
    """Choose the member that stands for the others.

    Parameters
    ----------
    values : DataFrame
        One column a result, one row a member in the order of their numbers.
    patients : DataFrame
        As `evidence.ensemble.store.read` returns them.

    Returns
    -------
    int
        The number of the member.

    Raises
    ------
    ValueError
        If every member has an event on an edge.
    """
    distance = scores(values).pow(2).mean(axis=1).to_numpy()
    distance = np.where(on_edge(patients), np.inf, distance)
    if np.isinf(distance).all():
        raise ValueError("every cohort has an event beside the month at which survival is printed")
    return int(distance.argmin())


def scores(values: pd.DataFrame) -> pd.DataFrame:
    """Turn the values of each result into normal scores.

    Parameters
    ----------
    values : DataFrame
        One column a result, one row a member.

    Returns
    -------
    DataFrame
        Of the results that vary and exist in every member; ties share their mean rank.
    """
    kept = values.loc[:, values.notna().all() & (values.max() > values.min())]
    return kept.rank().sub(0.5).div(len(kept)).apply(stats.norm.ppf)


def on_edge(patients: pd.DataFrame) -> np.ndarray:
    """Tell in which members survival hangs on the day of one event.

    Parameters
    ----------
    patients : DataFrame
        As `evidence.ensemble.store.read` returns them.

    Returns
    -------
    array of bool, (members,)
        True where an event or a last contact lies within `CLEAR_DAYS` of the printed month.
    """
    days = patients[["followup_days", "relapse_days"]]
    near = (days - AT * DAYS_PER_MONTH).abs().le(CLEAR_DAYS).any(axis=1)
    return near.groupby(patients["member"]).any().to_numpy()
