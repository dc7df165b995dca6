"""Ensemble: how far the members range month by month (their event-free curves), or cut-off by cut-off."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.annealing.statistics import survival_at
from evidence.ensemble.standing import ends
from evidence.this_abstract.abstract import ARMS
from helpers.ground.endpoints import DAYS_PER_MONTH, EARLIEST_DAY
from helpers.ground.standing import CURVES, FOLLOWS, OPEN
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
            shares, left = curve(time, event, inside, days), at_risk(time, inside, days)
            rows += [
                (outcome, group, month, *ends(shares[:, month]), *ends(left[:, month]))
                for month in range(months + 1)
            ]
    return pd.DataFrame(rows, columns=CURVES)


def at_risk(time: np.ndarray, inside: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Count who is at risk just before some times, in each member.

    Parameters
    ----------
    time : array, (members, patients)
    inside : array of bool, (members, patients)
    at : array, (times,)

    Returns
    -------
    array of float, (members, times)
    """
    return np.stack([((time >= each) & inside).sum(axis=1) for each in at], axis=1).astype(float)


def over(
    tables: Sequence[pd.DataFrame],
    keys: list[str],
    met: Sequence[pd.DataFrame] = (),
    counts: Sequence[str] = (),
) -> pd.DataFrame:
    """Range the same table of many members, cell by cell.

    Parameters
    ----------
    tables : sequence of DataFrame
        One a member, with the same rows in the same order.
    keys : list of str
        The columns that name a row; all others are numbers.
    met : sequence of DataFrame
        Of further cohorts that agree with the print: what one of them has otherwise does not follow.
    counts : sequence of str
        Columns of counts: where nearly all members have the same and not all, a range holds all of them, so
        that what is open does not stand as one number.

    Returns
    -------
    DataFrame
        ``keys``; ``standing``, which is that of the whole row; and for each number its name with ``_low`` and
        ``_high``.
    """
    names = [name for name in tables[0] if name not in keys]
    values = np.stack([table[names].to_numpy(float) for table in tables])
    others = [table[names].to_numpy(float)[None] for table in met]
    every = np.concatenate([values, *others])
    alike = ((every == every[0]) | (np.isnan(every) & np.isnan(every[0]))).all(axis=(0, 2))
    found = tables[0][keys].assign(standing=np.where(alike, FOLLOWS, OPEN))
    for place, name in enumerate(names):
        whole = every[:, :, place].T if name in counts else [None] * len(found)
        found[[f"{name}_low", f"{name}_high"]] = [
            _ends(column, all_of) for column, all_of in zip(values[:, :, place].T, whole, strict=True)
        ]
    return found


def _ends(column: np.ndarray, all_of: np.ndarray | None) -> tuple[float, float]:
    low, high = ends(column)
    return (low, high) if all_of is None or low != high else (all_of.min(), all_of.max())


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
