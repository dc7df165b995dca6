"""Ensemble: how far the event-free curves of the members range, month by month."""

import numpy as np
import pandas as pd

from evidence.annealing.statistics import survival_at
from evidence.ensemble.standing import ends
from evidence.forensics.abstract import ARMS
from helpers.ground.endpoints import DAYS_PER_MONTH, EARLIEST_DAY
from helpers.ground.standing import CURVES
from helpers.ground.study import EVERYBODY


def fans(patients: pd.DataFrame, months: int) -> pd.DataFrame:
    """Range the Kaplan-Meier curves of the event-free outcomes over the members, as other results are.

    Parameters
    ----------
    patients : DataFrame
        As `evidence.ensemble.store.read` returns them: every member has the same number of patients.
    months : int
        The last month; the curves are read at each whole one.

    Returns
    -------
    DataFrame
        `CURVES`.
    """
    members = patients["member"].nunique()
    shaped = {name: patients[name].to_numpy().reshape(members, -1) for name in patients}
    relapse, death, followup = shaped["relapse"], shaped["death"], shaped["followup_days"]
    failed = shaped["best_response"] == "NR"
    free = np.where(relapse, shaped["relapse_days"], followup)
    courses = {
        "os": (followup, death),
        "dfs": (free, death | relapse),
        "dfs_nonresponse": (np.where(failed, EARLIEST_DAY, free), death | relapse | failed),
    }
    days = np.arange(months + 1) * DAYS_PER_MONTH
    rows = []
    for outcome, (time, event) in courses.items():
        for group in (EVERYBODY, *ARMS):
            inside = np.ones_like(death) if group == EVERYBODY else shaped["arm"] == group
            shares = curve(time, event, inside, days)
            rows += [(outcome, group, month, *ends(shares[:, month])) for month in range(months + 1)]
    return pd.DataFrame(rows, columns=CURVES)


def curve(time: np.ndarray, event: np.ndarray, inside: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the Kaplan-Meier curve of some patients of each member, at some times.

    Parameters
    ----------
    time : array, (members, patients)
    event, inside : array of bool, (members, patients)
    at : array, (times,)

    Returns
    -------
    array, (members, times)
    """
    return np.stack([survival_at(time, event, each, inside) for each in at], axis=1)
