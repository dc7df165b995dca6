"""Ground: the results of many cohorts of one study side by side, as arrays of results by cohorts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.ground.results import Row, is_estimable, reason

NUMBERS = ("estimate", "ci_low", "ci_high", "p_value", "n", "events")
ABSENT = "this cohort has no such result"


@dataclass(frozen=True)
class Many:
    """The numbers of every result in every cohort.

    Attributes
    ----------
    rows : DataFrame
        The results table of the first cohort, in whole: its words, units and kinds are those of all.
    numbers : dict of ndarray, each of shape (results, cohorts)
        By `NUMBERS`. Intervals that take long are missing in all cohorts.
    reasons : ndarray of str, shape (results, cohorts)
        Why a result does not exist in a cohort; empty where it does.
    """

    rows: pd.DataFrame
    numbers: dict[str, np.ndarray]
    reasons: np.ndarray


def gathered(first: pd.DataFrame, tables: list[pd.DataFrame]) -> Many:
    """Lay the results tables of many cohorts side by side.

    Parameters
    ----------
    first : DataFrame
        The results table of the first cohort, with its intervals.
    tables : list of DataFrame
        One a cohort: id, reason (of `why_missing`) and `NUMBERS`, in any order.

    Returns
    -------
    Many
        The results of the first cohort; one that it does not have is left out, as nothing is said of it.
    """
    ids = pd.Index(first["id"])
    found = [_ordered(table, ids) for table in tables]
    numbers = {name: np.array([table[name] for table in found], dtype=float).T for name in NUMBERS}
    reasons = np.array([table["reason"] for table in found], dtype=object).T
    return Many(first, numbers, reasons)


def why_missing(row: Row) -> str:
    """Say why a result does not exist in a cohort.

    Parameters
    ----------
    row : dict
        A result row.

    Returns
    -------
    str
        Empty where it does.
    """
    return "" if is_estimable(row) else reason(row)


def joined(many: Many, others: Many) -> Many:
    """Lay further cohorts beside the first ones.

    Parameters
    ----------
    many, others : Many

    Returns
    -------
    Many
        The results of `many`, in its cohorts and then in the others.
    """
    places = pd.Index(others.rows["id"]).get_indexer(pd.Index(many.rows["id"]))
    absent = places < 0
    numbers, reasons = {}, others.reasons[places]
    for name, values in many.numbers.items():
        beside = np.where(absent[:, None], np.nan, others.numbers[name][places])
        numbers[name] = np.hstack([values, beside])
    reasons[absent] = ABSENT
    return Many(many.rows, numbers, np.hstack([many.reasons, reasons]))


def _ordered(table: pd.DataFrame, ids: pd.Index) -> pd.DataFrame:
    if ids.equals(pd.Index(table["id"])):
        return table
    found = table.set_index("id").reindex(ids)
    return found.assign(reason=found["reason"].fillna(ABSENT))
